// Toasts that pass, alerts that wait for an OK, small questions, and words for a screen reader.

import { Refused } from "./api.js";
import { $, h } from "./dom.js";

const TOAST_MS = 4200;

export function toast(text, kind = "") {
  if (!text) return;
  const line = h("p", { class: `toast ${kind}` }, text);
  $("#toasts").append(line);
  setTimeout(() => line.remove(), TOAST_MS);
}

export const complain = (error) => toast(error.message, "bad");

// Runs what a person asked for; a refusal becomes a toast.
export const tried = (deed) => async (...facts) => {
  try {
    return await deed(...facts);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    complain(error);
    return null;
  }
};

export function announce(text) {
  const line = h("p", {}, text);
  const place = $("#announcer");
  place.append(line);
  while (place.children.length > 4) place.firstChild.remove();
}

// A modal dialog; resolves to what `value` gives when it is confirmed, and to null otherwise.
export function ask({ title, body = [], yes = "OK", no = "Cancel", value = () => true }) {
  return new Promise((resolve) => {
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: "dialog-title" }, title),
      ...body,
      h(
        "div",
        { class: "dialog-buttons" },
        no && h("button", { type: "submit", value: "no", class: "plain", formnovalidate: true }, no),
        h("button", { type: "submit", value: "yes", class: "primary" }, yes),
      ),
    );
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title" }, form);
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes" ? value(form) : null);
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
    ($("input, select", form) ?? $(".primary", form)).focus();
  });
}

export const alertBox = (text) => ask({ title: "The bot says", body: [h("p", {}, text)], no: null });

// A pass by post: number and activation code to type into the chat, and a card for the readers in the street.

import { post } from "../api.js";
import { h } from "../dom.js";
import { tried } from "../notices.js";
import { on, state } from "../state.js";

export function letter() {
  const open = h("button", { type: "button", class: "primary", on: { click: tried(order) } }, "Order a pass");
  const paper = h("dl", { class: "letter", hidden: true });
  const after = h("p", { class: "quiet", hidden: true },
    "Type /passes in the chat and press Link a pass. Then hold your card against a reader in the street: each charge point has one, beside its Stop button.");
  let shown = null;
  on("now", ({ pass }) => {
    if (pass === shown) return;
    shown = pass;
    open.hidden = Boolean(pass);
    paper.hidden = after.hidden = !pass;
    if (pass) paper.replaceChildren(...line("Number", pass.number), ...line("Activation code", pass.code));
  });
  return h("div", { class: "troubles" }, h("section", {}, h("h3", {}, "Your pass"),
    h("p", { class: "quiet" }, "A newcomer charges with a welcome pass. Real drivers get theirs by post; from the first letter on, newcomers link one."),
    h("div", { class: "row" }, open), paper, after));

  async function order() {
    open.disabled = true;
    try {
      await post("/street/letter", { driver: state.me.id });
    } finally {
      open.disabled = false;
    }
  }
}

const line = (name, value) => [h("dt", {}, name), h("dd", {}, value)];

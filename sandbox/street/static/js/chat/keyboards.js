// Inline keyboards: under a bubble, pressed once at a time, answered by a toast or an alert.

import { get, inChat } from "../api.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { alertBox, toast, tried } from "../notices.js";
import { state, tell } from "../state.js";
import { openLink } from "./links.js";

const ANSWER_SECONDS = 15;

const SIGNS = { url: "out", copy_text: "copy", web_app: "out", login_url: "out", switch_inline_query: "forward", switch_inline_query_current_chat: "at" };

export function inlineKeyboard(message) {
  return h("div", { class: "inline-keyboard", role: "group", "aria-label": "Buttons of this message" },
    ...message.buttons.map((row) => h("div", { class: "inline-row" }, ...row.map((button) => inlineButton(message.id, button)))));
}

function inlineButton(messageId, button) {
  const sign = SIGNS[button.action];
  return h("button",
    {
      type: "button",
      class: `inline-button ${button.style ?? ""}`,
      on: { click: (event) => press(event.currentTarget, messageId, button) },
    },
    h("span", {}, button.text),
    sign && icon(sign));
}

const press = tried(async (node, messageId, button) => {
  switch (button.action) {
    case "callback_data":
      return callback(node, messageId, button);
    case "copy_text":
      await copy(button.value.text);
      return toast("Copied.");
    case "url":
      return openLink(button.value);
    case "web_app":
    case "login_url":
      return openLink(button.value.url);
    case "switch_inline_query_current_chat":
      return tell("compose", `@${state.chat.bot.username} ${button.value}`);
    default:
      return toast("This button leads to another chat, and this phone has only this one.");
  }
});

async function callback(node, messageId, button) {
  if (node.getAttribute("aria-busy")) return;
  node.setAttribute("aria-busy", "true");
  tell("acted");
  try {
    const pressed = await inChat(state, "press", { message_id: messageId, data: button.value });
    const answer = await get(`/telegram/callbacks/${pressed.callback_id}?wait=${ANSWER_SECONDS}`);
    if (answer.url) openLink(answer.url);
    if (answer.text) await (answer.show_alert ? alertBox(answer.text) : toast(answer.text));
  } finally {
    node.removeAttribute("aria-busy");
  }
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = h("textarea", { class: "visually-hidden" }, text);
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}

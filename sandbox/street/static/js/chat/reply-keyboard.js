// The keyboard that a bot puts in the place of letters: words, my location, my phone number.

import { inChat } from "../api.js";
import { h } from "../dom.js";
import { ask, tried } from "../notices.js";
import { state, tell } from "../state.js";
import { pickPlace } from "../street/pick.js";

export class ReplyKeyboard {
  constructor() {
    this.drawn = "null";
    this.node = h("div", { class: "reply-keyboard", role: "group", "aria-label": "Keyboard of the bot", hidden: true });
  }

  show(keyboard) {
    const key = JSON.stringify(keyboard);
    if (key === this.drawn) return;
    this.drawn = key;
    this.node.hidden = !keyboard;
    this.node.replaceChildren(...(keyboard?.rows ?? []).map((row) => h("div", { class: "inline-row" }, ...row.map(replyButton))));
  }
}

const replyButton = (button) =>
  h("button", { type: "button", class: `inline-button ${button.style ?? ""}`, on: { click: () => tap(button) } }, button.text);

const tap = tried(async (button) => {
  let more = {};
  if (button.request_location) {
    more = await pickPlace("Click where your car is");
    if (!more) return;
  }
  if (button.request_contact && !(await ask({ title: "Share your phone number?", body: [h("p", {}, "The bot will know your name and your number.")], yes: "Share" }))) return;
  tell("acted");
  await inChat(state, "tap", { text: button.text, ...more });
});

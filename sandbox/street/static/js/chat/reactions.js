// What people and the bot have put under a message; a press adds one's own or takes it back.

import { inChat } from "../api.js";
import { h } from "../dom.js";
import { tried } from "../notices.js";
import { state } from "../state.js";

export const reactions = (message) =>
  (message.reactions ?? []).map(({ emoji, count, own }) =>
    h("button", { type: "button", class: "reaction", "aria-pressed": String(own), "aria-label": `${emoji}, ${count}`, on: { click: () => react(message.id, own ? "" : emoji) } },
      emoji, count > 1 ? ` ${count}` : ""));

const react = tried((messageId, emoji) => inChat(state, "react", { message_id: messageId, emoji }));

// The topics of a forum, as a support agent reads them: one is open, the others show what is unread.

import { inChat } from "../api.js";
import { h, setAttributes } from "../dom.js";
import { tried } from "../notices.js";
import { state, tell } from "../state.js";

const GENERAL = 1;

export class Topics {
  constructor() {
    this.seen = new Map();
    this.list = h("div", { class: "topics-list", role: "group", "aria-label": "Topics" });
    this.close = h("button", { type: "button", class: "plain small", on: { click: tried(() => this.toggle()) } }, "Close");
    this.node = h("div", { class: "topics", hidden: true }, this.list, this.close);
  }

  show({ topics }) {
    this.node.hidden = !topics;
    if (!topics) {
      state.topic = null;
      return;
    }
    if (!topics.some(({ id }) => id === state.topic)) state.topic = (topics.findLast(({ id }) => id !== GENERAL) ?? topics[0]).id;
    this.open = topics.find(({ id }) => id === state.topic);
    this.seen.set(state.topic, this.open.last_message_id ?? 0);
    const key = JSON.stringify(topics.map((topic) => [topic.id, topic.name, topic.closed, this.unread(topic)]).concat(state.topic));
    if (key !== this.key) this.list.replaceChildren(...topics.map((topic) => this.button(topic)));
    this.key = key;
    this.list.querySelector("[aria-pressed=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.close.hidden = !this.open.can_manage || state.topic === GENERAL;
    this.close.textContent = this.open.closed ? "Reopen" : "Close";
  }

  unread = (topic) => (topic.last_message_id ?? 0) > (this.seen.get(topic.id) ?? 0);

  button(topic) {
    const open = topic.id === state.topic;
    const node = h("button", { type: "button", class: "topic", on: { click: () => this.choose(topic) } },
      topic.name,
      topic.closed && h("small", {}, " closed"),
      this.unread(topic) && h("span", { class: "badge" }, h("span", { class: "visually-hidden" }, "unread"), "•"));
    setAttributes(node, { "aria-pressed": String(open) });
    return node;
  }

  choose(topic) {
    state.topic = topic.id;
    tell("topic");
  }

  async toggle() {
    await inChat(state, `topics/${this.open.closed ? "reopen" : "close"}`, { topic: state.topic });
  }
}

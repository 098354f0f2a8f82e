// The list of bubbles: follows the newest unless the reader has scrolled up, and keeps few of them in the page.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { announce } from "../notices.js";
import { nameOf, state, tell } from "../state.js";
import { Bubble } from "./bubble.js";
import { isService } from "./service.js";

const SHOWN = 80;
const MORE = 60;
const NEAR = 60;
const ECHO_MS = 4000;

export class MessageList {
  constructor() {
    this.bubbles = new Map();
    this.known = new Set();
    this.first = true;
    this.limit = SHOWN;
    this.actedAt = 0;
    this.following = true;
    this.rows = h("div", { class: "rows" });
    this.earlier = h("button", { type: "button", class: "earlier", hidden: true, on: { click: () => this.showEarlier() } }, "Show earlier messages");
    this.node = h("div", { class: "messages", tabindex: "0", role: "log", "aria-live": "off", "aria-label": "Messages" }, this.earlier, this.rows);
    this.newest = h("button", { type: "button", class: "newest", hidden: true, "aria-label": "To the newest message", on: { click: () => this.toEnd() } }, icon("down"), h("span", { class: "count" }));
    this.node.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.following && this.toEnd()).observe(this.node);
    new ResizeObserver(() => this.following && this.toEnd()).observe(this.rows);
  }

  // Another chat, or the same one anew.
  reset() {
    this.bubbles.clear();
    this.known.clear();
    this.rows.replaceChildren();
    this.first = true;
    this.limit = SHOWN;
    this.following = true;
  }

  acted() {
    this.actedAt = performance.now();
    this.toEnd();
  }

  show(view) {
    const ids = [...state.messages.values()].filter(inTopic).map(({ id }) => id).sort((a, b) => a - b);
    const shown = ids.slice(-this.limit);
    this.earlier.hidden = shown.length === ids.length;
    const wanted = new Set(shown);
    for (const [id, bubble] of this.bubbles) if (!wanted.has(id)) this.drop(id, bubble);
    for (const id of shown) this.place(id);
    this.order(shown);
    this.hear(view);
    if (this.following) this.toEnd();
  }

  drop(id, bubble) {
    bubble.node.remove();
    this.bubbles.delete(id);
  }

  place(id) {
    const message = state.messages.get(id);
    const bubble = this.bubbles.get(id);
    if (bubble) bubble.update(pinnedNow(message));
    else this.bubbles.set(id, new Bubble(pinnedNow(message)));
  }

  order(shown) {
    let before = this.rows.firstChild;
    for (const id of shown) {
      const { node } = this.bubbles.get(id);
      if (node === before) before = before.nextSibling;
      else this.rows.insertBefore(node, before);
    }
  }

  // New messages are said aloud; so is a card that answers what the reader has just done.
  hear(view) {
    for (const message of view.messages) {
      const fresh = !this.known.has(message.id);
      this.known.add(message.id);
      if (this.first || message.own || isService(message) || !inTopic(message)) continue;
      if (fresh) this.arrived(message);
      else if (performance.now() - this.actedAt < ECHO_MS) {
        this.actedAt = 0;
        announce(message.text);
      }
    }
    this.first = false;
  }

  arrived(message) {
    announce(`${nameOf(message.from)}: ${message.text || message.kind}`);
    if (!message.buzz) return;
    this.bubbles.get(message.id)?.ring();
    tell("buzz", { message, seen: this.following && this.node.offsetParent !== null });
  }

  showEarlier() {
    const { scrollHeight, scrollTop } = this.node;
    this.following = false;
    this.limit += MORE;
    this.show({ messages: [] });
    this.node.scrollTop = scrollTop + this.node.scrollHeight - scrollHeight;
  }

  // Only the reader's own scrolling counts, not what a change of size does to the place in the list.
  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.node;
    const resized = scrollHeight !== this.height || clientHeight !== this.frame;
    if (resized && this.following) return this.toEnd();
    this.following = scrollHeight - scrollTop - clientHeight < NEAR;
    this.newest.hidden = this.following;
    if (this.following) {
      tell("read");
      if (this.limit > SHOWN) this.limit = SHOWN;
    }
  }

  toEnd() {
    this.following = true;
    this.newest.hidden = true;
    this.height = this.node.scrollHeight;
    this.frame = this.node.clientHeight;
    this.node.scrollTop = this.height;
  }

  reveal(id) {
    const bubble = this.bubbles.get(id);
    bubble?.node.scrollIntoView({ block: "center" });
    bubble?.flash();
  }
}

export const inTopic = (message) => Boolean(message) && (!state.topic || message.topic === state.topic);

const pinnedNow = (message) => ({ ...message, pinned: state.chat.pinned.includes(message.id) });

// One message as a bubble. An edit changes only what differs, in place, so that focus and layout stay.

import { calm, h } from "../dom.js";
import { icon } from "../icons.js";
import { nameOf, state } from "../state.js";
import { attachment } from "./attachments.js";
import { formatted } from "./entities.js";
import { inlineKeyboard } from "./keyboards.js";
import { reactions } from "./reactions.js";
import { isService, serviceWords } from "./service.js";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

export class Bubble {
  constructor(message) {
    this.message = message;
    this.drawn = {};
    this.body = h("div", { class: "words", dir: "auto" });
    this.media = h("div", { class: "media" });
    this.quote = h("div", { class: "quoted" });
    this.meta = h("div", { class: "meta" });
    this.keyboard = h("div", { class: "keyboard-place" });
    this.sender = h("div", { class: "sender" });
    this.reactions = h("div", { class: "reactions" });
    this.shape = h("div", { class: "bubble" }, this.sender, this.quote, this.media, this.body, this.reactions, this.meta);
    this.node = h("article", { class: `message ${message.own ? "own" : "theirs"} ${isService(message) ? "service" : message.kind}`, "data-id": message.id },
      this.shape, this.keyboard);
    this.draw(message);
  }

  update(message) {
    if (message.seq === this.message.seq && message.pinned === this.message.pinned) return;
    const edited = message.edit_date && message.seq !== this.message.seq;
    this.message = message;
    if (this.draw(message) && edited) this.flash();
  }

  // True when something can be seen to have changed.
  draw(message) {
    const changes = [
      this.part("sender", [message.from.name, message.via_bot, message.forward_from], this.sender, () => sender(message)),
      this.part("words", [message.text, message.entities, message.service], this.body, () => words(message)),
      this.part("media", mediaOf(message), this.media, () => [attachment(message)].filter(Boolean)),
      this.part("quote", message.reply_to, this.quote, () => quoted(message.reply_to)),
      this.part("reactions", message.reactions, this.reactions, () => reactions(message)),
      this.buttons(message),
    ];
    this.part("meta", [message.edited, message.date, message.pinned], this.meta, () => meta(message));
    this.node.setAttribute("aria-label", `${message.own ? "You" : nameOf(message.from)}, ${clock.format(message.date * 1000)}`);
    return changes.some(Boolean);
  }

  part(name, facts, place, make) {
    const key = JSON.stringify(facts ?? null);
    if (this.drawn[name] === key) return false;
    this.drawn[name] = key;
    place.replaceChildren(...make());
    return true;
  }

  // A focused button keeps the focus when the keyboard around it changes, as long as it is there.
  buttons(message) {
    const focused = this.keyboard.contains(document.activeElement) ? document.activeElement.textContent : null;
    const make = () => (message.buttons.length ? [inlineKeyboard(message)] : []);
    const changed = this.part("buttons", message.buttons, this.keyboard, make);
    this.node.classList.toggle("with-buttons", message.buttons.length > 0);
    if (changed && focused !== null) {
      const all = [...this.keyboard.querySelectorAll("button")];
      const next = all.find((button) => button.textContent === focused) ?? all[0];
      next?.focus({ preventScroll: true });
    }
    return changed;
  }

  flash() {
    if (calm() || this.flashing?.playState === "running") return;
    this.flashing = this.shape.animate([{ filter: "brightness(1.06)" }, { filter: "none" }], { duration: 500, easing: "ease-out" });
  }

  ring() {
    if (calm()) return;
    const step = (x) => ({ transform: `translateX(${x}px)` });
    this.shape.animate([0, -4, 4, -3, 3, 0].map(step), { duration: 320, easing: "ease-out" });
  }
}

const words = (message) => (isService(message) ? [serviceWords(message)] : formatted(message.text, message.entities));

function sender(message) {
  const named = state.chat.type !== "private" && !message.own && !isService(message);
  return [
    named && h("b", {}, nameOf(message.from)),
    message.forward_from && h("span", {}, `forwarded from ${message.forward_from.name}`),
    message.via_bot && h("span", {}, `via @${message.via_bot}`),
  ].filter(Boolean);
}

const mediaOf = (m) => m.photo ?? m.document ?? m.voice ?? m.audio ?? m.video ?? m.venue ?? m.location ?? m.contact;

function quoted(id) {
  if (!id) return [];
  const original = state.messages.get(id);
  const text = original ? original.text || original.kind : "A deleted message";
  return [h("b", {}, original ? nameOf(original.from) : ""), h("span", {}, text.slice(0, 120))];
}

function meta(message) {
  const time = h("time", { datetime: new Date(message.date * 1000).toISOString() }, clock.format(message.date * 1000));
  return [message.pinned && h("span", { title: "Pinned" }, icon("pin"), h("span", { class: "visually-hidden" }, "pinned")), message.edited && h("span", {}, "edited"), time]
    .filter(Boolean);
}

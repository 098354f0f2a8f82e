// The chat side: header, pinned message, the list, the keyboards, the composer; and what notifies its reader.

import { inChat } from "../api.js";
import { h, setText } from "../dom.js";
import { icon } from "../icons.js";
import { ask, tried } from "../notices.js";
import { nameOf, on, state, tell } from "../state.js";
import { Composer } from "./composer.js";
import { openLink } from "./links.js";
import { inTopic, MessageList } from "./list.js";
import { ReplyKeyboard } from "./reply-keyboard.js";
import { Topics } from "./topics.js";
import { Unread } from "./unread.js";

const TYPING = { typing: "is typing", upload_photo: "is sending a photo", upload_document: "is sending a file", find_location: "is looking for a place" };
const BOT = { waking: "is waking up", awake: "is awake", gone: "is gone" };

export function setUpChat(place) {
  const list = new MessageList();
  const keyboard = new ReplyKeyboard();
  const composer = new Composer();
  const header = new Header();
  const pinned = new Pinned(list);
  const topics = new Topics();
  const about = h("p", {});
  const empty = h("div", { class: "empty" }, about);
  place.append(header.node, topics.node, pinned.node, h("div", { class: "scroller" }, empty, list.node, list.newest), keyboard.node, composer.node);
  new Unread();

  on("chat", (view) => {
    if (view.whole) list.reset();
    header.show();
    topics.show(view);
    pinned.show(view);
    setText(about, view.bot.description || "No messages here yet.");
    keyboard.show(view.keyboard);
    composer.show(view);
    list.show(view);
    empty.hidden = list.bubbles.size > 0;
  });
  on("topic", () => {
    topics.show(state.chat);
    list.reset();
    list.show({ messages: [] });
    empty.hidden = list.bubbles.size > 0;
  });
  on("now", () => header.show());
  on("connected", () => header.show());
  on("acted", () => list.acted());
  on("compose", (text) => composer.put(text));
  list.node.addEventListener("click", (event) => followLink(event, composer));
  list.node.addEventListener("dblclick", (event) => reply(event, composer));
}

function followLink(event, composer) {
  const command = event.target.closest("[data-command]");
  if (command) return composer.send(command.dataset.command);
  const link = event.target.closest(".words a[href]");
  if (link && /^(https?:\/\/(t|telegram)\.me\/|tg:)/i.test(link.href)) {
    event.preventDefault();
    openLink(link.href);
  }
}

function reply(event, composer) {
  const node = event.target.closest(".message");
  if (node && !event.target.closest("button, a")) composer.replyTo(state.messages.get(Number(node.dataset.id)));
}

class Header {
  constructor() {
    this.name = h("h2", {}, "");
    this.status = h("p", { class: "status" }, "");
    this.more = this.menu();
    this.node = h("header", { class: "chat-top" },
      h("span", { class: "avatar" }, icon("bolt")),
      h("div", { class: "chat-name" }, this.name, this.status),
      this.more);
  }

  show() {
    const { chat, now } = state;
    if (!chat) return;
    setText(this.name, chat.title ?? nameOf(chat.bot));
    this.more.hidden = chat.type !== "private";
    const typing = TYPING[chat.action];
    setText(this.status, typing ? `${typing}…` : this.standing(chat, now.bot));
    this.status.classList.toggle("typing", Boolean(typing));
    this.status.classList.toggle("bad", now.bot?.state === "gone");
  }

  standing(chat, bot) {
    if (chat.type !== "private") return chat.members.map(nameOf).join(", ");
    if (chat.blocked) return "you have blocked this bot";
    return bot ? `bot, ${BOT[bot.state]}` : "bot";
  }

  menu() {
    const items = [
      ["Open a link to this bot…", () => deepLink()],
      ["Block the bot", () => inChat(state, "block")],
      ["Delete this chat", () => inChat(state, "delete")],
    ];
    const list = h("ul", { class: "sheet chat-menu", hidden: true });
    const button = h("button", { type: "button", class: "tool", "aria-label": "More about this chat", "aria-expanded": "false" }, icon("dots"));
    const toggle = (open) => {
      list.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
    };
    button.addEventListener("click", () => toggle(list.hidden));
    list.append(...items.map(([name, act]) => h("li", {}, h("button", { type: "button", on: { click: tried(async () => { toggle(false); await act(); }) } }, name))));
    const place = h("div", { class: "menu-place" }, button, list);
    place.addEventListener("focusout", (event) => !place.contains(event.relatedTarget) && toggle(false));
    return place;
  }
}

async function deepLink() {
  const field = h("input", { type: "text", pattern: "[A-Za-z0-9_\\-]{1,64}", required: true, "aria-label": "What follows ?start=" });
  const body = [h("label", {}, `https://t.me/${state.chat.bot.username}?start=`, field)];
  const payload = await ask({ title: "Open a link to this bot", body, yes: "Open", value: () => field.value });
  if (payload) {
    tell("acted");
    await inChat(state, "start", { payload });
  }
}

class Pinned {
  constructor(list) {
    this.words = h("span", {});
    this.node = h("button", { type: "button", class: "pinned-bar", hidden: true, on: { click: () => list.reveal(this.id) } },
      icon("pin"), h("span", {}, h("b", {}, "Pinned message"), this.words));
  }

  show(view) {
    this.id = view.pinned.at(-1);
    const message = inTopic(state.messages.get(this.id)) ? state.messages.get(this.id) : null;
    this.node.hidden = !message;
    if (message) setText(this.words, (message.text || message.kind).split("\n").filter(Boolean).slice(0, 3).join(" · "));
  }
}


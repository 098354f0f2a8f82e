// Where the visitor writes: Enter sends, "/" shows the commands, arrow up edits the last message of one's own.

import { inChat } from "../api.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { tried } from "../notices.js";
import { state, tell } from "../state.js";
import { AttachMenu } from "./attach.js";
import { CommandMenu } from "./commands.js";
import { InlineResults } from "./inline.js";

export class Composer {
  constructor() {
    this.editing = null;
    this.replying = null;
    this.text = h("textarea", {
      rows: "1", placeholder: "Message", "aria-label": "Message to the bot", autocomplete: "off", enterkeyhint: "send",
      on: { input: () => this.typed(), keydown: (event) => this.key(event) },
    });
    this.commands = new CommandMenu((command) => this.send(`/${command}`));
    this.attach = new AttachMenu();
    this.inline = new InlineResults(() => this.clear());
    this.about = h("div", { class: "about", hidden: true });
    this.sendButton = h("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send"));
    this.form = h("form", { class: "composer", on: { submit: (event) => this.submit(event) } },
      this.commands.button, this.attach.button, this.text, this.sendButton);
    this.begin = h("button", { type: "button", class: "begin", hidden: true, on: { click: tried(() => this.press()) } }, "Start");
    this.node = h("div", { class: "writing" }, this.commands.node, this.inline.node, this.attach.node, this.about, this.form, this.begin);
  }

  show(chat) {
    const group = chat.type !== "private";
    const first = !group && (!chat.started || chat.blocked);
    this.begin.textContent = chat.blocked ? "Unblock the bot" : "Start";
    this.begin.hidden = !first;
    this.form.hidden = first;
    this.commands.show(chat.commands);
    this.text.placeholder = chat.keyboard?.placeholder || "Message";
  }

  async press() {
    tell("acted");
    await (state.chat.blocked ? inChat(state, "unblock") : inChat(state, "start"));
    this.text.focus();
  }

  typed() {
    this.grow();
    this.commands.filter(this.text.value);
    this.inline.typed(this.text.value);
  }

  grow() {
    this.text.style.setProperty("height", "auto");
    this.text.style.setProperty("height", `${Math.min(this.text.scrollHeight, 160)}px`);
  }

  put(text) {
    this.text.value = text;
    this.text.focus();
    this.typed();
  }

  clear() {
    this.editing = null;
    this.replying = null;
    this.about.hidden = true;
    this.put("");
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) this.submit(event);
    else if (event.key === "Escape") this.clear();
    else if (event.key === "ArrowUp" && !this.text.value) {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) this.replyTo(newest((message) => !message.own));
      else this.edit(newest((message) => message.own && message.kind === "text"));
    }
  }

  edit(message) {
    if (!message) return;
    this.put(message.text);
    this.editing = message.id;
    this.say("Editing your message. Escape to leave it as it is.");
  }

  replyTo(message) {
    if (!message) return;
    this.replying = message.id;
    this.text.focus();
    this.say(`Answering: ${(message.text || message.kind).slice(0, 60)}`);
  }

  say(words) {
    this.about.hidden = false;
    this.about.textContent = words;
  }

  submit(event) {
    event.preventDefault();
    this.send(this.text.value);
  }

  send = tried(async (text) => {
    if (!text.trim()) return;
    const { editing, replying } = this;
    tell("acted");
    if (editing) await inChat(state, "edit", { message_id: editing, text });
    else await inChat(state, "text", { text, ...(replying ? { reply_to: replying } : {}) });
    this.clear();
  });
}

const newest = (fits) => [...state.messages.values()].filter(fits).sort((a, b) => b.id - a.id)[0];

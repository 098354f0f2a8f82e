// The menu of the bot's commands, in the reader's language: by its button, or by typing "/".

import { h } from "../dom.js";

export class CommandMenu {
  constructor(choose) {
    this.choose = choose;
    this.all = [];
    this.node = h("ul", { class: "sheet commands", hidden: true, "aria-label": "Commands" });
    this.button = h("button", { type: "button", class: "tool", "aria-label": "Commands of the bot", "aria-expanded": "false", hidden: true, on: { click: () => this.toggle() } }, "/");
  }

  show(commands) {
    const key = JSON.stringify(commands);
    if (key === this.key) return;
    this.key = key;
    this.all = commands;
    this.button.hidden = commands.length === 0;
  }

  toggle() {
    if (this.node.hidden) this.open(this.all);
    else this.close();
  }

  filter(text) {
    const wanted = /^\/(\w*)$/.exec(text)?.[1];
    if (wanted === undefined) return this.close();
    const found = this.all.filter(({ command }) => command.startsWith(wanted.toLowerCase()));
    return found.length ? this.open(found) : this.close();
  }

  open(commands) {
    this.node.replaceChildren(...commands.map((each) => this.line(each)));
    this.node.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
  }

  close() {
    this.node.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
  }

  line({ command, description }) {
    const choose = () => {
      this.close();
      this.choose(command);
    };
    return h("li", {}, h("button", { type: "button", on: { click: choose } }, h("b", {}, `/${command}`), h("span", {}, description)));
  }
}

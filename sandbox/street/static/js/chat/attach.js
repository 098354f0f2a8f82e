// What a visitor can send besides words: a photo, a file, a voice note, a place, a phone number.

import { inChat } from "../api.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { tried } from "../notices.js";
import { state, tell } from "../state.js";
import { pickPlace } from "../street/pick.js";

const KINDS = [
  ["photo", "photo", "Photo", "image/*"],
  ["document", "file", "File", ""],
  ["voice", "voice", "Voice note (a sound file)", "audio/*"],
];

export class AttachMenu {
  constructor() {
    this.node = h("ul", { class: "sheet attach", hidden: true, "aria-label": "What to send" },
      ...KINDS.map(([kind, sign, name, accept]) => this.file(kind, sign, name, accept)),
      this.line("place", "Location", () => this.location()),
      this.line("person", "My phone number", () => inChat(state, "contact")));
    this.button = h("button", { type: "button", class: "tool", "aria-label": "Send a photo, a file or a place", "aria-expanded": "false", on: { click: () => this.toggle() } }, icon("clip"));
  }

  toggle(open = this.node.hidden) {
    this.node.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
  }

  line(sign, name, act) {
    const chosen = tried(async () => {
      this.toggle(false);
      tell("acted");
      await act();
    });
    return h("li", {}, h("button", { type: "button", on: { click: chosen } }, icon(sign), h("span", {}, name)));
  }

  file(kind, sign, name, accept) {
    const input = h("input", { type: "file", accept, hidden: true, "data-kind": kind, "aria-label": name });
    input.addEventListener("change", tried(async () => {
      const [chosen] = input.files;
      if (chosen) await send(kind, chosen);
      input.value = "";
    }));
    const line = this.line(sign, name, () => input.click());
    line.append(input);
    return line;
  }

  async location() {
    const found = await pickPlace("Click the place to send");
    if (found) await inChat(state, "location", found);
  }
}

async function send(kind, file) {
  const form = new FormData();
  form.append("file", file, file.name);
  if (kind === "voice") form.append("duration", "3");
  await inChat(state, kind, form);
}

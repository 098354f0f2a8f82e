// Inline mode: "@bot something" shows the bot's results above the composer; choosing one sends it into the chat.

import { get, inChat, Refused } from "../api.js";
import { h } from "../dom.js";
import { tried } from "../notices.js";
import { state, tell } from "../state.js";

const PAUSE_MS = 250;
const ANSWER_SECONDS = 10;

export class InlineResults {
  constructor(done) {
    this.done = done;
    this.round = 0;
    this.node = h("ul", { class: "sheet results", hidden: true, "aria-label": "Results of the bot" });
  }

  typed(text) {
    clearTimeout(this.timer);
    const name = `@${state.chat?.bot.username} `.toLowerCase();
    this.round += 1;
    if (!text.toLowerCase().startsWith(name)) this.node.hidden = true;
    else this.timer = setTimeout(() => this.ask(text.slice(name.length), this.round), PAUSE_MS);
  }

  // A bot without inline mode leaves the words what they are: words.
  async ask(query, round) {
    try {
      const asked = await inChat(state, "inline", { query, ...at(state.now.car) });
      const found = asked.answered ? asked : await get(`/telegram/inline/${asked.query_id}?wait=${ANSWER_SECONDS}`);
      if (round === this.round) this.show(found);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.node.hidden = true;
    }
  }

  show({ query_id: query, results }) {
    this.node.hidden = false;
    const lines = results.map((result) => h("li", {}, h("button", { type: "button", on: { click: () => this.choose(query, result) } },
      h("span", {}, h("b", {}, result.title ?? result.type), result.description && h("small", {}, result.description)))));
    this.node.replaceChildren(...(lines.length ? lines : [h("li", { class: "quiet none" }, "The bot finds nothing.")]));
  }

  choose = tried(async (query, result) => {
    this.node.hidden = true;
    tell("acted");
    await inChat(state, "choose", { query_id: query, result_id: result.id });
    this.done();
  });
}

const at = (car) => (car ? { latitude: car.latitude, longitude: car.longitude } : {});

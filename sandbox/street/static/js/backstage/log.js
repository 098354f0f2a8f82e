// A log of what was said: the bot's calls of the Bot API, or OCPI in both directions. Newest first, a bounded number.

import { h } from "../dom.js";
import { on, state } from "../state.js";

const KEPT = 250;
const SHOWN = 120;

const time = (at) => new Date(at).toLocaleTimeString(undefined, { hour12: false });

const READ = {
  calls: (call) => ({
    at: time(call.at * 1000),
    what: camel(call.method),
    good: call.status === 200,
    end: `${call.status || "no answer"} · ${Math.round(call.seconds * 1000)} ms`,
    gist: call.args.text ?? call.args.caption ?? "",
    parts: { asked: call.args, answered: call.answer },
    mine: (chat) => (call.args.chat_id === undefined ? JSON.stringify(call.answer).includes(`"id":${chat}`) : call.args.chat_id === String(chat)),
  }),
  ocpi: (entry) => ({
    at: time(entry.at),
    what: `${entry.from === "bot" ? "→" : "←"} ${entry.what}`,
    good: entry.from === "bot" ? entry.answer === "ACCEPTED" : /HTTP 2/.test(entry.answer),
    end: entry.answer ?? "",
    gist: gistOf(entry.body),
    parts: { body: entry.body },
    mine: () => true,
  }),
};

// The server writes methods in small letters; people know them as sendMessage.
const WORDS = /get|set|send|edit|delete|answer|message|text|caption|media|reply|markup|chat|unpin|pin|all|forum|topic|callback|inline|query|me|my|commands|updates|webhook|info|file|photo|document|voice|location|venue|contact|action|name|short|description|member|group|copy|create|close|reopen|menu|button|reaction|[a-z]+?/g;

const camel = (method) => method.match(WORDS).map((word, index) => (index ? word[0].toUpperCase() + word.slice(1) : word)).join("");

const gistOf = (body) => (body ? ["status", "result", "kwh", "evse_uid"].filter((name) => body[name] !== undefined).map((name) => `${name} ${body[name]}`).join(", ") : "");

export function setUpLog(kind) {
  const entries = [];
  const list = h("ol", { class: "log-lines" });
  const empty = h("p", { class: "quiet" }, "Nothing has been said yet.");
  const everybody = h("input", { type: "checkbox", on: { change: draw } });
  const filter = kind === "calls" && h("label", { class: "everybody" }, everybody, "other chats too");
  const legend = kind === "ocpi" && h("p", { class: "quiet" }, "→ the bot asks the operator, ← the operator tells the bot.");
  const node = h("div", { class: "log" }, filter, legend, empty, list);
  const visible = () => node.offsetParent !== null;
  let waiting = false;

  function draw() {
    waiting = false;
    if (!visible()) return;
    const shown = entries.filter((entry) => everybody.checked || entry.mine(state.chat?.id)).slice(0, SHOWN);
    empty.hidden = shown.length > 0;
    const wanted = new Set(shown);
    for (const entry of entries) if (!wanted.has(entry)) entry.node?.remove();
    shown.forEach((entry, index) => {
      entry.node ??= line(entry);
      if (list.children[index] !== entry.node) list.insertBefore(entry.node, list.children[index] ?? null);
    });
    while (list.children.length > shown.length) list.lastChild.remove();
  }

  on(kind, (facts) => {
    entries.unshift(...facts.map(READ[kind]).reverse());
    entries.length = Math.min(entries.length, KEPT);
    if (!waiting) {
      waiting = true;
      setTimeout(draw, 200);
    }
  });
  node.addEventListener("shown", draw);
  return node;
}

function line({ at, what, good, end, gist, parts }) {
  const details = h("details", { class: good ? "" : "bad" },
    h("summary", {}, h("time", {}, at), h("b", {}, what), h("span", { class: "end" }, end), gist && h("span", { class: "gist" }, gist.slice(0, 90))));
  details.addEventListener("toggle", () => {
    if (details.children.length > 1) return;
    for (const [name, facts] of Object.entries(parts)) {
      details.append(h("h4", {}, name), h("pre", { tabindex: "0", "aria-label": name }, JSON.stringify(readable(facts), null, 2)));
    }
  });
  return h("li", {}, details);
}

// Arguments travel as strings; those that are JSON are easier to read unpacked.
function readable(facts) {
  if (!facts || typeof facts !== "object") return facts;
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => {
    if (typeof value !== "string" || !/^[[{]/.test(value)) return [name, value];
    try {
      return [name, JSON.parse(value)];
    } catch {
      return [name, value];
    }
  }));
}

// Switches to make life hard for the bot: kill it, or let its calls of the Bot API go wrong.

import { get, post, remove } from "../api.js";
import { h, setText } from "../dom.js";
import { tried } from "../notices.js";
import { on, state } from "../state.js";

const FAULTS = [
  ["500", "The server answers with an error and does nothing"],
  ["429", "The server says: too many requests, wait"],
  ["delay", "The call is carried out late"],
  ["drop", "The connection breaks before the call is carried out"],
  ["execute_then_drop", "The connection breaks after it was carried out"],
  ["execute_then_hang", "It is carried out, and the answer never comes"],
];
const METHODS = ["", "sendMessage", "editMessageText", "answerCallbackQuery", "pinChatMessage", "getUpdates"];

export function troubles() {
  return h("div", { class: "troubles" }, bot(), server());
}

function bot() {
  const words = h("p", { role: "status" });
  let gone = false;
  const button = h("button", { type: "button", on: { click: tried(() => post(`/street/bot/${gone ? "start" : "kill"}`)) } });
  const node = h("section", { hidden: true }, h("h3", {}, "The bot's process"),
    h("p", { class: "quiet" }, "A kill is a power cut: nothing is finished, nothing is said goodbye to. A charge survives it."), words, h("div", { class: "row" }, button));
  on("now", ({ bot: now }) => {
    node.hidden = !now;
    if (!now) return;
    setText(words, now.trouble || { waking: "It is waking up…", awake: "It is awake.", gone: "It is gone." }[now.state]);
    gone = now.state === "gone";
    setText(button, gone ? "Start it again" : "Kill the bot");
    button.className = gone ? "primary" : "danger";
  });
  return node;
}

function server() {
  const kind = h("select", {}, ...FAULTS.map(([value, words]) => h("option", { value }, words)));
  const method = h("select", {}, ...METHODS.map((value) => h("option", { value }, value || "any method")));
  const times = h("input", { type: "number", min: "1", max: "99", value: "1" });
  const seconds = h("input", { type: "number", min: "0", max: "60", value: "3" });
  const planned = h("ul", { class: "planned" });
  const show = tried(async () => {
    const all = await get("/telegram/faults");
    planned.replaceChildren(...all.map((fault) => h("li", {}, `${fault.times} × ${fault.kind} on ${fault.method || "any method"}`)));
    clear.disabled = all.length === 0;
  });
  const add = tried(async (event) => {
    event.preventDefault();
    await post("/telegram/faults", { kind: kind.value, method: method.value, times: Number(times.value), seconds: Number(seconds.value), chat_id: method.value === "" || method.value.includes("Message") ? state.chat.id : null });
    await show();
  });
  const clear = h("button", { type: "button", class: "plain", on: { click: tried(async () => { await remove("/telegram/faults"); await show(); }) } }, "No more trouble");
  const labelled = (words, field) => h("label", {}, h("span", {}, words), field);
  const form = h("form", { class: "trouble-form", on: { submit: add } }, labelled("What", kind), labelled("On", method),
    labelled("How often", times), labelled("Seconds", seconds), h("div", { class: "row" }, h("button", { type: "submit", class: "primary" }, "Make it so"), clear));
  const node = h("section", {}, h("h3", {}, "The Bot API server"),
    h("p", { class: "quiet" }, "The next calls in this chat go wrong as you choose. The faults of a charge point are on the charge point."), form, planned);
  on("calls", () => node.offsetParent !== null && show());
  form.addEventListener("focusin", show, { once: true });
  return node;
}

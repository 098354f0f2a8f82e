// One charge point as it stands in the street: light, display, sticker as printed, plugs, stop and emergency buttons.

import { inChat, picture, post } from "../api.js";
import { h, setAttributes, setText } from "../dom.js";
import { icon } from "../icons.js";
import { toast, tried } from "../notices.js";
import { state, tell } from "../state.js";
import { misbehave } from "./faults.js";
import { face, standardName } from "./plugs.js";

const SAYS = {
  free: ["Free", "Plug in or start"],
  called: ["Plug in now", "Waiting for a cable"],
  plugged: ["Cable is in", "Start by app"],
  starting: ["Starting", "One moment"],
  charging: ["Charging", ""],
  full: ["Car is full", "Please unplug"],
  stopping: ["Stopping", "One moment"],
  finished: ["Finished", "Please unplug"],
  taken: ["In use", "by somebody else"],
  broken: ["Out of order", "We are sorry"],
};

export class ChargePoint {
  constructor(uid) {
    this.uid = uid;
    const view = state.chargePoints.get(uid);
    this.title = h("p", { class: "display-state" });
    this.more = h("p", { class: "display-more" });
    this.numbers = h("p", { class: "display-numbers" });
    this.connectors = view.connectors.map((connector) => this.connector(connector));
    this.stop = this.button("stop", "Stop", () => post(`/operator/evses/${uid}/stop-button`));
    this.card = this.button("card", icon("card"), () => swipe(uid));
    this.emergency = this.button("emergency", icon("alarm"), () => post(`/operator/evses/${uid}/emergency`));
    this.repair = this.button("repair", icon("repair"), () => post(`/operator/evses/${uid}/repair`));
    this.fault = this.button("fault", icon("fault"), () => misbehave(uid));
    this.faultCount = h("span", { class: "count" });
    this.fault.append(this.faultCount);
    this.node = h("article", { class: `charge-point ${view.connectors.length > 1 ? "double" : ""}`, "data-uid": uid },
      h("div", { class: "lamp", "aria-hidden": "true" }),
      h("div", { class: "display" }, this.title, this.numbers, this.more),
      sticker(view),
      h("div", { class: "sockets" }, ...this.connectors.map(({ node }) => node)),
      h("div", { class: "panel" }, this.stop, this.card, this.emergency, this.repair, this.fault));
    this.draw();
  }

  connector(connector) {
    const verb = h("span", { class: "verb" });
    const node = h("button", { type: "button", class: "connector", "data-connector": connector.id, on: { click: () => this.plug(connector) } },
      face(connector.standard),
      h("span", { class: "kind" }, standardName(connector), h("span", { class: "power" }, ` ${Number(connector.kw)} kW`)),
      verb);
    return { connector, node, verb };
  }

  button(kind, sign, act) {
    return h("button", { type: "button", class: `pole-button ${kind}`, on: { click: tried(act) } }, sign);
  }

  plug = tried((connector) => plugOrUnplug(this.uid, connector.id));

  draw() {
    const view = state.chargePoints.get(this.uid);
    const name = nameOf(view);
    const [title, more] = SAYS[view.phase];
    setAttributes(this.node, { "data-phase": view.phase, "aria-label": `Charge point ${name}: ${title}` });
    setText(this.title, title);
    setText(this.numbers, view.meter ? `${view.meter.kwh} kWh` : "");
    setText(this.more, view.phase === "charging" ? `${view.meter.kw} kW` : more);
    if (view.cost) setText(this.more, `${this.more.textContent} · €${view.cost}`);
    for (const { connector, node, verb } of this.connectors) this.drawConnector(view, name, connector, node, verb);
    this.drawPanel(view, name);
  }

  drawPanel(view, name) {
    const set = view.faults.length;
    const broken = view.phase === "broken";
    this.card.hidden = broken || !state.now.pass;
    this.emergency.hidden = broken;
    this.repair.hidden = !broken;
    setText(this.faultCount, set ? String(set) : "");
    this.fault.classList.toggle("set", set > 0);
    named(this.stop, "Stop button", name);
    named(this.card, "Hold your card against the reader", name);
    named(this.emergency, "Emergency button", name);
    named(this.repair, "Repair", name);
    named(this.fault, `Let it go wrong (${set} set)`, name);
  }

  drawConnector(view, name, connector, node, verb) {
    const here = view.plug?.connector === connector.id;
    const mine = here && view.plug.driver === state.me?.id;
    node.classList.toggle("in-use", here);
    node.classList.toggle("mine", mine);
    const words = mine ? "Unplug" : here ? "Taken" : "Plug in";
    setText(verb, words);
    const occupied = view.plug && !mine;
    setAttributes(node, {
      "aria-label": `${words}: ${name}, ${standardName(connector)}, ${Number(connector.kw)} kW`,
      "aria-disabled": occupied ? "true" : null,
      title: here ? `${mine ? "Your car" : view.plug.car}, battery ${Math.round(view.plug.soc)} %` : null,
    });
  }
}

const named = (button, words, name) => setAttributes(button, { title: words, "aria-label": `${words}, ${name}` });

export function plugOrUnplug(uid, connector) {
  const { plug } = state.chargePoints.get(uid);
  const deed = plug && (plug.driver === state.me.id || plug.stranger) ? "unplug" : "plug";
  return post(`/street/${deed}`, { driver: state.me.id, evse: uid, connector });
}

export const nameOf = (view) => view.sticker ?? view.evse_id ?? "without a sticker";

function sticker(view) {
  if (!view.sticker && !view.evse_id) return h("div", { class: "sticker torn" }, "the sticker is gone");
  const words = `Photograph the sticker ${nameOf(view)} into the chat`;
  return h("button", { type: "button", class: `sticker ${view.sticker ? "" : "plain-id"}`, title: words, "aria-label": words, on: { click: tried(() => photograph(view)) } },
    view.sticker && h("b", { class: view.sticker.length < 3 ? "short" : "" }, view.sticker),
    view.evse_id && h("small", {}, view.evse_id));
}

// As with a phone: the code on the sticker becomes a photo in the chat.
async function photograph(view) {
  const form = new FormData();
  form.append("file", await picture(`/street/sticker/${encodeURIComponent(view.uid)}`), "sticker.png");
  tell("acted");
  await inChat(state, "photo", form);
  toast("The photo is in the chat.");
}

async function swipe(uid) {
  const { display } = await post(`/operator/evses/${uid}/swipe`, { uid: state.now.pass.uid });
  toast(display);
}

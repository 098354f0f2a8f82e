// The cable between a connector and the car: drawn over the scene, dragged by its plug.

import { svg } from "../dom.js";
import { tried } from "../notices.js";
import { state } from "../state.js";
import { plugOrUnplug } from "./charge-point.js";

export class Cable {
  constructor(scene, car) {
    this.scene = scene;
    this.car = car;
    this.shadow = svg("path", { class: "cable-shadow" });
    this.line = svg("path", { class: "cable" });
    this.flow = svg("path", { class: "cable-flow" });
    this.node = svg("svg", { class: "cables", "aria-hidden": "true" }, this.shadow, this.line, this.flow);
    this.hand = null;
    car.plug.addEventListener("pointerdown", (event) => this.grab(event));
  }

  draw() {
    const box = this.scene.getBoundingClientRect();
    const here = state.now.car?.plugged && this.scene.querySelector(`[data-uid="${CSS.escape(state.now.car.plugged)}"] .connector.mine .face`);
    const end = this.hand ?? (here ? middle(here) : null);
    const away = state.now.car?.plugged && !here;
    this.car.plug.hidden = Boolean(away);
    this.flow.classList.toggle("on", Boolean(here) && this.car.node.classList.contains("charging"));
    const rest = { x: this.car.port().x - 26, y: this.car.port().y + 14 };
    const to = end ?? rest;
    this.car.plug.classList.toggle("in", Boolean(here) && !this.hand);
    const home = this.car.node.querySelector(".car-place").getBoundingClientRect();
    this.car.plug.style.setProperty("transform", `translate(${to.x - home.left}px, ${to.y - home.top}px) translate(-50%, -50%)`);
    const pole = here && !this.hand ? here.closest(".charge-point").getBoundingClientRect().left - box.left - 9 : null;
    const d = away ? "" : path(shift(this.car.port(), box), shift(to, box), pole);
    for (const each of [this.shadow, this.line, this.flow]) if (each.getAttribute("d") !== d) each.setAttribute("d", d);
  }

  grab(event) {
    event.preventDefault();
    const { plug } = this.car;
    const wasIn = state.now.car?.plugged;
    const move = (now) => {
      this.hand = { x: now.clientX, y: now.clientY };
      this.mark(target(now));
      this.draw();
    };
    const end = (now) => {
      plug.removeEventListener("pointermove", move);
      this.mark(null);
      const moved = this.hand !== null;
      this.hand = null;
      if (moved && now.type === "pointerup") this.drop(target(now), wasIn);
      this.draw();
    };
    plug.setPointerCapture(event.pointerId);
    plug.addEventListener("pointermove", move);
    plug.addEventListener("pointerup", end, { once: true });
    plug.addEventListener("pointercancel", end, { once: true });
  }

  mark(connector) {
    for (const node of this.scene.querySelectorAll(".connector.target")) if (node !== connector) node.classList.remove("target");
    connector?.classList.add("target");
  }

  drop = tried(async (connector, wasIn) => {
    const uid = connector?.closest("[data-uid]").dataset.uid;
    const same = uid && uid === wasIn && connector.classList.contains("mine");
    if (same) return;
    if (wasIn) await plugOrUnplug(wasIn);
    if (uid) await plugOrUnplug(uid, connector.dataset.connector);
  });
}

const target = (event) =>
  document.elementsFromPoint(event.clientX, event.clientY).map((node) => node.closest(".connector")).find(Boolean) ?? null;

function middle(node) {
  const box = node.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}

const shift = ({ x, y }, box) => ({ x: x - box.left, y: y - box.top });

// A cable in a connector comes up beside the pole, so that it hides nothing; one in the hand hangs.
function path(from, to, pole) {
  if (pole === null) {
    const low = Math.max(from.y, to.y) + 12 + Math.abs(to.x - from.x) * 0.1;
    return `M${from.x} ${from.y}C${from.x - 40} ${low} ${to.x} ${low} ${to.x} ${to.y}`;
  }
  const turn = to.y + 58;
  return `M${from.x} ${from.y}C${from.x - 60} ${from.y + 26} ${pole} ${from.y + 8} ${pole} ${from.y - 46}L${pole} ${turn}`
    + `C${pole} ${to.y + 14} ${to.x - 34} ${to.y + 34} ${to.x} ${to.y}`;
}

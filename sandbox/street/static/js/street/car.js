// The driver's car on the road, its battery, and the plug at the end of its cable, which can be dragged.

import { post } from "../api.js";
import { h, setAttributes, setText, svg } from "../dom.js";
import { toast, tried } from "../notices.js";
import { state } from "../state.js";
import { body, hueOf, wheels } from "./car-shape.js";

export class Car {
  constructor() {
    this.plate = svg("text", { x: 102, y: 65, class: "plate", "text-anchor": "middle" });
    this.level = svg("rect", { x: 92, y: 41, width: 0, height: 8, rx: 2, class: "level" });
    this.drawing = svg("svg", { viewBox: "0 0 200 90", class: "car", "aria-hidden": "true" },
      ...body(),
      svg("rect", { x: 90, y: 39, width: 64, height: 12, rx: 3, class: "battery" }), this.level,
      ...wheels(),
      svg("circle", { cx: 184, cy: 48, r: 3.5, class: "light" }), svg("circle", { cx: 30, cy: 47, r: 5.5, class: "port" }), this.plate);
    this.state = h("p", { class: "car-state" });
    this.ride = h("button", { type: "button", class: "plain small", on: { click: tried(() => this.goForARide()) } }, "Go for a ride");
    this.plug = h("div", { class: "car-plug", "aria-hidden": "true", title: "Drag this onto a plug" });
    this.node = h("div", { class: "lane" }, h("div", { class: "car-place" }, this.drawing, this.plug),
      h("div", { class: "car-words" }, this.state, this.ride));
  }

  async goForARide() {
    await post("/street/ride", { driver: state.me.id });
    toast("Once around the bay and back: lovely view, less battery.");
  }

  draw() {
    const { car } = state.now;
    if (!car || !state.me) return;
    this.node.style.setProperty("--hue", hueOf(state.me));
    const soc = Math.round(car.soc);
    setAttributes(this.level, { width: 60 * (car.soc / 100) });
    this.level.classList.toggle("low", soc < 20);
    setText(this.plate, state.me.first_name.slice(0, 5).toUpperCase());
    setText(this.state, `${car.name}: battery ${soc} %`);
    this.ride.hidden = Boolean(car.plugged);
    const charging = car.plugged && state.chargePoints.get(car.plugged)?.phase === "charging";
    this.node.classList.toggle("charging", Boolean(charging));
  }

  // Where the cable leaves the car, on the screen.
  port() {
    const box = this.drawing.getBoundingClientRect();
    return { x: box.left + box.width * 0.15, y: box.top + box.height * 0.52 };
  }
}

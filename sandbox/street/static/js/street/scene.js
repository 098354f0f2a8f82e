// The station that the visitor stands at: its charge points along the kerb, and the car on the road in front.

import { h, setText } from "../dom.js";
import { on, state, tell } from "../state.js";
import { Cable } from "./cable.js";
import { Car } from "./car.js";
import { ChargePoint } from "./charge-point.js";

const DAYS = ["", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

export class Scene {
  constructor() {
    this.points = new Map();
    this.name = h("h3", {});
    this.about = h("p", { class: "quiet" });
    this.elsewhere = h("p", { class: "elsewhere", hidden: true });
    this.row = h("div", { class: "kerb", role: "group", tabindex: "-1" });
    this.car = new Car();
    this.stage = h("div", { class: "stage" }, this.row, this.car.node);
    this.cable = new Cable(this.stage, this.car);
    this.stage.append(this.cable.node);
    this.node = h("div", { class: "scene" }, h("header", { class: "scene-top" }, h("div", {}, this.name, this.about), this.elsewhere), this.stage);
    this.row.addEventListener("scroll", () => this.cable.draw(), { passive: true });
    new ResizeObserver(() => this.cable.draw()).observe(this.stage);
    on("selected", () => this.show());
    on("charge_points", (views) => this.refresh(views));
    on("now", () => {
      for (const point of this.points.values()) point.draw();
      this.refresh([]);
    });
    on("side", () => this.cable.draw());
  }

  show() {
    const place = state.places.get(state.selected);
    if (!place) return;
    setText(this.name, place.name);
    const floor = place.floor ? `Floor ${place.floor}. ` : "";
    setText(this.about, `${place.address}. ${floor}${place.directions ?? ""} ${hours(place.hours)}`.trim());
    this.points = new Map(place.evses.filter((uid) => state.chargePoints.has(uid)).map((uid) => [uid, new ChargePoint(uid)]));
    this.row.replaceChildren(...[...this.points.values()].map(({ node }) => node));
    this.row.setAttribute("aria-label", `Charge points of ${place.name}`);
    this.row.scrollLeft = 0;
    this.refresh([]);
  }

  refresh(views) {
    for (const view of views) this.points.get(view.uid)?.draw();
    this.car.draw();
    this.tellWhereTheCarIs();
    this.cable.draw();
  }

  tellWhereTheCarIs() {
    const { plugged } = state.now.car ?? {};
    const place = plugged && state.places.get(state.chargePoints.get(plugged)?.place);
    const away = Boolean(place && place.id !== state.selected);
    this.car.node.classList.toggle("away", away);
    if (this.elsewhere.hidden !== away) return;
    this.elsewhere.hidden = !away;
    if (away) this.elsewhere.replaceChildren(`Your car is on the cable at ${place.name}. `,
      h("button", { type: "button", class: "link", on: { click: () => tell("select", place.id) } }, "Go there"));
  }
}

function hours(days) {
  if (!days.length) return "";
  const [first, last] = [days[0], days.at(-1)];
  const same = days.every(([, begin, end]) => begin === first[1] && end === first[2]);
  return same ? `Open ${first[1]} to ${first[2]}.` : `Open ${DAYS[first[0]]} ${first[1]} to ${first[2]}, ${DAYS[last[0]]} ${last[1]} to ${last[2]}.`;
}

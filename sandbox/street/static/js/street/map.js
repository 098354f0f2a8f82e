// The map: the land as a drawing, the stations as buttons on it, the driver's car. It pans, zooms and answers "where?".

import { post } from "../api.js";
import { calm, h, setAttributes, setText, svg } from "../dom.js";
import { icon } from "../icons.js";
import { tried } from "../notices.js";
import { on, state, tell } from "../state.js";
import { hueOf, smallCar } from "./car-shape.js";
import { land, names, toDegrees, toMetres } from "./land.js";
import { answer, picking } from "./pick.js";
import { spread } from "./spread.js";

const ZOOM = { least: 0.14, most: 2.4, step: 1.45 };
const CLICK_PX = 5;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class StreetMap {
  constructor() {
    this.scale = 0;
    this.centre = { x: 0, y: 90 };
    this.pins = new Map();
    this.ground = svg("g", {}, ...land());
    this.words = svg("g", {}, ...names());
    this.drawing = svg("svg", { class: "land", "aria-hidden": "true" }, this.ground, this.words);
    this.pinsPlace = h("div", { class: "pins", role: "group", "aria-label": "Stations; arrow keys go from one to the next" });
    this.car = h("div", { class: "map-car" }, smallCar());
    this.question = this.makeQuestion();
    this.node = h("div", { class: "map" }, this.drawing, this.pinsPlace, this.car, this.question, h("p", { class: "legend", "aria-hidden": "true" }, "free / all"), this.zoomButtons());
    this.listen();
  }

  makeQuestion() {
    this.asked = h("span", {});
    return h("div", { class: "question", hidden: true, role: "group" },
      this.asked,
      h("button", { type: "button", class: "primary", on: { click: () => answer(at(state.now.car)) } }, "Where my car stands"),
      h("button", { type: "button", class: "plain", on: { click: () => answer(null) } }, "Cancel"));
  }

  zoomButtons() {
    const button = (sign, name, act) => h("button", { type: "button", class: "tool", "aria-label": name, title: name, on: { click: act } }, icon(sign));
    return h("div", { class: "zoom" },
      button("plus", "Closer", () => this.zoom(ZOOM.step)),
      button("minus", "Further", () => this.zoom(1 / ZOOM.step)),
      button("home", "The whole town", () => this.whole()));
  }

  listen() {
    on("charge_points", (views) => this.count(new Set(views.map((view) => view.place))));
    on("now", () => this.showCar());
    on("selected", () => this.mark());
    on("pick", (question) => this.ask(question));
    on("picked", () => this.ask(null));
    on("show_place", (location) => this.look(toMetres(location)));
    new ResizeObserver(() => this.fit()).observe(this.node);
    this.node.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, this.under(event));
    }, { passive: false });
    this.node.addEventListener("pointerdown", (event) => this.grab(event));
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && answer(null));
    this.pinsPlace.addEventListener("keydown", (event) => this.walk(event));
  }

  setPlaces() {
    this.pinsPlace.replaceChildren();
    this.pins.clear();
    for (const place of state.places.values()) {
      const node = h("button", { type: "button", class: "pin", tabindex: "-1", "data-place": place.id, on: { click: () => this.choose(place) } });
      this.pins.set(place.id, { place, node, at: toMetres(place) });
      this.pinsPlace.append(node);
    }
    this.count(new Set(state.places.keys()));
    this.mark();
    this.draw();
  }

  choose(place) {
    if (picking()) answer(at(place));
    else tell("select", place.id);
  }

  count(places) {
    for (const id of places) {
      const pin = this.pins.get(id);
      if (!pin) continue;
      const all = pin.place.evses.map((uid) => state.chargePoints.get(uid)).filter(Boolean);
      const free = all.filter((view) => view.phase === "free").length;
      const mine = all.some((view) => view.plug?.driver === state.me?.id);
      setText(pin.node, `${free}/${all.length}`);
      pin.node.classList.toggle("none", free === 0);
      pin.node.classList.toggle("mine", mine);
      setAttributes(pin.node, { "aria-label": `${pin.place.name}: ${free} of ${all.length} free${mine ? ", your car is here" : ""}`, title: pin.place.name });
    }
  }

  mark() {
    const first = state.selected ?? this.pins.keys().next().value;
    for (const [id, { node }] of this.pins) {
      node.tabIndex = id === first ? 0 : -1;
      setAttributes(node, { "aria-current": id === state.selected ? "true" : null });
    }
  }

  // The nearest station in the arrow's direction.
  walk(event) {
    const way = ARROWS[event.key];
    const here = this.pins.get(event.target.dataset.place);
    if (!way || !here) return;
    event.preventDefault();
    let best = null;
    for (const pin of this.pins.values()) {
      const [dx, dy] = [pin.at.x - here.at.x, pin.at.y - here.at.y];
      const along = dx * way[0] + dy * way[1];
      const cost = along + 2 * Math.abs(dx * way[1] + dy * way[0]);
      if (pin !== here && along > 1 && (!best || cost < best.cost)) best = { pin, cost };
    }
    if (!best) return;
    this.look(best.pin.at);
    best.pin.node.focus();
  }

  ask(question) {
    this.question.hidden = !question;
    this.node.classList.toggle("picking", Boolean(question));
    if (!question) return;
    setText(this.asked, question);
    this.question.setAttribute("aria-label", question);
    this.question.querySelector(".primary").focus({ preventScroll: true });
  }

  // Drawing

  fit() {
    this.size = { width: this.node.clientWidth, height: this.node.clientHeight };
    if (!this.size.width) return;
    if (!this.scale) this.scale = Math.min(0.8, Math.max(0.42, this.size.width / 1300));
    this.draw();
  }

  whole() {
    this.scale = Math.min(this.size.width / 2900, this.size.height / 2500);
    this.look({ x: 800, y: 160 });
  }

  look(centre) {
    this.centre = centre;
    this.draw(true);
  }

  zoom(factor, around = this.centre) {
    const scale = Math.min(ZOOM.most, Math.max(ZOOM.least, this.scale * factor));
    const kept = this.scale / scale;
    this.centre = { x: around.x + (this.centre.x - around.x) * kept, y: around.y + (this.centre.y - around.y) * kept };
    this.scale = scale;
    this.draw();
  }

  toScreen({ x, y }) {
    return { x: (x - this.centre.x) * this.scale + this.size.width / 2, y: (y - this.centre.y) * this.scale + this.size.height / 2 };
  }

  under(event) {
    const box = this.node.getBoundingClientRect();
    return {
      x: (event.clientX - box.left - this.size.width / 2) / this.scale + this.centre.x,
      y: (event.clientY - box.top - this.size.height / 2) / this.scale + this.centre.y,
    };
  }

  draw(smoothly = false) {
    if (!this.scale || !this.size?.width) return;
    this.node.classList.toggle("gliding", smoothly && !calm());
    const zero = this.toScreen({ x: 0, y: 0 });
    this.ground.setAttribute("transform", `translate(${zero.x} ${zero.y}) scale(${this.scale})`);
    this.words.setAttribute("transform", `translate(${zero.x} ${zero.y}) scale(${this.scale})`);
    this.words.classList.toggle("far", this.scale < 0.3);
    this.words.style.setProperty("font-size", `${11.5 / this.scale}px`);
    const pins = [...this.pins.values()];
    const spots = spread(pins.map((pin) => this.toScreen(pin.at)));
    pins.forEach((pin, index) => place(pin.node, spots[index]));
    this.showCar();
  }

  showCar() {
    const { car } = state.now;
    this.car.hidden = !car;
    this.car.style.setProperty("--hue", hueOf(state.me));
    if (!car || !this.scale || !this.size?.width) return;
    place(this.car, this.toScreen(toMetres(car)));
  }

  // Dragging moves the map; a click that does not move asks for or answers a place.

  grab(event) {
    if (event.target.closest("button") || event.button !== 0) return;
    const from = { x: event.clientX, y: event.clientY, centre: this.centre };
    let moved = false;
    const move = (now) => {
      const [dx, dy] = [now.clientX - from.x, now.clientY - from.y];
      moved ||= Math.hypot(dx, dy) > CLICK_PX;
      if (!moved) return;
      this.centre = { x: from.centre.x - dx / this.scale, y: from.centre.y - dy / this.scale };
      this.draw();
    };
    const end = (now) => {
      this.node.removeEventListener("pointermove", move);
      if (!moved && now.type === "pointerup") this.clicked(toDegrees(this.under(now)));
    };
    this.node.setPointerCapture(event.pointerId);
    this.node.addEventListener("pointermove", move);
    this.node.addEventListener("pointerup", end, { once: true });
    this.node.addEventListener("pointercancel", end, { once: true });
  }

  clicked(place) {
    if (!picking()) return;
    park(place);
    answer(place);
  }
}

// A driver who says where the car is has put it there; one on a cable stays where it is.
const park = tried(async (place) => {
  if (!state.now.car?.plugged) await post("/street/park", { driver: state.me.id, ...place });
});

const at = ({ latitude, longitude }) => ({ latitude, longitude });

const place = (node, { x, y }) => node.style.setProperty("transform", `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -50%)`);

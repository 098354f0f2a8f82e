// The street side: a bar with the station's name and the speed of time, the map, and the station one stands at.

import { put } from "../api.js";
import { h } from "../dom.js";
import { tried } from "../notices.js";
import { on, state, tell } from "../state.js";
import { StreetMap } from "./map.js";
import { Scene } from "./scene.js";
import { toMetres } from "./land.js";

const SPEEDS = [1, 10, 60, 240, 1000];

export function setUpStreet(place) {
  const map = new StreetMap();
  const scene = new Scene();
  const stations = h("select", { on: { change: () => tell("select", stations.value) } });
  const speed = h("select", { on: { change: tried(() => put("/operator/speed", { speed: Number(speed.value) })) } },
    ...SPEEDS.map((each) => h("option", { value: each }, each === 1 ? "as in life" : `${each}× faster`)));
  const bar = h("div", { class: "street-bar" },
    h("label", {}, h("span", {}, "Station"), stations),
    h("label", {}, h("span", {}, "Cars charge"), speed));
  place.append(bar, map.node, scene.node);

  on("town", () => {
    stations.replaceChildren(...[...state.places.values()].sort((a, b) => a.name.localeCompare(b.name)).map(({ id, name }) => h("option", { value: id }, name)));
    map.setPlaces();
  });
  on("now", ({ speed: now }) => {
    if (document.activeElement === speed) return;
    if (!SPEEDS.includes(now) && ![...speed.options].some((each) => Number(each.value) === now)) speed.append(h("option", { value: now }, `${now}× faster`));
    speed.value = String(now);
  });
  on("select", (id) => {
    state.selected = id;
    stations.value = id;
    map.look(toMetres(state.places.get(id)));
    tell("selected", id);
  });
}

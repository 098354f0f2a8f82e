// How a car looks from the side, and in which colour whose car is painted.

import { svg } from "../dom.js";
import { state } from "../state.js";

const HUES = [158, 12, 268, 40, 205, 330];
const BODY = "M14 68C8 60 10 46 22 43L52 38 74 18C80 13 88 12 96 12H128C138 12 146 16 152 23L166 38 184 43C192 46 194 56 190 66L186 70H20Z";
const WINDOWS = "M62 38 80 22C84 18 90 18 96 18H104V38ZM110 18H127C135 18 141 21 146 26L156 38H110Z";

export const body = () => [svg("path", { d: BODY, class: "paint" }), svg("path", { d: WINDOWS, class: "window" })];

export const wheels = () =>
  [50, 154].flatMap((cx) => [svg("circle", { cx, cy: 70, r: 14, class: "tyre" }), svg("circle", { cx, cy: 70, r: 6, class: "rim" })]);

export const smallCar = () => svg("svg", { viewBox: "0 0 200 90", "aria-hidden": "true" }, ...body(), ...wheels());

export const hueOf = (person) => HUES[Math.max(0, state.people.findIndex((each) => each.id === person?.id)) % HUES.length];

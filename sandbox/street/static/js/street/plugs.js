// The faces of plugs and what they are called, as on the charge points.

import { svg } from "../dom.js";

export const STANDARDS = {
  IEC_62196_T2: "Type 2",
  IEC_62196_T2_COMBO: "CCS",
  CHADEMO: "CHAdeMO",
};

const dot = (cx, cy, r) => svg("circle", { cx, cy, r, class: "hole" });

const type2 = (cy = 24) => [
  svg("path", { d: `M10 ${cy - 10}H38A17 17 0 1 1 10 ${cy - 10}Z`, class: "socket" }),
  ...[[17, -5, 2], [31, -5, 2], [12.5, 3, 2.7], [24, 3, 2.7], [35.5, 3, 2.7], [18, 11, 2.7], [30, 11, 2.7]].map(([x, y, r]) => dot(x, cy + y, r)),
];

const FACES = {
  IEC_62196_T2: () => type2(),
  IEC_62196_T2_COMBO: () => [
    svg("rect", { x: 9, y: 31, width: 30, height: 14, rx: 7, class: "socket" }),
    svg("g", { transform: "translate(5.3 -1.5) scale(.78)" }, ...type2()),
    dot(17, 38, 3.8), dot(31, 38, 3.8),
  ],
  CHADEMO: () => [
    svg("circle", { cx: 24, cy: 24, r: 18, class: "socket" }),
    dot(15.5, 24, 5), dot(32.5, 24, 5), dot(24, 13.5, 3), dot(24, 34.5, 3),
  ],
};

export const face = (standard) =>
  svg("svg", { viewBox: "0 0 48 48", class: "face", "aria-hidden": "true" }, ...(FACES[standard] ?? FACES.IEC_62196_T2)());

export const standardName = (connector) => STANDARDS[connector.standard] ?? connector.standard;

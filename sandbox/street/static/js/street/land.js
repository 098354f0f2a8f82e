// The land of Havermonde: where coordinates are on the drawing, and what is drawn there besides stations.
// One unit is a metre, counted from the harbour to the east and to the south.

import { svg } from "../dom.js";

const ORIGIN = { latitude: 53.1752, longitude: 5.4197 };
const METRES = { latitude: 111_300, longitude: 66_720 };

export const toMetres = ({ latitude, longitude }) => ({
  x: (longitude - ORIGIN.longitude) * METRES.longitude,
  y: (ORIGIN.latitude - latitude) * METRES.latitude,
});

export const toDegrees = ({ x, y }) => ({
  latitude: Number((ORIGIN.latitude - y / METRES.latitude).toFixed(6)),
  longitude: Number((ORIGIN.longitude + x / METRES.longitude).toFixed(6)),
});

const SEA = "M-6000-5000H-250L-300-700-420-420-380-260-520-300-560-120-470-90-470-60-30-60-30-28-470-24-480 60-520 180-500 270"
  + "L-470 300-60 306-60 352-450 350-500 400-470 440-490 620-560 640-420 900-380 1400-500 5000H-6000Z";
const MOAT = "M-30-44 60-60 170-150 330-130 420-20 400 200 300 330 120 350-60 330";
const CANAL = "M415-30C700-60 900-130 1150-120S2000 60 4200 40";
const OLD_TOWN = "M-450-15-40-18 60-35 170-125 320-105 395-15 375 190 285 305 115 325-60 296-450 285-480 180-460 60Z";
const PARKS = ["M430-560 700-620 760-420 560-330 430-400Z", "M820 900 1080 860 1120 1080 860 1120Z", "M1180-560 1400-600 1420-380 1230-350Z"];
const STREETS = [
  "M-450 40C-300 60-150 90 90 114S330 90 620 150 1300 330 2400 300",
  "M-300 230C-180 250-60 260 60 250S250 120 247-46 400-250 520-420 900-800 1500-900",
  "M-300 20-290 1500", "M197 120 200 620 700 820 1500 1190", "M-450 520C-200 560-50 600 200 640S900 520 1290 370",
  "M247-46C500-60 800-40 1100-60", "M-45 300-45 900", "M600 150C640 500 700 800 960 1050", "M780-300C760 0 780 400 900 900",
  "M520-420 1280-300 1290 370", "M-219 80-220 230", "M-100 60-110 290", "M90 20 95 320", "M260-20 250 280",
];
const MOTORWAY = "M-250 4000C-200 1700 200 1350 900 1290S1700 1250 1900 700 2000-600 2300-2500";
const RAILWAY = "M4000 420C2000 560 1000 700 197 600S-200 560-420 640";
const NAMES = [
  [-760, -340, "Wadden Sea", "water"], [-215, -37, "Noorderhaven", "water"], [-255, 335, "Zuiderhaven", "water"],
  [-60, 30, "Old town", "town"], [600, -470, "Noorderpark", "park"], [960, 1000, "Sportpark", "park"], [820, -95, "Trekvaart", "water"],
];

export const land = () => [
  svg("path", { d: SEA, class: "water" }),
  ...PARKS.map((d) => svg("path", { d, class: "park" })),
  svg("path", { d: OLD_TOWN, class: "town" }),
  svg("path", { d: CANAL, class: "canal" }),
  svg("path", { d: MOAT, class: "canal moat" }),
  svg("path", { d: MOTORWAY, class: "road-edge motorway" }),
  ...STREETS.map((d) => svg("path", { d, class: "road-edge" })),
  ...STREETS.map((d) => svg("path", { d, class: "road" })),
  svg("path", { d: MOTORWAY, class: "road motorway" }),
  svg("path", { d: RAILWAY, class: "railway" }),
  ferry(),
];

export const names = () => NAMES.map(([x, y, name, kind]) => svg("text", { x, y, class: `land-name ${kind}` }, name));

const ferry = () =>
  svg("g", { class: "ferry", transform: "translate(-640 -180) rotate(14)" },
    svg("path", { d: "M-70 14 70 14 56 40-56 40Z", class: "hull" }),
    svg("path", { d: "M-44-12H40V14H-44Z M-20-30H16V-12H-20Z", class: "deck" }));

// A few streets around a point, for a card in the chat.
export function smallMap(location) {
  const { x, y } = toMetres(location);
  return svg("svg", { class: "small-map land", viewBox: `${x - 220} ${y - 90} 440 180`, preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true" },
    ...land(),
    svg("circle", { cx: x, cy: y, r: 18, class: "spot-ring" }),
    svg("circle", { cx: x, cy: y, r: 11, class: "spot" }));
}

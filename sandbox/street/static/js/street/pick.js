// One question to the map at a time: which place? Whoever asks gets coordinates, or null when it was called off.

import { tell } from "../state.js";

let waiting = null;

export const picking = () => waiting !== null;

export function pickPlace(question) {
  answer(null);
  return new Promise((resolve) => {
    waiting = resolve;
    tell("pick", question);
  });
}

export function answer(place) {
  if (!waiting) return;
  const resolve = waiting;
  waiting = null;
  tell("picked");
  resolve(place);
}

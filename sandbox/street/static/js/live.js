// The one lasting connection: brings what changes, and connects again by itself.

import { state, tell } from "./state.js";

const PATIENCE = [300, 600, 1200, 2500];

let socket = null;
let failures = 0;

export function connect(driver, chat) {
  socket?.close();
  const query = new URLSearchParams({ driver, chat: chat ?? driver });
  const mine = new WebSocket(`${location.origin.replace(/^http/, "ws")}/live?${query}`);
  socket = mine;
  mine.binaryType = "arraybuffer";
  mine.onopen = () => {
    failures = 0;
    tell("connected", true);
  };
  mine.onmessage = (event) => {
    if (mine !== socket) return;
    const { kind, facts } = JSON.parse(new TextDecoder().decode(event.data));
    receive[kind]?.(facts);
  };
  mine.onclose = () => {
    if (mine !== socket) return;
    tell("connected", false);
    const wait = PATIENCE[Math.min(failures++, PATIENCE.length - 1)];
    setTimeout(() => mine === socket && connect(driver, chat), wait);
  };
}

const receive = {
  chat(view) {
    if (view.whole || !view.started) state.messages.clear();
    for (const message of view.messages) state.messages.set(message.id, message);
    for (const id of view.deleted) state.messages.delete(id);
    state.chat = view;
    tell("chat", view);
  },
  charge_points(views) {
    for (const view of views) state.chargePoints.set(view.uid, view);
    tell("charge_points", views);
  },
  now(facts) {
    state.now = facts;
    tell("now", facts);
  },
  calls: (calls) => tell("calls", calls),
  ocpi: (entries) => tell("ocpi", entries),
};

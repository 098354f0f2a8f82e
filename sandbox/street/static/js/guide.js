// The one line that says what to do next. It looks at the chat and the street, never at the bot's words.

import { $, setText } from "./dom.js";
import { on, state } from "./state.js";

const FIRST = "Press Start in the chat: the bot asks where your car is. Then click a charge point to plug in.";

let finished = false;

function next() {
  const { chat, now } = state;
  if (!chat) return "Opening the street…";
  if (chat.type !== "private") return "You are the one who helps: each driver who asks has a topic, and what you write there reaches the driver.";
  if (now.bot?.state === "gone") return "The bot is gone. Start it again behind the scenes: it still knows everything.";
  const point = now.car?.plugged && state.chargePoints.get(now.car.plugged);
  if (point?.phase === "finished") finished = true;
  if (!chat.started) return FIRST;
  if (!point) return finished ? "That was the whole road. Now click a sticker to photograph it, get a pass behind the scenes, or go wrong: the wrong plug, a fault, a killed bot." : unplugged(chat);
  return PLUGGED[point.phase] ?? "Your car is on the cable.";
}

function unplugged(chat) {
  const asksWhere = chat.keyboard?.rows.flat().some((button) => button.request_location);
  const answered = [...state.messages.values()].some((message) => message.buttons.length > 0);
  if (asksWhere && !answered) return "Share your location with the button below the chat, and click on the map where your car is.";
  return "Choose a station and a plug in the chat, and plug your car in at the charge point with the same sticker.";
}

const PLUGGED = {
  plugged: "The cable is in. Now start the charge in the chat; is it the plug that you chose there?",
  starting: "The charge point is starting.",
  charging: "It charges. Watch the message in the chat, and press Stop charging there when you have enough.",
  full: "The car is full: it should make room for others.",
  stopping: "It stops.",
  finished: "Done. Click the plug once more to unplug; the receipt comes into the chat.",
  broken: "This charge point is out of order. Unplug, and repair it if you like.",
};

export function setUpGuide() {
  const show = () => setText($("#guide"), next());
  for (const topic of ["chat", "now", "charge_points", "connected"]) on(topic, show);
  show();
}

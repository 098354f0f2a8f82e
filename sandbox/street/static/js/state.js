// What the page knows, and who wants to hear of it. Only live.js and main.js write here.

export const state = {
  people: [],
  me: null,
  chat: null,
  messages: new Map(),
  topic: null,
  support: null,
  places: new Map(),
  chargePoints: new Map(),
  now: { car: null, speed: 60, bot: null, pass: null },
  selected: null,
};

// A bot is called what its owner calls it.
export const nameOf = (person) => (person.is_bot ? state.chat.bot.name || person.name : person.name);

const listeners = new Map();

export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, []);
  listeners.get(topic).push(listener);
}

export function tell(topic, facts) {
  for (const listener of listeners.get(topic) ?? []) listener(facts);
}

// Where a link leads: a deep link to this bot stays in this chat, everything else opens a page of its own.

import { inChat } from "../api.js";
import { toast, tried } from "../notices.js";
import { state, tell } from "../state.js";

function deepLink(url) {
  const to = new URL(url, location.href);
  const web = /^(t\.me|telegram\.me)$/.test(to.hostname) && to.pathname.slice(1);
  const name = web || (to.protocol === "tg:" && to.searchParams.get("domain"));
  const same = name && name.toLowerCase() === state.chat.bot.username?.toLowerCase();
  return same && to.searchParams.has("start") ? to.searchParams.get("start") : null;
}

export const openLink = tried(async (url) => {
  let payload;
  try {
    payload = deepLink(url);
  } catch {
    return toast("This link leads nowhere.", "bad");
  }
  if (payload !== null) {
    tell("acted");
    return inChat(state, "start", { payload });
  }
  if (!/^(https?|tg|geo|mailto|tel):/i.test(url)) return toast("This link leads nowhere.", "bad");
  window.open(url, "_blank", "noopener,noreferrer");
});

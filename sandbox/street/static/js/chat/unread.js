// The unread mark, the buzz and the sound: only for messages that notify.

import { $, setText } from "../dom.js";
import { on } from "../state.js";
import { soundIsOn } from "../theme.js";

const TITLE = document.title;

export class Unread {
  constructor() {
    this.count = 0;
    on("buzz", ({ seen }) => this.buzz(seen));
    on("read", () => this.mark(0));
    document.addEventListener("visibilitychange", () => !document.hidden && this.lookAgain());
    on("side", () => this.lookAgain());
  }

  buzz(seen) {
    if (soundIsOn()) beep();
    if (!seen || document.hidden) this.mark(this.count + 1);
  }

  lookAgain() {
    const list = $(".messages");
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
    if (list.offsetParent !== null && atEnd) this.mark(0);
  }

  mark(count) {
    this.count = count;
    const badge = $("#tab-unread");
    badge.hidden = count === 0;
    setText(badge, count ? String(count) : "");
    badge.setAttribute("aria-label", `${count} unread`);
    setText($(".newest .count"), count ? String(count) : "");
    document.title = count ? `(${count}) ${TITLE}` : TITLE;
  }
}

let audio = null;

function beep() {
  audio ??= new AudioContext();
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  tone.frequency.value = 880;
  loudness.gain.setValueAtTime(0.08, audio.currentTime);
  loudness.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.25);
  tone.connect(loudness).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.25);
}

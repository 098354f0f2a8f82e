// Light and dark: the system's choice until the visitor makes one of their own. Sound: off until asked for.

import { $, setAttributes } from "./dom.js";
import { icon } from "./icons.js";

const media = matchMedia("(prefers-color-scheme: dark)");

function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing forgets the choice, no more.
  }
}

const isDark = () => (kept("theme") ?? (media.matches ? "dark" : "light")) === "dark";

export const soundIsOn = () => kept("sound") === "on";

export function setUpTheme() {
  const theme = $("#theme");
  const show = () => {
    document.documentElement.dataset.theme = isDark() ? "dark" : "light";
    label(theme, isDark() ? "sun" : "moon", isDark() ? "Light colours" : "Dark colours");
  };
  theme.addEventListener("click", () => {
    keep("theme", isDark() ? "light" : "dark");
    show();
  });
  media.addEventListener("change", show);
  show();
  setUpSound();
}

function setUpSound() {
  const sound = $("#sound");
  const show = () => {
    label(sound, soundIsOn() ? "bell" : "muted", "Sound for messages that notify");
    setAttributes(sound, { "aria-pressed": soundIsOn() ? "true" : "false" });
  };
  sound.addEventListener("click", () => {
    keep("sound", soundIsOn() ? "off" : "on");
    show();
  });
  show();
}

function label(button, sign, words) {
  button.replaceChildren(icon(sign));
  setAttributes(button, { "aria-label": words, title: words });
}

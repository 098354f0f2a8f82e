// Behind the scenes: what the bot and its two neighbours say to each other, and switches to make life hard.

import { $, h } from "../dom.js";
import { icon } from "../icons.js";
import { letter } from "./letter.js";
import { setUpLog } from "./log.js";
import { troubles } from "./troubles.js";

export function setUpBackstage(place) {
  const opener = $("#open-backstage");
  opener.prepend(icon("wings"));
  const tabs = [
    ["Bot API", setUpLog("calls")],
    ["OCPI", setUpLog("ocpi")],
    ["Your pass", letter()],
    ["Trouble", troubles()],
  ];
  const buttons = tabs.map(([name], index) =>
    h("button", { type: "button", role: "tab", id: `backstage-tab-${index}`, "aria-controls": `backstage-panel-${index}`, on: { click: () => choose(index) } }, name));
  const panels = tabs.map(([, node], index) =>
    h("div", { role: "tabpanel", id: `backstage-panel-${index}`, "aria-labelledby": `backstage-tab-${index}`, class: "backstage-panel" }, node));
  const close = h("button", { type: "button", class: "tool", "aria-label": "Close", on: { click: () => show(false) } }, icon("close"));
  place.append(h("header", { class: "backstage-top" }, h("h2", {}, "Behind the scenes"), close),
    h("div", { class: "backstage-tabs", role: "tablist", "aria-label": "Behind the scenes" }, ...buttons), ...panels);

  function choose(index) {
    buttons.forEach((button, each) => {
      button.setAttribute("aria-selected", String(each === index));
      button.tabIndex = each === index ? 0 : -1;
      panels[each].hidden = each !== index;
    });
    panels[index].firstChild.dispatchEvent(new Event("shown"));
  }

  function show(open) {
    place.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) choose(Math.max(0, buttons.findIndex((button) => button.getAttribute("aria-selected") === "true")));
    (open ? close : opener).focus();
  }

  buttons[0].parentElement.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const index = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
    choose(index);
    buttons[index].focus();
  });
  opener.addEventListener("click", () => show(place.hidden));
  document.addEventListener("keydown", (event) => event.key === "Escape" && !place.hidden && !document.querySelector("dialog[open]") && show(false));
  choose(0);
}

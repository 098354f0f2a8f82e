// Puts the page together: who is here, which chat is open, which side is shown on a narrow screen.

import { get, post } from "./api.js";
import { setUpBackstage } from "./backstage/backstage.js";
import { setUpChat } from "./chat/chat.js";
import { $, h } from "./dom.js";
import { setUpGuide } from "./guide.js";
import { connect } from "./live.js";
import { ask, tried } from "./notices.js";
import { on, state, tell } from "./state.js";
import { setUpStreet } from "./street/street.js";
import { setUpTheme } from "./theme.js";

const FIRST_STATION = "Noorderhaven kade";
const LANGUAGES = [["en", "English"], ["nl", "Nederlands"], ["de", "Deutsch"], ["fr", "Français"], ["es", "Español"], ["it", "Italiano"]];
const NEW = "new";

const open = tried(async () => {
  setUpTheme();
  setUpChat($("#chat"));
  setUpStreet($("#street"));
  setUpBackstage($("#backstage"));
  setUpGuide();
  setUpSides();
  const [overview, town] = await Promise.all([get("/telegram"), get("/street/town")]);
  state.people = overview.people;
  state.support = town.support;
  state.places = new Map(town.places.map((place) => [place.id, place]));
  tell("town");
  selectWhenSeen(town.places.find(({ name }) => name === FIRST_STATION) ?? town.places[0]);
  setUpWho();
  await become(Number(new URLSearchParams(location.search).get("driver")));
});

// The first station is shown as soon as its charge points have been seen.
function selectWhenSeen(place) {
  let done = false;
  on("charge_points", () => {
    if (done) return;
    done = true;
    tell("select", place.id);
  });
}

function setUpWho() {
  const who = $("#who");
  who.addEventListener("change", tried(async () => {
    if (who.value !== NEW) return become(Number(who.value));
    const born = await newDriver();
    if (born) state.people.push(born);
    return become(born?.id ?? state.me.id);
  }));
}

async function become(id) {
  state.me = state.people.find((person) => person.id === id) ?? state.people[0];
  $("#who").replaceChildren(
    ...state.people.map((person) => h("option", { value: person.id }, isAgent(person) ? `${person.first_name}, support` : person.first_name)),
    h("option", { value: NEW }, "Somebody new…"));
  $("#who").value = String(state.me.id);
  history.replaceState(null, "", `?driver=${state.me.id}`);
  await post("/street/arrive", { driver: state.me.id, name: state.me.first_name });
  state.topic = null;
  document.body.classList.toggle("agent", isAgent(state.me));
  connect(state.me.id, isAgent(state.me) ? state.support.chat : state.me.id);
}

const isAgent = (person) => person.id === state.support?.agent;

async function newDriver() {
  const name = h("input", { type: "text", required: true, maxlength: "40", autocomplete: "off" });
  const language = h("select", {}, ...LANGUAGES.map(([code, words]) => h("option", { value: code }, words)));
  const body = [h("label", {}, "Name", name), h("label", {}, "Language", language)];
  const told = await ask({ title: "Somebody new", body, yes: "Come in", value: () => ({ first_name: name.value.trim(), language_code: language.value }) });
  return told?.first_name ? post("/telegram/people", told) : null;
}

// On a narrow screen one side is shown at a time.
function setUpSides() {
  const tabs = { chat: $("#tab-chat"), street: $("#tab-street") };
  const show = (side) => {
    document.body.dataset.side = side;
    for (const [name, tab] of Object.entries(tabs)) tab.setAttribute("aria-pressed", String(name === side));
    tell("side", side);
  };
  for (const [name, tab] of Object.entries(tabs)) tab.addEventListener("click", () => show(name));
  let from = null;
  on("pick", () => {
    from = document.body.dataset.side;
    show("street");
  });
  on("picked", () => show(from ?? "chat"));
  on("show_place", () => show("street"));
  show("chat");
}

open();

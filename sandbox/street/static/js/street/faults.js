// The fault switches of one charge point: how a real operator would go wrong here, from now on.

import { get, post, remove } from "../api.js";
import { h } from "../dom.js";
import { ask, tried } from "../notices.js";
import { state } from "../state.js";
import { nameOf } from "./charge-point.js";

let kinds = null;

export async function misbehave(uid) {
  kinds ??= (await get("/operator/faults")).faults;
  const view = state.chargePoints.get(uid);
  await ask({
    title: `How ${nameOf(view)} misbehaves`,
    body: [
      h("p", { class: "quiet" }, "A switch works at once. Nobody tells the bot: it has to find out."),
      h("ul", { class: "switches" }, ...kinds.map((kind) => line(uid, kind, view.faults.includes(kind.name)))),
    ],
    yes: "Done",
    no: null,
  });
}

function line(uid, kind, set) {
  const change = tried((event) =>
    event.target.checked ? post(`/operator/evses/${uid}/faults`, { name: kind.name }) : remove(`/operator/evses/${uid}/faults/${kind.name}`));
  return h("li", {}, h("label", {},
    h("input", { type: "checkbox", checked: set, name: kind.name, on: { change } }),
    h("span", {}, h("b", {}, kind.name.replaceAll("_", " ")), h("small", {}, kind.sentence))));
}

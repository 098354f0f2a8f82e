// Text with Telegram's entities as nodes. Offsets count UTF-16 units, as JavaScript's strings do.

import { h } from "../dom.js";

const SAFE = /^(https?|mailto|tel|tg|geo):/i;

const outside = (href, children) =>
  SAFE.test(href) ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children) : h("span", {}, ...children);

const withScheme = (text) => (/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`);

function wrap(entity, text, children) {
  switch (entity.type) {
    case "bold":
      return h("b", {}, ...children);
    case "italic":
      return h("i", {}, ...children);
    case "underline":
      return h("u", {}, ...children);
    case "strikethrough":
      return h("s", {}, ...children);
    case "code":
      return h("code", {}, ...children);
    case "pre":
      return h("pre", {}, ...children);
    case "spoiler":
      return h("button", { type: "button", class: "spoiler", on: { click: (e) => e.currentTarget.classList.add("open") } }, ...children);
    case "blockquote":
      return h("blockquote", {}, ...children);
    case "expandable_blockquote":
      return h("details", { class: "quote" }, h("summary", {}, "More"), h("blockquote", {}, ...children));
    case "text_link":
      return outside(entity.url, children);
    case "url":
      return outside(withScheme(text), children);
    case "email":
      return outside(`mailto:${text}`, children);
    case "phone_number":
      return outside(`tel:${text.replace(/[^+\d]/g, "")}`, children);
    case "bot_command":
      return h("button", { type: "button", class: "link", "data-command": text }, ...children);
    case "mention":
    case "hashtag":
    case "cashtag":
    case "text_mention":
      return h("span", { class: "tag" }, ...children);
    default:
      return h("span", {}, ...children);
  }
}

export function formatted(text, entities = []) {
  const ordered = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return between(text, 0, text.length, ordered);
}

function between(text, begin, end, entities) {
  const nodes = [];
  let at = begin;
  let rest = entities;
  while (rest.length) {
    const [entity, ...others] = rest;
    const stop = Math.min(entity.offset + entity.length, end);
    const inner = others.filter((other) => other.offset < stop);
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    nodes.push(wrap(entity, text.slice(entity.offset, stop), between(text, entity.offset, stop, inner)));
    at = stop;
    rest = others.filter((other) => other.offset >= stop);
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

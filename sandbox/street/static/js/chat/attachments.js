// Photos, documents, voice notes, places and contacts inside a bubble.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { tell } from "../state.js";
import { smallMap } from "../street/land.js";

const fileUrl = (fileId) => `/telegram/files/${encodeURIComponent(fileId)}`;

const size = (bytes) => (bytes > 900_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1000))} kB`);

const MAKERS = {
  photo: ({ photo }) =>
    h("a", { class: "photo", href: fileUrl(photo.file_id), target: "_blank", "aria-label": "Open the photo" },
      h("img", { src: fileUrl(photo.file_id), alt: "Photo", loading: "lazy", width: photo.width, height: photo.height })),
  document: ({ document: file }) =>
    h("a", { class: "file", href: fileUrl(file.file_id), download: file.file_name ?? "file" },
      h("span", { class: "file-sign" }, icon("file")),
      h("span", {}, h("b", {}, file.file_name ?? "A file"), h("small", {}, size(file.file_size ?? 0)))),
  voice: ({ voice }) => h("audio", { class: "voice", controls: true, preload: "none", src: fileUrl(voice.file_id), "aria-label": "Voice note" }),
  audio: ({ audio }) => h("audio", { class: "voice", controls: true, preload: "none", src: fileUrl(audio.file_id), "aria-label": "Sound" }),
  video: ({ video }) => h("video", { class: "video", controls: true, preload: "none", src: fileUrl(video.file_id), "aria-label": "Video" }),
  location: ({ location }) => place(location, location.live_period ? "Live location" : "Location", ""),
  venue: ({ venue }) => place(venue.location, venue.title, venue.address),
  contact: ({ contact }) =>
    h("div", { class: "file" },
      h("span", { class: "file-sign" }, icon("person")),
      h("span", {}, h("b", {}, [contact.first_name, contact.last_name].filter(Boolean).join(" ")), h("small", {}, contact.phone_number))),
};

function place(location, title, address) {
  return h("button",
    { type: "button", class: "place-card", on: { click: () => tell("show_place", location) } },
    smallMap(location),
    h("span", {}, h("b", {}, title), address && h("small", {}, address), h("small", { class: "hint" }, "Show in the street")));
}

export const attachment = (message) => MAKERS[message.kind]?.(message) ?? null;

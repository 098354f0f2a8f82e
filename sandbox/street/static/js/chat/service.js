// What has happened in the chat besides messages, as one line each.

import { nameOf } from "../state.js";

const WORDS = {
  pinned_message: () => "pinned a message",
  forum_topic_created: ({ name }) => `created the topic “${name}”`,
  forum_topic_edited: ({ name }) => (name ? `renamed the topic to “${name}”` : "changed the topic's icon"),
  forum_topic_closed: () => "closed the topic",
  forum_topic_reopened: () => "opened the topic again",
  new_chat_members: (members) => `brought in ${members.map(({ first_name: name }) => name).join(", ")}`,
  left_chat_member: ({ first_name: name }) => `saw ${name} leave`,
  migrate_to_chat_id: () => "made this group a supergroup",
};

export const isService = (message) => message.kind === "pinned_message" || "service" in message;

export const serviceWords = (message) =>
  `${message.own ? "You" : nameOf(message.from)} ${(WORDS[message.kind] ?? (() => message.kind.replaceAll("_", " ")))(message.service ?? {})}`;

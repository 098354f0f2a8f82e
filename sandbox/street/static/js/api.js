// Asks the page's server. Whatever goes wrong becomes one sentence, shown by whoever asked.

export class Refused extends Error {}

async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      body: body === undefined || body instanceof FormData ? body : JSON.stringify(body),
      headers: body === undefined || body instanceof FormData ? {} : { "Content-Type": "application/json" },
    });
  } catch {
    throw new Refused("The street does not answer. Is it still open in the terminal?");
  }
  const found = await answer.json().catch(() => ({ error: `The street answered HTTP ${answer.status}.` }));
  if (!answer.ok) throw new Refused(found.error ?? `The street answered HTTP ${answer.status}.`);
  return found;
}

export async function picture(path) {
  const answer = await fetch(path).catch(() => null);
  if (!answer?.ok) throw new Refused("The picture could not be taken.");
  return answer.blob();
}

export const get = (path) => ask("GET", path);
export const post = (path, body = {}) => ask("POST", path, body);
export const put = (path, body) => ask("PUT", path, body);
export const remove = (path) => ask("DELETE", path);

// What somebody does in the open chat, and in its open topic.
export function inChat(state, deed, body = {}) {
  const standing = { from: state.me.id, ...(state.topic ? { topic: state.topic } : {}) };
  if (!(body instanceof FormData)) return post(`/telegram/chats/${state.chat.id}/${deed}`, { ...standing, ...body });
  for (const [name, value] of Object.entries(standing)) body.append(name, value);
  return post(`/telegram/chats/${state.chat.id}/${deed}`, body);
}

// People, groups, places and whole rooms as they stand in a text; what means the reader stands out.

import { h } from "./block-dom.js";

function mention(words, mine, more = {}) {
  return h("span", { class: mine ? "bk-mention bk-mine" : "bk-mention", dir: "auto", ...more }, words);
}

/** A person; `label` is what the writer called them, used where nobody here knows the id. */
export function userMention(id, ctx, label = "") {
  const person = ctx.people?.get(id);
  const title = person?.real_name && person.real_name !== person.name ? person.real_name : null;
  return mention(`@${person?.name ?? (label.replace(/^@/, "") || id)}`, id === ctx.me, { title });
}

export function groupMention(id, ctx, label = "") {
  const group = ctx.groups?.get(id);
  const mine = Boolean(group?.members?.includes(ctx.me));
  const name = group?.handle ?? (label.replace(/^@/, "") || id);
  return mention(`@${name}`, mine, { title: group?.name });
}

export function broadcastMention(range) {
  return mention(`@${range}`, true);
}

/** A place the reader may open; one they can't see is only called private. */
export function channelMention(id, ctx, label = "") {
  const name = ctx.channels?.get(id) ?? null;
  if (name === null && !label) return mention("#private channel", false);
  if (name === null || !ctx.goto) return mention(`#${name ?? label}`, false);
  const go = () => ctx.goto(id);
  return h("button", { type: "button", class: "bk-mention bk-channel", dir: "auto", click: go }, `#${name}`);
}

/** The id of a place by the name somebody typed after a hash, or null. */
export function channelCalled(name, ctx) {
  for (const [id, known] of ctx.channels ?? []) if (known === name) return id;
  return null;
}

// Draws rich text: in its leaves nothing is parsed, and lists, quotes and code are blocks of their own.

import { anchor, append, fragment, h } from "./block-dom.js";
import { broadcastMention, channelMention, groupMention, userMention } from "./block-mentions.js";
import { timeNode } from "./block-time.js";
import { character, emojiNode } from "./emoji.js";

const STYLES = { code: "code", strike: "s", italic: "em", bold: "strong", underline: "u" };

const LEAVES = {
  text: (leaf) => leaf.text ?? "",
  link: (leaf) => anchor(leaf.url, leaf.text || leaf.url),
  user: (leaf, ctx) => userMention(leaf.user_id, ctx),
  usergroup: (leaf, ctx) => groupMention(leaf.usergroup_id, ctx),
  channel: (leaf, ctx) => channelMention(leaf.channel_id, ctx),
  broadcast: (leaf) => broadcastMention(leaf.range),
  team: (leaf) => h("span", { class: "bk-mention" }, String(leaf.team_id)),
  emoji: (leaf) => (character(leaf.name) ? emojiNode(leaf.name) : `:${leaf.name}:`),
  date: dateLeaf,
  color: (leaf) => colour(String(leaf.value)),
};

function dateLeaf(leaf, ctx) {
  if (!Number.isFinite(leaf.timestamp) || !leaf.format) return h("span", {}, leaf.fallback ?? "");
  const node = timeNode(leaf.timestamp, leaf.format, ctx);
  return leaf.url ? anchor(leaf.url, node) : node;
}

function colour(value) {
  if (!/^#[0-9a-f]{3,8}$/i.test(value)) return value;
  const swatch = h("span", { class: "bk-swatch", "aria-hidden": "true" });
  swatch.style.backgroundColor = value;
  return h("span", {}, value, swatch);
}

function leafNode(leaf, ctx) {
  const draw = LEAVES[leaf?.type];
  let node = draw ? draw(leaf, ctx) : String(leaf?.text ?? "");
  for (const [style, tag] of Object.entries(STYLES)) {
    if (leaf?.style?.[style]) node = h(tag, { class: style === "code" ? "bk-code" : null }, node);
  }
  return node;
}

/** The leaves of a section as they run on. */
export function leaves(elements, ctx) {
  return fragment((elements ?? []).map((leaf) => leafNode(leaf, ctx)));
}

const PARTS = {
  rich_text_section: (part, ctx) => h("div", { class: "bk-rich", dir: "auto" }, leaves(part.elements, ctx)),
  rich_text_quote: (part, ctx) =>
    h("blockquote", { class: "bk-quote bk-rich", dir: "auto" }, leaves(part.elements, ctx)),
  rich_text_preformatted: (part, ctx) =>
    h("pre", { class: "bk-pre", dir: "auto", "data-language": part.language }, leaves(part.elements, ctx)),
  rich_text_list: list,
};

function list(part, ctx) {
  const ordered = part.style === "ordered";
  const deep = Math.min(Math.max(part.indent ?? 0, 0), 8);
  const classes = ["bk-list", `bk-indent-${deep}`, `bk-marks-${deep % 3}`, part.border ? "bk-border" : ""];
  const items = (part.elements ?? []).map((item) => h("li", { dir: "auto" }, leaves(item.elements, ctx)));
  const start = ordered && part.offset ? part.offset + 1 : null;
  return h(ordered ? "ol" : "ul", { class: classes.join(" ").trim(), start }, items);
}

/** The elements of a rich_text block. */
export function richText(elements, ctx) {
  const node = h("div", { class: "bk-richtext" });
  for (const part of elements ?? []) append(node, PARTS[part?.type]?.(part, ctx) ?? null);
  return node;
}

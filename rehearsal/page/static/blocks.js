// Draws the blocks of messages, modals and the App Home.

import { append, fragment, h, spoken, uid } from "./block-dom.js";
import { input } from "./block-input.js";
import { imageBlock, imageNode } from "./block-image.js";
import { markdown } from "./block-markdown.js";
import { table } from "./block-table.js";
import { renderElement, unknown } from "./elements.js";
import { mrkdwn, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";

const LONG = 900;
const LINES = 14;
const ALERTS = {
  default: ["Note", "•"],
  info: ["Information", "i"],
  warning: ["Warning", "!"],
  error: ["Error", "×"],
  success: ["Success", "✓"],
};

const BLOCKS = {
  header,
  section,
  context,
  actions,
  input,
  table,
  alert,
  image: imageBlock,
  divider: () => h("hr", { class: "bk-divider" }),
  rich_text: (block, ctx) => richText(block.elements, ctx),
  markdown: (block, ctx) => markdown(block.text ?? "", ctx),
};

/** All blocks of a message or home, in their order. */
export function renderBlocks(blocks, ctx) {
  return fragment((blocks ?? []).map((block) => renderBlock(block, ctx)));
}

/** The text of a message that has no blocks. */
export function renderText(text, ctx) {
  return h("div", { class: "bk-text", dir: "auto" }, mrkdwn(String(text ?? ""), ctx));
}

export function renderBlock(block, ctx) {
  const draw = BLOCKS[block?.type];
  const node = draw ? draw(block, ctx) : unknown("block", block?.type);
  node.classList.add("bk-block");
  return node;
}

function header(block, ctx) {
  const level = Math.min(Math.max(Number(block.level) || 1, 1), 4);
  return h(`h${level + 2}`, { class: `bk-header bk-level-${level}`, dir: "auto" }, textObject(block.text, ctx));
}

function section(block, ctx) {
  const words = h("div", { class: "bk-section-words" });
  if (block.text) words.append(sectionText(block, ctx));
  if (block.fields?.length) words.append(fields(block.fields, ctx));
  const node = h("div", { class: "bk-section" }, words);
  if (block.accessory) append(node, accessory(block, ctx));
  return node;
}

/** Long words are folded until somebody wants them, unless the block says otherwise. */
function sectionText(block, ctx) {
  const text = spoken(block.text);
  const node = h("div", { class: "bk-text", id: uid("text"), dir: "auto" }, textObject(block.text, ctx));
  if (block.expand || (text.length <= LONG && text.split("\n").length <= LINES)) return node;
  const more = h("button", {
    type: "button", class: "bk-link bk-fold", "aria-expanded": "false", "aria-controls": node.id,
  }, "See more");
  const fold = (on) => {
    node.classList.toggle("bk-folded", on);
    more.setAttribute("aria-expanded", String(!on));
    more.textContent = on ? "See more" : "See less";
  };
  more.addEventListener("click", () => fold(!node.classList.contains("bk-folded")));
  node.addEventListener("focusin", () => fold(false));
  fold(true);
  return h("div", {}, node, more);
}

function fields(texts, ctx) {
  const nodes = texts.map((text) => h("div", { class: "bk-field", dir: "auto" }, textObject(text, ctx)));
  return h("div", { class: "bk-fields" }, nodes);
}

function accessory(block, ctx) {
  const name = spoken(block.text).replace(/[*_~`]|<[^>]*\|([^>]*)>/g, "$1").slice(0, 150);
  const label = { name, optional: false };
  const { node } = renderElement(block.accessory, block, ctx, label);
  return h("div", { class: `bk-accessory bk-accessory-${block.accessory.type}` }, node);
}

function context(block, ctx) {
  const nodes = (block.elements ?? []).map((element) => {
    if (element.type === "image") return imageNode(element, ctx, "bk-tiny");
    return h("span", { class: "bk-context-text", dir: "auto" }, textObject(element, ctx));
  });
  return h("div", { class: "bk-context" }, nodes);
}

function actions(block, ctx) {
  const nodes = (block.elements ?? []).map((element) => {
    const label = { name: spoken(element.placeholder) || spoken(element.text) };
    return h("span", { class: "bk-action" }, renderElement(element, block, ctx, label).node);
  });
  return h("div", { class: "bk-actions" }, nodes);
}

function alert(block, ctx) {
  const level = block.level in ALERTS ? block.level : "default";
  const [words, sign] = ALERTS[level];
  return h("div", { class: `bk-alert bk-alert-${level}`, role: "note", "aria-label": words },
    h("span", { class: "bk-alert-sign", "aria-hidden": "true" }, sign),
    h("div", { class: "bk-alert-text", dir: "auto" }, textObject(block.text, ctx)));
}

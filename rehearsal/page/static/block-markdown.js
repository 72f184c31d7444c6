// Draws the markdown block: the part of standard Markdown that Slack shows, line by line.

import { anchor, append, h } from "./block-dom.js";
import { tokenNode, unescape } from "./mrkdwn.js";
import { TYPED, emojiNode } from "./emoji.js";

const FENCE = /^ {0,3}(```+|~~~+)\s*([\w+-]*)\s*$/;
const HEADING = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const TASK = /^\[([ xX])\]\s+(.*)$/;
const QUOTE = /^ {0,3}>\s?(.*)$/;
const ROW = /^\s*\|.*\|\s*$/;
const RULER = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const DEEPEST = 8;

const INLINE = [
  [/`+/y, code],
  [/!?\[([^\]\n]*)\]\(\s*<?([^\s()<>]+)>?(?:\s+"[^"]*")?\s*\)/y, link],
  [/<((?:[@#!]|https?:|mailto:)[^<>]+)>/y, (found, ctx) => tokenNode(found[1], ctx)],
  [/\*\*(?=\S)([\s\S]*?\S)\*\*|__(?=\S)([\s\S]*?\S)__(?![\p{L}\p{N}])/uy, wrapped("strong")],
  [/~~(?=\S)([\s\S]*?\S)~~/y, wrapped("s")],
  [/\*(?=[^\s*])([\s\S]*?[^\s*])\*(?!\*)|_(?=[^\s_])([\s\S]*?[^\s_])_(?![\p{L}\p{N}_])/uy, wrapped("em")],
  [/https?:\/\/[^\s<>()]*[^\s<>().,;:!?'"*_~]/y, (found) => anchor(found[0], found[0])],
];

/** A whole text as one node; headings are of one size and images are links, as Slack has it. */
export function markdown(text, ctx) {
  const node = h("div", { class: "bk-markdown" });
  append(node, blocks(String(text).split("\n"), ctx, 0));
  return node;
}

function blocks(rows, ctx, deep) {
  const found = [];
  for (let at = 0; at < rows.length; ) {
    const [node, next] = blockAt(rows, at, ctx, deep);
    if (node) found.push(node);
    at = next;
  }
  return found;
}

function blockAt(rows, at, ctx, deep) {
  const row = rows[at];
  if (!row.trim()) return [null, at + 1];
  if (FENCE.test(row)) return fenced(rows, at);
  const heading = HEADING.exec(row);
  if (heading) return [h("div", { class: "bk-heading-line", dir: "auto" }, inline(heading[1], ctx)), at + 1];
  if (RULE.test(row)) return [h("hr", { class: "bk-divider" }), at + 1];
  if (QUOTE.test(row) && deep < DEEPEST) return quoted(rows, at, ctx, deep);
  if (ITEM.test(row) && deep < DEEPEST) return listed(rows, at, ctx, deep);
  if (ROW.test(row) && RULER.test(rows[at + 1] ?? "")) return tabled(rows, at, ctx);
  return paragraph(rows, at, ctx);
}

function until(rows, at, ends) {
  let end = at;
  while (end < rows.length && !ends(rows[end])) end += 1;
  return end;
}

function fenced(rows, at) {
  const [, fence, language] = FENCE.exec(rows[at]);
  const end = until(rows, at + 1, (row) => row.trim().startsWith(fence));
  const words = rows.slice(at + 1, end).join("\n");
  return [h("pre", { class: "bk-pre", "data-language": language || null }, words), end + 1];
}

function quoted(rows, at, ctx, deep) {
  const end = until(rows, at, (row) => !QUOTE.test(row));
  const inside = rows.slice(at, end).map((row) => QUOTE.exec(row)[1]);
  return [h("blockquote", { class: "bk-quote", dir: "auto" }, blocks(inside, ctx, deep + 1)), end];
}

/** A list is the items of one kind and depth that follow each other, with what is indented below them. */
function listed(rows, at, ctx, deep) {
  const [, margin, sign] = ITEM.exec(rows[at]);
  const ordered = /\d/.test(sign);
  const list = h(ordered ? "ol" : "ul", { class: `bk-list bk-marks-${deep % 3}` });
  if (ordered && Number.parseInt(sign, 10) !== 1) list.setAttribute("start", String(Number.parseInt(sign, 10)));
  let next = at;
  for (;;) {
    const match = next < rows.length ? ITEM.exec(rows[next]) : null;
    if (!match || match[1].length > margin.length + 1 || /\d/.test(match[2]) !== ordered) break;
    const end = until(rows, next + 1, (row) => !row.startsWith(`${margin}  `) || !row.trim());
    const below = rows.slice(next + 1, end).map((row) => row.slice(margin.length + 2));
    list.append(item(match[3], below, ctx, deep));
    next = end;
  }
  return next > at ? [list, next] : paragraph(rows, at, ctx);
}

function item(words, below, ctx, deep) {
  const task = TASK.exec(words);
  const done = task && task[1] !== " ";
  const box = task && h("span", { class: "bk-task", role: "img", "aria-label": done ? "done" : "not done" });
  if (box) box.textContent = done ? "☑ " : "☐ ";
  const inside = [box, inline(task ? task[2] : words, ctx), blocks(below, ctx, deep + 1)];
  return h("li", { class: task ? "bk-task-item" : null, dir: "auto" }, inside);
}

function cells(row) {
  const inside = row.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inside.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function tabled(rows, at, ctx) {
  const end = until(rows, at + 2, (row) => !ROW.test(row));
  const line = (tag, row) => h("tr", {}, cells(row).map((cell) => h(tag, { dir: "auto" }, inline(cell, ctx))));
  const table = h("table", { class: "bk-table" }, h("thead", {}, line("th", rows[at])));
  table.append(h("tbody", {}, rows.slice(at + 2, end).map((row) => line("td", row))));
  return [h("div", { class: "bk-scroll", tabindex: "0", role: "group", "aria-label": "Table" }, table), end];
}

function startsBlock(row) {
  return !row.trim() || [FENCE, HEADING, RULE, QUOTE, ITEM].some((pattern) => pattern.test(row));
}

function paragraph(rows, at, ctx) {
  const end = Math.max(at + 1, until(rows, at + 1, startsBlock));
  const inside = rows.slice(at, end).flatMap((row, n) => [n ? h("br") : null, inline(row.trim(), ctx)]);
  return [h("p", { class: "bk-paragraph", dir: "auto" }, inside), end];
}

function inline(text, ctx) {
  const found = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const [node, length] = inlineAt(text, at, ctx);
    if (node === null) {
      plain += text.slice(at, at + length);
    } else {
      found.push(unescape(plain), node);
      plain = "";
    }
    at += length;
  }
  found.push(unescape(plain));
  return found.filter((piece) => piece !== "");
}

/** What begins here, and how many letters it takes; null where it is the letters themselves. */
function inlineAt(text, at, ctx) {
  if (text[at] === "\\" && /[\\`*_~[\](){}#+.!|<>-]/.test(text[at + 1] ?? "")) return [text[at + 1], 2];
  if (text[at] === ":") {
    const typed = TYPED.exec(text.slice(at, at + 100));
    const node = typed && emojiNode(typed[1]);
    if (node) return [node, typed[0].length];
  }
  if (!"`![<*_~h".includes(text[at])) return [null, 1];
  const inWord = /[\p{L}\p{N}]/u.test(text[at - 1] ?? "");
  if (inWord && "_h".includes(text[at])) return [null, 1];
  for (const [pattern, draw] of INLINE) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    const node = match && draw(match, ctx, text);
    if (node) return Array.isArray(node) ? node : [node, match[0].length];
  }
  return [null, 1];
}

/** Code closes with as many ticks as it opened with; otherwise they are ticks. */
function code([ticks], ctx, text) {
  const from = INLINE[0][0].lastIndex;
  const end = text.indexOf(ticks, from);
  if (end < 0) return [ticks, ticks.length];
  const words = unescape(text.slice(from, end)).replace(/^ (.+) $/, "$1");
  return [h("code", { class: "bk-code" }, words), end + 2 * ticks.length - from];
}

function link(found, ctx) {
  return anchor(unescape(found[2]), found[1] ? inline(found[1], ctx) : unescape(found[2]));
}

function wrapped(tag) {
  return (found, ctx) => h(tag, {}, inline(found[1] ?? found[2], ctx));
}

// Reads Slack's mrkdwn (slack-platform 7) into nodes: marks, tokens, quotes, code and emoji.

import { anchor, append, fragment, h } from "./block-dom.js";
import { broadcastMention, channelCalled, channelMention, groupMention, userMention } from "./block-mentions.js";
import { timeNode } from "./block-time.js";
import { TYPED, emojiNode, withEmoji } from "./emoji.js";

const MARKS = { "*": "strong", _: "em", "~": "s" };
const TOKEN = /<([^<>]+)>/y;
const ADDRESS = /https?:\/\/[^\s<>|]+/y;
const BARE = /@(here|channel|everyone)\b|#([\p{L}\p{N}_-]+)/uy;
const QUOTE = /^(?:&gt;|>)(?!>>|&gt;&gt;) ?/;
const LONG_QUOTE = /^(?:(?:&gt;){3}|>>>) ?/;
const BROADCASTS = ["here", "channel", "everyone"];

/** What was escaped for the wire, as it was typed. */
export function unescape(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

/** A text object of either kind, as one fragment; strings are taken as plain text. */
export function textObject(text, ctx) {
  if (text?.type === "mrkdwn") {
    return mrkdwn(String(text.text ?? ""), ctx, { bare: !text.verbatim, links: !text.verbatim });
  }
  const words = String(text?.text ?? text ?? "");
  return fragment(text?.emoji === true ? withEmoji(words) : words);
}

/**
 * `bare` also makes mentions of @here and #channel as they were typed, as Slack does in the text objects of
 * blocks; `links` makes addresses links that were not marked as such.
 */
export function mrkdwn(text, ctx, { bare = false, links = true } = {}) {
  const options = { bare, links, ctx };
  const found = document.createDocumentFragment();
  const pieces = text.split(/```([\s\S]+?)```/);
  pieces.forEach((piece, index) => {
    if (index % 2) found.append(preformatted(piece, ctx));
    else if (piece) found.append(lines(trimmed(piece, index, pieces.length), options));
  });
  return found;
}

/** A block of code stands on lines of its own, so that the line ends around it are not seen. */
function trimmed(piece, index, count) {
  const start = index > 0 ? piece.replace(/^\n/, "") : piece;
  return index < count - 1 ? start.replace(/\n$/, "") : start;
}

function preformatted(text, ctx) {
  return h("pre", { class: "bk-pre", dir: "auto" }, literal(text.replace(/^\n|\n$/g, ""), ctx));
}

/** Lines, those that quote gathered into one quotation. */
function lines(text, options) {
  const found = document.createDocumentFragment();
  let kept = { quoted: false, rows: [] };
  const flush = () => {
    if (kept.rows.length) found.append(paragraph(kept, options));
  };
  const rows = text.split("\n");
  for (let at = 0; at < rows.length; at += 1) {
    const rest = LONG_QUOTE.test(rows[at]);
    const quoted = rest || QUOTE.test(rows[at]);
    if (quoted !== kept.quoted || rest) {
      flush();
      kept = { quoted, rows: [] };
    }
    if (rest) {
      kept.rows = [rows[at].replace(LONG_QUOTE, ""), ...rows.slice(at + 1)];
      break;
    }
    kept.rows.push(quoted ? rows[at].replace(QUOTE, "") : rows[at]);
  }
  flush();
  return found;
}

function paragraph({ quoted, rows }, options) {
  const inside = rows.flatMap((row, index) => [index ? h("br") : null, inline(row, options)]);
  return quoted ? h("blockquote", { class: "bk-quote", dir: "auto" }, inside) : fragment(inside);
}

/** One line, or what stands between two marks of it. */
function inline(text, options) {
  const found = document.createDocumentFragment();
  const never = new Set();
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const piece = pieceAt(text, at, options, never);
    if (piece) {
      if (plain) found.append(unescape(plain));
      plain = "";
      append(found, piece.node);
      at += piece.length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  if (plain) found.append(unescape(plain));
  return found;
}

/** What begins here and is more than a letter: its node and how many letters it takes; else null. */
function pieceAt(text, at, options, never) {
  const letter = text[at];
  if (letter === "<") return token(text, at, options.ctx);
  if (letter === "`") return code(text, at, options.ctx);
  if (letter in MARKS) return marked(text, at, options, never);
  if (letter === ":") return emoji(text, at);
  if (letter === "h" && options.links) return address(text, at);
  if ((letter === "@" || letter === "#") && options.bare) return bare(text, at, options.ctx);
  return null;
}

const isWord = (letter) => letter !== undefined && /[\p{L}\p{N}]/u.test(letter);
const isSpace = (letter) => letter === undefined || /\s/.test(letter);

/** A mark opens after a space or a sign, before a letter, and closes the other way round. */
function marked(text, at, options, never) {
  const mark = text[at];
  const [before, after] = [text[at - 1], text[at + 1]];
  if (never.has(mark) || isWord(before) || before === mark || isSpace(after) || after === mark) return null;
  const end = closing(text, at + 2, mark);
  if (end < 0) {
    never.add(mark);
    return null;
  }
  const node = h(MARKS[mark], {}, inline(text.slice(at + 1, end), options));
  return { node, length: end + 1 - at };
}

/** Where a mark closes from here on; tokens and code are stepped over. Below 0 if nowhere. */
function closing(text, from, mark) {
  for (let at = from; at < text.length; at += 1) {
    const closes = text[at] === mark && !isSpace(text[at - 1]);
    if (closes && !isWord(text[at + 1]) && text[at + 1] !== mark) return at;
    if (text[at] === "<") at += matchAt(TOKEN, text, at)?.[0].length - 1 || 0;
    else if (text[at] === "`") at = Math.max(at, text.indexOf("`", at + 1));
  }
  return -1;
}

function matchAt(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function code(text, at, ctx) {
  const end = text.indexOf("`", at + 1);
  if (end <= at + 1 || isWord(text[at - 1]) || isWord(text[end + 1])) return null;
  const node = h("code", { class: "bk-code" }, literal(text.slice(at + 1, end), ctx));
  return { node, length: end + 1 - at };
}

/** Code: tokens say what they mean, nothing else is read. */
function literal(text, ctx) {
  return text.split(/(<[^<>]+>)/).map((piece, index) => {
    return index % 2 ? tokenNode(piece.slice(1, -1), ctx) : unescape(piece);
  });
}

function emoji(text, at) {
  const match = TYPED.exec(text.slice(at, at + 100));
  const node = match && emojiNode(match[1]);
  return node ? { node, length: match[0].length } : null;
}

function address(text, at) {
  const match = isWord(text[at - 1]) ? null : matchAt(ADDRESS, text, at);
  if (!match) return null;
  const found = match[0].replace(/(?:[.,;:!?'"*_~`)\]]|&gt;|&lt;)+$/, "");
  const url = unescape(found);
  return { node: anchor(url, url), length: found.length };
}

function bare(text, at, ctx) {
  const match = /[\p{L}\p{N}_/.@#&]/u.test(text[at - 1] ?? " ") ? null : matchAt(BARE, text, at);
  if (!match) return null;
  if (match[1]) return { node: broadcastMention(match[1]), length: match[0].length };
  const id = channelCalled(match[2], ctx);
  return id ? { node: channelMention(id, ctx), length: match[0].length } : null;
}

function token(text, at, ctx) {
  const match = matchAt(TOKEN, text, at);
  return match ? { node: tokenNode(match[1], ctx), length: match[0].length } : null;
}

/** What stands between `<` and `>`: a mention, a date or a link. */
export function tokenNode(inside, ctx) {
  const cut = inside.indexOf("|");
  const body = cut < 0 ? inside : inside.slice(0, cut);
  const label = cut < 0 ? "" : unescape(inside.slice(cut + 1));
  if (body.startsWith("@")) return userMention(body.slice(1), ctx, label);
  if (body.startsWith("#")) return channelMention(body.slice(1), ctx, label);
  if (body.startsWith("!")) return special(body.slice(1), label, ctx);
  const url = unescape(body);
  return anchor(url, withEmoji(label || url.replace(/^mailto:/, "")));
}

function special(body, label, ctx) {
  const [name, ...rest] = body.split("^");
  if (name === "subteam") return groupMention(rest[0] ?? "", ctx, label);
  if (name === "date") return dateNode(rest, label, ctx);
  if (BROADCASTS.includes(name)) return broadcastMention(name);
  return h("span", {}, label || `@${name}`);
}

function dateNode([seconds = "", form = "", link = ""], fallback, ctx) {
  if (!/^-?\d+$/.test(seconds) || !form) return h("span", {}, fallback);
  const node = timeNode(Number(seconds), unescape(form), ctx);
  return link ? anchor(unescape(link), node) : node;
}

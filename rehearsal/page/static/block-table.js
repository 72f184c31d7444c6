// Draws the table block as a real table, its first row as the heads of its columns.

import { append, h } from "./block-dom.js";
import { richText } from "./richtext.js";

const SIDES = ["left", "center", "right"];

function content(cell, ctx) {
  if (cell?.type === "rich_text") return richText(cell.elements, ctx);
  return String(cell?.text ?? cell?.value ?? "");
}

function cellNode(tag, cell, setting, ctx) {
  const side = SIDES.includes(setting?.align) ? setting.align : cell?.type === "raw_number" ? "right" : "left";
  const classes = `bk-align-${side}${setting?.is_wrapped ? " bk-wrapped" : ""}`;
  const scope = tag === "th" ? "col" : null;
  return h(tag, { class: classes, scope, dir: "auto" }, content(cell, ctx));
}

export function table(block, ctx) {
  const settings = block.column_settings ?? [];
  const row = (tag, cells) => h("tr", {}, cells.map((cell, n) => cellNode(tag, cell, settings[n], ctx)));
  const [first = [], ...others] = block.rows ?? [];
  const node = h("table", { class: "bk-table" }, h("thead", {}, row("th", first)));
  append(node, h("tbody", {}, others.map((cells) => row("td", cells))));
  return h("div", { class: "bk-scroll", role: "group", tabindex: "0", "aria-label": "Table" }, node);
}

// Draws any interactive element; what can't be drawn says so in its place.

import { h, spoken, webAddress } from "./block-dom.js";
import { press } from "./block-acting.js";
import { confirmed } from "./block-confirm.js";
import { boxes, typedField } from "./block-fields.js";
import { overflow } from "./block-menu.js";
import { datepicker, datetimepicker, timepicker } from "./block-when.js";
import { imageNode } from "./block-image.js";
import { picker } from "./pickers.js";
import { textObject } from "./mrkdwn.js";

const SELECTS = ["static", "external", "users", "channels", "conversations"];

const ELEMENTS = {
  button,
  overflow,
  datepicker,
  timepicker,
  datetimepicker,
  checkboxes: boxes,
  radio_buttons: boxes,
  plain_text_input: typedField,
  email_text_input: typedField,
  url_text_input: typedField,
  number_input: typedField,
  file_input: () => ({ node: h("p", { class: "bk-unknown" }, "Files can’t be given to the app in this workspace.") }),
  image: (element, block, ctx) => ({ node: imageNode(element, ctx, "bk-thumb") }),
  ...Object.fromEntries(SELECTS.flatMap((kind) => [[`${kind}_select`, picker], [`multi_${kind}_select`, picker]])),
};

/** What stands where nothing can be drawn. */
export function unknown(what, type) {
  return h("p", { class: "bk-unknown" }, `This page can’t show this ${what}: `, h("code", { class: "bk-code" }, String(type)));
}

/**
 * A control: {node, field, read, set, focus, complaint}, of which elements without a value have the node only.
 * `label` says by what the element is named: {id, field, name, describedby, required, optional}.
 */
export function renderElement(element, block, ctx, label = {}) {
  const draw = ELEMENTS[element?.type];
  if (!draw) return { node: unknown("element", element?.type) };
  const control = { element, block, ...draw(element, block, ctx, label) };
  if (control.read) ctx.register?.(control);
  return control;
}

const STYLES = { primary: "bk-primary", danger: "bk-danger" };

function button(element, block, ctx) {
  const href = element.url ? webAddress(element.url) : null;
  const link = href ? { href, target: "_blank", rel: "noopener noreferrer" } : { type: "button" };
  const name = element.accessibility_label;
  const node = h(href ? "a" : "button", {
    ...link, class: `bk-button ${STYLES[element.style] ?? ""}`.trim(),
    "aria-label": name && name !== spoken(element.text) ? name : null,
    "data-block-id": block.block_id, "data-action-id": element.action_id,
  }, h("span", { class: "bk-button-words", dir: "auto" }, textObject(element.text, ctx)));
  node.addEventListener("click", (event) => pressed(event, node, element, block, ctx, href));
  return { node };
}

/** A button with an address opens it, and the app is told all the same; asking comes before both. */
async function pressed(event, node, element, block, ctx, href) {
  if (!href || !element.confirm) {
    await press(node, element, block, ctx, element.value);
    return;
  }
  event.preventDefault();
  if (!(await confirmed(element.confirm, ctx))) return;
  open(href, "_blank", "noopener,noreferrer");
  await press(node, { ...element, confirm: null }, block, ctx, element.value);
}

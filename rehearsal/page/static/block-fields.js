// Fields people type in, and boxes they tick.

import { h, lengthOf, uid } from "./block-dom.js";
import { isTold, teller } from "./block-acting.js";
import { valueOf } from "./block-values.js";
import { textObject } from "./mrkdwn.js";

const LONGEST = 3000;
const PAUSE = 400;
const MANY = 500;
const NEAR = 200;

const TYPES = {
  plain_text_input: { type: "text" },
  email_text_input: { type: "email", inputmode: "email", autocomplete: "off" },
  url_text_input: { type: "url", inputmode: "url", autocomplete: "off" },
  number_input: { type: "text", inputmode: "decimal", autocomplete: "off" },
};

/** A field of one line or several; the value is what was typed, or null for nothing. */
export function typedField(element, block, ctx, label) {
  const about = {
    class: "bk-input", id: label.field, dir: "auto", placeholder: element.placeholder?.text ?? null,
    "aria-label": label.id ? null : label.name, "aria-describedby": label.describedby,
    "aria-required": label.required ? "true" : null,
    "data-block-id": block.block_id, "data-action-id": element.action_id,
  };
  const input = element.multiline
    ? h("textarea", { ...about, class: "bk-input bk-area", rows: "4" })
    : h("input", { ...about, ...TYPES[element.type] });
  input.value = valueOf(element, block, ctx) ?? "";
  const counter = counterFor(element, input);
  const control = {
    node: h("div", { class: "bk-typed" }, input, counter),
    field: input,
    read: () => (input.value === "" ? null : input.value),
    set: (value) => (input.value = value ?? ""),
    focus: () => input.focus(),
    complaint: () => complaint(element, input.value),
  };
  input.addEventListener("input", () => control.node.dispatchEvent(new Event("bk-change", { bubbles: true })));
  dispatches(control, input, element, block, ctx);
  return control;
}

/** Tells the app at Enter or as people type, whichever it asked for. */
function dispatches(control, input, element, block, ctx) {
  if (!isTold(block, ctx)) return;
  const tell = teller(control, element, block, ctx);
  const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (!block.dispatch_action) {
    input.addEventListener("change", tell);
    return;
  }
  if (on.includes("on_enter_pressed")) {
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      tell();
    });
  }
  if (on.includes("on_character_entered")) {
    let waiting;
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(tell, PAUSE);
    });
  }
}

/** Counts where few characters fit, or where the limit comes near. */
function counterFor(element, input) {
  if (element.type !== "plain_text_input") return null;
  const most = element.max_length ?? LONGEST;
  const counter = h("span", { class: "bk-counter", id: uid("count") });
  const count = () => {
    const length = lengthOf(input.value);
    counter.hidden = most > MANY && length < most - NEAR;
    counter.textContent = `${length} / ${most}`;
    counter.classList.toggle("bk-over", length > most);
  };
  input.addEventListener("input", count);
  count();
  return counter;
}

/** What Slack's own client says against what was typed, or null. An empty field is judged elsewhere. */
export function complaint(element, value) {
  if (value === "") return null;
  if (element.type === "plain_text_input") return lengthComplaint(element, lengthOf(value));
  if (element.type === "number_input") return numberComplaint(element, value.trim());
  if (element.type === "email_text_input") return /^[^@\s]+@[^@\s]+$/.test(value) ? null : "Enter an email address.";
  if (element.type === "url_text_input") return /^\w+:\/\/\S+$/.test(value) ? null : "Enter a URL.";
  return null;
}

const characters = (count) => `${count} character${count === 1 ? "" : "s"}`;

function lengthComplaint(element, length) {
  const [least, most] = [element.min_length ?? 0, element.max_length ?? LONGEST];
  if (length > most) return `This is too long by ${characters(length - most)}; at most ${most} fit.`;
  return length < least ? `Use at least ${characters(least)}.` : null;
}

function numberComplaint(element, value) {
  const form = element.is_decimal_allowed ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
  if (!form.test(value)) return element.is_decimal_allowed ? "Enter a number." : "Enter a whole number.";
  const { min_value: least, max_value: most } = element;
  if (least && Number(value) < Number(least)) return `Enter ${least} or more.`;
  return most && Number(value) > Number(most) ? `Enter ${most} or less.` : null;
}

/** Checkboxes (a list of values) or radio buttons (one, or null). */
export function boxes(element, block, ctx, label) {
  const several = element.type === "checkboxes";
  const started = valueOf(element, block, ctx);
  const group = uid("boxes");
  const rows = (element.options ?? []).map((option) => box(option, several ? "checkbox" : "radio", group, ctx));
  rows.forEach(({ input }, at) => {
    const { value } = element.options[at];
    input.checked = several ? started.includes(value) : started === value;
    input.dataset.blockId = block.block_id ?? "";
    input.dataset.actionId = element.action_id ?? "";
  });
  const node = h("div", {
    class: "bk-boxes", role: several ? "group" : "radiogroup", "aria-labelledby": label.id,
    "aria-label": label.id ? null : label.name || "Choices", "aria-describedby": label.describedby,
    "aria-required": label.required && !several ? "true" : null,
  }, rows.map((row) => row.node));
  const ticked = () => element.options.filter((option, at) => rows[at].input.checked).map((option) => option.value);
  const control = {
    node,
    field: node,
    read: () => (several ? ticked() : (ticked()[0] ?? null)),
    set(value) {
      rows.forEach(({ input }, at) => (input.checked = [value].flat().includes(element.options[at].value)));
    },
    focus: () => (rows.find(({ input }) => input.checked && !several) ?? rows[0])?.input.focus(),
  };
  const tell = teller(control, element, block, ctx);
  node.addEventListener("change", () => {
    node.dispatchEvent(new Event("bk-change", { bubbles: true }));
    tell();
  });
  return control;
}

function box(option, type, group, ctx) {
  const [id, about] = [uid("box"), option.description ? uid("about") : null];
  const input = h("input", { class: "bk-box", type, id, name: group, "aria-describedby": about });
  const words = h("span", { class: "bk-box-words" },
    h("label", { for: id, class: "bk-box-label", dir: "auto" }, textObject(option.text, ctx)),
    about && h("span", { class: "bk-about", id: about, dir: "auto" }, textObject(option.description, ctx)));
  return { input, node: h("div", { class: "bk-box-row" }, input, words) };
}

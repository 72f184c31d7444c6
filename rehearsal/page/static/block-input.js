// A field with its label, its hint and what is wrong with it.

import { h, spoken, uid } from "./block-dom.js";
import { renderElement } from "./elements.js";
import { textObject } from "./mrkdwn.js";

const ONE_BOX = [
  "plain_text_input", "email_text_input", "url_text_input", "number_input", "datepicker", "timepicker",
];

export function input(block, ctx) {
  const element = block.element ?? {};
  const [id, error] = [uid("label"), uid("error")];
  const hint = block.hint ? uid("hint") : null;
  const typed = ONE_BOX.includes(element.type);
  const label = {
    id, field: typed ? uid("field") : null, name: spoken(block.label),
    describedby: [error, hint].filter(Boolean).join(" "),
    required: !block.optional, optional: Boolean(block.optional),
  };
  const wrong = h("p", { class: "bk-error", id: error, hidden: true });
  const register = (made) => {
    made.complain = (words) => complain(made, wrong, words);
    ctx.register?.(made);
  };
  const control = renderElement(element, block, Object.create(ctx, { register: { value: register } }), label);
  const node = h("div", { class: "bk-field-block" },
    h(typed ? "label" : "div", { class: "bk-label", id, for: label.field, dir: "auto" },
      textObject(block.label, ctx), block.optional ? h("span", { class: "bk-optional" }, " (optional)") : null),
    control.node,
    wrong,
    hint && h("p", { class: "bk-hint", id: hint, dir: "auto" }, textObject(block.hint, ctx)));
  node.addEventListener("bk-change", () => complain(control, wrong, null));
  return node;
}

/** Says beside the field what is wrong with it; null takes it back. */
function complain(control, wrong, words) {
  wrong.textContent = words ?? "";
  wrong.hidden = !words;
  const field = control.field ?? control.node;
  if (words) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

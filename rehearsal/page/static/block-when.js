// Fields for dates and times: the browser's own, read in the zone of whoever looks.

import { h, uid } from "./block-dom.js";
import { teller } from "./block-acting.js";
import { dateWords, instant, timeWords, zoneWords } from "./block-time.js";
import { valueOf } from "./block-values.js";

const HALF = "Give both a date and a time.";

function native(type, element, block, label, more = {}) {
  return h("input", {
    class: `bk-input bk-${type}`, type, id: label.field,
    "aria-label": label.id ? null : label.name || (type === "date" ? "Date" : "Time"),
    "aria-describedby": label.describedby, "aria-required": label.required ? "true" : null,
    "data-block-id": block.block_id, "data-action-id": element.action_id,
    title: element.placeholder?.text ?? null, ...more,
  });
}

function changes(control, inputs, element, block, ctx) {
  const tell = teller(control, element, block, ctx);
  for (const input of inputs) {
    input.addEventListener("input", () => control.node.dispatchEvent(new Event("bk-change", { bubbles: true })));
    input.addEventListener("change", tell);
  }
  return control;
}

function single(type, element, block, ctx, label, zone) {
  const input = native(type, element, block, label);
  input.value = valueOf(element, block, ctx) ?? "";
  const note = zone ? h("span", { class: "bk-zone", id: uid("zone") }, zoneWords(ctx.now, zone)) : null;
  if (note) describe(input, note.id);
  const control = {
    node: h("div", { class: "bk-when" }, input, note),
    field: input,
    read: () => input.value || null,
    set: (value) => (input.value = value ?? ""),
    focus: () => input.focus(),
    complaint: () => (input.validity.badInput ? "This is not complete." : null),
  };
  return changes(control, [input], element, block, ctx);
}

function describe(input, id) {
  input.setAttribute("aria-describedby", [input.getAttribute("aria-describedby"), id].filter(Boolean).join(" "));
}

export const datepicker = (element, block, ctx, label) => single("date", element, block, ctx, label, null);

export const timepicker = (element, block, ctx, label) =>
  single("time", element, block, ctx, label, element.timezone || ctx.zone);

/** An instant as a date and a time in the reader's zone; what is not touched stays as it was, to the second. */
export function datetimepicker(element, block, ctx, label) {
  const named = (words) => ({ "aria-label": `${label.name || "When"}: ${words}` });
  const day = native("date", element, block, label, named("date"));
  const time = native("time", element, block, label, named("time"));
  const note = h("span", { class: "bk-zone", id: uid("zone"), role: "status" });
  describe(time, note.id);
  const given = { seconds: null, day: "", time: "" };
  const found = () => instant(day.value, time.value, ctx.zone);
  const untouched = () => given.seconds !== null && day.value === given.day && time.value === given.time;
  const say = () => (note.textContent = noteFor(found(), ctx));
  const control = {
    node: h("div", { class: "bk-when", role: "group", "aria-labelledby": label.id }, day, time, note),
    field: day,
    read: () => (untouched() ? given.seconds : (found()?.seconds ?? null)),
    set(seconds) {
      const date = seconds === null ? null : new Date(seconds * 1000);
      Object.assign(given, { seconds, day: date ? dateWords(date, ctx.zone) : "", time: date ? timeWords(date, ctx.zone) : "" });
      [day.value, time.value] = [given.day, given.time];
      say();
    },
    focus: () => day.focus(),
    complaint: () => half(day, time),
  };
  control.set(valueOf(element, block, ctx));
  day.addEventListener("input", say);
  time.addEventListener("input", say);
  return changes(control, [day, time], element, block, ctx);
}

/** Half an instant is nobody's meaning, even where the field may stay empty. */
function half(day, time) {
  const some = day.value || time.value || day.validity.badInput || time.validity.badInput;
  return some && !(day.value && time.value) ? HALF : null;
}

function noteFor(found, ctx) {
  const zone = zoneWords(found ? new Date(found.seconds * 1000) : ctx.now, ctx.zone);
  if (!found?.skipped) return zone;
  const meant = timeWords(new Date(found.seconds * 1000), ctx.zone);
  return `${zone}. The clocks skip this time; ${meant} is meant.`;
}

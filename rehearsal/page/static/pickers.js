// The menus in which one or several of many are chosen: options, people, places.

import { h, spoken, uid } from "./block-dom.js";
import { teller } from "./block-acting.js";
import { listbox } from "./block-listbox.js";
import { closePopup, isOpen, openPopup } from "./block-popup.js";
import { isMultiple, offered, valueOf } from "./block-values.js";
import { textObject } from "./mrkdwn.js";

const INVITES = {
  static_select: "Select an option",
  multi_static_select: "Select options",
  external_select: "Select an option",
  multi_external_select: "Select options",
  users_select: "Select a person",
  multi_users_select: "Select people",
  channels_select: "Select a channel",
  multi_channels_select: "Select channels",
  conversations_select: "Select a conversation",
  multi_conversations_select: "Select conversations",
};

function optionEntries(element, ctx) {
  return offered(element).map(({ option, group }) => ({
    value: option.value,
    words: spoken(option.text),
    node: () => textObject(option.text, ctx),
    about: option.description ? spoken(option.description) : null,
    group,
  }));
}

const plain = (value, words, about) => ({ value, words, about, group: null, node: () => words });

function peopleEntries(ctx) {
  const there = [...(ctx.people?.values() ?? [])].filter((person) => person.kind !== "deactivated");
  return there.map((person) => {
    const about = [person.real_name ? `@${person.name}` : "", person.title].filter(Boolean).join(" · ");
    return plain(person.id, person.real_name || person.name, about);
  });
}

function placeEntries(ctx) {
  return [...(ctx.channels ?? [])].map(([id, name]) => plain(id, `#${name}`, null));
}

/** What may be chosen; what an external menu began with is all that is known of it. */
function entriesOf(element, ctx) {
  if (element.type.includes("users")) return peopleEntries(ctx);
  if (element.type.includes("channels") || element.type.includes("conversations")) return placeEntries(ctx);
  if (!element.type.includes("external")) return optionEntries(element, ctx);
  const known = element.initial_options ?? (element.initial_option ? [element.initial_option] : []);
  return optionEntries({ options: known }, ctx);
}

/** A menu of any kind, single or several. */
export function picker(element, block, ctx, label) {
  const several = isMultiple(element.type);
  const entries = entriesOf(element, ctx);
  const started = valueOf(element, block, ctx);
  const known = (value) => entries.some((entry) => entry.value === value);
  const chosen = (several ? started : [started]).filter((value) => value !== null && known(value));
  const state = { element, block, ctx, label, several, entries, chosen, most: several ? element.max_selected_items : 1 };
  const shown = h("span", { class: "bk-shown", id: uid("shown"), dir: "auto" });
  const trigger = triggerNode(state, shown);
  const chips = several ? h("span", { class: "bk-chips" }) : null;
  const clear = !several && label.optional ? clearButton() : null;
  const node = h("div", { class: "bk-picker" }, chips, h("div", { class: "bk-picker-line" }, trigger, clear));
  if (element.type.includes("external")) node.append(sayNoOptions(trigger));
  Object.assign(state, { shown, trigger, chips, clear, node });
  return controlOf(state);
}

function triggerNode({ element, block, label }, shown) {
  const invite = spoken(element.placeholder) || INVITES[element.type];
  return h("button", {
    type: "button", class: "bk-select", role: "combobox", "aria-haspopup": "listbox", "aria-expanded": "false",
    "aria-labelledby": label.id ? `${label.id} ${shown.id}` : null,
    "aria-label": label.id ? null : `${label.name || invite}`,
    "aria-describedby": label.describedby, "aria-required": label.required ? "true" : null,
    "data-block-id": block.block_id, "data-action-id": element.action_id,
  }, shown, h("span", { class: "bk-arrow", "aria-hidden": "true" }));
}

function clearButton() {
  return h("button", { type: "button", class: "bk-clear", "aria-label": "Clear the choice", title: "Clear" },
    h("span", { "aria-hidden": "true" }, "×"));
}

function sayNoOptions(trigger) {
  const id = uid("note");
  trigger.setAttribute("aria-describedby", [trigger.getAttribute("aria-describedby"), id].filter(Boolean).join(" "));
  return h("p", { class: "bk-hint", id }, "This workspace can’t ask the app for options.");
}

function controlOf(state) {
  const { trigger, node, several } = state;
  const control = {
    node,
    read: () => (several ? [...state.chosen] : (state.chosen[0] ?? null)),
    set(value) {
      state.chosen = several ? [...value] : [value].filter((each) => each !== null);
      redraw(state);
    },
    focus: () => trigger.focus(),
    field: trigger,
  };
  state.tell = teller(control, state.element, state.block, state.ctx);
  state.changed = () => {
    redraw(state);
    node.dispatchEvent(new Event("bk-change", { bubbles: true }));
  };
  state.clear?.addEventListener("click", () => {
    state.chosen = [];
    state.changed();
    trigger.focus();
    state.tell();
  });
  trigger.addEventListener("click", () => (isOpen(trigger) ? closePopup(true) : open(state)));
  trigger.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (!isOpen(trigger)) open(state);
  });
  redraw(state);
  return control;
}

function entryOf(state, value) {
  return state.entries.find((entry) => entry.value === value);
}

/** Shows what is chosen: one as the words of the menu, several as chips before it. */
function redraw(state) {
  const { several, chosen, shown, element } = state;
  const invite = spoken(element.placeholder) || INVITES[element.type];
  const one = several ? null : entryOf(state, chosen[0]);
  shown.replaceChildren(one ? one.node() : invite);
  shown.classList.toggle("bk-placeholder", !one);
  if (state.clear) state.clear.hidden = !one;
  if (!several) return;
  state.chips.replaceChildren(...chosen.map((value) => chip(state, entryOf(state, value))));
  state.chips.hidden = !chosen.length;
}

function chip(state, entry) {
  const remove = h("button", { type: "button", class: "bk-chip-x", "aria-label": `Remove ${entry.words}` },
    h("span", { "aria-hidden": "true" }, "×"));
  remove.addEventListener("click", () => {
    state.chosen = state.chosen.filter((value) => value !== entry.value);
    state.changed();
    state.trigger.focus();
    state.tell();
  });
  return h("span", { class: "bk-chip" }, h("span", { class: "bk-chip-words", dir: "auto" }, entry.node()), remove);
}

function open(state) {
  const { trigger, several, label, element } = state;
  let left = false;
  const list = listbox({
    entries: state.entries,
    name: label.name || spoken(element.placeholder) || INVITES[element.type],
    multiple: several,
    isChosen: (value) => state.chosen.includes(value),
    mayChoose: (value) => !several || state.chosen.includes(value) || state.chosen.length < (state.most ?? Infinity),
    choose: (value) => choose(state, value, list),
    leave: closePopup,
    note: () => noteOf(state),
  });
  trigger.setAttribute("aria-controls", list.popup.querySelector("[role=listbox]").id);
  openPopup(trigger, list.popup, {
    beside: trigger,
    ended: () => {
      trigger.removeAttribute("aria-controls");
      if (!left && several) state.tell();
      left = true;
    },
  });
  list.focus();
}

function noteOf({ entries, element, several, most, chosen }) {
  if (element.type.includes("external") && !entries.length) return "No options: the app can’t be asked here.";
  if (!entries.length) return "There is nothing to choose from.";
  return several && most && chosen.length >= most ? `At most ${most} can be chosen.` : "";
}

function choose(state, value, list) {
  if (!state.several) {
    state.chosen = [value];
    state.changed();
    closePopup(true);
    state.tell();
    return;
  }
  const had = state.chosen.includes(value);
  state.chosen = had ? state.chosen.filter((each) => each !== value) : [...state.chosen, value];
  state.changed();
  list.renew();
}

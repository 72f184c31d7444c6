// The overflow menu: a button with three dots, and the lesser acts behind it.

import { h, spoken, uid, webAddress } from "./block-dom.js";
import { press } from "./block-acting.js";
import { closePopup, isOpen, openPopup } from "./block-popup.js";
import { textObject } from "./mrkdwn.js";

export function overflow(element, block, ctx) {
  const trigger = h("button", {
    type: "button", class: "bk-button bk-more", "aria-haspopup": "menu", "aria-expanded": "false",
    "aria-label": "More actions", title: "More actions",
    "data-block-id": block.block_id, "data-action-id": element.action_id,
  }, h("span", { "aria-hidden": "true" }, "⋯"));
  const show = (last) => open(trigger, element, block, ctx, last);
  trigger.addEventListener("click", () => (isOpen(trigger) ? closePopup(true) : show(false)));
  trigger.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    show(event.key === "ArrowUp");
  });
  return { node: h("span", { class: "bk-overflow" }, trigger) };
}

function open(trigger, element, block, ctx, last) {
  if (trigger.getAttribute("aria-busy") === "true") return;
  const items = (element.options ?? []).map((option) => item(option, (chosen) => {
    closePopup(true);
    press(trigger, element, block, ctx, chosen.value);
  }, ctx));
  const menu = h("div", { class: "bk-popup bk-menu", role: "menu", id: uid("menu"), "aria-label": "More actions" }, items);
  menu.addEventListener("keydown", (event) => keys(event, items));
  openPopup(trigger, menu);
  items.at(last ? -1 : 0)?.focus();
}

function item(option, choose, ctx) {
  const about = option.description && h("span", { class: "bk-about", dir: "auto" }, textObject(option.description, ctx));
  const url = option.url && webAddress(option.url);
  const link = url ? { href: url, target: "_blank", rel: "noopener noreferrer" } : { type: "button" };
  return h(url ? "a" : "button", {
    ...link, class: "bk-item", role: "menuitem", tabindex: "-1", click: () => choose(option),
  }, h("span", { class: "bk-item-text", dir: "auto" }, textObject(option.text, ctx)), about);
}

function keys(event, items) {
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Escape") {
    event.stopPropagation();
    closePopup(true);
  } else if (event.key === "Tab") {
    closePopup(true);
    return;
  } else if (to !== undefined) {
    items[to % items.length]?.focus();
  } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) {
    startingWith(event.key, items, at)?.focus();
  } else {
    return;
  }
  event.preventDefault();
}

function startingWith(letter, items, at) {
  const around = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return around.find((each) => spoken(each.textContent).toLowerCase().startsWith(letter.toLowerCase()));
}

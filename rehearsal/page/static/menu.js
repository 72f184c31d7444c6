// A menu that opens at a button: arrow keys, letters, Escape, and focus given back.

import { el } from "./dom.js";

let open = null;

/** Closes the open menu, if any; `back` gives the focus to its button. */
export function closeMenu(back = true) {
  if (!open) return;
  const { button, box } = open;
  open = null;
  box.remove();
  button.setAttribute("aria-expanded", "false");
  removeEventListener("pointerdown", outside, true);
  removeEventListener("resize", away);
  if (back) button.focus({ preventScroll: true });
}

function outside(event) {
  if (!open.box.contains(event.target) && !open.button.contains(event.target)) closeMenu(false);
}

function away() {
  closeMenu(false);
}

/**
 * Opens (or, a second time, closes) a menu at `button`. An item is {heading}, or {label, about, run} or {content, run}
 * with `checked` where it is one of a choice.
 */
export function openMenu(button, items, { wide = false } = {}) {
  const again = open?.button === button;
  closeMenu(again);
  if (again) return;
  const box = el("div", { class: `menu${wide ? " menu-wide" : ""}`, role: "menu", "aria-label": button.getAttribute("aria-label") ?? button.textContent }, items.map(entry));
  box.addEventListener("keydown", steer);
  (button.closest("dialog, header, main, aside") ?? document.body).append(box);
  place(box, button);
  open = { button, box };
  button.setAttribute("aria-expanded", "true");
  addEventListener("pointerdown", outside, true);
  addEventListener("resize", away);
  (box.querySelector("[aria-checked='true']") ?? rows(box)[0])?.focus();
}

function entry(item) {
  if (item.heading) return el("div", { class: "menu-heading", role: "presentation", text: item.heading });
  const chosen = item.checked === undefined ? {} : { role: "menuitemradio", "aria-checked": String(item.checked) };
  const shown = item.content ?? [
    el("span", { class: "menu-words" }, el("span", { class: "menu-label", text: item.label }), item.about ? el("span", { class: "menu-about", text: item.about }) : null),
  ];
  return el("button", { type: "button", class: "menu-item", role: "menuitem", tabindex: "-1", ...chosen, on: { click: () => (closeMenu(), item.run()) } }, shown);
}

function rows(box) {
  return [...box.querySelectorAll(".menu-item")];
}

function steer(event) {
  const all = rows(event.currentTarget);
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    closeMenu();
  } else if (to !== undefined) {
    event.preventDefault();
    all[to]?.focus();
  } else if (event.key.length === 1 && event.key !== " ") {
    const letter = event.key.toLowerCase();
    [...all.slice(at + 1), ...all].find((each) => each.textContent.trim().toLowerCase().startsWith(letter))?.focus();
  }
}

/** Below the button, or above where there is no room; always inside the window. */
function place(box, button) {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = at.bottom + 6 + height <= innerHeight || at.top < height;
  const left = at.left + width > innerWidth - 8 ? at.right - width : at.left;
  box.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  box.style.top = `${Math.max(8, below ? Math.min(at.bottom + 6, innerHeight - height - 8) : at.top - height - 6)}px`;
}

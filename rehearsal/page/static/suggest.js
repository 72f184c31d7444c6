// The list of suggestions above a text box, steered from the box as a combobox is.

import { suggestions } from "./completion.js";
import { el } from "./dom.js";

let lists = 0;

export class Suggest {
  /** `world()` is what is known now; `inThread` leaves out commands, which threads don't have. */
  constructor(box, world, inThread) {
    Object.assign(this, { box, world, inThread, current: null, at: 0 });
    this.id = `suggestions-${(lists += 1)}`;
    this.list = el("ul", { class: "suggestions", role: "listbox", id: this.id, hidden: true });
    box.addEventListener("blur", () => setTimeout(() => document.activeElement !== box && this.close(), 120));
    box.addEventListener("click", () => this.look());
  }

  get open() {
    return this.current !== null;
  }

  /** Looks again at what is half-typed. */
  look() {
    const { value, selectionStart, selectionEnd } = this.box;
    const found = selectionStart === selectionEnd ? suggestions(value, selectionStart, this.world(), this.inThread) : null;
    if (!found) return this.close();
    this.current = found;
    this.at = 0;
    this.draw();
  }

  close() {
    this.current = null;
    this.list.hidden = true;
    this.box.removeAttribute("role");
    for (const each of ["aria-expanded", "aria-controls", "aria-activedescendant", "aria-autocomplete", "aria-haspopup"]) this.box.removeAttribute(each);
  }

  draw() {
    this.list.hidden = false;
    this.list.setAttribute("aria-label", this.current.title);
    this.list.replaceChildren(el("li", { class: "suggestions-title", role: "presentation", text: this.current.title }), ...this.current.items.map((each, index) => this.option(each, index)));
    const given = { role: "combobox", "aria-expanded": "true", "aria-controls": this.id, "aria-autocomplete": "list", "aria-haspopup": "listbox" };
    for (const [name, value] of Object.entries(given)) this.box.setAttribute(name, value);
    this.point();
  }

  option(item, index) {
    return el(
      "li",
      {
        class: `suggestion${item.tall ? " suggestion-tall" : ""}`, role: "option", id: `${this.id}-${index}`, "aria-selected": "false",
        on: { mousedown: (event) => event.preventDefault(), click: () => this.take(index), mousemove: () => this.point(index) },
      },
      el("span", { class: "suggestion-label", text: item.label }),
      item.hint ? el("span", { class: "suggestion-hint", text: item.hint }) : null,
      item.about ? el("span", { class: "suggestion-about", text: item.about }) : null,
    );
  }

  point(index = this.at) {
    this.at = index;
    for (const each of this.list.querySelectorAll(".suggestion")) {
      const chosen = each.id === `${this.id}-${index}`;
      each.setAttribute("aria-selected", String(chosen));
      if (chosen) each.scrollIntoView({ block: "nearest" });
    }
    this.box.setAttribute("aria-activedescendant", `${this.id}-${index}`);
  }

  /** Puts the chosen one in place of what was half-typed. */
  take(index = this.at) {
    const { from, to, items } = this.current;
    this.box.setRangeText(items[index].insert, from, to, "end");
    this.box.focus();
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Whether the half-typed word already is the one pointed at, so that Enter can send. */
  get complete() {
    const { from, to, items } = this.current;
    return this.box.value.slice(from, to) === items[this.at].insert.trim();
  }

  /** Answers whether a key was meant for the list. */
  key(event) {
    if (!this.open || event.isComposing) return false;
    const count = this.current.items.length;
    if (event.key === "ArrowDown") this.point((this.at + 1) % count);
    else if (event.key === "ArrowUp") this.point((this.at - 1 + count) % count);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" && !event.shiftKey) this.take();
    else if (event.key === "Enter" && !event.shiftKey && !this.complete) this.take();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}

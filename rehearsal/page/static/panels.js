// The column on the right: one panel at a time, chosen by its tab; a sheet over everything on a small screen.

import { el } from "./dom.js";
import { icon } from "./icons.js";

const TITLES = { thread: "Thread", guide: "Try this", clock: "Clock", traffic: "Traffic", faults: "Faults" };
const MARKS = { thread: "chat", guide: "guide", clock: "clock", traffic: "traffic", faults: "fault" };

export class Panels {
  /** `changed(name, before)` hears which panel is in sight: a name, or null where the column is closed. */
  constructor(root, tabs, close, changed) {
    Object.assign(this, { root, changed, current: null });
    this.bodies = Object.fromEntries(Object.keys(TITLES).map((name) => [name, root.querySelector(`#panel-${name}`)]));
    this.tabs = Object.fromEntries(Object.keys(TITLES).map((name) => [name, this.tab(name)]));
    tabs.append(...Object.values(this.tabs));
    tabs.addEventListener("keydown", (event) => this.steer(event));
    close.append(icon("close"));
    close.addEventListener("click", () => this.open(null));
    this.offerThread(false);
  }

  tab(name) {
    return el(
      "button",
      { type: "button", class: "tab", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, "aria-selected": "false", tabindex: "-1", on: { click: () => this.open(name) } },
      icon(MARKS[name]),
      el("span", { class: "tab-text", text: TITLES[name] }),
    );
  }

  /** Shows one panel, or none; what had the focus before a closing gets it back. */
  open(name) {
    const before = this.current;
    if (before === name) return;
    if (!before) this.opener = document.activeElement;
    this.current = name;
    for (const [each, body] of Object.entries(this.bodies)) {
      body.hidden = each !== name;
      this.tabs[each].setAttribute("aria-selected", String(each === name));
      this.tabs[each].tabIndex = each === name ? 0 : -1;
    }
    document.body.classList.toggle("with-panel", Boolean(name));
    this.root.hidden = !name;
    if (!name && this.opener?.isConnected) this.opener.focus({ preventScroll: true });
    this.changed(name, before);
  }

  /** The thread's tab stands only while a thread is open. */
  offerThread(there) {
    this.tabs.thread.hidden = !there;
  }

  steer(event) {
    const shown = Object.keys(TITLES).filter((name) => !this.tabs[name].hidden);
    const at = shown.indexOf(this.current);
    const to = { ArrowRight: (at + 1) % shown.length, ArrowLeft: (at - 1 + shown.length) % shown.length, Home: 0, End: shown.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.open(shown[to]);
    this.tabs[shown[to]].focus();
  }
}

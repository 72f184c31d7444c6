// Keeps a list at its newest message while the reader is there, and tells of news while they are not.

import { el } from "./dom.js";
import { icon } from "./icons.js";

const NEAR = 48;

/** `box` scrolls, `list` grows inside it; `reached()` is called whenever the end is in sight. */
export class Scroller {
  constructor(box, list, reached = () => {}) {
    this.box = box;
    this.list = list;
    this.reached = reached;
    this.atEnd = true;
    this.count = 0;
    this.pill = el("button", { type: "button", class: "pill", hidden: true, on: { click: () => this.toEnd(true) } });
    box.after(this.pill);
    box.addEventListener("scroll", () => this.look(), { passive: true });
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(list);
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(box);
  }

  look() {
    this.atEnd = this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < NEAR;
    if (this.atEnd) this.arrive();
  }

  arrive() {
    this.count = 0;
    this.pill.hidden = true;
    this.reached();
  }

  toEnd(focus = false) {
    this.atEnd = true;
    this.box.scrollTop = this.box.scrollHeight;
    this.arrive();
    if (focus) this.list.querySelector(":scope > .message:last-of-type")?.focus({ preventScroll: true });
  }

  /** After drawing: `fresh` messages of others came; `own` says that the reader posted something. */
  drawn(fresh, own) {
    if (own || this.atEnd) return this.toEnd();
    if (!fresh) return;
    this.count += fresh;
    this.pill.replaceChildren(icon("down"), this.count === 1 ? "1 new message" : `${this.count} new messages`);
    this.pill.hidden = false;
  }
}

// "Try this": the first steps of a newcomer, which tick themselves.

import { el, redraw, unseen } from "./dom.js";
import { icon } from "./icons.js";

const KEY = "rehearsal-guide";

/** Whether this browser has put the guide away. */
export function putAway() {
  try {
    return localStorage.getItem(KEY) === "away";
  } catch {
    return false;
  }
}

function remember(away) {
  try {
    localStorage.setItem(KEY, away ? "away" : "open");
  } catch {
    // A browser that keeps nothing shows the guide again next time.
  }
}

export class GuidePanel {
  /** `panel(name)` opens another panel, or none; `leave()` is called when a step sends one to the channel. */
  constructor(root, store, panel, leave) {
    Object.assign(this, { root, store, panel, leave });
    store.onChange(() => this.draw());
  }

  draw() {
    const { world } = this.store;
    if (!world) return;
    redraw(this.root, JSON.stringify([world.guide, world.me.id]), () => this.content(world.guide));
  }

  content(steps) {
    const done = steps.filter((each) => each.done).length;
    const next = steps.find((each) => !each.done);
    return [
      el("p", { class: "panel-lead", text: "One candidate's life in five steps. Each ticks itself when it has happened." }),
      el("div", { class: "guide-count" }, el("progress", { max: String(steps.length), value: done, "aria-label": "Steps done" }), el("span", { text: `${done} of ${steps.length} done` })),
      el("ol", { class: "guide" }, steps.map((each, index) => this.step(each, index + 1, each === next))),
      next ? null : el("p", { class: "guide-end", text: "That is a whole release. Look at the traffic, or make something go wrong." }),
      el("button", { type: "button", class: "plain-button", "data-key": "guide-away", text: "Put this guide away", on: { click: () => this.dismiss() } }),
    ];
  }

  step(step, number, isNext) {
    const classes = `guide-step${step.done ? " guide-done" : ""}${isNext ? " guide-next" : ""}`;
    return el(
      "li",
      { class: classes, "aria-current": isNext ? "step" : null },
      el("span", { class: "guide-mark", "aria-hidden": "true" }, step.done ? icon("check") : String(number)),
      el("div", { class: "guide-words" },
        el("h2", { class: "guide-title" }, step.title, step.done ? unseen(" (done)") : null),
        el("p", { class: "guide-text", text: step.text }),
        this.button(step, isNext)),
    );
  }

  /** Puts one where the step happens: at the clock, or in the place of the person it is about. */
  button(step, isNext) {
    const person = step.who && this.store.world.people.find((each) => each.name === step.who || each.id === step.who);
    const here = person?.id === this.store.me.id;
    const first = (person?.real_name ?? "").split(" ")[0];
    const text = person ? (here ? `Go to the channel as ${first}` : `Act as ${first}`) : "Open the clock";
    const run = person ? () => (this.leave(), this.store.go({ as: person.id, place: "releases" })) : () => this.panel("clock");
    return el("button", { type: "button", class: `small-button${isNext ? " small-button-main" : ""}`, "data-key": `guide-${step.id}`, text, on: { click: run } });
  }

  dismiss() {
    remember(true);
    this.panel("clock");
  }

  opened() {
    remember(false);
  }
}

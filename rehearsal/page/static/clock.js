// The shared clock: what time it is for bot and people alike, and the buttons that move it.

import { Refused, postClock } from "./api.js";
import { city, distance, longDay, midSentence, stamp, time, when } from "./dates.js";
import { el, redraw } from "./dom.js";
import { icon } from "./icons.js";

/** Whole minutes, so that drawing happens when the minute changes and not each frame. */
function minute(date) {
  return Math.floor(date.getTime() / 60_000);
}

/** The small clock in the header. */
export class ClockChip {
  constructor(button, store) {
    Object.assign(this, { button, store });
    store.onChange(() => this.draw());
  }

  draw() {
    const { world, now, zone } = this.store;
    if (!world) return;
    redraw(this.button, JSON.stringify([minute(now), zone, world.clock.moving]), () => [
      icon(world.clock.moving ? "forward" : "clock"),
      el("span", { class: "chip-day", text: stamp(now, zone).slice(0, -5) }),
      el("time", { class: "chip-time", datetime: now.toISOString(), text: time(now, zone) }),
    ]);
    this.button.setAttribute("aria-label", `Clock: ${stamp(now, zone)} in ${city(zone)}. Move it`);
    this.button.classList.toggle("chip-moving", world.clock.moving);
  }
}

export class ClockPanel {
  constructor(root, store, say) {
    Object.assign(this, { root, store, say, from: null });
    store.onChange(() => this.draw());
    setInterval(() => store.world && store.changed(), 5000);
  }

  draw() {
    const { world, now, zone } = this.store;
    if (!world) return;
    const { clock } = world;
    if (!clock.moving && !this.asked) this.from = null;
    else this.from ??= now.getTime();
    redraw(this.root, JSON.stringify([minute(now), zone, clock, world.me.id, this.asked]), () => [
      el("p", { class: "clock-lead", text: `It is the same moment for everybody here. You see it as in ${city(zone)}.` }),
      this.face(now, zone),
      clock.moving ? this.progress(clock, now, zone) : null,
      this.buttons(clock, now, zone),
      this.elsewhere(now),
    ]);
  }

  face(now, zone) {
    return el(
      "div",
      { class: "clock-face" },
      el("time", { class: "clock-time", datetime: now.toISOString(), text: time(now, zone) }),
      el("span", { class: "clock-day", text: longDay(now, zone, true) }),
      el("span", { class: "clock-utc", text: `${stamp(now, "UTC")} UTC` }),
    );
  }

  progress(clock, now, zone) {
    const target = clock.target ? new Date(clock.target) : now;
    const part = Math.max(0, Math.min(1, (now - this.from) / Math.max(1, target - this.from)));
    return el(
      "div",
      { class: "clock-progress" },
      el("label", { for: "clock-bar", text: `Moving to ${midSentence(when(target, zone, now))}. What falls due on the way happens on the way.` }),
      el("progress", { id: "clock-bar", max: "1", value: part }),
    );
  }

  buttons(clock, now, zone) {
    const due = clock.due ? new Date(clock.due) : null;
    const still = clock.moving || this.asked ? "The clock is moving" : clock.movable ? null : "This rehearsal's clock can't be moved";
    const dueText = due ? `${when(due, zone, now)}, ${distance(due, now)}` : "Nothing is due";
    return el(
      "div",
      { class: "clock-buttons" },
      this.button("hour", "+1 hour", when(new Date(now.getTime() + 3_600_000), zone, now), still),
      this.button("morning", "Next working morning", "09:00 on the next working day", still),
      this.button("due", "Next thing due", dueText, still ?? (due ? null : "Nothing is due: announce a candidate first")),
    );
  }

  button(to, label, about, reason) {
    return el(
      "button",
      { type: "button", class: "clock-button", "data-key": to, disabled: Boolean(reason), title: reason, on: { click: () => this.move(to) } },
      el("span", { class: "clock-button-label", text: label }),
      el("span", { class: "clock-button-about", text: reason ?? about }),
    );
  }

  /** The hour at everybody's place, for the working hours that decide so much. */
  elsewhere(now) {
    const zones = [...new Set(this.store.world.people.filter((each) => each.kind === "member" || each.kind === "admin").map((each) => each.tz))];
    return el(
      "section",
      { class: "clock-elsewhere" },
      el("h2", { text: "Where people are" }),
      el("dl", { class: "clock-zones" }, zones.map((zone) => el("div", {}, el("dt", { text: city(zone) }), el("dd", { text: stamp(now, zone).replace(/ \d+ \w+ /, " ") })))),
    );
  }

  async move(to) {
    this.asked = true;
    this.store.changed();
    try {
      await postClock(this.store.view.as, to);
    } catch (error) {
      this.say(error instanceof Refused ? `The clock was not moved: ${error.message}` : "The workspace did not answer, so the clock was not moved.");
    }
    await this.store.refresh();
    this.asked = false;
    this.store.changed();
  }
}

// Switches for what may go wrong between the bot and Slack.

import { postFault } from "./api.js";
import { el, redraw } from "./dom.js";

/** These happen at the press and are never on, so they are buttons. */
const AT_ONCE = { drop: "Cut", calm: "Calm" };

export class FaultsPanel {
  constructor(root, store, say) {
    Object.assign(this, { root, store, say });
    store.onChange(() => this.draw());
  }

  draw() {
    const { world } = this.store;
    if (!world) return;
    redraw(this.root, JSON.stringify(world.faults), () => [
      el("p", { class: "panel-lead", text: "Make something go wrong on purpose, and see that no decision is lost." }),
      el("ul", { class: "faults" }, world.faults.map((each) => this.fault(each))),
    ]);
    return world.faults.some((each) => each.on);
  }

  fault(fault) {
    const id = `fault-${fault.name}`;
    const button = fault.name in AT_ONCE ? this.push(fault, id) : this.toggle(fault, id);
    button.addEventListener("click", () => this.turn(fault, button));
    return el(
      "li",
      { class: `fault${fault.on ? " fault-on" : ""}` },
      button,
      el(
        "div",
        { class: "fault-words" },
        el("label", { class: "fault-title", id: `${id}-title`, for: id }, fault.title),
        el("p", { class: "fault-about", id: `${id}-about`, text: fault.about }),
      ),
    );
  }

  push(fault, id) {
    return el("button", { type: "button", class: "small-button fault-push", id, "data-key": id, "aria-describedby": `${id}-about`, "aria-label": fault.title, text: AT_ONCE[fault.name] });
  }

  toggle(fault, id) {
    const given = { role: "switch", "aria-checked": String(fault.on), "aria-labelledby": `${id}-title`, "aria-describedby": `${id}-about` };
    return el("button", { type: "button", class: "switch", id, "data-key": id, ...given }, el("span", { class: "switch-knob" }));
  }

  async turn(fault, button) {
    button.setAttribute("aria-busy", "true");
    try {
      await postFault(fault.name, !fault.on);
    } catch (error) {
      this.say(`"${fault.title}" could not be switched: ${error.message}`);
    }
    button.removeAttribute("aria-busy");
    await this.store.refresh();
  }
}

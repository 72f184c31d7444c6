// What goes over the wire between the workspace and the bot, newest first.

import { fetchTraffic } from "./api.js";
import { stamp, time } from "./dates.js";
import { el, unseen } from "./dom.js";
import { plain } from "./plain.js";

const MOST = 500;
const EVERY = 2000;

function matches(entry, wanted) {
  return [entry.kind, entry.name, entry.about, entry.error, entry.fault, entry.ok ? "ok" : "failed"].some((each) => each?.toLowerCase().includes(wanted));
}

function pretty(value) {
  return value === null || value === undefined || value === "" ? "(nothing)" : typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

export class TrafficPanel {
  constructor(root, store) {
    Object.assign(this, { root, store, last: 0, rows: [], paused: false, open: false });
    this.filter = el("input", { type: "search", class: "box", placeholder: "Filter: chat.update, failed, halt…", "aria-label": "Filter the traffic", on: { input: () => this.sift() } });
    this.pause = el("button", { type: "button", class: "small-button", "aria-pressed": "false", text: "Pause", on: { click: () => this.hold() } });
    this.list = el("ul", { class: "traffic" });
    this.count = el("p", { class: "traffic-count", role: "status" });
    root.append(
      el("p", { class: "panel-lead", text: "Every call of the bot, and everything the workspace delivers to it. Open one to read it." }),
      el("div", { class: "traffic-bar" }, this.filter, this.pause),
      this.count,
      this.list,
    );
    store.onChange(() => this.look());
    setInterval(() => this.look(), EVERY);
  }

  /** Whether the panel is in sight; only then is anything fetched. */
  shown(open) {
    this.open = open;
    this.look();
  }

  hold() {
    this.paused = !this.paused;
    this.pause.setAttribute("aria-pressed", String(this.paused));
    this.pause.textContent = this.paused ? "Go on" : "Pause";
    this.look();
  }

  async look() {
    if (this.store.away) this.stale = true;
    if (!this.open || this.paused || this.busy || this.store.away || !this.store.world) return;
    if (this.stale) this.restart();
    if (performance.now() - (this.looked ?? -EVERY) < EVERY / 8) return;
    this.busy = true;
    this.looked = performance.now();
    try {
      const { last, entries } = await fetchTraffic(this.last);
      if (last < this.last) this.restart();
      else this.take(last, entries);
    } catch {
      // The banner says that the workspace is away; the next look tries again.
    } finally {
      this.busy = false;
    }
  }

  /** A workspace that was away may be a new one, which counts from the beginning. */
  restart() {
    this.stale = false;
    this.last = 0;
    this.rows = [];
    this.list.replaceChildren();
  }

  take(last, entries) {
    this.last = last;
    const sorted = entries.filter((each) => !this.rows.some((row) => row.entry.n === each.n)).sort((one, other) => one.n - other.n);
    for (const entry of sorted) {
      const row = { entry, node: this.row(entry) };
      this.rows.unshift(row);
      this.list.prepend(row.node);
    }
    for (const row of this.rows.splice(MOST)) row.node.remove();
    if (sorted.length || !this.count.textContent) this.sift();
  }

  sift() {
    const wanted = this.filter.value.trim().toLowerCase();
    let seen = 0;
    for (const row of this.rows) {
      row.node.hidden = Boolean(wanted) && !matches(row.entry, wanted);
      seen += row.node.hidden ? 0 : 1;
    }
    this.count.textContent = wanted ? `${seen} of ${this.rows.length} shown` : this.rows.length ? `${this.rows.length} so far, newest first` : "Nothing yet";
  }

  row(entry) {
    const details = el(
      "details",
      { class: `entry ${entry.ok ? "" : "entry-failed"}` },
      el(
        "summary",
        { class: "entry-head" },
        el("span", { class: `entry-kind entry-${entry.kind}`, title: entry.kind === "call" ? "The bot calls Slack" : "Slack delivers to the bot", text: entry.kind === "call" ? "call" : "delivery" }),
        el("span", { class: "entry-name", text: entry.name }),
        el("span", { class: `entry-verdict ${entry.ok ? "entry-ok" : "entry-bad"}`, text: entry.ok ? "ok" : (entry.error ?? `failed ${entry.status ?? ""}`) }),
        el("span", { class: "entry-about", text: plain(entry.about, this.store.world) }),
        el("span", { class: "entry-when" }, this.facts(entry)),
      ),
    );
    details.addEventListener("toggle", () => details.open && details.childElementCount === 1 && details.append(...this.inside(entry)));
    return el("li", {}, details);
  }

  facts(entry) {
    const at = new Date(entry.at);
    const took = entry.took_ms === null || entry.took_ms === undefined ? "" : ` · ${entry.took_ms < 10 ? entry.took_ms.toFixed(1) : Math.round(entry.took_ms)} ms`;
    const again = entry.attempt ? ` · attempt ${entry.attempt + 1}` : "";
    const fault = entry.fault ? ` · ${entry.fault}` : "";
    return [el("time", { datetime: entry.at, title: `${stamp(at, this.store.zone)}, the shared clock`, text: time(at, this.store.zone) }), `${took}${again}${fault}`];
  }

  inside(entry) {
    const part = (title, value) => [el("h2", { text: title }), el("pre", { tabindex: "0", role: "region", "aria-label": `${title}: ${entry.name}` }, el("code", { text: pretty(value) }))];
    return [...part("Sent", entry.sent), ...part("Answered", entry.answered), unseen(entry.status ? `HTTP ${entry.status}` : "")];
  }
}

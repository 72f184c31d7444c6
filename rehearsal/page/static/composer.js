// Where a person types: messages, commands with their completion, what they typed before, and the app's shortcuts.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { Suggest } from "./suggest.js";

const TALLEST = 200;
const REMEMBERED = 50;

/** What each person sent, newest last, for as long as the page is open. */
const history = new Map();

export class Composer {
  constructor(root, store, desk, inThread = false) {
    Object.assign(this, { root, store, desk, inThread, back: 0 });
    this.box = el("textarea", { class: "composer-box", rows: "1", spellcheck: "true", autocomplete: "off", maxlength: "12000" });
    this.suggest = new Suggest(this.box, () => store.world, inThread);
    this.sendButton = el("button", { type: "submit", class: "composer-send", "aria-label": "Send", title: "Send (Enter)", disabled: true }, icon("send"));
    const hint = el("span", { class: "composer-hint", text: "Enter sends, Shift+Enter starts a new line" });
    const bar = el("div", { class: "composer-bar" }, this.tools(), hint, this.sendButton);
    this.form = el("form", { class: "composer" }, this.suggest.list, this.box, bar);
    this.outside = el("p", { class: "composer-outside", hidden: true });
    root.append(this.form, this.outside);
    this.box.addEventListener("input", () => this.typed());
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  tools() {
    if (this.inThread) return null;
    const tool = (label, run, mark) => el("button", { type: "button", class: "tool", "aria-label": label, title: label, on: { click: run } }, mark);
    const slash = tool("Type a slash command", () => this.slash(), el("span", { class: "slash", "aria-hidden": "true", text: "/" }));
    this.bolt = tool("Shortcuts", () => this.shortcuts(), icon("bolt"));
    this.bolt.setAttribute("aria-haspopup", "menu");
    return [this.bolt, slash];
  }

  shortcuts() {
    const items = this.store.world.shortcuts
      .filter((each) => each.type === "global")
      .map((each) => ({ label: each.name, about: each.description, run: () => this.desk.globalShortcut(each) }));
    openMenu(this.bolt, [{ heading: items.length ? "Shortcuts" : "The app has no shortcuts" }, ...items]);
  }

  slash() {
    if (!this.box.value) this.put("/");
    this.box.focus();
    this.suggest.look();
  }

  /** Fits the box to where it now stands: another draft, another name, or no right to write. */
  draw(scope) {
    const { world } = this.store;
    const known = world.places.find((each) => each.id === world.place.id);
    const direct = world.place.kind === "im";
    const name = direct ? known?.name : `#${world.place.name}`;
    const outside = known?.member === false && `You are looking at ${name} without being a member, so you can read it but not write.`;
    const shut = outside || (world.place.writable === false && "Sending messages to this app has been turned off.");
    this.form.hidden = Boolean(shut);
    this.outside.hidden = !shut;
    if (shut) this.outside.textContent = shut;
    const words = this.inThread ? "Reply to the thread" : `Message ${name}; a slash begins a command`;
    const bot = this.store.bot?.name;
    const reply = direct || !bot ? "Reply…" : `Reply… @${bot} hears you`;
    this.box.placeholder = this.inThread ? reply : direct ? `Write to ${name}, or type /` : `Message ${name} or type /`;
    this.box.setAttribute("aria-label", words);
    if (scope === this.scope) return;
    this.scope = scope;
    this.back = 0;
    this.suggest.close();
    this.put(this.store.drafts.get(scope) ?? "");
  }

  put(text) {
    this.box.value = text;
    this.box.setSelectionRange(text.length, text.length);
    this.fit();
  }

  fit() {
    this.store.drafts.set(this.scope, this.box.value);
    this.sendButton.disabled = !this.box.value.trim();
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, TALLEST)}px`;
  }

  typed() {
    this.back = 0;
    this.fit();
    this.suggest.look();
  }

  key(event) {
    if (this.suggest.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    } else if (event.key === "ArrowUp" && (!this.box.value || this.back)) this.recall(event, 1);
    else if (event.key === "ArrowDown" && this.back) this.recall(event, -1);
  }

  get sent() {
    return history.get(this.store.view.as) ?? [];
  }

  recall(event, step) {
    const to = this.back + step;
    if (to > this.sent.length) return;
    event.preventDefault();
    this.back = to;
    this.put(to ? this.sent.at(-to) : "");
  }

  async send() {
    const line = this.box.value.trim();
    if (!line) return;
    const { scope } = this;
    const { as, thread } = this.store.view;
    this.suggest.close();
    this.put("");
    this.form.setAttribute("aria-busy", "true");
    const gone = await this.desk.send(line, this.inThread ? thread : null);
    this.form.removeAttribute("aria-busy");
    history.set(as, [...(history.get(as) ?? []).filter((each) => each !== line), line].slice(-REMEMBERED));
    this.back = 0;
    if (!gone && scope === this.scope && !this.box.value) this.put(line);
  }
}

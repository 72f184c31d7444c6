// The stack of modals: native dialogs, of which only the top one takes part, with drafts that survive updates.

import { h, spoken, uid } from "./block-dom.js";
import { renderBlock } from "./blocks.js";
import { closePopup } from "./block-popup.js";
import { keyOf } from "./block-values.js";

const REQUIRED = "Please complete this required field.";
const TROUBLE = "We had some trouble connecting. Try again?";
const SETTLES = 3000;

const isEmpty = (value) => value === null || value === undefined || value === "" || value.length === 0;

export class ModalStack {
  /** `root` holds the dialogs; `hooks` are {submit, close, press, choose} as the page's contract has them. */
  constructor(root, hooks) {
    this.root = root;
    this.hooks = hooks;
    this.open = [];
    this.opener = null;
    this.around = [];
  }

  /** Shows these views, the last on top; those that are open already keep what was typed into them. */
  show(views, ctx) {
    const wanted = new Set(views.map((view) => view.id));
    if (!this.open.length && views.length) this.remember(document.activeElement);
    const gone = this.open.filter((modal) => !wanted.has(modal.view.id));
    this.open = this.open.filter((modal) => wanted.has(modal.view.id));
    const known = new Map(this.open.map((modal) => [modal.view.id, modal]));
    for (const modal of gone.reverse()) modal.leave();
    this.open = views.map((view) => known.get(view.id) ?? new Modal(this.root, this.hooks, view.id));
    views.forEach((view, at) => this.open[at].show(view, ctx, at < views.length - 1));
    if (gone.length) this.giveBack();
  }

  /** Says beside the fields of a view what the app has against them, by block_id. */
  errors(viewId, errors) {
    this.open.find((modal) => modal.view.id === viewId)?.complain(errors);
  }

  giveBack() {
    if (this.open.length) {
      this.open.at(-1).regain();
      return;
    }
    const back = this.opener?.isConnected ? this.opener : this.nearest();
    this.opener = null;
    this.around = [];
    back?.focus();
  }

  remember(opener) {
    this.opener = opener;
    this.around = [];
    for (let node = opener?.parentElement; node && node !== document.body; node = node.parentElement) this.around.push(node);
  }

  /** What stands where the opener stood: the same act drawn anew, else another, else what held it. */
  nearest() {
    const place = this.around.find((node) => node.isConnected);
    const action = CSS.escape(this.opener?.dataset?.actionId ?? "");
    return (
      sameControl(this.opener) ??
      place?.querySelector(`[data-action-id="${action}"]`) ??
      place?.querySelector("button[data-action-id], a[data-action-id]") ??
      this.around.find((node) => node.isConnected && node.tabIndex >= 0)
    );
  }
}

/** The control that took the place of one that was drawn anew. */
function sameControl(gone) {
  const { blockId, actionId } = gone?.dataset ?? {};
  if (!actionId) return null;
  return document.querySelector(`[data-block-id="${CSS.escape(blockId ?? "")}"][data-action-id="${CSS.escape(actionId)}"]`);
}

class Modal {
  constructor(root, hooks, id) {
    this.hooks = hooks;
    this.view = { id };
    this.drawn = new Map();
    this.ctx = {};
    this.last = null;
    this.fresh = true;
    this.build(root);
  }

  build(root) {
    const title = uid("modal");
    this.title = h("h2", { class: "bk-modal-title", id: title, dir: "auto" });
    this.x = h("button", { type: "button", class: "bk-x", "aria-label": "Close", title: "Close", click: () => this.close() },
      h("span", { "aria-hidden": "true" }, "×"));
    this.body = h("div", { class: "bk-modal-body" });
    this.trouble = h("p", { class: "bk-trouble", role: "alert", hidden: true });
    this.cancel = h("button", { type: "button", class: "bk-button", click: () => this.close() });
    this.ok = h("button", { type: "submit", class: "bk-button bk-primary" });
    this.form = h("form", { class: "bk-form", novalidate: true, submit: (event) => this.submit(event) },
      h("header", { class: "bk-modal-head" }, this.title, this.x),
      this.body,
      this.trouble,
      h("footer", { class: "bk-modal-foot" }, this.cancel, this.ok));
    this.dialog = h("dialog", { class: "bk-modal", "aria-labelledby": title }, this.form);
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    this.dialog.addEventListener("cancel", (event) => event.target === this.dialog && event.preventDefault());
    this.dialog.addEventListener("close", (event) => event.target === this.dialog && this.wentByItself());
    this.dialog.addEventListener("focusin", (event) => (this.last = event.target));
    root.append(this.dialog);
  }

  show(view, ctx, below) {
    const changed = view.hash !== this.view.hash || view.hash === undefined;
    Object.assign(this.ctx, ctx, this.own(view));
    this.view = view;
    if (changed) {
      this.words(view);
      this.draw(view.blocks ?? []);
      this.settle();
    }
    this.dialog.classList.toggle("bk-below", below);
    if (!this.dialog.open) this.dialog.showModal();
    if (this.fresh) this.begin();
    this.fresh = false;
  }

  /** What a modal's elements see instead of the page: their own state, and hooks that name the view. */
  own(view) {
    return {
      surface: "modal",
      state: view.state ?? {},
      press: (block, element, value) => this.hooks.press(view.id, block, element, value, this.values()),
      choose: (block, element, value) => this.hooks.choose(view.id, block, element, value, this.values()),
    };
  }

  words(view) {
    const submits = Boolean(view.submit) || (view.blocks ?? []).some((block) => block.type === "input");
    this.title.textContent = spoken(view.title);
    this.ok.textContent = spoken(view.submit) || "Submit";
    this.ok.hidden = !submits;
    this.cancel.textContent = spoken(view.close) || (submits ? "Cancel" : "Close");
  }

  /** Draws blocks anew where they changed, and leaves the others, with focus and caret, where they are. */
  draw(blocks) {
    const focus = this.focusWithin();
    const before = this.drawn;
    this.drawn = new Map();
    const nodes = blocks.map((block, at) => this.keep(block, block.block_id ?? `#${at}`, before));
    nodes.forEach((node, at) => {
      if (this.body.children[at] !== node) this.body.insertBefore(node, this.body.children[at] ?? null);
    });
    while (this.body.children.length > nodes.length) this.body.lastElementChild.remove();
    this.restore(focus);
    const reachable = this.body.querySelector("input, button, textarea, select, a[href], [tabindex]");
    if (reachable) this.body.removeAttribute("tabindex");
    else this.body.setAttribute("tabindex", "0");
  }

  keep(block, key, before) {
    const json = JSON.stringify(block);
    const old = before.get(key);
    const kept = old?.json === json ? old : this.anew(block, json, old);
    this.drawn.set(key, kept);
    return kept.node;
  }

  anew(block, json, old) {
    const controls = [];
    const drafts = new Map((old?.controls ?? []).map((control) => [
      keyOf(control.block, control.element), { type: control.element.type, value: control.read() },
    ]));
    const own = { drafts, register: (control) => controls.push(control) };
    return { json, controls, node: renderBlock(block, Object.assign(Object.create(this.ctx), own)) };
  }

  controls() {
    return [...this.drawn.values()].flatMap((drawn) => drawn.controls);
  }

  /** What all fields hold now, as simple values by block_id and action_id. */
  values() {
    const found = {};
    for (const { block, element, read } of this.controls()) {
      (found[block.block_id] ??= {})[element.action_id] = read();
    }
    return found;
  }

  /** What Slack's own client refuses before anything is sent: by block_id. */
  refusals() {
    const found = {};
    for (const { block, read, complaint } of this.controls()) {
      if (block.type !== "input") continue;
      const said = complaint?.() ?? (isEmpty(read()) && !block.optional ? REQUIRED : null);
      if (said) found[block.block_id] = said;
    }
    return found;
  }

  async submit(event) {
    event.preventDefault();
    if (this.ok.hidden || this.ok.getAttribute("aria-busy") === "true") return;
    closePopup();
    const wrong = this.refusals();
    this.complain(wrong);
    if (Object.keys(wrong).length) return;
    this.busy(true);
    try {
      const answer = await this.hooks.submit(this.view.id, this.values());
      const errors = answer?.errors ?? {};
      if (Object.keys(errors).length) this.complain(errors);
      else if (!answer?.ok) this.say(TROUBLE);
      else return;
    } catch {
      this.say(TROUBLE);
    } finally {
      this.waiting = setTimeout(() => this.settle(), this.done() ? SETTLES : 0);
    }
  }

  /** Whether what was submitted was taken: then the button stays busy until the page is told what came of it. */
  done() {
    return this.trouble.hidden && !this.body.querySelector("[aria-invalid]");
  }

  busy(on) {
    if (on) this.ok.setAttribute("aria-busy", "true");
    else this.ok.removeAttribute("aria-busy");
  }

  settle() {
    clearTimeout(this.waiting);
    this.busy(false);
  }

  say(words) {
    this.trouble.textContent = words ?? "";
    this.trouble.hidden = !words;
  }

  complain(errors) {
    let first = null;
    this.say(null);
    const told = new Set();
    for (const control of this.controls()) {
      const words = errors[control.block.block_id] ?? null;
      if (!control.complain) continue;
      control.complain(words);
      if (!words) continue;
      told.add(control.block.block_id);
      first ??= control;
    }
    if (Object.keys(errors).some((id) => !told.has(id))) this.say(TROUBLE);
    if (!first) return;
    first.node.closest(".bk-field-block")?.scrollIntoView({ block: "nearest" });
    first.focus();
  }

  key(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }

  async close() {
    if (this.closing) return;
    this.closing = true;
    closePopup();
    try {
      await this.hooks.close(this.view.id);
    } catch {
      this.say(TROUBLE);
    } finally {
      this.closing = false;
    }
  }

  /** A browser may close a dialog without asking; the app is told all the same. */
  wentByItself() {
    if (this.left) return;
    this.dialog.showModal();
    this.close();
  }

  leave() {
    this.left = true;
    this.settle();
    if (this.dialog.contains(document.activeElement)) closePopup();
    if (this.dialog.open) this.dialog.close();
    this.dialog.remove();
  }

  /** Where people begin: where the app says, else the first field, else the words themselves. */
  begin() {
    const controls = this.controls();
    const wanted = controls.find(({ element }) => element.focus_on_load) ?? controls.find(({ block }) => block.type === "input");
    if (wanted) wanted.focus();
    else (this.body.tabIndex === 0 ? this.body : this.cancel).focus();
    this.body.scrollTop = 0;
  }

  regain() {
    this.dialog.classList.remove("bk-below");
    if (this.last?.isConnected && this.dialog.contains(this.last)) this.last.focus();
    else (sameControl(this.last) ?? this.cancel).focus();
  }

  focusWithin() {
    const node = document.activeElement;
    if (!node || !this.body.contains(node) || !node.dataset.actionId) return null;
    const { blockId, actionId } = node.dataset;
    const caret = "selectionStart" in node ? [node.selectionStart, node.selectionEnd] : [null, null];
    return { node, blockId, actionId, caret };
  }

  restore(focus) {
    if (!focus || document.activeElement === focus.node) return;
    const [block, action] = [CSS.escape(focus.blockId ?? ""), CSS.escape(focus.actionId)];
    const node = focus.node.isConnected
      ? focus.node
      : this.body.querySelector(`[data-block-id="${block}"][data-action-id="${action}"]`);
    if (!node) {
      this.x.focus();
      return;
    }
    node.focus();
    if (focus.caret[0] !== null) node.setSelectionRange?.(...focus.caret);
  }
}

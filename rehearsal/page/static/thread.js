// The thread pane: a message, its replies, and a composer of their own.

import { Composer } from "./composer.js";
import { el } from "./dom.js";
import { MessageList } from "./messages.js";
import { Scroller } from "./scroller.js";

export class ThreadPane {
  constructor(root, store, desk) {
    Object.assign(this, { root, store });
    const list = el("ol", { class: "messages" });
    const box = el("div", { class: "scroll thread-scroll" }, list);
    const foot = el("div", { class: "composer-place" });
    root.append(el("div", { class: "scroll-place" }, box), foot);
    this.list = new MessageList(list, store, {
      context: (message) => desk.messageContext(message),
      thread: null,
      shortcut: (shortcut, message) => desk.messageShortcut(shortcut, message),
    });
    this.scroller = new Scroller(box, list);
    this.composer = new Composer(foot, store, desk, true);
    this.known = new Set();
    store.onChange(() => this.draw());
  }

  draw() {
    const { world, view } = this.store;
    const thread = world?.place.thread;
    if (!thread) {
      this.scope = null;
      return;
    }
    const scope = `${view.as} ${view.place} ${view.thread}`;
    const entered = scope !== this.scope;
    this.scope = scope;
    const messages = [thread.parent, ...thread.replies];
    const notices = this.store.noticesIn(view.thread);
    this.list.show(messages, notices, { scope, parent: true });
    const fresh = entered ? [] : messages.filter((each) => !this.known.has(each.ts));
    const own = fresh.some((each) => each.user === world.me.id) || notices.length > this.notices;
    this.notices = notices.length;
    this.known = new Set(messages.map((each) => each.ts));
    this.scroller.drawn(fresh.length, entered || own);
    this.composer.draw(scope);
  }
}

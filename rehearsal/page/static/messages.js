// A list of messages kept in step with the box: each row is drawn again only when what it shows has changed.

import { renderBlocks, renderText } from "./blocks.js";
import { day, dayKey, instant, longDay, midSentence, time, when } from "./dates.js";
import { el, focusable, unseen } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { avatar, shownName } from "./people.js";

const TOGETHER = 5 * 60;

/** One author's messages within five minutes and a day stand together under one name; what has a heading of its own stands alone. */
function follows(message, before, zone) {
  return Boolean(
    before &&
      before.user === message.user &&
      before.ephemeral === message.ephemeral &&
      !message.broadcast &&
      message.blocks?.[0]?.type !== "header" &&
      Number(message.ts) - Number(before.ts) < TOGETHER &&
      dayKey(instant(before.ts), zone) === dayKey(instant(message.ts), zone),
  );
}

/** `hooks` = {context(message) -> what blocks need, thread(message) or null, shortcut(shortcut, message)}. */
export class MessageList {
  constructor(root, store, hooks) {
    this.root = root;
    this.store = store;
    this.hooks = hooks;
    this.rows = new Map();
    root.addEventListener("keydown", (event) => this.steer(event));
  }

  /** Shows exactly these messages and notices; `scope` tells one list from another, `newFrom` the first unread ts. */
  show(messages, notices, { scope, newFrom = null, parent = false }) {
    if (scope !== this.scope) this.forget();
    this.scope = scope;
    const wanted = [];
    let before = null;
    for (const message of messages) {
      wanted.push(...this.dividers(message, before, newFrom, parent));
      wanted.push(this.row(message, follows(message, before, this.store.zone) && !(parent && before === messages[0])));
      if (parent && message === messages[0] && messages.length > 1) wanted.push(this.count(messages.length - 1));
      wanted.push(...notices.filter((each) => each.after === message.ts).map((each) => this.notice(each)));
      before = message;
    }
    const known = new Set(messages.map((each) => each.ts));
    wanted.push(...notices.filter((each) => !known.has(each.after)).map((each) => this.notice(each)));
    this.settle(wanted);
  }

  forget() {
    this.rows.clear();
    this.root.replaceChildren();
  }

  /** Puts the rows in order, moving only those that are not where they belong: moving one would lose its focus. */
  settle(wanted) {
    const keep = new Set(wanted);
    for (const node of [...this.root.children]) if (!keep.has(node)) node.remove();
    wanted.forEach((node, index) => {
      if (this.root.children[index] !== node) this.root.insertBefore(node, this.root.children[index] ?? null);
    });
    for (const [key, row] of this.rows) if (!keep.has(row.node)) this.rows.delete(key);
    const rows = this.messages();
    if (rows.length && !rows.some((each) => each.tabIndex === 0)) rows.at(-1).tabIndex = 0;
  }

  messages() {
    return [...this.root.querySelectorAll(":scope > .message")];
  }

  dividers(message, before, newFrom, parent) {
    const { zone, now } = this.store;
    const found = [];
    const key = dayKey(instant(message.ts), zone);
    if (!parent && (!before || dayKey(instant(before.ts), zone) !== key)) {
      const named = day(instant(message.ts), zone, now);
      const full = named.includes(" ") ? named : `${named}, ${longDay(instant(message.ts), zone)}`;
      found.push(this.kept(`day-${key}`, full, () => el("li", { class: "divider" }, el("h2", { class: "divider-text", text: full }))));
    }
    if (newFrom === message.ts) {
      found.push(this.kept("new", newFrom, () => el("li", { class: "divider divider-new" }, el("h2", { class: "divider-text", text: "New" }))));
    }
    return found;
  }

  count(replies) {
    const text = replies === 1 ? "1 reply" : `${replies} replies`;
    return this.kept("replies", text, () => el("li", { class: "divider divider-replies" }, el("h2", { class: "divider-text", text })));
  }

  kept(key, signature, build) {
    const row = this.rows.get(key);
    if (row?.signature === signature) return row.node;
    const node = build();
    this.rows.set(key, { node, signature });
    return node;
  }

  row(message, grouped) {
    const key = `message-${message.ts}`;
    let row = this.rows.get(key);
    if (!row) {
      row = this.empty(message);
      this.rows.set(key, row);
    }
    row.message = message;
    row.node.classList.toggle("message-grouped", grouped);
    const today = dayKey(this.store.now, this.store.zone);
    const seen = JSON.stringify([message.version, message.state, message.edited, message.text, message.blocks, message.files?.length, message.mentions_me]);
    if (row.seen !== seen || (row.today !== today && !row.body.contains(document.activeElement))) this.fill(row, message);
    [row.seen, row.today] = [seen, today];
    this.foot(row, message);
    return row.node;
  }

  /** A row without its words: who, when, and what can be done with it. */
  empty(message) {
    const { zone, world } = this.store;
    const author = this.store.person(message.user);
    const at = instant(message.ts);
    const body = el("div", { class: "message-body" });
    const foot = el("div", { class: "message-foot" });
    const clock = el("time", { class: "message-time", datetime: at.toISOString(), title: longDay(at, zone, true), text: time(at, zone) });
    const node = el(
      "li",
      { class: `message${message.ephemeral ? " message-ephemeral" : ""}`, tabindex: "-1", "data-ts": message.ts },
      el("div", { class: "message-side" }, avatar(author, world.people), el("span", { class: "message-side-time", "aria-hidden": "true", text: time(at, zone) })),
      el(
        "div",
        { class: "message-main" },
        message.ephemeral ? el("p", { class: "message-only" }, icon("eye"), "Only visible to you") : null,
        el(
          "p",
          { class: "message-head" },
          el("span", { class: "message-author", text: shownName(author) }),
          author?.kind === "bot" ? el("span", { class: "app-badge", text: "APP" }) : null,
          " ",
          clock,
        ),
        this.hooks.thread && message.broadcast ? this.into(message) : null,
        body,
        foot,
      ),
    );
    const row = { node, body, foot, message };
    const tools = this.tools(row);
    if (tools) node.append(tools);
    return row;
  }

  tools(row) {
    const { message } = row;
    if (message.ephemeral) return null;
    const name = shownName(this.store.person(message.user));
    const buttons = [];
    if (this.hooks.thread) {
      buttons.push(this.tool("reply", "Reply in thread", name, () => this.hooks.thread(row.message)));
    }
    const shortcuts = this.store.world.shortcuts.filter((each) => each.type === "message");
    if (shortcuts.length) {
      const more = this.tool("more", "Message shortcuts", name, () => {
        const items = shortcuts.map((each) => ({ label: each.name, about: each.description, run: () => this.hooks.shortcut(each, row.message) }));
        openMenu(more, [{ heading: "Message shortcuts" }, ...items]);
      });
      more.setAttribute("aria-haspopup", "menu");
      buttons.push(more);
    }
    return buttons.length ? el("div", { class: "message-tools" }, buttons) : null;
  }

  tool(mark, label, name, run) {
    return el("button", { type: "button", class: "tool", title: label, "aria-label": `${label}: message of ${name}`, on: { click: run } }, icon(mark));
  }

  fill(row, message) {
    const at = row.body.contains(document.activeElement) ? focusable(row.body).indexOf(document.activeElement) : -1;
    const context = this.hooks.context(message);
    const said = el("div", { class: "message-text" }, message.blocks?.length ? renderBlocks(message.blocks, context) : renderText(message.text, context));
    if (message.edited) said.append(el("span", { class: "message-edited", text: " (edited)" }));
    row.node.classList.toggle("message-mentions", Boolean(message.mentions_me));
    row.body.replaceChildren(said, ...(message.files ?? []).map(attached));
    if (at >= 0) focusable(row.body)[at]?.focus({ preventScroll: true });
  }

  foot(row, message) {
    const signature = JSON.stringify([message.replies, message.last_reply, dayKey(this.store.now, this.store.zone)]);
    if (row.footed === signature) return;
    row.footed = signature;
    const parts = [];
    if (this.hooks.thread && message.replies > 0) parts.push(this.summary(row, message));
    row.foot.replaceChildren(...parts);
  }

  /** The line above a reply that was sent to the channel too. */
  into(message) {
    return el("button", { type: "button", class: "thread-into", on: { click: () => this.hooks.thread(message) } }, icon("chat"), "Replied to a thread");
  }

  summary(row, message) {
    const { world, zone, now } = this.store;
    const faces = (message.repliers ?? []).slice(0, 4).map((id) => avatar(this.store.person(id), world.people, "avatar-small"));
    const count = message.replies === 1 ? "1 reply" : `${message.replies} replies`;
    const last = message.last_reply ? ` · last ${midSentence(when(instant(message.last_reply), zone, now))}` : "";
    return el(
      "button",
      { type: "button", class: "thread-link", on: { click: () => this.hooks.thread(row.message) } },
      el("span", { class: "faces" }, faces),
      el("span", { class: "thread-count", text: count }),
      el("span", { class: "thread-last", text: last }),
      unseen(". Open the thread"),
    );
  }

  notice(notice) {
    return this.kept(notice.key, notice.key, () =>
      el(
        "li",
        { class: "message message-ephemeral message-notice", tabindex: "-1" },
        el("div", { class: "message-side" }, el("span", { class: "avatar tint-none", "aria-hidden": "true" }, icon("fault"))),
        el(
          "div",
          { class: "message-main" },
          el("p", { class: "message-only" }, icon("eye"), "Only visible to you"),
          el(
            "p",
            { class: "message-head" },
            el("span", { class: "message-author", text: "The workspace" }),
            " ",
            el("time", { class: "message-time", datetime: notice.at.toISOString(), text: time(notice.at, this.store.zone) }),
          ),
          el("div", { class: "message-body" }, el("div", { class: "message-text", text: notice.text })),
        ),
        el("div", { class: "message-tools message-tools-stay" }, this.dismissal(notice)),
      ),
    );
  }

  dismissal(notice) {
    const given = { type: "button", class: "tool", "aria-label": "Dismiss this notice", title: "Dismiss" };
    return el("button", { ...given, on: { click: () => this.store.forget(notice) } }, icon("close"));
  }

  /** Up and down walk from message to message; Tab goes into one. */
  steer(event) {
    if (!event.target.classList.contains("message")) return;
    const rows = this.messages();
    const at = rows.indexOf(event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined || !rows[to]) return;
    event.preventDefault();
    event.target.tabIndex = -1;
    rows[to].tabIndex = 0;
    rows[to].focus();
  }
}

function attached(file) {
  if (!file.image) return el("a", { class: "file", href: file.url, download: "", text: file.title });
  const image = el("img", { src: file.url, alt: file.alt || file.title, loading: "lazy" });
  return el("figure", { class: "file-image" }, el("figcaption", { text: file.title }), image);
}

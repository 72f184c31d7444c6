// The place in the middle: a channel's or direct message's list with its composer, or the App Home.

import { renderBlocks } from "./blocks.js";
import { Composer } from "./composer.js";
import { el, redraw } from "./dom.js";
import { icon } from "./icons.js";
import { MessageList } from "./messages.js";
import { plain } from "./plain.js";
import { avatar, shownName } from "./people.js";
import { Scroller } from "./scroller.js";

const MARKS = { public: "hash", private: "lock", home: "home" };

/** `parts` = {head, box, list, foot, home, log}; `desk` is what acting needs (desk.js). */
export class ChannelPane {
  constructor(parts, store, desk) {
    Object.assign(this, { parts, store, desk });
    this.list = new MessageList(parts.list, store, {
      context: (message) => desk.messageContext(message),
      thread: (message) => desk.openThread(message),
      shortcut: (shortcut, message) => desk.messageShortcut(shortcut, message),
    });
    this.scroller = new Scroller(parts.box, parts.list, () => this.seen());
    this.composer = new Composer(parts.foot, store, desk);
    this.known = new Set();
    document.addEventListener("visibilitychange", () => this.seen());
    store.onChange(() => this.draw());
  }

  draw() {
    const { world, view } = this.store;
    if (!world) return;
    const isHome = world.place.kind === "home";
    this.head(world.place);
    this.parts.home.hidden = !isHome;
    this.parts.box.hidden = isHome;
    this.parts.foot.hidden = isHome;
    if (isHome) return this.drawHome();
    const scope = `${view.as} ${view.place}`;
    const entered = scope !== this.scope;
    if (entered) this.enter(scope, world);
    this.list.show(world.place.messages, this.store.noticesIn(), { scope, newFrom: this.newFrom });
    this.parts.list.classList.toggle("messages-none", world.place.messages.length === 0);
    const fresh = entered ? [] : this.announce(world);
    const notices = this.store.noticesIn().length;
    const own = fresh.some((each) => each.user === world.me.id || each.ephemeral) || notices > this.notices;
    this.notices = notices;
    this.known = new Set(world.place.messages.map((each) => each.ts));
    this.scroller.drawn(fresh.filter((each) => each.user !== world.me.id).length, entered || own);
    this.composer.draw(scope);
  }

  /** Remembers where the unread ones begin, for the line that says so; it stays until one leaves. */
  enter(scope, world) {
    this.scope = scope;
    this.notices = this.store.noticesIn().length;
    const unread = world.places.find((each) => each.id === world.place.id)?.unread ?? 0;
    const others = world.place.messages.filter((each) => each.user !== world.me.id && !each.ephemeral);
    this.newFrom = unread ? (others.at(-unread)?.ts ?? null) : null;
  }

  /** Reads new messages out to screen readers, never edits, and answers which they are. */
  announce(world) {
    const fresh = world.place.messages.filter((each) => !this.known.has(each.ts));
    for (const message of fresh.filter((each) => each.user !== world.me.id || each.ephemeral)) {
      const words = `${shownName(this.store.person(message.user))}: ${plain(message.text, world)}`;
      this.parts.log.append(el("p", { text: words }));
    }
    while (this.parts.log.childElementCount > 8) this.parts.log.firstChild.remove();
    return fresh;
  }

  /** Tells the box how far one has read: to the newest message or reply, once the end is in sight. */
  seen() {
    const { world } = this.store;
    if (!world || document.hidden || world.place.kind === "home" || !this.scroller.atEnd) return;
    const known = world.places.find((each) => each.id === world.place.id)?.last;
    const all = [known, ...world.place.messages.flatMap((each) => [each.ts, each.last_reply])].filter(Boolean);
    this.store.markRead(all.sort((one, other) => one - other).at(-1));
  }

  head(place) {
    const { world } = this.store;
    const direct = place.kind === "im" || place.kind === "home";
    const name = place.kind === "home" ? shownName(this.store.bot) : (world.places.find((each) => each.id === place.id)?.name ?? place.name);
    const signature = JSON.stringify([place.id, name, place.members?.length, world.me.id]);
    redraw(this.parts.head, signature, () => [
      el("h1", { class: "channel-name" }, direct ? avatar(this.store.bot, world.people, "avatar-small") : icon(MARKS[place.kind]), el("span", { text: name })),
      direct ? this.tabs(place) : el("span", { class: "channel-count", title: this.membersOf(place), text: `${place.members.length} members` }),
    ]);
    document.title = `${direct ? "" : "#"}${name} · ${world.team} rehearsal`;
  }

  membersOf(place) {
    return place.members.map((id) => shownName(this.store.person(id))).join(", ");
  }

  /** The bot's two faces: its home and its messages. */
  tabs(place) {
    const link = (id, text) =>
      el("a", {
        class: "channel-tab", href: `/?as=${this.store.view.as}&place=${id}`, text, "data-key": `tab-${id}`,
        "aria-current": place.id === id ? "page" : null,
        on: { click: (event) => (event.preventDefault(), this.desk.open(id)) },
      });
    return el("nav", { class: "channel-tabs", "aria-label": "The app" }, link("home", "Home"), this.store.dm ? link(this.store.dm.id, "Messages") : null);
  }

  drawHome() {
    const { world } = this.store;
    this.scope = "home";
    const home = world.home;
    const signature = JSON.stringify([world.me.id, home?.id, home?.hash, home?.blocks, home?.state]);
    redraw(this.parts.home, signature, () =>
      home?.blocks?.length
        ? el("div", { class: "home-page" }, renderBlocks(home.blocks, this.desk.homeContext(home)))
        : el("p", { class: "empty", text: "Nothing is published here yet. The app fills its home when somebody opens it." }),
    );
  }
}

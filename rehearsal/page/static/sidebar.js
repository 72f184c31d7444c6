// The list of places: channels, the direct message with the bot, and its App Home.

import { el, redraw, unseen } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./people.js";

const MARKS = { public: "hash", private: "lock" };

export class Sidebar {
  constructor(root, store, opened) {
    this.root = root;
    this.store = store;
    this.opened = opened;
    store.onChange(() => this.draw());
  }

  draw() {
    const { world, view } = this.store;
    if (!world) return;
    redraw(this.root, JSON.stringify([world.places, view.place, world.me.id]), () => this.sections());
  }

  sections() {
    const { places, home_tab: hasHome } = this.store.world;
    const channels = places.filter((each) => each.kind !== "im");
    const direct = places.filter((each) => each.kind === "im");
    return [
      this.section("Channels", channels.map((each) => this.place(each))),
      this.section("Direct messages", direct.map((each) => this.place(each))),
      hasHome ? this.section("Apps", [this.home()]) : null,
    ].filter(Boolean);
  }

  section(title, items) {
    const id = `places-${title.toLowerCase().replaceAll(" ", "-")}`;
    return el("section", { class: "places" }, el("h2", { class: "places-title", id, text: title }), el("ul", { "aria-labelledby": id }, items));
  }

  place(each) {
    const direct = each.kind === "im";
    const mark = direct ? avatar(this.store.bot, this.store.world.people, "avatar-small") : icon(MARKS[each.kind] ?? "hash");
    const badge = each.mentions || (direct ? each.unread : 0);
    return this.item(each.id, direct ? "place-direct" : "", each.unread > 0, [
      mark,
      el("span", { class: "place-name", text: each.name }),
      each.kind === "private" ? unseen(" (private)") : null,
      each.member === false ? unseen(" (not a member)") : null,
      each.unread ? unseen(`, ${each.unread} unread${each.mentions ? `, ${each.mentions} for you` : ""}`) : null,
      badge ? el("span", { class: "badge", "aria-hidden": "true", text: badge > 99 ? "99+" : badge }) : null,
    ], each.member === false);
  }

  home() {
    const name = this.store.bot?.real_name ?? "App";
    return this.item("home", "", false, [icon("home"), el("span", { class: "place-name", text: `${name} Home` })]);
  }

  item(id, kind, unread, content, outside = false) {
    const { as, place } = this.store.view;
    const classes = ["place", kind, unread ? "place-unread" : "", outside ? "place-outside" : ""].filter(Boolean).join(" ");
    const link = el("a", { class: classes, href: `/?as=${as}&place=${id}`, "data-key": id, "aria-current": place === id ? "page" : null }, content);
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      this.opened(id);
    });
    return el("li", {}, link);
  }
}

// People as the page shows them: their colour, their picture of initials, and the switch that says whom one acts as.

import { city, time } from "./dates.js";
import { el, redraw, unseen } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";

const TINTS = 8;

/** The class of a person's colour: the bot has its own, strangers to the list are grey. */
export function tint(person, people) {
  if (!person) return "tint-none";
  if (person.kind === "bot") return "tint-bot";
  return `tint-${people.filter((each) => each.kind !== "bot").indexOf(person) % TINTS}`;
}

export function shownName(person) {
  return person?.real_name || person?.name || "Somebody";
}

/** A square of initials in the person's colour; decoration, since the name always stands beside it. */
export function avatar(person, people, size = "") {
  const words = shownName(person).split(/\s+/);
  const initials = person?.kind === "bot" ? icon("forward") : (words[0][0] + (words[1]?.[0] ?? "")).toUpperCase();
  return el("span", { class: `avatar ${size} ${tint(person, people)}`, "aria-hidden": "true" }, initials);
}

const KINDS = { guest: "Guest", stranger: "From another company", deactivated: "Deactivated", admin: "", member: "" };

/** What a person is, in a few words: their title, or what sets them apart. */
export function role(person) {
  return person.title || KINDS[person.kind] || "Member";
}

function isStaff(person) {
  return person.kind === "member" || person.kind === "admin";
}

/** Those one may act as, the company's own first. */
export function actors(people) {
  const humans = people.filter((each) => each.kind !== "bot" && each.kind !== "deactivated");
  return [humans.filter(isStaff), humans.filter((each) => !isStaff(each))];
}

/** A name with its role, city and local time, as a menu shows it. */
function described(person, store) {
  return [
    avatar(person, store.world.people, "avatar-middle"),
    el(
      "span",
      { class: "who" },
      el("span", { class: "who-name", text: shownName(person) }),
      el("span", { class: "who-role", text: role(person) }),
    ),
    el(
      "span",
      { class: "who-where" },
      el("span", { text: time(store.now, person.tz) }),
      el("span", { class: "who-city", text: city(person.tz) }),
    ),
  ];
}

function choices(store) {
  const [staff, others] = actors(store.world.people);
  const item = (person) => ({
    content: described(person, store),
    checked: person.id === store.me.id,
    run: () => store.go({ as: person.id }),
  });
  const found = [{ heading: "Act as" }, ...staff.map(item)];
  return others.length ? [...found, { heading: "Others" }, ...others.map(item)] : found;
}

/** The switch in the header: who one is here, unmistakably, and everybody one could be. */
export class ActAs {
  constructor(root, store) {
    this.root = root;
    this.store = store;
    store.onChange(() => this.draw());
  }

  draw() {
    const { world, me } = this.store;
    if (!world) return;
    const clock = time(this.store.now, me.tz);
    redraw(this.root, JSON.stringify([me, clock]), () => this.button(me, clock));
    document.documentElement.dataset.tint = tint(world.people.find((each) => each.id === me.id), world.people);
  }

  button(me, clock) {
    const known = this.store.person(me.id);
    const button = el(
      "button",
      { type: "button", class: "act-as", "aria-haspopup": "menu", "data-key": "act-as" },
      avatar(known, this.store.world.people, "avatar-middle"),
      el(
        "span",
        { class: "who" },
        el("span", { class: "who-name" }, el("span", { class: "who-lead", text: "Acting as " }), shownName(me)),
        el("span", { class: "who-role", text: `${role(me)} · ${city(me.tz)} ${clock}` }),
      ),
      unseen(". Act as somebody else"),
      icon("down"),
    );
    button.addEventListener("click", () => openMenu(button, choices(this.store), { wide: true }));
    return button;
  }
}

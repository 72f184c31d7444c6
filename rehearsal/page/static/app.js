// Puts the page together: one store, everything drawn from it, and the address kept in step.

import { ChannelPane } from "./channel.js";
import { ClockChip, ClockPanel } from "./clock.js";
import { Desk } from "./desk.js";
import { el } from "./dom.js";
import { FaultsPanel } from "./faults.js";
import { GuidePanel, putAway } from "./guide.js";
import { icon } from "./icons.js";
import { closeMenu, openMenu } from "./menu.js";
import { ModalStack } from "./modal.js";
import { Panels } from "./panels.js";
import { ActAs } from "./people.js";
import { Sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { ThreadPane } from "./thread.js";
import { TrafficPanel } from "./traffic.js";

const SMALL = matchMedia("(max-width: 860px)");
const PASSING = 8000;
const THEMES = { system: ["screen", "As the system"], light: ["sun", "Light"], dark: ["moon", "Dark"] };

const part = (id) => document.getElementById(id);
const asked = new URLSearchParams(location.search);
const store = new Store({ as: asked.get("as"), place: asked.get("place"), thread: asked.get("thread") });

/** A passing word at the foot of the page. */
function say(text) {
  const note = el("p", { class: "note" }, icon("fault"), el("span", { text }));
  part("notes").append(note);
  setTimeout(() => note.remove(), PASSING);
}

const panels = new Panels(part("panels"), part("tabs"), part("panels-close"), panelChanged);
const desk = new Desk(store, { say, panel: (name) => panels.open(name) });
const guide = new GuidePanel(part("panel-guide"), store, (name) => panels.open(name), () => SMALL.matches && panels.open(null));
const traffic = new TrafficPanel(part("panel-traffic"), store);

function panelChanged(name, before) {
  traffic.shown(name === "traffic");
  if (name === "guide") guide.opened();
  if (before === "thread" && name === null) store.go({ thread: null });
  cover();
  if (name && SMALL.matches) part("tabs").querySelector("[aria-selected='true']")?.focus();
}

/** On a small screen an open drawer or sheet covers the rest, which then can't be reached. */
function cover() {
  const small = SMALL.matches;
  const drawer = document.body.classList.contains("with-drawer");
  part("main").inert = small && (drawer || panels.current !== null);
  part("places").inert = small && !drawer;
  part("header").inert = small && panels.current !== null;
  part("panels").inert = small && drawer;
  part("drawer").setAttribute("aria-expanded", String(drawer));
}

function drawer(open) {
  document.body.classList.toggle("with-drawer", open);
  cover();
  if (open) part("places").querySelector("[aria-current]")?.focus();
  else if (SMALL.matches) part("drawer").focus();
}

async function opened(id) {
  if (document.body.classList.contains("with-drawer")) drawer(false);
  await desk.open(id);
}

function keepAddress() {
  const { world, view } = store;
  const known = world.places.find((each) => each.id === view.place);
  const place = known && known.kind !== "im" ? known.name : view.place;
  const wanted = new URLSearchParams({ as: world.me.name, place });
  if (view.thread) wanted.set("thread", view.thread);
  const address = `/?${wanted}`;
  if (address !== location.pathname + location.search) history.replaceState(null, "", address);
}

let hadThread = false;

/** A thread that opened shows itself; one that is gone gives the column back. */
function followThread() {
  const has = Boolean(store.world.place.thread);
  panels.offerThread(has);
  if (has && !hadThread) panels.open("thread");
  if (!has && hadThread && panels.current === "thread") panels.open(SMALL.matches ? null : putAway() ? "clock" : "guide");
  hadThread = has;
}

const modals = new ModalStack(part("modals"), desk.modalHooks());

function drawFrame() {
  const { world, away } = store;
  part("away").hidden = !away;
  if (!world) return;
  document.body.classList.add("ready");
  part("team").textContent = world.team;
  panels.tabs.faults.classList.toggle("tab-warn", world.faults.some((each) => each.on));
  keepAddress();
  followThread();
  modals.show(world.modals, desk.modalContext());
}

function drawTheme() {
  const [mark, text] = THEMES[window.theme.kept()] ?? THEMES.system;
  part("theme").replaceChildren(icon(mark));
  part("theme").setAttribute("aria-label", `Colours: ${text}. Change`);
}

function chooseTheme() {
  const items = Object.entries(THEMES).map(([name, [mark, label]]) => ({
    content: [icon(mark), el("span", { class: "menu-label", text: label })],
    checked: window.theme.kept() === name,
    run: () => (window.theme.keep(name), drawTheme()),
  }));
  openMenu(part("theme"), [{ heading: "Colours" }, ...items]);
}

function begin() {
  new Sidebar(part("places-list"), store, opened);
  new ActAs(part("act-as"), store);
  new ClockChip(part("clock-chip"), store);
  new ClockPanel(part("panel-clock"), store, say);
  new FaultsPanel(part("panel-faults"), store, say);
  new ThreadPane(part("panel-thread"), store, desk);
  new ChannelPane({ head: part("head"), box: part("box"), list: part("messages"), foot: part("foot"), home: part("home"), log: part("log") }, store, desk);
  store.onChange(drawFrame);
  for (const [id, mark] of [["drawer", "menu"], ["open-panels", "panels"]]) part(id).append(icon(mark));
  part("drawer").addEventListener("click", () => drawer(true));
  part("shade").addEventListener("click", () => drawer(false));
  part("clock-chip").addEventListener("click", () => panels.open("clock"));
  part("open-panels").addEventListener("click", () => panels.open(panels.current ? null : store.world?.place.thread ? "thread" : "guide"));
  part("theme").addEventListener("click", chooseTheme);
  SMALL.addEventListener("change", cover);
  document.addEventListener("keydown", escape);
  drawTheme();
  panels.open(SMALL.matches ? null : putAway() ? "clock" : "guide");
  cover();
  store.start();
}

function escape(event) {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  closeMenu();
  if (document.body.classList.contains("with-drawer")) drawer(false);
  else if (panels.root.contains(document.activeElement)) panels.open(null);
}

begin();

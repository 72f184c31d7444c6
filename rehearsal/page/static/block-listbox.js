// The list that opens below a menu: options in groups, found by typing, chosen by keyboard or pointer.

import { h, spoken, uid } from "./block-dom.js";

const MANY = 8;
const PAGE = 8;

const folded = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * `entries` are {value, words, node, about, group}; `isChosen(value)` and `mayChoose(value)` say how each stands;
 * `choose(value)` is called for what is picked and `leave(back)` when people turn away. Answers {popup, focus, renew}.
 */
export function listbox({ entries, name, multiple, isChosen, mayChoose, choose, leave, note }) {
  const list = h("div", {
    class: "bk-options", role: "listbox", id: uid("list"), tabindex: "-1", "aria-label": name,
    "aria-multiselectable": multiple ? "true" : null,
  });
  const search = entries.length > MANY ? searchBox(list.id, name) : null;
  const about = h("div", { class: "bk-popup-note", role: "status" });
  const popup = h("div", { class: "bk-popup bk-select-popup" }, search, list, about);
  const state = { entries, rows: [], at: -1, list, holder: search ?? list, isChosen, mayChoose, choose, leave };
  const renew = () => {
    for (const row of state.rows) mark(row, state);
    about.textContent = note?.() ?? "";
  };
  fill(state, "");
  renew();
  search?.addEventListener("input", () => {
    fill(state, search.value);
    renew();
    about.textContent = state.rows.length ? about.textContent : "Nothing found.";
  });
  popup.addEventListener("keydown", (event) => keys(event, state, search));
  popup.addEventListener("pointerdown", (event) => event.target === search || event.preventDefault());
  const focus = () => {
    state.holder.focus();
    reach(state, Math.max(0, state.rows.findIndex((row) => isChosen(row.entry.value))));
  };
  return { popup, focus, renew };
}

function searchBox(controls, name) {
  return h("input", {
    class: "bk-input bk-search", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", dir: "auto",
    placeholder: "Search", "aria-label": `Search: ${name}`, "aria-controls": controls, "aria-expanded": "true",
    "aria-autocomplete": "list",
  });
}

/** Draws the options that hold every word typed; each group's label stands above its own. */
function fill(state, typed) {
  const wanted = folded(typed).split(/\s+/).filter(Boolean);
  const fits = ({ words, about }) => wanted.every((word) => folded(`${words} ${about ?? ""}`).includes(word));
  state.rows = state.entries.filter(fits).map((entry) => ({ entry, node: optionNode(entry, state) }));
  const parts = [];
  for (const row of state.rows) {
    const last = parts.at(-1);
    if (last && last.group === row.entry.group) last.nodes.push(row.node);
    else parts.push({ group: row.entry.group, nodes: [row.node] });
  }
  state.list.replaceChildren(...parts.flatMap(({ group, nodes }) => (group ? [grouped(group, nodes)] : nodes)));
  reach(state, state.rows.length ? 0 : -1);
}

function grouped(label, nodes) {
  const id = uid("group");
  const title = h("div", { class: "bk-group", id, role: "presentation" }, spoken(label));
  return h("div", { role: "group", "aria-labelledby": id }, title, nodes);
}

function optionNode(entry, state) {
  const about = entry.about ? h("span", { class: "bk-about", dir: "auto" }, entry.about) : null;
  const node = h("div", { class: "bk-option", role: "option", id: uid("option") },
    h("span", { class: "bk-tick", "aria-hidden": "true" }),
    h("span", { class: "bk-option-words" }, h("span", { dir: "auto" }, entry.node()), about));
  node.addEventListener("click", () => pick(state, node));
  node.addEventListener("pointermove", () => {
    const at = state.rows.findIndex((row) => row.node === node);
    if (at !== state.at) reach(state, at, false);
  });
  return node;
}

function mark({ entry, node }, { isChosen, mayChoose }) {
  node.setAttribute("aria-selected", String(isChosen(entry.value)));
  if (mayChoose(entry.value)) node.removeAttribute("aria-disabled");
  else node.setAttribute("aria-disabled", "true");
}

function pick(state, node) {
  const row = state.rows.find((each) => each.node === node);
  if (row && state.mayChoose(row.entry.value)) state.choose(row.entry.value);
}

/** Makes one option the one that Enter picks. */
function reach(state, at, scroll = true) {
  state.rows[state.at]?.node.classList.remove("bk-active");
  for (const { node } of state.rows) node.classList.remove("bk-active");
  state.at = at;
  const row = state.rows[at];
  if (!row) {
    state.holder.removeAttribute("aria-activedescendant");
    return;
  }
  row.node.classList.add("bk-active");
  state.holder.setAttribute("aria-activedescendant", row.node.id);
  if (scroll) row.node.scrollIntoView({ block: "nearest" });
}

function keys(event, state, search) {
  if (event.isComposing || event.ctrlKey || event.metaKey) return;
  const last = state.rows.length - 1;
  const moves = { ArrowDown: state.at + 1, ArrowUp: state.at - 1, PageDown: state.at + PAGE, PageUp: state.at - PAGE };
  if (!search) Object.assign(moves, { Home: 0, End: last });
  if (event.key === "Escape") {
    event.stopPropagation();
    state.leave(true);
  } else if (event.key === "Tab") {
    state.leave(true);
    return;
  } else if (event.key in moves) {
    reach(state, Math.min(Math.max(moves[event.key], 0), last));
  } else if (event.key === "Enter" || (event.key === " " && !search)) {
    if (state.rows[state.at]) pick(state, state.rows[state.at].node);
  } else if (!search && event.key.length === 1) {
    startingWith(event.key, state);
  } else {
    return;
  }
  event.preventDefault();
}

function startingWith(letter, state) {
  const count = state.rows.length;
  for (let step = 1; step <= count; step += 1) {
    const at = (state.at + step) % count;
    if (folded(state.rows[at].entry.words).startsWith(folded(letter))) {
      reach(state, at);
      return;
    }
  }
}

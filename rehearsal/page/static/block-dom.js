// Builds nodes one by one, so that nothing anybody typed is ever read as markup.

let issued = 0;

/** An id that no other node of the page has. */
export function uid(word) {
  issued += 1;
  return `bk-${word}-${issued}`;
}

/**
 * A node with attributes and children. `class`, `id`, `aria-…` and the like are attributes; functions are
 * listeners, named by their event; `null`, `undefined` and `false` are left out, `true` is an empty attribute.
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

/** Appends nodes and words; lists are taken apart, and nothing is left out as nothing. */
export function append(node, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

export function fragment(...children) {
  return append(document.createDocumentFragment(), children);
}

/** The address where it is one that may be opened, else null: nothing but the web and e-mail. */
export function webAddress(address, schemes = ["http:", "https:", "mailto:"]) {
  try {
    const url = new URL(String(address));
    return schemes.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens in a new tab and tells the other side nothing; plain words where it may not be opened. */
export function anchor(address, children, more = {}) {
  const href = webAddress(address);
  if (!href) return h("span", {}, children);
  const link = { class: "bk-link", href, target: "_blank", rel: "noopener noreferrer" };
  return h("a", { ...link, ...more }, children);
}

/** How many characters people would count, which is what Slack's limits count. */
export function lengthOf(text) {
  return [...String(text)].length;
}

/** The words of a text object without any marks, for names that are heard and not seen. */
export function spoken(text) {
  return String(text?.text ?? text ?? "").trim();
}

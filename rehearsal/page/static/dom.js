// Builds nodes, never markup, so that nothing a person or the bot wrote can become code.

/** A new element. `attributes` may hold `text`, `on: {event: listener}`, properties set as such (`value`, `checked`), and attributes; null and false leave one out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) give(node, name, value);
  node.append(...children.flat().filter((each) => each !== null && each !== undefined && each !== false));
  return node;
}

function give(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "text") node.textContent = value;
  else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  else if (name === "value" || name === "checked") node[name] = value;
  else node.setAttribute(name, value === true ? "" : value);
}

/** Text that only a screen reader says. */
export function unseen(text) {
  return el("span", { class: "unseen", text });
}

/**
 * Fills `container` with what `build()` returns, unless `signature` is the one it was last filled for.
 * Focus goes back to the node with the same `data-key`.
 */
export function redraw(container, signature, build) {
  if (container.drawnFor === signature) return false;
  container.drawnFor = signature;
  const focused = container.contains(document.activeElement) ? document.activeElement.closest("[data-key]")?.dataset.key : null;
  container.replaceChildren(...[build()].flat().filter(Boolean));
  if (focused) container.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  return true;
}

const FOCUSABLE = "a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), summary, [tabindex='0']";

/** What can be focused inside `node`, in order. */
export function focusable(node) {
  return [...node.querySelectorAll(FOCUSABLE)].filter((each) => each.offsetParent !== null);
}

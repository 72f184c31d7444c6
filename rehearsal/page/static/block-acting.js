// Sends what a person pressed or chose: asks first where it must, shows that it is busy, never sends twice at once.

import { h } from "./block-dom.js";
import { confirmed } from "./block-confirm.js";

const FAILED = "This didn’t work. Try again?";

function busy(node, on) {
  if (on) node.setAttribute("aria-busy", "true");
  else node.removeAttribute("aria-busy");
}

/** Says beside an element that it failed, or no longer says it. */
function failed(node, said) {
  const old = node.parentNode?.querySelector(":scope > .bk-failed");
  old?.remove();
  if (said) node.after(h("span", { class: "bk-failed", role: "alert" }, said));
}

async function sent(node, work) {
  busy(node, true);
  failed(node, null);
  try {
    const answer = await work();
    if (answer && answer.ok === false) failed(node, FAILED);
  } catch {
    failed(node, FAILED);
  } finally {
    busy(node, false);
  }
}

/** A press of a button or of an overflow's option; nothing happens while an earlier one runs. */
export async function press(node, element, block, ctx, value) {
  if (node.getAttribute("aria-busy") === "true" || !ctx.press) return;
  if (!(await confirmed(element.confirm, ctx))) return;
  if (node.getAttribute("aria-busy") === "true") return;
  await sent(node, () => ctx.press(block, element, value));
}

/** Whether a change is told at once: not inside a modal's inputs, unless they say dispatch_action. */
export function isTold(block, ctx) {
  return block.type !== "input" || Boolean(block.dispatch_action) || ctx.surface !== "modal";
}

/**
 * What to call when a control has changed. What is changed again while it is sent, is sent after it; what is
 * denied when asked goes back to how it was.
 */
export function teller(control, element, block, ctx) {
  if (!isTold(block, ctx)) return () => {};
  let last = control.read();
  let again = false;
  const tell = async () => {
    if (control.node.getAttribute("aria-busy") === "true") {
      again = true;
      return;
    }
    const value = control.read();
    if (JSON.stringify(value) === JSON.stringify(last) || !ctx.choose) return;
    if (!(await confirmed(element.confirm, ctx))) {
      control.set?.(last);
      return;
    }
    last = value;
    await sent(control.node, () => ctx.choose(block, element, value));
    if (again) {
      again = false;
      await tell();
    }
  };
  return tell;
}

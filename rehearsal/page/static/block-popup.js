// Opens a list or menu over everything else beside what opened it, and closes it when people turn away.

const GAP = 4;
const EDGE = 8;
let current = null;

/** Closes whatever is open; `back` gives the focus back to what had opened it. */
export function closePopup(back = false) {
  const { popup, trigger, ended, stop } = current ?? {};
  if (!popup) return;
  current = null;
  stop();
  popup.hidePopover?.();
  popup.remove();
  trigger.setAttribute("aria-expanded", "false");
  if (back && trigger.isConnected) trigger.focus();
  ended?.();
}

export function isOpen(trigger) {
  return current?.trigger === trigger;
}

/** Shows `popup` beside `trigger`, as wide at least as `beside`; `ended` is called when it has closed. */
export function openPopup(trigger, popup, { beside = trigger, ended } = {}) {
  closePopup();
  popup.popover = "manual";
  trigger.after(popup);
  popup.showPopover();
  trigger.setAttribute("aria-expanded", "true");
  const move = () => (trigger.isConnected ? place(popup, beside) : closePopup());
  const away = (event) => {
    const within = event.composedPath();
    if (!within.includes(popup) && !within.includes(trigger)) closePopup();
  };
  const left = () => setTimeout(() => {
    const now = document.activeElement;
    if (current?.popup === popup && now !== document.body && !popup.contains(now) && now !== trigger) closePopup();
  });
  current = { popup, trigger, ended, stop: listening(popup, { move, away, left }) };
  move();
}

function listening(popup, { move, away, left }) {
  addEventListener("scroll", move, true);
  addEventListener("resize", move);
  addEventListener("pointerdown", away, true);
  popup.addEventListener("focusout", left);
  return () => {
    removeEventListener("scroll", move, true);
    removeEventListener("resize", move);
    removeEventListener("pointerdown", away, true);
    popup.removeEventListener("focusout", left);
  };
}

/** Below if there is room, else above; never outside the window. */
function place(popup, beside) {
  const at = beside.getBoundingClientRect();
  const [wide, high] = [document.documentElement.clientWidth, innerHeight];
  if (at.bottom < 0 || at.top > high) {
    closePopup();
    return;
  }
  popup.style.minWidth = `${Math.min(at.width, wide - 2 * EDGE)}px`;
  popup.style.maxHeight = "";
  const below = high - at.bottom - GAP - EDGE;
  const above = at.top - GAP - EDGE;
  const under = popup.offsetHeight <= below || below >= above;
  popup.style.maxHeight = `${Math.max(120, Math.min(under ? below : above, 360))}px`;
  const top = under ? at.bottom + GAP : at.top - GAP - popup.offsetHeight;
  popup.style.top = `${Math.max(EDGE, top)}px`;
  popup.style.left = `${Math.max(EDGE, Math.min(at.left, wide - popup.offsetWidth - EDGE))}px`;
}

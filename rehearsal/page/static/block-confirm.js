// Asks whether a person means it, in the words the bot gave, before anything is sent.

import { h, uid } from "./block-dom.js";
import { textObject } from "./mrkdwn.js";

/** Shows a confirm dialog over everything else; answers true if it was confirmed. No dialog: true at once. */
export function confirmed(asked, ctx) {
  if (!asked) return Promise.resolve(true);
  return new Promise((resolve) => {
    const back = document.activeElement;
    const dialog = drawn(asked, ctx);
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (back?.isConnected) back.focus();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("[data-first]")?.focus();
  });
}

function drawn(asked, ctx) {
  const [title, text] = [uid("title"), uid("text")];
  const danger = asked.style === "danger";
  const dialog = h("dialog", {
    class: "bk-confirm", role: "alertdialog", "aria-labelledby": title, "aria-describedby": text,
  });
  const answer = (value, words, kind, first) =>
    h("button", { type: "button", class: `bk-button ${kind}`, "data-first": first, click: () => dialog.close(value) }, words);
  dialog.append(
    h("h2", { class: "bk-confirm-title", id: title, dir: "auto" }, textObject(asked.title, ctx)),
    h("div", { class: "bk-confirm-text", id: text, dir: "auto" }, textObject(asked.text, ctx)),
    h("div", { class: "bk-confirm-foot" },
      answer("no", asked.deny ? textObject(asked.deny, ctx) : "Cancel", "", danger),
      answer("yes", asked.confirm ? textObject(asked.confirm, ctx) : "Yes", danger ? "bk-danger" : "bk-primary", !danger)),
  );
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    dialog.close("no");
  });
  return dialog;
}

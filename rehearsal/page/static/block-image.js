// Pictures from the web or from files of the workspace; where one can't be shown its words stand for it.

import { h, spoken, webAddress } from "./block-dom.js";
import { textObject } from "./mrkdwn.js";

function source(image, ctx) {
  const file = image.slack_file;
  if (file?.id && ctx.file) return ctx.file(file.id);
  return webAddress(image.image_url ?? file?.url, ["https:", "http:", "data:"]);
}

/** An <img>, or its alternative text in a frame where it does not load. */
export function imageNode(image, ctx, kind) {
  const words = String(image.alt_text ?? "");
  const missing = () => h("span", { class: `${kind} bk-missing`, role: "img", "aria-label": words || "Image" }, words || "Image");
  const src = source(image, ctx);
  if (!src) return missing();
  const node = h("img", { class: kind, alt: words, title: kind === "bk-tiny" ? words : null, loading: "lazy", src });
  node.addEventListener("error", () => node.replaceWith(missing()), { once: true });
  return node;
}

export function imageBlock(block, ctx) {
  const title = spoken(block.title) ? h("figcaption", { class: "bk-image-title", dir: "auto" }, textObject(block.title, ctx)) : null;
  return h("figure", { class: "bk-image" }, title, imageNode(block, ctx, "bk-picture"));
}

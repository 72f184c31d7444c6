// Slack's text as plain words, for places that show or speak a single line.

const BROADCASTS = new Set(["here", "channel", "everyone"]);

/** `text` with its tokens read: mentions by name, links by label, dates by their fallback, no marks of emphasis. */
export function plain(text, world) {
  return String(text ?? "")
    .replace(/<([^<>]+)>/g, (_, token) => said(token, world))
    .replace(/(^|\s)[*_~](\S.*?)[*_~](?=\s|[.,:;!?]|$)/g, "$1$2")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function said(token, world) {
  const [body, label] = token.split(/\|(.*)/s);
  if (body.startsWith("@")) return `@${world.people.find((each) => each.id === body.slice(1))?.name ?? "somebody"}`;
  if (body.startsWith("#")) return `#${world.places.find((each) => each.id === body.slice(1))?.name || label || "a private channel"}`;
  if (body.startsWith("!subteam^")) return `@${world.groups.find((each) => each.id === body.slice(9))?.handle ?? label ?? "group"}`;
  if (body.startsWith("!") && BROADCASTS.has(body.slice(1))) return `@${body.slice(1)}`;
  return label || body.replace(/^mailto:/, "");
}

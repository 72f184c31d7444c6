// The page's own icons: strokes on a 20 by 20 grid, drawn in the colour of the text around them.

const NAMESPACE = "http://www.w3.org/2000/svg";

const PATHS = {
  bolt: "M11 2.5 4.5 11.5H10L9 17.5l6.5-9H10z",
  chat: "M3.5 4.5h13v9h-7l-4 3v-3h-2z",
  check: "m4.5 10.5 3.5 3.5 7.5-8",
  clock: "M10 2.8a7.2 7.2 0 1 0 0 14.4 7.2 7.2 0 0 0 0-14.4ZM10 6v4.2l2.8 1.8",
  close: "m5 5 10 10M15 5 5 15",
  down: "m5.5 8 4.5 4.5L14.5 8",
  eye: "M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5ZM10 7.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4Z",
  fault: "M10 3.2 2.8 16.2h14.4zM10 8v4M10 14v.2",
  forward: "m4 5.5 5.5 4.5L4 14.5zM10.5 5.5 16 10l-5.5 4.5z",
  guide: "M5 3.5h10v13H5zM7.5 7h5M7.5 10h5M7.5 13h3",
  hash: "M7.8 3.5 6.2 16.5M13.8 3.5l-1.6 13M3.8 7.5h13M3.2 12.5h13",
  home: "m3 9.5 7-6 7 6M5 8.2v8.3h3.7v-4.6h2.6v4.6H15V8.2",
  lock: "M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  menu: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13",
  moon: "M15.8 12.3A6.6 6.6 0 0 1 7.7 4.2a6.6 6.6 0 1 0 8.1 8.1Z",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  panels: "M3.5 4h13v12h-13zM12 4v12",
  reply: "M8 4.5 3.5 9 8 13.5M3.5 9h8a5 5 0 0 1 5 5v1.5",
  screen: "M3 4h14v9.5H3zM7 16.5h6M10 13.5v3",
  send: "m3.5 3.8 13.5 6.2-13.5 6.2 2-6.2zM5.5 10H11",
  sun: "M10 6.7a3.3 3.3 0 1 0 0 6.6 3.3 3.3 0 0 0 0-6.6ZM10 2v1.8M10 16.2V18M2 10h1.8M16.2 10H18M4.4 4.4l1.2 1.2M14.4 14.4l1.2 1.2M4.4 15.6l1.2-1.2M14.4 5.6l1.2-1.2",
  traffic: "M6 16V4.5M6 4.5 3 7.5M6 4.5l3 3M14 4v11.5M14 15.5l-3-3M14 15.5l3-3",
};

/** An icon by its name, hidden from screen readers: the words beside it, or the button's label, say what it means. */
export function icon(name) {
  const svg = document.createElementNS(NAMESPACE, "svg");
  const given = { viewBox: "0 0 20 20", class: `icon icon-${name}`, "aria-hidden": "true", focusable: "false" };
  for (const [key, value] of Object.entries(given)) svg.setAttribute(key, value);
  const path = document.createElementNS(NAMESPACE, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

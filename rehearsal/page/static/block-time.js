// Turns instants into what a zone's clocks show, and back, whatever zone the browser itself is in.

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const DAY = 86_400_000;
const formats = new Map();

function format(zone) {
  if (!formats.has(zone)) formats.set(zone, makeFormat(zone));
  return formats.get(zone);
}

function makeFormat(zone) {
  const options = {
    calendar: "gregory", numberingSystem: "latn", hourCycle: "h23",
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  };
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
  }
}

/** What the clocks of `zone` show at `date`: year, month (1 to 12), day, hour, minute, second as numbers. */
export function wall(date, zone) {
  const parts = {};
  for (const { type, value } of format(zone).formatToParts(date)) parts[type] = Number(value);
  return parts;
}

/** How far the clocks of `zone` are ahead of UTC at this instant, in milliseconds. */
function offset(milliseconds, zone) {
  const at = Math.floor(milliseconds / 1000) * 1000;
  const w = wall(new Date(at), zone);
  return Date.UTC(w.year, w.month - 1, w.day, w.hour, w.minute, w.second) - at;
}

const two = (number) => String(number).padStart(2, "0");

export function dateWords(date, zone) {
  const w = wall(date, zone);
  return `${String(w.year).padStart(4, "0")}-${two(w.month)}-${two(w.day)}`;
}

export function timeWords(date, zone) {
  const w = wall(date, zone);
  return `${two(w.hour)}:${two(w.minute)}`;
}

/**
 * The instant at which the clocks of `zone` show this date (YYYY-MM-DD) and time (HH:MM), or null where they are
 * none. A time that comes twice is the first of the two; one that is skipped is as much later as was skipped,
 * and `skipped` says so.
 */
export function instant(date, time, zone) {
  const found = /^(\d{4,6})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/.exec(`${date}T${time}`);
  if (!found) return null;
  const [year, month, day, hour, minute] = found.slice(1).map(Number);
  const shown = Date.UTC(year, month - 1, day, hour, minute);
  if (Number.isNaN(shown)) return null;
  const before = shown - offset(shown - DAY, zone);
  const after = shown - offset(shown + DAY, zone);
  const right = [before, after].filter((at) => at + offset(at, zone) === shown);
  const at = right.length ? Math.min(...right) : before;
  return { seconds: Math.floor(at / 1000), skipped: !right.length };
}

/** The zone as people read it, with its distance from UTC at `date`: "Europe/Berlin, UTC+01:00". */
export function zoneWords(date, zone) {
  const minutes = Math.round(offset(date.getTime(), zone) / 60_000);
  const sign = minutes < 0 ? "−" : "+";
  const ahead = `${sign}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  const name = String(zone).replaceAll("_", " ");
  return name === "UTC" ? "UTC" : `${name}, UTC${ahead}`;
}

function ordinal(day) {
  if (day % 100 >= 10 && day % 100 <= 20) return `${day}th`;
  return `${day}${{ 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th"}`;
}

function ago(date, now) {
  const minutes = Math.round((now - date) / 60_000);
  const far = Math.abs(minutes);
  const [count, unit] = far < 60 ? [far, "minute"] : [Math.floor(far / 60), "hour"];
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return minutes < 0 ? `in ${words}` : `${words} ago`;
}

function pretty(then, here) {
  const day = (w) => Date.UTC(w.year, w.month - 1, w.day);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[(day(then) - day(here)) / DAY] ?? null;
}

/** Fills the tokens of a Slack date in the reader's zone, with a 24-hour clock; unknown tokens stay as they are. */
export function dateText(seconds, form, zone, now) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return form;
  const w = wall(date, zone);
  const month = MONTHS[w.month - 1];
  const weekday = DAYS[new Date(Date.UTC(w.year, w.month - 1, w.day)).getUTCDay()];
  const long = `${weekday}, ${month} ${ordinal(w.day)}, ${w.year}`;
  const plain = {
    date_num: dateWords(date, zone),
    date_slash: `${two(w.month)}/${two(w.day)}/${w.year}`,
    date: `${month} ${ordinal(w.day)}, ${w.year}`,
    date_short: `${month.slice(0, 3)} ${w.day}, ${w.year}`,
    date_long: long,
    date_long_full: long,
    time: timeWords(date, zone),
    time_secs: `${timeWords(date, zone)}:${two(w.second)}`,
    ago: ago(date, now),
  };
  const near = pretty(w, wall(now, zone));
  return form.replace(/\{(\w+)\}/g, (whole, name) => {
    if (name === "day_divider_pretty") return near ?? long;
    if (name.endsWith("_pretty")) return near ?? plain[name.slice(0, -7)] ?? whole;
    return plain[name] ?? whole;
  });
}

/** A <time> that shows a Slack date, and on pointing at it the whole instant. */
export function timeNode(seconds, form, ctx) {
  const node = document.createElement("time");
  const date = new Date(seconds * 1000);
  node.textContent = dateText(seconds, form, ctx.zone, ctx.now);
  if (Number.isNaN(date.getTime())) return node;
  node.className = "bk-time";
  node.dateTime = date.toISOString();
  node.title = `${dateText(seconds, "{date_long} at {time_secs}", ctx.zone, ctx.now)} (${zoneWords(date, ctx.zone)})`;
  return node;
}

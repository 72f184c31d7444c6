// How the page says when: in a zone it is given, never the browser's own, and beside a clock that may have been moved.

const cached = new Map();

function format(date, zone, options) {
  const key = `${zone} ${JSON.stringify(options)}`;
  if (!cached.has(key)) cached.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone || "UTC", ...options }));
  return cached.get(key).format(date);
}

/** The instant of a Slack `ts` ("1763888400.000100"). */
export function instant(ts) {
  return new Date(Number.parseFloat(ts) * 1000);
}

/** "09:00" */
export function time(date, zone) {
  return format(date, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** "2026-11-23": equal for two instants on the same day of that zone. */
export function dayKey(date, zone) {
  return format(date, zone, { year: "numeric", month: "2-digit", day: "2-digit" }).split("/").reverse().join("-");
}

/** "Today", "Yesterday", "Tomorrow" or "Monday 23 November", with the year where it isn't the clock's. */
export function day(date, zone, now) {
  const apart = Math.round((Date.parse(dayKey(date, zone)) - Date.parse(dayKey(now, zone))) / 86_400_000);
  if (apart === 0) return "Today";
  if (apart === -1) return "Yesterday";
  if (apart === 1) return "Tomorrow";
  return longDay(date, zone, dayKey(date, zone).slice(0, 4) !== dayKey(now, zone).slice(0, 4));
}

/** "Monday 23 November" and, on request, the year. */
export function longDay(date, zone, withYear = false) {
  const year = withYear ? ` ${format(date, zone, { year: "numeric" })}` : "";
  return `${format(date, zone, { weekday: "long" })} ${format(date, zone, { day: "numeric", month: "long" })}${year}`;
}

/** "Today 09:00" or "Mon 23 Nov 09:00" */
export function when(date, zone, now) {
  const named = day(date, zone, now);
  return named.includes(" ") ? stamp(date, zone) : `${named} ${time(date, zone)}`;
}

/** "Mon 23 Nov 09:00" */
export function stamp(date, zone) {
  return `${format(date, zone, { weekday: "short" })} ${format(date, zone, { day: "numeric", month: "short" })} ${time(date, zone)}`;
}

/** "in 3 h 20 min", "2 days ago", "now" */
export function distance(date, now) {
  const minutes = Math.round(Math.abs(date - now) / 60_000);
  if (minutes === 0) return "now";
  const said = minutes < 60 ? `${minutes} min` : minutes < 2880 ? hours(minutes) : `${Math.round(minutes / 1440)} days`;
  return date > now ? `in ${said}` : `${said} ago`;
}

function hours(minutes) {
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest ? ` ${rest} min` : ""}`;
}

/** "New York" for "America/New_York" */
export function city(zone) {
  return (zone || "UTC").split("/").pop().replaceAll("_", " ");
}

/** "today 09:00" for "Today 09:00", inside a sentence. */
export function midSentence(named) {
  return named.replace(/^(Today|Yesterday|Tomorrow)/, (word) => word.toLowerCase());
}

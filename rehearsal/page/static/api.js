// Talks to the box: what there is to see, what people do, and the news that something changed.

/** The box answered no: `status` as HTTP says it, `message` in a sentence. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function read(response) {
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, answer.error ?? `the box answered ${response.status}`);
  return answer;
}

function post(address, body) {
  const headers = { "Content-Type": "application/json" };
  return fetch(address, { method: "POST", headers, body: JSON.stringify(body) }).then(read);
}

/** Everything `view.as` sees now; what is missing is chosen by the box. Raises Refused, or TypeError where nobody answers. */
export function fetchState(view) {
  const wanted = new URLSearchParams();
  for (const key of ["as", "place", "thread"]) if (view[key]) wanted.set(key, view[key]);
  return fetch(`/page/state?${wanted}`, { cache: "no-store" }).then(read);
}

/** What went over the wire after entry number `after`. */
export function fetchTraffic(after, limit = 200) {
  return fetch(`/page/traffic?after=${after}&limit=${limit}`, { cache: "no-store" }).then(read);
}

/** One act of a person, by the box's verb; the bot may take three seconds to answer. */
export function postAct(as, verb, fields) {
  return post("/page/act", { ...fields, as, do: verb });
}

/** Moves the shared clock by an "hour", to the next "morning", or to what is "due". */
export function postClock(as, to) {
  return post("/page/clock", { as, to });
}

export function postFault(name, on) {
  return post("/page/fault", { set: name, on });
}

const PATIENCE = 1200;

/**
 * Listens for news for as long as the page is open, and connects again when the box went away.
 * `heard(news)` gets {revision, now, moving}; `away(bool)` says whether the box can be reached.
 */
export function listen(heard, away) {
  let source;
  let gone;
  let lost = false;
  const back = () => {
    clearTimeout(gone);
    gone = undefined;
    if (lost) away((lost = false));
  };
  const missing = () => {
    if (!lost) away((lost = true));
  };
  const connect = () => {
    source = new EventSource("/page/live");
    source.onopen = back;
    source.onmessage = (event) => {
      back();
      heard(JSON.parse(event.data));
    };
    source.onerror = () => {
      gone ??= setTimeout(missing, PATIENCE);
      if (source.readyState !== EventSource.CLOSED) return;
      source.close();
      setTimeout(connect, PATIENCE);
    };
  };
  connect();
}

// What the page knows and what it is looking at; everything drawn is drawn from here.

import { fetchState, listen, postAct, Refused } from "./api.js";

const AGAIN = 1500;

/** `view` is where the page stands (as, place, thread: ids); `world` the box's last answer for it, or null before the first. */
export class Store {
  constructor(view) {
    this.view = view;
    this.world = null;
    this.away = false;
    this.notices = [];
    this.drafts = new Map();
    this._listeners = [];
    this._read = new Map();
    this._heard = null;
    this._at = { now: 0, since: 0 };
  }

  /** Calls `listener(store)` after every change, at most once a frame. */
  onChange(listener) {
    this._listeners.push(listener);
  }

  changed() {
    if (this._drawing) return;
    this._drawing = true;
    queueMicrotask(() => {
      this._drawing = false;
      for (const each of this._listeners) each(this);
    });
  }

  /** The shared clock's now: what the box last said, and the real time since, as it goes with it. */
  get now() {
    return new Date(this._at.now + (this.world?.clock.moving ? 0 : performance.now() - this._at.since));
  }

  get me() {
    return this.world?.me;
  }

  get zone() {
    return this.world?.me.tz || "UTC";
  }

  person(id) {
    return this.world.people.find((each) => each.id === id);
  }

  get bot() {
    return this.world.people.find((each) => each.kind === "bot");
  }

  get dm() {
    return this.world.places.find((each) => each.kind === "im");
  }

  start() {
    listen((news) => this._hear(news), (lost) => this._lose(lost));
    return this.refresh();
  }

  /** Stands somewhere else: any of as, place, thread. */
  async go(to) {
    const before = this.view;
    const wasDirect = this.world?.place.kind === "im";
    this.view = { ...before, ...to };
    if (to.place && to.place !== before.place && !("thread" in to)) this.view.thread = null;
    if (to.as && to.as !== before.as && !to.place) {
      this.view.thread = null;
      if (wasDirect) this.view.place = null;
    }
    await this.refresh();
    if (to.as && !to.place && wasDirect && this.dm) await this.go({ place: this.dm.id });
  }

  /** Fetches once more; while one fetch runs, those asked for meanwhile become one more. */
  refresh() {
    if (this._fetching) {
      this._oncemore = true;
      return this._fetching;
    }
    this._fetching = this._fetch().finally(() => {
      this._fetching = null;
    });
    return this._fetching;
  }

  async _fetch() {
    do {
      this._oncemore = false;
      const view = this.view;
      try {
        const world = await fetchState(view);
        if (view === this.view) this._take(world);
        else this._oncemore = true;
      } catch (error) {
        this._stumble(error, view);
      }
    } while (this._oncemore);
  }

  _take(world) {
    this.world = world;
    this._set(world.now);
    this.view = { as: world.me.id, place: world.place.id, thread: world.place.thread ? this.view.thread : null };
    this.changed();
  }

  /** Somewhere this person can't look: stand in the first place instead; no answer at all: try again shortly. */
  _stumble(error, view) {
    if (error instanceof Refused && error.status < 500) {
      const next = view.thread ? { ...view, thread: null } : view.place ? { as: view.as, place: null } : { as: null, place: null };
      if (view.as || view.place || view.thread) {
        this.view = next;
        this._oncemore = true;
      }
    } else setTimeout(() => this.refresh(), AGAIN);
  }

  _set(now) {
    this._at = { now: Date.parse(now), since: performance.now() };
  }

  _hear(news) {
    this._set(news.now);
    if (this.world && this.world.clock.moving !== news.moving) {
      this.world.clock.moving = news.moving;
      this._heard = null;
    }
    if (news.revision !== this._heard) this.refresh();
    this._heard = news.revision;
    this.changed();
  }

  _lose(lost) {
    this.away = lost;
    this._heard = null;
    this._read.clear();
    if (!lost) this.refresh();
    this.changed();
  }

  /** Does something as the person acted as. Answers {ok, error, errors}; raises where the box itself can't be reached. */
  async act(verb, fields = {}) {
    const answer = await postAct(this.view.as, verb, fields);
    await this.refresh();
    return answer;
  }

  /** Marks the place shown as read, once for each newest message. */
  markRead(ts) {
    const { as, place } = this.view;
    const known = this.world.places.find((each) => each.id === place);
    const key = `${as} ${place}`;
    if (!(known?.unread || known?.mentions) || !ts || this._read.get(key) === ts) return;
    this._read.set(key, ts);
    postAct(as, "read", { place, ts }).catch(() => this._read.delete(key));
  }

  /** Says something only on this page, below the newest message of a place or thread, as Slackbot does. */
  notice(text, thread = null) {
    const { as, place } = this.view;
    const shown = thread ? this.world.place.thread?.replies : this.world.place.messages;
    this.notices.push({ key: `notice-${this.notices.length}`, as, place, thread, text, after: shown?.at(-1)?.ts ?? "0", at: this.now });
    this.changed();
  }

  /** The notices of what is shown, or of its thread. */
  noticesIn(thread = null) {
    const { as, place } = this.view;
    return this.notices.filter((each) => each.as === as && each.place === place && each.thread === thread);
  }

  forget(notice) {
    this.notices = this.notices.filter((each) => each !== notice);
    this.changed();
  }
}

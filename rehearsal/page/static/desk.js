// What the person acted as can do: open places, type, press, choose, and hear when the bot did not answer.

import { Refused } from "./api.js";

/** A sentence for Slack's own failure of an act. */
function trouble(what, error) {
  return `${what} failed with the error "${error}"`;
}

export class Desk {
  /** `say(text)` shows a passing word; `panel(name)` opens one of the panels on the right. */
  constructor(store, { say, panel }) {
    Object.assign(this, { store, say, panel });
  }

  /** Opens a place; opening the home tells the bot, as Slack does. */
  async open(id) {
    await this.store.go({ place: id });
    if (id === "home") await this.tried("Opening the home", () => this.store.act("home"));
  }

  async openThread(message) {
    await this.store.go({ thread: message.thread_ts ?? message.ts });
    this.panel("thread");
  }

  /** Does `act` and answers what it answered; a box that is away or says no is told in a passing word. */
  async tried(what, act) {
    try {
      const answer = await act();
      if (answer.error) this.say(trouble(what, answer.error));
      return answer;
    } catch (error) {
      this.say(error instanceof Refused ? `${what}: ${error.message}` : "The workspace did not answer, so nothing was done. Try again when it is back.");
      throw error;
    }
  }

  /** Sends a line from a composer; answers whether it is gone from there. */
  async send(line, thread) {
    if (!line.startsWith("/")) return this.post(line, thread);
    const word = line.split(/\s/, 1)[0];
    if (thread) return this.refuse(`${word} is not supported in threads. Sorry!`, thread);
    const known = this.store.world.commands.some((each) => each.command === word);
    if (!known) return this.refuse(`${word} is not a valid command. In Slack, /help lists those you can use; here they are ${this.commandNames()}.`, thread);
    return this.command(line, word);
  }

  commandNames() {
    return this.store.world.commands.map((each) => each.command).join(", ") || "none";
  }

  refuse(text, thread) {
    this.store.notice(text, thread);
    return false;
  }

  async command(line, word) {
    try {
      const answer = await this.store.act("command", { line, place: this.store.view.place });
      if (answer.error) this.store.notice(trouble(word, answer.error));
      return true;
    } catch (error) {
      this.store.notice(error instanceof Refused ? `${word}: ${error.message}` : `${word} could not be sent: the workspace is away.`);
      return false;
    }
  }

  async post(text, thread) {
    const place = this.store.view.place;
    return this.tried("Sending", () => this.store.act("say", thread ? { text, place, thread } : { text, place })).then(
      (answer) => !answer.error,
      () => false,
    );
  }

  globalShortcut(shortcut) {
    return this.tried(shortcut.name, () => this.store.act("shortcut", { callback_id: shortcut.callback_id })).catch(() => null);
  }

  messageShortcut(shortcut, message) {
    const fields = { callback_id: shortcut.callback_id, channel: message.channel, ts: message.ts };
    return this.tried(shortcut.name, () => this.store.act("message_shortcut", fields)).catch(() => null);
  }

  /** What every block needs to know of the person looking at it. */
  context(surface, state, target) {
    const { world } = this.store;
    const fields = (block, element) => ({ ...target(), block_id: block.block_id, action_id: element.action_id });
    const valued = (value) => (value === undefined ? {} : { value });
    return {
      now: this.store.now,
      zone: this.store.zone,
      people: new Map(world.people.map((each) => [each.id, each])),
      groups: new Map(world.groups.map((each) => [each.id, each])),
      channels: new Map(world.places.map((each) => [each.id, each.name])),
      me: world.me.id,
      state: state ?? {},
      surface,
      press: (block, element, value) => this.tried(named(element), () => this.store.act("press", { ...fields(block, element), ...valued(value) })),
      choose: (block, element, value) => this.tried(named(element), () => this.store.act("choose", { ...fields(block, element), value })),
      goto: (id) => this.open(id),
      file: (id) => `/page/file/${id}`,
    };
  }

  messageContext(message) {
    const { channel, ts, version } = message;
    return this.context("message", message.state, () => ({ channel, ts, version }));
  }

  homeContext(view) {
    return this.context("home", view.state, () => ({ view: view.id }));
  }

  modalContext() {
    return this.context("modal", {}, () => ({ view: this.store.world.modals.at(-1)?.id }));
  }

  /** What the stack of modals asks for. */
  modalHooks() {
    const act = (verb, view, block, element, value, values) =>
      this.tried(named(element), () => this.store.act(verb, { view, values, block_id: block.block_id, action_id: element.action_id, ...(value === undefined ? {} : { value }) }));
    return {
      submit: (view, values) => this.store.act("submit", { view, values }),
      close: (view) => this.store.act("close", { view }),
      press: (view, block, element, value, values) => act("press", view, block, element, value, values),
      choose: (view, block, element, value, values) => act("choose", view, block, element, value, values),
    };
  }
}

function named(element) {
  return element.text?.text ? `"${element.text.text}"` : "That";
}

// What could be meant by the half-typed word before the caret: a command, its words, a person, a group, a channel.

const MOST = 24;

/**
 * {from, to, title, items: [{insert, label, hint, about}]} for a text and its caret, or null where nothing is
 * half-typed. `insert` replaces the text between `from` and `to`.
 */
export function suggestions(text, caret, world, inThread = false) {
  const before = text.slice(0, caret);
  const command = /^\/(\S*)$/.exec(before);
  if (command && !inThread) return found(0, caret, "Commands", commands(command[1], world));
  const verb = /^(\/\S+) +(\S*)$/.exec(before);
  if (verb && !inThread) {
    const words = found(caret - verb[2].length, caret, `Words of ${verb[1]}`, verbs(verb[1], verb[2], world));
    if (words) return words;
  }
  const name = /(?:^|[\s(])([@#])([\w.-]*)$/.exec(before);
  if (!name) return null;
  const from = caret - name[2].length - 1;
  return name[1] === "@" ? found(from, caret, "People and groups", people(name[2], world)) : found(from, caret, "Channels", channels(name[2], world));
}

function found(from, to, title, items) {
  return items.length ? { from, to, title, items: items.slice(0, MOST) } : null;
}

function commands(typed, world) {
  return world.commands
    .filter((each) => each.command.slice(1).startsWith(typed.toLowerCase()))
    .map((each) => ({ insert: `${each.command} `, label: each.command, hint: each.usage_hint, about: each.description, tall: true }));
}

function verbs(command, typed, world) {
  const known = world.commands.find((each) => each.command === command);
  const words = (known?.words ?? []).filter((each) => each.startsWith(typed.toLowerCase()));
  const summary = (each) => world.words?.find((one) => one.word === each)?.summary;
  return words.map((each) => ({ insert: `${each} `, label: each, about: summary(each) }));
}

function matches(typed, ...names) {
  const wanted = typed.toLowerCase();
  return names.some((each) => each?.toLowerCase().split(/\s+/).some((part) => part.startsWith(wanted)) || each?.toLowerCase().startsWith(wanted));
}

function people(typed, world) {
  const named = world.people
    .filter((each) => each.kind !== "deactivated" && matches(typed, each.name, each.real_name))
    .map((each) => ({ insert: `@${each.name} `, label: `@${each.name}`, hint: each.real_name, about: each.title, person: each }));
  const groups = world.groups
    .filter((each) => matches(typed, each.handle, each.name))
    .map((each) => ({ insert: `@${each.handle} `, label: `@${each.handle}`, hint: each.name, about: `${each.members.length} people` }));
  return [...named, ...groups];
}

function channels(typed, world) {
  return world.places
    .filter((each) => each.kind !== "im" && matches(typed, each.name))
    .map((each) => ({ insert: `#${each.name} `, label: `#${each.name}`, about: each.kind === "private" ? "private" : "" }));
}

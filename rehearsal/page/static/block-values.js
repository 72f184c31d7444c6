// What an element holds when it is first drawn: the draft, else what was chosen before, else its initial value.

const NAMES = {
  plain_text_input: ["initial_value", "value"],
  email_text_input: ["initial_value", "value"],
  url_text_input: ["initial_value", "value"],
  number_input: ["initial_value", "value"],
  static_select: ["initial_option", "selected_option"],
  external_select: ["initial_option", "selected_option"],
  radio_buttons: ["initial_option", "selected_option"],
  multi_static_select: ["initial_options", "selected_options"],
  multi_external_select: ["initial_options", "selected_options"],
  checkboxes: ["initial_options", "selected_options"],
  users_select: ["initial_user", "selected_user"],
  multi_users_select: ["initial_users", "selected_users"],
  channels_select: ["initial_channel", "selected_channel"],
  multi_channels_select: ["initial_channels", "selected_channels"],
  conversations_select: ["initial_conversation", "selected_conversation"],
  multi_conversations_select: ["initial_conversations", "selected_conversations"],
  datepicker: ["initial_date", "selected_date"],
  timepicker: ["initial_time", "selected_time"],
  datetimepicker: ["initial_date_time", "selected_date_time"],
};

/** The name by which a field is known in a view: no two have the same. */
export function keyOf(block, element) {
  return `${block.block_id ?? ""}\n${element.action_id ?? ""}`;
}

export function isMultiple(type) {
  return type === "checkboxes" || type.startsWith("multi_");
}

/** An option by its value, anything else as it is. */
function simple(value) {
  if (Array.isArray(value)) return value.map(simple);
  return value !== null && typeof value === "object" ? (value.value ?? null) : value;
}

/** The simple value (string, number, list of strings or null) an element starts with. */
export function valueOf(element, block, ctx) {
  const draft = ctx.drafts?.get(keyOf(block, element));
  if (draft && draft.type === element.type) return draft.value;
  const [initial, current] = NAMES[element.type] ?? [];
  const entry = ctx.state?.[block.block_id]?.[element.action_id];
  const kept = entry && (entry.type ?? element.type) === element.type && current in entry;
  const found = simple(kept ? entry[current] : element[initial]);
  return found ?? (isMultiple(element.type) ? [] : null);
}

/** Every option of an element, with the label of the group it stands in. */
export function offered(element) {
  const groups = (element.option_groups ?? []).flatMap((group) => {
    return (group.options ?? []).map((option) => ({ option, group: group.label }));
  });
  return [...(element.options ?? []).map((option) => ({ option, group: null })), ...groups];
}

"""What Slack accepts inside a rich_text block."""

from __future__ import annotations

from rehearsal.checks import anything, boolean, by_type, list_of, one_of, shape, string, whole

KIND = {"type": anything}
_style = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
STYLE = {"style": _style}

_text = shape({**KIND, "text": string()}, STYLE)
_link = shape({**KIND, "url": string(1, 3000)}, {**STYLE, "text": string(), "unsafe": boolean})
_LEAVES = {
    "text": _text,
    "link": _link,
    "user": shape({**KIND, "user_id": string()}, STYLE),
    "usergroup": shape({**KIND, "usergroup_id": string()}, STYLE),
    "channel": shape({**KIND, "channel_id": string()}, STYLE),
    "broadcast": shape({**KIND, "range": one_of("here", "channel", "everyone")}, STYLE),
    "emoji": shape({**KIND, "name": string()}, {**STYLE, "unicode": string()}),
    "date": shape(
        {**KIND, "timestamp": whole(0), "format": string()},
        {**STYLE, "url": string(), "fallback": string()},
    ),
    "color": shape({**KIND, "value": string()}, STYLE),
    "team": shape({**KIND, "team_id": string()}, STYLE),
}
_leaves = list_of(by_type(_LEAVES, "rich text element"))
_section = shape({**KIND, "elements": _leaves}, {})
_raw = list_of(by_type({"text": _text, "link": _link}, "preformatted element"))

rich_text_elements = list_of(
    by_type(
        {
            "rich_text_section": _section,
            "rich_text_quote": shape({**KIND, "elements": _leaves}, {"border": whole(0, 1)}),
            "rich_text_preformatted": shape(
                {**KIND, "elements": _raw}, {"border": whole(0, 1), "language": string()}
            ),
            "rich_text_list": shape(
                {
                    **KIND,
                    "style": one_of("bullet", "ordered"),
                    "elements": list_of(by_type({"rich_text_section": _section}, "list item"), 1),
                },
                {"indent": whole(0, 8), "offset": whole(0), "border": whole(0, 1)},
            ),
        },
        "rich_text element",
    ),
    1,
)

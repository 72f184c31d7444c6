"""What people write when they write to the bot in plain words: undressed, and listened to for a halt (DESIGN 2.3, 4)."""

from __future__ import annotations

import re
from collections.abc import Callable

AROUND = ":,;.!?\"'“”‘’`*_()[]"
"""What people put around a verb without meaning anything by it."""
LIKE_HALT = frozenset({"stop", "hold", "block", "freeze", "pause", "veto"})
"""What people say when they mean halt."""
US = "@presumptive"
"""How a mention of the bot reads in a text, whatever it is called in the workspace."""
PLACED = frozenset({"meeting", "digest"})
"""The verbs whose words may name a channel in which something is to be posted."""

_PAIRS = {'"': '"', "“": "”", "„": "“", "‘": "’", "'": "'", "«": "»", "`": "`", "*": "*", "_": "_"}
_BEFORE = re.compile(
    r"""(?::[a-z0-9_+-]+: | [\s•]+ | [-–—]+(?=\s) | [^\w\s"“”„‘’'«»`*_~@\#()\[\]{}+–—-]+
    | (?:@?presumptive|please|pls|plz|kindly|hi|hey|hello|ok|okay|(?:can|could|would|will)\s+you)
      (?![\w@'’#-])[\s,;:.!…–—-]*)+""",
    re.IGNORECASE | re.VERBOSE,
)
"""What may stand before the first word that matters: signs, emoji, our name, politeness."""
_US_FIRST = re.compile(r"^\s*@presumptive(?![\w-])[\s,:;.!–—-]*", re.IGNORECASE)
_AFTER = re.compile(r"[\s,]*@presumptive[\s.!?]*$", re.IGNORECASE)
_SIGN = r":,;.!?…–—(：，、；。．！？（"
_JOINED = re.compile(rf"\s*([^\W\d_]+)[{_SIGN}]+(?=[^\s{_SIGN}])")
"""A word, and what follows it after a sign without a space."""
_SIGNS = re.compile(r"^(?:[-–—:,;…>→=：，、；。]+\s+)+")
_NEVER_MIND = re.compile(r"hold\s+(?:on|off|tight|your)\b", re.IGNORECASE)
"""It begins with a word for halt, and is said of anything."""
_OTHER_WORDS = frozenset(
    [
        "half",
        "health",
        "healthy",
        "hat",
        "hats",
        "hall",
        "halls",
        "hail",
        "had",
        "has",
        "hate",
        "haul",
        "halo",
        "halts",
        "halted",
        "halting",
        "ha",
    ]
)
"""What looks like a mistyped `halt` and is a word of its own."""
_OF_STOP = frozenset(["post", "posts", "spot", "spots", "tops", "opts", "pots", "boss"])
"""What has the letters of `stop` or its like, and is a word of its own."""
_DO = r"(?:ship|releas|deploy|go|roll|push|publish|launch|merg|send|promot)\w*"
_TICK = "['’‘`´ʼ]?"
"""What people type for an apostrophe, or leave out."""
_NOT = rf"(?:do\s+not|do?\s?n{_TICK}t|never|not|no|cannot|can{_TICK}t|must\s*n{_TICK}t|should\s*n{_TICK}t)"
_HALTING = re.compile(
    rf"""\b(?:halt\w*|hlat\w*|stop(?:s|p\w*)?|hold(?:s|ing)?|block(?:s|ed|er|ers|ing)?|paus(?:e|ed|ing)
    |veto\w*|abort\w*|freez\w+|frozen|withhold|no[\s-]?go|{_NOT}\W+(?:\w+\W+){{0,2}}?{_DO})\b""",
    re.IGNORECASE | re.VERBOSE,
)
_OBJECTING = re.compile(
    r"""\b(?:no|nope|nah|nack|nak|not|never|don['’]?t|dont|wait\w*|cancel\w*|reject\w*|refus\w+|den(?:y|ied)
    |object\w*|postpon\w+|delay\w*|withdr[ae]w\w*|scrap|kill|pull|unsafe|broken)\b
    |(?<!\w)-1\b | :(?:-1|thumbsdown|no_entry\w*|octagonal_sign|stop_sign|no_good): | [👎🛑⛔✋🚫]""",
    re.IGNORECASE | re.VERBOSE,
)

Near = Callable[[str, list[str]], list[str]]


def verb_and_rest(text: str) -> tuple[str, str]:
    """The first word, small, and everything after it with its own white space kept."""
    stripped = text.lstrip()
    parts = stripped.split(None, 1)
    if not parts:
        return "", ""
    rest = stripped[len(parts[0]) :].lstrip()
    return parts[0].strip(AROUND).casefold(), rest


def bare(text: str, command: str = "/release") -> str:
    """What was meant, without the quoting, the emphasis, the politeness and the command's name before it.

    What stands after the first word stays as it was written, but for what closes a pair.
    """
    text = _unquoted(text).strip()
    while True:
        before = text
        text = _BEFORE.sub("", text, count=1) if _BEFORE.match(text) else text
        text = _unpaired(_AFTER.sub("", text).strip())
        name = command.lstrip("/")
        first, rest = verb_and_rest(text)
        if first == name.casefold() and (rest or before.lstrip().startswith("/")):
            text = rest
        if text == before:
            return text


def without_us(text: str) -> str:
    """A text without the mention of the bot that it begins or ends with."""
    return _AFTER.sub("", _US_FIRST.sub("", text)).strip()


def _unquoted(text: str) -> str:
    """Without what was quoted before the words of one's own; where all is quoted, without the marks."""
    lines = text.splitlines()
    own = next((n for n, line in enumerate(lines) if line.strip() and not _is_quoted(line)), None)
    return text if own is None else "\n".join(lines[own:])


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _unpaired(text: str) -> str:
    """Without the quotes or the emphasis that the text begins with, and what closes them."""
    if text.startswith("```"):
        text = text.strip("`").strip()
    closing = _PAIRS.get(text[:1])
    if closing is None:
        return text
    inside = text[1:]
    if inside.endswith(closing):
        return inside.removesuffix(closing)
    return inside.replace(closing, "", 1)


def halt_and_rest(text: str) -> tuple[str, str]:
    """As `verb_and_rest`, also where a sign and no space stands after the word, or a dash before the rest:
    `halt：payments`, `halt,payments`, `halt - payments`."""
    verb, rest = verb_and_rest(text)
    joined = _JOINED.match(text)
    if joined and joined[1].casefold() in LIKE_HALT | {"halt"}:
        verb, rest = joined[1].casefold(), text[joined.end() :]
    return verb, _SIGNS.sub("", rest)


def means_halt(word: str, rest: str, near: Near) -> bool:
    """Whether a text that begins so halts: by the word itself, one of its like, or a slip of the keys."""
    if word in LIKE_HALT:
        return not _NEVER_MIND.match(f"{word} {rest}")
    if word in _OTHER_WORDS:
        return False
    slipped = word.startswith("h") or sorted(word) == sorted("halt")
    return word == "halt" or (slipped and bool(near(word, ["halt"])))


def slipped(word: str) -> bool:
    """Whether a word has just the letters of one of those like halt: `sotp`, `stopp`, `puase`."""
    same = any(set(word) == set(like) for like in LIKE_HALT if abs(len(word) - len(like)) <= 1)
    return same and word not in _OF_STOP


def speaks_of_halting(text: str) -> bool:
    """Whether somewhere in it there is a word for halt, or that something should not go out."""
    return bool(_HALTING.search(text))


def objects(text: str) -> bool:
    """Whether it may be meant to stop something, though it doesn't say what is to be done."""
    return speaks_of_halting(text) or bool(_OBJECTING.search(text))


def may_halt(text: str, near: Near, command: str = "/release") -> bool:
    """Whether a text halts, or may be meant to, whatever it is about."""
    verb, rest = verb_and_rest(bare(text, command))
    return objects(text) or slipped(verb) or means_halt(verb, rest, near)

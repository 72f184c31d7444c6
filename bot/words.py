"""The templates and their filters: what people typed goes in as tokens and is never parsed (DESIGN 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from math import ceil
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FunctionLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from bot.richtext import (
    CUT,
    ID,
    Leaf,
    Marks,
    Safe,
    Section,
    cut,
    isolated,
    tidy,
    utc,
)
from rules.candidate import Candidate
from rules.facts import Actor
from rules.hotfix import review_due
from rules.words import OWNER, Role, Silence, State
from storage.reading import Company

TAG = re.compile(r"\{%.*?%\}")
LONG = "{date_long_pretty} at {time}"
SHORT = "{date_short_pretty} at {time}"


SHARES = (1.0, 0.75, 0.5, 0.25, 0.125)
"""How much is said of what people typed and of long lists, where all of it does not fit in a message."""
SHORTEST = 40
"""Characters that stay of what somebody typed, however little room there is."""


def woven(
    template: str, about: Mapping[str, Any], company: Company, share: float = 1.0, **more: Any
) -> list[Section]:
    """The sections of a template; `quiet=True` turns every mention into a name.

    `share`: how much of long words and long lists is shown, one of SHARES.
    """
    marks = Marks()

    def most(many: int) -> int:
        return max(1, ceil(many * share))

    said = {"quiet": False, "command": "/release", "share": share, "most": most, **more, **about}
    text = environment().get_template(template).render({**said, "marks": marks, "company": company})
    return marks.sections(text)


@cache
def environment() -> Environment:
    """One for the process: the templates are compiled once."""
    made = Environment(  # noqa: S701 - nothing here is HTML; `_literally` keeps typed text apart
        loader=FunctionLoader(source),
        undefined=StrictUndefined,
        finalize=_literally,
        trim_blocks=True,
        keep_trailing_newline=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(FILTERS)
    made.globals["share"] = 1.0
    return made


def source(name: str) -> str | None:
    """A template's text. The end of a line that says something stays, though a tag stands before it."""
    found = files("templates")
    for part in name.split("/"):
        found = found.joinpath(part)
    if not found.is_file():
        return None
    lines = found.read_text(encoding="utf-8").split("\n")
    return "\n".join(_kept(line) for line in lines)


def _kept(line: str) -> str:
    """`trim_blocks` is meant for lines of tags alone."""
    ends_in_tag = line.endswith("%}") and line[-3] not in "+-"
    return line[:-2] + "+%}" if ends_in_tag and TAG.sub("", line).strip() else line


def _marks(context: Context) -> Marks:
    marks: Marks = context["marks"]
    return marks


@pass_context
def _literally(context: Context, value: Any) -> Any:
    """What no filter has touched is shown as it is, whoever typed it."""
    if isinstance(value, Safe) or value == "":
        return value
    return _marks(context).put(Leaf(text=_fitting(str(value), _share(context, 300))))


@pass_context
def said(context: Context, text: str, limit: int = 300) -> Safe:
    """What a person typed: literally, cut to a length, its direction kept from spreading."""
    return _typed(context, text, _share(context, limit))


def _typed(context: Context, text: str, limit: int) -> Safe:
    return _marks(context).put(Leaf(text=_fitting(text.strip(), limit).strip() or "(empty)"))


def _share(context: Context, limit: int) -> int:
    """How much of `limit` characters is shown here."""
    return min(limit, max(SHORTEST, int(limit * context["share"])))


def _fitting(text: str, limit: int) -> str:
    much = 4 * limit
    text = text if len(text) <= much else text[:much] + CUT
    return isolated(cut(tidy(text), limit))


@pass_context
def name(context: Context, who: Actor | str | None) -> Safe:
    """Who it is, without a ping."""
    return _marks(context).put(
        Leaf(text=isolated(cut(_name(context["company"], who), _share(context, 80), 1)))
    )


def _name(company: Company, who: Actor | str | None) -> str:
    if isinstance(who, Actor):
        if who.person is None:
            return "the operator" if who.is_operator else "Presumptive"
        who = who.person
    return "the operator" if who is None else known_as(company, who)


def known_as(company: Company, slack_id: str) -> str:
    """The name of a person, or a user group's with an `@`, on one line; an unknown one's id."""
    slack_id = slack_id.removeprefix("!")
    person, group = company.people.get(slack_id), company.groups.get(slack_id)
    if person is not None:
        return " ".join(tidy(person.name).split()) or slack_id
    if group is not None:
        return "@" + (" ".join(tidy(group.handle).split()) or slack_id)
    return slack_id


@pass_context
def names(context: Context, who: Iterable[str | None]) -> Safe:
    """Several people, without a ping."""
    return _several([name(context, each) for each in who])


@pass_context
def mention(context: Context, who: str | None) -> Safe:
    """Somebody who must act: they are notified where the message is posted."""
    if who is None or context["quiet"] or not ID.fullmatch(who.removeprefix("!")):
        return name(context, who)
    kind = "usergroup" if who.startswith("!") else "user"
    shown = _name(context["company"], who)
    target = who.removeprefix("!")
    return _marks(context).put(Leaf(kind, shown, target))


@pass_context
def mentions(context: Context, who: Sequence[str]) -> Safe:
    """Several who must act; those beginning with `!` are user groups."""
    return _several([mention(context, each) for each in who])


@pass_context
def channel(context: Context, slack_id: str) -> Safe:
    """A channel, by the name that Slack shows for it to those who may see it."""
    if not ID.fullmatch(slack_id):
        return said(context, slack_id)
    return _marks(context).put(Leaf("channel", slack_id, slack_id))


def _several(shown: Sequence[str], most: int = 10, word: str = "and") -> Safe:
    if len(shown) > most:
        shown = [*shown[:most], f"{len(shown) - most} more"]
    if len(shown) < 2:
        return Safe("".join(shown))
    return Safe(", ".join(shown[:-1]) + f" {word} " + shown[-1])


@pass_context
def when(context: Context, at: datetime | str, form: str = "long") -> Safe:
    """An instant, in each reader's own zone. Aware datetimes and ISO 8601 text."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no zone")
    shape = SHORT if form == "short" else LONG
    return _marks(context).put(Leaf("date", utc(moment), at=moment, form=shape))


@pass_context
def bold(context: Context, text: str) -> Safe:
    return _styled(context, text, "bold")


@pass_context
def code(context: Context, text: str) -> Safe:
    return _styled(context, text, "code")


def _styled(context: Context, text: str, style: str) -> Safe:
    marks = _marks(context)
    # A name and a line to type are no use in part.
    safe = text if isinstance(text, Safe) else _typed(context, str(text), 300)
    return Safe("".join(marks.put(replace(leaf, style=style)) for leaf in marks.leaves(safe)))


@pass_context
def link(context: Context, url: str, label: str = "") -> Safe:
    """A link, where it is https and says where it leads; anything else stays text."""
    address = tidy(str(url)).strip()
    if not _leads_somewhere(address):
        return said(context, address)
    shown = f"{label} ({urlsplit(address).hostname})" if label else cut(address, 120)
    target = quote(address, safe="%/:?#[]@!$&'()*+,;=-._~")
    if len(target) > 2000:
        return said(context, address)
    return _marks(context).put(Leaf("link", isolated(shown), target))


def _leads_somewhere(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return parts.scheme == "https" and "." in host and not set(address) & set(' \n\t<>|"`\\')
    except ValueError:
        return False


def label(word: str) -> Safe:
    """A state, role, phase or outcome as people write it. All of them are words of ours."""
    if isinstance(word, Role):
        return Safe(word.label)
    text = str(word)
    if text in set(Role):
        return Safe(Role(text).label)
    return Safe(text.replace("_", " ").replace("-", " ").capitalize())


def labels(words: Iterable[str]) -> Safe:
    return _several([label(word) for word in words])


@pass_context
def listed(context: Context, words: Iterable[Any]) -> Safe:
    """Several things, each as it is."""
    return _several([said(context, str(word), 80) for word in words])


@pass_context
def coded(context: Context, words: Iterable[str]) -> Safe:
    """Several things to type, one of which is meant."""
    return _several([code(context, word) for word in words], word="or")


@pass_context
def called(context: Context, candidate: Candidate | str) -> Safe:
    """A candidate's whole name, the one that buttons use too."""
    whole = candidate if isinstance(candidate, str) else candidate.name
    return bold(context, whole)


@pass_context
def actor(context: Context, who: Actor) -> Safe:
    """Who acted, in which roles, and for whom: `(Security Architect, on behalf of Sam)`."""
    if not who.behalf:
        return Safe(name(context, who) + hats(who.hats))
    own = [label(hat) for hat in who.hats if hat not in who.behalf]
    lent = [
        f"{label(hat)}, on behalf of {name(context, who.behalf[hat])}"
        for hat in who.hats
        if hat in who.behalf
    ]
    return Safe(f"{name(context, who)} ({'; '.join([*own, *lent])})")


def hats(worn: Sequence[str]) -> Safe:
    """The roles somebody acted in, in brackets; nothing where there are none."""
    return Safe(f" ({labels(worn)})" if worn else "")


@pass_context
def holders(context: Context, product: str | None, role: Role) -> Safe:
    """Who holds a role of a product, by name; nothing where that is not known."""
    found = context["company"].products.get(product or "")
    held = found.holders.get(Role(role), ()) if found else ()
    ids = [h.id if h.kind == "user" else f"!{h.id}" for h in held]
    return names(context, ids)


@pass_context
def line(context: Context, entry: Any) -> Safe:
    """One fact as a line of history."""
    return Safe(f"{when(context, entry.fact.at, 'short')}: {happened(context, entry)}")


@pass_context
def happened(context: Context, entry: Any) -> Safe:
    """What a fact says, without when."""
    kind = entry.fact.kind.replace(".", "-")
    template = context.environment.get_template(f"facts/{kind}.md.j2")
    about = {"fact": entry.fact, "about": entry.fact.about, "by": entry.fact.by, "quiet": True}
    kept = {key: context[key] for key in ("marks", "company", "command", "share", "most")}
    text = template.render({**kept, **about})
    return Safe(" ".join(text.split()))


def unless(candidate: Candidate | None) -> Safe:
    """What a release time depends on: nobody halting, or all four asserting where silence holds."""
    if candidate is not None and candidate.silent and candidate.policy.silence is Silence.HOLD:
        return Safe(" if all four states are asserted by then")
    if candidate is not None and candidate.violations and State.ORGANIZATION in candidate.silent:
        return Safe(" if what it depends on is there by then, unless halted")
    return Safe(" unless halted")


def grouped(why: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Reasons of one kind together, with the states they are about."""
    found: dict[str, list[str]] = {}
    for code in why:
        kind, _, about = code.partition(":")
        found.setdefault(kind, []).extend([about] if about else [])
    return list(found.items())


FILTERS: Mapping[str, Any] = {
    "owner": lambda state: OWNER[state],
    "review_due": review_due,
    "said": said,
    "name": name,
    "names": names,
    "mention": mention,
    "mentions": mentions,
    "channel": channel,
    "when": when,
    "bold": bold,
    "code": code,
    "link": link,
    "label": label,
    "labels": labels,
    "listed": listed,
    "coded": coded,
    "called": called,
    "actor": actor,
    "hats": hats,
    "holders": holders,
    "grouped": grouped,
    "unless": unless,
    "line": line,
    "happened": happened,
}

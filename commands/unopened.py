"""A form that did not open: what is not done, and the buttons and the line that do it (DESIGN 4, 6)."""

from __future__ import annotations

from commands.act import Act
from commands.answers import answer_press
from commands.dispatch import OF_NO_CANDIDATE, OF_THE_PAST, Desk
from commands.halt import CHOICES
from commands.keeping import KEPT
from commands.naming import meant, meant_to_halt, open_successor
from commands.request import Choice, Reply, Request
from rules.candidate import OPEN, Candidate
from rules.faulting import went_out
from rules.words import Refused
from storage.faults import Unavailable
from storage.writing import Transaction

ADDING = {"freeze": "add ", "agenda": "add ", "action": "add "}
"""What is typed after a verb before the thing itself."""
TYPED = {
    "halt": "REASON",
    "lift": "REASON",
    "withdraw": "REASON",
    "assert": "all",
    "reschedule": "TIME",
    "fault": "WHAT",
    "announce": "PRODUCT VERSION at TIME",
    "delegate": "ROLE @PERSON until TIME",
    "freeze": "NAME hard until TIME because REASON",
    "agenda": "TOPIC",
    "action": "WHAT",
}
"""What a line needs after the verb and its candidate; the others open their form and no more."""


def unopened(desk: Desk, request: Request) -> Reply:
    """What somebody hears whose form could not be opened; a press is answered by a message.

    `fields` may hold `said`, words that would have stood in the form: they are kept for the button.
    Nothing of the act itself is done, and its key is not spent. Never raises.
    """
    try:
        with desk.database.write(desk.clock, request.until) as tx:
            act = Act(tx, request, desk.tools, tx.now)
            reply = _told(tx, act)
            answer_press(tx, request, reply, desk.tools)
            return reply
    except Unavailable as lost:
        return undrawn(request, lost)


def undrawn(request: Request, lost: Unavailable) -> Reply:
    """The database can't be read or written: nothing can be kept, but a button that halts needs nothing of it."""
    halts, name = request.verb in KEPT, request.text.partition(" ")[0]
    halt = Choice(f"Halt {name.partition('#')[0]}", f"halt {name}", "danger")
    about = {"sentence": str(lost), "halts": halts}
    return Reply("unavailable", about, False, (halt,) if halts and name else (), stored=False)


def _told(tx: Transaction, act: Act) -> Reply:
    request = act.request
    verb = request.verb or "setup"
    candidate, rest = _meant(act)
    said = str(request.fields.get("said") or "").strip()
    kept = request.fields.get("kept") or (tx.keep(said) if said else "")
    about = {
        "verb": verb,
        "candidate": candidate,
        "line": _line(verb, rest, candidate),
        "words": said or (tx.kept(kept) if kept else ""),
    }
    return Reply(
        "form-not-opened",
        about,
        ok=False,
        choices=(*_acting(act, verb, candidate, kept), _again(verb, request.text, candidate, kept)),
    )


def _meant(act: Act) -> tuple[Candidate | None, str]:
    """The very build that the form would have been about, and the words after it."""
    verb, text = act.request.verb, act.request.text
    if verb in OF_NO_CANDIDATE or not text:
        return None, text
    fits = went_out if verb == "fault" else None
    try:
        if verb == "halt":
            found = meant_to_halt(act.reader, act.tools, text)
        else:
            found = meant(act.reader, act.tools, text, known=verb in OF_THE_PAST, fits=fits)
    except Refused:
        return None, text
    if verb == "halt" and found.candidate.phase not in OPEN:
        return open_successor(act.reader, act.tools, found.candidate), found.rest
    return found.candidate, found.rest


def _line(verb: str, rest: str, candidate: Candidate | None) -> str:
    """What can be typed instead, with the candidate and its build."""
    if verb in ("criteria", "setup"):
        return f"{verb} {rest}".strip()
    named = candidate.name if candidate else "" if verb in OF_NO_CANDIDATE else "CANDIDATE"
    words = f"{verb} {ADDING.get(verb, '')}{named}".strip()
    needed = rest if verb == "fault" and rest else TYPED.get(verb, "")
    return f"{words} {needed}".strip()


def _acting(act: Act, verb: str, candidate: Candidate | None, kept: str) -> tuple[Choice, ...]:
    """The halt itself, which needs no form: of this build, or of each that may be meant."""
    if verb != "halt":
        return ()
    opened = [c for c in act.reader.open_candidates() if c.phase in OPEN]
    names = [c.name for c in ([candidate] if candidate else opened)][:CHOICES]
    return tuple(
        Choice(f"Halt {name}", f"halt {name}{f' kept:{kept}' if kept else ''}", "danger")
        for name in names
    )


def _again(verb: str, text: str, candidate: Candidate | None, kept: str) -> Choice:
    said = candidate.name if candidate and verb != "fault" else text
    words = f"open {verb} {said}".strip()
    return Choice("Open the form again", f"{words} kept:{kept}" if kept else words)

"""Signed payloads that are odd: refused or answered plainly, never a crash, the database still whole."""

from __future__ import annotations

import copy
import json
import random
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.payloads import UNREADABLE, dispatched, http_request, socket_request
from rehearsal.deliver import encoded, sign
from tests.end_to_end.workplace import CHANNEL, Workplace

FORM = {"content-type": "application/x-www-form-urlencoded"}
ROUNDS = 300
DEEP: Any = json.loads("[" * 200 + "]" * 200)
ODD: list[Any] = [
    *(None, "", "x", "\0", "\ud800", "a\0b\ud83d", 0, -1, 10**30, 1e308, True),
    *([], {}, [[]], [{}], {"id": {}}, {"x": [1]}, ["a", 1], DEEP, "[" * 5000, "{", "9" * 5000),
]


@pytest.fixture(scope="module")
def work() -> Iterator[Workplace]:
    with ExitStack() as stack:
        found = Workplace.open(stack)
        card = found.announce()
        sam = found.person("sam")
        found.press("sam", "Halt", on=card)
        found.fill("sam", reason="CVE-1 is open")
        found.press("sam", "Lift…", on=card)
        found.fill("sam", reason="mended")
        found.press("alice", "Assert ready", on=card)
        found.person("alice").message_shortcut("halt", sam.say("odd", CHANNEL))
        found.person("dave").shortcut("announce")
        found.fill("dave", product="ledger", version="1.0.0", at=1_795_000_000)
        found.box.change_user("dave", real_name="Dave")
        found.say("rita", "meeting")
        yield found


def seeds(work: Workplace) -> list[tuple[str, dict[str, Any]]]:
    """What the box has really sent, one of each kind and form."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for sent in work.box.record.deliveries:
        said = sent.payload
        view = said.get("view") or {}
        event = said.get("event") or {}
        name = f"{sent.kind} {said.get('type')} {view.get('callback_id')} {event.get('type')}"
        found.setdefault(name, (sent.kind, said))
    return list(found.values())


def places(part: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if way:
        yield way
    inner: Iterable[tuple[Any, Any]] = part.items() if isinstance(part, dict) else ()
    inner = enumerate(part) if isinstance(part, list) else inner
    for key, each in inner:
        yield from places(each, (*way, key))


def mutated(payload: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    made = copy.deepcopy(payload)
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        ways = list(places(made))
        if not ways:
            break
        way = dice.choice(ways)
        holder = made
        for key in way[:-1]:
            holder = holder[key]
        if dice.random() < 0.3 and type(holder) is dict:
            del holder[way[-1]]
        else:
            holder[way[-1]] = copy.deepcopy(dice.choice(ODD))
    return made


def over_http(work: Workplace, kind: str, payload: dict[str, Any]) -> int:
    content, body = encoded(kind, payload) if kind != "slash_commands" else _as_form(payload)
    return raw(work, body, content)


def over_socket(work: Workplace, payload: Any) -> int:
    answer = dispatched(work.bot.bot.bolt, lambda: socket_request(payload, None))
    return int(answer.status)


def _as_form(payload: dict[str, Any]) -> tuple[str, bytes]:
    said = {k: str(v).encode("utf-8", "replace") for k, v in payload.items()}
    return FORM["content-type"], urlencode(said).encode()


def raw(work: Workplace, body: bytes, content: str = FORM["content-type"]) -> int:
    stamp = str(int(time.time()))
    headers = {
        "content-type": content,
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": sign(work.box.signing_secret, stamp, body),
    }
    answer = dispatched(work.bot.bot.bolt, lambda: http_request(body, headers))
    return int(answer.status)


def whole(work: Workplace) -> None:
    with work.bot.database.read() as reader:
        assert not list(reader.broken_lately())
        for candidate in reader.open_candidates():
            assert reader.candidate(candidate.name) == candidate
    assert "payments@2.4.1" in work.say("alice", "status").text


@pytest.mark.parametrize("seed", range(3))
def test_mutated_payloads_are_never_a_fault_of_ours(
    work: Workplace, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    dice = random.Random(seed)
    known = seeds(work)
    assert len(known) >= 8, [kind for kind, _ in known]
    for _ in range(ROUNDS):
        kind, payload = dice.choice(known)
        odd = mutated(payload, dice)
        if dice.random() < 0.5:
            status = over_http(work, kind, odd)
        else:
            status = over_socket(work, odd)
        assert status < 500, (kind, _difference(payload, odd))
    assert "Traceback" not in caplog.text, caplog.text[-3000:]
    whole(work)


def _difference(was: Any, now: Any) -> str:
    odd = [w for w in places(now) if w not in set(places(was))]
    gone = [w for w in places(was) if w not in set(places(now))]
    return f"{odd[:5]} {gone[:5]} {json.dumps(now)[:1500]}"


@pytest.mark.parametrize(
    "body",
    [
        b"payload=" + b"[" * 100_000,
        b"payload=" + b'{"a":' * 100_000,
        b"payload=nothing",
        b"payload=[1]",
        b"payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3A%5B%5D%7D",
        b"payload=%22x%22",
        b"command=/release&text=status",
        b"\xff\xfe",
        b'{"a": ' + b"9" * 5000 + b"}",
        b"{}{}",
    ],
)
def test_what_is_no_payload_is_refused(work: Workplace, body: bytes) -> None:
    assert 400 <= raw(work, body) < 500


def test_an_envelope_that_is_no_object_is_refused_too(work: Workplace) -> None:
    odd: tuple[Any, ...] = (None, [], "x", 7)
    assert [over_socket(work, payload) for payload in odd] == [UNREADABLE.status] * 4


def test_half_characters_in_a_reason_lose_no_halt(work: Workplace) -> None:
    _kind, payload = next((k, p) for k, p in seeds(work) if k == "slash_commands")
    said = {**payload, "user_id": work.person("sam").id, "text": "halt payments odd \0 \ud83d end"}
    said["trigger_id"] = "1.2.3"
    answer = dispatched(work.bot.bot.bolt, lambda: socket_request(said, None))

    assert answer.status == 200
    reasons = [halt.reason or "" for halt in work.candidate().open_halts]
    assert [reason[:4] for reason in reasons if "end" in reason] == ["odd "], reasons

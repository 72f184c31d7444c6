"""Plans and what collides in them, worked by hand, a sentence each (DESIGN 2.6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rules.environments import Environment
from rules.resources import Resource, Use
from rules.words import Phase
from rules.world import Planned
from tests.rules.cases import HOUR, MINUTE
from tests.rules.small_worlds import NOW, a_product, goes, there

HALTED, RELEASED, DEPLOYING, FAILED = (
    {"phase": phase} for phase in (Phase.HALTED, Phase.RELEASED, Phase.DEPLOYING, Phase.FAILED)
)
LEDGER_1, SHOP_1 = there("ledger@1"), there("shop@1", "ledger <3")
TWO = {"live": Environment("live", 2)}
ONE = {"live": Environment("live", 1)}


# Each: a sentence, who is planned, what is around it, and what they are told.

CASES: list[tuple[str, list[Planned], dict[str, Any], dict[str, list[str]]]] = [
    (
        "what is needed and is out in time is no collision, be it at the last minute",
        [goes("ledger@2", "12:00"), goes("shop@2", "13:00", "ledger >=2")],
        {},
        {},
    ),
    (
        "a minute before it is deployed is too early",
        [goes("ledger@2", "12:00"), goes("shop@2", "12:59", "ledger =2")],
        {},
        {"shop@2": ["needs:ledger later ledger@2"]},
    ),
    (
        "in a chain whoever depends on what is too early can't count on it",
        [
            goes("ledger@2", "12:00"),
            goes("mail@2", "12:30", "ledger =2"),
            goes("shop@2", "15:00", "mail =2"),
        ],
        {},
        {"mail@2": ["needs:ledger later ledger@2"], "shop@2": ["needs:mail blocked mail@2"]},
    ),
    (
        "a halt at the root is told to everybody up the chain",
        [
            goes("ledger@2", "12:00", **HALTED),
            goes("mail@2", "14:00", "ledger =2"),
            goes("shop@2", "16:00", "mail =2"),
        ],
        {},
        {"mail@2": ["needs:ledger halted ledger@2"], "shop@2": ["needs:mail blocked mail@2"]},
    ),
    (
        "a violation that is waived keeps nobody else",
        [
            goes("ledger@2", "12:00", **HALTED),
            goes("mail@2", "14:00", "ledger =2", waived=frozenset({"needs:ledger"})),
            goes("shop@2", "16:00", "mail =2"),
        ],
        {},
        {"mail@2": ["needs:ledger halted ledger@2"]},
    ),
    (
        "what nobody has announced can't be waited for",
        [goes("shop@2", "14:00", "ledger >=3")],
        {"production": [LEDGER_1]},
        {"shop@2": ["needs:ledger not-announced"]},
    ),
    (
        "any version will do, but one must be there",
        [goes("shop@2", "14:00", "ledger", "mail")],
        {"production": [LEDGER_1]},
        {"shop@2": ["needs:mail not-announced"]},
    ),
    (
        "of a version that can't be compared nothing is known",
        [goes("shop@2", "14:00", "ledger >=2")],
        {"production": [there("ledger@nightly")]},
        {"shop@2": ["needs:ledger incomparable"]},
    ),
    (
        "what waits can't be counted on, and counts on nobody itself",
        [
            goes("ledger@2", None),
            goes("shop@2", "14:00", "ledger =2"),
            goes("mail@2", None, "search =2"),
            goes("search@2", "11:00"),
        ],
        {},
        {
            "shop@2": ["needs:ledger waiting ledger@2"],
            "mail@2": ["needs:search later search@2"],
        },
    ),
    (
        "two that each need the other's new version go as a set, and are no collision",
        [goes("ledger@3", "14:00", "shop >=3"), goes("shop@3", "14:00", "ledger >=3")],
        {"production": [LEDGER_1, there("shop@1")]},
        {},
    ),
    (
        "so do two of which one needs the other's, and the other would break what is there of the first",
        [goes("ledger@3", "14:00"), goes("shop@3", "14:00", "ledger >=3")],
        {"production": [LEDGER_1, SHOP_1]},
        {},
    ),
    (
        "a set with a halted member is told nothing of it, but nobody can count on its others",
        [
            goes("ledger@3", "12:00", **HALTED),
            goes("shop@3", "12:00", "ledger >=3"),
            goes("mail@2", "16:00", "shop =3"),
        ],
        {"production": [LEDGER_1, SHOP_1]},
        {"mail@2": ["needs:shop blocked shop@3"]},
    ),
    (
        "in an environment for one the second is one too many",
        [goes("ledger@2", "14:00"), goes("shop@2", "14:30"), goes("mail@2", "15:30")],
        {"environments": ONE},
        {
            "ledger@2": ["environment:live at-once shop@2"],
            "shop@2": ["environment:live at-once ledger@2"],
        },
    ),
    (
        "in one for two it is the third, and only while there are three",
        [
            goes("ledger@2", "14:00"),
            goes("shop@2", "14:30"),
            goes("mail@2", "14:45"),
            goes("search@2", "15:15"),
        ],
        {"environments": TWO},
        {
            "ledger@2": ["environment:live at-once mail@2 shop@2"],
            "shop@2": ["environment:live at-once ledger@2 mail@2 search@2"],
            "mail@2": ["environment:live at-once ledger@2 search@2 shop@2"],
            "search@2": ["environment:live at-once mail@2 shop@2"],
        },
    ),
    (
        "an environment nobody declared has room for one, and where none is declared is room for all",
        [
            goes("ledger@2", "14:00"),
            goes("shop@2", "14:00"),
            goes("mail@2", "14:00"),
            goes("search@2", "14:00"),
        ],
        {
            "environments": {},
            "products": [
                replace(a_product("mail"), environments=()),
                replace(a_product("search"), environments=()),
            ],
        },
        {
            "ledger@2": ["environment:live at-once shop@2"],
            "shop@2": ["environment:live at-once ledger@2"],
        },
    ),
    (
        "a set takes up the room of one",
        [goes("ledger@3", "14:00"), goes("shop@3", "14:00", "ledger >=3"), goes("mail@2", "14:00")],
        {"production": [LEDGER_1, SHOP_1], "environments": TWO},
        {},
    ),
    (
        "what is being deployed takes up room, and is told nothing; what is halted takes up none",
        [
            goes("ledger@2", "09:30", **DEPLOYING),
            goes("shop@2", "10:15"),
            goes("mail@2", "10:15", **HALTED),
        ],
        {"environments": ONE},
        {"shop@2": ["environment:live at-once ledger@2"]},
    ),
    (
        "somebody needed from an hour before is missed at what ends in that hour",
        [
            goes("ledger@2", "13:00", uses=(Use("dba"),)),
            goes("shop@2", "14:45", uses=(Use("dba", HOUR, 2 * HOUR),)),
            goes("mail@2", "15:45", uses=(Use("dba"),)),
        ],
        {},
        {
            "ledger@2": ["resource:dba at-once shop@2"],
            "shop@2": ["resource:dba at-once ledger@2"],
        },
    ),
    (
        "a team with two hands helps two, by what its product says and by what is said besides",
        [
            goes("ledger@2", "14:00"),
            goes("shop@2", "14:00", uses=(Use("dba"),)),
            goes("mail@2", "14:30", uses=(Use("dba"),)),
        ],
        {
            "resources": {"dba": Resource("dba", 2)},
            "products": [a_product("ledger", uses=(Use("dba", length=30 * MINUTE),))],
        },
        {},
    ),
    (
        "a new version breaks what depends on the one before",
        [goes("ledger@3", "14:00")],
        {"production": [LEDGER_1, SHOP_1]},
        {"ledger@3": ["breaks:shop not-announced"]},
    ),
    (
        "until a dependent that works with both is out",
        [goes("ledger@3", "14:00"), goes("shop@2", "13:00", "ledger <4")],
        {"production": [LEDGER_1, SHOP_1]},
        {},
    ),
    (
        "it waits for such a dependent that comes later, and the dependent for nobody",
        [goes("ledger@3", "14:00"), goes("shop@2", "15:00", "ledger <4")],
        {"production": [LEDGER_1, SHOP_1]},
        {"ledger@3": ["breaks:shop later shop@2"]},
    ),
    (
        "what was broken before is not broken by it",
        [goes("ledger@4", "14:00")],
        {"production": [there("ledger@3"), SHOP_1]},
        {},
    ),
    (
        "a version lower than what is in production is told so, even released",
        [goes("ledger@2", "14:00"), goes("shop@2", "09:30", **RELEASED), goes("mail@2", "14:00")],
        {"production": [there("ledger@3"), there("shop@3"), there("mail@nightly")]},
        {"ledger@2": ["older:ledger older"], "shop@2": ["older:shop older"]},
    ),
    (
        "a deployment that should be done by now can't be counted on, one that runs can",
        [
            goes("ledger@2", "08:30", **DEPLOYING),
            goes("mail@2", "09:30", **DEPLOYING),
            goes("shop@2", "14:00", "ledger =2", "mail =2"),
        ],
        {},
        {"shop@2": ["needs:ledger overdue ledger@2"]},
    ),
    (
        "nor can one that failed",
        [goes("ledger@2", "09:30", **FAILED), goes("shop@2", "14:00", "ledger =2")],
        {},
        {"shop@2": ["needs:ledger failed ledger@2"]},
    ),
    (
        "what was rolled back is there no more",
        [goes("shop@2", "14:00", "ledger >=3")],
        {"production": [there("ledger@2", rolled_back="3", rolled_back_at=NOW)]},
        {"shop@2": ["needs:ledger rolled-back"]},
    ),
    (
        "where two products share an environment only that one counts, else all of the other's",
        [goes("shop@2", "14:00", "ledger =2"), goes("mail@2", "14:00", "ledger =2")],
        {
            "products": [a_product("ledger", "live", "staging"), a_product("mail", "office")],
            "production": [there("ledger@2"), there("ledger@1", place="staging")],
        },
        {"mail@2": ["needs:ledger not-announced"]},
    ),
]

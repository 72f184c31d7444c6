"""The mirror of people and groups, filled from a workspace in a box (DESIGN 3)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk import WebClient

from bot.clock import SharedClock
from bot.declared import Resolved, Unknown
from bot.directory import Directory, person_from
from bot.settings import Misconfigured
from bot.slackcalls import SlackCalls
from rehearsal.box import Box
from rules.people import Group, Holder, Person
from rules.product import Product
from rules.words import Role
from storage.database import Database
from storage.inbox import PendingAct
from storage.reading import Company, Installation

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ALICE, SAM, SUE, OMAR, RITA = "U0ALICE01", "U0SAM0001", "U0SUE0001", "U0OMAR001", "U0RITA001"
DAVE, GWEN, STEVE = "U0DAVE001", "U0GWEN001", "U0STEVE01"
GROUP, CHANNEL = "S0SECARCH", "C0REL0001"


class Mirror:
    """A directory between a database file and a workspace in a box."""

    def __init__(self, database: Database, box: Box) -> None:
        self.database, self.box, self.clock = database, box, SharedClock(START)
        client = WebClient(box.bot_token, base_url=box.api_url, timeout=5, retry_handlers=[])
        self.directory = Directory(database, SlackCalls(client), self.clock.now)

    def declare(self) -> None:
        """One product: alice, @sec-arch, omar and rita hold its roles, dave may announce it."""
        held = {
            Role.PRODUCT_OWNER: (Holder("user", ALICE, START),),
            Role.SECURITY_ARCHITECT: (Holder("group", GROUP, START),),
            Role.OPERATIONS_COORDINATOR: (Holder("user", OMAR, START),),
            Role.RELEASE_COORDINATOR: (Holder("user", RITA, START),),
        }
        product = Product("payments", CHANNEL, "Europe/London", held, announcers=(DAVE,))
        with self.database.write(self.clock.now) as tx:
            tx.put_company(
                products=[product],
                calendars=[],
                installation=Installation(CHANNEL, "UTC", RITA, {}),
                people_calendars={},
            )

    def pend(self, person: str, *needs: str) -> None:
        act = PendingAct(0, f"press:{person}", {"verb": "halt"}, person, needs, START, halts=True)
        with self.database.write(self.clock.now) as tx:
            tx.pend(act)

    @property
    def company(self) -> Company:
        with self.database.read() as reader:
            return reader.company()

    def person(self, slack_id: str) -> Person:
        return self.company.people[slack_id]

    def group(self) -> Group:
        return self.company.groups[GROUP]

    def asked(self, method: str, argument: str = "user") -> list[str]:
        return [call.arguments[argument] for call in self.box.record.of(method)]


@pytest.fixture
def mirror(tmp_path, empty_database) -> Iterator[Mirror]:
    place = shutil.copy(empty_database, tmp_path / "presumptive.db")
    database = Database.open(f"sqlite:///{place}")
    with Box(limits=False) as box:
        yield Mirror(database, box)
    database.close()


def test_everybody_who_holds_a_role_or_announces_is_read_members_of_groups_too(mirror):
    mirror.declare()
    while mirror.directory.refresh():
        pass
    assert set(mirror.company.people) == {ALICE, SAM, SUE, OMAR, RITA, DAVE}
    assert set(mirror.group().members) == {SAM, SUE}
    assert mirror.group().handle == "sec-arch"
    assert mirror.person(OMAR).zone == "Asia/Kolkata"
    assert mirror.person(ALICE).admin
    assert mirror.person(SAM).able


def test_whoever_an_act_waits_for_is_read_first(mirror):
    mirror.declare()
    mirror.pend(GWEN, GWEN, GROUP)
    assert mirror.directory.refresh(limit=1) == 1
    assert mirror.asked("users.info") == [GWEN]
    mirror.directory.refresh(limit=1)
    assert mirror.asked("usergroups.users.list", "usergroup") == [GROUP]
    with mirror.database.read() as reader:
        assert reader.unknown(GWEN, [GROUP], mirror.clock.now()) == ()


def test_guests_strangers_bots_and_the_deactivated_are_told_apart(mirror):
    mirror.box.workspace.users[SUE].deleted = True
    mirror.directory.read_now(GWEN, STEVE, SUE, "U0RELBOT1", DAVE)
    assert mirror.person(GWEN).guest
    assert mirror.person(STEVE).stranger
    assert mirror.person(SUE).deactivated
    assert mirror.person("U0RELBOT1").bot
    assert [p for p in mirror.company.people if mirror.person(p).able] == [DAVE]


def test_somebody_of_another_workspace_is_a_stranger_even_if_slack_does_not_say_so(mirror):
    user = {"id": "U1", "name": "x", "team_id": "T0OTHER01", "is_stranger": False}
    assert person_from(user, "T0ACME001", START).stranger
    shared = user | {"enterprise_user": {"teams": ["T0ACME001"]}}
    assert not person_from(shared, "T0ACME001", START).stranger


def test_an_unknown_zone_is_utc_and_a_missing_display_name_is_made_up_for(mirror):
    user = {"id": "U1", "team_id": "T", "tz": "Moon/Crater", "real_name": "Ann", "profile": {}}
    assert person_from(user, "T", START).zone == "UTC"
    assert person_from(user | {"tz": None}, "T", START).zone == "UTC"
    assert person_from(user, "T", START).name == "Ann"


def test_somebody_slack_does_not_know_can_not_act(mirror):
    mirror.directory.read_now(SAM, "U0NOBODY1")
    del mirror.box.workspace.users[SAM]
    mirror.clock.advance(timedelta(minutes=10))
    mirror.directory.read_now(SAM)
    assert mirror.person(SAM).deactivated
    assert mirror.person(SAM).name == "sam"
    assert mirror.person("U0NOBODY1").deactivated


def test_a_group_that_is_disabled_or_gone_has_no_members(mirror):
    mirror.directory.read_now(GROUP)
    mirror.box.workspace.groups[GROUP].disabled = True
    mirror.directory.on_event({"type": "subteam_updated", "subteam": {"id": GROUP}})
    mirror.directory.refresh()
    assert mirror.group().members == {}
    mirror.directory.read_now("S0NOWHERE")
    assert mirror.company.groups["S0NOWHERE"].members == {}


def test_what_open_candidates_rest_on_is_read_again_and_the_rest_only_when_it_must(mirror):
    mirror.declare()
    while mirror.directory.refresh():
        pass
    asked = mirror.box.record.count("users.info")
    mirror.clock.advance(timedelta(minutes=6))
    mirror.directory.refresh()
    assert mirror.box.record.count("users.info") == asked
    mirror.clock.advance(timedelta(minutes=20))
    while mirror.directory.refresh():
        pass
    with mirror.database.read() as reader:
        assert reader.stale_people(mirror.clock.now(), timedelta(minutes=1)) == ()


def test_a_member_keeps_the_time_they_were_first_seen(mirror):
    mirror.directory.read_now(GROUP)
    mirror.clock.advance(timedelta(hours=1))
    mirror.box.change_group("sec-arch", ["sam", "omar"])
    mirror.directory.read_now(GROUP)
    members = mirror.group().members
    assert members == {SAM: START, OMAR: START + timedelta(hours=1)}


def test_a_rate_limit_is_respected_and_nothing_is_forgotten(mirror):
    mirror.declare()
    mirror.box.faults.rate_limit("users.info", retry_after=30)
    mirror.directory.refresh()
    calls = mirror.box.record.count()
    mirror.directory.refresh()
    assert mirror.box.record.count() == calls


def test_slack_being_away_makes_no_noise_and_the_next_turn_reads_on(mirror):
    mirror.declare()
    mirror.box.faults.outage = True
    assert mirror.directory.refresh() == 0
    mirror.box.faults.outage = False
    mirror.clock.advance(timedelta(minutes=1))
    while mirror.directory.refresh():
        pass
    assert len(mirror.company.people) == 6


# Events.


def test_a_changed_person_is_known_at_once_without_a_call(mirror):
    mirror.directory.read_now(SAM)
    calls = mirror.box.record.count()
    wire = mirror.box.workspace.users[SAM].wire(START) | {"deleted": True}
    mirror.directory.on_event({"type": "user_change", "user": wire})
    assert mirror.person(SAM).deactivated
    assert mirror.box.record.count() == calls


def test_of_people_nobody_needs_nothing_is_kept(mirror):
    wire = mirror.box.workspace.users[SAM].wire(START)
    mirror.directory.on_event({"type": "user_change", "user": wire})
    assert mirror.company.people == {}


def test_who_leaves_a_group_is_out_at_once_and_who_joins_has_joined_now(mirror):
    mirror.directory.read_now(GROUP)
    mirror.clock.advance(timedelta(hours=1))
    mirror.box.workspace.groups[GROUP].members = [SUE, OMAR]
    event = {
        "type": "subteam_members_changed",
        "subteam_id": GROUP,
        "added_users": [OMAR],
        "removed_users": [SAM],
    }
    mirror.directory.on_event(event)
    assert mirror.group().members == {SUE: START, OMAR: START + timedelta(hours=1)}
    mirror.directory.refresh()
    assert mirror.person(OMAR).able


# Names, for the catalogue.


@pytest.mark.parametrize(
    ("written", "kind", "slack_id"),
    [
        (SAM, "user", SAM),
        (f"<@{SAM}|sam>", "user", SAM),
        ("@sam", "user", SAM),
        ("@Sam Silva", "user", SAM),
        ("sam silva", "user", SAM),
        (GROUP, "group", GROUP),
        ("@sec-arch", "group", GROUP),
        (f"<!subteam^{GROUP}|@sec-arch>", "group", GROUP),
        (CHANNEL, "channel", CHANNEL),
        ("#releases", "channel", CHANNEL),
        ("#operations", "channel", "C0OPS0001"),
    ],
)
def test_a_name_is_understood_however_it_is_written(mirror, written, kind, slack_id):
    assert mirror.directory.resolve(written) == Resolved(kind, slack_id)


def test_a_near_miss_is_answered_with_the_nearest_names(mirror):
    found = mirror.directory.resolve("@sec-arc")
    assert isinstance(found, Unknown)
    assert found.nearest[0] == "@sec-arch"
    assert mirror.directory.near("#relases")[0] == "#releases"


def test_a_name_that_several_have_is_not_guessed_at(mirror):
    mirror.box.workspace.users[SUE].real_name = "Sam Silva"
    found = mirror.directory.resolve("@Sam Silva")
    assert isinstance(found, Unknown)
    assert found.nearest == (SAM, SUE)


@pytest.mark.parametrize("written", ["U0NOBODY1", "S0NOWHERE", "C0NOWHERE", "#board"])
def test_an_id_slack_does_not_know_is_unknown(mirror, written):
    assert isinstance(mirror.directory.resolve(written), Unknown)


def test_a_wrong_token_and_a_slack_that_is_away_are_one_sentence_each(mirror):
    mirror.box.api.bot_token = "xoxb-another"
    with pytest.raises(Misconfigured, match="invalid_auth"):
        mirror.directory.resolve("@sam")
    mirror.box.faults.outage = True
    with pytest.raises(Misconfigured, match="does not answer"):
        mirror.directory.resolve("@sam")


def test_while_nothing_is_set_up_the_admins_are_met_every_few_minutes(mirror):
    assert mirror.directory.meet_admins() == 1
    assert list(mirror.company.people) == [ALICE]
    assert mirror.person(ALICE).admin
    assert mirror.directory.meet_admins() == 0
    mirror.box.workspace.users[RITA].is_admin = True
    mirror.box.workspace.users[ALICE].is_admin = False
    mirror.clock.advance(timedelta(minutes=5))
    assert mirror.directory.meet_admins() == 2
    assert [p.id for p in mirror.company.people.values() if p.admin] == [RITA]
    assert len(mirror.box.record.of("users.list")) == 2


def test_a_large_workspace_is_read_a_page_at_a_time(mirror):
    users = mirror.box.workspace.users
    for number in range(2500):
        slack_id = f"U0MANY{number:04d}"
        users[slack_id] = replace(users[DAVE], id=slack_id, name=f"many{number}")
    users["U0MANY2400"].is_admin = True
    assert [mirror.directory.meet_admins() for _ in range(4)] == [1, 0, 1, 0]
    assert set(mirror.company.people) == {ALICE, "U0MANY2400"}
    assert len(mirror.box.record.of("users.list")) == 3


def test_once_something_is_set_up_the_workspace_is_not_listed(mirror):
    mirror.declare()
    assert mirror.directory.meet_admins() == 0
    assert not mirror.box.record.of("users.list")


def test_slack_that_wants_a_rest_before_it_lists_is_given_one(mirror):
    mirror.box.faults.rate_limit("users.list", retry_after=30)
    assert mirror.directory.meet_admins() == 0
    assert mirror.directory.meet_admins() == 0
    assert len(mirror.box.record.of("users.list")) == 1


def test_a_list_that_failed_is_asked_for_again(mirror):
    mirror.box.faults.server_error("users.list")
    assert mirror.directory.meet_admins() == 0
    assert mirror.directory.meet_admins() == 1


def test_whoever_is_chosen_in_a_form_is_read_next(mirror):
    mirror.directory.want([SAM, OMAR])
    assert not mirror.company.people
    assert mirror.directory.refresh() == 2
    mirror.directory.want([SAM])
    assert mirror.directory.refresh() == 0

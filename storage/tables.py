"""Every table, index, constraint and trigger, as the code wants them; the migrations must arrive at the same."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from rules.words import Phase
from storage.meeting_tables import actions, meetings, series, topics
from storage.released_tables import digests, releases
from storage.rows import Row, among, metadata, table_of

__all__ = ["actions", "digests", "meetings", "metadata", "releases", "series", "topics"]

REFUSED = text("kind = 'act.refused'")
HANDS = text("kind = 'holders.changed'")
ASKS = text("kind IN ('halt.asked', 'halt.answered')")
ANSWER = text("kind = 'answer'")


class CandidateRow(Row, table=True):
    """A candidate: `doc` is all of it, the other columns are copies to search by."""

    __tablename__ = "candidates"
    __table_args__ = (
        among("phase", *Phase),
        UniqueConstraint("product", "version", "build"),
        Index(None, "phase", "release_at"),
        Index(None, "product", "phase"),
        Index(None, "product", "id"),
        Index(None, "due_at"),
        Index(None, "review_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    product: str
    version: str
    build: int
    phase: str
    seq: int
    release_at: datetime | None = None
    due_at: datetime | None = None
    """When the clock looks at it next: a hint, no law. NULL: not of its own accord."""
    review_at: datetime | None = None
    """When a released hotfix's reviews are due; NULL: none is owed."""
    doc: str = Field(sa_type=Text)


class FactRow(Row, table=True):
    """A fact: `body` is exactly the bytes that were hashed, the other columns are copies of it."""

    __tablename__ = "facts"
    __table_args__ = (
        UniqueConstraint("prev_hash"),
        Index(None, "candidate", "id"),
        Index("ix_facts_refused", "person", "at", sqlite_where=REFUSED, postgresql_where=REFUSED),
        Index("ix_facts_hands", "product", "id", sqlite_where=HANDS, postgresql_where=HANDS),
        Index("ix_facts_asked", "id", sqlite_where=ASKS, postgresql_where=ASKS),
    )
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    at: datetime
    person: str | None = None
    product: str | None = None
    candidate: str | None = None
    law: int
    body: str = Field(sa_type=Text)
    prev_hash: str
    hash: str


class InboxRow(Row, table=True):
    """An idempotency key that is spent."""

    __tablename__ = "inbox"
    key: str = Field(primary_key=True)
    at: datetime


class PendingRow(Row, table=True):
    """An act whose author is not known yet."""

    __tablename__ = "pending"
    __table_args__ = (
        among("state", "waiting", "done", "unresolved"),
        UniqueConstraint("key"),
        Index(None, "state", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str | None = None
    request: str = Field(sa_type=Text)
    person: str
    needs: str = Field(sa_type=Text)
    at: datetime
    halts: bool
    product: str | None = None
    candidate: str | None = None
    state: str = "waiting"


class KeptRow(Row, table=True):
    """Words somebody typed, kept for a later choice."""

    __tablename__ = "kept"
    id: str = Field(primary_key=True)
    words: str = Field(sa_type=Text)
    at: datetime


class OutboxRow(Row, table=True):
    """A message: the version wanted and the version sent."""

    __tablename__ = "outbox"
    __table_args__ = (
        among("state", "waiting", "sending", "sent", "dead", "expired"),
        CheckConstraint("sent <= want", name="versions"),
        UniqueConstraint("key"),
        Index(None, "state", "id"),
        Index(None, "candidate", "kind"),
        Index(None, "channel", "ts"),
        Index("ix_outbox_answers", "wanted_at", sqlite_where=ANSWER, postgresql_where=ANSWER),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str
    kind: str
    target: str
    candidate: str | None = None
    person: str | None = None
    states: str = ""
    about: str = Field(sa_type=Text)
    once: bool
    expires_at: datetime | None = None
    want: int
    sent: int
    channel: str | None = None
    ts: str | None = None
    thread_ts: str | None = None
    state: str
    attempts: int
    wanted_at: datetime
    """Since when something unsent is wanted of it."""
    first_tried_at: datetime | None = None
    claimed_at: datetime | None = None
    not_before: datetime
    delivered_at: datetime | None = None
    error: str | None = None
    ambiguous: bool
    repeated: bool


class NoticeRow(Row, table=True):
    """That a message asks for the word on a state, from which version of it on, and when that arrived."""

    __tablename__ = "notices"
    key: str = Field(primary_key=True, foreign_key="outbox.key")
    state: str = Field(primary_key=True)
    version: int
    delivered_at: datetime | None = None


class PersonRow(Row, table=True):
    """A Slack user as last read; `fetched_at` NULL: never yet, only a calendar is known."""

    __tablename__ = "people"
    __table_args__ = (Index(None, "changed"),)
    id: str = Field(primary_key=True)
    name: str = ""
    zone: str = "UTC"
    fetched_at: datetime | None = None
    guest: bool = False
    stranger: bool = False
    deactivated: bool = False
    bot: bool = False
    admin: bool = False
    calendar: str | None = None
    able_since: datetime | None = None
    changed: int


class GroupRow(Row, table=True):
    """A Slack user group as last read."""

    __tablename__ = "groups"
    __table_args__ = (Index(None, "changed"),)
    id: str = Field(primary_key=True)
    handle: str
    fetched_at: datetime
    changed: int


class MemberRow(Row, table=True):
    """A member of a user group, and since when they were seen in it."""

    __tablename__ = "group_members"
    group_id: str = Field(primary_key=True, foreign_key="groups.id")
    person: str = Field(primary_key=True)
    since: datetime


class ProductRow(Row, table=True):
    """A product as the catalogue declares it."""

    __tablename__ = "products"
    name: str = Field(primary_key=True)
    doc: str = Field(sa_type=Text)
    changed: int


class CalendarRow(Row, table=True):
    """A calendar as the catalogue declares it."""

    __tablename__ = "calendars"
    name: str = Field(primary_key=True)
    doc: str = Field(sa_type=Text)
    changed: int


class EnvironmentRow(Row, table=True):
    """An environment, and whether somebody said that it is prepared."""

    __tablename__ = "environments"
    name: str = Field(primary_key=True)
    doc: str = Field(sa_type=Text)
    changed: int


class ResourceRow(Row, table=True):
    """A resource that releases need."""

    __tablename__ = "resources"
    name: str = Field(primary_key=True)
    doc: str = Field(sa_type=Text)
    changed: int


class FreezeRow(Row, table=True):
    """A freeze; one that was lifted stays, and says since when."""

    __tablename__ = "freezes"
    name: str = Field(primary_key=True)
    doc: str = Field(sa_type=Text)
    changed: int


class InstallationRow(Row, table=True):
    """What holds for the whole installation: one row."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    channel: str | None = None
    zone: str
    operator: str | None = None
    declared: str = Field(sa_type=Text)
    changed: int


class ChangesRow(Row, table=True):
    """How often the company's tables were written: one row, which says whether a cache is good."""

    __tablename__ = "changes"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    counter: int


class DoorRow(Row, table=True):
    """A stretch during which one replica's door was open."""

    __tablename__ = "door"
    __table_args__ = (Index(None, "marked_at"), Index(None, "replica", "id"))
    id: int | None = Field(default=None, primary_key=True)
    replica: str
    opened_at: datetime
    marked_at: datetime
    ended: str = Field(default="left", sa_column_kwargs={"server_default": "left"})
    """`begun` until it first opened, `open`, `left` well, or `lost` without a word."""


class HearingRow(Row, table=True):
    """Something the door rests on: a topic (`secret`, `sender`, `knock`, `shut`), and what is known of it."""

    __tablename__ = "hearing"
    topic: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    said: str = Field(sa_type=Text)
    at: datetime


class EchoRow(Row, table=True):
    """A direct message of ours of which Slack has not told us yet."""

    __tablename__ = "echoes"
    channel: str = Field(primary_key=True)
    ts: str = Field(primary_key=True)
    replica: str
    at: datetime


class HeadRow(Row, table=True):
    """A head of the log that was seen somewhere: it must still be in it."""

    __tablename__ = "heads"
    id: int | None = Field(default=None, primary_key=True)
    place: str
    number: int
    hash: str
    at: datetime


class ReportRow(Row, table=True):
    """A report handed in as evidence, reduced to names and how each stands."""

    __tablename__ = "reports"
    digest: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    doc: str = Field(sa_type=Text)


class PlannedRow(Row, table=True):
    """A candidate that has not ended, reduced to what plans collide by, so that all can be read at once."""

    __tablename__ = "planned"
    name: str = Field(primary_key=True)
    doc: str = Field(sa_type=Text)


class ProductionRow(Row, table=True):
    """What is in production of a product in one environment, or was there last."""

    __tablename__ = "production"
    product: str = Field(primary_key=True)
    environment: str = Field(primary_key=True)
    doc: str = Field(sa_type=Text)


class PlanningRow(Row, table=True):
    """How often plans have changed, and up to which change collisions were looked for: one row."""

    __tablename__ = "planning"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    changed: int
    seen: int
    look_at: datetime | None = None
    """When time alone makes another look due."""


class TickRow(Row, table=True):
    """When the clock last ticked: one row."""

    __tablename__ = "ticks"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime


candidates = table_of(CandidateRow)
facts = table_of(FactRow)
inbox = table_of(InboxRow)
pending = table_of(PendingRow)
kept = table_of(KeptRow)
outbox = table_of(OutboxRow)
notices = table_of(NoticeRow)
people = table_of(PersonRow)
groups = table_of(GroupRow)
group_members = table_of(MemberRow)
products = table_of(ProductRow)
calendars = table_of(CalendarRow)
environments = table_of(EnvironmentRow)
resources = table_of(ResourceRow)
freezes = table_of(FreezeRow)
installation = table_of(InstallationRow)
changes = table_of(ChangesRow)
door = table_of(DoorRow)
hearing = table_of(HearingRow)
echoes = table_of(EchoRow)
heads = table_of(HeadRow)
reports = table_of(ReportRow)
planned = table_of(PlannedRow)
production = table_of(ProductionRow)
planning = table_of(PlanningRow)
ticks = table_of(TickRow)

TRIGGERS = {
    "facts_no_update": """\
CREATE TRIGGER facts_no_update BEFORE UPDATE ON facts
BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END""",
    "facts_no_delete": """\
CREATE TRIGGER facts_no_delete BEFORE DELETE ON facts
BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END""",
    "facts_no_replace": """\
CREATE TRIGGER facts_no_replace BEFORE INSERT ON facts
WHEN EXISTS (SELECT 1 FROM facts WHERE id = NEW.id OR prev_hash = NEW.prev_hash)
BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END""",
}
"""They stop accidents; the chain of hashes is the evidence. The last one closes INSERT OR REPLACE."""

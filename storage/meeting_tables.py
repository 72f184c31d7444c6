"""The tables of what comes again, and of meetings, topics and actions: the whole of each is in `doc`."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from rules.meeting import Stage
from storage.rows import Row, among, table_of


class SeriesRow(Row, table=True):
    """When meetings or digests come."""

    __tablename__ = "series"
    name: str = Field(primary_key=True)
    doc: str = Field(sa_type=Text)
    changed: int


class MeetingRow(Row, table=True):
    """A meeting to which something happened; its name is the day of its slot."""

    __tablename__ = "meetings"
    __table_args__ = (among("stage", *Stage), Index(None, "at"), Index(None, "stage"))
    name: str = Field(primary_key=True)
    at: datetime
    stage: str
    seq: int
    doc: str = Field(sa_type=Text)


class TopicRow(Row, table=True):
    """Something that somebody wants talked about."""

    __tablename__ = "topics"
    __table_args__ = (among("state", "open", "removed", "discussed"), Index(None, "state"))
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    state: str
    seq: int
    doc: str = Field(sa_type=Text)


class ActionRow(Row, table=True):
    """Something that somebody will do; `done_at` NULL: it is not done."""

    __tablename__ = "actions"
    __table_args__ = (Index(None, "done_at"),)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    done_at: datetime | None = None
    seq: int
    doc: str = Field(sa_type=Text)


series = table_of(SeriesRow)
meetings = table_of(MeetingRow)
topics = table_of(TopicRow)
actions = table_of(ActionRow)

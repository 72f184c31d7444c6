"""The tables that digests are told from: what went out, and which digests were posted."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from storage.rows import Row, table_of


class ReleaseRow(Row, table=True):
    """A candidate that went out, reduced to what digests count."""

    __tablename__ = "releases"
    __table_args__ = (Index(None, "at"),)
    name: str = Field(primary_key=True)
    at: datetime
    doc: str = Field(sa_type=Text)


class DigestRow(Row, table=True):
    """A digest that was posted: for which slot of its series, the last of several, and of which time."""

    __tablename__ = "digests"
    slot: str = Field(primary_key=True)
    since: datetime
    until: datetime


releases = table_of(ReleaseRow)
digests = table_of(DigestRow)

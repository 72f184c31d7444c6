"""The common ground of every table: its metadata, the names of constraints, and words a column may hold."""

from sqlalchemy import CheckConstraint, MetaData, Table
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Unnamed constraints can't be dropped by a later migration, so each has a name."""

metadata = MetaData(naming_convention=NAMES)


class Row(SQLModel, registry=registry(metadata=metadata)):
    """The common ground of our tables: their own metadata. Rows hold plain values; rules are elsewhere."""


def among(column: str, *words: str) -> CheckConstraint:
    """A CHECK that a column holds one of these words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def table_of(row: type[Row]) -> Table:
    """The Core table behind a class; statements are written against it."""
    return metadata.tables[str(row.__tablename__)]

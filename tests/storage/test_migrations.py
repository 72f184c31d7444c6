"""The schema is what the code says, whoever upgrades, however many at once, and all of it or nothing."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine

from storage import Unavailable, revisions
from storage.database import Database
from storage.documents import PRODUCT
from storage.engine import DRIVER
from storage.tables import TRIGGERS, metadata
from tests.storage.sample import MONDAY, elsewhere, monday, outcomes, product

UPGRADE = """
import sys
from storage.database import Database
database = Database.open(f"sqlite:///{sys.argv[1]}")
print(database.upgrade())
database.close()
"""
STEPS = sorted(p.name[:4] for p in (revisions.MIGRATIONS / "versions").glob("[0-9]*.py"))
NEWEST = STEPS[-1]
NEW_IN_4 = {"environments", "needs", "uses", "occupies"}
"""What a product's document says since the fourth step, and did not before."""
BROKEN_STEP = '''
"""Breaks halfway."""
from alembic import op
import sqlalchemy as sa
revision = "9999"
down_revision = "%s"
def upgrade():
    op.create_table("halfway", sa.Column("id", sa.Integer()))
    op.add_column("facts", sa.Column("extra", sa.Text()))
    op.execute("this is no SQL")
'''
REBUILDING_STEP = '''
"""Rebuilds a table that others refer to."""
from alembic import op
import sqlalchemy as sa
revision = "9999"
down_revision = "%s"
def upgrade():
    with op.batch_alter_table("groups", recreate="always") as batch:
        batch.add_column(sa.Column("extra", sa.Text()))
'''


def schema(connection: Connection, *kinds: str) -> dict[str, str]:
    rows = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master").all()
    return {
        name: re.sub(r"\s+", " ", sql)
        for kind, name, sql in rows
        if kind in kinds and sql and name != "alembic_version"
    }


def extended(tmp_path: Path, step: str) -> Path:
    """The migrations with one more."""
    scripts = tmp_path / "100% migrations"
    shutil.copytree(revisions.MIGRATIONS, scripts)
    (scripts / "versions" / "9999_one_more.py").write_text(step.strip() % NEWEST + "\n")
    return scripts


def test_the_migrations_arrive_at_what_the_code_says(database: Database) -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as made, database.read() as reader:
        wanted = schema(made, "table", "index")
        assert schema(reader._connection, "table", "index") == wanted
        triggers = {name: re.sub(r"\s+", " ", sql) for name, sql in TRIGGERS.items()}
        assert schema(reader._connection, "trigger") == triggers
    engine.dispose()


def test_every_constraint_has_a_name(database: Database) -> None:
    with database.read() as reader:
        for sql in schema(reader._connection, "table").values():
            assert sql.count("CONSTRAINT") == len(
                re.findall(r"PRIMARY KEY|UNIQUE|CHECK|FOREIGN KEY", sql)
            )


def test_four_processes_may_upgrade_at_once(place: Path) -> None:
    told = outcomes([elsewhere(UPGRADE, place) for _ in range(4)])
    assert sorted(told) == [f"{STEPS}\n", "[]\n", "[]\n", "[]\n"]


def test_an_upgrade_says_what_it_applied_and_a_second_finds_nothing(place: Path) -> None:
    database = Database.open(f"sqlite:///{place}")
    assert database.behind()
    assert database.upgrade() == STEPS
    assert not database.behind()
    assert database.upgrade() == []
    database.close()


def test_a_failing_step_leaves_nothing_behind(database: Database, tmp_path: Path) -> None:
    scripts = extended(tmp_path, BROKEN_STEP)
    with database.read() as reader:
        before = schema(reader._connection, "table", "index", "trigger")
    with pytest.raises(Exception, match="syntax error"):
        database.upgrade(scripts)
    with database.read() as reader:
        assert schema(reader._connection, "table", "index", "trigger") == before
        assert revisions.current(reader._connection) == NEWEST
    assert not database.behind()
    with database.write(monday) as tx:
        assert tx.spend("still works")


def test_rebuilding_a_table_keeps_the_rows_that_refer_to_it(
    database: Database, tmp_path: Path, place: Path
) -> None:
    foreign = DRIVER.connect(place)
    foreign.execute("INSERT INTO groups (id, handle, fetched_at, changed) VALUES ('S', 'h', '', 1)")
    foreign.execute("INSERT INTO group_members VALUES ('S', 'U', '')")
    foreign.commit()
    assert database.upgrade(extended(tmp_path, REBUILDING_STEP)) == ["9999"]
    assert foreign.execute("SELECT count(*) FROM group_members").fetchone() == (1,)
    foreign.close()
    with database.read() as reader:
        assert reader._connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    with database.write(monday) as tx:
        assert tx._connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_file_from_a_newer_program_is_refused(
    database: Database, tmp_path: Path, place: Path
) -> None:
    database.upgrade(extended(tmp_path, REBUILDING_STEP))
    older = Database.open(f"sqlite:///{place}")
    assert older.behind()
    with pytest.raises(Unavailable, match="written by a newer Presumptive"):
        older.upgrade()
    older.close()


def test_what_is_not_upgraded_says_how_to(place: Path) -> None:
    database = Database.open(f"sqlite:///{place}")
    with (
        pytest.raises(Unavailable, match="has no tables yet: run `presumptive db upgrade`"),
        database.read() as reader,
    ):
        reader.head()
    database.close()


def test_products_from_before_environments_go_nowhere_and_need_nothing(
    tmp_path: Path, place: Path
) -> None:
    """A row as it was written before a product had environments, dependencies, resources or a length."""
    scripts = tmp_path / "before"
    shutil.copytree(revisions.MIGRATIONS, scripts)
    for step in (scripts / "versions").glob("[0-9]*.py"):
        if step.name[:4] > "0003":
            step.unlink()
    database = Database.open(f"sqlite:///{place}")
    database.upgrade(scripts)
    whole = json.loads(PRODUCT.dump_json(product()))
    doc = {key: value for key, value in whole.items() if key not in NEW_IN_4}
    assert whole.keys() - doc.keys() == NEW_IN_4
    foreign = DRIVER.connect(place)
    foreign.execute("INSERT INTO products VALUES ('payments', ?, 1)", (json.dumps(doc),))
    foreign.execute("UPDATE changes SET counter = 1")
    foreign.commit()
    foreign.close()
    assert database.upgrade() == [step for step in STEPS if step > "0003"]
    with database.read() as reader:
        assert dict(reader.company().products) == {"payments": product()}
        assert not reader.company().freezes
    database.close()


def test_revisions_are_named_by_the_number_of_their_file() -> None:
    for step in (revisions.MIGRATIONS / "versions").glob("[0-9]*.py"):
        assert f'revision = "{step.name[:4]}"' in step.read_text()


def everything(foreign: Any) -> list[Any]:
    """The schema, and what the version says of it."""
    schema = foreign.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    if "alembic_version" not in dict(schema):
        return list(schema)
    return [*schema, *foreign.execute("SELECT * FROM alembic_version").fetchall()]


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        ("DELETE FROM alembic_version", "does not say which version wrote it"),
        ("DROP TABLE alembic_version", "does not say which version wrote it"),
        ("UPDATE alembic_version SET version_num = '0003'", "can't be upgraded.*0003.*otherwise"),
        ("UPDATE alembic_version SET version_num = '0000'", "written by a newer Presumptive"),
        ("INSERT INTO alembic_version VALUES ('0001')", "does not say which version wrote it"),
    ],
)
def test_what_a_file_says_of_itself_that_can_not_be_is_one_sentence_and_changes_nothing(
    database: Database, place: Path, odd: str, told: str
) -> None:
    foreign = DRIVER.connect(place, isolation_level=None)
    foreign.execute(odd)
    before = everything(foreign)
    again = Database.open(f"sqlite:///{place}")
    with pytest.raises(Unavailable, match=told):
        again.upgrade()
    again.close()
    assert everything(foreign) == before
    foreign.close()


def test_a_version_without_any_table_is_one_sentence(place: Path) -> None:
    database = Database.open(f"sqlite:///{place}")
    foreign = DRIVER.connect(place, isolation_level=None)
    foreign.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    assert database.upgrade() == STEPS
    foreign.execute("DROP TABLE facts")
    with pytest.raises(Unavailable, match="does not say which version wrote it"):
        database.upgrade()
    foreign.close()
    database.close()


def test_a_database_of_the_version_before_is_upgraded_and_its_door_has_taken_leave(
    tmp_path: Path, place: Path
) -> None:
    scripts = tmp_path / "before"
    shutil.copytree(revisions.MIGRATIONS, scripts)
    for step in (scripts / "versions").glob("[0-9]*.py"):
        if step.name[:4] > "0007":
            step.unlink()
    database = Database.open(f"sqlite:///{place}")
    database.upgrade(scripts)
    foreign = DRIVER.connect(place, isolation_level=None)
    row = "('old', '2026-11-23 09:00:00.000000', '2026-11-23 09:59:00.000000')"
    foreign.execute(f"INSERT INTO door (replica, opened_at, marked_at) VALUES {row}")
    database.upgrade()
    foreign.execute(f"INSERT INTO door (replica, opened_at, marked_at) VALUES {row}")
    foreign.close()
    with database.write(monday) as tx:
        assert tx.begin_door("new") == 0
    with database.read() as reader:
        assert reader.door(MONDAY).open_since(MONDAY) is not None
    database.close()

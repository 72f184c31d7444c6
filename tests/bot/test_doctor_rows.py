"""The doctor looks at the triggers of the log, and at the rows of what is open (DESIGN 2.7)."""

from __future__ import annotations

import pytest

from bot.compose import tools
from bot.doctor.findings import Level
from bot.heads import write_file
from bot.render import Renderer
from commands.dispatch import Desk, dispatch
from commands.request import Caller, Request
from tests.bot.patient import Patient, now


def test_a_copy_that_was_put_back_is_wrong_until_it_is_accepted(patient: Patient) -> None:
    assert not [f for part in patient.look().sections for f in part.findings if f.what == "copy"]
    write_file(patient.place, 9999, "3fd1c09a77be" + "0" * 52)

    found = patient.finds("copy")

    assert found.level is Level.WRONG and "#9999 3fd1c09a77be (file)" in found.says
    assert "presumptive db accept" in str(found.mend)


def test_a_trigger_that_is_gone_is_wrong(patient: Patient) -> None:
    assert patient.finds("guards").level is Level.OK
    patient.sql("DROP TRIGGER facts_no_delete")

    found = patient.finds("guards")

    assert found.level is Level.WRONG and "facts_no_delete" in found.says
    assert "presumptive db upgrade" in str(found.mend)


@pytest.mark.parametrize(
    "forged",
    [
        "UPDATE candidates SET doc = json_set(doc, '$.notes', 'x')",
        "UPDATE candidates SET doc = '{'",
        "UPDATE candidates SET phase = 'released'",
    ],
)
def test_a_row_that_its_facts_did_not_make_is_wrong(forged: str, patient: Patient) -> None:
    with patient.writing() as database:
        desk = Desk(database, now, tools(Renderer("/release")))
        said = dispatch(desk, Request("announce", Caller(None, "command line"), "payments 2.4.1"))
        assert said.ok
    assert patient.finds("rows").level is Level.OK
    patient.sql(forged)

    found = patient.finds("rows")

    assert found.level is Level.WRONG and "changed the database by hand" in found.says
    assert "presumptive db replay payments@2.4.1#1" in str(found.mend)

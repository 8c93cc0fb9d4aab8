"""The doctor and people: who can come, who is planned, what numbers they would give."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import delete
from typer.testing import CliRunner, Result

from holdfast.app.doctor import (
    ALL,
    Finding,
    Level,
    Look,
    Machine,
    examined,
    exit_code,
    looked_at,
)
from holdfast.app.doctor.people import (
    helplines_are_checked,
    record_has_its_witness,
    settings_are_for_people,
    somebody_can_come,
    somebody_is_on_the_rota,
    staff_show_two_things,
)
from holdfast.audit.actions import record
from holdfast.audit.jobs import WITNESS_FILE
from holdfast.cli import app
from holdfast.kit.house import House
from holdfast.kit.ids import KeyId, StaffId
from holdfast.kit.work import Work
from holdfast.resources.queries import checks_file, places
from holdfast.resources.rules.checks import every_row
from holdfast.rights.rules import Role, System
from holdfast.settings import Settings
from holdfast.staff.tables import PasswordRow, RecoveryCodeRow, SsoRow, StaffRow
from holdfast.staff.tables.shifts import ShiftRow
from town import StillClock, appoint, mostly_on_sqlite, on_sqlite
from trust.doctor.conftest import MadeUp, is_green, levels, red

runner = CliRunner()


async def test_settings_for_tests_are_unsafe_for_people(examine: Any) -> None:
    assert is_green(await examine(settings_are_for_people))
    weak = {"limits": "off", "coverage": "off"}
    found = await examine(settings_are_for_people, set=weak)
    assert levels(found) == [Level.UNSAFE, Level.UNSAFE]
    assert "HOLDFAST_COVERAGE=off" in found[0].what


async def with_a_way_in(house: House, role: Role, way: str = "password") -> StaffId:
    """Somebody on the staff with one way in, and no session."""
    async with house.workshop.work() as work:
        now, named = work.clock.now(), f"dahlia {role}"
        row = StaffRow(
            name=named,
            name_key=named,
            handle=named.encode(),
            role=role,
            languages=("en",),
            made_at=now,
        )
        work.db.add(row)
        await work.db.flush()
        if way == "password":
            kept: dict[str, Any] = {"hash": "x", "key_id": KeyId(bytes(16))}
            kept |= {"wrapped": b"x", "sealed": b"x"}
            work.db.add(PasswordRow(staff_id=row.id, last_step=0, changed_at=now, **kept))
            work.db.add(RecoveryCodeRow(staff_id=row.id, lookup=role.encode().ljust(32)))
        else:
            work.db.add(SsoRow(staff_id=row.id, issuer="https://org.example", subject="1"))
    return row.id


@mostly_on_sqlite
async def test_a_place_where_nobody_can_come_is_unsafe(house: House, examine: Any) -> None:
    async with house.workshop.reading() as work:
        found = await examine(somebody_can_come, workshop=house.workshop, work=work)
    assert levels(found) == [Level.UNSAFE] * 3
    assert "a crisis moderator" in found[2].what
    for role in (Role.STEWARD, Role.CRISIS_MODERATOR):  # who may do more may do less, too
        await with_a_way_in(house, role)
    async with house.workshop.reading() as work:
        assert is_green(await examine(somebody_can_come, workshop=house.workshop, work=work))


@mostly_on_sqlite
async def test_a_rota_without_anybody_wants_care(
    house: House, examine: Any, clock: StillClock
) -> None:
    async with house.workshop.reading() as work:
        assert red(await examine(somebody_is_on_the_rota, work=work)).level is Level.CARE
    someone = await with_a_way_in(house, Role.MODERATOR)
    for days, well in ((9, False), (2, True)):
        begins = clock.now() + timedelta(days=days)
        async with house.workshop.work() as work:
            work.db.add(
                ShiftRow(
                    staff_id=someone,
                    role=Role.MODERATOR,
                    languages=("en",),
                    starts_at=begins,
                    ends_at=begins + timedelta(hours=2),
                )
            )
        async with house.workshop.reading() as work:
            assert is_green(await examine(somebody_is_on_the_rota, work=work)) is well


@pytest.mark.full
@mostly_on_sqlite
async def test_staff_who_show_only_one_thing_want_care(
    house: House, examine: Any, clock: StillClock
) -> None:
    async def said() -> list[Finding]:
        async with house.workshop.reading() as work:
            found: list[Finding] = await examine(staff_show_two_things, work=work)
            return found

    await with_a_way_in(house, Role.STEWARD)
    assert is_green(await said())
    await with_a_way_in(house, Role.MODERATOR, way="sso")
    assert "through the organisation" in red(await said()).what
    async with house.workshop.work() as work:
        await work.db.execute(delete(SsoRow))
        await work.db.execute(delete(RecoveryCodeRow))
    assert "no recovery codes" in red(await said()).what


@pytest.mark.full
@on_sqlite
async def test_a_token_from_the_keyboard_that_is_still_good_wants_care(
    house: House, examine: Any, clock: StillClock
) -> None:
    async with house.workshop.work() as work:
        await appoint(work, Role.STEWARD)
    async with house.workshop.reading() as work:
        assert "1 staff token" in red(await examine(staff_show_two_things, work=work)).what
        later = clock.now() + timedelta(hours=13)
        look = replace(a_look(work), now=later)
        assert is_green(await staff_show_two_things(look))


def a_look(work: Work) -> Look:
    return Look(Settings(), Machine(), work.clock.now(), work=work)


@on_sqlite
async def test_a_record_without_its_witness_is_unsafe(
    house: House, examine: Any, settings: Settings
) -> None:
    async with house.workshop.work() as work:
        await record(work, System(), what="room:made", about="room:1")
    await house.witness.close()
    async with house.workshop.reading() as work:
        assert is_green(await examine(record_has_its_witness, work=work, data=settings.data))
        (settings.data / WITNESS_FILE).unlink()
        found = red(await examine(record_has_its_witness, work=work, data=settings.data))
    assert found.level is Level.UNSAFE
    assert WITNESS_FILE in found.what


async def test_each_helpline_that_nobody_checked_wants_care(examine: Any, tmp_path: Path) -> None:
    rows = every_row(places().values())
    found = await examine(helplines_are_checked)
    assert levels(found) == [Level.CARE] * len(rows)
    assert {one.why.split()[0] for one in found} == {"Somebody", "It"}  # shown; hidden
    file = checks_file(tmp_path / "data")
    file.parent.mkdir(exist_ok=True)
    today = [{"line": key, "on": "2026-11-20", "result": "right"} for key in rows]
    file.write_text(json.dumps(today))
    assert is_green(await examine(helplines_are_checked))


# ---------------------------------------------------------------- at the keyboard


def holdfast(*words: object) -> Result:
    return runner.invoke(app, ["doctor", *map(str, words)])


def test_the_doctor_says_the_worst_first_and_of_many_alike_only_a_few(tmp_path: Path) -> None:
    data = tmp_path / "data"
    said = holdfast("--data", data)
    assert said.exit_code == 2
    lines = said.output.splitlines()
    assert lines[0].startswith("unsafe   Nobody here can sign in as a steward: do not open")
    assert sum("not yet checked" in line for line in lines) == 3
    assert any("more of helplines: --all" in line for line in lines)
    assert " unsafe, " in lines[-1]
    assert (
        sum(
            "not yet checked" in line
            for line in holdfast("--data", data, "--all").output.splitlines()
        )
        > 50
    )
    assert not data.exists()  # it changes nothing


def test_the_doctor_tells_programs_everything(tmp_path: Path) -> None:
    said = holdfast("--data", tmp_path / "data", "--json")
    found = json.loads(said.output)
    assert said.exit_code == 2
    assert {one["level"] for one in found} >= {"unsafe", "care", "fine", "unseen"}
    assert all(one["what"] and one["check"] for one in found)
    assert all(one["why"] and one["mend"] for one in found if one["level"] in {"care", "unsafe"})


@pytest.mark.parametrize(
    ("levels", "code"),
    [
        ([], 0),
        ([Level.FINE, Level.UNSEEN], 0),
        ([Level.CARE, Level.FINE], 1),
        ([Level.CARE, Level.UNSAFE], 2),
    ],
)
def test_the_exit_code_is_for_what_watches(levels: list[Level], code: int) -> None:
    assert exit_code([Finding("it", level, "It.") for level in levels]) == code


async def test_every_check_has_its_turn_and_none_falls_over_an_empty_machine(
    made_up: MadeUp, tmp_path: Path
) -> None:
    look = Look(Settings(data=tmp_path / "none"), made_up.machine(), StillClock().now())
    assert {type(one) for one in await examined(look)} == {Finding}
    assert len(set(ALL)) == len(ALL) > 20


@pytest.mark.full
@mostly_on_sqlite
async def test_a_whole_place_is_looked_at_as_it_is(
    house: House, settings: Settings, made_up: MadeUp, clock: StillClock
) -> None:
    found = await looked_at(settings, clock, made_up.machine())
    by_check = {one.check: one.level for one in found}
    assert by_check["shape"] is by_check["database"] is Level.FINE
    assert by_check["duties"] is Level.UNSAFE

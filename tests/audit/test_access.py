"""Who sees what of the record."""

from __future__ import annotations

import pytest

from holdfast.audit.access import records_to_see
from holdfast.audit.actions import record
from holdfast.audit.queries import Record
from holdfast.kit.errors import NotFound
from holdfast.rights.rules import Role
from town import Person, Town, appoint, on_sqlite

pytestmark = on_sqlite

ALL = ["held:released", "escalation:taken", "staff:invited"]


@pytest.fixture
async def staff(town: Town) -> dict[Role, Person]:
    """Somebody of each role, and three acts by three of them."""
    async with town.house.workshop.work() as work:
        people: dict[Role, Person] = {
            role: await appoint(work, role) for role in Role if role is not Role.MEMBER
        }
        by = (Role.MODERATOR, Role.CRISIS_MODERATOR, Role.STEWARD)
        for what, role in zip(ALL, by, strict=True):
            await record(
                work, people[role].actor, what=what, about="thing:1", why="test", detail={"n": 1}
            )
    return people


async def seen(town: Town, person: Person, **asked: str | int) -> list[Record]:
    async with town.house.workshop.reading() as work:
        rows = await records_to_see(work, person.actor, **asked)  # type: ignore[arg-type]
    return [row for row in reversed(rows) if row.what in ALL]


@pytest.mark.full
@pytest.mark.parametrize("role", [Role.LEAD, Role.AUDITOR])
async def test_lead_and_auditor_see_everything(
    town: Town, staff: dict[Role, Person], role: Role
) -> None:
    rows = await seen(town, staff[role])
    assert [row.what for row in rows] == ALL
    assert all((row.about, row.why, row.detail) == ("thing:1", "test", {"n": 1}) for row in rows)
    assert all(row.staff_id is not None for row in rows)


@pytest.mark.full
@pytest.mark.parametrize(
    ("role", "own"),
    [
        (Role.MODERATOR, ALL[:1]),
        (Role.CRISIS_MODERATOR, ALL[1:2]),
        (Role.SUPERVISOR, []),
        (Role.PARTNER, []),
    ],
)
async def test_those_who_care_for_rooms_see_their_own_acts(
    town: Town, staff: dict[Role, Person], role: Role, own: list[str]
) -> None:
    assert [row.what for row in await seen(town, staff[role])] == own
    assert [row.what for row in await seen(town, staff[role], about="thing:1")] == own


async def test_a_steward_sees_that_something_was_done_and_not_to_whom_or_by_whom(
    town: Town, staff: dict[Role, Person]
) -> None:
    rows = await seen(town, staff[Role.STEWARD])
    assert [row.what for row in rows] == ALL
    assert [row.role for row in rows] == ["moderator", "crisis-moderator", "steward"]
    for row in rows[:2]:
        assert (row.staff_id, row.about, row.why, row.detail) == (None, None, None, {})
    assert rows[2].about == "thing:1"  # what they did themselves


async def test_a_steward_cannot_find_out_what_was_done_to_one_thing_by_asking_for_it(
    town: Town, staff: dict[Role, Person]
) -> None:
    assert len(await seen(town, staff[Role.LEAD], about="thing:1")) == 3
    assert [row.what for row in await seen(town, staff[Role.STEWARD], about="thing:1")] == ALL[2:]


async def test_members_and_guests_find_no_record(town: Town, staff: dict[Role, Person]) -> None:
    assert await seen(town, staff[Role.AUDITOR])
    for person in (town.ash, town.guest):
        with pytest.raises(NotFound):
            await seen(town, person)


@pytest.mark.full
async def test_pages_of_it_follow_each_other(town: Town, staff: dict[Role, Person]) -> None:
    newest = await seen(town, staff[Role.LEAD], limit=1)
    assert [row.what for row in newest] == ALL[2:]
    before = await seen(town, staff[Role.LEAD], limit=1, before=newest[0].seq)
    assert [row.what for row in before] == ALL[1:2]

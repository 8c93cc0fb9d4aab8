"""Reading the rota: who is here, who comes next, what is planned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, select

from holdfast.kit.glances import Glances
from holdfast.kit.ids import ShiftId, StaffId
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Work
from holdfast.rights.rules import Role
from holdfast.staff.rules.shifts import CERTIFIED, GRACE, SERVES, OnShift, Planned, speaks
from holdfast.staff.tables import StaffRow
from holdfast.staff.tables.shifts import ShiftRow


class Shift(Struct, frozen=True):
    """A shift on the rota, with its person's name."""

    id: ShiftId
    staff_id: StaffId
    name: str
    role: Role
    languages: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    checked_in_at: datetime | None
    checked_out_at: datetime | None

    @classmethod
    def of(cls, row: ShiftRow, name: str) -> Shift:
        """A row of the rota, with the name of its person."""
        return cls(
            row.id,
            row.staff_id,
            name,
            row.role,
            row.languages,
            row.starts_at,
            row.ends_at,
            row.checked_in_at,
            row.checked_out_at,
        )


HERE_NOW = (
    "SELECT s.staff_id, s.role, t.role FROM shifts s JOIN staff t ON t.id = s.staff_id"
    " WHERE s.ends_at > ? AND s.checked_in_at IS NOT NULL AND s.checked_out_at IS NULL"
    " AND s.called_off_at IS NULL AND t.removed_at IS NULL"
)
STANDS = ShiftRow.called_off_at.is_(None), StaffRow.removed_at.is_(None)


def _with_people(*where: ColumnElement[bool]) -> Select[ShiftRow, str, Role]:
    return (
        select(ShiftRow, StaffRow.name, StaffRow.role)
        .join(StaffRow, StaffRow.id == ShiftRow.staff_id)
        .where(*STANDS, *where)
        .order_by(ShiftRow.starts_at, ShiftRow.id)
    )


async def on_shift(work: Work, now: datetime) -> list[OnShift]:
    """Everyone certified who is here now, once each, those with most in their hands first."""
    here = (
        ShiftRow.checked_in_at.is_not(None),
        ShiftRow.checked_out_at.is_(None),
        ShiftRow.ends_at > now - GRACE,
    )
    people: dict[StaffId, OnShift] = {}
    for row, name, role in await work.db.execute(_with_people(*here)):
        if row.role in SERVES.get(role, ()):
            people[row.staff_id] = OnShift(row.staff_id, name, row.role, row.languages, row.ends_at)
    return sorted(people.values(), key=lambda one: (-CERTIFIED.index(one.role), one.until))


async def count_on_shift(glances: Glances, now: datetime) -> int:
    """How many people are here now, at a glance; for the first page."""
    found = await glances.rows(HERE_NOW, to_millis(now - GRACE))
    return len({one for one, serves, role in found if serves in SERVES.get(role, ())})


async def shifts_between(work: Work, since: datetime, until: datetime) -> list[Shift]:
    """The shifts that touch this time, in the order in which they begin."""
    found = await work.db.execute(
        _with_people(ShiftRow.ends_at > since, ShiftRow.starts_at < until)
    )
    return [Shift.of(row, name) for row, name, _ in found]


async def shift_of(work: Work, staff_id: StaffId, now: datetime) -> Shift | None:
    """The shift on which someone is checked in and which is not over by itself, or none."""
    mine = (
        ShiftRow.staff_id == staff_id,
        ShiftRow.checked_in_at.is_not(None),
        ShiftRow.checked_out_at.is_(None),
        ShiftRow.ends_at > now - GRACE,
    )
    found = (await work.db.execute(_with_people(*mine))).first()
    return None if found is None else Shift.of(found[0], found[1])


async def next_shift_at(work: Work, now: datetime, language: str | None) -> datetime | None:
    """When the next planned person comes who reads this language; without one, anyone.

    A shift that should have begun already is no promise: only what is to come counts.
    """
    ahead = await planned_since(work, now)
    for stretch in ahead:
        suits = language is None or speaks(stretch.languages, language)
        if stretch.starts_at > now and suits:
            return stretch.starts_at
    return None


async def planned_since(work: Work, since: datetime) -> Sequence[Planned]:
    """The rota of certified people from a time on, as coverage sees it.

    Who went early covers no more than they did, and who did not come covers nothing.
    """
    missed = work.clock.now() - GRACE
    found = await work.db.execute(_with_people(ShiftRow.ends_at > since))
    stretches = [
        Planned(row.role, row.languages, row.starts_at, row.checked_out_at or row.ends_at)
        for row, _, role in found
        if row.role in SERVES.get(role, ())
        and (row.checked_in_at is not None or row.starts_at > missed)
    ]
    return [stretch for stretch in stretches if stretch.ends_at > stretch.starts_at]

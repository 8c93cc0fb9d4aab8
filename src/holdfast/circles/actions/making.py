"""Making a circle, and seating people there."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from holdfast.circles.events import CircleBegun
from holdfast.circles.queries.circles import Room, may_host, names_of_going
from holdfast.circles.rules.course import USUAL_WEEKS, ends_at
from holdfast.circles.rules.names import TOPIC, name_for
from holdfast.circles.rules.times import as_bits
from holdfast.circles.tables import CircleRow, CircleSeatRow
from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.rights.rules import Staff, System
from holdfast.rooms.actions.circles import lay_circle_room, sit_in_circle


class CirclePlan(Struct, frozen=True):
    """What a circle is to be. Every code is one of `rules/choices.py`."""

    language: str
    age_band: str
    slots: frozenset[int]
    themes: tuple[str, ...] = ()
    stage: str = ""
    cultures: tuple[str, ...] = ()
    pace: str = ""
    manner: str = ""
    weeks: int = USUAL_WEEKS
    name: str = ""  # none: one is found


async def make_circle(
    work: Work, actor: Staff | System, *, plan: CirclePlan, people: Sequence[MemberId]
) -> CircleRow:
    """A circle with a seat for each of these, who have said yes to it and its promises.

    Who may sit together was asked before. One of them who may host it becomes its host.
    """
    del actor
    room = await _room(work, plan)
    circle = CircleRow(
        room_id=room.id,
        slots=as_bits(plan.slots),
        weeks=plan.weeks,
        begun_at=work.clock.now(),
        ends_at=ends_at(work.clock.now(), plan.weeks),
        themes=" ".join(plan.themes),
        stage=plan.stage,
        cultures=" ".join(plan.cultures),
        pace=plan.pace,
        manner=plan.manner,
    )
    work.db.add(circle)
    await work.db.flush()
    for member_id in people:
        seat = await seat_somebody(work, System(), room_id=room.id, member_id=member_id)
        if circle.host_id is None and await may_host(work, member_id, plan.language):
            circle.host_id = seat
    await work.db.flush()
    work.announce(CircleBegun(room.id, room.slug, tuple(people)))
    return circle


async def _room(work: Work, plan: CirclePlan) -> Room:
    name = plan.name or name_for(await names_of_going(work), secrets.randbelow(1_000))
    language, age_band = plan.language, plan.age_band
    return await lay_circle_room(
        work, System(), words=(name, TOPIC), language=language, age_band=age_band
    )


async def seat_somebody(
    work: Work,
    actor: System,
    *,
    room_id: RoomId,
    member_id: MemberId,
    sits_in_until: datetime | None = None,
) -> SeatId:
    """A seat under a name of its own, for who agreed; a seat once left is taken up again."""
    seat = await sit_in_circle(work, actor, room_id=room_id, member_id=member_id)
    how = await work.db.get(CircleSeatRow, seat.id)
    if how is None:
        how = CircleSeatRow(seat_id=seat.id, room_id=room_id, agreed_at=work.clock.now())
        work.db.add(how)
    how.sits_in_until, how.free_told_at = sits_in_until, None
    await work.db.flush()
    return seat.id

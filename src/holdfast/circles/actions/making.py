"""Making a circle, and seating people there."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.circles.events import CircleBegun
from holdfast.circles.queries.circles import names_of_going, seat_ever
from holdfast.circles.rules.course import USUAL_WEEKS, ends_at
from holdfast.circles.rules.names import TOPIC, name_for
from holdfast.circles.rules.times import as_bits
from holdfast.circles.tables import CircleRow, CircleSeatRow
from holdfast.kit.ids import MemberId, RoomId
from holdfast.kit.tokens import random_handle
from holdfast.kit.work import Work
from holdfast.rights.queries import has_right
from holdfast.rights.rules import Staff, System
from holdfast.rights.tables import RightRole
from holdfast.rooms.actions.seats import new_name
from holdfast.rooms.queries.places import names_in_use
from holdfast.rooms.tables import RoomKind, RoomRow, RoomState, SeatRow


@dataclass(frozen=True)
class CirclePlan:
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
        seat = await seat_somebody(work, room, member_id)
        if circle.host_id is None and await may_host(work, member_id, plan.language):
            circle.host_id = seat.id
    await work.db.flush()
    work.announce(CircleBegun(room.id, room.slug, tuple(people)))
    return circle


async def _room(work: Work, plan: CirclePlan) -> RoomRow:
    name = plan.name or name_for(await names_of_going(work), secrets.randbelow(1_000))
    room = RoomRow(
        slug=f"circle-{secrets.token_hex(10)}",
        name=name,
        topic=TOPIC,
        about="",
        language=plan.language,
        kind=RoomKind.CIRCLE,
        state=RoomState.LIVE,
        age_band=plan.age_band,
    )
    work.db.add(room)
    await work.db.flush()
    return room


async def seat_somebody(
    work: Work, room: RoomRow, member_id: MemberId, *, sits_in_until: datetime | None = None
) -> SeatRow:
    """A seat under a name of its own, for who agreed. A seat once left is taken up again."""
    row = await seat_ever(work, room.id, member_id)
    if row is None:
        row = SeatRow(
            handle=random_handle(),
            room_id=room.id,
            member_id=member_id,
            pseudonym=new_name(room.language, await names_in_use(work, room.id)),
            avatar=secrets.token_hex(8),
            taken_at=work.clock.now(),
        )
        work.db.add(row)
        await work.db.flush()
    row.left_at = None
    await _note_how(work, row, sits_in_until)
    await work.db.flush()
    return row


async def _note_how(work: Work, seat: SeatRow, sits_in_until: datetime | None) -> None:
    how = await work.db.get(CircleSeatRow, seat.id)
    if how is None:
        how = CircleSeatRow(seat_id=seat.id, room_id=seat.room_id, agreed_at=work.clock.now())
        work.db.add(how)
    how.sits_in_until, how.free_told_at = sits_in_until, None


async def may_host(work: Work, member_id: MemberId, language: str) -> bool:
    """Whether a member was given the right to host circles in this language."""
    return await has_right(work, member_id, RightRole.HOST, language)


async def room_of(work: Work, room_id: RoomId) -> RoomRow:
    """The room of a circle."""
    return await work.db.get_one(RoomRow, room_id)

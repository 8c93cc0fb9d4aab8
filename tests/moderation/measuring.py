"""Measures as moderators take them, and what their members make of it, without a page between."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from holdfast.kit.ids import SeatId
from holdfast.messages.events import MessagePosted
from holdfast.messages.queries import messages_before
from holdfast.moderation.actions.appeals import judge_appeal
from holdfast.moderation.actions.asking import ask_for_second_look
from holdfast.moderation.actions.lifting import decline_measure, lift_measure
from holdfast.moderation.actions.measures import (
    Wish,
    agree_measure,
    take_measure,
    take_measure_here,
)
from holdfast.moderation.queries.appeals import Appeal, appeals_in
from holdfast.moderation.queries.measures import Measure, measures_of_case
from holdfast.moderation.queries.mine import MyMeasure, measures_about
from holdfast.moderation.rules.appeals import AppealState
from holdfast.moderation.rules.measures import MeasureKind
from holdfast.moderation.tables import AppealRow, CaseRow, MeasureRow
from moderation.reporting import Care
from town import NIGHT, Person

RUDE = "You people are all so slow"


class Hand(Care):
    """The town with people who may take measures."""

    @property
    def now(self) -> datetime:
        return self.house.workshop.clock.now()

    def in_hours(self, hours: float) -> datetime:
        return self.now + timedelta(hours=hours)

    def wish(self, kind: str, **more: Any) -> Wish:
        """A measure with a rule and a reason; a hush or pause of two hours."""
        if kind in {"hush", "pause", "slow"}:
            more.setdefault("until", self.in_hours(2))
        return Wish(
            kind=MeasureKind(kind),
            **{"rule": "kind", "reason": "Said it to a newcomer", **more},
        )

    async def takes(
        self, staff: Person, kind: str, *, case_id: int = 1, version: int | None = None, **more: Any
    ) -> MeasureRow:
        """Decide a case by a measure, as it is now unless a version is named."""
        if version is None:
            version = (await self.case(case_id)).version
        wish = self.wish(kind, **more)
        async with self.house.workshop.work() as work:
            keyring = self.house.ledger.keyring
            row = await take_measure(
                work, staff.actor, keyring, case_id=case_id, version=version, wish=wish
            )
        await self.house.reactions.settled()
        return row

    async def takes_here(
        self, staff: Person, kind: str, about: Person | None, *, slug: str = NIGHT, **more: Any
    ) -> MeasureRow:
        """A measure straight from a room; `about` nobody: about the room itself."""
        seat = None if about is None else await self.town.seat(about, slug)
        room_id = seat.room_id if seat else (await self.town.seat(self.town.ash, slug)).room_id
        wish = self.wish(kind, **more)
        async with self.house.workshop.work() as work:
            row = await take_measure_here(
                work,
                staff.actor,
                self.house.ledger.keyring,
                room_id=room_id,
                seat_id=SeatId(seat.id) if seat else None,
                wish=wish,
            )
        await self.house.reactions.settled()
        return row

    async def agrees(self, staff: Person, measure_id: int) -> MeasureRow:
        async with self.house.workshop.work() as work:
            row = await agree_measure(work, staff.actor, measure_id=measure_id)
        await self.house.reactions.settled()
        return row

    async def declines(self, staff: Person, measure_id: int) -> MeasureRow:
        async with self.house.workshop.work() as work:
            return await decline_measure(work, staff.actor, measure_id=measure_id)

    async def lifts(self, staff: Person, measure_id: int) -> MeasureRow:
        async with self.house.workshop.work() as work:
            row = await lift_measure(work, staff.actor, measure_id=measure_id)
        await self.house.reactions.settled()
        return row

    async def appeals(self, person: Person, measure_id: int, words: str) -> AppealRow:
        row, _ = await ask_for_second_look(
            self.house.ledger, person.member, measure_id=measure_id, text=words
        )
        return row

    async def judges(
        self, staff: Person, appeal_id: int, *, upheld: bool, answer: str = ""
    ) -> AppealRow:
        async with self.house.workshop.work() as work:
            row = await judge_appeal(
                work,
                staff.actor,
                self.house.ledger.keyring,
                appeal_id=appeal_id,
                upheld=upheld,
                answer=answer,
            )
        await self.house.reactions.settled()
        return row

    # -- what is seen of it

    async def told(self, person: Person) -> list[MyMeasure]:
        """What a member sees of what was decided about them."""
        async with self.house.workshop.reading() as work:
            return await measures_about(work, self.town.reader(person), person.member.id)

    async def measures(self, staff: Person, case_id: int = 1) -> list[Measure]:
        async with self.house.workshop.reading() as work:
            row = await work.db.get_one(CaseRow, case_id)
            return await measures_of_case(work, self.town.reader(staff), row.id)

    async def waiting_appeals(self, staff: Person) -> list[Appeal]:
        async with self.house.workshop.reading() as work:
            reader, actor = self.town.reader(staff), staff.actor
            return await appeals_in(work, reader, actor, [AppealState.WAITING])  # type: ignore[arg-type]

    async def room(self, slug: str = NIGHT) -> list[MessagePosted]:
        """What stands in a room, for anybody who reads there."""
        seat = await self.town.seat(self.town.birch, slug)
        async with self.house.workshop.reading() as work:
            reader = replace(self.town.reader(self.town.birch), whole=True)
            return await messages_before(work, reader, seat.room_id, None, 50)

    async def row(self, measure_id: int) -> MeasureRow:
        async with self.house.workshop.reading() as work:
            return await work.db.get_one(MeasureRow, measure_id)


def short(rows: list[MessagePosted]) -> list[tuple[str, str | None]]:
    """Texts as they stand, and how they went where they did."""
    return [(row.text, row.removed) for row in rows]

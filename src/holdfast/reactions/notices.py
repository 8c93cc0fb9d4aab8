"""What members are told of what happened while they were not there; none of it is anyone's words.

| what happened | who is told |
|---|---|
| somebody answered a message | who wrote it, unless they read it there or do not see that person |
| somebody came, or wrote, in a side space | its member, unless they read it there |
| a held post was released, or given back | who wrote it |
| a measure began or ended, an appeal or a report was answered | whom it is about; who asked |
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from holdfast.crisis.events import CareOffered
from holdfast.kit.ids import RoomId, SeatId
from holdfast.kit.work import Event, Work, Workshop
from holdfast.messages.events import Entry, MessagePosted, PostReleased, PostReturned
from holdfast.messages.queries.telling import (
    ForMember,
    answers_unread,
    owner_of,
    side_words_unread,
)
from holdfast.moderation.events import (
    AppealAnswered,
    MeasureEnded,
    MeasureTaken,
    ReportAnswered,
)
from holdfast.moderation.rules.measures import Ending
from holdfast.moderation.rules.reports import Step
from holdfast.notices.actions import Told, tell_members
from holdfast.notices.queries.telling import has_unseen
from holdfast.notices.rules.telling import Kind
from holdfast.reactions.errands import Spawn
from holdfast.rights.rules import System

WHILE_READING = 5.0  # seconds in which whoever is there has read it
ONCE = 500  # messages looked at in one go
MOST = 20_000  # kept in memory while the database cannot be asked; the oldest go first


class Said(Struct, frozen=True):
    """Something said that may concern one member who is not there."""

    kind: Kind
    room_id: RoomId
    seq: int
    heard_at: float


class MemberNotices:
    """Hears what happened and sees that the members it concerns are told."""

    def __init__(self, workshop: Workshop, sides: Callable[[RoomId], bool], spawn: Spawn) -> None:
        self._workshop = workshop
        self._is_side = sides
        self._spawn = spawn
        self._said: deque[Said] = deque(maxlen=MOST)
        self._table: dict[type[Event], Callable[[Any], None]] = {
            CareOffered: self._cared_for,
            PostReturned: self._returned,
            MeasureTaken: self._measure,
            MeasureEnded: self._measure_over,
            AppealAnswered: self._appeal,
            ReportAnswered: self._report,
            PostReleased: lambda event: spawn(self._released(event.seat_id, event.seq)),
        }
        workshop.hearers.append(self.hear)

    def hear(self, event: Event) -> None:
        """Look the event up in the table."""
        if (follow := self._table.get(type(event))) is not None:
            follow(event)

    # -- what is said: noted now, looked at a little later, many at a time --------------------

    def told(self, entries: Sequence[Entry]) -> None:
        """Note what may concern somebody. Nothing is asked here: this is said to everyone."""
        for entry in entries:
            if not isinstance(entry, MessagePosted):
                continue
            if entry.author.badge and self._is_side(entry.room_id):
                self._note_entry(Kind.SIDE_SPACE, entry)
            elif entry.reply_to is not None:
                self._note_entry(Kind.REPLY, entry)

    def _note_entry(self, kind: Kind, entry: MessagePosted) -> None:
        self.note(Said(kind, entry.room_id, entry.seq, self._workshop.clock.ticks()))

    def note(self, said: Said) -> None:
        """Look at it a little later, when whoever is there has read it."""
        self._said.append(said)

    async def look(self, *, closing: bool = False) -> None:
        """Tell those who have not read it by now; when the house closes, without waiting."""
        latest = self._workshop.clock.ticks() - (0 if closing else WHILE_READING)
        while self._said and self._said[0].heard_at <= latest:
            ready = [one for one in list(self._said)[:ONCE] if one.heard_at <= latest]
            await self._tell_of(ready)
            for _ in ready:
                self._said.popleft()

    async def _tell_of(self, ready: Sequence[Said]) -> None:
        async with self._workshop.reading() as work:
            told = await _answered(work, ready) + await _written_to(work, ready)
        if told:
            await self._tell(told)

    # -- what happened ------------------------------------------------------------------------

    def _cared_for(self, event: CareOffered) -> None:
        """A side space waits: somebody came there, or will. What is over waits for nobody."""
        slug = event.side_space
        if slug is not None and (event.level != "over" or event.person is not None):
            self._spawn(self._tell_of_care(Told(event.member_id, Kind.SIDE_SPACE, slug, slug)))

    async def _tell_of_care(self, told: Told) -> None:
        """Each concern offers care; who was told of it and did not look yet is told no more."""
        async with self._workshop.reading() as work:
            if await has_unseen(work, told.member_id, told.kind, told.about):
                return
        await self._tell([told])

    def _returned(self, event: PostReturned) -> None:
        about = f"{event.slug}:{event.nonce}"
        self._soon(Told(event.member_id, Kind.RETURNED, about, event.slug))

    def _measure(self, event: MeasureTaken) -> None:
        if event.member_id is not None:
            self._soon(Told(event.member_id, Kind.MEASURE, f"measure:{event.id}"))

    def _measure_over(self, event: MeasureEnded) -> None:
        """It is over by its time, or was taken back. What an appeal ended is told as that."""
        if event.member_id is not None and event.how in {Ending.TIME, Ending.LIFTED}:
            self._soon(Told(event.member_id, Kind.MEASURE_ENDED, f"measure:{event.id}"))

    def _appeal(self, event: AppealAnswered) -> None:
        if event.member_id is not None:
            self._soon(Told(event.member_id, Kind.APPEAL, f"appeal:{event.id}"))

    def _report(self, event: ReportAnswered) -> None:
        if event.step is Step.CHANGED:
            self._soon(Told(event.member_id, Kind.REPORT, f"report:{event.report_id.hex()}"))

    async def _released(self, seat_id: SeatId, seq: int) -> None:
        async with self._workshop.reading() as work:
            owner = await owner_of(work, seat_id)
        if owner is not None:
            member_id, slug = owner
            await self._tell([Told(member_id, Kind.RELEASED, f"{slug}:{seq}", slug, seq)])

    def _soon(self, told: Told) -> None:
        self._spawn(self._tell([told]))

    async def _tell(self, told: Sequence[Told]) -> None:
        async with self._workshop.work() as work:
            await tell_members(work, System(), told=told)


async def _answered(work: Work, ready: Sequence[Said]) -> list[Told]:
    spots = [(one.room_id, one.seq) for one in ready if one.kind is Kind.REPLY]
    found = await answers_unread(work, spots) if spots else []
    return [_place(Kind.REPLY, one, f"{one.slug}:{one.seq}") for one in found]


async def _written_to(work: Work, ready: Sequence[Said]) -> list[Told]:
    spots = [(one.room_id, one.seq) for one in ready if one.kind is Kind.SIDE_SPACE]
    found = await side_words_unread(work, spots) if spots else []
    return [_place(Kind.SIDE_SPACE, one, one.slug) for one in found]


def _place(kind: Kind, one: ForMember, about: str) -> Told:
    return Told(one.member_id, kind, about, one.slug, one.seq)

"""Erasing again what a restored backup brought back, before anybody can read it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field
from sqlalchemy import delete

from holdfast.erasing.actions import Going, begin_erasure, name_keys, note_hidden
from holdfast.erasing.jobs import Erasing, Parts
from holdfast.erasing.jobs.leaving import leave_again
from holdfast.erasing.marks import SEAT, Mark, Marker
from holdfast.erasing.queries import Erasure
from holdfast.erasing.rules import By, Kind
from holdfast.erasing.tombstones import Known, Progress, Tombstones
from holdfast.kit.ids import MemberId, RoomId, SeatId, SessionId
from holdfast.kit.work import Work, Workshop
from holdfast.members.actions import erase_member
from holdfast.members.actions.freezing import freeze_again
from holdfast.messages.actions.carrying import Keys, day_begins, null_room, null_words
from holdfast.messages.actions.going import null_words_of
from holdfast.messages.actions.holding import withdraw_all
from holdfast.messages.actions.retention import Night, end_night, forget_some
from holdfast.messages.actions.unseeing import forget_sight
from holdfast.messages.queries.erasing import (
    days_of,
    every_handle,
    every_room,
    everybody,
    handles_of,
    how_many,
    says_anything,
    with_words_after,
)
from holdfast.messages.queries.retention import NOTHING_KEPT, Kept, old_rows, old_words
from holdfast.messages.tables import MessageRow, ResponseRow
from holdfast.notices.actions import forget_devices
from holdfast.rights.rules import Member, System
from holdfast.rooms.actions import forget_seats
from holdfast.sealing.seam import Keyring
from holdfast.wellbeing.actions import erase_plan

AT_ONCE = 1_000
NEARLY = timedelta(hours=1)  # a night may have begun before a copy was made, and ended after it


class Quietly(Keys, frozen=True):
    """Erases where nobody is told, because nobody is there yet."""

    async def hide(self, row: Erasure) -> None:
        """What was under way when the backup was made is seen through when the house opens."""

    async def let_go(self, row: Erasure) -> None:
        """What is held is looked at when the house opens."""


Stays = Callable[[Work], Awaitable[Kept]]


async def _nothing_stays(work: Work) -> Kept:
    """Where nobody above says what is named in open work."""
    del work
    return NOTHING_KEPT


class EraseAgain(Struct):
    """Looks through a restored place for what the ledger names."""

    workshop: Workshop
    keyring: Keyring
    tombstones: Tombstones
    stays: Stays = _nothing_stays  # what no night takes
    taken_at: datetime | None = None  # of when the copy is
    done: dict[str, int] = field(default_factory=dict)
    frozen: int = 0  # people of whom everything is kept and not used, as before
    _seats_done: set[SeatId] = field(default_factory=set)

    async def erase_again(self, known: Known, tell: Progress) -> dict[str, int]:
        self.done = dict.fromkeys(
            (*(kind.value for kind in Kind if kind is not Kind.FREEZE), SEAT), 0
        )
        if known:
            marker = Marker(self.keyring.root)
            await self._freezes(marker, known)  # first: no night takes what is frozen
            await self._people(marker, known, tell)
            await self._seats(marker, known, tell)
            await self._rooms(marker, known, tell)
            await self._messages(marker, known, tell)
            await leave_again(self.workshop, marker, known)
            parts = Parts(self.workshop, self.keyring, self.tombstones)
            await Erasing(parts, Quietly(), grace=0).look(now=True)
        return self.done

    async def _freezes(self, marker: Marker, known: Known) -> None:
        async with self.workshop.reading() as work:
            every = await everybody(work)
        for member_id, came_in in every:
            at = known.get(marker.frozen(member_id, came_in))
            thawed_at = known.get(marker.thawed(member_id, came_in))
            if at is not None and (thawed_at is None or thawed_at < at):
                async with self.workshop.work() as work:
                    fresh = await freeze_again(work, System(), member_id=member_id, at=at)
                self.frozen += fresh

    # ------------------------------------------------------------ people and their words

    async def _people(self, marker: Marker, known: Known, tell: Progress) -> None:
        async with self.workshop.reading() as work:
            every = await everybody(work)
        for number, (member_id, at) in enumerate(every, 1):
            tell(Kind.PERSON, number, len(every))
            if (mark := marker.person(member_id, at)) in known:
                await self._person(marker, member_id, mark)

    async def _person(self, marker: Marker, member_id: MemberId, mark: Mark) -> None:
        async with self.workshop.work() as work:
            mine = await handles_of(work, member_id)
            marks = [mark, *(marker.seat(handle) for _, handle in mine)]
            await self._forget_seats(work, [seat for seat, _ in mine], marks, member_id)
            member = Member(member_id, SessionId(0))
            await forget_seats(work, member)
            await erase_plan(work, member)
            await forget_devices(work, member)
            await forget_sight(work, member)
            await erase_member(work, member)
        self.done[Kind.PERSON] += 1

    async def _seats(self, marker: Marker, known: Known, tell: Progress) -> None:
        """Seats whose person is gone from the copy already, but whose words are not."""
        async with self.workshop.reading() as work:
            every = await every_handle(work)
        for number, (seat_id, handle) in enumerate(every, 1):
            tell(SEAT, number, len(every))
            if (mark := marker.seat(handle)) in known and await self._says_anything(seat_id):
                async with self.workshop.work() as work:
                    await self._forget_seats(work, [seat_id], [mark], None)
                self.done[SEAT] += 1

    async def _says_anything(self, seat_id: SeatId) -> bool:
        if seat_id in self._seats_done:
            return False
        async with self.workshop.reading() as work:
            said = await says_anything(work, seat_id)
        return said or bool(await self.keyring.store.of_seats([seat_id]))

    async def _forget_seats(
        self, work: Work, ids: Sequence[SeatId], marks: list[Mark], member_id: MemberId | None
    ) -> None:
        self._seats_done.update(ids)
        what = Going(Kind.PERSON, member_id=member_id)
        row = await begin_erasure(work, System(), what=what, by=By.TIME, marks=marks)
        await withdraw_all(work, Member(member_id or MemberId(0), SessionId(0)), seats=ids)
        await work.db.execute(delete(ResponseRow).where(ResponseRow.seat_id.in_(ids)))
        gone = await null_words_of(work, System(), seats=ids)
        keys = await self.keyring.store.of_seats(ids)
        await name_keys(work, System(), erasure_id=row.id, keys=keys, whole=True)
        await note_hidden(work, System(), erasure_id=row.id, counts={"messages": gone})

    # ------------------------------------------------------------ rooms and days

    async def _rooms(self, marker: Marker, known: Known, tell: Progress) -> None:
        async with self.workshop.reading() as work:
            every = await every_room(work)
        for number, (room_id, slug) in enumerate(every, 1):
            tell(Kind.ROOM, number, len(every))
            if (mark := marker.room(room_id, slug)) in known:
                await self._room(Going(Kind.ROOM, room_id=room_id), mark, known)
            if any(mark.kind in (Kind.DAY, Kind.NIGHT) for mark in known):
                async with self.workshop.reading() as work:
                    days = await days_of(work, room_id)
                for day in days:
                    if (mark := marker.day(room_id, slug, day)) in known:
                        await self._room(Going(Kind.DAY, room_id=room_id, day=day), mark, known)
                    mark = marker.night(room_id, slug, day)
                    if mark in known and self._is_missing(known[mark]):
                        await self._night(room_id, day, known[mark])

    def _is_missing(self, at: datetime) -> bool:
        """Whether the copy may not know of a night: what outlived one that it knows stays."""
        return self.taken_at is None or at >= self.taken_at - NEARLY

    async def _night(self, room_id: RoomId, day: int, at: datetime) -> None:
        """As in that night: what open work names or is in, or somebody froze, stays."""
        before = min(at, day_begins(day + 1))
        night = Night(room_id, before)
        async with self.workshop.reading() as work:
            kept = await self.stays(work)
            begins = day_begins(day)
            if room_id not in kept.rooms:
                rows = await old_rows(work, room_id, before)
                old = await old_words(work, before, rows)
                night.rows = [one.row for one in old if one.at >= begins]
        is_more = True
        while is_more:
            async with self.workshop.work() as work:
                is_more = await forget_some(
                    work, System(), night=night, keyring=self.keyring, kept=kept
                )
        if night.messages:
            async with self.workshop.work() as work:
                await end_night(work, System(), night=night, keyring=self.keyring, kept=kept)
        self.done[Kind.NIGHT] += 1 if night.messages else 0

    async def _room(self, what: Going, mark: Mark, known: Known) -> None:
        async with self.workshop.work() as work:
            row = await begin_erasure(work, System(), what=what, by=By.STAFF, marks=[mark])
            row.at = known[mark]
            await work.db.flush()
            gone = await null_room(work, System(), row=row)
            await note_hidden(work, System(), erasure_id=row.id, counts={"messages": gone})
        self.done[what.kind] += 1 if gone else 0

    # ------------------------------------------------------------ single messages

    async def _messages(self, marker: Marker, known: Known, tell: Progress) -> None:
        async with self.workshop.reading() as work:
            count = await how_many(work)
        after = looked = 0
        while some := await self._next(after):
            after, looked = some[-1].row, looked + len(some)
            tell(Kind.MESSAGE, looked, count)
            found = [one for one in some if marker.message(one.id) in known]
            if found:
                await self._erase_messages(found)

    async def _next(self, after: int) -> Sequence[MessageRow]:
        async with self.workshop.reading() as work:
            return await with_words_after(work, after, AT_ONCE)

    async def _erase_messages(self, found: Sequence[MessageRow]) -> None:
        async with self.workshop.work() as work:
            for one in found:
                its = [(one.row, one.id, one.seq)]
                await null_words(work, System(), room_id=one.room_id, some=its, by="author")
                what = Going(
                    Kind.MESSAGE, room_id=one.room_id, message_id=one.id, seat_id=one.seat_id
                )
                await begin_erasure(work, System(), what=what, by=By.TIME)
        self.done[Kind.MESSAGE] += len(found)

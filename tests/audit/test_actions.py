"""Rows are added with the act they tell of, one after another, and never changed again."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from holdfast.audit.actions import record, record_covered_words, record_reading
from holdfast.audit.queries import extent_of, links_after, recent
from holdfast.audit.rules import Problem, verify
from holdfast.kit.facts import EPOCH, FactRow
from holdfast.kit.house import House
from holdfast.kit.ids import RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.rights.rules import Guest, Role, Staff, System
from town import Person, StillClock, Town, appoint, mostly_on_sqlite

ROOM = RoomId(1)


async def whole(house: House) -> list[Problem]:
    async with house.workshop.reading() as work:
        extent = await extent_of(work)
        rows = [link async for link in links_after(work, 0)]
    assert extent.last == len(rows)
    return verify(rows, extent.head, genesis=extent.genesis)


async def staff(town: Town, role: Role = Role.MODERATOR) -> Staff:
    async with town.house.workshop.work() as work:
        person: Person = await appoint(work, role)
    assert isinstance(person.actor, Staff)
    return person.actor


async def places(house: House) -> list[int]:
    async with house.workshop.reading() as work:
        return [link.seq async for link in links_after(work, 0)]


@pytest.mark.full
async def test_a_row_says_who_in_which_role_did_what_to_what_and_when(
    town: Town, clock: StillClock
) -> None:
    dahlia = await staff(town)
    clock.pass_time(seconds=1.25)
    async with town.house.workshop.work() as work:
        await record(
            work,
            dahlia,
            what="held:released",
            about="held:7",
            why="read_through",
            detail={"waited": 40},
        )
    async with town.house.workshop.reading() as work:
        (row,) = await recent(work, what="held:released")
    assert (row.at, row.staff_id, row.role) == (clock.now(), dahlia.id, "moderator")
    assert (row.about, row.why, row.detail) == ("held:7", "read_through", {"waited": 40})
    assert await whole(town.house) == []


@pytest.mark.full
@mostly_on_sqlite
async def test_the_house_and_guests_are_told_apart_from_staff_and_members_stay_nobody(
    town: Town,
) -> None:
    async with town.house.workshop.work() as work:
        for actor in (System(), Guest(), town.ash.actor):
            await record(work, actor, what="page:climbed")
    async with town.house.workshop.reading() as work:
        rows = await recent(work, what="page:climbed")
    assert [(row.role, row.staff_id) for row in rows] == [
        ("member", None),
        ("guest", None),
        ("system", None),
    ]


async def test_an_act_that_is_undone_leaves_no_row_and_no_gap(house: House) -> None:
    before = await places(house)

    async def act(name: str) -> None:
        async with house.workshop.work() as work:
            work.db.add(FactRow(name=name, value=b"yes"))
            await record(work, System(), what="room:made", about="room:1")

    with pytest.raises(IntegrityError):
        await act(EPOCH)  # there is one already
    assert await places(house) == before
    await act("made")
    assert await places(house) == [*before, len(before) + 1]
    assert await whole(house) == []


@pytest.mark.full
async def test_many_at_once_stand_one_after_another(house: House) -> None:
    before = len(await places(house))

    async def several(of: int) -> None:
        for at in range(5):
            async with house.workshop.work() as work:
                await record(work, System(), what="page:climbed", about=f"page:{of}-{at}")
                await record(work, System(), what="page:answered", about=f"page:{of}-{at}")

    await asyncio.gather(*(several(of) for of in range(6)))
    assert await places(house) == list(range(1, before + 61))
    assert await whole(house) == []


@pytest.mark.parametrize(
    "forbidden",
    [
        "UPDATE audit SET role = 'lead' WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 1",
        "DELETE FROM audit",
        "UPDATE audit_head SET seq = 0",
        "UPDATE audit_head SET genesis = hash, seq = seq + 1",
        "DELETE FROM audit_head",
    ],
)
async def test_the_database_itself_refuses_to_change_what_is_recorded(
    house: House, forbidden: str
) -> None:
    async with house.workshop.work() as work:
        await record(work, System(), what="room:made", about="room:1")
    before = await places(house)
    with pytest.raises(IntegrityError, match="only added to"):
        async with house.workshop.work() as work:
            await work.db.execute(text(forbidden))
    assert await places(house) == before
    assert await whole(house) == []


@pytest.mark.full
async def test_what_is_changed_past_the_refusals_is_found(house: House) -> None:
    """As somebody would who owns the database and takes the triggers off first."""
    async with house.workshop.work() as work:
        for at in range(5):
            await record(work, System(), what="room:made", about=f"room:{at}")
    sqlite = house.workshop.database.is_sqlite
    off = "DROP TRIGGER audit_unchanged" + ("" if sqlite else " ON audit")
    async with house.workshop.work() as work:
        await work.db.execute(text(off))
        await work.db.execute(text("UPDATE audit SET about = 'room:9' WHERE about = 'room:2'"))
    found = await whole(house)
    assert [(one.seq, one.breach) for one in found] == [(found[0].seq, "changed")]


# ---------------------------------------------------------------- reading


async def readings(work: Work) -> list[dict[str, str | int]]:
    return [dict(row.detail) for row in reversed(await recent(work, what="words:read"))]


async def test_a_reading_is_a_row_and_within_a_minute_only_what_is_new_is_another(
    town: Town, clock: StillClock
) -> None:
    dahlia = await staff(town)

    async def reads(first: int, last: int, seat: int | None = None) -> None:
        person = None if seat is None else SeatId(seat)
        async with town.house.workshop.work() as work:
            await record_reading(
                work, dahlia, person=person, room=ROOM, first_seq=first, last_seq=last
            )

    await reads(1, 20)
    await reads(1, 20)  # the page was fetched again
    await reads(1, 22)  # and two more were said
    await reads(3, 3, seat=4)  # one person's words are another reading
    clock.pass_time(seconds=60)
    await reads(1, 22)
    async with town.house.workshop.reading() as work:
        assert await readings(work) == [
            {"first": 1, "last": 20},
            {"first": 21, "last": 22},
            {"first": 3, "last": 3, "seat": 4},
            {"first": 1, "last": 22},
        ]
    assert await whole(town.house) == []


@mostly_on_sqlite
async def test_one_person_s_reading_is_not_another_s_nor_another_room_s(town: Town) -> None:
    async with town.house.workshop.work() as work:
        first, second = await appoint(work, Role.MODERATOR), await appoint(work, Role.LEAD)
        for reader, room in ((first, 1), (second, 1), (first, 2)):
            assert isinstance(reader.actor, Staff)
            noted = await record_reading(
                work, reader.actor, room=RoomId(room), first_seq=1, last_seq=9
            )
            assert noted is not None
        assert isinstance(first.actor, Staff)
        again = await record_reading(work, first.actor, room=ROOM, first_seq=2, last_seq=8)
    assert again is None


@mostly_on_sqlite
async def test_covered_words_are_a_row_each_time(town: Town) -> None:
    dahlia = await staff(town)
    async with town.house.workshop.work() as work:
        for _ in range(2):
            await record_covered_words(
                work, dahlia, person=SeatId(3), room=ROOM, seq=5, why="escalation"
            )
        rows = await recent(work, what="words:uncovered")
    assert [(row.about, row.why, row.detail) for row in rows] == [
        ("room:1", "escalation", {"seq": 5, "seat": 3})
    ] * 2

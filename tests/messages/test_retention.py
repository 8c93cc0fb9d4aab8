"""Words go when they were kept for long enough: wholly, at night, and never what is needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from crisis.voice import GOODBYE, HIGH, speak
from holdfast.audit.tables import AuditRow
from holdfast.crisis.tables import EscalationRow, Stage
from holdfast.desk.jobs import Forgetting
from holdfast.erasing.marks import Marker
from holdfast.erasing.tables import ErasureRow
from holdfast.kit.errors import Conflict, Malformed, NotFound
from holdfast.kit.ids import RoomId, StaffId
from holdfast.messages.access import Keeping, kind_to_keep, room_words_to_keep
from holdfast.messages.actions import respond_to_message
from holdfast.messages.actions.retention import set_retention, undo_retention
from holdfast.messages.queries import messages_before
from holdfast.messages.queries.retention import policy
from holdfast.messages.rules import NonceTaken, Response
from holdfast.messages.rules.retention import MOST, USUAL, kept_since, policy_of
from holdfast.messages.tables import (
    ForgettingRow,
    HeldRow,
    HeldState,
    MessageRow,
    ResponseRow,
    RetentionRow,
)
from holdfast.rights.rules import Staff
from holdfast.rooms.tables import RoomKind
from holdfast.sealing.seam import day_of
from town import EVENING, NIGHT, StillClock, Town, mostly_on_sqlite, on_sqlite, written


def fresh_elm(town: Town, clock: StillClock) -> Staff:
    assert isinstance(town.elm.actor, Staff)
    return replace(town.elm.actor, fresh_at=clock.now())


async def keep_for(town: Town, clock: StillClock, days: int | None, slug: str = "") -> None:
    elm = fresh_elm(town, clock)
    async with town.house.workshop.work() as work:
        of = await room_words_to_keep(work, elm, slug) if slug else kind_to_keep(elm, "open")
        await set_retention(work, elm, of=of, days=days)


def night(town: Town) -> Forgetting:
    return Forgetting(town.house.workshop, town.house.ledger.keyring)


async def said_in(town: Town, slug: str = NIGHT) -> list[tuple[str, str | None]]:
    seat = await town.seat(town.ash if slug == NIGHT else town.cedar, slug)
    async with town.house.workshop.reading() as work:
        found = await messages_before(work, town.reader(town.ash), seat.room_id, None, 50)
    return [(one.text, one.removed) for one in found]


@pytest.mark.full
@mostly_on_sqlite
async def test_a_night_leaves_an_erasure_and_a_tombstone_for_each_day_that_went(
    town: Town, clock: StillClock
) -> None:
    seat, days = await town.seat(town.ash), []
    await keep_for(town, clock, 2)
    for _ in range(2):
        await town.say(town.ash, "For two days")
        days.append(day_of(clock.now()))
        clock.pass_time(days=1)
    clock.pass_time(days=2)
    assert await night(town).look() == 2
    await town.house.erasing.look(now=True)
    async with town.house.workshop.reading() as work:
        (row,) = (await work.db.scalars(select(ErasureRow))).all()
    assert (row.kind, row.by, row.room_id, row.day) == ("night", "time", seat.room_id, days[-1])
    assert (row.counts, row.done_at is not None) == ('{"messages":2}', True)
    marker = Marker(town.house.root)
    marks = {marker.night(seat.room_id, NIGHT, day) for day in days}
    known = await town.house.erasing.parts.tombstones.known()
    assert {mark for mark in known if mark.kind == "night"} == marks


@pytest.mark.full
async def test_words_go_in_the_night_after_their_time_with_their_day_keys(
    town: Town, clock: StillClock
) -> None:
    await keep_for(town, clock, 2)
    await town.say(town.ash, "The first day")
    await town.say(town.birch, "With a note", note="heavy")
    clock.pass_time(days=1)
    await town.say(town.ash, "The second day")
    assert await night(town).look() == 0
    clock.pass_time(days=2)
    assert await night(town).look() == 2
    assert await said_in(town) == [("", "time"), ("", "time"), ("The second day", None)]
    async with town.house.workshop.reading() as work:
        rows = (await work.db.scalars(select(MessageRow).order_by(MessageRow.row))).all()
        (told,) = (await work.db.scalars(select(ForgettingRow))).all()
        (noted,) = await work.db.scalars(select(AuditRow).where(AuditRow.what == "words:forgotten"))
    assert [(row.text, row.note) for row in rows[:2]] == [(None, None), (None, None)]
    assert rows[2].text is not None
    kept = await town.house.ledger.keyring.store.named([row.key_id for row in rows])
    assert [key.id for key in kept] == [rows[2].key_id]
    assert (told.messages, told.kept, told.ended_at is not None) == (2, 0, True)
    assert '"keys":2' in (noted.detail or "")
    assert noted.role == "system"


@pytest.mark.full
@on_sqlite
async def test_words_of_an_open_escalation_stay_until_it_is_closed(
    town: Town, clock: StillClock
) -> None:
    await keep_for(town, clock, 1)
    await town.say(town.ash, "Just a day")
    await speak(town, town.birch, HIGH)
    await town.house.reactions.settled()
    clock.pass_time(days=5)
    assert await night(town).look() == 1
    assert await said_in(town) == [("", "time"), (HIGH, None)]
    async with town.house.workshop.work() as work:
        await work.db.execute(update(EscalationRow).values(stage=Stage.CLOSED))
    assert await night(town).look() == 1
    assert await said_in(town) == [("", "time"), ("", "time")]


@pytest.mark.full
@on_sqlite
async def test_words_that_wait_for_a_person_stay_until_somebody_read_them(
    town: Town, clock: StillClock
) -> None:
    await keep_for(town, clock, 1)
    await speak(town, town.birch, GOODBYE)
    await town.house.reactions.settled()
    clock.pass_time(days=5)
    async with town.house.workshop.work() as work:
        await work.db.execute(update(EscalationRow).values(stage=Stage.CLOSED))
    assert await night(town).look() == 0
    async with town.house.workshop.work() as work:
        await work.db.execute(update(HeldRow).values(state=HeldState.RETURNED))
    assert await night(town).look() == 1
    async with town.house.workshop.reading() as work:
        assert (await work.db.scalars(select(HeldRow.state))).all() == [HeldState.WITHDRAWN]
        assert (await work.db.scalars(select(MessageRow.text))).all() == [None]


@pytest.mark.full
@on_sqlite
async def test_a_room_may_have_a_time_of_its_own(town: Town, clock: StillClock) -> None:
    await keep_for(town, clock, 1)
    await keep_for(town, clock, 30, NIGHT)
    await town.say(town.ash, "In the night room")
    await town.say(town.cedar, "In the evening room", EVENING)
    clock.pass_time(days=10)
    assert await night(town).look() == 1
    assert await said_in(town) == [("In the night room", None)]
    await keep_for(town, clock, None, NIGHT)
    clock.pass_time(days=1)
    assert await night(town).look() == 1
    assert await said_in(town) == [("", "time")]


@pytest.mark.full
@on_sqlite
async def test_what_was_chosen_today_counts_from_the_next_night_and_can_be_taken_back(
    town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "Long ago")
    clock.pass_time(days=20)
    await keep_for(town, clock, 7)
    assert await night(town).look() == 0
    elm = fresh_elm(town, clock)
    async with town.house.workshop.work() as work:
        await undo_retention(work, elm, of=kind_to_keep(elm, "open"))
    clock.pass_time(days=1)
    assert await night(town).look() == 0
    await keep_for(town, clock, 7)
    clock.pass_time(days=1)
    assert await night(town).look() == 1
    with pytest.raises(Conflict):
        async with town.house.workshop.work() as work:
            await undo_retention(work, elm, of=kind_to_keep(elm, "open"))


@pytest.mark.full
@on_sqlite
async def test_responses_go_with_the_words_and_a_repeated_nonce_breaks_nothing(
    town: Town, clock: StillClock
) -> None:
    await keep_for(town, clock, 1)
    said = await town.say(town.ash, "Hello", nonce="nonce-once")
    assert said.seq is not None
    seat = await town.seat(town.birch)
    await respond_to_message(
        town.house.ledger,
        seat,
        seq=said.seq,
        nonce="response-1",
        response=Response.WITH_YOU,
        on=True,
    )
    clock.pass_time(days=3)
    assert await night(town).look() == 1
    async with town.house.workshop.reading() as work:
        assert (await work.db.scalars(select(ResponseRow))).all() == []
    with pytest.raises(NonceTaken):
        await town.say(town.ash, "Hello", nonce="nonce-once")
    await town.say(town.ash, "Something new")
    await written(town.house)
    assert await said_in(town) == [("", "time"), ("Something new", None)]


@on_sqlite
async def test_only_a_steward_who_showed_who_they_are_may_set_a_time_that_can_be(
    town: Town, clock: StillClock
) -> None:
    await keep_for(town, clock, 1)
    for days in (0, -1, MOST + 1):
        with pytest.raises(Malformed):
            await keep_for(town, clock, days)
    with pytest.raises(NotFound):
        kind_to_keep(town.ash.actor, "open")
    with pytest.raises(NotFound):
        kind_to_keep(fresh_elm(town, clock), "listening room")
    async with town.house.workshop.reading() as work:
        assert (await policy(work)).kinds["open"] == 1
        assert Keeping(kind=RoomKind.OPEN).named == "rooms:open"


LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
choices = st.builds(
    lambda kind, room, days: RetentionRow(
        kind=None if room else kind,
        room_id=RoomId(room) if room else None,
        days=days,
        by=StaffId(1),
        at=LONG_AGO,
    ),
    st.sampled_from(["open", "side"]),
    st.sampled_from([0, 1, 2]),
    st.integers(1, MOST),
)


@given(st.lists(choices, max_size=6))
def test_a_room_follows_its_own_newest_choice_then_its_kind_then_what_is_usual(
    chosen: list[RetentionRow],
) -> None:
    found = policy_of(chosen)
    for room in (1, 2, 3):
        for kind in ("open", "side"):
            own = [one.days for one in chosen if one.room_id == room]
            its = [one.days for one in chosen if one.kind == kind]
            wanted = own[-1] if own else its[-1] if its else USUAL[kind]
            assert found.days_for(kind, RoomId(room)) == wanted


def test_a_day_is_whole_and_begins_at_midnight(clock: StillClock) -> None:
    assert kept_since(clock.now(), 1) == clock.now() - timedelta(days=1, hours=2, minutes=40)

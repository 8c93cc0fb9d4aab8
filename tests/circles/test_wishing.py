"""Wishing for a circle: what is kept, what is changed, and what goes with it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from circles.gathering import wish, wishes_left, wishing
from holdfast.circles.actions.wishing import (
    allow_again,
    keep_apart,
    wish_for_circle,
    withdraw_wish,
)
from holdfast.circles.queries import counts
from holdfast.circles.queries.proposals import own_words
from holdfast.circles.queries.wishes import kept_apart, own_wish
from holdfast.circles.rules.refusals import CannotReach, WordsTooLong
from holdfast.circles.tables import ApartRow, PlacingRow, WishWordsRow
from holdfast.kit.apart import LeavingKeyRow
from holdfast.kit.errors import NotFound
from holdfast.messages.actions.unseeing import NotMyself
from holdfast.rights.rules import System
from holdfast.rooms.actions import set_pause
from holdfast.rooms.rules.stops import Paused, Stop
from town import NIGHT, Town, mostly_on_sqlite

pytestmark = mostly_on_sqlite


@pytest.mark.full
async def test_who_wishes_waits_and_changing_the_wish_keeps_the_place(town: Town) -> None:
    first = await wish(town, town.ash)
    town.house.workshop.clock.pass_time(hours=30)  # type: ignore[attr-defined]
    await wish(town, town.ash, themes=("grief",), pace="lively")
    async with town.house.workshop.reading() as work:
        now = await own_wish(work, town.ash.member.id)
    assert now is not None
    assert (now.id, now.wished_at, now.themes, now.pace) == (
        first.id, first.wished_at, "grief", "lively",
    )  # fmt: skip
    assert await wishes_left(town) == 1


@pytest.mark.full
async def test_own_words_are_sealed_and_opened_for_who_wrote_them_alone(town: Town) -> None:
    await wish(town, town.ash, words="Everything feels grey since spring.")
    async with town.house.workshop.reading() as work:
        row = (await work.db.scalars(select(WishWordsRow))).one()
        assert await own_words(work, town.house.root, town.ash.member.id) == (
            "Everything feels grey since spring."
        )
        assert await own_words(work, town.house.root, town.birch.member.id) == ""
    assert b"grey" not in row.words


@pytest.mark.full
async def test_with_the_wish_its_words_and_their_key_go(town: Town) -> None:
    await wish(town, town.ash, words="Everything feels grey since spring.")
    async with town.house.workshop.work() as work:
        key = (await work.db.scalars(select(WishWordsRow.id))).one()
        await withdraw_wish(work, town.ash.member)
    async with town.house.workshop.reading() as work:
        assert (await work.db.scalars(select(WishWordsRow))).all() == []
        leaving = set(await work.db.scalars(select(LeavingKeyRow.id)))
    named = await town.house.ledger.keyring.store.named([key])
    assert key in leaving or named == []
    assert await wishes_left(town) == 0


@pytest.mark.full
async def test_how_a_wish_went_is_kept_without_a_person(town: Town) -> None:
    await wish(town, town.ash)
    town.house.workshop.clock.pass_time(hours=5)  # type: ignore[attr-defined]
    async with town.house.workshop.work() as work:
        await withdraw_wish(work, town.ash.member)
    async with town.house.workshop.reading() as work:
        row = (await work.db.scalars(select(PlacingRow))).one()
        told = await counts(work)
    assert (row.placed, row.hours_waited, row.themes) == (False, 5, "anxiety loneliness")
    assert not {column.name for column in PlacingRow.__table__.c} & {"member_id", "room_id"}
    assert [one.language for one in told] == ["en"]


@pytest.mark.full
@pytest.mark.parametrize(
    ("words", "refusal"),
    [("x" * 601, WordsTooLong), ("Write to me at ash@example.org", CannotReach)],
)
async def test_words_that_cannot_be_kept_are_refused_and_no_wish_is_made(
    town: Town, words: str, refusal: type[Exception]
) -> None:
    await wish(town, town.birch, words="It is quiet here.")
    with pytest.raises(refusal):
        await wish(town, town.ash, words=words)
    assert await wishes_left(town) == 1


@pytest.mark.full
async def test_a_goodbye_in_own_words_reaches_people(town: Town) -> None:
    bye = "I am going to kill myself tonight. Goodbye."
    wished = await wish_for_circle(town.house.ledger, town.ash.member, wishing(words=bye))
    assert wished.help
    quiet = await wish_for_circle(town.house.ledger, town.birch.member, wishing(words="Hello."))
    assert not quiet.help


@pytest.mark.full
async def test_a_paused_member_may_not_wish(town: Town) -> None:
    await wish(town, town.birch)
    async with town.house.workshop.work() as work:
        stop = Stop(None, "kind", 1)  # type: ignore[arg-type]
        await set_pause(work, System(), member_id=town.ash.member.id, stop=stop)
    with pytest.raises(Paused):
        await wish(town, town.ash)
    assert await wishes_left(town) == 1


async def test_codes_that_there_are_not_are_left_out(town: Town) -> None:
    row = await wish(town, town.ash, themes=("grief", "nonsense"), stage="?", times=("x",))
    assert (row.themes, row.stage, row.times) == ("grief", "", "")


@pytest.mark.full
async def test_not_with_this_person_keeps_both_apart_under_any_name(town: Town) -> None:
    seat = await town.seat(town.birch, NIGHT)
    async with town.house.workshop.work() as work:
        await keep_apart(work, town.ash.member, slug=NIGHT, handle=seat.author.seat)
        await keep_apart(work, town.ash.member, slug=NIGHT, handle=seat.author.seat)
    async with town.house.workshop.reading() as work:
        assert len((await work.db.scalars(select(ApartRow))).all()) == 1
        pairs = await kept_apart(work, {town.ash.member.id, town.birch.member.id})
    assert pairs[town.ash.member.id] == {town.birch.member.id}
    assert pairs[town.birch.member.id] == {town.ash.member.id}


async def test_who_is_on_my_list_can_be_taken_off_it(town: Town) -> None:
    seat = await town.seat(town.birch, NIGHT)
    async with town.house.workshop.work() as work:
        await keep_apart(work, town.ash.member, slug=NIGHT, handle=seat.author.seat)
        with pytest.raises(NotFound):
            await allow_again(work, town.birch.member, seat_id=seat.id)  # not on birch's list
        assert len((await work.db.scalars(select(ApartRow))).all()) == 1
        await allow_again(work, town.ash.member, seat_id=seat.id)
        assert (await work.db.scalars(select(ApartRow))).all() == []


async def test_nobody_keeps_apart_from_themselves_or_from_where_they_do_not_sit(
    town: Town,
) -> None:
    mine, theirs = await town.seat(town.ash, NIGHT), await town.seat(town.birch, NIGHT)
    async with town.house.workshop.work() as work:
        with pytest.raises(NotMyself):
            await keep_apart(work, town.ash.member, slug=NIGHT, handle=mine.author.seat)
        with pytest.raises(NotFound):
            await keep_apart(work, town.stranger.member, slug=NIGHT, handle=theirs.author.seat)

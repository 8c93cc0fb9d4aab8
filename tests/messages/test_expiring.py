"""A message goes by itself when its author chose, and never later than its room keeps words."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from crisis.voice import speak
from holdfast.desk.jobs import know_how_long
from holdfast.erasing.holds.tables import HeldWordsRow
from holdfast.erasing.rules import By
from holdfast.erasing.tables import ErasureRow
from holdfast.kit.errors import NotFound
from holdfast.messages.actions import edit_message, release_post, remove_message, withdraw_post
from holdfast.messages.actions.expiring import let_go
from holdfast.messages.actions.hiding import hide_words, restore_words
from holdfast.messages.events import MessagePosted
from holdfast.messages.ledger.entries import Accepted, Kept
from holdfast.messages.queries import messages_before
from holdfast.messages.queries.held import held_posts
from holdfast.messages.rules.expiring import Expires, choices_within, hours_of, left_words
from holdfast.messages.tables import GoingRow, HiddenWordsRow, MessageRow, RetentionRow
from holdfast.rights.rules import Role, Staff, System
from town import StillClock, Town, appoint, on_sqlite

PUT = "/api/v1/rooms/night-room/messages"


async def look(town: Town) -> int:
    return await let_go(town.house.ledger, System())


async def in_the_room(town: Town) -> list[MessagePosted]:
    seat = await town.seat(town.birch)
    async with town.house.workshop.reading() as work:
        return await messages_before(work, town.reader(town.birch), seat.room_id, None, 50)


async def going(town: Town) -> list[int]:
    async with town.house.workshop.reading() as work:
        return list(await work.db.scalars(select(GoingRow.hours)))


async def test_a_message_goes_an_hour_after_it_was_said_and_not_a_second_before(
    town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "For an hour", expires=Expires.HOUR)
    await town.say(town.ash, "For good")
    (said, plain) = await in_the_room(town)
    assert said.expires_at == clock.now() + timedelta(hours=1)
    assert plain.expires_at is None
    clock.pass_time(hours=1, seconds=-1)
    assert await look(town) == 0
    clock.pass_time(seconds=1)
    assert await look(town) == 1
    assert [(one.text, one.removed) for one in await in_the_room(town)] == [
        ("", "author"),
        ("For good", None),
    ]
    assert await look(town) == 0
    assert await going(town) == []
    async with town.house.workshop.reading() as work:
        (row,) = await work.db.scalars(select(ErasureRow))
        words = await work.db.scalar(select(MessageRow.text).where(MessageRow.seq == said.seq))
    assert (row.by, words) == (By.TIME, None)


@pytest.mark.full
async def test_a_change_leaves_the_time_as_it_was(town: Town, clock: StillClock) -> None:
    said = await town.say(town.ash, "For a day", expires=Expires.DAY)
    clock.pass_time(minutes=10)
    seat = await town.seat(town.ash)
    assert said.seq is not None
    await edit_message(
        town.house.ledger, seat, seq=said.seq, nonce="change-0001", text="Longer", note=None
    )
    (now,) = await in_the_room(town)
    assert (now.text, now.expires_at) == ("Longer", clock.now() + timedelta(hours=23, minutes=50))
    clock.pass_time(hours=23, minutes=50)
    assert await look(town) == 1


@pytest.mark.full
async def test_of_a_post_that_waits_the_time_counts_from_when_it_is_shown(
    town: Town, clock: StillClock
) -> None:
    async with town.house.workshop.work() as work:
        mo = await appoint(work, Role.MODERATOR)
    words = "Write to me at ash@example.org"
    waits = await speak(town, town.ash, words, as_is=True, expires=Expires.HOUR)
    assert isinstance(waits, Kept)
    clock.pass_time(hours=5)
    assert await look(town) == 0
    async with town.house.workshop.reading() as work:
        (held,) = await held_posts(work, town.reader(mo))
    done = await release_post(town.house.ledger, mo.actor, message_id=held.id)
    assert isinstance(done, Accepted)
    (shown,) = await in_the_room(town)
    assert shown.expires_at == clock.now() + timedelta(hours=1)
    clock.pass_time(minutes=59)
    assert await look(town) == 0
    clock.pass_time(minutes=1)
    assert await look(town) == 1


@on_sqlite
async def test_of_a_post_that_nobody_will_see_nothing_is_left_to_do(
    town: Town, clock: StillClock
) -> None:
    words = "Write to me at ash@example.org"
    await speak(town, town.ash, words, as_is=True, expires=Expires.HOUR)
    await withdraw_post(town.house.ledger, await town.seat(town.ash), of="nonce-0000-0001")
    assert await going(town) == [1]
    assert await look(town) == 0
    assert await going(town) == []


@pytest.mark.full
@on_sqlite
async def test_what_its_author_took_back_before_is_not_taken_twice(
    town: Town, clock: StillClock
) -> None:
    said = await town.say(town.ash, "For an hour", expires=Expires.HOUR)
    assert said.seq is not None
    seat = await town.seat(town.ash)
    await remove_message(town.house.ledger, seat, seq=said.seq, nonce="remove-0001")
    assert await look(town) == 0
    assert await going(town) == []
    clock.pass_time(hours=1)
    assert await look(town) == 0


@pytest.mark.full
async def test_what_open_work_names_is_held_when_its_time_is_over(
    town: Town, clock: StillClock
) -> None:
    await speak(town, town.ash, "I want to die. I keep thinking about it.", expires=Expires.HOUR)
    await town.house.reactions.settled()
    clock.pass_time(hours=1)
    assert await look(town) == 1
    assert [(one.text, one.removed) for one in await in_the_room(town)] == [("", "author")]
    async with town.house.workshop.reading() as work:
        assert len((await work.db.scalars(select(HeldWordsRow))).all()) == 1


async def hidden_words(town: Town) -> int:
    async with town.house.workshop.reading() as work:
        return len((await work.db.scalars(select(HiddenWordsRow.text))).all())


@pytest.mark.full
async def test_what_was_hidden_and_given_back_goes_when_its_time_is_over(
    town: Town, clock: StillClock
) -> None:
    said = await town.say(town.ash, "For an hour", expires=Expires.HOUR)
    ledger, seat = town.house.ledger, await town.seat(town.ash)
    assert said.seq is not None
    await hide_words(ledger, System(), room_id=seat.room_id, seq=said.seq)
    assert await look(town) == 0
    assert (await going(town), await hidden_words(town)) == ([1], 1)
    await restore_words(ledger, System(), room_id=seat.room_id, seq=said.seq)
    (back,) = await in_the_room(town)
    assert (back.text, back.expires_at) == ("For an hour", clock.now() + timedelta(hours=1))
    clock.pass_time(hours=1)
    assert await look(town) == 1
    assert [(one.text, one.removed) for one in await in_the_room(town)] == [("", "author")]
    assert await going(town) == []


@pytest.mark.full
async def test_hidden_words_are_kept_no_longer_than_their_author_chose(
    town: Town, clock: StillClock
) -> None:
    said = await town.say(town.ash, "For an hour", expires=Expires.HOUR)
    ledger, seat = town.house.ledger, await town.seat(town.ash)
    assert said.seq is not None
    await hide_words(ledger, System(), room_id=seat.room_id, seq=said.seq)
    clock.pass_time(hours=1, seconds=-1)
    assert await look(town) == 0
    assert await hidden_words(town) == 1
    clock.pass_time(seconds=1)
    assert await look(town) == 1
    assert (await going(town), await hidden_words(town)) == ([], 0)
    async with town.house.workshop.reading() as work:
        (row,) = await work.db.scalars(select(ErasureRow))
    assert (row.by, row.member_id) == (By.TIME, town.ash.member.id)
    with pytest.raises(NotFound):
        await restore_words(ledger, System(), room_id=seat.room_id, seq=said.seq)
    assert [(one.text, one.removed) for one in await in_the_room(town)] == [("", "moderator")]
    assert await look(town) == 0


@pytest.mark.full
async def test_hidden_words_that_open_work_names_are_held_when_their_time_is_over(
    town: Town, clock: StillClock
) -> None:
    await speak(town, town.ash, "I want to die. I keep thinking about it.", expires=Expires.HOUR)
    await town.house.reactions.settled()
    seat, (said,) = await town.seat(town.ash), await in_the_room(town)
    await hide_words(town.house.ledger, System(), room_id=seat.room_id, seq=said.seq)
    clock.pass_time(hours=1)
    assert await look(town) == 1
    assert await hidden_words(town) == 0
    async with town.house.workshop.reading() as work:
        assert len((await work.db.scalars(select(HeldWordsRow))).all()) == 1


@on_sqlite
async def test_nothing_stays_longer_than_its_room_keeps_words(
    town: Town, clock: StillClock
) -> None:
    assert isinstance(town.elm.actor, Staff)
    async with town.house.workshop.work() as work:
        by, at = town.elm.actor.id, clock.now()
        work.db.add(RetentionRow(kind="open", room_id=None, days=7, by=by, at=at))
    await know_how_long(town.house.workshop, town.house.community)
    await town.say(town.ash, "For a month", expires=Expires.MONTH)
    (said,) = await in_the_room(town)
    assert said.expires_at == clock.now() + timedelta(days=7)


async def test_a_program_chooses_and_reads_when_a_message_goes(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    body = {"text": "For a day", "expires": "24h"}
    done = await client.put(f"{PUT}/nonce-000001", json=body, headers=town.ash.bearer)
    assert done.status_code == 201
    (item,) = (await client.get(PUT, headers=town.birch.bearer)).json()["items"]
    assert item["expires_at"] == "2026-11-23T02:40:00.000Z"
    other = await client.put(
        f"{PUT}/nonce-000002", json=body | {"expires": "2h"}, headers=town.ash.bearer
    )
    assert other.status_code == 422


def test_a_room_offers_only_what_it_would_keep_to() -> None:
    assert [choice for choice, _ in choices_within(365)] == ["1h", "24h", "30d"]
    assert [choice for choice, _ in choices_within(30)] == ["1h", "24h", "30d"]
    assert [choice for choice, _ in choices_within(29)] == ["1h", "24h"]
    assert [choice for choice, _ in choices_within(1)] == ["1h", "24h"]
    assert hours_of("30d", 7) == 7 * 24
    assert hours_of("", 7) is None


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(seconds=-5), ("minute", 1)),
        (timedelta(seconds=30), ("minute", 1)),
        (timedelta(minutes=60), ("minute", 60)),
        (timedelta(minutes=60, seconds=1), ("hour", 2)),
        (timedelta(hours=48), ("hour", 48)),
        (timedelta(hours=48, seconds=1), ("day", 3)),
        (timedelta(days=30), ("day", 30)),
    ],
)
def test_how_long_it_stays_is_said_in_the_largest_unit_and_rounded_up(
    left: timedelta, said: tuple[str, int], clock: StillClock
) -> None:
    assert left_words(clock.now() + left, clock.now()) == said


@pytest.mark.full
@on_sqlite
async def test_the_page_offers_the_choice_and_says_when_a_message_goes(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    client.cookies.set("holdfast", town.ash.token)
    form = {"text": "For an hour", "expires": "1h", "nonce": "nonce-000001"}
    sent = await client.post("/rooms/night-room/messages", data=form)
    assert sent.status_code == 303
    clock.pass_time(minutes=20)
    page = (await client.get("/rooms/night-room")).text
    assert "goes in 40 minutes" in page
    assert '<select class="in" id="expires" name="expires">' in page
    wrong = await client.post(
        "/rooms/night-room/messages", data=form | {"expires": "2h", "nonce": "nonce-000002"}
    )
    assert wrong.status_code == 409
    assert "For an hour" in wrong.text


@on_sqlite
async def test_who_comes_back_to_a_refusal_finds_the_choice_as_it_was(
    client: httpx.AsyncClient, town: Town
) -> None:
    client.cookies.set("holdfast", town.ash.token)
    form = {"text": "Write to me at ash@example.org", "expires": "24h"}
    page = await client.post("/rooms/night-room/messages", data=form)
    assert page.status_code == 409
    assert '<option value="24h" selected>' in page.text

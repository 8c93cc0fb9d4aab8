"""Changing and taking back what one said: one's own, in time, and everywhere it shows."""

from __future__ import annotations

import pytest

from holdfast.kit.errors import NotFound, TooLong
from holdfast.messages.actions import edit_message, remove_message, respond_to_message
from holdfast.messages.ledger.entries import Accepted
from holdfast.messages.queries import messages_at, unread_in_rooms
from holdfast.messages.rules import NonceTaken, Response, TooLate
from holdfast.rooms.actions import mark_read
from messages.hearing import loaded, replayed
from town import Person, StillClock, Town, mostly_on_sqlite


async def edit(
    town: Town, person: Person, seq: int, words: str = "other", nonce: str = "edit-0001"
) -> Accepted:
    seat = await town.seat(person)
    return await edit_message(town.house.ledger, seat, seq=seq, nonce=nonce, text=words, note=None)


async def remove(town: Town, person: Person, seq: int, nonce: str = "remove-01") -> Accepted:
    seat = await town.seat(person)
    return await remove_message(town.house.ledger, seat, seq=seq, nonce=nonce)


async def words_at(town: Town, seq: int) -> str:
    view = await loaded(town.house, await town.seat(town.ash))
    text: str = view[seq]["text"]
    return text


async def test_an_edit_is_allowed_up_to_the_fifteenth_minute_and_no_longer(
    town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "one")
    clock.pass_time(minutes=15)
    assert (await edit(town, town.ash, 1)).seq == 2
    clock.pass_time(milliseconds=1)
    with pytest.raises(TooLate) as refused:
        await edit(town, town.ash, 1, "third", "edit-0002")
    assert (refused.value.status, refused.value.code) == (409, "too_late")
    assert await words_at(town, 1) == "other"


@pytest.mark.full
async def test_a_message_can_be_taken_back_at_any_time(town: Town, clock: StillClock) -> None:
    await town.say(town.ash, "one", note="a note")
    clock.pass_time(days=40)
    await remove(town, town.ash, 1)
    view = await loaded(town.house, await town.seat(town.birch))
    assert (view[1]["text"], view[1]["removed"], "note" in view[1]) == ("", "author", False)


@mostly_on_sqlite
async def test_someone_else_s_message_and_none_at_all_look_alike(town: Town) -> None:
    await town.say(town.ash, "one")
    await town.say(town.birch, "two")
    await remove(town, town.birch, 2, "remove-00")
    for seq in (1, 2, 3, 0, 2**53 - 1):
        with pytest.raises(NotFound) as of_edit:
            await edit(town, town.birch, seq)
        with pytest.raises(NotFound) as of_remove:
            await remove(town, town.birch, seq)
        assert of_edit.value.words == of_remove.value.words == NotFound.words
    assert await words_at(town, 1) == "one"


@mostly_on_sqlite
async def test_an_edit_is_cleaned_and_measured_like_anything_said(town: Town) -> None:
    await town.say(town.ash, "one")
    await edit(town, town.ash, 1, "\u202eturned\x00")
    assert await words_at(town, 1) == "\u202eturned\u202c"
    with pytest.raises(TooLong):
        await edit(town, town.ash, 1, "x" * 4_001, "edit-0002")


async def test_a_change_sent_twice_is_made_once_and_answered_as_things_stand(
    town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "one")
    first = await edit(town, town.ash, 1)
    clock.pass_time(hours=2)  # the first answer was lost; by now an edit would be too late
    again = await edit(town, town.ash, 1)
    assert (again.seq, again.first) == (first.seq, False)
    gone = await remove(town, town.ash, 1)
    gone_again = await remove(town, town.ash, 1)
    assert (gone_again.seq, gone_again.first) == (gone.seq, False)
    late = await edit(town, town.ash, 1)
    assert (late.seq, late.first) == (first.seq, False)
    assert len(await replayed(town.house, await town.seat(town.ash))) == 3


@mostly_on_sqlite
async def test_other_words_under_the_nonce_of_an_edit_are_refused(town: Town) -> None:
    await town.say(town.ash, "one")
    await edit(town, town.ash, 1, "two")
    with pytest.raises(NonceTaken):
        await edit(town, town.ash, 1, "three")
    assert await words_at(town, 1) == "two"


@pytest.mark.full
async def test_what_was_taken_back_can_be_neither_changed_nor_answered(town: Town) -> None:
    await town.say(town.ash, "one")
    await remove(town, town.ash, 1)
    with pytest.raises(NotFound):
        await edit(town, town.ash, 1)
    with pytest.raises(NotFound):
        await respond_to_message(
            town.house.ledger,
            await town.seat(town.birch),
            seq=1,
            nonce="nonce-0001",
            response=Response.STRENGTH,
            on=True,
        )


async def test_a_replay_never_says_words_that_were_changed_or_taken_back(town: Town) -> None:
    await town.say(town.ash, "first words")
    await town.say(town.ash, "second words")
    await edit(town, town.ash, 1, "better words")
    await remove(town, town.ash, 2)
    events = await replayed(town.house, await town.seat(town.birch))
    assert [event["event"] for event in events] == ["posted", "posted", "edited", "removed"]
    assert "first words" not in str(events)
    assert "second words" not in str(events)
    assert events[0]["text"] == "better words"
    assert "edited_at" in events[0]
    assert events[1]["removed"] == "author"


async def quote_of(town: Town, seq: int) -> tuple[str, str | None]:
    async with town.house.workshop.reading() as work:
        room = (await town.seat(town.ash)).room_id
        found = await messages_at(work, town.reader(town.birch), room, [seq])
    assert found[0].quote is not None
    return found[0].quote.excerpt, found[0].quote.note


@pytest.mark.full
async def test_a_quote_follows_what_becomes_of_the_message(town: Town) -> None:
    await town.say(town.ash, "one")
    await town.say(town.birch, "yes", reply_to=1)
    assert await quote_of(town, 2) == ("one", None)
    await edit(town, town.ash, 1, "two")
    assert await quote_of(town, 2) == ("two", None)
    await remove(town, town.ash, 1)
    assert await quote_of(town, 2) == ("", None)


@pytest.mark.full
@mostly_on_sqlite
async def test_a_quote_of_covered_words_shows_the_cover_only(town: Town) -> None:
    await town.say(town.ash, "hard words", note="about loss")
    await town.say(town.birch, "yes", reply_to=1)
    assert await quote_of(town, 2) == ("", "about loss")


@mostly_on_sqlite
async def test_a_reply_to_nothing_is_refused(town: Town) -> None:
    for seq in (0, 1, 2**53 - 1):
        with pytest.raises(NotFound):
            await town.say(town.ash, "yes", reply_to=seq)


async def test_what_is_unread_is_what_others_said_and_still_stands(town: Town) -> None:
    await town.say(town.ash, "one")
    await town.say(town.birch, "two")
    await town.say(town.ash, "three")
    await town.say(town.ash, "four")
    await remove(town, town.ash, 4)
    seat = await town.seat(town.birch)
    unread = []
    for seq in (0, 1, 2, 3, 4):
        async with town.house.workshop.work() as work:
            await mark_read(work, seat, seq=seq)
        found = await unread_in_rooms(town.house.workshop.glances, town.birch.member.id)
        unread.append(found[seat.room_id])
    assert unread == [2, 1, 1, 0, 0]

"""What two said and took back, changed, or left behind: each message goes with its one key."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from holdfast.app.turning import rotate
from holdfast.erasing.holds.tables import HeldWordsRow
from holdfast.erasing.tables import ErasureKeyRow
from holdfast.kit.cipher import RootKey
from holdfast.messages.actions import edit_message, erase_with_words, remove_message
from holdfast.messages.actions.held_up import set_apart
from holdfast.messages.actions.hiding import hide_words, restore_words
from holdfast.messages.tables import ChangeRow, MessageRow
from holdfast.rights.rules import System
from holdfast.sealing.alone import wrapped_anew
from holdfast.settings import Settings
from town import StillClock, Town, mostly_on_sqlite
from trust.erased import as_it_lies, erasing_of, keys_left, two_minutes_later
from two import SECRET, Talk, as_who_comes, talk_of_two


async def take_back(talk: Talk, seq: int) -> None:
    seat = await talk.town.seat(talk.town.ash, talk.slug)
    await remove_message(talk.town.house.ledger, seq=seq, nonce=f"back-{seq:08}", seat=seat)


@pytest.mark.full
async def test_a_message_goes_with_its_key_and_no_neighbour_is_touched(
    town: Town, clock: StillClock
) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash, "one neighbour")
    erased = await talk.say(town.ash)
    await talk.say(town.ash, "another")
    before = [await talk.key_of(seq) for seq in (1, 2, 3)]
    await take_back(talk, erased)
    await two_minutes_later(town, clock)
    left = {kept.id for kept in await keys_left(town.house, *before)}
    assert left == {before[0], before[2]}
    assert [await talk.key_of(seq) for seq in (1, 3)] == [before[0], before[2]]
    birch = await as_who_comes(town.house, town.birch.token)
    assert await talk.texts(birch) == ["one neighbour", "(author)", "another"]


@pytest.mark.full
async def test_a_change_has_a_key_of_its_own_and_both_go_with_the_message(
    town: Town, clock: StillClock
) -> None:
    talk = await talk_of_two(town)
    seq = await talk.say(town.ash, "the first words")
    first = await talk.key_of(seq)
    seat = await town.seat(town.ash, talk.slug)
    ledger = town.house.ledger
    await edit_message(ledger, seat, seq=seq, nonce="change-01", text="other words", note=None)
    second = await talk.key_of(seq)
    assert first != second
    birch = await as_who_comes(town.house, town.birch.token)
    assert await talk.texts(birch) == ["other words"]
    again = await edit_message(
        ledger, seat, seq=seq, nonce="change-01", text="other words", note=None
    )
    assert not again.first
    await take_back(talk, seq)
    await two_minutes_later(town, clock)
    assert await keys_left(town.house, first, second) == []
    async with town.house.workshop.reading() as work:
        changed = (await work.db.scalars(select(ChangeRow.kind))).all()
    assert len(changed) == 2


@pytest.mark.full
async def test_who_goes_for_good_takes_every_key_of_theirs_and_leaves_the_other_s(
    town: Town,
) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    await talk.say(town.birch, "I am here")
    mine, theirs = await talk.key_of(1), await talk.key_of(2)
    erasing_of(town.house)
    await erase_with_words(town.house.ledger, town.ash.member)
    assert [kept.id for kept in await keys_left(town.house, mine, theirs)] == [theirs]
    birch = await as_who_comes(town.house, town.birch.token)
    assert await talk.texts(birch) == ["(author)", "I am here"]


@pytest.mark.full
async def test_what_a_hold_sets_apart_keeps_its_key_until_it_ends(
    town: Town, clock: StillClock
) -> None:
    talk = await talk_of_two(town)
    seq = await talk.say(town.ash)
    key = await talk.key_of(seq)
    async with town.house.workshop.work() as work:
        its = MessageRow.room_id == talk.room_id, MessageRow.seq == seq
        message = (await work.db.scalars(select(MessageRow.id).where(*its))).one()
        await set_apart(work, System(), messages=[message])
    await take_back(talk, seq)
    await two_minutes_later(town, clock)
    assert [kept.id for kept in await keys_left(town.house, key)] == [key]
    async with town.house.workshop.work() as work:
        names = (await work.db.scalars(select(ErasureKeyRow.held))).all()
        assert list(names) == [True]
        for row in await work.db.scalars(select(HeldWordsRow)):
            await work.db.delete(row)
    await erasing_of(town.house).look(now=True)
    assert await keys_left(town.house, key) == []


async def test_words_a_moderator_hides_come_back_for_the_two(town: Town) -> None:
    """Who hides them has not read them, and neither has the house."""
    talk = await talk_of_two(town)
    seq = await talk.say(town.ash)
    ledger = town.house.ledger
    await hide_words(ledger, System(), room_id=talk.room_id, seq=seq)
    birch = await as_who_comes(town.house, town.birch.token)
    assert await talk.texts(birch) == ["(moderator)"]
    await restore_words(ledger, System(), room_id=talk.room_id, seq=seq)
    assert await talk.texts(birch) == [SECRET]
    assert await talk.texts(System()) == ["(private)"]


@pytest.mark.full
@mostly_on_sqlite
async def test_a_new_root_key_wraps_them_anew_and_both_still_read(
    town: Town, settings: Settings
) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    before = (await as_it_lies(town.house, 1)).key
    turned = await rotate(settings, lambda *_: None, heard=0)
    assert turned.broken == 0
    await town.house.listening.read()
    town.house.ledger.keyring.forget_all()
    after = (await as_it_lies(town.house, 1)).key
    assert after.wrapped[:9] == before.wrapped[:9]
    assert after.wrapped != before.wrapped
    new = RootKey(bytes.fromhex(settings.root_key_file.read_text()))
    assert wrapped_anew(new, after) is None
    for person in (town.ash, town.birch):
        assert await talk.texts(await as_who_comes(town.house, person.token)) == [SECRET]
    await talk.say(town.birch, "and after")
    assert await talk.texts(System()) == ["(private)", "(private)"]


@pytest.mark.full
async def test_what_is_said_after_midnight_lies_in_a_part_of_its_own(
    town: Town, clock: StillClock
) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    clock.pass_time(days=1)
    await talk.say(town.ash, "a day later")
    one, other = await as_it_lies(town.house, 1), await as_it_lies(town.house, 2)
    assert one.key.wrapped[1:9] != other.key.wrapped[1:9]
    assert await talk.texts(await as_who_comes(town.house, town.birch.token)) == [
        SECRET,
        "a day later",
    ]
    await take_back(talk, 1)  # it is told by its own part, not by today's
    assert (await talk.texts(town.ash.actor))[1] == "a day later"

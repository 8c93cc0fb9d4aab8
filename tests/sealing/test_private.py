"""What two say to each other opens for the two, and for nobody else who is in the house."""

from __future__ import annotations

import pytest

from holdfast.kit.errors import TooFast
from holdfast.kit.house import House
from holdfast.messages.queries import Reader
from holdfast.messages.rules import NonceTaken
from holdfast.rights.rules import Actor, Guest, System
from holdfast.rooms.actions.listening import close_listening_room
from holdfast.rooms.rules.guiding import RoomClosed
from holdfast.sealing.private import join, split
from holdfast.sealing.seam import Keyring
from town import Town
from two import SECRET, as_who_comes, talk_of_two


@pytest.mark.full
async def test_both_read_what_either_says(town: Town) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    await talk.say(town.birch, "I am with you")
    for person in (town.ash, town.birch):
        comes = await as_who_comes(town.house, person.token)
        assert await talk.texts(comes) == [SECRET, "I am with you"]


@pytest.mark.full
async def test_nobody_else_in_the_house_can_open_it(town: Town) -> None:
    """Not another member, not staff, not the house itself, whatever door let them in."""
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    assert await talk.texts(await as_who_comes(town.house, town.ash.token)) == [SECRET]
    others: list[Actor] = [
        await as_who_comes(town.house, town.cedar.token),
        town.elm.actor,
        System(),
        Guest(),
    ]
    for other in others:
        assert await talk.texts(other) == ["(private)"]
    assert town.house.ledger.keyring.unreadable == 0  # that is no damage


async def test_a_session_without_its_token_opens_nothing(town: Town) -> None:
    """The house may make up an actor with Ash's number: without the token it is as good as none."""
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    mine = await as_who_comes(town.house, town.ash.token)
    assert await talk.texts(mine) == [SECRET]
    made_up = type(mine)(mine.id, mine.session)
    assert await talk.texts(made_up) == ["(private)"]


async def test_each_message_has_a_key_of_its_own(town: Town) -> None:
    talk = await talk_of_two(town)
    one, other = await talk.say(town.ash), await talk.say(town.ash, "and more")
    keys = {await talk.key_of(one), await talk.key_of(other)}
    assert len(keys) == 2
    kept = await town.house.ledger.keyring.store.named(keys)
    assert all(key.generation < 0 and key.wrapped[:1] == b"\x02" for key in kept)


async def test_the_seats_key_of_the_day_is_another_and_is_still_found(town: Town) -> None:
    """What is meant for others too is sealed with the ordinary one."""
    talk = await talk_of_two(town)
    seat = await town.seat(town.ash, talk.slug)
    await talk.say(town.ash)
    keyring = town.house.ledger.keyring
    day = (await keyring.store.named([await talk.key_of(1)]))[0].day
    assert await keyring.store.find(seat.id, day) is None
    await keyring.fetch(seat.id, day)
    await talk.say(town.ash, "after")
    found = await keyring.store.find(seat.id, day)
    assert found is not None
    assert found.generation == 0
    assert await talk.texts(await as_who_comes(town.house, town.birch.token)) == [SECRET, "after"]


async def test_the_same_words_again_under_one_nonce_are_said_once(town: Town) -> None:
    talk = await talk_of_two(town)
    first = await town.say(town.ash, SECRET, talk.slug, nonce="a-nonce-of-mine-1")
    again = await town.say(town.ash, SECRET, talk.slug, nonce="a-nonce-of-mine-1")
    assert (again.seq, again.first) == (first.seq, False)
    with pytest.raises(NonceTaken):
        await town.say(town.ash, "other words", talk.slug, nonce="a-nonce-of-mine-1")
    assert await talk.texts(town.birch.actor) == [SECRET]


@pytest.mark.full
async def test_a_reply_quotes_what_only_the_two_can_read(town: Town) -> None:
    talk = await talk_of_two(town)
    seq = await talk.say(town.ash)
    await talk.say(town.birch, "yes, that", reply_to=seq)
    mine = (await talk.read(await as_who_comes(town.house, town.ash.token)))[1].quote
    assert mine is not None
    assert mine.excerpt == SECRET
    assert (await talk.read(System()))[1].quote is None


async def test_a_process_that_has_never_seen_it_opens_it_for_the_two(town: Town) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    house: House = town.house
    fresh = Keyring(house.root, house.ledger.keyring.store)
    fresh.boxes = house.ledger.keyring.boxes
    async with house.workshop.reading() as work:
        from holdfast.messages.queries import messages_before

        mine = Reader(fresh, await as_who_comes(house, town.birch.token))
        assert [m.text for m in await messages_before(work, mine, talk.room_id, None, 9)] == [
            SECRET
        ]
        theirs = Reader(fresh, System())
        assert [m.text for m in await messages_before(work, theirs, talk.room_id, None, 9)] == [""]


def test_two_halves_make_a_key_and_one_says_nothing() -> None:
    key = bytes(range(32))
    care, lead = split(key)
    assert join(care, lead) == key
    assert care != key != lead
    assert split(key)[0] != care


@pytest.mark.full
async def test_no_key_is_made_for_words_that_come_too_fast(town: Town) -> None:
    talk, store = await talk_of_two(town), town.house.ledger.keyring.store
    await talk.say(town.ash)
    town.house.limits.refuse = True
    before, refused = await store.count(), 0
    for _ in range(60):
        try:
            await talk.say(town.ash, "again")
        except TooFast:
            refused += 1
    assert refused > 40
    assert await store.count() - before <= 24


@pytest.mark.full
async def test_no_key_and_no_part_is_made_where_nothing_is_written_any_more(town: Town) -> None:
    talk, store = await talk_of_two(town), town.house.ledger.keyring.store
    await talk.say(town.ash)
    before = await store.count()
    async with town.house.workshop.work() as work:
        await close_listening_room(work, System(), room_id=talk.room_id)
    with pytest.raises(RoomClosed):
        await talk.say(town.ash, "too late")
    assert await store.count() == before

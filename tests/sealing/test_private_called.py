"""Staff who are called into a talk read from when they came; earlier words when the member says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from holdfast.kit.boxes import make_pair, open_with
from holdfast.kit.errors import NotFound
from holdfast.kit.ids import StaffId
from holdfast.kit.work import Work
from holdfast.messages.actions.between import share_earlier
from holdfast.rights.own import OwnKey, OwnKeyLocked
from holdfast.rights.rules import Role, Staff, System
from holdfast.rooms.access import must_have_key, seat_to_speak
from holdfast.rooms.actions import leave_seat
from holdfast.sealing.private import (
    CARE,
    LEAD,
    HalfHolder,
    Halves,
    bound_half,
    half_boxes,
    join,
    parts_of,
)
from holdfast.sealing.tables import TalkHalfRow
from holdfast.staff.actions.session_keys import ensure_session_key
from town import Person, Town, appoint
from two import SECRET, Talk, as_who_comes, talk_of_two


async def called(town: Town, talk: Talk, name: str = "Fern") -> Staff:
    """A supervisor answers a raised hand."""
    async with town.house.workshop.work() as work:
        person = await appoint(work, Role.SUPERVISOR, name=name)
    assert isinstance(person.actor, Staff)
    async with town.house.workshop.work() as work:
        await ensure_session_key(work, person.actor)
    await talk.call(person.actor)
    return person.actor


@pytest.mark.full
async def test_who_is_called_reads_from_then_on(town: Town) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    fern = await called(town, talk)
    await talk.say(town.ash, "now you are here")
    assert await talk.texts(fern) == ["(private)", "now you are here"]
    assert await talk.texts(await as_who_comes(town.house, town.birch.token)) == [
        SECRET,
        "now you are here",
    ]


@pytest.mark.full
async def test_earlier_words_open_to_them_when_the_member_says_yes(town: Town) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    fern = await called(town, talk)
    await talk.say(town.ash, "now you are here")
    assert (await talk.texts(fern))[0] == "(private)"
    mine, ledger = await as_who_comes(town.house, town.ash.token), town.house.ledger
    async with town.house.workshop.work() as work:
        assert (
            await share_earlier(work, mine, ledger=ledger, room_id=talk.room_id, staff_id=fern.id)
            == 1
        )
    assert await talk.texts(fern) == [SECRET, "now you are here"]
    async with town.house.workshop.work() as work:
        assert (
            await share_earlier(work, mine, ledger=ledger, room_id=talk.room_id, staff_id=fern.id)
            == 0
        )


async def test_a_shut_session_shares_nothing(town: Town) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    shut = replace(town.ash.member, own=OwnKey("no-token", town.ash.member.own.public, None))  # type: ignore[union-attr]
    ledger = town.house.ledger
    with pytest.raises(OwnKeyLocked):
        async with town.house.workshop.work() as work:
            await share_earlier(
                work, shut, ledger=ledger, room_id=talk.room_id, staff_id=StaffId(1)
            )


@pytest.mark.full
async def test_a_yes_to_one_of_two_who_came_opens_nothing_to_the_other(town: Town) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    fern, other = await called(town, talk), await called(town, talk, name="Gentian")
    mine, ledger = await as_who_comes(town.house, town.ash.token), town.house.ledger
    async with town.house.workshop.work() as work:
        await share_earlier(work, mine, ledger=ledger, room_id=talk.room_id, staff_id=fern.id)
    assert await talk.texts(fern) == [SECRET]
    assert await talk.texts(other) == ["(private)"]


@pytest.mark.full
async def test_what_staff_say_there_is_between_them_too(town: Town) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    fern = await called(town, talk)
    seat = await seat_to_speak(town.house.workshop.glances, fern, talk.slug)
    assert seat.author.badge == "supervisor"
    await talk.say(Person(fern), "I am Fern, and I am with you both")
    birch = await as_who_comes(town.house, town.birch.token)
    assert (await talk.texts(birch))[1] == "I am Fern, and I am with you both"
    assert await talk.texts(System()) == ["(private)", "(private)"]


async def test_who_left_reads_nothing_of_what_is_said_afterwards(town: Town) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    async with town.house.workshop.work() as work:
        await leave_seat(work, await as_who_comes(town.house, town.birch.token), slug=talk.slug)
    await talk.say(town.ash, "are you gone?")
    birch = await as_who_comes(town.house, town.birch.token)
    assert await talk.texts(birch) == [SECRET, "(private)"]


async def test_staff_without_a_key_in_this_session_are_asked_to_answer_again(town: Town) -> None:
    talk = await talk_of_two(town)
    fern = await called(town, talk)
    assert (await seat_to_speak(town.house.workshop.glances, fern, talk.slug)).held
    elsewhere = replace(fern, own=OwnKey("another-token", None, None))
    with pytest.raises(OwnKeyLocked, match="own_key_locked"):
        await seat_to_speak(town.house.workshop.glances, elsewhere, talk.slug)
    with pytest.raises(OwnKeyLocked):
        must_have_key(elsewhere)


async def test_a_member_who_does_not_sit_there_finds_nothing(town: Town) -> None:
    talk = await talk_of_two(town)
    glances = town.house.workshop.glances
    assert (await seat_to_speak(glances, town.ash.actor, talk.slug)).held
    with pytest.raises(NotFound):
        await seat_to_speak(glances, town.cedar.actor, talk.slug)


async def test_a_part_opens_with_both_halves_of_the_glass_and_not_with_one(town: Town) -> None:
    talk = await talk_of_two(town)
    care, lead = make_pair(), make_pair()

    async def halves(work: Work) -> Halves:
        del work
        return Halves([HalfHolder(StaffId(1), care.public)], [HalfHolder(StaffId(1), lead.public)])

    town.house.ledger.keyring.halves = halves
    await talk.say(town.ash)
    async with town.house.workshop.reading() as work:
        (part,) = await parts_of(work, talk.room_id)
        rows = {row.half: row.id for row in await work.db.scalars(select(TalkHalfRow))}
        boxes = await half_boxes(work, town.house.root, rows.values())
    one, other = (
        open_with(
            pair.private, pair.public, boxes[rows[half]], bound_half(part, talk.room_id, half)
        )
        for half, pair in ((CARE, care), (LEAD, lead))
    )
    staff = Staff(StaffId(1), town.elm.actor.session, Role.LEAD)  # type: ignore[union-attr]
    for key, said in ((one, "(unreadable)"), (join(one, other), SECRET)):
        reader = replace(staff, own=OwnKey.of_parts({part: key}))
        assert await talk.texts(reader) == [said]


async def test_where_one_half_has_nobody_nothing_is_boxed_for_the_other(town: Town) -> None:
    talk = await talk_of_two(town)

    async def halves(work: Work) -> Halves:
        del work
        return Halves([HalfHolder(StaffId(1), make_pair().public)], [])

    town.house.ledger.keyring.halves = halves
    await talk.say(town.ash)
    async with town.house.workshop.reading() as work:
        assert (await work.db.scalars(select(TalkHalfRow))).all() == []

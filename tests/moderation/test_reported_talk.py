"""Who reports a line of a talk between two opens it for the case, and nothing else of the talk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select, update

from holdfast.kit.errors import NotFound
from holdfast.kit.ids import CaseId
from holdfast.messages.actions import remove_message
from holdfast.messages.tables import MessageRow
from holdfast.moderation.actions.forgetting import forget_old_reports
from holdfast.moderation.queries.talk import Copied
from holdfast.moderation.rules.cases import KEPT_AFTER, Ground, Outcome
from holdfast.moderation.rules.measures import MeasureState
from holdfast.moderation.rules.reports import Door
from holdfast.moderation.tables import ReportedLineRow, ReportRow
from holdfast.rights.rules import System
from moderation.measuring import Hand
from moderation.reporting import Care
from town import Person, StillClock, Town, on_sqlite, unlimited
from two import Talk, talk_of_two


class Room:
    """What Ash and Birch say between them, and Maren at the desk."""

    def __init__(self, care: Care, talk: Talk, maren: Person) -> None:
        self.care, self.talk, self.maren = care, talk, maren

    async def copied(self) -> Sequence[Copied]:
        card = await self.care.looks(self.maren, CaseId(1))
        return card.copied

    async def rows(self) -> list[ReportedLineRow]:
        async with self.care.house.workshop.reading() as work:
            return list(await work.db.scalars(select(ReportedLineRow)))

    async def reports(self, who: Person, seq: int) -> Any:
        return await self.care.reports(who, seq, slug=self.talk.slug)


@pytest.fixture
async def room(town: Town) -> Room:
    care = Care(town)
    room = Room(care, await talk_of_two(town), await care.hires())
    for number in range(1, 15):
        who = town.ash if number % 2 else town.birch
        await room.talk.say(who, f"line {number}")
    return room


@pytest.mark.full
@unlimited
async def test_the_copy_is_the_line_with_five_before_and_after_as_the_rows_say(room: Room) -> None:
    town = room.care.town
    await room.reports(town.ash, 8)
    copied = await room.copied()
    assert [(one.seq, one.text) for one in copied] == [(n, f"line {n}") for n in range(3, 14)]
    said = {one.seq: one for one in await room.talk.read(town.birch.actor)}
    assert all((one.text, one.at) == (said[one.seq].text, said[one.seq].at) for one in copied)
    assert {one.pseudonym for one in copied} == {one.author.pseudonym for one in said.values()}
    assert await room.talk.texts(room.maren.actor) == ["(private)"] * 14


@pytest.mark.full
@on_sqlite
@unlimited
async def test_a_listener_reports_a_member_in_the_same_way(room: Room) -> None:
    await room.reports(room.care.town.birch, 1)
    assert [one.seq for one in await room.copied()] == [1, 2, 3, 4, 5, 6]


@pytest.mark.full
@on_sqlite
@unlimited
async def test_a_forged_line_is_refused(room: Room) -> None:
    """Words that somebody put into the rows do not open, and are copied nowhere."""
    town = room.care.town
    async with town.house.workshop.work() as work:
        texts = select(MessageRow.text).where(
            MessageRow.room_id == room.talk.room_id, MessageRow.seq == 10
        )
        other = await work.db.scalar(texts)
        forged = update(MessageRow).where(
            MessageRow.room_id == room.talk.room_id, MessageRow.seq == 7
        )
        await work.db.execute(forged.values(text=other))
    await room.reports(town.ash, 8)
    assert [one.seq for one in await room.copied()] == [3, 4, 5, 6, 8, 9, 10, 11, 12, 13]


@pytest.mark.full
@on_sqlite
@unlimited
async def test_a_report_of_a_forged_line_is_made_and_copies_nothing(room: Room) -> None:
    town = room.care.town
    async with town.house.workshop.work() as work:
        its = MessageRow.room_id == room.talk.room_id, MessageRow.seq == 8
        row = (await work.db.scalars(select(MessageRow).where(*its))).one()
        assert row.text is not None
        row.text = row.text[:-1] + bytes([row.text[-1] ^ 1])
    await room.reports(town.ash, 8)
    assert await room.copied() == []
    await room.reports(town.ash, 10)
    assert await room.copied() != []


@pytest.mark.full
@on_sqlite
@unlimited
async def test_who_cannot_open_their_own_words_reports_without_them(room: Room) -> None:
    """A report is never kept from anybody because their seven words are not typed."""
    from dataclasses import replace

    town = room.care.town
    shut = Person(replace(town.ash.member, own=None), town.ash.token)
    await room.reports(shut, 8)
    assert await room.copied() == []
    assert (await room.care.looks(room.maren, CaseId(1))).reports[0].seq == 8


@on_sqlite
async def test_an_open_room_copies_nothing(town: Town) -> None:
    care = Care(town)
    maren = await care.hires()
    await care.reports(town.ash, await care.says(town.birch))
    card = await care.looks(maren, CaseId(1))
    assert card.copied == []
    assert card.reports[0].line is not None


@pytest.mark.full
@unlimited
async def test_the_copy_goes_when_the_report_is_taken_back(room: Room) -> None:
    town = room.care.town
    made = await room.reports(town.ash, 8)
    assert len(await room.rows()) == 11
    await room.care.undoes(town.ash, made)
    assert await room.rows() == []
    await room.reports(town.ash, 8)
    assert len(await room.rows()) == 11


@pytest.mark.full
@unlimited
async def test_the_copy_goes_with_the_words_of_its_report(room: Room, clock: StillClock) -> None:
    town = room.care.town
    await room.reports(town.ash, 8)
    await room.care.decides(room.maren, Outcome.NO_MEASURE, ground=Ground.SETTLED)
    clock.pass_time(seconds=KEPT_AFTER.total_seconds() - 60)
    await _forget(room)
    assert len(await room.rows()) == 11
    clock.pass_time(seconds=60)
    await _forget(room)
    assert await room.rows() == []


@pytest.mark.full
@on_sqlite
@unlimited
async def test_once_it_is_decided_a_line_goes_that_its_author_took_back(room: Room) -> None:
    town = room.care.town
    await room.reports(town.ash, 8)
    seat = await town.seat(town.birch, room.talk.slug)
    await remove_message(town.house.ledger, seat, seq=8, nonce="take-it-back-8")
    await _forget(room)
    assert len(await room.rows()) == 11
    await room.care.decides(room.maren, Outcome.NO_MEASURE, ground=Ground.SETTLED)
    await _forget(room)
    assert [row.seq for row in await room.rows()] == [3, 4, 5, 6, 7, 9, 10, 11, 12, 13]


async def _forget(room: Room) -> None:
    async with room.care.house.workshop.work() as work:
        await forget_old_reports(work, System())


@pytest.mark.full
@on_sqlite
@unlimited
async def test_what_the_author_sealed_is_not_kept_beside_it(room: Room) -> None:
    """The desk has one copy, under the reporter's ordinary key."""
    await room.reports(room.care.town.ash, 8)
    async with room.care.house.workshop.reading() as work:
        row = (await work.db.scalars(select(ReportRow))).one()
    assert row.kept is None
    assert row.kind is Door.CONDUCT


@pytest.mark.full
@on_sqlite
@unlimited
async def test_words_between_two_are_taken_out_and_get_no_note(room: Room) -> None:
    """A note is sealed with the key of its message, which nobody at the desk can open."""
    town, hand = room.care.town, Hand(room.care.town)
    await room.reports(town.ash, 8)
    await hand.claims(room.maren)
    with pytest.raises(NotFound):
        await hand.takes(room.maren, "content_note", seq=8, words="About a death")
    row = await hand.takes(room.maren, "hide", seq=8)
    assert row.state is MeasureState.IN_FORCE
    said = await room.talk.read(town.birch.actor)
    assert [(one.seq, one.removed) for one in said if one.removed] == [(8, "moderator")]

"""Telling us that something is wrong: two doors, once each, and taking it back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from holdfast.kit.errors import NotFound
from holdfast.messages.actions import edit_message, remove_message
from holdfast.messages.queries.unseen import unseen_by
from holdfast.moderation.actions import note_flag
from holdfast.moderation.rules.cases import CaseKind, CaseState, FlagKind
from holdfast.moderation.rules.reports import Door, OwnWords, Step
from holdfast.moderation.tables import ReportRow
from holdfast.rights.rules import System
from holdfast.rooms.actions import leave_seat
from moderation.reporting import Care
from town import EVENING, NIGHT, Person, Town, newcomers, on_sqlite


@pytest.fixture
def care(town: Town) -> Care:
    return Care(town)


async def hidden(care: Care, person: Person) -> set[int]:
    """What this person hid in the night room."""
    seat = await care.town.seat(person)
    async with care.house.workshop.reading() as work:
        return (await unseen_by(work, person.actor, seat.room_id)).seqs


@pytest.mark.full
async def test_a_report_opens_a_case_and_hides_the_message_until_it_is_taken_back(
    care: Care, town: Town
) -> None:
    seq = await care.says(town.birch)
    made = await care.reports(town.ash, seq, words="This hurt me")
    assert (made.first, made.hidden, made.step) == (True, True, Step.RECEIVED)
    case = await care.case()
    assert (case.kind, case.state, case.reports) == (CaseKind.CONDUCT, CaseState.OPEN, 1)
    assert case.seat_id == (await town.seat(town.birch)).id
    assert await hidden(care, town.ash) == {seq}
    (mine,) = await care.mine(town.ash)
    assert (mine.words, mine.step, mine.seq) == ("This hurt me", Step.RECEIVED, seq)
    await care.undoes(town.ash, made)
    assert await hidden(care, town.ash) == set()
    (mine,) = await care.mine(town.ash)
    assert (mine.words, mine.undone) == ("", True)
    assert (await care.case()).state is CaseState.CLOSED


@pytest.mark.full
async def test_saying_it_twice_is_one_report(care: Care, town: Town) -> None:
    seq = await care.says(town.birch)
    first = await care.reports(town.ash, seq)
    again = await care.reports(town.ash, seq, words="I forgot to say why")
    assert (again.id, again.first) == (first.id, False)
    (mine,) = await care.mine(town.ash)
    assert mine.words == "I forgot to say why"
    assert (await care.case()).reports == 1


@pytest.mark.full
async def test_all_that_is_told_about_one_person_joins_their_one_case(
    care: Care, town: Town
) -> None:
    (third,) = await newcomers(care.house, 1, NIGHT)
    one, two = await care.says(town.birch), await care.says(town.birch, "And you too")
    await care.reports(town.ash, one)
    await care.reports(third, two)
    await care.reports_person(town.ash, town.birch, words="All evening")
    seat = await town.seat(town.birch)
    async with care.house.workshop.work() as work:
        await note_flag(
            work, System(), room_id=seat.room_id, seat_id=seat.id, what=FlagKind.HELD_AGAIN
        )
    case = await care.case()
    assert await care.cases() == [1]
    assert (case.reports, case.flags, case.kind) == (3, 1, CaseKind.CONDUCT)
    other = await care.says(third, "Who are you to say so")
    await care.reports(town.ash, other)
    assert await care.cases() == [1, 2]


@pytest.mark.full
@on_sqlite
async def test_another_room_is_another_case(care: Care, town: Town) -> None:
    (both,) = await newcomers(care.house, 1, NIGHT, EVENING)
    await care.reports(town.ash, await care.says(both))
    await care.reports(town.cedar, await care.says(both, slug=EVENING), slug=EVENING)
    assert await care.cases() == [1, 2]
    assert (await care.case(1)).seat_id != (await care.case(2)).seat_id


@pytest.mark.full
@on_sqlite
async def test_one_that_was_taken_back_can_be_made_again(care: Care, town: Town) -> None:
    seq = await care.says(town.birch)
    made = await care.reports(town.ash, seq)
    await care.undoes(town.ash, made)
    await care.undoes(town.ash, made)
    again = await care.reports(town.ash, seq)
    assert again.id == made.id
    (mine,) = await care.mine(town.ash)
    assert not mine.undone
    assert await care.cases() == [1, 2]
    assert (await care.case(2)).reports == 1


async def test_only_what_stands_where_one_sits_can_be_reported(care: Care, town: Town) -> None:
    seq = await care.says(town.birch)
    gone = await care.says(town.birch, "I take this back")
    await remove_message(
        care.house.ledger, await town.seat(town.birch), seq=gone, nonce="take-it-back"
    )
    elsewhere = await care.says(town.cedar, slug=EVENING)
    for person, slug, wanted in [
        (town.stranger, NIGHT, seq),  # sits nowhere
        (town.cedar, NIGHT, seq),  # sits elsewhere
        (town.ash, EVENING, elsewhere),  # a room that is not theirs
        (town.ash, NIGHT, gone),  # taken back
        (town.ash, NIGHT, seq + 1_000),  # never said
        (town.ash, "no-such-room", seq),
        (town.elm, NIGHT, seq),  # a steward reads no room
    ]:
        with pytest.raises(NotFound):
            await care.reports(person, wanted, slug=slug)
    assert await care.cases() == []
    assert (await care.reports(town.ash, seq)).first


@on_sqlite
async def test_whom_i_do_not_see_i_cannot_find_by_trying_numbers(care: Care, town: Town) -> None:
    from holdfast.messages.actions.unseeing import block_member
    from holdfast.messages.tables import BlockKind

    seq = await care.says(town.birch)
    seat = await town.seat(town.birch)
    async with care.house.workshop.work() as work:
        await block_member(
            work, town.ash.actor, slug=NIGHT, handle=seat.author.seat, kind=BlockKind.BLOCK
        )
    with pytest.raises(NotFound):
        await care.reports(town.ash, seq)
    assert (await care.reports_person(town.ash, town.birch)).first


@on_sqlite
async def test_ones_own_words_and_oneself_are_answered_with_the_way_to_help(
    care: Care, town: Town
) -> None:
    seq = await care.says(town.ash)
    with pytest.raises(OwnWords) as refused:
        await care.reports(town.ash, seq, Door.WORRIED)
    assert refused.value.help
    with pytest.raises(OwnWords):
        await care.reports_person(town.ash, town.ash)
    assert await care.cases() == []


@pytest.mark.full
@on_sqlite
async def test_nobody_takes_back_somebody_elses_report(care: Care, town: Town) -> None:
    made = await care.reports(town.ash, await care.says(town.birch))
    for person in (town.birch, town.cedar, town.elm):
        with pytest.raises(NotFound):
            await care.undoes(person, made)
    assert (await care.case()).reports == 1
    await care.undoes(town.ash, made)
    assert (await care.case()).reports == 0


@pytest.mark.full
async def test_what_was_reported_can_be_read_after_it_was_changed(care: Care, town: Town) -> None:
    """Whoever is reported and then quickly writes something nicer has still said it."""
    seq = await care.says(town.birch, "Nobody wants you here")
    await care.reports(town.ash, seq)
    maren = await care.hires()
    (told,) = (await care.looks(maren)).reports
    assert told.line is not None
    assert (told.line.text, told.as_reported) == ("Nobody wants you here", None)
    await edit_message(
        care.house.ledger,
        await town.seat(town.birch),
        seq=seq,
        nonce="nicer-words",
        text="Good evening",
        note=None,
    )
    (told,) = (await care.looks(maren)).reports
    assert told.line is not None
    assert (told.line.text, told.as_reported) == ("Good evening", "Nobody wants you here")


@on_sqlite
async def test_a_person_who_left_can_still_be_reported(care: Care, town: Town) -> None:
    seat = await town.seat(town.birch)
    async with care.house.workshop.work() as work:
        await leave_seat(work, town.birch.member, slug=NIGHT)
    async with care.house.workshop.work() as work:
        from holdfast.moderation.actions import report_person

        made = await report_person(
            work,
            town.ash.actor,
            care.house.ledger.keyring,
            slug=NIGHT,
            handle=seat.author.seat,
            kind=Door.CONDUCT,
        )
    assert made.first


@on_sqlite
async def test_the_words_of_a_report_lie_sealed(care: Care, town: Town) -> None:
    await care.reports(town.ash, await care.says(town.birch), words="He wrote this three times")
    async with care.house.workshop.reading() as work:
        row = (await work.db.scalars(select(ReportRow))).one()
    assert row.words is not None
    assert row.kept is not None
    assert b"three times" not in row.words
    assert b"just like you" not in row.kept

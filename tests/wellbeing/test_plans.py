"""A safety plan, line by line, and whose it is."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from holdfast.kit.errors import Malformed, NotFound, TooFast
from holdfast.kit.work import Event
from holdfast.rights.rules import System
from holdfast.screening.concern import Concern
from holdfast.wellbeing.actions import (
    add_line,
    change_line,
    forget_signal,
    forget_undo,
    remove_line,
    seals,
    share_line,
    take_back,
)
from holdfast.wellbeing.events import PlanRead
from holdfast.wellbeing.queries import sealed_line_of, shared_lines, signals_in_plans, undo_of
from holdfast.wellbeing.rules.plans import MOST_LINES, LineTooLong, NoWords, PlanIsFull
from holdfast.wellbeing.tables import PlanKeyRow, PlanLineRow
from town import StillClock, Town, mostly_on_sqlite, on_sqlite
from wellbeing.planning import SIGN, SISTER, SONG, a_plan, lines_of, seal, write

GOODBYE = "I am going to kill myself tonight, goodbye everyone"


def heard_alone(town: Town) -> list[Event]:
    """What is announced from now on; nobody else hears it, so that nothing follows from it."""
    heard: list[Event] = []
    town.house.workshop.hearers[:] = [heard.append]
    return heard


def said(lines: list) -> list[str]:  # type: ignore[type-arg]
    return [line.words for line in lines]


@pytest.mark.full
@mostly_on_sqlite
async def test_lines_stand_in_the_order_of_their_parts(town: Town) -> None:
    assert said(await a_plan(town, town.ash)) == [SIGN, SONG, SISTER]
    assert await lines_of(town, town.birch) == []


@mostly_on_sqlite
async def test_lines_of_one_part_stand_in_the_order_of_writing(
    town: Town, clock: StillClock
) -> None:
    for words in ("first", "second", "third"):
        await write(town, town.ash, "alone", words)
        clock.pass_time(seconds=1)
    assert said(await lines_of(town, town.ash)) == ["first", "second", "third"]


@pytest.mark.full
async def test_a_line_is_changed_taken_out_and_put_back_where_it_was(town: Town) -> None:
    workshop, root, me = town.house.workshop, town.house.root, town.ash.member
    lines = await a_plan(town, town.ash)
    song = lines[1].id.hex()
    async with workshop.work() as work:
        await change_line(work, me, root=root, line=song, text="Two songs")
    assert said(await lines_of(town, town.ash)) == [SIGN, "Two songs", SISTER]
    async with workshop.work() as work:
        await take_back(work, me)
    assert await lines_of(town, town.ash) == lines
    async with workshop.work() as work:
        await remove_line(work, me, line=song)
    assert said(await lines_of(town, town.ash)) == [SIGN, SISTER]
    async with workshop.work() as work:
        await take_back(work, me)
    assert await lines_of(town, town.ash) == lines


@pytest.mark.full
@mostly_on_sqlite
async def test_adding_a_line_can_be_taken_back_once(town: Town) -> None:
    lines = await a_plan(town, town.ash)
    await write(town, town.ash, "safer", "Give the box to a friend")
    async with town.house.workshop.work() as work:
        await take_back(work, town.ash.member)
    assert await lines_of(town, town.ash) == lines
    with pytest.raises(NotFound):
        async with town.house.workshop.work() as work:
            await take_back(work, town.ash.member)


@mostly_on_sqlite
async def test_what_could_be_undone_is_shown_and_gone_once_it_is_let_go(town: Town) -> None:
    workshop, root, me = town.house.workshop, town.house.root, town.ash.member
    lines = await a_plan(town, town.ash)
    async with workshop.work() as work:
        await remove_line(work, me, line=lines[0].id.hex())
    async with workshop.reading() as work:
        undo = await undo_of(work, root, me)
    assert undo is not None
    assert (undo.change, undo.words) == ("removed", SIGN)
    async with workshop.work() as work:
        await forget_undo(work, me)
    async with workshop.reading() as work:
        assert await undo_of(work, root, me) is None
    assert said(await lines_of(town, town.ash)) == [SONG, SISTER]


@on_sqlite
async def test_nobody_else_changes_takes_out_or_shares_a_line_of_mine(town: Town) -> None:
    workshop, root = town.house.workshop, town.house.root
    lines = await a_plan(town, town.ash)
    line = lines[0].id.hex()
    async with workshop.work() as work:
        await share_line(work, town.ash.member, line=line, agreed=True)
        await share_line(work, town.ash.member, line=line, agreed=False)
    for who in (town.birch.member, town.stranger.member):
        with pytest.raises(NotFound):
            async with workshop.work() as work:
                await remove_line(work, who, line=line)
        with pytest.raises(NotFound):
            async with workshop.work() as work:
                await share_line(work, who, line=line, agreed=True)
        async with workshop.work() as work:
            written = await change_line(work, who, root=root, line=line, text="not theirs")
        assert isinstance(written.refused, NotFound)
    assert await lines_of(town, town.ash) == lines


@on_sqlite
async def test_no_line_by_that_name_is_as_absent_as_somebody_else_s(town: Town) -> None:
    for line in ("", "zz", "00", "ff" * 16, "ff" * 17, "../me"):
        with pytest.raises(NotFound):
            async with town.house.workshop.work() as work:
                await remove_line(work, town.ash.member, line=line)


@mostly_on_sqlite
async def test_only_lines_with_a_yes_go_into_a_handover_and_the_yes_has_a_day(
    town: Town, clock: StillClock
) -> None:
    workshop, keyring, me = town.house.workshop, town.house.ledger.keyring, town.ash.member
    lines = await a_plan(town, town.ash)
    async with workshop.reading() as work:
        assert await shared_lines(work, keyring, me.id) == []
    async with workshop.work() as work:
        await share_line(work, me, line=lines[2].id.hex(), agreed=True)
    agreed_at = clock.now()
    clock.pass_time(days=1)
    async with workshop.work() as work:
        await share_line(work, me, line=lines[2].id.hex(), agreed=True)
    async with workshop.reading() as work:
        (shared,) = await shared_lines(work, keyring, me.id)
        assert await shared_lines(work, keyring, town.birch.member.id) == []
    assert (shared.words, shared.part, shared.agreed_at) == (SISTER, "ask", agreed_at)
    async with workshop.work() as work:
        await share_line(work, me, line=lines[2].id.hex(), agreed=False)
    async with workshop.reading() as work:
        assert await shared_lines(work, keyring, me.id) == []


@mostly_on_sqlite
async def test_a_changed_line_is_no_longer_agreed_to(town: Town) -> None:
    workshop, root, me = town.house.workshop, town.house.root, town.ash.member
    line = (await a_plan(town, town.ash))[0].id.hex()
    async with workshop.work() as work:
        await share_line(work, me, line=line, agreed=True)
    async with workshop.work() as work:
        await change_line(work, me, root=root, line=line, text="Other words")
    async with workshop.reading() as work:
        assert await shared_lines(work, town.house.ledger.keyring, me.id) == []
    async with workshop.work() as work:
        await take_back(work, me)
    async with workshop.reading() as work:
        (again,) = await shared_lines(work, town.house.ledger.keyring, me.id)
    assert again.words == SIGN


@pytest.mark.full
@on_sqlite
async def test_a_plan_has_an_end(town: Town) -> None:
    async with town.house.workshop.work() as work:
        for number in range(MOST_LINES):
            written = await add_line(
                work, town.ash.member, root=town.house.root, part="alone", text=f"thing {number}"
            )
            assert written.refused is None
    refused = (await write(town, town.ash, "alone", "one more")).refused
    assert isinstance(refused, PlanIsFull)
    assert len(await lines_of(town, town.ash)) == MOST_LINES


@on_sqlite
@pytest.mark.parametrize(
    ("part", "text", "wait", "refusal"),
    [
        ("alone", GOODBYE + " x" * 200, 0, LineTooLong),
        ("alone", GOODBYE, 2.0, TooFast),
        ("no-such-part", GOODBYE, 0, Malformed),
    ],
)
async def test_words_are_read_before_anything_refuses_them(
    town: Town, part: str, text: str, wait: float, refusal: type[Exception]
) -> None:
    heard = heard_alone(town)
    async with town.house.workshop.work() as work:
        written = await add_line(
            work, town.ash.member, root=town.house.root, part=part, text=text, wait=wait
        )
    assert isinstance(written.refused, refusal)
    assert written.is_hard
    assert await lines_of(town, town.ash) == []
    (told,) = [event for event in heard if isinstance(event, PlanRead)]
    assert told.member_id == town.ash.member.id
    assert told.reading.concern >= Concern.HIGH


@on_sqlite
async def test_hard_words_are_kept_and_told_upstairs_without_the_words(town: Town) -> None:
    heard = heard_alone(town)
    assert not (await write(town, town.ash, "alone", SONG)).is_hard
    assert heard == []
    assert (await write(town, town.ash, "signs", GOODBYE)).is_hard
    (told,) = heard
    assert isinstance(told, PlanRead)
    assert "tonight" not in repr(told)
    assert GOODBYE in said(await lines_of(town, town.ash))
    async with town.house.workshop.work() as work:
        (kept,) = await signals_in_plans(work)
        assert (kept.member_id, kept.concern) == (town.ash.member.id, Concern.IMMEDIATE)
        await forget_signal(work, System(), signal=kept)
    async with town.house.workshop.reading() as work:
        assert await signals_in_plans(work) == []


@on_sqlite
async def test_words_the_rules_break_over_are_kept_and_somebody_should_come(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the rules broke")

    heard_alone(town)
    assert not (await write(town, town.ash, "alone", SONG)).is_hard
    monkeypatch.setattr(seals, "read", broken)
    assert (await write(town, town.ash, "alone", "Another song")).is_hard
    assert set(said(await lines_of(town, town.ash))) == {SONG, "Another song"}
    async with town.house.workshop.reading() as work:
        (kept,) = await signals_in_plans(work)
    assert kept.concern == Concern.HIGH


@pytest.mark.full
@on_sqlite
async def test_a_line_of_somebody_else_changed_with_hard_words_is_refused_and_read(
    town: Town,
) -> None:
    heard = heard_alone(town)
    line = (await a_plan(town, town.ash))[0].id.hex()
    async with town.house.workshop.work() as work:
        written = await change_line(
            work, town.birch.member, root=town.house.root, line=line, text=GOODBYE
        )
    assert isinstance(written.refused, NotFound)
    assert [type(event) for event in heard] == [PlanRead]


@on_sqlite
async def test_nothing_is_no_line(town: Town) -> None:
    assert isinstance((await write(town, town.ash, "alone", " \n ")).refused, NoWords)


@pytest.mark.full
@mostly_on_sqlite
async def test_each_line_has_a_key_of_its_own_and_it_is_its_members(town: Town) -> None:
    await a_plan(town, town.ash)
    await a_plan(town, town.birch)
    async with town.house.workshop.reading() as work:
        keys = {row.id: row.member_id for row in await work.db.scalars(select(PlanKeyRow))}
        lines = (await work.db.scalars(select(PlanLineRow))).all()
    assert len(keys) == len({line.key_id for line in lines}) == 6
    assert all(keys[line.key_id] == line.member_id for line in lines if line.key_id is not None)


@pytest.mark.full
async def test_two_windows_write_one_after_the_other(town: Town) -> None:
    written = await asyncio.gather(
        *(write(town, town.ash, "alone", f"thing {number}") for number in range(5)),
        seal(town, town.ash, "one place"),
        seal(town, town.ash, "another place"),
    )
    assert [one.refused for one in written] == [None] * 7
    assert len(await lines_of(town, town.ash)) == 5
    async with town.house.workshop.reading() as work:
        keys = (await work.db.scalars(select(PlanKeyRow.purpose))).all()
        left = await sealed_line_of(work, town.house.root, town.ash.member)
    assert sorted(keys) == ["line", *["words"] * 5]
    assert left is not None

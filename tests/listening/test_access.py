"""Who finds what of listening: the two, whoever was called, and nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from holdfast.crisis.tables import EscalationRow
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.ids import MeasureId
from holdfast.kit.work import Work
from holdfast.listening import actions
from holdfast.listening.rules.sessions import NotNow
from holdfast.listening.tables import AskRow
from holdfast.rights.rules import Member
from holdfast.rooms.rules.stops import Removed
from holdfast.rooms.tables import PauseRow
from listening.talking import Stage, another_listener
from town import on_sqlite

pytestmark = on_sqlite
Act = Callable[[Work, Member, str], Awaitable[Any]]

ACTS: dict[str, Act] = {
    "pause": lambda work, who, slug: actions.pause_session(work, who, slug=slug),
    "go on": lambda work, who, slug: actions.go_on(work, who, slug=slug),
    "raise a hand": lambda work, who, slug: actions.raise_hand(work, who, slug=slug),
    "take it down": lambda work, who, slug: actions.lower_hand(work, who, slug=slug),
    "wish": lambda work, who, slug: actions.wish_to_return(work, who, slug=slug, yes=True),
    "say goodbye": lambda work, who, slug: actions.end_session(work, who, slug=slug),
}


@pytest.mark.full
@pytest.mark.parametrize("act", ACTS)
async def test_what_the_two_do_nobody_else_does(talks: Stage, act: str) -> None:
    await talks.on_duty(talks.town.cedar)
    slug = await talks.two(talks.town.ash, talks.town.cedar)
    other = await another_listener(talks)
    for stranger in (talks.town.birch, talks.town.stranger, other):
        async with talks.town.house.workshop.work() as work:
            with pytest.raises(NotFound):
                await ACTS[act](work, stranger.member, slug)
    async with talks.town.house.workshop.work() as work:
        await ACTS[act](work, talks.town.ash.member, slug)


async def test_a_talk_that_is_not_there_and_one_of_others_look_alike(talks: Stage) -> None:
    await talks.on_duty(talks.town.cedar)
    slug = await talks.two(talks.town.ash, talks.town.cedar)
    said: list[tuple[str, str]] = []
    for name in (slug, "talk-0000000000000000", "night-room"):
        async with talks.town.house.workshop.work() as work:
            with pytest.raises(NotFound) as no:
                await actions.pause_session(work, talks.town.birch.member, slug=name)
            refused: HoldfastError = no.value
            said.append((refused.code, refused.words))
    assert len(set(said)) == 1


@pytest.mark.full
async def test_what_belongs_to_one_side_is_not_done_by_the_other(talks: Stage) -> None:
    await talks.on_duty(talks.town.cedar)
    slug = await talks.two(talks.town.ash, talks.town.cedar)
    async with talks.town.house.workshop.work() as work:
        with pytest.raises(NotNow):
            await actions.say_it_was_hard(work, talks.town.ash.member, slug=slug)
        await actions.say_it_was_hard(work, talks.town.cedar.member, slug=slug)
    async with talks.town.house.workshop.work() as work:
        keyring = talks.town.house.ledger.keyring
        with pytest.raises(NotNow):
            await actions.someone_else(work, talks.town.cedar.member, keyring, slug=slug)
        await actions.someone_else(work, talks.town.ash.member, keyring, slug=slug)


@pytest.mark.full
async def test_the_listener_reads_the_sentence_and_who_was_not_offered_it_does_not(
    talks: Stage,
) -> None:
    await talks.on_duty(talks.town.cedar, wants=("listen",))
    await talks.ask(talks.town.ash)
    other = await another_listener(talks)
    assert [offer.words for offer in await talks.offers(talks.town.cedar)]
    assert await talks.offers(other) == []
    assert await talks.offers(talks.town.birch) == []


@pytest.mark.full
async def test_who_is_kept_out_asks_for_no_listener_and_is_still_heard(talks: Stage) -> None:
    ash = talks.town.ash
    async with talks.town.house.workshop.work() as work:
        work.db.add(
            PauseRow(member_id=ash.member.id, until=None, rule="conduct", measure_id=MeasureId(1))
        )
    with pytest.raises(Removed):
        await talks.ask(ash, "Tonight I will end my life")
    await talks.settled()
    assert await talks.all(AskRow) == []
    assert await talks.all(EscalationRow, member_id=ash.member.id) != []
    async with talks.town.house.workshop.work() as work:
        await work.db.delete(await work.db.get_one(PauseRow, ash.member.id))
    assert (await talks.ask(ash)).member_id == ash.member.id

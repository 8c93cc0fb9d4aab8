"""What measures leave behind: through a stop, after a month, and when somebody goes for good."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from sqlalchemy import func, select

from holdfast.members.actions import sign_out_everywhere
from holdfast.messages.actions import erase_with_words
from holdfast.messages.tables import HiddenWordsRow
from holdfast.moderation.jobs import look_at_measures
from holdfast.moderation.queries.measures import waiting_for_second
from holdfast.rights.rules import Role
from moderation.measuring import RUDE, Hand, short
from serving import PATIENCE, Served
from town import NIGHT, Person, StillClock, Town, on_sqlite


@pytest.fixture
def hand(town: Town) -> Hand:
    return Hand(town)


@pytest.fixture
async def maren(hand: Hand) -> Person:
    return await hand.hires()


async def hidden(hand: Hand) -> int:
    """How many messages' words lie apart."""
    async with hand.house.workshop.reading() as work:
        return await work.db.scalar(select(func.count()).select_from(HiddenWordsRow)) or 0


@pytest.mark.full
@on_sqlite
async def test_what_a_stop_left_undone_is_done_at_the_next_start(hand: Hand, maren: Person) -> None:
    measures, hearers = hand.house.reactions.measures, hand.house.workshop.hearers
    seq = await hand.says(hand.town.ash, RUDE)
    hearers.remove(measures.hear)  # the server stops between the decision and what follows
    row = await hand.takes_here(maren, "hide", hand.town.ash, seq=seq)
    assert short(await hand.room()) == [(RUDE, None)]
    await measures.carry_out()
    assert short(await hand.room()) == [("", "moderator")]
    await hand.lifts(maren, row.id)
    await measures.carry_out()
    assert short(await hand.room()) == [(RUDE, None)]
    await measures.look()  # and once is enough
    assert (await hand.row(row.id)).undone_at is not None


@pytest.mark.full
@on_sqlite
async def test_hidden_words_go_after_a_month_unless_an_appeal_waits(
    hand: Hand, maren: Person, clock: StillClock
) -> None:
    rows = []
    for person in (hand.town.ash, hand.town.birch):
        seq = await hand.says(person, RUDE)
        rows.append(await hand.takes_here(maren, "hide", person, seq=seq))
    clock.pass_time(days=29)
    appeal = await hand.appeals(hand.town.birch, rows[1].id, "Please look again")
    await look_at_measures(hand.house.workshop)
    assert await hidden(hand) == 2
    clock.pass_time(days=2)
    await look_at_measures(hand.house.workshop)
    assert await hidden(hand) == 1
    noor = await hand.hires(name="Noor")
    await hand.judges(noor, appeal.id, upheld=True)
    assert short(await hand.room()) == [("", "moderator"), (RUDE, None)]
    await hand.lifts(maren, rows[0].id)  # too late: the words are gone, and nothing breaks
    assert short(await hand.room()) == [("", "moderator"), (RUDE, None)]


@pytest.mark.full
@on_sqlite
async def test_who_goes_for_good_takes_along_what_was_hidden_and_written_about_them(
    hand: Hand, maren: Person
) -> None:
    sol = await hand.hires(Role.SUPERVISOR, "Sol")
    seq = await hand.says(hand.town.ash, RUDE)
    row = await hand.takes_here(maren, "hide", hand.town.ash, seq=seq, reason="Sharp")
    await hand.appeals(hand.town.ash, row.id, "I meant the buses.")
    waits = await hand.takes_here(sol, "remove", hand.town.ash)
    await erase_with_words(hand.house.ledger, hand.town.ash.member)
    assert await hidden(hand) == 0
    assert await hand.waiting_appeals(sol) == []
    [hide] = await hand.measures(sol, row.case_id)
    assert (hide.reason, hide.rewrite) == ("", "")
    async with hand.house.workshop.reading() as work:
        assert await waiting_for_second(work, hand.town.reader(sol)) == []
    await hand.lifts(sol, waits.id)  # what is left of it can be put away


@asynccontextmanager
async def page_without_scripts(hand: Hand, served: Served) -> AsyncIterator[AsyncIterator[str]]:
    """The page that never ends, open before a reader; what is said shows on it."""
    async with (
        httpx.AsyncClient(base_url=served.url, trust_env=False) as door,
        door.stream("GET", f"/rooms/{NIGHT}/stream", headers=hand.town.ash.bearer) as page,
    ):
        pieces = page.aiter_text()
        await anext(pieces)
        await hand.town.say(hand.town.birch, "before")
        async with asyncio.timeout(PATIENCE):
            while "before" not in await anext(pieces):
                pass
        yield pieces


@pytest.mark.full
@on_sqlite
async def test_a_page_without_scripts_ends_when_its_reader_is_paused(
    hand: Hand, maren: Person, served: Served
) -> None:
    async with page_without_scripts(hand, served) as pieces:
        await hand.takes_here(maren, "pause", hand.town.ash)
        await hand.town.say(hand.town.birch, "said after they went")
        async with asyncio.timeout(PATIENCE):
            rest = [piece async for piece in pieces]
    assert "said after they went" not in "".join(rest)


@on_sqlite
async def test_a_page_without_scripts_ends_when_its_reader_signs_out_elsewhere(
    hand: Hand, served: Served
) -> None:
    async with page_without_scripts(hand, served) as pieces:
        async with hand.town.house.workshop.work() as work:
            await sign_out_everywhere(work, hand.town.ash.member)
        await hand.town.say(hand.town.birch, "said after they went")
        async with asyncio.timeout(PATIENCE):
            rest = [piece async for piece in pieces]
    assert "said after they went" not in "".join(rest)
    assert not hand.town.house.floor.pages

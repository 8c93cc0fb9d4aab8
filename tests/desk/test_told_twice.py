"""Several reports of one person on one case: each word stands once, and people are counted."""

from __future__ import annotations

import httpx
import pytest

from desk.test_cases import CASE, GOODBYE_TO_BE_READ, RUDE, Cases
from holdfast.moderation.rules.reports import Door
from holdfast.rights.rules import Role
from town import Person, Town, mostly_on_sqlite


@pytest.fixture
async def desk(town: Town, client: httpx.AsyncClient) -> Cases:
    return Cases(town, client)


@pytest.fixture
async def maren(desk: Cases) -> Person:
    return await desk.hires(Role.MODERATOR, "Maren")


async def both_reported(desk: Cases, kind: Door) -> None:
    for words in (GOODBYE_TO_BE_READ, RUDE):
        seq = await desk.care.says(desk.town.ash, words)
        await desk.care.reports(desk.town.birch, seq, kind)
    await desk.town.house.reactions.settled()


@mostly_on_sqlite
async def test_hard_words_that_were_reported_do_not_stand_uncovered_in_the_talk_before(
    desk: Cases, maren: Person
) -> None:
    await desk.care.says(desk.town.birch, "A long evening.")
    await both_reported(desk, Door.WORRIED)
    page = await desk.opens(maren, CASE)
    assert "A long evening." in page.said
    assert "Covered for you" in page.said
    assert GOODBYE_TO_BE_READ not in page.html


@mostly_on_sqlite
async def test_one_person_who_reports_two_messages_is_one_person(
    desk: Cases, maren: Person
) -> None:
    await both_reported(desk, Door.CONDUCT)
    assert "1 person says: this isn’t ok." in (await desk.opens(maren, "/desk")).said
    seq = await desk.care.says(desk.town.ash, "And you.")
    await desk.care.reports(desk.town.birch, seq, Door.WORRIED)
    page = await desk.opens(maren, "/desk")
    assert "1 person is worried. 1 person says: this isn’t ok." in page.said

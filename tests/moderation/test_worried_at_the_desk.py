"""A worry is seen at the crisis desk as what it is: a member is worried about them."""

from __future__ import annotations

import httpx
import pytest

from desk.sitting import Desk
from holdfast.moderation.rules.reports import Door
from holdfast.rights.rules import Role
from moderation.reporting import Care
from town import NIGHT, Town, newcomers, on_sqlite


@pytest.fixture
def care(town: Town) -> Care:
    return Care(town)


@pytest.fixture
def desk(town: Town, client: httpx.AsyncClient) -> Desk:
    return Desk(town, client)


@pytest.mark.full
@on_sqlite
async def test_the_card_says_who_saw_it_and_covers_the_words(
    desk: Desk, care: Care, town: Town
) -> None:
    maren = await desk.hires(Role.MODERATOR, "Maren")
    seq = await care.says(town.birch, "I can't any more")
    await care.reports(town.ash, seq, Door.WORRIED)
    card = await desk.opens(maren)
    assert card.said.count("A member is worried about them") == 2  # the sign, and the step
    assert "These words were read as" not in card.said
    assert "I can't any more" not in card.said
    shown = await desk.opens(maren, "/desk/escalations/1?show=0")
    assert "I can't any more" in shown.said
    assert (await town.seat(town.ash)).author.pseudonym not in shown.said


@on_sqlite
async def test_a_worry_about_a_person_has_no_words_and_is_not_called_erased(
    desk: Desk, care: Care, town: Town
) -> None:
    maren = await desk.hires(Role.MODERATOR, "Maren")
    await care.reports_person(town.ash, town.birch, Door.WORRIED)
    card = await desk.opens(maren)
    assert card.said.count("A member is worried about them") == 2
    assert "These words are gone" not in card.said


@pytest.mark.full
@on_sqlite
async def test_a_worry_stands_in_the_queue_once_until_somebody_finds_it_not_ok(
    desk: Desk, care: Care, town: Town
) -> None:
    maren = await desk.hires(Role.MODERATOR, "Maren")
    seq = await care.says(town.birch, "I can't any more")
    await care.reports(town.ash, seq, Door.WORRIED)
    queue = await desk.opens(maren, "/desk")
    assert "/desk/escalations/1" in queue.html
    assert "/desk/cases/1" not in queue.html
    [wren] = await newcomers(town.house, 1, NIGHT)
    await care.reports(wren, seq, Door.CONDUCT)
    assert "/desk/cases/1" in (await desk.opens(maren, "/desk")).html

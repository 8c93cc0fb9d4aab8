"""What helpers read is counted for them alone; at the limit somebody else takes what is hard."""

from __future__ import annotations

import httpx
import pytest

from crisis.voice import GOODBYE, HIGH
from desk.caring import HERE, Caring, staff
from holdfast.notices.queries import open_pages
from holdfast.rights.rules import Role, System
from holdfast.wellbeing.actions.caring import (
    forget_old_care,
)
from town import Person, StillClock, Town, mostly_on_sqlite, on_sqlite

CONTACT = "You can write to me at heron.night@example.org if it gets late."


@pytest.fixture
def caring(town: Town, client: httpx.AsyncClient) -> Caring:
    return Caring(town, client)


# ---------------------------------------------------------------- what was read


@pytest.mark.full
@mostly_on_sqlite
async def test_taking_something_hard_counts_as_heavy_as_it_is_and_once(caring: Caring) -> None:
    sam = await caring.comes(Role.CRISIS_MODERATOR, "Sam")
    assert await caring.share(sam) == 0
    await caring.hears(caring.town.ash, HIGH)
    await caring.does(sam, "take")
    await caring.town.house.reactions.settled()
    assert await caring.share(sam) == 21  # 6 of 28
    await caring.opens(sam, "/desk/escalations/1?show=0")
    await caring.town.house.reactions.settled()
    assert await caring.share(sam) == 21


@pytest.mark.full
@on_sqlite
async def test_reading_without_taking_counts_too(caring: Caring) -> None:
    sam = await caring.comes(Role.CRISIS_MODERATOR, "Sam")
    await caring.hears(caring.town.ash, GOODBYE)
    await caring.opens(sam, "/desk/escalations/1")
    await caring.town.house.reactions.settled()
    assert await caring.share(sam) == 0  # they are covered
    await caring.opens(sam, "/desk/escalations/1?show=0")
    await caring.town.house.reactions.settled()
    assert await caring.share(sam) == 36  # 10 of 28


@pytest.mark.full
@on_sqlite
async def test_what_is_not_hard_to_read_counts_nothing_and_rough_words_count_a_little(
    caring: Caring,
) -> None:
    maren = await caring.comes(Role.MODERATOR, "Maren")
    held = {"I know where you live and I am going to hurt you.": 4, CONTACT: 0}
    for number, (words, share) in enumerate(held.items()):
        await caring.hears(caring.town.birch, words, nonce=f"nonce-0000-00{number}", as_is=True)
        page = await caring.opens(maren, "/desk/held")
        (link,) = [one for one in page.links if "show=" in one][-1:]
        before = await caring.share(maren)
        await caring.opens(maren, link.partition("#")[0])
        await caring.town.house.reactions.settled()
        assert await caring.share(maren) - before == share


@on_sqlite
async def test_it_fades_and_is_forgotten(caring: Caring, clock: StillClock) -> None:
    sam = await caring.comes(Role.CRISIS_MODERATOR, "Sam")
    await caring.reads(sam, 2, 2)
    assert await caring.share(sam) == 43
    clock.pass_time(hours=24)
    assert await caring.share(sam) == 21
    clock.pass_time(days=7)
    async with caring.town.house.workshop.work() as work:
        await forget_old_care(work, System())
    assert await caring.share(sam) == 0


@pytest.mark.full
@on_sqlite
async def test_nobody_else_ever_sees_the_figure(caring: Caring) -> None:
    maren = await caring.comes(Role.CRISIS_MODERATOR, "Maren")
    await caring.comes(Role.CRISIS_MODERATOR, "Ines")
    fern = await caring.comes(Role.LEAD, "Fern")
    await caring.reads(maren, 2, 2, 2, 2)
    assert "86 of 100" in (await caring.opens(maren, HERE)).said
    for path in (HERE, "/desk", "/desk/shifts", "/desk/record"):
        page = await caring.opens(fern, path)
        assert page.status == 200
        assert "86" not in page.said


@pytest.mark.full
@mostly_on_sqlite
async def test_a_fourth_hard_one_brings_a_kind_word_with_a_name(caring: Caring) -> None:
    maren = await caring.comes(Role.CRISIS_MODERATOR, "Maren")
    await caring.comes(Role.CRISIS_MODERATOR, "Ines")
    await caring.reads(maren, 2, 2, 2)
    assert not (await caring.care(maren)).says_something
    await caring.reads(maren, 2, 2, 2, 2)
    care = await caring.care(maren)
    assert care.says_something
    assert (care.hard_tonight, care.is_near, care.is_spared) == (4, True, False)
    assert care.relief_name == "Ines"


# ---------------------------------------------------------------- the limit


@pytest.mark.full
@mostly_on_sqlite
async def test_at_the_limit_hard_cases_go_to_somebody_else_who_is_there(caring: Caring) -> None:
    maren = await caring.comes(Role.CRISIS_MODERATOR, "Maren")
    await caring.comes(Role.CRISIS_MODERATOR, "Ines")
    await caring.reads(maren, 3, 3, 3)
    assert (await caring.care(maren)).is_spared
    async with caring.town.house.workshop.reading() as work:
        assert await open_pages(work) == []


@pytest.mark.full
@mostly_on_sqlite
async def test_who_is_alone_is_never_spared_and_somebody_is_called(caring: Caring) -> None:
    """A person in danger is never hidden from the only one awake."""
    maren = await caring.comes(Role.CRISIS_MODERATOR, "Maren")
    await caring.comes(Role.MODERATOR, "Dahlia")  # who may not take a hard case
    await caring.reads(maren, 3, 3, 3)
    care = await caring.care(maren)
    assert (care.is_full, care.is_spared, care.asked_at is not None) == (True, False, True)
    async with caring.town.house.workshop.reading() as work:
        (page,) = await open_pages(work)
    assert (page.about, page.asked_by) == ("relief:1", staff(maren).id)
    await caring.comes(Role.SUPERVISOR, "Juno")
    assert (await caring.care(maren)).is_spared


@pytest.mark.full
@on_sqlite
async def test_when_everybody_has_read_too_much_everybody_sees_everything(caring: Caring) -> None:
    people = [await caring.comes(Role.CRISIS_MODERATOR, name) for name in ("Maren", "Ines")]
    for one in people:
        await caring.reads(one, 3, 3, 3)
    assert [(await caring.care(one)).is_spared for one in people] == [False, False]


@pytest.mark.full
@on_sqlite
async def test_in_the_queue_a_hard_one_is_for_somebody_else_until_it_is_late(
    caring: Caring, clock: StillClock
) -> None:
    maren = await caring.comes(Role.CRISIS_MODERATOR, "Maren")
    ines = await caring.comes(Role.CRISIS_MODERATOR, "Ines")
    await caring.reads(maren, 3, 3, 3)
    await caring.hears(caring.town.ash, HIGH)
    card = "/desk/escalations/1"

    async def is_offered_to(who: Person) -> bool:
        links = (await caring.opens(who, "/desk")).links
        return any(link.startswith(card) for link in links)

    assert [await is_offered_to(one) for one in (maren, ines)] == [False, True]
    clock.pass_time(minutes=6)  # nobody has come
    assert await is_offered_to(maren)

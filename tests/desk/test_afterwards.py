"""Beside and after an escalation: what a country asks, and the check-in that was promised."""

from __future__ import annotations

import re

import pytest

from desk.sitting import CARD, Desk
from holdfast.crisis.rules.packs import pack_for
from holdfast.crisis.rules.tracks import Track
from holdfast.messages.actions import erase_with_words
from holdfast.rights.rules import Role
from holdfast.rooms.queries.sides import my_side_space
from town import Person, StillClock, Town, mostly_on_sqlite, on_sqlite

CHILD = "I am 15 and my stepfather hits me every night."


@pytest.fixture
async def sam(desk: Desk) -> Person:
    return await desk.hires(Role.CRISIS_MODERATOR, "Sam")


def must_not(country: str) -> tuple[str, ...]:
    pack = pack_for(country)
    assert pack is not None
    return pack.tracks[Track.CHILD].must_not


@pytest.mark.full
@on_sqlite
async def test_a_card_with_a_track_says_what_a_country_asks_and_that_nobody_checked_it(
    desk: Desk, sam: Person, town: Town
) -> None:
    await desk.hears(town.birch)
    assert "What must be done, and what not" not in (await desk.opens(sam)).said
    await desk.hears(town.ash, CHILD)
    card = await desk.opens(sam, "/desk/escalations/2")
    assert all(line in card.said for line in must_not("GB"))
    assert "Nobody who knows the law has checked this yet." in card.said
    assert "Safeguarding lead" in card.said
    chosen = await desk.opens(sam, "/desk/escalations/2?country=IE")
    assert "/desk/packs/IE?tracks=C" in chosen.links
    assert all(line in chosen.said for line in must_not("IE"))
    fragment = await desk.at(sam).get("/desk/fragments/escalations/2?country=IE")
    assert "/desk/packs/IE?tracks=C" in fragment.text
    unknown = await desk.opens(sam, "/desk/escalations/2?country=ZZ")
    assert "/desk/packs/GB?tracks=C" in unknown.links


@pytest.mark.full
@mostly_on_sqlite
@pytest.mark.parametrize("hours", [24, 72, 168])
async def test_a_check_in_stands_in_the_queue_when_it_is_near_and_leads_back_to_the_member(
    desk: Desk, sam: Person, town: Town, clock: StillClock, hours: int
) -> None:
    fern = await desk.hires(Role.LEAD, "Fern")
    await desk.hears(town.ash)
    await desk.does(sam, "join")
    await desk.does(sam, "close", how="safe", check_in_hours=str(hours))
    closed = await desk.does(fern, "grant", approval="1")
    assert "We promised to ask again at" in closed.said
    assert CARD + "/join" not in [form.action for form in closed.forms]
    clock.pass_time(hours=hours - 2)
    sam, fern = await again(desk)
    assert CARD in (await desk.opens(sam, "/desk")).links
    assert "Check-in is due" not in (await desk.opens(sam, "/desk")).said
    clock.pass_time(hours=3)
    sam, fern = await again(desk)
    await town.house.reactions.look()
    assert "Check-in is due" in (await desk.opens(sam, "/desk")).said
    side = await desk.does(sam, "join")
    assert (side.status, "/desk" in side.links) == (200, True)
    left = await desk.does(sam, "leave")
    assert "Left the side space" in left.said
    assert (await desk.stages())[-3:] == ["check_in_due", "checked_in", "left_side_space"]


@on_sqlite
async def test_nobody_leaves_the_side_space_of_what_is_open(
    desk: Desk, sam: Person, town: Town
) -> None:
    await desk.hears(town.ash)
    await desk.does(sam, "join")
    before = await desk.stages()
    assert (await desk.does(sam, "leave")).status == 409
    assert await desk.stages() == before


async def again(desk: Desk) -> tuple[Person, Person]:
    """Others at the desk, days later: sign-ins do not last that long."""
    return (
        await desk.hires(Role.CRISIS_MODERATOR, "Robin"),
        await desk.hires(Role.LEAD, "Juno"),
    )


@pytest.mark.full
async def test_who_erased_themselves_while_held_has_left_for_good_and_nobody_looks_for_them(
    desk: Desk, sam: Person, town: Town
) -> None:
    await desk.hears(town.ash)
    before = await desk.opens(sam)
    assert f"{CARD}/join" in [form.action for form in before.forms]
    assert "Words you can use" in before.said
    await erase_with_words(town.house.ledger, town.ash.member)
    await town.house.reactions.settled()
    card = await desk.opens(sam)
    assert "They erased everything about themselves. Nobody can reach them from here." in card.said
    assert "for this visit only" not in card.said
    assert "side space" not in card.said
    assert "Words you can use" not in card.said
    assert f"{CARD}/join" not in [form.action for form in card.forms]
    assert f"{CARD}/take" in [form.action for form in card.forms]
    assert {"/desk/holds/escalation/1", "/desk/packs"} <= set(card.links)
    held = await desk.opens(sam, "/desk/holds/escalation/1")
    assert "the bare account of somebody who left" in held.said


@on_sqlite
async def test_how_it_ends_and_why_it_is_lower_are_chosen_and_never_given_by_default(
    desk: Desk, sam: Person, town: Town
) -> None:
    await desk.hears(town.ash)
    await desk.does(sam, "take")
    page = await desk.opens(sam)
    for name in ("to", "why", "how"):
        assert re.search(rf'name="{name}" required><option value="">Choose<', page.html), name


@on_sqlite
async def test_who_wrote_a_handover_reads_where_the_member_finds_it(
    desk: Desk, sam: Person, town: Town
) -> None:
    await desk.hears(town.ash)
    await desk.does(sam, "join")
    card = await desk.does(sam, "packet", words="It is heavy", wants="Somebody to sit with")
    assert "They find it in their side space, under “Help outside”." in card.said
    async with town.house.workshop.reading() as work:
        side = await my_side_space(work, town.ash.member.id)
    assert side is not None
    assert "Help outside" in (await desk.opens(town.ash, f"/rooms/{side.slug}")).said
    there = await desk.opens(town.ash, f"/rooms/{side.slug}/handover")
    assert "It is heavy" in there.said
    assert "Yes, this may go" in there.said

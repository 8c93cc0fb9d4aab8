"""The desk's pages of holds, as staff walk them, and the same for programs."""

from __future__ import annotations

import httpx
import pytest

from crisis.voice import HIGH
from desk.sitting import Desk
from holdfast.messages.actions import remove_message
from holdfast.messages.actions.held_up import hold_what_is_named
from holdfast.rights.rules import Role
from members.walking import Page
from town import Person, StillClock, on_sqlite

HERE, THERE = "/desk/holds", "/api/v1/holds/escalation/1"


async def show_again(desk: Desk, *people: Person) -> None:
    """These show once more that it is them."""
    from sqlalchemy import update

    from holdfast.staff.tables import StaffSessionRow

    async with desk.town.house.workshop.work() as work:
        now = work.clock.now()
        await work.db.execute(update(StaffSessionRow).values(fresh_at=now, seen_at=now))


async def in_danger(desk: Desk, *, goes: bool = False) -> list[Person]:
    """Ash is in danger and erases everything; a crisis moderator and the lead are at the desk."""
    sam = await desk.hires(Role.CRISIS_MODERATOR, "Sam")
    fern = await desk.hires(Role.LEAD, "Fern")
    await show_again(desk)
    await desk.hears(desk.town.ash)
    if goes:
        ash = desk.town.ash.member
        await hold_what_is_named(desk.town.house.ledger, ash, member=ash.id)
    return [sam, fern]


async def sends(desk: Desk, who: Person, **form: str) -> Page:
    address = f"{HERE}/escalation/1"
    return Page(await desk.at(who).post(address, data=form, follow_redirects=True))


@pytest.mark.full
@on_sqlite
async def test_nothing_is_held_until_somebody_erases_what_is_named(desk: Desk) -> None:
    sam, _ = await in_danger(desk)
    page = await desk.opens(sam, HERE)
    assert "Nothing is held now." in page.said
    page = await desk.opens(sam, f"{HERE}/escalation/1")
    assert "it will be held, and their receipt says so" in page.said


@pytest.mark.full
@on_sqlite
async def test_two_people_set_a_hold_on_and_the_page_names_them_both(
    desk: Desk, clock: StillClock
) -> None:
    sam, fern = await in_danger(desk, goes=True)
    page = await desk.opens(sam, HERE)
    assert "Escalation 1" in page.said
    assert "7 days left" in page.said
    assert "the bare account of somebody who left" in page.said
    page = await sends(desk, sam, do="ask", what="set", why="danger")
    assert "Waits for a second person" in page.said
    assert "Ask for it no longer" in page.said
    page = await sends(desk, sam, do="grant", deed="1")
    assert "Nobody can say yes to their own request" in page.said
    page = await sends(desk, fern, do="grant", deed="1")
    assert "Set on by two people" in page.said
    assert "365 days left" in page.said
    assert "Sam" in page.said
    assert "Fern" in page.said
    record = await desk.record("hold:")
    assert record == ["hold:began", "hold:asked_to_set", "hold:set"]


@pytest.mark.full
@on_sqlite
async def test_words_that_were_taken_back_are_covered_on_the_card_and_each_reading_is_recorded(
    desk: Desk,
) -> None:
    sam = await desk.hires(Role.CRISIS_MODERATOR, "Sam")
    await desk.hears(desk.town.ash, HIGH)
    seat = await desk.town.seat(desk.town.ash)
    await remove_message(desk.town.house.ledger, seat, seq=1, nonce="take-back-1")
    page = await desk.opens(sam)
    assert HIGH not in page.said
    before = (await desk.record("words:")).count("words:uncovered")
    page = await desk.opens(sam, "/desk/escalations/1?show=0")
    assert HIGH in page.said
    assert "they took it back, it is held" in page.said
    assert (await desk.record("words:")).count("words:uncovered") == before + 1


@on_sqlite
async def test_that_telling_endangers_is_said_before_anything_is_erased(desk: Desk) -> None:
    sam, fern = await in_danger(desk)
    await sends(desk, sam, do="ask", what="hush", why="telling_endangers")
    page = await sends(desk, fern, do="grant", deed="1")
    assert "it will be held, and they are not told" in page.said


@pytest.mark.full
@on_sqlite
async def test_why_is_never_chosen_for_anybody_and_what_waits_is_not_offered_twice(
    desk: Desk,
) -> None:
    sam, _ = await in_danger(desk, goes=True)
    page = await desk.opens(sam, f"{HERE}/escalation/1")
    assert "Who signed in less than five minutes ago is not asked" in page.said
    first = page.html.split('id="why-set"')[1].split("</option>")[0]
    assert 'required><option value="">Choose' in first
    offered = [form for form in page.forms if "what" in form.fields]
    refused = await sends(desk, sam, do="ask", what="set", why="")
    assert refused.status == 400
    assert "Please choose a reason first." in refused.said
    page = await sends(desk, sam, do="ask", what="set", why="danger")
    assert "Waits for a second person" in page.said
    assert 'id="why-set"' not in page.html
    assert 'value="set"' not in page.html
    assert len([form for form in page.forms if "what" in form.fields]) == len(offered) - 1
    page = await sends(desk, sam, do="take-back", deed="1")
    assert 'id="why-set"' in page.html


@pytest.mark.full
@on_sqlite
async def test_what_makes_no_sense_is_refused_and_an_old_sign_in_leads_to_a_new_one(
    desk: Desk, clock: StillClock
) -> None:
    sam, _ = await in_danger(desk, goes=True)
    assert (await sends(desk, sam, do="ask", what="set", why="done")).status == 400
    assert (await sends(desk, sam, do="ask", what="sell", why="done")).status == 400
    assert (await sends(desk, sam, do="grant", deed="one")).status == 400
    assert (await sends(desk, sam, do="grant", deed="9")).status == 409
    clock.pass_time(hours=1)
    page = await sends(desk, sam, do="ask", what="set", why="danger")
    assert "show once more that it is you" in page.said


@pytest.mark.full
@on_sqlite
async def test_a_program_sets_a_hold_on_as_the_pages_do(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    sam, fern = await in_danger(desk, goes=True)
    asked = await client.post(
        f"{THERE}/ask", json={"what": "set", "why": "child"}, headers=sam.bearer
    )
    (request,) = asked.json()["requests"]
    assert (request["what"], request["mine"]) == ("set", True)
    done = await client.post(f"{THERE}/grant", json={"request": request["id"]}, headers=fern.bearer)
    assert done.json()["hold"]["state"] == "set"
    assert done.json()["requests"] == []
    (item,) = (await client.get("/api/v1/holds", headers=sam.bearer)).json()["items"]
    assert (item["kind"], item["number"], item["why"]) == ("escalation", 1, "child")
    asked = await client.post(
        f"{THERE}/ask", json={"what": "end", "why": "done"}, headers=fern.bearer
    )
    number = asked.json()["requests"][0]["id"]
    back = await client.post(f"{THERE}/take-back", json={"request": number}, headers=fern.bearer)
    assert back.json()["requests"] == []

"""Ten minutes, somebody who comes meanwhile, and a talk after something hard."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from crisis.voice import HIGH
from desk.caring import HERE, Caring, staff
from holdfast.crisis.actions import take_escalation
from holdfast.crisis.queries import open_escalations
from holdfast.kit.errors import Conflict, NotFound
from holdfast.kit.ids import DebriefId, EscalationId
from holdfast.notices.queries import page_about
from holdfast.rights.rules import Role, System
from holdfast.staff.actions.shifts import check_out
from holdfast.staff.rules.shifts import TalkFirst
from holdfast.wellbeing.actions.caring import (
    answer_debrief,
    ask_for_relief,
    book_debrief,
    relieve,
    take_break,
)
from holdfast.wellbeing.queries.caring import (
    talks_of,
    talks_to_have,
)
from holdfast.wellbeing.rules.caring import DebriefState
from members.walking import send
from town import Person, StillClock, Town, mostly_on_sqlite, newcomers, on_sqlite


@pytest.fixture
def caring(town: Town, client: httpx.AsyncClient) -> Caring:
    return Caring(town, client)


# ---------------------------------------------------------------- rest and cover


@mostly_on_sqlite
async def test_a_rest_is_ten_minutes_and_only_while_somebody_else_is_there(
    caring: Caring, clock: StillClock
) -> None:
    maren = await caring.comes(Role.CRISIS_MODERATOR, "Maren")
    with pytest.raises(Conflict, match="nobody_else"):
        async with caring.town.house.workshop.work() as work:
            await take_break(work, staff(maren))
    ines = await caring.comes(Role.CRISIS_MODERATOR, "Ines")
    for _ in range(2):
        async with caring.town.house.workshop.work() as work:
            await take_break(work, staff(maren))
    care = await caring.care(maren)
    assert care.break_until == clock.now() + timedelta(minutes=10)
    assert care.is_spared
    with pytest.raises(Conflict, match="nobody_else"):  # one after the other
        async with caring.town.house.workshop.work() as work:
            await take_break(work, staff(ines))
    clock.pass_time(minutes=11)
    assert (await caring.care(maren)).break_until is None


@pytest.mark.full
@on_sqlite
async def test_who_covers_takes_over_what_the_other_holds(caring: Caring) -> None:
    maren = await caring.comes(Role.CRISIS_MODERATOR, "Maren")
    ines = await caring.comes(Role.CRISIS_MODERATOR, "Ines")
    await caring.hears(caring.town.ash, HIGH)
    await caring.does(maren, "take")
    page = await caring.opens(maren, HERE)
    assert "You hold 1 escalation." in page.said
    page = await send(caring.at(maren), page, f"{HERE}/cover")
    assert "People are being called." in page.said
    page = await caring.opens(ines, HERE)
    assert "Somebody could use ten minutes" in page.said
    page = await send(caring.at(ines), page, f"{HERE}/reliefs/1")
    assert "What they held is in your hands." in page.said
    async with caring.town.house.workshop.reading() as work:
        (held,) = await open_escalations(work)
        page_of_it = await page_about(work, "relief:1")
    assert held.taken_name == "Ines"
    assert page_of_it is not None
    assert page_of_it.acknowledged_at is not None
    assert "Ines covers for you." in (await caring.opens(maren, HERE)).said


@pytest.mark.full
@on_sqlite
async def test_what_who_covers_may_not_take_stays_where_it_is(caring: Caring) -> None:
    maren = await caring.comes(Role.CRISIS_MODERATOR, "Maren")
    dahlia = await caring.comes(Role.MODERATOR, "Dahlia")
    await caring.hears(caring.town.ash, HIGH)
    await caring.does(maren, "take")
    async with caring.town.house.workshop.work() as work:
        await ask_for_relief(work, staff(maren))
    page = await send(caring.at(dahlia), await caring.opens(dahlia, HERE), f"{HERE}/reliefs/1")
    assert "stays with them" in page.said
    async with caring.town.house.workshop.reading() as work:
        (held,) = await open_escalations(work)
    assert held.taken_name == "Maren"


@pytest.mark.full
@on_sqlite
async def test_nobody_covers_for_themselves_nor_from_outside_a_shift(caring: Caring) -> None:
    maren = await caring.comes(Role.CRISIS_MODERATOR, "Maren")
    ines = await caring.comes(Role.CRISIS_MODERATOR, "Ines")
    juno = await caring.hires(Role.CRISIS_MODERATOR, "Juno")
    async with caring.town.house.workshop.work() as work:
        row = await ask_for_relief(work, staff(maren))
    for who, why in ((maren, NotFound), (juno, Conflict)):
        with pytest.raises(why):
            async with caring.town.house.workshop.work() as work:
                await relieve(work, staff(who), relief_id=row.id)
    async with caring.town.house.workshop.work() as work:
        await relieve(work, staff(ines), relief_id=row.id)
    with pytest.raises(Conflict, match="already_relieved"):
        async with caring.town.house.workshop.work() as work:
            await relieve(work, staff(ines), relief_id=row.id)


# ---------------------------------------------------------------- talks afterwards


async def something_hard_happens(caring: Caring, who: Person) -> None:
    """An escalation at high is taken and passed on."""
    (member,) = await newcomers(caring.town.house, 1, "night-room")
    await caring.hears(member, HIGH)
    async with caring.town.house.workshop.reading() as work:
        number = max(one.id for one in await open_escalations(work))
    async with caring.town.house.workshop.work() as work:
        await take_escalation(work, who.actor, escalation_id=EscalationId(number))
    await caring.at(who).post(f"/desk/escalations/{number}/pass-on")
    await caring.town.house.reactions.settled()


@pytest.mark.full
@mostly_on_sqlite
async def test_after_something_hard_a_talk_is_booked_within_a_day_with_somebody_else(
    caring: Caring, clock: StillClock
) -> None:
    juno = await caring.hires(Role.SUPERVISOR, "Juno")
    sam = await caring.comes(Role.CRISIS_MODERATOR, "Sam")
    await something_hard_happens(caring, sam)
    async with caring.town.house.workshop.reading() as work:
        (talk,) = await talks_of(work, staff(sam).id)
        assert await talks_of(work, staff(juno).id) == []
    assert talk.due_at == clock.now() + timedelta(hours=24)
    assert (talk.with_name, talk.state) == ("Juno", DebriefState.OFFERED)


@pytest.mark.full
@on_sqlite
async def test_a_watch_books_none(caring: Caring) -> None:
    dahlia = await caring.comes(Role.MODERATOR, "Dahlia")
    await caring.hears(caring.town.ash, "I feel so hopeless lately, nothing matters any more.")
    await caring.does(dahlia, "take")
    await caring.does(dahlia, "pass-on")
    await caring.town.house.reactions.settled()
    async with caring.town.house.workshop.reading() as work:
        assert await talks_to_have(work) == []


@pytest.mark.full
@mostly_on_sqlite
async def test_no_shift_ends_before_the_talk_was_offered(caring: Caring) -> None:
    sam = await caring.comes(Role.CRISIS_MODERATOR, "Sam")
    ines = await caring.comes(Role.CRISIS_MODERATOR, "Ines")
    await something_hard_happens(caring, sam)
    async with caring.town.house.workshop.work() as work:
        await check_out(work, ines.actor)  # who had nothing of it
    for door in ("/desk/shifts/check-out", "/api/v1/shifts/check-out"):
        answer = await caring.at(sam).post(door)
        assert answer.status_code == 409
    with pytest.raises(TalkFirst):
        async with caring.town.house.workshop.work() as work:
            await check_out(work, sam.actor)
    page = await caring.opens(sam, HERE)
    assert "A talk for you" in page.said
    page = await send(caring.at(sam), page, "/desk/shifts/check-out")
    assert "You are not on shift any more." in page.said


@pytest.mark.full
@on_sqlite
async def test_a_talk_can_be_wanted_held_or_declined_and_only_by_whose_it_is(
    caring: Caring,
) -> None:
    sam = await caring.comes(Role.CRISIS_MODERATOR, "Sam")
    ines = await caring.comes(Role.CRISIS_MODERATOR, "Ines")
    async with caring.town.house.workshop.work() as work:
        for number in (1, 2):
            about = f"escalation:{number}"
            await book_debrief(work, System(), staff_id=staff(sam).id, about=about)
            await book_debrief(work, System(), staff_id=staff(sam).id, about=about)
    wanted, declined = DebriefId(1), DebriefId(2)
    for state in (DebriefState.WANTED, DebriefState.HELD):
        with pytest.raises(NotFound):
            async with caring.town.house.workshop.work() as work:
                await answer_debrief(work, staff(ines), debrief_id=wanted, state=state)
    await caring.at(sam).post(f"{HERE}/talks/{wanted}", data={"answer": "wanted"})
    await caring.at(sam).post(f"{HERE}/talks/{declined}", data={"answer": "declined"})
    async with caring.town.house.workshop.reading() as work:
        (left,) = await talks_of(work, staff(sam).id)
    assert (left.id, left.state) == (wanted, DebriefState.WANTED)


@pytest.mark.full
@on_sqlite
async def test_supervisors_see_who_and_when_but_not_what(caring: Caring) -> None:
    juno = await caring.hires(Role.SUPERVISOR, "Juno")
    sam = await caring.comes(Role.CRISIS_MODERATOR, "Sam")
    await something_hard_happens(caring, sam)
    page = await caring.opens(juno, HERE)
    assert "Talks to have" in page.said
    assert "Sam" in page.said
    assert "escalation" not in page.said.partition("Talks to have")[2].partition("Somebody")[0]
    page = await send(caring.at(juno), page, f"{HERE}/talks/1", answer="held")
    assert "None is open." in page.said
    assert "Talks to have" not in (await caring.opens(sam, HERE)).said


@pytest.mark.full
@on_sqlite
async def test_a_line_outside_is_there_and_says_that_nobody_checked_it(caring: Caring) -> None:
    sam = await caring.hires(Role.CRISIS_MODERATOR, "Sam")
    page = await caring.opens(sam, f"{HERE}?country=IE")
    assert "Not yet checked by the people who run this place." in page.said
    assert any(link.startswith("tel:") for link in page.links)


@pytest.mark.full
@on_sqlite
async def test_who_is_at_the_desk_reads_at_once_that_somebody_asks(caring: Caring) -> None:
    maren = await caring.comes(Role.CRISIS_MODERATOR, "Maren")
    ines = await caring.comes(Role.CRISIS_MODERATOR, "Ines")
    told: list[str] = []
    caring.town.house.floor.tell_desk = lambda *fact: told.append(fact[0])
    assert "asks for cover" not in (await caring.opens(ines, "/desk")).said
    async with caring.town.house.workshop.work() as work:
        await ask_for_relief(work, staff(maren))
    assert told == ["relief"]
    assert "Maren asks for cover." in (await caring.opens(ines, "/desk")).said
    assert "Maren asks for cover." in (await caring.opens(ines, "/desk/fragments/queue")).said
    assert "You asked for cover." in (await caring.opens(maren, "/desk")).said


@pytest.mark.full
@on_sqlite
async def test_who_leads_the_shift_reads_a_name_and_no_figure(caring: Caring) -> None:
    maren = await caring.comes(Role.CRISIS_MODERATOR, "Maren")
    ines = await caring.comes(Role.CRISIS_MODERATOR, "Ines")
    juno = await caring.comes(Role.SUPERVISOR, "Juno")
    await caring.reads(maren, 2, 2, 2, 2)
    page = await caring.opens(juno, "/desk")
    assert "Maren could use ten minutes." in page.said
    assert "86" not in page.said
    assert "could use ten minutes" not in (await caring.opens(ines, "/desk")).said

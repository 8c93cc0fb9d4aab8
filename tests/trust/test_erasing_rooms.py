"""A room, or a day of it, erased by two of the staff: for everyone, and only what was meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import httpx
import pytest

from holdfast.erasing.actions.asking import NeedsSomebodyElse, NobodyAsks
from holdfast.erasing.rules import Kind, Reason
from holdfast.kit.errors import NotFound
from holdfast.messages.actions.emptying import agree_to_erase, ask_to_erase, decline_to_erase
from holdfast.rights.rules import Role, Staff
from holdfast.staff.access import FreshSignInNeeded
from holdfast.staff.tables import StaffRow
from town import EVENING, NIGHT, ORIGIN, Person, StillClock, Town, appoint, on_sqlite
from trust.erased import as_it_lies, erasing_of, keys_left, words_in


def fresh(person: Person, clock: StillClock) -> Staff:
    assert isinstance(person.actor, Staff)
    return replace(person.actor, fresh_at=clock.now())


async def the_lead(town: Town) -> Person:
    async with town.house.workshop.work() as work:
        return await appoint(work, Role.LEAD, name="Fern")


async def asked(town: Town, clock: StillClock, on: date | None = None, *, slug: str = NIGHT) -> int:
    async with town.house.workshop.work() as work:
        row = await ask_to_erase(work, fresh(town.elm, clock), slug=slug, on=on, why=Reason.PRIVACY)
        return row.id


async def agreed(town: Town, clock: StillClock, who: Person, ask_id: int) -> None:
    erasing = erasing_of(town.house)
    async with town.house.workshop.work() as work:
        begun = await agree_to_erase(work, fresh(who, clock), ask_id=ask_id, marker=erasing.marker)
    done = await erasing.finish(begun.id)
    assert done is not None
    assert done.done_at is not None


@pytest.mark.full
async def test_a_room_goes_when_a_second_person_agrees_and_other_rooms_stay(
    town: Town, clock: StillClock
) -> None:
    lead = await the_lead(town)
    for person in (town.ash, town.birch):
        await town.say(person, "in the night room")
    await town.say(town.cedar, "in the evening room", EVENING)
    keys = [(await as_it_lies(town.house, seq)).key.id for seq in (2,)]
    wish = await asked(town, clock)
    assert wish == await asked(town, clock)
    with pytest.raises(NeedsSomebodyElse):
        await agreed(town, clock, town.elm, wish)
    assert await words_in(town, town.ash) == [("in the night room", None)] * 2
    await agreed(town, clock, lead, wish)
    assert await words_in(town, town.ash) == [("", "moderator")] * 2
    assert await keys_left(town.house, *keys) == []
    assert await words_in(town, town.cedar, EVENING) == [("in the evening room", None)]
    await town.say(town.ash, "the room goes on")
    assert ("the room goes on", None) in await words_in(town, town.birch)
    with pytest.raises(NobodyAsks):
        await agreed(town, clock, lead, wish)


@pytest.mark.full
async def test_a_day_goes_and_the_days_around_it_stay(town: Town, clock: StillClock) -> None:
    lead, days = await the_lead(town), []
    for number in range(3):
        days.append(clock.now().date())
        await town.say(town.ash, f"day {number}")
        clock.pass_time(days=1)
    await agreed(town, clock, lead, await asked(town, clock, days[1]))
    assert await words_in(town, town.birch) == [
        ("day 0", None),
        ("", "moderator"),
        ("day 2", None),
    ]
    async with town.house.workshop.reading() as work:
        from sqlalchemy import select

        from holdfast.erasing.tables import ErasureRow

        (row,) = (await work.db.scalars(select(ErasureRow))).all()
    assert (row.kind, row.counts) == (Kind.DAY, '{"messages":1}')


@on_sqlite
async def test_nobody_alone_and_nobody_else_erases_a_room(town: Town, clock: StillClock) -> None:
    lead = await the_lead(town)
    await town.say(town.ash, "stays")
    tired = replace(fresh(town.elm, clock), fresh_at=None)
    async with town.house.workshop.work() as work:
        with pytest.raises(FreshSignInNeeded):
            await ask_to_erase(work, tired, slug=NIGHT, on=None, why=Reason.HARM)
        with pytest.raises(NotFound):
            await ask_to_erase(work, town.ash.actor, slug=NIGHT, on=None, why=Reason.HARM)
    wish = await asked(town, clock)
    clock.pass_time(hours=25)
    with pytest.raises(NobodyAsks):
        await agreed(town, clock, lead, wish)
    again = await asked(town, clock)
    async with town.house.workshop.work() as work:
        await decline_to_erase(work, fresh(lead, clock), ask_id=again)
    with pytest.raises(NobodyAsks):
        await agreed(town, clock, lead, again)
    assert await words_in(town, town.birch) == [("stays", None)]


@pytest.mark.full
@on_sqlite
async def test_the_page_asks_for_the_room_s_name_and_for_two_people(
    town: Town, client: httpx.AsyncClient, clock: StillClock
) -> None:
    from sqlalchemy import update

    from holdfast.staff.tables import StaffSessionRow

    lead = await the_lead(town)
    await town.say(town.ash, "goes")
    async with town.house.workshop.work() as work:
        now = clock.now()
        await work.db.execute(update(StaffSessionRow).values(fresh_at=now, seen_at=now))
    erasing_of(town.house)
    here = "/desk/steward/erasing"

    async def send(who: Person, to: str, **form: str) -> httpx.Response:
        headers = {**who.bearer, "origin": ORIGIN}
        return await client.post(to, data=form, headers=headers, follow_redirects=True)

    wish = {"room": NIGHT, "why": "privacy", "day": ""}
    page = await send(town.elm, here, **wish, typed="something else")
    assert "Please type" in page.text
    assert "I want it no longer" not in page.text
    name = page.text.split("Please type “")[1].split("”")[0]
    page = await send(town.elm, here, **wish, typed=name)
    assert "I want it no longer" in page.text
    assert "I agree: erase it" not in page.text
    page = await send(town.elm, f"{here}/1/agree")
    assert "Nobody can say yes to their own wish." in page.text
    page = await client.get(here, headers=lead.bearer)
    assert "I agree: erase it" in page.text
    page = await send(lead, f"{here}/1/agree")
    assert "1 message erased." in page.text
    assert await words_in(town, town.birch) == [("", "moderator")]


@pytest.mark.full
@on_sqlite
async def test_the_wish_of_somebody_who_may_not_wish_it_any_more_is_over(
    town: Town, clock: StillClock
) -> None:
    lead, first, wishes = await the_lead(town), fresh(town.elm, clock), await asked(town, clock)
    await town.say(town.ash, "in the night room")
    async with town.house.workshop.work() as work:
        row = await work.db.get_one(StaffRow, first.id)
        before, row.role = row.role, Role.AUDITOR
    with pytest.raises(NobodyAsks):
        await agreed(town, clock, lead, wishes)
    async with town.house.workshop.work() as work:
        (await work.db.get_one(StaffRow, first.id)).role = before
    await agreed(town, clock, lead, wishes)
    assert await words_in(town, town.birch) == [("", "moderator")]

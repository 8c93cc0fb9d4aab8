"""Several at once: exactly one takes an ask, one ask is made, one hand goes up."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import insert

from holdfast.kit.errors import HoldfastError
from holdfast.listening.actions import answer_offer, ask_for_listening, end_session, raise_hand
from holdfast.listening.actions.asking import Asking
from holdfast.listening.rules.asks import AskState, OfferState
from holdfast.listening.tables import AskRow, DutyRow, HandRow, ListeningRow, OfferRow
from holdfast.rights.tables import RightRole, RightRow
from listening.talking import Stage
from town import Person, newcomers, unlimited

MANY = 200


async def _listeners(talks: Stage, count: int) -> list[Person]:
    """People with a right who are on duty, made at once."""
    people = await newcomers(talks.town.house, count)
    now = talks.clock.now()
    until = talks.clock.now().replace(year=2027)
    async with talks.town.house.workshop.work() as work:
        for one in people:
            right = RightRow(
                role=RightRole.LISTENER, granted_at=now, until=until, member_id=one.member.id
            )
            work.db.add(right)
            await work.db.flush()
            duty = DutyRow(
                member_id=one.member.id,
                right_id=right.id,
                began_at=now,
                until=until,
                most=1,
            )
            work.db.add(duty)
    return people


async def _before_all(talks: Stage, ask: AskRow, people: list[Person]) -> dict[int, int]:
    """The ask lies before all of them at once; the offer of each."""
    now = talks.clock.now()
    rows = [
        {
            "ask_id": ask.id,
            "member_id": one.member.id,
            "offered_at": now,
            "until": now.replace(year=2027),
            "reasons": "",
            "state": OfferState.OPEN,
        }
        for one in people
    ]
    async with talks.town.house.workshop.work() as work:
        await work.db.execute(insert(OfferRow), rows)
    return {row.member_id: row.id for row in await talks.all(OfferRow, ask_id=ask.id)}


async def _take(talks: Stage, person: Person, offer: int) -> str:
    try:
        async with talks.town.house.workshop.work() as work:
            await answer_offer(work, person.member, offer_id=offer, accept=True)
    except HoldfastError as no:
        return no.code
    return "taken"


@pytest.mark.full
@unlimited
@pytest.mark.parametrize("count", [20, pytest.param(MANY, marks=pytest.mark.slow)])
async def test_of_many_who_take_one_ask_at_once_exactly_one_has_it(
    talks: Stage, count: int
) -> None:
    ask = await talks.ask(talks.town.ash)
    people = await _listeners(talks, count)
    offers = await _before_all(talks, ask, people)
    done = await asyncio.gather(*(_take(talks, one, offers[one.member.id]) for one in people))
    assert sorted(set(done)) == ["ask_over", "taken"]
    assert done.count("taken") == 1
    (session,) = await talks.all(ListeningRow)
    assert (session.asker_id, session.number) == (talks.town.ash.member.id, 1)
    assert (await talks.one(AskRow, id=ask.id)).state is AskState.MATCHED
    assert await talks.all(OfferRow, state=OfferState.OPEN) == []


@pytest.mark.full
@unlimited
async def test_two_windows_of_one_listener_take_no_more_than_they_chose(talks: Stage) -> None:
    first, second = await talks.ask(talks.town.ash), await talks.ask(talks.town.birch)
    (cedar,) = await _listeners(talks, 1)
    mine = [(await _before_all(talks, one, [cedar]))[cedar.member.id] for one in (first, second)]
    done = await asyncio.gather(*(_take(talks, cedar, offer) for offer in mine))
    assert sorted(done) == ["no_room_for_more", "taken"]


@pytest.mark.full
@unlimited
async def test_two_windows_that_ask_at_once_make_one_ask(talks: Stage) -> None:
    async def ask() -> str:
        try:
            asking = Asking(wants=frozenset({"listen"}))
            await ask_for_listening(talks.town.house.ledger, talks.town.ash.member, asking)
        except HoldfastError as no:
            return no.code
        return "asked"

    done = await asyncio.gather(*(ask() for _ in range(8)))
    assert (done.count("asked"), done.count("second_ask")) == (1, 7)
    assert len(await talks.all(AskRow)) == 1


@unlimited
async def test_both_raise_a_hand_and_both_say_goodbye_at_once(talks: Stage) -> None:
    await talks.on_duty(talks.town.cedar)
    slug = await talks.two(talks.town.ash, talks.town.cedar)

    async def up(person: Person) -> None:
        async with talks.town.house.workshop.work() as work:
            await raise_hand(work, person.member, slug=slug)

    async def bye(person: Person) -> str:
        try:
            async with talks.town.house.workshop.work() as work:
                await end_session(work, person.member, slug=slug)
        except HoldfastError as no:
            return no.code
        return "ended"

    both = (talks.town.ash, talks.town.cedar)
    await asyncio.gather(*(up(one) for one in both))
    assert len(await talks.all(HandRow)) == 1
    done = await asyncio.gather(*(bye(one) for one in both))
    assert sorted(done) == ["ended", "session_over"]

"""Two at once: one wins, nothing is told that was taken back, nobody is there twice."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import httpx
import pytest
from sqlalchemy import select, text, update

from crisis.test_hands import Hands
from crisis.voice import GOODBYE, HIGH, speak
from holdfast.crisis.tables import EscalationRow
from holdfast.kit.errors import HoldfastError
from holdfast.messages.actions import heard_out, release_post
from holdfast.messages.events import MessagePosted
from holdfast.messages.queries.held import held_in_seat
from holdfast.messages.tables import HeldRow, HeldState
from holdfast.rights.rules import Role
from holdfast.rooms.rules import RoomState
from holdfast.rooms.tables import RoomKind, RoomRow
from town import Town, on_postgresql

BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.fixture
def hands(town: Town, client: httpx.AsyncClient) -> Hands:
    return Hands(town, client)


@pytest.mark.full
async def test_of_two_who_take_or_grant_at_once_one_does(hands: Hands) -> None:
    sam = await hands.appoint(Role.CRISIS_MODERATOR, "Sam")
    fern = await hands.appoint(Role.LEAD, "Fern")
    nia = await hands.appoint(Role.LEAD, "Nia")
    await hands.raised()
    both = await asyncio.gather(hands.ask(sam, "take"), hands.ask(fern, "take"))
    assert sorted(one.status_code for one in both) == [200, 409]
    holder = sam if both[0].status_code == 200 else fern
    others = [one for one in (sam, fern, nia) if one is not holder]
    await asyncio.gather(*(hands.ask(one, "join") for one in (holder, *others)))
    asked = await hands.ask(holder, "close", how="safe", check_in_hours=24)
    waits = asked.json()["waits_for_second"]
    granted = await asyncio.gather(*(hands.ask(one, "grant", approval=waits) for one in others))
    assert sorted(one.status_code for one in granted) == [200, 409]
    assert (await hands.stages()).count("closed") == 1


@pytest.mark.full
async def test_signals_and_shelters_at_once_make_one_side_space_and_one_escalation(
    town: Town,
) -> None:
    seat = await town.seat(town.ash)
    town.house.ledger.states[seat.room_id] = (RoomState.QUIET, None)

    async def refused(number: int) -> None:
        with suppress(HoldfastError):  # once the goodbye is kept, the others are held instead
            await speak(town, town.ash, f"{HIGH} {number}", nonce=f"at-once-{number:06d}")

    await asyncio.gather(*(refused(number) for number in range(6)), speak(town, town.ash, GOODBYE))
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        rooms = (await work.db.scalars(select(RoomRow).where(RoomRow.kind == RoomKind.SIDE))).all()
        found = (await work.db.scalars(select(EscalationRow))).all()
    assert (len(rooms), len(found)) == (1, 1)


@on_postgresql
async def test_words_taken_back_while_they_are_released_are_never_told(hands: Hands) -> None:
    town = hands.town
    seat = await town.seat(town.ash)
    town.house.ledger.states[seat.room_id] = (RoomState.HELD, None)
    await speak(town, town.ash, "Something I should not have said.")
    maren = await hands.appoint(Role.MODERATOR, "Maren")
    async with town.house.workshop.reading() as work:
        [held] = await held_in_seat(work, town.reader(town.ash), seat.id)
    told: list[MessagePosted] = []
    town.house.ledger._tell = told.extend
    async with town.house.workshop.work() as work:
        mine = update(HeldRow).where(HeldRow.message_id == held.id)
        await work.db.execute(mine.values(state=HeldState.WITHDRAWN))
        release = asyncio.create_task(
            release_post(town.house.ledger, maren.actor, message_id=held.id)
        )
        async with asyncio.timeout(10), town.house.workshop.reading() as beside:
            while not (await beside.db.execute(text(BLOCKED))).scalar_one():
                pass
    with pytest.raises(HoldfastError):
        await release
    assert told == []


async def test_whatever_breaks_while_words_are_kept_somebody_is_called(town: Town) -> None:
    async def broken(*_: object) -> None:
        raise ValueError

    called = []

    async def cry_out(concern: int) -> None:
        called.append(concern)

    town.house.ledger.shelter, town.house.ledger.cry_out = broken, cry_out
    with pytest.raises(HoldfastError) as refused:
        async with heard_out(town.house.ledger, town.ash.actor, text=GOODBYE, nonce="n"):
            raise HoldfastError
    assert refused.value.help
    assert called == [3]

"""From the words to an escalation, whatever else is true of the words."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from crisis.voice import GOODBYE, HIGH, speak
from holdfast.crisis.actions import raising
from holdfast.crisis.queries import open_escalations
from holdfast.crisis.tables import Stage
from holdfast.kit.errors import HoldfastError
from holdfast.messages.ledger.entries import Accepted, Kept
from holdfast.messages.queries import messages_before
from holdfast.messages.queries.held import held_in_seat
from holdfast.notices.queries import open_pages
from holdfast.rooms.rules import RoomState
from holdfast.rooms.tables import RoomKind, RoomRow
from holdfast.screening.concern import Concern
from town import NIGHT, Town, mostly_on_sqlite


@pytest.mark.full
async def test_a_goodbye_is_held_from_the_room_and_raises_an_escalation(town: Town) -> None:
    done = await speak(town, town.ash, GOODBYE)
    assert isinstance(done, Kept)
    assert done.why == "concern"
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        [one] = await open_escalations(work)
        said = await messages_before(
            work, town.reader(town.birch), (await town.seat(town.birch)).room_id, None, 10
        )
        [kept] = await held_in_seat(work, town.reader(town.ash), (await town.seat(town.ash)).id)
    assert (one.concern, one.stage, one.room) == (Concern.IMMEDIATE, Stage.RAISED, NIGHT)
    assert one.side_space is not None
    assert GOODBYE not in [m.text for m in said]
    assert kept.text == GOODBYE


@pytest.mark.full
async def test_words_of_high_concern_reach_the_room_and_raise_an_escalation(town: Town) -> None:
    assert isinstance(await speak(town, town.ash, HIGH), Accepted)
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        [one] = await open_escalations(work)
    assert one.concern == Concern.HIGH


@mostly_on_sqlite
async def test_ordinary_words_raise_nothing(town: Town) -> None:
    assert isinstance(await speak(town, town.ash, "Good evening, all."), Accepted)
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        assert await open_escalations(work) == []


async def _quiet(town: Town) -> dict[str, Any]:
    seat = await town.seat(town.ash)
    town.house.ledger.states[seat.room_id] = (RoomState.QUIET, None)
    return {}


async def _too_fast(town: Town) -> dict[str, Any]:
    for number in range(12):
        await speak(town, town.ash, f"one more thing, number {number}", nonce=f"fast-{number:08d}")
    return {}


async def _too_long(town: Town) -> dict[str, Any]:
    del town
    return {"padding": " and so on" * 500}


async def _contact(town: Town) -> dict[str, Any]:
    del town
    return {"padding": " Mail me: heron.night@example.org"}


REFUSALS = {
    "quiet": (_quiet, HIGH),
    "too_fast": (_too_fast, GOODBYE),
    "too_long": (_too_long, GOODBYE),
    "contact_detail": (_contact, HIGH),
}


@pytest.mark.full
@mostly_on_sqlite
@pytest.mark.parametrize("code", REFUSALS)
async def test_what_is_refused_was_read_first_and_is_kept_in_the_side_space(
    town: Town, code: str
) -> None:
    prepare, words = REFUSALS[code]
    text = words + (await prepare(town)).get("padding", "")
    with pytest.raises(HoldfastError) as refused:
        await speak(town, town.ash, text, nonce="the-goodbye-1")
    assert (refused.value.code, refused.value.help) == (code, True)
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        [one] = await open_escalations(work)
        side = await work.db.scalar(select(RoomRow).where(RoomRow.kind == RoomKind.SIDE))
        assert side is not None
        kept = await messages_before(work, town.reader(town.ash), side.id, None, 10)
    assert one.concern >= Concern.HIGH
    assert "".join(m.text for m in kept) == text


@pytest.mark.full
async def test_the_later_words_of_who_is_looked_after_wait_for_a_person(town: Town) -> None:
    await speak(town, town.ash, GOODBYE)
    await town.house.reactions.settled()
    later = await speak(town, town.ash, "Thank you all for everything.", nonce="later-000001")
    assert isinstance(later, Kept)
    assert later.why == "care"


@pytest.mark.full
async def test_a_second_signal_joins_the_open_escalation_and_raises_it(town: Town) -> None:
    await speak(town, town.ash, HIGH)
    await town.house.reactions.settled()
    await speak(town, town.ash, GOODBYE, nonce="second-00001")
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        [one] = await open_escalations(work)
    assert one.concern == Concern.IMMEDIATE


@mostly_on_sqlite
async def test_words_in_a_request_out_of_shape_are_read_all_the_same(
    town: Town, client: httpx.AsyncClient
) -> None:
    refused = await client.put(
        f"/api/v1/rooms/{NIGHT}/messages/goodbye-000001",
        json={"text": GOODBYE, "no_such_field": 1},
        headers=town.ash.bearer,
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_field")
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        [one] = await open_escalations(work)
    assert one.concern == Concern.IMMEDIATE


@pytest.mark.full
@mostly_on_sqlite
async def test_words_for_a_room_where_i_do_not_sit_are_read_all_the_same(
    town: Town, client: httpx.AsyncClient
) -> None:
    refused = await client.put(
        f"/api/v1/rooms/{NIGHT}/messages/goodbye-000001",
        json={"text": GOODBYE},
        headers=town.stranger.bearer,
    )
    assert refused.status_code == 404
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        [one] = await open_escalations(work)
    assert one.concern == Concern.IMMEDIATE


@pytest.mark.full
async def test_a_signal_that_cannot_be_joined_keeps_no_other_waiting(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    join = raising._join

    async def breaks_over_ash(work: Any, actor: Any, signal: Any) -> None:
        if signal.member_id == town.ash.member.id:
            raise ValueError
        await join(work, actor, signal)

    monkeypatch.setattr(raising, "_join", breaks_over_ash)
    await speak(town, town.ash, GOODBYE)
    await speak(town, town.birch, HIGH, nonce="birch-0000001")
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        [one] = await open_escalations(work)
        called = [page.about for page in await open_pages(work)]
    assert one.concern == Concern.HIGH
    assert "signal:1" in called
    monkeypatch.undo()
    await town.house.reactions.look()
    async with town.house.workshop.reading() as work:
        assert len(await open_escalations(work)) == 2

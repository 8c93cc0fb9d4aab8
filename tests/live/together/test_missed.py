"""What one process misses of another: waited for, then read."""

from __future__ import annotations

import asyncio
import time
from types import CoroutineType
from typing import Any

import pytest

from holdfast.kit.bus import BusState
from holdfast.kit.order import PATIENCE as WAITED
from holdfast.live import hearing
from live.together.conftest import Place
from live.together.network import Network
from live.together.test_two_processes import places, said
from serving import PATIENCE
from town import unlimited

pytestmark = [unlimited]


@pytest.mark.full
async def test_elders_that_come_a_little_late_are_waited_for_and_not_read(
    here: Place, there: Place, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "PATIENCE", PATIENCE)  # a busy machine is no part of this
    ash, birch = await here.line("ash"), await there.line("birch")
    await birch.enter()
    network.hold_back()
    await ash.post("First")
    [arrives], network.held_back = network.held_back or [], None
    await ash.post("Second")
    assert there.hearing.waited == 1
    arrives()
    assert places(await said(birch, until=2)) == [1, 2]
    assert there.hearing.gaps_read == 0


@pytest.mark.full
async def test_a_process_that_stood_still_hears_what_came_meanwhile_before_it_reads(
    here: Place, there: Place, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings: list[str] = []
    spawn = there.hearing._spawn

    def noted(work: CoroutineType[Any, Any, None]) -> None:
        readings.append(work.__qualname__)
        spawn(work)

    monkeypatch.setattr(there.hearing, "_spawn", noted)
    ash, birch = await here.line("ash"), await there.line("birch")
    await birch.enter()
    network.hold_back()
    await ash.post("First")
    [arrives], network.held_back = network.held_back or [], None
    await ash.post("Second")
    assert there.hearing.waited == 1
    time.sleep(5 * WAITED)  # noqa: ASYNC251 - the whole process stands still
    for _ in range(3):
        await asyncio.sleep(0)  # the time is up, and it is heeded
    arrives()
    assert places(await said(birch, until=2)) == [1, 2]
    assert readings == []


@pytest.mark.full
async def test_what_was_lost_is_found_by_the_next_look_at_the_heads(
    here: Place, there: Place, network: Network
) -> None:
    ash, birch = await here.line("ash"), await there.line("birch")
    await birch.enter()
    network.is_lost = lambda: True
    for n in range(3):
        await ash.post(f"Lost {n}")
    network.look()
    heard = await said(birch, until=3)
    assert [event["text"] for event in heard] == ["Lost 0", "Lost 1", "Lost 2"]
    assert there.hearing.gaps_read == 1


@pytest.mark.full
async def test_where_only_heads_are_told_everything_is_read_at_once(
    here: Place, there: Place, network: Network
) -> None:
    network.state = BusState.FALLBACK
    ash, birch = await here.line("ash"), await there.line("birch")
    await birch.enter()
    for n in range(5):
        await ash.post(f"Read {n}")
    assert places(await said(birch, until=5)) == [1, 2, 3, 4, 5]
    assert there.hearing.waited == 0
    assert there.hearing.gaps_read >= 1


@pytest.mark.full
async def test_an_envelope_that_is_not_understood_is_read_in_the_database(
    here: Place, there: Place, network: Network
) -> None:
    ash, birch = await here.line("ash"), await there.line("birch")
    await birch.enter()
    tell, strange = network.buses[0].tell_room, b'[2,1,[["later",1]]]'

    def newer(room_id: int, kind: str, body: bytes, head: int = 0) -> None:
        del body
        tell(room_id, kind, strange, head)

    network.buses[0].tell_room = newer  # type: ignore[method-assign]
    await ash.post("Said by a newer version")
    assert (await birch.hear_next("posted"))["text"] == "Said by a newer version"
    assert there.hearing.not_understood == 1


@pytest.mark.full
async def test_what_cannot_be_read_is_tried_again(
    here: Place, there: Place, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    ash, birch = await here.line("ash"), await there.line("birch")
    await birch.enter()
    network.is_lost = lambda: True
    read, tries = there.hearing._entries, 0

    async def breaks_once(*asked: Any) -> Any:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise TimeoutError
        return await read(*asked)

    monkeypatch.setattr(there.hearing, "_entries", breaks_once)
    await ash.post("Found at the second try")
    network.look()
    assert (await birch.hear_next("posted"))["text"] == "Found at the second try"
    assert tries == 2

"""One process is killed while people talk: those at the other miss nothing that was kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from faults.many_place import many_served
from faults.places_nodes import Node
from live.together.test_two_processes import places, said, talk
from serving import SUBPROTOCOL, Line
from town import NIGHT

Acked = dict[int, str]


class Door:
    """Lines to real processes, closed when the test ends."""

    def __init__(self, tokens: list[str], open_: AsyncExitStack) -> None:
        self.bearers = [{"authorization": f"Bearer {token}"} for token in tokens]
        self._open = open_

    async def sit_down(self, node: Node) -> None:
        """Everyone takes a seat in the night room."""
        async with httpx.AsyncClient(base_url=node.url, trust_env=False) as client:
            for bearer in self.bearers:
                seat = f"/api/v1/rooms/{NIGHT}/seat"
                assert (await client.put(seat, json={}, headers=bearer)).is_success

    async def line(self, node: Node, who: int) -> Line:
        address = f"ws://127.0.0.1:{node.port}/live"
        more = {"compression": None, "proxy": None, "close_timeout": 1}
        line = connect(
            address,
            subprotocols=[SUBPROTOCOL],
            additional_headers=self.bearers[who],
            **more,  # type: ignore[arg-type]
        )
        return Line(await self._open.enter_async_context(line))


@pytest.fixture
async def open_() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def speak_until_it_ends(line: Line, acked: Acked, killed: asyncio.Event) -> str:
    """Say one thing after the other; what nobody acknowledged when the line broke."""
    number = 0
    while True:
        number += 1
        nonce = f"at-the-first-{number:04}"
        try:
            answer = await line.post(nonce, nonce=nonce)
        except ConnectionClosed:
            return nonce
        acked[answer["seq"]] = nonce
        if number == 20:
            killed.set()


@pytest.mark.slow
async def test_a_process_that_is_killed_takes_nothing_with_it(
    tmp_path: Path, open_: AsyncExitStack
) -> None:
    with many_served(tmp_path, ("serve", "serve")) as place:
        first, second = place.nodes
        tokens = await asyncio.to_thread(first.run, "town", "members", "--count", "3")
        door = Door(tokens.split(), open_)
        await door.sit_down(first)
        reader = await door.line(second, 2)
        await reader.enter()
        acked: Acked = {}
        enough = asyncio.Event()
        speaks = speak_until_it_ends(await door.line(first, 0), acked, enough)
        speaking = asyncio.create_task(speaks)
        beside = asyncio.create_task(talk(await door.line(second, 1), "beside", 60))
        await enough.wait()
        await asyncio.to_thread(first.kill)
        unknown = await speaking
        again = await door.line(second, 0)
        last = (await again.post(unknown, nonce=unknown))["seq"]
        await beside
        last = max(last, *(await talk(again, "at the end", 1)))
        heard = await said(reader, until=last)
    assert places(heard) == list(range(1, last + 1))
    told = {event["seq"]: event["text"] for event in heard}
    assert acked == {seq: told[seq] for seq in acked}
    assert len(set(told.values())) == len(told), "nothing was said twice"

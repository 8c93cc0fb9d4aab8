"""A line that is gone leaves nothing behind, and waits for no collector."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from collections.abc import Iterator

import pytest
from websockets.server import ServerProtocol

from contract.frames import frame
from holdfast.app.hurried import Hurried
from holdfast.live.line import Line
from holdfast.live.socket import Socket
from live.wire import handshake, knock, wire
from serving import PATIENCE, Served
from town import NIGHT, Town, on_sqlite

OF_A_LINE = (Hurried, Socket, Line, ServerProtocol)
CLOSE, TOO_FAR = 8, 3  # an opcode, and one that nobody has


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Nothing is cleared away but what nobody holds."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def alive() -> dict[str, int]:
    """How many of a line's parts there are in this process."""
    found = Counter(map(type, gc.get_objects()))  # kept by no name: it would hold what it names
    return {kind.__name__: found[kind] for kind in OF_A_LINE}


async def all_gone() -> dict[str, int]:
    """Once every line is gone: what there is of their parts."""
    async with asyncio.timeout(PATIENCE):
        while any(left := alive().values()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return dict(zip(alive(), left, strict=True))


@on_sqlite
@pytest.mark.parametrize("way", ["politely", "without a word", "by mistake"])
async def test_a_line_that_ends_is_gone_without_the_collector(
    town: Town, served: Served, uncollected: None, way: str
) -> None:
    line = await wire(served, town.ash)
    line.say(do="enter", room=NIGHT)
    while (await line.hear())["event"] != "live":
        pass
    assert alive() == {"Hurried": 0, "Socket": 1, "Line": 1, "ServerProtocol": 1}
    if way == "politely":
        line.send(frame(CLOSE, b"\x03\xe8"))
    elif way == "by mistake":
        line.send(frame(TOO_FAR, b"?"))
    line.writer.close()
    assert not any((await all_gone()).values())


@on_sqlite
async def test_a_handshake_that_was_refused_is_gone_without_the_collector(
    served: Served, uncollected: None
) -> None:
    status, _ = await knock(served, handshake(None))
    assert status == 401
    assert not any((await all_gone()).values())

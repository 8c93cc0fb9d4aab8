"""Who does not read is closed with 4408 and resumes; memory never fills up on their account."""

from __future__ import annotations

import asyncio
import json
import socket

import pytest

from contract.frames import TEXT, frame
from holdfast.live.socket import HIGH_WATER, MOST_BUFFERED
from live.wire import Wire, handshake
from messages.hearing import loaded
from serving import Served
from town import NIGHT, Person, Town, on_sqlite, unlimited

pytestmark = [on_sqlite, unlimited]
LONG = "x" * 4_000


async def lazy(served: Served, person: Person) -> Wire:
    """Someone who hears almost nothing at a time: a small window, and they do not read."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, ("127.0.0.1", served.port))
    reader, writer = await asyncio.open_connection(sock=narrow, limit=1_024)
    writer.write(handshake(person))
    await reader.readuntil(b"\r\n\r\n")
    return Wire(reader, writer)


def narrow_our_end(town: Town, person: Person) -> None:
    """The kernel keeps little for them, too, so that it is soon our turn to keep it."""
    for line in town.house.floor.lines:
        if line.actor == person.actor:
            ours = line.socket.transport.get_extra_info("socket")
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)


def buffered(town: Town, person: Person) -> int:
    """How much waits in this process for someone who does not read."""
    sizes: list[int] = [
        line.socket.transport.get_write_buffer_size()
        for line in town.house.floor.lines
        if line.actor == person.actor
    ]
    return max(sizes, default=0)


@pytest.mark.full
async def test_a_slow_reader_is_closed_with_4408_and_misses_nothing_when_they_come_back(
    town: Town, served: Served
) -> None:
    slow = await lazy(served, town.birch)
    slow.say(do="enter", room=NIGHT)
    while (await slow.hear())["event"] != "live":
        pass
    narrow_our_end(town, town.birch)
    most, said, topic = 0, 0, next(iter(town.house.floor.hub.topics.values()))
    while topic.owners and said < 3_000:
        tickets = [town.say(town.ash, LONG) for _ in range(20)]
        await asyncio.gather(*tickets)
        said += 20
        most = max(most, buffered(town, town.birch))
    assert not topic.owners, "they were taken out of the room"
    assert HIGH_WATER <= most <= MOST_BUFFERED + 64 * 1024
    heard = []
    while (found := await slow.frame())[0] == TEXT:
        event = json.loads(found[1])
        if event["event"] == "posted":
            heard.append(event["seq"])
    assert int.from_bytes(found[1][:2]) == 4408
    assert heard == list(range(1, len(heard) + 1))
    again = await served.line(town.birch)
    since = max(heard[-1], said - 900)
    missed = [e["seq"] for e in await again.enter(since=since) if e["event"] == "posted"]
    assert missed == list(range(since + 1, said + 1))
    assert len(await loaded(town.house, await town.seat(town.ash))) == min(said, 1_000)


@pytest.mark.full
async def test_the_others_do_not_wait_for_a_slow_one(town: Town, served: Served) -> None:
    slow, quick = await lazy(served, town.birch), await served.line(town.ash)
    slow.say(do="enter", room=NIGHT)
    while (await slow.hear())["event"] != "live":
        pass
    await quick.enter()
    for number in range(60):
        accepted = await quick.post(f"{LONG[:3_000]} {number}")
        assert accepted["seq"] == number + 1


@pytest.mark.full
async def test_asking_for_a_replay_again_and_again_without_reading_fills_no_memory(
    town: Town, served: Served
) -> None:
    await asyncio.gather(*(town.say(town.ash, LONG) for _ in range(150)))
    slow = await lazy(served, town.birch)
    ask = frame(TEXT, json.dumps({"do": "enter", "room": NIGHT, "since": 0}).encode())
    most = 0
    for _ in range(60):
        slow.send(ask)
        await asyncio.sleep(0.002)
        most = max(most, buffered(town, town.birch))
    one_replay = 150 * 4_400
    assert most <= MOST_BUFFERED + one_replay


async def test_refusals_nobody_reads_fill_no_memory(town: Town, served: Served) -> None:
    slow = await lazy(served, town.birch)
    most = 0
    for _ in range(400):
        slow.send(*([frame(TEXT, b"{}" + b" " * 20)] * 100))
        await asyncio.sleep(0)
        most = max(most, buffered(town, town.birch))
    assert most <= MOST_BUFFERED + 256 * 1024

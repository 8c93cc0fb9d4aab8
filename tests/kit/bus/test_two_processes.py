"""What one process tells, the others hear: by Redis, and by the database where there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from holdfast.kit.bus import Alone, BusState
from holdfast.kit.bus.choosing import bus_for
from holdfast.kit.bus.postgresql import PAYLOAD, PostgresBus, payloads
from holdfast.kit.bus.redis import RedisBus
from holdfast.kit.cipher import RootKey
from holdfast.kit.primary import dsns, parsed
from kit.bus.conftest import ROOT, MakeBus
from redis_server import RedisServer

OTHER = RootKey(b"the root key of another place...")


async def test_what_one_process_tells_the_other_hears(make_bus: MakeBus, redis_url: str) -> None:
    ours, our_ears = await make_bus(redis_url)
    theirs, their_ears = await make_bus(redis_url)
    await ours.listen(3)
    await theirs.listen(3)
    ours.tell_room(3, "entries", b"one", head=1)
    theirs.tell_room(3, "typing", b"two")
    assert await their_ears.room() == (3, "entries", b"one")
    assert await our_ears.room() == (3, "typing", b"two")
    assert our_ears.rooms.empty()
    assert (ours.told, ours.heard, ours.not_opened) == (1, 1, 0)


async def test_what_is_told_arrives_in_the_order_in_which_it_was_told(
    make_bus: MakeBus, redis_url: str
) -> None:
    ours, _ = await make_bus(redis_url)
    theirs, ears = await make_bus(redis_url)
    await theirs.listen(1)
    for number in range(2_000):
        ours.tell_room(1, "entries", b"%d" % number)
    assert [(await ears.room())[2] for _ in range(2_000)] == [b"%d" % n for n in range(2_000)]
    assert ours.published_batches < 200
    assert ours.dropped == 0


async def test_a_process_hears_only_the_rooms_it_holds(make_bus: MakeBus, redis_url: str) -> None:
    ours, _ = await make_bus(redis_url)
    theirs, ears = await make_bus(redis_url)
    await theirs.listen(1)
    await theirs.listen(2)
    ours.tell_room(1, "entries", b"held")
    assert await ears.room() == (1, "entries", b"held")
    theirs.leave(1)
    await theirs.listen(4)  # confirmed by Redis, and with it what was said before
    for room_id in (1, 5, 2):
        ours.tell_room(room_id, "entries", b"after")
    assert await ears.room() == (2, "entries", b"after")
    assert theirs.heard == 2


async def test_a_room_that_is_left_and_held_again_is_heard(
    make_bus: MakeBus, redis_url: str
) -> None:
    ours, _ = await make_bus(redis_url)
    theirs, ears = await make_bus(redis_url)
    for _ in range(5):
        listening = asyncio.create_task(theirs.listen(1))
        await asyncio.sleep(0)
        theirs.leave(1)
        await theirs.listen(1)
        await listening
    ours.tell_room(1, "entries", b"here")
    assert await ears.room() == (1, "entries", b"here")


@pytest.mark.parametrize("kind", ["redis", "database"])
async def test_the_bell_is_heard_by_the_others_alone(
    make_bus: MakeBus, redis_url: str, kind: str
) -> None:
    ours, _ = await make_bus(redis_url if kind == "redis" else "")
    theirs, their_ears = await make_bus(redis_url if kind == "redis" else "")
    their_ears.bells.clear()
    ours.ring()
    await asyncio.wait_for(their_ears.bells.wait(), 5)
    assert (ours.heard, theirs.heard) == (0, 1)


async def test_two_places_on_one_redis_hear_nothing_of_each_other(
    make_bus: MakeBus, redis_url: str
) -> None:
    ours, _ = await make_bus(redis_url)
    theirs, ears = await make_bus(redis_url)
    elsewhere, _ = await make_bus(redis_url, root=OTHER)
    await theirs.listen(1)
    elsewhere.tell_room(1, "entries", b"of another place")
    ours.tell_room(1, "entries", b"of this one")
    assert await ears.room() == (1, "entries", b"of this one")
    assert (theirs.heard, theirs.not_opened) == (1, 0)


async def test_redis_sees_a_number_and_no_words(
    make_bus: MakeBus, redis_server: RedisServer, redis_url: str
) -> None:
    bus, _ = await make_bus(redis_url)
    await bus.listen(7)
    seen = redis_server.ask("PUBSUB", "SHARDCHANNELS").decode().splitlines()
    names = {line for line in seen if line.startswith("holdfast")}
    assert isinstance(bus, RedisBus)
    assert names == {f"holdfast:{{room:7}}:{bus.place}", f"holdfast:{{bell}}:{bus.place}"}


async def test_a_foreign_envelope_is_dropped_and_counted(
    make_bus: MakeBus, redis_server: RedisServer, redis_url: str
) -> None:
    ours, _ = await make_bus(redis_url)
    theirs, ears = await make_bus(redis_url)
    await theirs.listen(1)
    assert isinstance(ours, RedisBus)
    channel = f"holdfast:{{room:1}}:{ours.place}"
    for words in ("", "x", "\x01" + "n" * 22 + "nonsense that nobody of ours has sealed"):
        redis_server.ask("SPUBLISH", channel, words)
    ours.tell_room(1, "entries", b"ours")
    assert await ears.room() == (1, "entries", b"ours")
    assert (theirs.heard, theirs.not_opened) == (1, 3)


async def test_by_the_database_a_process_hears_the_heads_of_its_rooms(make_bus: MakeBus) -> None:
    ours, our_ears = await make_bus()
    theirs, their_ears = await make_bus(look_every=60)  # what it hears now, it hears by notice
    await theirs.listen(2)
    theirs.look()
    await their_ears.head(2, 0)
    for head in range(1, 50):
        ours.tell_room(2, "entries", b"words", head=head)
        ours.tell_room(3, "entries", b"words", head=head)
    await their_ears.head(2, 49)
    assert 3 not in their_ears.heads
    assert their_ears.rooms.empty()
    assert our_ears.heads == {}
    assert ours.published_batches < 5
    assert ours.state is BusState.FALLBACK


async def test_what_nobody_told_is_found_by_looking(
    make_bus: MakeBus, put_head: Callable[[int, int], Awaitable[None]], redis_url: str
) -> None:
    _, by_redis = await make_bus(redis_url)
    bus, by_database = await make_bus()
    await bus.listen(2)
    await put_head(2, 8)
    await by_database.head(2, 8)
    assert by_redis.heads == {}


def test_a_notice_is_never_longer_than_the_database_takes() -> None:
    told = {10**18 + n: 10**18 - n for n in range(1_000)}
    sent = list(payloads("n" * 22, told))
    assert max(len(payload) for payload in sent) <= PAYLOAD
    pairs = ",".join(payload.partition(" ")[2] for payload in sent).split(",")
    assert {int(room): int(head) for room, _, head in (p.partition(":") for p in pairs)} == told


def test_a_place_has_a_bus_where_it_is_told_of_several_processes() -> None:
    database, redis = "postgresql://there/place", "redis://there"
    chosen = [
        type(bus_for(database=database, redis=redis, root=ROOT, several=False)),
        type(bus_for(database=database, redis="", root=ROOT, several=True)),
        type(bus_for(database=database, redis="", root=ROOT, several=False)),
        type(bus_for(database="sqlite:///file", redis="", root=ROOT, several=True)),
    ]
    assert chosen == [RedisBus, PostgresBus, Alone, Alone]


def test_a_bus_has_the_hosts_and_ports_that_the_database_has() -> None:
    address = "postgresql://me:secret@one:5432,other:5433/place"
    bus = bus_for(database=address, redis="", root=ROOT, several=True)
    assert isinstance(bus, PostgresBus)
    assert dsns(parsed(bus._dsn)) == dsns(parsed(address))
    assert len(dsns(parsed(address))) == 2

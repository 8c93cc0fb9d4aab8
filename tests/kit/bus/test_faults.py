"""Redis and the database go away, hang and come back: nobody waits, and nothing stays unheard."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import asyncpg
import pytest

from holdfast.kit.bus import BusState
from holdfast.kit.bus.postgresql import PostgresBus
from holdfast.kit.bus.redis import RedisBus
from holdfast.kit.bus.voice import Errand
from kit.bus.conftest import ROOT, Ears, MakeBus, until
from redis_server import RedisServer

PutHead = Callable[[int, int], Awaitable[None]]
LONG = 60.0  # seconds between two looks: what is heard sooner was told


def are(state: BusState, *buses: PostgresBus) -> Callable[[], bool]:
    return lambda: all(bus.state is state for bus in buses)


async def pair(
    make_bus: MakeBus, server: RedisServer, look_every: float = 0.05
) -> list[tuple[PostgresBus, Ears]]:
    made = [await make_bus(server.url, look_every=look_every) for _ in range(2)]
    for bus, _ in made:
        await bus.listen(1)
    return made


async def test_when_redis_is_killed_rooms_are_heard_by_notice_and_afterwards_by_redis_again(
    make_bus: MakeBus, redis_apart: RedisServer
) -> None:
    (ours, _), (theirs, ears) = await pair(make_bus, redis_apart, look_every=LONG)
    ours.tell_room(1, "entries", b"by Redis", head=1)
    assert await ears.room() == (1, "entries", b"by Redis")
    redis_apart.kill()
    await until(are(BusState.FALLBACK, ours, theirs))
    ours.tell_room(1, "entries", b"by notice", head=2)
    await ears.head(1, 2)
    redis_apart.start()
    await until(are(BusState.READY, ours, theirs))
    ours.tell_room(1, "entries", b"by Redis again", head=3)
    assert await ears.room() == (1, "entries", b"by Redis again")
    assert ears.rooms.empty()
    assert theirs.reconnects > 0


async def test_what_was_told_while_redis_died_is_told_by_notice(
    make_bus: MakeBus, redis_apart: RedisServer
) -> None:
    (ours, _), (_, ears) = await pair(make_bus, redis_apart, look_every=LONG)
    redis_apart.kill()
    assert ours.state is BusState.READY  # it has not noticed yet
    ours.tell_room(1, "entries", b"into the void", head=7)
    await ears.head(1, 7)


@pytest.mark.full
async def test_a_bell_that_redis_swallowed_is_rung_by_notice(
    make_bus: MakeBus, redis_apart: RedisServer
) -> None:
    (ours, _), (_, ears) = await pair(make_bus, redis_apart)
    redis_apart.hold()
    ears.bells.clear()
    ours.ring()
    await asyncio.wait_for(ears.bells.wait(), 5)
    redis_apart.let_go()


async def test_a_notice_that_is_lost_is_found_at_the_next_look(
    make_bus: MakeBus, redis_apart: RedisServer, put_head: PutHead
) -> None:
    (ours, _), (theirs, ears) = await pair(make_bus, redis_apart, look_every=0.05)
    redis_apart.kill()
    await until(are(BusState.FALLBACK, ours, theirs))
    await put_head(1, 5)  # and whoever did it died before telling
    await ears.head(1, 5)


async def test_after_a_gap_all_heads_are_looked_at_at_once(
    make_bus: MakeBus, redis_apart: RedisServer, put_head: PutHead
) -> None:
    _, (theirs, ears) = await pair(make_bus, redis_apart, look_every=LONG)
    theirs.look()
    await ears.head(1, 0)
    await put_head(1, 5)
    redis_apart.kill()
    await ears.head(1, 5)  # what was said before anybody noticed
    await put_head(1, 6)
    redis_apart.start()
    await ears.head(1, 6)  # and what was said until it was back


@pytest.mark.full
async def test_a_hanging_redis_holds_nothing(make_bus: MakeBus, redis_apart: RedisServer) -> None:
    (ours, _), (theirs, ears) = await pair(make_bus, redis_apart, look_every=LONG)
    redis_apart.hold()
    for head in range(1, 101):
        ours.tell_room(1, "entries", b"words", head=head)
    await theirs.listen(2)  # it asks Redis, and returns when that does not answer
    await ears.head(1, 100)
    await until(are(BusState.FALLBACK, ours, theirs))
    listening = asyncio.create_task(theirs.listen(3))
    await asyncio.sleep(0)
    assert listening.done()  # Redis is not even asked
    theirs.leave(2)
    ours.tell_room(3, "entries", b"words", head=1)
    await ears.head(3, 1)
    redis_apart.let_go()
    await until(are(BusState.READY, ours, theirs))
    ours.tell_room(3, "entries", b"again")
    while await ears.room() != (3, "entries", b"again"):
        pass  # what Redis had kept of the time before


async def test_a_bus_opens_without_redis_and_finds_it_later(
    make_bus: MakeBus, redis_apart: RedisServer, dsn: str
) -> None:
    redis_apart.kill()
    bus = RedisBus(redis_apart.url, dsn, ROOT, patience=0.4)
    ears = Ears(bus)
    await bus.open()
    await bus.listen(1)
    assert bus.state is BusState.FALLBACK
    redis_apart.start()
    await until(are(BusState.READY, bus))
    ours, _ = await make_bus(redis_apart.url)
    ours.tell_room(1, "entries", b"found")
    assert await ears.room() == (1, "entries", b"found")
    await bus.close()


async def test_when_the_line_is_full_the_oldest_is_told_by_notice(
    make_bus: MakeBus, redis_apart: RedisServer
) -> None:
    (ours, _), (_, ears) = await pair(make_bus, redis_apart, look_every=LONG)
    voice = cast(RedisBus, ours)._voice
    voice._longest = 3
    for room_id in (1, 2, 3, 4, 5):
        ours.tell_room(room_id, "entries", b"words", head=9)
    await ears.head(1, 9)
    assert ours.dropped == 2
    assert ears.rooms.empty()


async def test_what_redis_refuses_is_lost_and_nothing_else(
    make_bus: MakeBus, redis_apart: RedisServer
) -> None:
    (ours, _), (_, ears) = await pair(make_bus, redis_apart)
    answers: list[object] = []
    voice = cast(RedisBus, ours)._voice
    voice.say(Errand(("SPUBLISH", "too few"), answers.append, lambda: answers.append("lost")))
    heard: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    voice.say(Errand(("ECHO", "here"), heard.set_result))
    ours.tell_room(1, "entries", b"after")
    assert await ears.room() == (1, "entries", b"after")
    assert await asyncio.wait_for(heard, 5) == b"here"  # it comes by a line of its own
    assert answers == ["lost"]
    assert ours.state is BusState.READY


async def test_whoever_cannot_bear_an_answer_hears_that_there_was_none(
    make_bus: MakeBus, redis_url: str
) -> None:
    bus, _ = await make_bus(redis_url)
    heard: list[object] = []

    def unbearable(answer: object) -> None:
        heard.append(answer)
        raise RuntimeError

    voice = cast(RedisBus, bus)._voice
    voice.say(Errand(("ECHO", "one"), unbearable, lambda: heard.append("lost")))
    voice.say(Errand(("ECHO", "two"), heard.append))
    await until(lambda: heard == [b"one", "lost", b"two"])
    assert bus.state is BusState.READY


async def test_a_redis_that_does_not_let_us_in_is_as_good_as_none(
    make_bus: MakeBus, redis_apart: RedisServer, dsn: str
) -> None:
    redis_apart.ask("CONFIG", "SET", "requirepass", "open sesame")
    bare, at = redis_apart.url.split("//")
    shut_out = RedisBus(redis_apart.url, dsn, ROOT, patience=0.4)
    await shut_out.open()
    await shut_out.listen(1)
    allowed, ears = await make_bus(f"{bare}//:open%20sesame@{at}")
    await allowed.listen(1)
    await until(lambda: shut_out.hears_notices and shut_out.reconnects > 1)
    assert shut_out.state is BusState.FALLBACK
    shut_out.tell_room(1, "entries", b"words", head=2)
    await ears.head(1, 2)
    await shut_out.close()


@pytest.fixture
def cut_off(dsn: str) -> Callable[[], Awaitable[None]]:
    """Ends every connection to the database but the one that does it."""

    async def cut() -> None:
        connection = await asyncpg.connect(dsn)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await connection.close()

    return cut


async def test_a_database_that_went_away_is_listened_to_again(
    make_bus: MakeBus, cut_off: Callable[[], Awaitable[None]], put_head: PutHead
) -> None:
    ours, _ = await make_bus(look_every=LONG)
    theirs, ears = await make_bus(look_every=LONG)
    await theirs.listen(1)
    theirs.look()
    await ears.head(1, 0)
    ears.bells.clear()
    await put_head(1, 4)
    await cut_off()
    await ears.head(1, 4)  # said while nobody listened, found by the look after the gap
    await asyncio.wait_for(ears.bells.wait(), 5)
    await until(lambda: ours.reconnects > 0 and theirs.reconnects > 0)
    ours.tell_room(1, "entries", b"words", head=5)
    await ears.head(1, 5)


async def test_what_is_told_while_the_database_is_away_is_told_when_it_is_back(
    make_bus: MakeBus, cut_off: Callable[[], Awaitable[None]]
) -> None:
    ours, _ = await make_bus(look_every=LONG)
    theirs, ears = await make_bus(look_every=LONG)
    await theirs.listen(1)
    dsn, ours._dsn = ours._dsn, "postgresql://nobody@127.0.0.1:1/nowhere"
    await cut_off()
    await until(lambda: ours.reconnects > 1 and theirs.reconnects > 0)
    ours.tell_room(1, "entries", b"words", head=3)
    ours._dsn = dsn
    await ears.head(1, 3)


async def test_whoever_cannot_bear_what_is_heard_does_not_deafen_the_process(
    make_bus: MakeBus, redis_url: str
) -> None:
    ours, _ = await make_bus(redis_url)
    theirs, ears = await make_bus(redis_url)
    await theirs.listen(1)
    hear = theirs.hear_room

    def hear_but_once(room_id: int, kind: str, body: bytes) -> None:
        theirs.hear_room = hear
        raise RuntimeError(kind)

    theirs.hear_room = hear_but_once
    ours.tell_room(1, "entries", b"one")
    ours.tell_room(1, "entries", b"two")
    assert await ears.room() == (1, "entries", b"two")


async def test_the_last_words_of_a_process_are_told(make_bus: MakeBus, redis_url: str) -> None:
    theirs, ears = await make_bus(redis_url)
    await theirs.listen(1)
    for kind in (redis_url, ""):
        ours, _ = await make_bus(kind)
        ours.tell_room(1, "entries", b"goodbye", head=1)
        await ours.close()
    assert await ears.room() == (1, "entries", b"goodbye")
    await ears.head(1, 1)

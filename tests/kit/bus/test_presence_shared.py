"""Who is here at all processes together, and that somebody writes at another one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from holdfast.kit.bus.postgresql import PostgresBus
from holdfast.kit.hub import Hub
from holdfast.kit.ids import RoomId
from holdfast.live.draw import Drawing
from holdfast.live.presence import Presence, Rhythm
from kit.bus.conftest import MakeBus, until
from redis_server import RedisServer
from town import StillClock

ROOM = RoomId(3)
QUICK = Rhythm(beat=0.01, say_again=0.2, stale=0.6)


@dataclass(eq=False)
class Window:
    """Somebody's window on the room."""

    owner: int
    variant: str = "data"
    acks: list[bytes] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)

    def write(self, data: bytes) -> None:
        self.told.append(orjson.loads(data[data.index(b"{") :]))

    def lose_seat(self) -> None: ...

    def come_back(self) -> None: ...

    def heard(self, event: str) -> list[dict[str, Any]]:
        return [told for told in self.told if told["event"] == event]

    def last_here(self) -> int | None:
        """The number they were told last; 0: none yet."""
        here: int | None = [{"here": 0}, *self.heard("presence")][-1]["here"]
        return here


class Blocks:
    """The sight of somebody who does not see one other."""

    def __init__(self, whom: int) -> None:
        self._whom = whom

    def shown(self, entry: Any) -> Any:
        return entry

    def hides(self, owner: Any) -> bool:
        return bool(owner == self._whom)


class Process:
    """One process: a bus, a hub and those who are connected to it."""

    def __init__(self, bus: PostgresBus) -> None:
        drawing = Drawing(lambda *_: "", lambda *_: "")
        drawing.slugs[ROOM] = "night"
        self.bus = bus
        self.hub = Hub(drawing)
        self.clock = StillClock()
        self.presence = Presence(self.hub, drawing, bus, self.clock, rhythm=QUICK)
        bus.hear_room = lambda room, kind, body: self.presence.hear(RoomId(room), kind, body)

    async def seat(self, *owners: int) -> list[Window]:
        await self.bus.listen(ROOM)
        windows = [Window(owner) for owner in owners]
        for window in windows:
            self.hub.join(ROOM, window)
        self.presence.changed(ROOM)
        return windows

    def leave(self, *windows: Window) -> None:
        for window in windows:
            self.hub.leave(ROOM, window)
        self.presence.changed(ROOM)

    def believed_until(self, other: Process) -> float:
        """Until when this process believes what the other one said last."""
        elsewhere = self.presence._elsewhere
        assert elsewhere is not None
        return elsewhere._rooms[ROOM][other.bus.node.encode()].until

    def counts(self, number: int) -> bool:
        return self.presence.count(ROOM) == number


@pytest.fixture
async def ours(make_bus: MakeBus, redis_apart: RedisServer) -> Process:
    return Process((await make_bus(redis_apart.url))[0])


@pytest.fixture
async def theirs(make_bus: MakeBus, redis_apart: RedisServer) -> Process:
    return Process((await make_bus(redis_apart.url))[0])


async def test_those_at_other_processes_are_counted_and_told(
    ours: Process, theirs: Process
) -> None:
    (ash,) = await ours.seat(1)
    (birch, *_) = await theirs.seat(2, 3, 4, 5)
    await until(lambda: ours.counts(5) and theirs.counts(5))
    await until(lambda: ash.last_here() == birch.last_here() == 5)


async def test_someone_with_a_window_at_each_process_is_one(ours: Process, theirs: Process) -> None:
    await ours.seat(1, 2)
    windows = await theirs.seat(2, 3)
    await until(lambda: ours.counts(3) and theirs.counts(3))
    theirs.leave(windows[0])
    theirs.leave(windows[1])
    await until(lambda: ours.counts(2))


async def test_who_comes_first_at_a_process_hears_how_many_are_elsewhere(
    ours: Process, theirs: Process
) -> None:
    await theirs.seat(2, 3, 4, 5, 6)
    await until(lambda: theirs.bus.told > 0)
    (ash,) = await ours.seat(1)
    await until(lambda: ash.last_here() == 6)  # on a slow machine some of them a beat later


@pytest.mark.full
async def test_a_process_that_was_killed_is_believed_no_longer_than_a_while(
    ours: Process, theirs: Process
) -> None:
    (ash,) = await ours.seat(1)
    await theirs.seat(2, 3, 4, 5)
    await until(lambda: ours.counts(5))
    await theirs.bus.close()  # it ends without a word of who was there
    await until(lambda: ours.counts(1))
    await until(lambda: ash.last_here() is None)


@pytest.mark.full
async def test_whoever_stays_is_believed_for_as_long_as_they_stay(
    ours: Process, theirs: Process
) -> None:
    await ours.seat(1)
    await theirs.seat(2)
    await until(lambda: ours.counts(2))
    for _ in range(3):
        until_now = ours.believed_until(theirs)
        ours.clock.pass_time(seconds=QUICK.stale * 0.9)
        await until(lambda until_now=until_now: ours.believed_until(theirs) > until_now)  # type: ignore[misc]
        assert ours.counts(2)
    assert theirs.bus.told == 1  # it is said again to Redis, not to every process


async def test_a_process_that_closes_takes_its_own_away_at_once(
    ours: Process, theirs: Process
) -> None:
    await ours.seat(1)
    await theirs.seat(2, 3)
    await until(lambda: ours.counts(3))
    theirs.presence.close()
    await until(lambda: ours.counts(1))


async def test_without_redis_each_process_says_what_it_knows_and_heals_afterwards(
    ours: Process, theirs: Process, redis_apart: RedisServer
) -> None:
    await ours.seat(1)
    await theirs.seat(2, 3)
    await until(lambda: ours.counts(3) and theirs.counts(3))
    redis_apart.kill()
    await until(lambda: ours.counts(1) and theirs.counts(2))
    assert ours.presence.perhaps(ROOM) == 1
    redis_apart.start()
    await until(lambda: ours.counts(3) and theirs.counts(3))


async def test_a_process_where_nobody_is_can_ask_and_reckons_with_somebody_until_it_knows(
    ours: Process, theirs: Process
) -> None:
    await theirs.seat(2, 3, 4, 5, 6)
    await until(lambda: theirs.bus.told > 0)
    assert ours.presence.perhaps(ROOM) == 1
    await until(lambda: ours.counts(5))
    assert ours.presence.here(ROOM) == 5
    empty = RoomId(9)
    assert ours.presence.perhaps(empty) == 1
    await until(lambda: ours.presence.perhaps(empty) == 0)


async def test_by_the_database_alone_one_reckons_with_somebody(make_bus: MakeBus) -> None:
    process = Process((await make_bus())[0])
    assert process.presence.count(ROOM) == 0
    assert process.presence.perhaps(ROOM) == 1


async def test_that_somebody_writes_is_told_at_other_processes_but_not_to_them_or_those_who_block(
    ours: Process, theirs: Process
) -> None:
    await ours.seat(1)
    other_window, birch, cedar = await theirs.seat(1, 2, 3)
    await until(lambda: ours.counts(3) and theirs.counts(3))
    theirs.hub.topics[ROOM].look(3, Blocks(1))
    for moment in (100.0, 101.0):
        ours.presence.typing(ROOM, 1, moment)
    await until(lambda: birch.heard("typing") == [{"event": "typing", "room": "night"}])
    assert other_window.heard("typing") == cedar.heard("typing") == []
    assert ours.bus.told == 2  # who is here, and the one time that it was told


async def test_where_more_than_eight_are_here_together_writing_is_not_told(
    ours: Process, theirs: Process
) -> None:
    ash, birch = await ours.seat(1, 2)
    cedar, *_ = await theirs.seat(*range(3, 10))
    await until(lambda: ours.counts(9))
    ours.presence.typing(ROOM, 1, 100.0)
    theirs.leave(cedar)
    await until(lambda: ours.counts(8))
    assert birch.heard("typing") == []
    ours.presence.typing(ROOM, 1, 200.0)
    await until(lambda: len(birch.heard("typing")) == 1)
    assert ash.heard("typing") == []


async def test_redis_is_not_told_who_is_here(ours: Process, redis_apart: RedisServer) -> None:
    (seat,) = await ours.seat(271_828)
    await until(lambda: redis_apart.ask("DBSIZE") == b":1\r\n")
    name = redis_apart.ask("KEYS", "*").split(b"\r\n")[2].decode()
    assert name == f"holdfast:{{room:3}}:{ours.bus.place}:here"  # type: ignore[attr-defined]
    kept = redis_apart.ask("HGETALL", name)
    assert ours.bus.node.encode() in kept
    assert seat.owner.to_bytes(8, "little") not in kept


async def test_what_others_put_into_redis_is_not_believed(
    ours: Process, redis_apart: RedisServer
) -> None:
    await ours.seat(1)
    await until(lambda: redis_apart.ask("DBSIZE") == b":1\r\n")
    name = redis_apart.ask("KEYS", "*").split(b"\r\n")[2].decode()
    redis_apart.ask("HSET", name, "n" * 22, "99999999999999:made up by somebody", "m", "nonsense")
    await until(lambda: ours.bus.not_opened > 0)
    assert ours.counts(1)

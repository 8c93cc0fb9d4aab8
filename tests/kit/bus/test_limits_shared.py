"""Limits of several processes: decided at once, evened out behind the answer."""

from __future__ import annotations

import pytest

from holdfast.kit.bus import Alone
from holdfast.kit.limits import Limits, Pace
from kit.bus.conftest import ROOT, MakeBus, until
from redis_server import RedisServer
from town import StillClock

PACE = Pace(every=100.0, burst=4)


async def limits_of(make_bus: MakeBus, redis: str, *, refuse: bool = True) -> Limits:
    limits = Limits(StillClock(), refuse=refuse)
    bus, _ = await make_bus(redis)
    limits.share(bus, ROOT)
    return limits


def left(limits: Limits, key: str = "ash") -> float:
    return max(0.0, limits._left(key))


async def told(limits: Limits) -> None:
    """Until Redis has answered all that was taken here."""
    evened = limits._evened
    assert evened is not None
    await until(lambda: not evened._is_asking)


async def test_two_processes_let_through_no_more_than_one_would(
    make_bus: MakeBus, redis_url: str
) -> None:
    ours, theirs = [await limits_of(make_bus, redis_url) for _ in range(2)]
    for _ in range(3):
        ours.take("ash", PACE)
    await told(ours)
    theirs.take("ash", PACE)  # the fourth of all, and their first
    await until(lambda: left(theirs) > 390)
    assert theirs.wait("ash", PACE) == pytest.approx(100, abs=1)
    ours.take("birch", PACE)
    assert theirs.wait("birch", PACE) == 0


async def test_takings_at_the_same_time_are_added_up(make_bus: MakeBus, redis_url: str) -> None:
    ours, theirs = [await limits_of(make_bus, redis_url) for _ in range(2)]
    for _ in range(4):
        ours.take("ash", PACE)
        theirs.take("ash", PACE)
    assert left(ours) == left(theirs) == 400  # nobody has waited for anybody
    await until(lambda: max(left(ours), left(theirs)) == pytest.approx(800, abs=1))


async def test_redis_holds_no_ids_and_forgets_what_is_waited_off(
    make_bus: MakeBus, redis_server: RedisServer, redis_url: str
) -> None:
    limits = await limits_of(make_bus, redis_url)
    limits.take(("seat", 271_828), Pace(every=0.05, burst=1))
    limits.take(("seat", 314_159), Pace(every=50.0, burst=1))
    await until(lambda: redis_server.ask("DBSIZE") == b":1\r\n")
    names = redis_server.ask("KEYS", "*")
    assert b"holdfast" in names
    assert b"314159" not in names
    assert b"seat" not in names


async def test_a_redis_that_was_emptied_learns_again_what_this_process_knows(
    make_bus: MakeBus, redis_server: RedisServer, redis_url: str
) -> None:
    ours, theirs = [await limits_of(make_bus, redis_url) for _ in range(2)]
    for _ in range(2):
        ours.take("ash", PACE)
    await told(ours)
    redis_server.ask("FLUSHALL")
    assert left(ours) == pytest.approx(200, abs=1)
    ours.take("ash", PACE)
    await told(ours)
    theirs.take("ash", PACE)
    await told(theirs)
    assert left(theirs) == pytest.approx(400, abs=1)


async def test_a_redis_that_forgot_the_script_is_told_it_again(
    make_bus: MakeBus, redis_server: RedisServer, redis_url: str
) -> None:
    limits = await limits_of(make_bus, redis_url)
    limits.take("birch", PACE)
    await told(limits)
    redis_server.ask("SCRIPT", "FLUSH")
    limits.take("ash", PACE)  # counted here alone
    await told(limits)
    assert redis_server.ask("DBSIZE") == b":1\r\n"
    limits.take("ash", PACE)
    await told(limits)
    assert redis_server.ask("DBSIZE") == b":2\r\n"
    assert left(limits) == pytest.approx(200, abs=1)


async def test_without_redis_each_process_limits_by_itself(
    make_bus: MakeBus, redis_apart: RedisServer
) -> None:
    ours, theirs = [await limits_of(make_bus, redis_apart.url) for _ in range(2)]
    redis_apart.kill()
    for limits in (ours, theirs):
        for _ in range(4):
            limits.take("ash", PACE)
        assert limits.wait("ash", PACE) == 100


async def test_a_process_alone_has_nobody_to_even_out_with() -> None:
    limits = Limits(StillClock())
    limits.share(Alone(), ROOT)
    limits.take("ash", PACE)
    assert left(limits) == 100


async def test_where_limits_are_off_the_others_hear_what_was_counted(
    make_bus: MakeBus, redis_url: str
) -> None:
    ours = await limits_of(make_bus, redis_url, refuse=False)
    theirs = await limits_of(make_bus, redis_url)
    for _ in range(50):
        ours.take("ash", PACE)
    await told(ours)
    theirs.take("ash", PACE)
    await told(theirs)
    assert left(theirs) == pytest.approx(500, abs=1)


async def test_places_in_a_line_are_given_out_by_all_processes_together(
    make_bus: MakeBus, redis_url: str
) -> None:
    ours, theirs = [await limits_of(make_bus, redis_url) for _ in range(2)]
    waits = [ours.line_up("door", 10, 60) for _ in range(20)]
    assert waits[:3] == [0, 10, 20]
    assert waits[-1] == 60
    await told(ours)
    theirs.line_up("door", 10, 60)
    await told(theirs)
    assert theirs.line_up("door", 10, 60) == pytest.approx(60, abs=0.1)


async def test_what_one_line_sends_is_counted_where_the_line_is(
    make_bus: MakeBus, redis_server: RedisServer, redis_url: str
) -> None:
    limits = await limits_of(make_bus, redis_url)
    limits.take(("line", 1), PACE)
    limits.take(("seat", 1), PACE)
    await until(lambda: redis_server.ask("DBSIZE") == b":1\r\n")

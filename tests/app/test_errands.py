"""What is under way when a server stops: done, left to the next one, or waited for."""

from __future__ import annotations

import asyncio

from holdfast.kit.errors import NotKept
from holdfast.reactions.errands import Errands


async def nobody_cries() -> None:
    raise AssertionError


async def test_what_is_done_soon_is_done_before_the_end() -> None:
    errands, done, go_on = Errands(nobody_cries), list[str](), asyncio.Event()

    async def soon() -> None:
        await go_on.wait()
        errands.spawn(later())

    async def later() -> None:
        await asyncio.sleep(0)
        done.append("soon")

    errands.spawn(soon())
    asyncio.get_running_loop().call_soon(go_on.set)
    await errands.end(20)
    assert done == ["soon"]


async def test_what_lasts_longer_is_left_to_whoever_serves_next() -> None:
    errands, left = Errands(nobody_cries), asyncio.Event()

    async def lasting() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            left.set()

    errands.spawn(lasting())
    async with asyncio.timeout(20):
        await errands.end(0.01)
    assert left.is_set()


async def test_a_cry_is_waited_for_however_long_it_takes() -> None:
    cried, answered = asyncio.Event(), asyncio.Event()

    async def cry() -> None:
        cried.set()
        await answered.wait()

    async def broken() -> None:
        raise NotKept

    errands = Errands(cry)
    errands.spawn(broken())
    await cried.wait()
    ending = asyncio.create_task(errands.end(0.01))
    for _ in range(5):
        await asyncio.sleep(0.01)
    assert not ending.done()
    answered.set()
    async with asyncio.timeout(20):
        await ending

"""Someone whose line breaks before their answer comes: nobody else waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from live.wire import wire
from serving import PATIENCE, Served
from town import NIGHT, Town, on_sqlite


async def until(true: Callable[[], bool]) -> None:
    """Let everything else go on until this is true."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - what it waits for has no event of its own
            await asyncio.sleep(0)


@on_sqlite
async def test_a_line_that_breaks_while_the_disk_writes_takes_no_other_answer_with_it(
    town: Town, served: Served
) -> None:
    birch = await served.line(town.birch)
    await birch.enter()
    floor, ledger = town.house.floor, town.house.ledger
    going = await wire(served, town.ash)
    async with town.house.workshop.database.pen.held():
        going.say(do="post", room=NIGHT, nonce="going-early", text="the train goes into a tunnel")
        await until(lambda: ledger._under_way is not None)
        going.writer.transport.abort()
        await until(lambda: len(floor.lines) == 1)
        await birch.say("post", room=NIGHT, nonce="staying-on", text="I am still here")
        await until(lambda: len(ledger._waiting) == 1)
    async with asyncio.timeout(PATIENCE):
        accepted = await birch.hear_next("accepted")
    assert accepted["nonce"] == "staying-on"

"""Taking over from the server that runs: everything slow is done before it is asked to stop."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress

from holdfast.app.schema import Unfit
from holdfast.kit.pen import Lease
from holdfast.screening.health import CannotRead, rules_load

PATIENCE = 30.0  # seconds in which the one before writes down what waits
LOOK_EVERY = 0.005


async def succeed(lease: Lease) -> None:
    """Read the rules, ask whoever serves here to stop, and have the lease as soon as it is free.

    Where nobody serves this is like any start. Raises `Unfit` where the one before does not stop.
    """
    with suppress(CannotRead):  # the next look tries again, and says so
        rules_load()
    if lease.take():
        return
    before = lease.holder()
    if before is not None and before != os.getpid():
        with suppress(ProcessLookupError):
            os.kill(before, signal.SIGTERM)
    try:
        async with asyncio.timeout(PATIENCE):
            while not lease.take():  # noqa: ASYNC110 - another process gives it back
                await asyncio.sleep(LOOK_EVERY)
    except TimeoutError:
        raise Unfit(
            "The Holdfast that serves this data folder does not stop. It goes on."
        ) from None

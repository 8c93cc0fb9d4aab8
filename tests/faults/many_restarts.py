"""Restarting as an operator does: one at a time, when everybody is back."""

from __future__ import annotations

import asyncio
import signal
import time

from faults.many_crowd import Crowd
from faults.places_nodes import STOP, Node

GOOD_ORDER = (0, -signal.SIGTERM)  # uvicorn passes on the signal when all is done


async def restarted(node: Node) -> float:
    """Ask a node to stop, wait, start it again; how long it took to stop."""
    began = time.monotonic()
    code = await asyncio.to_thread(node.stop)
    took = time.monotonic() - began
    assert code in GOOD_ORDER, node.log()
    await asyncio.to_thread(node.start)
    return took


async def handed_over(node: Node) -> float:
    """Let a new server take over; how long the old one took to go."""
    before = node.process
    assert before is not None
    began = time.monotonic()
    node.launch("--take-over")
    assert await asyncio.to_thread(before.wait, STOP) in GOOD_ORDER, node.log()
    took = time.monotonic() - began
    assert not await asyncio.to_thread(node.dies_or_is_ready), node.log()
    return took


async def settled(crowd: Crowd) -> None:
    """Everybody is back before it goes on, as an operator would see to."""
    await crowd.until(lambda: all(v.is_live.is_set() for v in crowd.voices), "not all came back")
    await crowd.accepts(100)

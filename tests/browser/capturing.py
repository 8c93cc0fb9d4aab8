"""What a network would note of a connection: when how many bytes went which way. Not what."""

from __future__ import annotations

import asyncio
import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

UP, DOWN = 1, -1
Note = tuple[float, int]
"""When, and how many bytes; below nothing where they came down."""


@dataclass
class Tap:
    """A wire with somebody listening at it."""

    port: int = 0
    notes: list[Note] = field(default_factory=list)

    def since(self, began: int) -> list[Note]:
        return self.notes[began:]


@contextmanager
def tapped(to: int) -> Iterator[Tap]:
    """A port that leads to another, and notes what goes through."""
    tap, loop, ready = Tap(), asyncio.new_event_loop(), threading.Event()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: int) -> None:
        while part := await reader.read(65_536):
            tap.notes.append((time.monotonic(), way * len(part)))
            writer.write(part)
        writer.close()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", to)
        await asyncio.gather(
            carry(reader, back, UP), carry(there, writer, DOWN), return_exceptions=True
        )

    async def listen() -> None:
        server = await asyncio.start_server(meet, "127.0.0.1", 0)
        tap.port = server.sockets[0].getsockname()[1]
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(listen())
        loop.run_forever()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(5)
    try:
        yield tap
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


def features(notes: list[Note]) -> list[float]:
    """What one can reckon from sizes and times alone."""
    sizes_up = [size for _, size in notes if size > 0] or [0]
    sizes_down = [-size for _, size in notes if size < 0] or [0]
    times = [at for at, _ in notes] or [0.0]
    gaps = [after - before for before, after in itertools.pairwise(times)] or [0.0]
    return [
        *(float(len(sizes_up)), float(sum(sizes_up)), float(max(sizes_up))),
        *(float(len(sizes_down)), float(sum(sizes_down)), float(max(sizes_down))),
        *(times[-1] - times[0], max(gaps), sum(gap > 0.05 for gap in gaps) + 0.0),
    ]


# ---------------------------------------------------------------- telling apart

Row = list[float]
STEPS, PACE = 400, 0.3


def scaled(rows: list[Row]) -> Callable[[Row], Row]:
    """Every feature around nought, as wide as it varies here."""
    columns = list(zip(*rows, strict=True))
    means = [sum(column) / len(column) for column in columns]
    spreads = [
        (sum((value - mean) ** 2 for value in column) / len(column)) ** 0.5 or 1.0
        for column, mean in zip(columns, means, strict=True)
    ]
    return lambda row: [
        (value - mean) / spread for value, mean, spread in zip(row, means, spreads, strict=True)
    ]


def learned(rows: list[Row], labels: list[int]) -> Callable[[Row], float]:
    """A logistic regression with squares, by plain descent: how likely a row is a one."""
    scale = scaled(rows)

    def seen(row: Row) -> Row:
        at = scale(row)
        return [1.0, *at, *(value * value for value in at)]

    known = [seen(row) for row in rows]
    weights = [0.0] * len(known[0])
    for _ in range(STEPS):
        slope = [0.01 * weight for weight in weights]
        for row, label in zip(known, labels, strict=True):
            off = (chance(weights, row) - label) / len(known)
            slope = [part + off * value for part, value in zip(slope, row, strict=True)]
        weights = [w - PACE * part for w, part in zip(weights, slope, strict=True)]
    return lambda row: chance(weights, seen(row))


def chance(weights: Row, row: Row) -> float:
    drawn = sum(weight * value for weight, value in zip(weights, row, strict=True))
    return 1 / (1 + 2.718281828459045 ** -max(-30.0, min(30.0, drawn)))


def told_apart(ones: list[Row], others: list[Row]) -> float:
    """How well they can be told apart by what the other half taught: 0.5 is a coin, 1 is always."""
    rows = [(row, 1) for row in ones] + [(row, 0) for row in others]
    random.Random(8).shuffle(rows)
    scored: list[tuple[float, int]] = []
    for half in (0, 1):
        known = [row for at, row in enumerate(rows) if at % 2 == half]
        judge = learned([row for row, _ in known], [label for _, label in known])
        scored += [(judge(row), label) for at, (row, label) in enumerate(rows) if at % 2 != half]
    return area(scored)


def area(scored: list[tuple[float, int]]) -> float:
    """The chance that a one is scored above an other; where they are alike, half of it."""
    ones = [score for score, label in scored if label]
    others = [score for score, label in scored if not label]
    above = sum((one > other) + (one == other) / 2 for one in ones for other in others)
    return above / (len(ones) * len(others))

"""Taking turns: what looks and then writes is done by one work at a time, in all processes.

On SQLite every work has its turn already: there is one pen.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum

from sqlalchemy import text

from holdfast.kit.work import Work, Workshop

TURNS = 0x48465455  # the first half of each of them; `app/preparing.py` has others
CLAIMS = 0x48464300  # and so on
TAKE = text("SELECT pg_advisory_xact_lock(:turns, :turn)")
TRY = text("SELECT pg_try_advisory_xact_lock(:claims, :number)")


class Turn(IntEnum):
    """What is done in turn. A work takes one turn at most, before it looks."""

    PLANS = 1  # what was noticed in safety plans
    FOLLOW_UP = 2  # check-ins, reviews, second people
    RAID = 3  # beginning raid mode
    STAND_UP = 4  # leaving the seats of a shift that is over
    GUIDANCE = 5  # ending topics and paces
    CLOSING = 6  # closing rooms with notice
    COUNTING = 7  # adding up who has been here how long


class Claim(IntEnum):
    """What one process at a time does with one thing."""

    MEASURE = 1  # carrying it out


async def take_turn(work: Work, turn: Turn) -> None:
    """Wait until nobody else has this turn; it is given back when the work ends."""
    if work.db.get_bind().dialect.name == "postgresql":
        await work.db.execute(TAKE, {"turns": TURNS, "turn": int(turn)})


@asynccontextmanager
async def claimed(workshop: Workshop, claim: Claim, number: int) -> AsyncIterator[bool]:
    """Whether this one is ours to do until the body ends; where not, another process does it.

    For what cannot be done in one work. On SQLite there is one process, which sees to it itself.
    """
    if workshop.database.is_sqlite:
        yield True
        return
    async with workshop.work() as work:
        asked = {"claims": CLAIMS + int(claim), "number": number % 2**31}
        yield bool(await work.db.scalar(TRY, asked))

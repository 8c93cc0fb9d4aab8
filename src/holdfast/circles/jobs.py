"""What circles need by the clock: forming, and the course of each. One process does it.

Forming reads who waits, computes beside the event loop, and asks each person it found a circle
for; nothing is decided there. Own words are opened only while they are compared.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final

from msgspec import Struct

from holdfast.circles.actions.ending import (
    ask_after,
    end_old_wishes,
    end_sit_ins,
    look_at_courses,
    tell_of_free_seats,
)
from holdfast.circles.actions.proposing import Asked, close_proposals, propose_circle, propose_seat
from holdfast.circles.queries.wishes import Open, open_circles, waiting_rows, wishes_of
from holdfast.circles.rules.forming.reasons import Reason, reasons, reasons_for_seat
from holdfast.circles.rules.forming.wishes import OpenCircle, Wish
from holdfast.circles.tables import WishRow
from holdfast.kit.facts import fact, set_fact
from holdfast.kit.tables import from_millis, to_millis
from holdfast.kit.work import Work, Workshop
from holdfast.rights.rules import System

FORMED: Final = "circles formed"
EVERY: Final = timedelta(hours=12)  # fits better than hourly, and as soon: docs, matching

Step = Callable[[Work, System], Awaitable[object]]
Progress = Callable[[int, int], object]
STEPS: tuple[Step, ...] = (
    close_proposals,
    end_sit_ins,
    tell_of_free_seats,
    look_at_courses,
    ask_after,
    end_old_wishes,
)


class Forming(Struct, frozen=True):
    """What a forming came to."""

    waiting: int
    seats: int
    circles: int
    asked: int


class _Group(Struct, frozen=True):
    """People who would fit, as places among those who wait."""

    people: tuple[int, ...]
    fits: tuple[float, ...]


async def look_at_circles(workshop: Workshop) -> None:
    """What is due by now, each thing in a work of its own; and a forming twice a day."""
    for step in STEPS:
        async with workshop.work() as work:
            await step(work, System())
    if await _is_due(workshop):
        await form_circles(workshop)


async def _is_due(workshop: Workshop) -> bool:
    async with workshop.work() as work:
        last = await fact(work, FORMED)
        now = work.clock.now()
        if last is not None and now - from_millis(int(last)) < EVERY:
            return False
        await set_fact(work, FORMED, str(to_millis(now)).encode())
        return True


async def form_circles(
    workshop: Workshop, *, seed: int | None = None, progress: Progress | None = None
) -> Forming:
    """Look for seats in circles that are there, then for circles that could begin; and ask.

    Who was found is asked, in a work of their own each: whatever changed since is looked at again.
    `progress(done, of)` counts those who were looked at.
    """
    async with workshop.reading() as work:
        rows = list(await waiting_rows(work))
        wishes = await wishes_of(work, rows)
        circles = await open_circles(work)
    if not rows:
        return Forming(0, 0, 0, 0)
    seats = await asyncio.to_thread(_seats, wishes, circles)
    taken = {place for place, _, _ in seats}
    left = [place for place in range(len(rows)) if place not in taken]
    chance = secrets.randbits(32) if seed is None else seed
    those = [wishes[place] for place in left]
    groups = await asyncio.to_thread(_groups, those, chance, progress)
    offered = [await _offer(workshop, rows, wishes, circles, seat) for seat in seats]
    begun = [
        await _propose(workshop, [rows[left[one]] for one in group.people],
                       [wishes[left[one]] for one in group.people], group.fits)
        for group in groups
    ]  # fmt: skip
    asked = sum(offered) + sum(begun)
    return Forming(len(rows), sum(offered), sum(count > 0 for count in begun), asked)


def _seats(wishes: Sequence[Wish], circles: Sequence[Open]) -> list[tuple[int, int, float]]:
    from holdfast.circles.rules.forming.seats import place_in_open  # noqa: PLC0415 - numpy, here

    found = place_in_open(wishes, [one.as_open for one in circles])
    return [(one.wish, one.circle, one.fit) for one in found]


def _groups(wishes: Sequence[Wish], seed: int, progress: Progress | None) -> list[_Group]:
    from holdfast.circles.rules.forming.grouping import form_groups  # noqa: PLC0415 - numpy, here
    from holdfast.circles.rules.forming.pool import pool_of  # noqa: PLC0415

    if not wishes:
        return []
    formed = form_groups(pool_of(wishes), seed=seed, progress=progress)
    return [
        _Group(group.people, tuple(float(formed.fit[one]) for one in group.people))
        for group in formed.groups
    ]


async def _offer(
    workshop: Workshop,
    rows: Sequence[WishRow],
    wishes: Sequence[Wish],
    circles: Sequence[Open],
    seat: tuple[int, int, float],
) -> int:
    place, circle, fit = seat
    its: OpenCircle = circles[circle].as_open
    why = as_codes(reasons_for_seat(wishes[place], its))
    async with workshop.work() as work:
        somebody = Asked(rows[place], why, fit)
        room, slots = circles[circle].room, its.slots & wishes[place].slots
        return int(
            await propose_seat(work, System(), somebody=somebody, room=room, slots=slots)
            is not None
        )


async def _propose(
    workshop: Workshop, rows: Sequence[WishRow], wishes: Sequence[Wish], fits: Sequence[float]
) -> int:
    """Ask a group; how many were asked."""
    people = [
        Asked(row, as_codes(reasons(mine, [one for one in wishes if one is not mine])), fit)
        for row, mine, fit in zip(rows, wishes, fits, strict=True)
    ]
    slots = frozenset.intersection(*(wish.slots for wish in wishes))
    spoken = [tongue for tongue in wishes[0].languages
              if all(tongue in wish.languages for wish in wishes)]  # fmt: skip
    async with workshop.work() as work:
        done = await propose_circle(work, System(), people=people, language=spoken[0], slots=slots)
        return 0 if done is None else len(people)


def as_codes(found: Sequence[Reason]) -> str:
    """Reasons as they are kept: `theme:grief:all`."""
    return " ".join(f"{one.what}:{one.value}:{'all' if one.everyone else 'most'}" for one in found)

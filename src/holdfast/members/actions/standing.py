"""Counting a member up the ladder, in batches, long after the words were said."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text, update

from holdfast.kit.facts import fact, set_fact
from holdfast.kit.ids import MemberId
from holdfast.kit.turns import Turn, take_turn
from holdfast.kit.work import Work
from holdfast.members.queries import still_here
from holdfast.members.rules.standing import DAYS, SAID
from holdfast.members.tables import StandingRow
from holdfast.rights.rules import System

COUNTED_ON = "standings counted on"
COUNT = text(
    "INSERT INTO standings (member_id, days, said, today)"
    " VALUES (:who, 1, :first, :here)"
    " ON CONFLICT (member_id) DO UPDATE SET"
    " said = CASE WHEN standings.said + CAST(:more AS INTEGER) > :most THEN :most"
    " WHEN standings.said + CAST(:more AS INTEGER) < 0 THEN 0"
    " ELSE standings.said + CAST(:more AS INTEGER) END,"
    " days = CASE WHEN standings.today OR standings.days >= :enough THEN standings.days"
    " ELSE standings.days + 1 END,"
    " today = CASE WHEN standings.today THEN standings.today"
    " ELSE standings.days + 1 < :enough END"
)


async def count_towards_standing(
    work: Work, actor: System, *, said: Mapping[MemberId, int]
) -> None:
    """Add what members said since the last time, and the day, once. Both stop at their bound."""
    await forget_the_day(work, actor)
    here = await still_here(work, said)
    bounds = {"most": SAID, "enough": DAYS, "here": True}
    rows = [
        {"who": who, "more": said[who], "first": min(max(0, said[who]), SAID), **bounds}
        for who in sorted(here)
    ]
    if rows:
        await work.db.execute(COUNT, rows)


async def forget_the_day(work: Work, actor: System) -> None:
    """On a new day nobody has been here yet today."""
    del actor
    today = work.clock.now().date().isoformat().encode()
    await take_turn(work, Turn.COUNTING)
    if await fact(work, COUNTED_ON) == today:
        return
    await work.db.execute(update(StandingRow).where(StandingRow.today).values(today=False))
    await set_fact(work, COUNTED_ON, today)

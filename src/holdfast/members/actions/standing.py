"""Counting a member up the ladder, in batches, long after the words were said."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, case, insert, select, update

from holdfast.kit.facts import fact, set_fact
from holdfast.kit.ids import MemberId
from holdfast.kit.work import Work
from holdfast.members.rules.standing import DAYS, SAID
from holdfast.members.tables import MemberRow, StandingRow
from holdfast.rights.rules import System

COUNTED_ON = "standings counted on"


async def count_towards_standing(
    work: Work, actor: System, *, said: Mapping[MemberId, int]
) -> None:
    """Add what members said since the last time, and the day, once. Both stop at their bound."""
    await forget_the_day(work, actor)
    known = set(await work.db.scalars(select(StandingRow.member_id).where(_among(said))))
    here = set(await work.db.scalars(select(MemberRow.id).where(MemberRow.id.in_(said))))
    if known:
        more = StandingRow.said + bindparam("more")
        await work.db.execute(
            update(StandingRow)
            .where(StandingRow.member_id == bindparam("who"))
            .values(
                said=case((more < 0, 0), (more > SAID, SAID), else_=more),
                days=case(
                    (StandingRow.today | (StandingRow.days >= DAYS), StandingRow.days),
                    else_=StandingRow.days + 1,
                ),
                today=StandingRow.days < DAYS,
            )
            .execution_options(synchronize_session=None),
            [{"who": who, "more": said[who]} for who in sorted(known)],
        )
    fresh = [
        {"member_id": who, "days": 1, "said": min(said[who], SAID), "today": True}
        for who in sorted(here - known)
        if said[who] > 0
    ]
    if fresh:
        await work.db.execute(insert(StandingRow), fresh)


def _among(said: Mapping[MemberId, int]):  # type: ignore[no-untyped-def]
    return StandingRow.member_id.in_(said)


async def forget_the_day(work: Work, actor: System) -> None:
    """On a new day nobody has been here yet today."""
    del actor
    today = work.clock.now().date().isoformat().encode()
    if await fact(work, COUNTED_ON) == today:
        return
    await work.db.execute(update(StandingRow).where(StandingRow.today).values(today=False))
    await set_fact(work, COUNTED_ON, today)

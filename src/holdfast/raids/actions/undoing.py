"""Taking back everything a cohort said, in one go; and bringing it back again."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import insert

from holdfast.audit.actions import record
from holdfast.kit.errors import Conflict, NotFound
from holdfast.kit.ids import RaidId
from holdfast.kit.work import Work
from holdfast.messages.actions import return_post
from holdfast.messages.ledger import Ledger
from holdfast.moderation.actions.lifting import lift_measure
from holdfast.moderation.actions.together import Sweeping, Swept, sweep_seat
from holdfast.moderation.rules.cases import AlreadyDone
from holdfast.moderation.rules.measures import NoReason, is_rule
from holdfast.raids.access import raid_to_undo
from holdfast.raids.events import CohortUndone
from holdfast.raids.queries.cohorts import measures_of, seats_of, waiting_of
from holdfast.raids.tables import RaidMeasureRow, RaidRow
from holdfast.rights.rules import Actor, Staff

PAUSED_FOR = timedelta(hours=24)
AT_ONCE = 2  # seats in one transaction: whoever writes meanwhile hardly waits
REASON = "Came in during a raid, and was taken back with everyone who did."


async def undo_cohort(
    ledger: Ledger, actor: Actor, *, raid_id: RaidId, version: int, rule: str
) -> None:
    """Hide what everyone said who came in during a raid, and pause them for a day.

    Each is told, with the rule and the way to a second look; their side space stays open. What of
    theirs waits to be read is given back, unless somebody may be in danger. Done again, it does
    what came since. Raises `NotFound`, `Conflict` where it has changed meanwhile, `NoReason`.
    """
    if not is_rule(rule):
        raise NoReason
    async with ledger.workshop.work() as work:
        row = await _in_hand(work, actor, raid_id, version)
        row.undone_at = work.clock.now()
        row.undone_by = actor.id if isinstance(actor, Staff) else None
        await _changed(work, actor, row, "raid:undone")
    async with ledger.workshop.reading() as work:
        seats = await seats_of(work, raid_id)
        waiting = await waiting_of(work, raid_id)
    for begin in range(0, len(seats), AT_ONCE):
        async with ledger.workshop.work() as work:
            how = Sweeping(rule, REASON, work.clock.now() + PAUSED_FOR)
            few = seats[begin : begin + AT_ONCE]
            for seat in sorted(few, key=lambda one: one.member_id):  # always in hand in one order
                await _sweep(work, actor, ledger, raid_id=raid_id, seat=seat, how=how)
    for message_id in waiting:
        with suppress(NotFound, Conflict):
            await return_post(ledger, actor, message_id=message_id, rule=rule)


async def bring_back_cohort(ledger: Ledger, actor: Actor, *, raid_id: RaidId, version: int) -> None:
    """Lift everything that was done to a cohort in one go: words and people are back.

    Raises `NotFound`, `Conflict` where it has changed meanwhile or nothing was done.
    """
    async with ledger.workshop.work() as work:
        row = await _in_hand(work, actor, raid_id, version)
        if row.undone_at is None:
            raise Conflict
        row.undone_at, row.undone_by = None, None
        await _changed(work, actor, row, "raid:brought_back")
        measures = await measures_of(work, raid_id)
    for measure_id in measures:
        async with ledger.workshop.work() as work:
            with suppress(NotFound, AlreadyDone):
                await lift_measure(work, actor, measure_id=measure_id)


async def _in_hand(work: Work, actor: Actor, raid_id: RaidId, version: int) -> RaidRow:
    row = await raid_to_undo(work, actor, raid_id)
    if row.version != version:
        raise Conflict
    return row


async def _changed(work: Work, actor: Actor, row: RaidRow, what: str) -> None:
    row.version += 1
    await record(work, actor, what=what, about=f"raid:{row.id}")
    work.announce(CohortUndone(row.id, row.version))


async def _sweep(
    work: Work, actor: Actor, ledger: Ledger, *, raid_id: RaidId, seat: Swept, how: Sweeping
) -> None:
    """What somebody else has in hand just now is theirs to decide."""
    with suppress(AlreadyDone):
        for measure in await sweep_seat(work, actor, ledger.keyring, seat=seat, how=how):
            await work.db.execute(
                insert(RaidMeasureRow), {"raid_id": raid_id, "measure_id": measure}
            )

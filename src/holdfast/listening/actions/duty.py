"""Being on duty to listen: when, and how many at once. Stepping back needs no reason."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from holdfast.kit.ids import MemberId
from holdfast.kit.work import Work
from holdfast.listening.access import not_paused, own_right
from holdfast.listening.events import DutyChanged, OfferChanged
from holdfast.listening.queries.duties import duties_over, duty_of, load_of
from holdfast.listening.rules.asks import OfferState, Preference, Want
from holdfast.listening.rules.duty import DutyNotWhole, Enough, OnDutyAlready, is_enough, is_whole
from holdfast.listening.tables import DutyRow, OfferRow
from holdfast.members.actions.own_keys import ensure_own_key
from holdfast.rights.queries import Right
from holdfast.rights.rules import Member, System


async def begin_duty(
    work: Work,
    actor: Member,
    *,
    until: datetime,
    most: int = 1,
    wants: Collection[str] = (),
    ways: Collection[str] = (),
) -> DutyRow:
    """From now on asks may come to me, until a time I chose.

    Raises `NoRight`, `Paused`, `OwnKeyLocked`, `DutyNotWhole`, `Enough`, `OnDutyAlready`.
    """
    right = await own_right(work, actor)
    await not_paused(work, actor)
    await ensure_own_key(work, actor)
    known = {one.value for one in Want} | {one.value for one in Preference}
    if not is_whole(work.clock.now(), until, most) or not {*wants, *ways} <= known:
        raise DutyNotWhole
    load = await load_of(work, actor.id)
    if is_enough(load.today, load.week):
        raise Enough
    if await duty_of(work, actor.id) is not None:
        raise OnDutyAlready
    row = DutyRow(
        member_id=actor.id,
        right_id=right.id,
        began_at=work.clock.now(),
        until=min(until, right.until),
        most=most,
        wants=" ".join(sorted(wants)),
        ways=" ".join(sorted(ways)),
    )
    return await _begun(work, row)


async def _begun(work: Work, row: DutyRow) -> DutyRow:
    work.db.add(row)
    try:
        await work.db.flush()
    except IntegrityError:  # another of their windows began in this very moment
        raise OnDutyAlready from None
    work.announce(DutyChanged(row.member_id, on=True))
    return row


async def put_on_duty(work: Work, actor: System, *, right: Right, until: datetime) -> DutyRow:
    """The house puts somebody of its made-up town on duty, who has nobody at the keyboard yet."""
    del actor
    assert right.member_id is not None  # noqa: S101 - members listen
    known = await duty_of(work, right.member_id)
    if known is not None:
        known.until = until
        return known
    row = DutyRow(
        member_id=right.member_id,
        right_id=right.id,
        began_at=work.clock.now(),
        until=until,
        most=2,
        wants=" ".join(sorted(want.value for want in Want)),
    )
    return await _begun(work, row)


async def end_duty(work: Work, actor: Member) -> None:
    """Nothing new comes to me. What goes on goes on. Twice is once."""
    await stop_duty(work, System(), member_id=actor.id, how="stepped_back")


async def stop_duty(work: Work, actor: System, *, member_id: MemberId, how: str) -> bool:
    """A duty ends, with what was offered to its listener. Whether there was one."""
    del actor
    row = await duty_of(work, member_id, held=True)
    if row is None:
        return False
    now = work.clock.now()
    row.ended_at, row.ended_how = now, how
    open_ = OfferRow.member_id == member_id, OfferRow.state == OfferState.OPEN
    for offer in await work.db.scalars(select(OfferRow).where(*open_)):
        offer.state, offer.answered_at = OfferState.WITHDRAWN, now
        work.announce(OfferChanged(offer.id, member_id, "gone"))
    work.announce(DutyChanged(member_id, on=False))
    return True


async def end_duties(work: Work, actor: System) -> int:
    """Duties whose time has come end. How many did."""
    over = await duties_over(work)
    for row in over:
        await stop_duty(work, actor, member_id=row.member_id, how="time")
    return len(over)

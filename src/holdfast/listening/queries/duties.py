"""Who is on duty to listen, and how long they have listened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import or_, select

from holdfast.kit.ids import MemberId
from holdfast.kit.work import Work
from holdfast.listening.rules.duty import listened, rests_until
from holdfast.listening.tables import DutyRow, ListeningRow
from holdfast.rights.queries import holds_at, right_of
from holdfast.rights.rules import Member
from holdfast.rights.tables import RightRole, RightRow

DAY, WEEK = timedelta(hours=24), timedelta(days=7)


class Load(Struct, frozen=True):
    """How much somebody listens and listened lately."""

    talking: int
    today: timedelta
    week: timedelta
    rests_until: datetime | None


class MyDuty(Struct, frozen=True):
    """My duty as my page shows it. `until` None: I am not on duty."""

    may_listen: bool
    right_until: datetime | None
    until: datetime | None
    most: int
    wants: tuple[str, ...]
    ways: tuple[str, ...]
    load: Load


async def duty_of(work: Work, member_id: MemberId, *, held: bool = False) -> DutyRow | None:
    """A listener's duty that goes on. `held`: one work at a time changes what hangs on it."""
    query = select(DutyRow).where(DutyRow.member_id == member_id, DutyRow.ended_at.is_(None))
    if held:
        query = query.with_for_update().execution_options(populate_existing=True)
    found: DutyRow | None = await work.db.scalar(query)
    return found


async def loads_of(work: Work, members: Sequence[MemberId]) -> dict[MemberId, Load]:
    """How much each of these listens and has listened in the last seven days."""
    now = work.clock.now()
    lately = or_(ListeningRow.ended_at.is_(None), ListeningRow.ended_at > now - WEEK)
    query = select(ListeningRow).where(ListeningRow.listener_id.in_(members), lately)
    theirs: dict[MemberId, list[ListeningRow]] = {one: [] for one in members}
    for row in await work.db.scalars(query):
        if row.listener_id is not None:
            theirs[row.listener_id].append(row)
    return {one: _load(rows, now) for one, rows in theirs.items()}


def _load(rows: Sequence[ListeningRow], now: datetime) -> Load:
    spans = [(row.began_at, row.ended_at or now) for row in rows]
    ended = [(row.ended_at, row.was_hard, row.concern) for row in rows if row.ended_at is not None]
    return Load(
        talking=sum(row.ended_at is None for row in rows),
        today=listened(spans, now - DAY, now),
        week=listened(spans, now - WEEK, now),
        rests_until=rests_until(ended),
    )


async def load_of(work: Work, member_id: MemberId) -> Load:
    """How much one listener listens and has listened."""
    return (await loads_of(work, [member_id]))[member_id]


async def my_duty(work: Work, actor: Member) -> MyDuty:
    """Whether I may listen, until when, and what I have chosen."""
    right = await right_of(work, actor.id, RightRole.LISTENER)
    row = await duty_of(work, actor.id)
    return MyDuty(
        may_listen=right is not None,
        right_until=None if right is None else right.until,
        until=None if row is None else row.until,
        most=0 if row is None else row.most,
        wants=() if row is None else tuple(row.wants.split()),
        ways=() if row is None else tuple(row.ways.split()),
        load=await load_of(work, actor.id),
    )


async def is_somebody_on_duty(work: Work, besides: MemberId) -> bool:
    """Whether there is a listener at all whom an ask could reach now, but for who asks."""
    now, others = work.clock.now(), DutyRow.member_id != besides
    query = (
        select(DutyRow.id)
        .join(RightRow, RightRow.id == DutyRow.right_id)
        .where(DutyRow.ended_at.is_(None), DutyRow.until > now, holds_at(now), others)
    )
    return await work.db.scalar(query.limit(1)) is not None


async def duties_over(work: Work) -> Sequence[DutyRow]:
    """Duties whose time has come."""
    over = DutyRow.ended_at.is_(None), DutyRow.until <= work.clock.now()
    return (await work.db.scalars(select(DutyRow).where(*over).order_by(DutyRow.id))).all()

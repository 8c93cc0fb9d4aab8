"""Who waits and who is on duty, as matching sees them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import select

from holdfast.crisis.tables import EscalationRow, Stage
from holdfast.kit.ids import AskId, ListeningId, MemberId
from holdfast.kit.work import Work
from holdfast.listening.queries.duties import loads_of
from holdfast.listening.rules.asks import AskState, OfferState
from holdfast.listening.rules.matching import OnDuty, Wanted
from holdfast.listening.tables import AskRow, DutyRow, ListeningRow, OfferRow
from holdfast.members.queries import is_frozen
from holdfast.members.tables import MemberRow
from holdfast.messages.tables import BlockKind, BlockRow
from holdfast.rights.queries import holds_at
from holdfast.rights.tables import RightRow

ASKED_AGAIN = timedelta(minutes=10)  # who let an offer pass has it before them again after this
Pairs = dict[MemberId, Counter[MemberId]]


async def waiting_asks(work: Work, *, held: bool = False) -> list[Wanted]:
    """Every ask that waits. `held`: one work at a time offers them."""
    living = AskRow.state == AskState.WAITING, AskRow.until > work.clock.now()
    query = select(AskRow).where(*living).order_by(AskRow.id)
    if held:
        query = query.with_for_update().execution_options(populate_existing=True)
    rows = (await work.db.scalars(query)).all()
    return await as_wanted(work, rows)


async def as_wanted(work: Work, rows: Sequence[AskRow]) -> list[Wanted]:
    """Asks with all that keeps their member and a listener apart."""
    if not rows:
        return []
    members = {row.member_id for row in rows}
    blocked, met = await _blocked(work, members), await _met(work, members)
    listeners = await _listeners(work, rows)
    asked, open_ = await _asked(work, [row.id for row in rows])
    return [
        Wanted(
            id=row.id,
            member=row.member_id,
            age_band=row.age_band,
            language=row.language,
            asked_at=row.asked_at,
            wants=frozenset(row.wants.split()),
            preferences=frozenset(row.preferences.split()),
            concern=row.concern,
            blocked=frozenset(blocked[row.member_id]),
            not_with=frozenset(
                listeners[one] for one in _sessions(row.not_with) if one in listeners
            ),
            met=dict(met[row.member_id]),
            again_with=listeners.get(row.again_with) if row.again_with is not None else None,
            asked=frozenset(asked[row.id]),
            open_offers=open_[row.id],
        )
        for row in rows
    ]


def _sessions(codes: str) -> list[ListeningId]:
    return [ListeningId(int(code)) for code in codes.split()]


async def _blocked(
    work: Work, members: Collection[MemberId]
) -> defaultdict[MemberId, set[MemberId]]:
    """Whom each of these blocked or muted, and who blocked them."""
    found: defaultdict[MemberId, set[MemberId]] = defaultdict(set)
    mine = select(BlockRow.member_id, BlockRow.other_id).where(BlockRow.member_id.in_(members))
    for me, other in await work.db.execute(mine):
        found[me].add(other)
    theirs = select(BlockRow.other_id, BlockRow.member_id).where(
        BlockRow.other_id.in_(members), BlockRow.kind == BlockKind.BLOCK
    )
    for me, other in await work.db.execute(theirs):
        found[me].add(other)
    return found


async def _met(
    work: Work, members: Collection[MemberId]
) -> defaultdict[MemberId, Counter[MemberId]]:
    """With which listeners each of these talked, and how often."""
    found: defaultdict[MemberId, Counter[MemberId]] = defaultdict(Counter)
    query = select(ListeningRow.asker_id, ListeningRow.listener_id).where(
        ListeningRow.asker_id.in_(members), ListeningRow.listener_id.is_not(None)
    )
    for me, other in await work.db.execute(query):
        if me is not None and other is not None:
            found[me][other] += 1
    return found


async def _listeners(work: Work, rows: Sequence[AskRow]) -> dict[ListeningId, MemberId]:
    """Who listened in the sessions that these asks name."""
    named = {one for row in rows for one in _sessions(row.not_with)}
    named |= {row.again_with for row in rows if row.again_with is not None}
    query = select(ListeningRow.id, ListeningRow.listener_id).where(
        ListeningRow.id.in_(named), ListeningRow.listener_id.is_not(None)
    )
    found = (await work.db.execute(query)).all()
    return {one: member for one, member in found if member is not None}


async def _asked(
    work: Work, asks: Collection[AskId]
) -> tuple[defaultdict[AskId, set[MemberId]], Counter[AskId]]:
    """Who had an ask before them and said no, or has it still; and how many have it."""
    asked: defaultdict[AskId, set[MemberId]] = defaultdict(set)
    open_: Counter[AskId] = Counter()
    lately = work.clock.now() - ASKED_AGAIN
    for row in await work.db.scalars(select(OfferRow).where(OfferRow.ask_id.in_(asks))):
        match row.state:
            case OfferState.OPEN:
                open_[row.ask_id] += 1
                asked[row.ask_id].add(row.member_id)
            case OfferState.DECLINED:
                asked[row.ask_id].add(row.member_id)
            case OfferState.PASSED if row.until > lately:
                asked[row.ask_id].add(row.member_id)
    return asked, open_


async def on_duty_now(work: Work, only: MemberId | None = None) -> list[OnDuty]:
    """Every listener on duty, or one of them."""
    now = work.clock.now()
    query = (
        select(DutyRow, RightRow, MemberRow.age_band)
        .join(RightRow, RightRow.id == DutyRow.right_id)
        .join(MemberRow, MemberRow.id == DutyRow.member_id)
        .where(DutyRow.ended_at.is_(None), holds_at(now), ~is_frozen(DutyRow.member_id))
        .order_by(DutyRow.member_id)
    )
    if only is not None:
        query = query.where(DutyRow.member_id == only)
    found = (await work.db.execute(query)).all()
    members = [duty.member_id for duty, _, _ in found]
    loads, offered = await loads_of(work, members), await _offered(work, members)
    cared = await _in_concern(work, members)
    return [
        OnDuty(
            member=duty.member_id,
            age_band=age_band,
            until=min(duty.until, right.until),
            languages=right.tags(),
            wants=frozenset(duty.wants.split()),
            ways=frozenset(duty.ways.split()),
            most=duty.most,
            talking=loads[duty.member_id].talking,
            offered=offered[duty.member_id],
            today=loads[duty.member_id].today,
            week=loads[duty.member_id].week,
            rests_until=loads[duty.member_id].rests_until,
            in_concern=duty.member_id in cared,
        )
        for duty, right, age_band in found
    ]


async def _offered(work: Work, members: Collection[MemberId]) -> Counter[MemberId]:
    its = (
        OfferRow.member_id.in_(members),
        OfferRow.state == OfferState.OPEN,
        OfferRow.until > work.clock.now(),
    )
    return Counter(await work.db.scalars(select(OfferRow.member_id).where(*its)))


async def _in_concern(work: Work, members: Collection[MemberId]) -> set[MemberId | None]:
    """Those about whom somebody is concerned: they are listened to, and listen later."""
    its = EscalationRow.member_id.in_(members), EscalationRow.stage != Stage.CLOSED
    return set(await work.db.scalars(select(EscalationRow.member_id).where(*its)))

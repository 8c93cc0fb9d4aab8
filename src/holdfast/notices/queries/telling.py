"""Reading what a member is told, on which devices, and whether devices are told here at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import exists, func, select

from holdfast.kit.clock import stamp
from holdfast.kit.facts import fact
from holdfast.kit.glances import Asked, Glances
from holdfast.kit.ids import MemberId, NoticeId
from holdfast.kit.work import Work
from holdfast.notices.rules.telling import LONG_AGO, Kind
from holdfast.notices.tables import NoticeChoiceRow, NoticeDeviceRow, NoticeRow
from holdfast.rights.rules import Member

MEMBER_PUSH = "member push"
UNSEEN = "SELECT slug, COUNT(*) FROM notices WHERE member_id = ? AND seen_at IS NULL GROUP BY slug"
ONCE, AT_MOST = 200, 5_000  # members told in one go; notices looked at for it


class Notice(Struct, frozen=True):
    """One thing that a member was told: what kind of thing, where it leads, when."""

    id: NoticeId
    kind: Kind
    slug: str
    seq: int | None
    at: datetime
    seen_at: datetime | None


class Due(Struct, frozen=True):
    """What one member's devices are to say now, all at once: that something is new."""

    member_id: MemberId
    notices: tuple[NoticeId, ...]
    kinds: frozenset[Kind]
    choice: NoticeChoiceRow | None
    devices: tuple[NoticeDeviceRow, ...]


async def notices_of(
    work: Work, member: Member, before: int | None = None, limit: int = 30
) -> list[Notice]:
    """What I was told, newest first."""
    mine = select(NoticeRow).where(NoticeRow.member_id == member.id)
    if before is not None:
        last = select(NoticeRow.at).where(NoticeRow.id == before).scalar_subquery()
        mine = mine.where(
            (NoticeRow.at < last) | ((NoticeRow.at == last) & (NoticeRow.id < before))
        )
    query = mine.order_by(NoticeRow.at.desc(), NoticeRow.id.desc()).limit(limit)
    return [
        Notice(row.id, row.kind, row.slug, row.seq, row.at, row.seen_at)
        for row in await work.db.scalars(query)
    ]


async def unseen_notices(work: Work, member: Member) -> int:
    """How many of them I have not looked at."""
    query = select(func.count()).where(
        NoticeRow.member_id == member.id, NoticeRow.seen_at.is_(None)
    )
    return (await work.db.execute(query)).scalar_one()


def unseen_asked(member: Member) -> Asked:
    """The question for what a member has not seen."""
    return UNSEEN, (member.id,)


async def unseen_at_a_glance(glances: Glances, member: Member) -> dict[str, int]:
    """The same by the room they lead to, for pages that many open."""
    unseen, whose = unseen_asked(member)
    return {slug: int(count) for slug, count in await glances.rows(unseen, *whose)}


async def member_push_is_on(work: Work) -> bool:
    """Whether a steward lets members choose to be told on their devices. Nobody has at first."""
    return await fact(work, MEMBER_PUSH) is not None


async def has_device(work: Work, member_id: MemberId) -> bool:
    """Whether a member chose to be told on a device."""
    theirs = exists().where(NoticeDeviceRow.member_id == member_id)
    return bool(await work.db.scalar(select(theirs)))


async def devices_of(
    work: Work, people: Collection[MemberId]
) -> dict[MemberId, list[NoticeDeviceRow]]:
    """The devices these members chose."""
    query = select(NoticeDeviceRow).where(NoticeDeviceRow.member_id.in_(people))
    found: dict[MemberId, list[NoticeDeviceRow]] = defaultdict(list)
    for row in await work.db.scalars(query.order_by(NoticeDeviceRow.id)):
        found[row.member_id].append(row)
    return found


async def choice_of(work: Work, member_id: MemberId) -> NoticeChoiceRow | None:
    """When a member wants quiet, if they said so."""
    return await work.db.get(NoticeChoiceRow, member_id)


async def due_members(work: Work, now: datetime) -> list[Due]:
    """Whose devices are to be told by now: those for whom somebody waits first."""
    query = select(NoticeRow).where(NoticeRow.push_at <= now, NoticeRow.seen_at.is_(None))
    due: dict[MemberId, list[NoticeRow]] = defaultdict(list)
    oldest = query.order_by(NoticeRow.push_at, NoticeRow.id).limit(AT_MOST)
    for row in await work.db.scalars(oldest):
        due[row.member_id].append(row)
    order = list(Kind)
    first = sorted(due, key=lambda one: min(order.index(row.kind) for row in due[one]))[:ONCE]
    devices = await devices_of(work, first)
    chosen = select(NoticeChoiceRow).where(NoticeChoiceRow.member_id.in_(first))
    choices = {row.member_id: row for row in await work.db.scalars(chosen)}
    return [
        Due(
            member_id=one,
            notices=tuple(row.id for row in due[one]),
            kinds=frozenset(row.kind for row in due[one]),
            choice=choices.get(one),
            devices=tuple(devices.get(one, ())),
        )
        for one in first
    ]


async def kept_of_notices(work: Work, member: Member) -> dict[str, Any]:
    """All that is kept here about me, in plain values, for me."""
    choice = await choice_of(work, member.id)
    devices = await devices_of(work, [member.id])
    return {
        "notices": [
            {
                "kind": row.kind.value,
                "room": row.slug,
                "seq": row.seq,
                "at": stamp(row.at),
                "seen_at": stamp(row.seen_at) if row.seen_at else None,
            }
            for row in await notices_of(work, member, limit=LONG_AGO)
        ],
        "notice_devices": [{"since": stamp(row.made_at)} for row in devices.get(member.id, [])],
        "quiet_hours": choice and {"from": choice.quiet_from, "until": choice.quiet_until},
    }


async def side_spaces_told(
    work: Work, members: Collection[MemberId]
) -> dict[tuple[MemberId, str], datetime]:
    """Until when each of them knows that a side space waits: it is told, or they looked then."""
    query = select(NoticeRow.member_id, NoticeRow.about, NoticeRow.seen_at).where(
        NoticeRow.kind == Kind.SIDE_SPACE, NoticeRow.member_id.in_(members)
    )
    now = work.clock.now()
    return {
        (member_id, about): seen_at or now
        for member_id, about, seen_at in await work.db.execute(query)
    }


async def has_unseen(work: Work, member_id: MemberId, kind: Kind, about: str) -> bool:
    """Whether a member was told this and did not look at it yet: it is not told again."""
    this = NoticeRow.member_id == member_id, NoticeRow.kind == kind, NoticeRow.about == about
    query = select(NoticeRow.id).where(*this, NoticeRow.seen_at.is_(None))
    return await work.db.scalar(query) is not None

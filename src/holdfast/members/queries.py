"""Reading what is kept about one member, for that member."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from holdfast.kit.clock import stamp
from holdfast.kit.facts import FactRow
from holdfast.kit.ids import MemberId
from holdfast.kit.work import Work
from holdfast.members.rules.door import Door
from holdfast.members.rules.names import roll
from holdfast.members.rules.standing import DAYS, SAID
from holdfast.members.tables import (
    ConsentRow,
    DeviceLinkRow,
    DoorBatchRow,
    DoorCodeRow,
    FreezeRow,
    MemberPasskeyRow,
    MemberRow,
    OwnKeyRow,
    SessionRow,
    StandingRow,
)
from holdfast.rights.rules import Member

ASKS_PROOF, ONLY_INVITED, MANY = "door asks proof", "door only invited", "door many"


async def door_now(work: Work, *, may_ask: bool) -> Door:
    """How the door stands. Where it may not ask, it asks for no proof, whatever was set."""
    names = select(FactRow.name).where(FactRow.name.in_((ASKS_PROOF, ONLY_INVITED, MANY)))
    known = set(await work.db.scalars(names))
    many = MANY in known
    asks = may_ask and (many or ASKS_PROOF in known)
    return Door(asks, ONLY_INVITED in known, many)


async def batches_made(work: Work) -> list[tuple[DoorBatchRow, int]]:
    """The batches of invitations, the newest first, each with how many were used."""
    used = (
        select(func.count())
        .where(DoorCodeRow.batch_id == DoorBatchRow.id, DoorCodeRow.is_used)
        .scalar_subquery()
    )
    query = select(DoorBatchRow, used).order_by(DoorBatchRow.id.desc())
    return [(row, count) for row, count in await work.db.execute(query)]


async def still_here(work: Work, members: Collection[MemberId]) -> set[MemberId]:
    """Those of them who were not erased meanwhile."""
    here = select(MemberRow.id).where(MemberRow.id.in_(members))
    return set(await work.db.scalars(here)) if members else set()


async def hold_members(work: Work, members: Collection[MemberId]) -> set[MemberId]:
    """These are this work's until it ends, in the order that all keep to; who of them is here.

    On PostgreSQL only: on SQLite one work writes at a time. Whoever only names them waits for none.
    """
    people = select(MemberRow.id).where(MemberRow.id.in_(members)).order_by(MemberRow.id)
    return set(await work.db.scalars(people.with_for_update(key_share=True)))


async def settled_members(work: Work, among: Collection[MemberId] = ()) -> set[MemberId]:
    """Those who are no newcomers any more: all, or those among some."""
    up = select(StandingRow.member_id).where(StandingRow.days >= DAYS, StandingRow.said >= SAID)
    if among:
        up = up.where(StandingRow.member_id.in_(among))
    return set(await work.db.scalars(up))


async def greeting_name(work: Work, member_id: MemberId) -> str:
    """What to call a newcomer: the name of their first seat, and of no other."""
    member = await work.db.get_one(MemberRow, member_id)
    member.first_name = member.first_name or roll(secrets.randbelow)
    return member.first_name


async def can_come_back(work: Work, member_id: MemberId) -> bool:
    """Whether a member has seven words or a passkey, and so can be met again after this visit."""
    theirs = MemberRow.id == member_id, MemberRow.phrase_lookup.is_not(None)
    if await work.db.scalar(select(MemberRow.id).where(*theirs)) is not None:
        return True
    key = select(MemberPasskeyRow.id).where(MemberPasskeyRow.member_id == member_id).limit(1)
    return await work.db.scalar(key) is not None


async def freeze_of(work: Work, member_id: MemberId, *, held: bool = False) -> FreezeRow | None:
    """That a member wants everything kept and not used, and since when; `held`: to change it."""
    query = select(FreezeRow).where(FreezeRow.member_id == member_id)
    found: FreezeRow | None = await work.db.scalar(query.with_for_update() if held else query)
    return found


async def frozen_members(work: Work) -> set[MemberId]:
    """Everybody who wants that now."""
    return set(
        await work.db.scalars(select(FreezeRow.member_id).where(FreezeRow.thawed_at.is_(None)))
    )


async def freezes(work: Work) -> Sequence[FreezeRow]:
    """All that is frozen, and all that is on its way back."""
    return (await work.db.scalars(select(FreezeRow).order_by(FreezeRow.member_id))).all()


def is_frozen(member: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Whether the member whom this column names is frozen, or not wholly back yet."""
    return exists().where(FreezeRow.member_id == member)


async def has_gone_for_good(work: Work, member_id: MemberId) -> bool:
    """Whether a member erased themselves: no row, or the bare one that open work still holds."""
    for row in (ConsentRow, SessionRow):
        theirs = select(row.id).where(row.member_id == member_id).limit(1)
        if await work.db.scalar(theirs) is not None:
            return False
    return not await can_come_back(work, member_id)


async def sessions_of(work: Work, member_id: MemberId) -> Sequence[SessionRow]:
    """A member's sessions that still live, the newest first."""
    mine = SessionRow.member_id == member_id, SessionRow.ends_at > work.clock.now()
    query = select(SessionRow).where(*mine).order_by(SessionRow.id.desc())
    return (await work.db.scalars(query)).all()


async def passkeys_of(work: Work, member_id: MemberId) -> Sequence[MemberPasskeyRow]:
    """A member's passkeys, the oldest first."""
    mine = MemberPasskeyRow.member_id == member_id
    query = select(MemberPasskeyRow).where(mine).order_by(MemberPasskeyRow.id)
    return (await work.db.scalars(query)).all()


async def is_own_key(work: Work, member_id: MemberId, public: bytes) -> bool:
    """Whether this is a member's own key still."""
    row = await work.db.get(OwnKeyRow, member_id)
    return row is not None and row.public == public


async def consents_of(work: Work, member_id: MemberId) -> Sequence[ConsentRow]:
    """Everything a member said yes to, in the order they said it; withdrawn ones too."""
    query = select(ConsentRow).where(ConsentRow.member_id == member_id).order_by(ConsentRow.id)
    return (await work.db.scalars(query)).all()


async def kept_about(work: Work, member: Member) -> dict[str, Any]:
    """All that this slice keeps about a member, in plain words and values."""
    row = await work.db.get_one(MemberRow, member.id)
    return {
        "member": {
            "age_band": row.age_band,
            "came_in_week": row.came_in_week.isoformat(),
            "seen_week": row.seen_week.isoformat(),
            "has_recovery_phrase": row.phrase_lookup is not None,
            "language": row.language,
            "time_zone": row.time_zone,
            "theme": row.theme,
            "text_size": row.text_size,
            "letters": row.letters,
            "first_name": row.first_name,
            "kept_name": row.kept_name,
            "kept_avatar": row.kept_avatar,
            "disguise": row.disguise,
            "frozen_since": await _frozen_since(work, member.id),
        },
        "standing": await _standing_of(work, member.id),
        "consents": [
            {
                "kind": consent.kind,
                "version": consent.version,
                "language": consent.language,
                "given_at": stamp(consent.given_at),
                "withdrawn_at": stamp(consent.withdrawn_at) if consent.withdrawn_at else None,
            }
            for consent in await consents_of(work, member.id)
        ],
        "sessions": [_told(one) for one in await sessions_of(work, member.id)],
        **await _ways_of(work, member.id),
    }


def _told(session: SessionRow) -> dict[str, Any]:
    """A session as its member is told of it: no secret, and no device."""
    return {
        "kind": session.kind,
        "opened_on": session.opened_on.isoformat(),
        "ends_at": stamp(session.ends_at),
        "used_at": stamp(session.used_at) if session.used_at else None,
        "has_pin": session.pin is not None,
        "pin_tries": session.pin_tries,
        "locks_at": stamp(session.locks_at) if session.locks_at else None,
    }


async def _ways_of(work: Work, member_id: MemberId) -> dict[str, Any]:
    link = await work.db.get(DeviceLinkRow, member_id)
    return {
        "passkeys": [
            {"name": one.name, "made_on": one.made_on.isoformat(), "times_used": one.count}
            for one in await passkeys_of(work, member_id)
        ],
        "device_on_its_way": link
        and {
            "ends_at": stamp(link.ends_at),
            "asks": link.claim is not None,
            "said_yes": link.said_yes,
        },
    }


async def _frozen_since(work: Work, member_id: MemberId) -> str | None:
    row = await freeze_of(work, member_id)
    return stamp(row.at) if row is not None and row.thawed_at is None else None


async def _standing_of(work: Work, member_id: MemberId) -> dict[str, Any]:
    row = await work.db.get(StandingRow, member_id)
    return {
        "active_days": row.days if row else 0,
        "messages_let_stand": row.said if row else 0,
        "here_today": bool(row and row.today),
    }

"""Telling members what happened while they were not there, and their looking at it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct
from sqlalchemy import delete, text, update

from holdfast.kit.facts import set_fact
from holdfast.kit.ids import MemberId
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Work
from holdfast.notices.access import may_set_member_push
from holdfast.notices.queries.telling import MEMBER_PUSH, devices_of
from holdfast.notices.rules.telling import GRACE, KEPT_FOR, Kind
from holdfast.notices.tables import NoticeRow
from holdfast.rights.rules import Actor, Member, System

TELL = text(
    "INSERT INTO notices (member_id, kind, about, slug, seq, at, push_at)"
    " VALUES (:member_id, :kind, :about, :slug, :seq, :at, :push_at)"
    " ON CONFLICT (member_id, kind, about) DO NOTHING"
)
# Somebody waits again where a member has been before: it is new, and told as new.
TELL_AGAIN = text(
    "UPDATE notices SET at = :at, seen_at = NULL, push_at = :push_at, seq = :seq"
    " WHERE member_id = :member_id AND kind = :kind AND about = :about AND seen_at IS NOT NULL"
)


class Told(Struct, frozen=True):
    """One thing that one member should know. Of a place, `about` is the place itself."""

    member_id: MemberId
    kind: Kind
    about: str
    slug: str = ""
    seq: int | None = None


async def tell_members(work: Work, actor: System, *, told: Sequence[Told]) -> None:
    """Keep these for those they are for. The same thing is told once.

    Only who has a device gets a time for it, a little later: whoever is here sees it by then.
    """
    del actor
    now = work.clock.now()
    with_devices = await devices_of(work, {one.member_id for one in told})
    rows = []
    for one in told:
        soon = now + GRACE.get(one.kind, timedelta(minutes=1))
        values = {
            "member_id": one.member_id,
            "kind": one.kind.value,
            "about": one.about,
            "slug": one.slug,
            "seq": one.seq,
            "at": to_millis(now),
            "push_at": to_millis(soon) if one.member_id in with_devices else None,
        }
        if one.kind is Kind.SIDE_SPACE:
            again = {name: values[name] for name in values if name != "slug"}
            await work.db.execute(TELL_AGAIN, again)
        rows.append(values)
    if rows:
        await work.db.execute(TELL, rows)


async def see_notices(work: Work, member: Member, *, slug: str | None = None) -> None:
    """I have looked at what I was told; or, with a room, at what led there."""
    mine = [NoticeRow.member_id == member.id, NoticeRow.seen_at.is_(None)]
    if slug is not None:
        mine.append(NoticeRow.slug == slug)
    seen = {"seen_at": work.clock.now(), "push_at": None}
    await work.db.execute(update(NoticeRow).where(*mine).values(seen))


async def set_member_push(work: Work, actor: Actor, *, on: bool) -> None:
    """Let members choose to be told on their devices, or end that for everybody.

    Raises `NotPermitted`. The record of it is written by the storey above.
    """
    may_set_member_push(actor)
    await set_fact(work, MEMBER_PUSH, b"on" if on else None)
    if not on:
        waiting = update(NoticeRow).where(NoticeRow.push_at.is_not(None))
        await work.db.execute(waiting.values(push_at=None))


async def untell_members(work: Work, actor: Actor, *, kind: Kind, about: str) -> None:
    """What was told is so no more: it stands on nobody's list from now on."""
    del actor
    its = NoticeRow.kind == kind, NoticeRow.about == about
    await work.db.execute(delete(NoticeRow).where(*its))


async def forget_old_notices(work: Work, actor: System) -> None:
    """After 30 days what a member was told is gone."""
    del actor
    old = NoticeRow.at < work.clock.now() - KEPT_FOR
    await work.db.execute(delete(NoticeRow).where(old))

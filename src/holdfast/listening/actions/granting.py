"""Letting somebody listen, or host a circle, until a day; and ending that. In the record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from holdfast.audit.actions import record
from holdfast.kit.errors import NotFound
from holdfast.kit.work import Work
from holdfast.listening.actions.duty import stop_duty
from holdfast.listening.queries.granted import rights_looked_at
from holdfast.listening.rules.sessions import GoesOn, NotNow
from holdfast.rights import actions as rights
from holdfast.rights.actions import UnknownCode, typed_code
from holdfast.rights.queries import Right, member_behind_code, right_numbered
from holdfast.rights.rules import Actor, Member, Permission, System, may
from holdfast.rights.tables import RightRole


async def grant_by_code(
    work: Work,
    actor: Actor,
    *,
    code: str,
    role: RightRole,
    until: datetime,
    languages: Iterable[str] = (),
) -> Right:
    """Give a right to whoever made this code; who that is, nobody learns.

    Raises `NotFound` for who grants none, `UnknownCode`, `Malformed`, `HeldAlready`.
    """
    if isinstance(actor, Member) or not may(actor, Permission.RIGHT_GRANT):
        raise NotFound
    member_id = await member_behind_code(work, typed_code(code))
    if member_id is None:
        raise UnknownCode
    row = await rights.grant_right(
        work, actor, role=role, until=until, member_id=member_id, languages=languages
    )
    await record(work, actor, what="right:granted", about=f"right:{row.id}", why=role.value)
    return row


async def take_right_back(work: Work, actor: Actor, *, right_id: int) -> None:
    """End a right: duty and what was offered end with it; a talk under way goes on.

    Raises `NotFound`.
    """
    if isinstance(actor, Member) or not may(actor, Permission.RIGHT_GRANT):
        raise NotFound
    row = await right_numbered(work, right_id)
    if row is None or row.ended_at is not None:
        raise NotFound
    await rights.end_right(work, actor, right_id=row.id, why="taken_back")
    if row.member_id is not None and row.role is RightRole.LISTENER:
        await stop_duty(work, System(), member_id=row.member_id, how="right")
    await record(work, actor, what="right:ended", about=f"right:{row.id}", why=row.role.value)


async def extend_right(work: Work, actor: Actor, *, right_id: int, until: datetime) -> None:
    """Let somebody go on until another day. Raises `NotFound`, `Malformed`."""
    if isinstance(actor, Member) or not may(actor, Permission.RIGHT_GRANT):
        raise NotFound
    row = await rights.extend_right(work, actor, right_id=right_id, until=until)
    await record(work, actor, what="right:extended", about=f"right:{row.id}", why=row.role.value)


async def let_right_go_on(work: Work, actor: Actor, *, right_id: int, why: GoesOn) -> None:
    """A person looked at a right that rests, and it holds again; `why` stands in the record.

    Raises `NotFound`, and `NotNow` while a person has to decide about their talk first.
    """
    if isinstance(actor, Member) or not may(actor, Permission.RIGHT_GRANT):
        raise NotFound
    row = await right_numbered(work, right_id)
    if row is None or row.ended_at is not None or row.frozen_at is None:
        raise NotFound
    if row.id in await rights_looked_at(work):
        raise NotNow
    await rights.thaw_right(work, actor, right_id=row.id)
    await record(work, actor, what="right:goes_on", about=f"right:{row.id}", why=why.value)


async def give_right_back(work: Work, actor: Member, *, right_id: int) -> None:
    """I would rather not listen any more: my right ends, and my duty. Raises `NotFound`."""
    row = await rights.end_right(work, actor, right_id=right_id, why="given_back")
    if row.role is RightRole.LISTENER:
        await stop_duty(work, System(), member_id=actor.id, how="right")
    await record(work, actor, what="right:ended", about=f"right:{row.id}", why=row.role.value)

"""On which of their devices a member is told that something is new, and when not."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update

from holdfast.kit.apart import leave, make_key
from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import Conflict, NotPermitted
from holdfast.kit.ids import MemberId, NoticeDeviceId, NoticeId
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.notices.queries.telling import choice_of, member_push_is_on
from holdfast.notices.rules import Outcome
from holdfast.notices.rules.addresses import Subscription
from holdfast.notices.rules.telling import MOST_DEVICES, MOST_MISSES, PLACE
from holdfast.notices.tables import NoticeChoiceRow, NoticeDeviceRow, NoticeRow
from holdfast.rights.rules import Member, System

TURNED_OFF = N_("Notices on devices are turned off here.")


async def tell_on_device(
    work: Work, member: Member, *, root: RootKey, subscription: Subscription
) -> NoticeDeviceRow:
    """Tell me on this browser, too. The same one is one device, however often, and one person's.

    Raises `NotPermitted` while nobody may, and `Conflict` for more than three.
    """
    if not await member_push_is_on(work):
        raise NotPermitted(TURNED_OFF, code="turned_off")
    lookup = root.lookup(f"notices:{subscription.endpoint}")
    await _forget(work, NoticeDeviceRow.lookup == lookup)
    mine = select(NoticeDeviceRow.id).where(NoticeDeviceRow.member_id == member.id)
    if len((await work.db.scalars(mine)).all()) >= MOST_DEVICES:
        words = N_("You are told on three devices already. Take them away first.")
        raise Conflict(words, code="too_many_devices")
    key = await make_key(root, work.clock.now())
    row = NoticeDeviceRow(
        member_id=member.id,
        lookup=lookup,
        key_id=key.id,
        sealed=key.seal(json.dumps(subscription.fields()).encode(), PLACE),
        made_at=work.clock.now(),
    )
    work.db.add(row)
    await work.db.flush()
    return row


async def forget_devices(work: Work, member: Member) -> None:
    """Tell me on no device any more, whatever waits."""
    await _drop(work, member.id)


async def drop_devices(work: Work, actor: System, *, member_id: MemberId) -> None:
    """Tell this member on no device any more: they are signed in nowhere."""
    del actor
    await _drop(work, member_id)


async def _drop(work: Work, member_id: MemberId) -> None:
    await _forget(work, NoticeDeviceRow.member_id == member_id)
    waiting = NoticeRow.member_id == member_id, NoticeRow.push_at.is_not(None)
    await work.db.execute(update(NoticeRow).where(*waiting).values(push_at=None))


async def _forget(work: Work, *which: ColumnElement[bool]) -> None:
    """These devices, and the keys of their addresses."""
    gone = delete(NoticeDeviceRow).where(*which).returning(NoticeDeviceRow.key_id)
    await leave(work, (await work.db.scalars(gone)).all())


async def choose_quiet(work: Work, member: Member, *, since: int | None, until: int | None) -> None:
    """When my devices say nothing, in minutes of my own day; nothing: they always may."""
    row = await _my_choice(work, member.id)
    row.quiet_from, row.quiet_until = since, until


async def _my_choice(work: Work, member_id: MemberId) -> NoticeChoiceRow:
    row = await choice_of(work, member_id)
    if row is None:
        row = NoticeChoiceRow(member_id=member_id)
        work.db.add(row)
        await work.db.flush()
    return row


async def take_in_hand(
    work: Work, actor: System, *, notices: Collection[NoticeId], until: datetime
) -> bool:
    """Begin to tell these: nobody else does before `until`. Whether there were any left."""
    del actor
    due = NoticeRow.id.in_(notices), NoticeRow.push_at <= work.clock.now()
    taken = update(NoticeRow).where(*due).values(push_at=until).returning(NoticeRow.id)
    return bool((await work.db.scalars(taken)).all())


async def put_off(
    work: Work, actor: System, *, notices: Collection[NoticeId], until: datetime | None
) -> None:
    """Tell these on devices later; or, without a time, not at all any more."""
    del actor
    its = NoticeRow.id.in_(notices), NoticeRow.push_at.is_not(None)
    await work.db.execute(update(NoticeRow).where(*its).values(push_at=until))


async def note_push(
    work: Work, actor: System, *, member_id: MemberId, answers: dict[NoticeDeviceId, Outcome]
) -> None:
    """Keep what became of it: who was told when; a device that is no more is dropped.

    So is one that has not answered for some time.
    """
    del actor
    if Outcome.REACHED in answers.values():
        (await _my_choice(work, member_id)).pushed_at = work.clock.now()
    for device_id, outcome in answers.items():
        its = NoticeDeviceRow.id == device_id
        if outcome is Outcome.GONE:
            await _forget(work, its)
        elif outcome is Outcome.REACHED:
            await work.db.execute(update(NoticeDeviceRow).where(its).values(misses=0))
        else:
            more = update(NoticeDeviceRow).where(its).values(misses=NoticeDeviceRow.misses + 1)
            await work.db.execute(more)
    worn = NoticeDeviceRow.member_id == member_id, NoticeDeviceRow.misses >= MOST_MISSES
    await _forget(work, *worn)

"""Telling members on their devices that something is new: between two transactions, never inside.

What is due stands in the database, so a stop loses nothing: what was begun and not finished is
begun again a minute later.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta

import structlog
from msgspec import Struct

from holdfast.kit.apart import find_keys
from holdfast.kit.cipher import RootKey, WrongKey
from holdfast.kit.ids import MemberId, NoticeDeviceId
from holdfast.kit.looks import Looks
from holdfast.kit.words import say
from holdfast.kit.work import Work, Workshop
from holdfast.notices.actions.devices import drop_devices, note_push, put_off, take_in_hand
from holdfast.notices.queries.telling import Due, due_members, member_push_is_on
from holdfast.notices.rules import Outcome
from holdfast.notices.rules.addresses import Subscription
from holdfast.notices.rules.telling import (
    AGAIN,
    BODY,
    LEASE,
    NOBODY_WAITS_LONGER,
    PLACE,
    TITLE,
    Shown,
    push_next_at,
    quiet_ends,
)
from holdfast.notices.senders import NOT_HERE, Answer, Telephone
from holdfast.notices.tables import NoticeDeviceRow
from holdfast.rights.rules import System

log = structlog.get_logger()
FindLooks = Callable[[Work, Collection[MemberId]], Awaitable[Mapping[MemberId, Looks]]]


class Teller(Struct):
    """What is needed to tell members: the telephone, the key, and how those signed in read."""

    telephone: Telephone
    root: RootKey
    find_looks: FindLooks


async def tell_devices(workshop: Workshop, teller: Teller, now: datetime) -> int:
    """Tell whoever is due by now, all at once; how many devices were. Once each, however often."""
    async with workshop.reading() as work:
        due = await due_members(work, now)
        if not due:
            return 0
        is_on = await member_push_is_on(work) and bool(teller.telephone.push_key)
        looks = await teller.find_looks(work, [one.member_id for one in due])
    told = await asyncio.gather(
        *(_tell(workshop, teller, one, looks.get(one.member_id), is_on) for one in due),
        return_exceptions=True,
    )
    for broken in told:
        if isinstance(broken, BaseException):
            raise broken
    return sum(devices for devices in told if isinstance(devices, int))


async def _tell(
    workshop: Workshop, teller: Teller, due: Due, looks: Looks | None, is_on: bool
) -> int:
    if looks is None:  # they are signed in nowhere: nobody knows who holds the device now
        async with workshop.work() as work:
            await drop_devices(work, System(), member_id=due.member_id)
        return 0
    if not is_on or not due.devices:
        await _put_off(workshop, due, None)
        return 0
    now = workshop.clock.now()
    if (later := _later(due, looks, now)) is not None:
        await _put_off(workshop, due, later)
        return 0
    async with workshop.work() as work:
        if not await take_in_hand(work, System(), notices=due.notices, until=now + LEASE):
            return 0
    shown = Shown(
        say(looks.locale, TITLE), say(looks.locale, BODY), bool(due.kinds & NOBODY_WAITS_LONGER)
    )
    answers = await asyncio.gather(*(_show(teller, row, shown) for row in due.devices))
    await _note(
        workshop, due, {row.id: a.outcome for row, a in zip(due.devices, answers, strict=True)}
    )
    return sum(answer.outcome is Outcome.REACHED for answer in answers)


def _later(due: Due, looks: Looks, now: datetime) -> datetime | None:
    choice = due.choice
    if choice is None:
        return None
    quiet = quiet_ends(now, looks.zone, choice.quiet_from, choice.quiet_until)
    return push_next_at(now, due.kinds, choice.pushed_at, quiet)


async def _show(teller: Teller, row: NoticeDeviceRow, shown: Shown) -> Answer:
    try:
        key = (await find_keys(teller.root, [row.key_id]))[row.key_id]
        fields = json.loads(key.open(row.sealed, PLACE))
    except (KeyError, WrongKey):
        log.error("notices.unreadable", count=row.id)
        return NOT_HERE
    return await teller.telephone.tell(Subscription(**fields), shown)


async def _put_off(workshop: Workshop, due: Due, until: datetime | None) -> None:
    async with workshop.work() as work:
        await put_off(work, System(), notices=due.notices, until=until)


async def _note(workshop: Workshop, due: Due, answers: dict[NoticeDeviceId, Outcome]) -> None:
    """Who was reached is told; who was not is told again later, while a device is left."""
    reached = Outcome.REACHED in answers.values()
    again: timedelta | None = None if reached else AGAIN
    async with workshop.work() as work:
        await note_push(work, System(), member_id=due.member_id, answers=answers)
        until = None if again is None else work.clock.now() + again
        await put_off(work, System(), notices=due.notices, until=until)

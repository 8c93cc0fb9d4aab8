"""Letting pages climb: calls are made between two transactions, never inside one."""

from __future__ import annotations

import asyncio
from datetime import datetime

from holdfast.kit.ids import PageId, StaffId
from holdfast.kit.work import Workshop
from holdfast.notices.actions import (
    note_calls,
    note_retry,
    note_test_calls,
    take_retry,
    take_rung,
)
from holdfast.notices.actions.pages import Call
from holdfast.notices.emergency import Addresses, Pager
from holdfast.notices.queries import called_for, climbing_pages, contacts_of, due_pages, due_retries
from holdfast.notices.rules import Outcome, Urgency, Way, Whom, callees
from holdfast.notices.rules.addresses import Address
from holdfast.notices.senders import Answer
from holdfast.notices.tables import PageTryRow
from holdfast.rights.rules import Staff, System


async def climb(workshop: Workshop, pager: Pager, now: datetime) -> int:
    """Make every call that is due by now; how many were made. Asking again makes none twice.

    All at the same time: nobody waits for somebody else's dead line.
    """
    async with workshop.reading() as work:
        pages = await due_pages(work, now)
        retries = await due_retries(work, now)
        pager.has_open_pages = await climbing_pages(work)
    made = await asyncio.gather(
        *(_climb_one(workshop, pager, page_id) for page_id in pages),
        *(_try_again(workshop, pager, row) for row in retries),
        return_exceptions=True,
    )
    for broken in made:
        if isinstance(broken, BaseException):
            raise broken
    return sum(calls for calls in made if isinstance(calls, int))


async def _climb_one(workshop: Workshop, pager: Pager, page_id: PageId) -> int:
    """The calls of one page, up the ladder until somebody is reached or everyone was called."""
    made, climb_on = 0, True
    while climb_on:
        async with workshop.work() as work:
            taken = await take_rung(work, System(), page_id=page_id)
            if taken is None:
                break
            page, due = taken
            roster, called = await pager.find_roster(work), await called_for(work, page_id)
            called |= {page.asked_by} if page.asked_by is not None else set()
            people = callees(due.whom, roster, called)
            ways = await pager.open(await contacts_of(work, people))
        alarm = due.whom in {Whom.EVERYONE, Whom.PLANNERS}
        calls = await _call(pager, ways, page.urgency, alarm=alarm)
        calls += [_no_way(one) for one in people if one not in ways and one not in called]
        async with workshop.work() as work:
            climb_on = await note_calls(work, System(), page_id=page_id, done=due, calls=calls)
        made += sum(call.outcome is not Outcome.NO_WAY for call in calls)
    return made


async def _call(
    pager: Pager, ways: Addresses, urgency: Urgency | None, *, alarm: bool = False
) -> list[Call]:
    """Call people all at once by all their ways; their numbers by one request to the gateway.

    An `alarm` goes to the gateway of the house even without a number: it may know whom to wake.
    """
    every = [way for person in ways.values() for way in person]
    numbers = [way for way in every if way.way is Way.TEXT]
    devices = [(way, way.subscription) for way in every if way.subscription is not None]
    pushed = asyncio.gather(*(pager.telephone.push(keys) for _, keys in devices))
    calls = []
    if numbers or alarm:
        answer = await pager.telephone.gateway([way.number for way in numbers], urgency)
        calls = [_made(way, answer) for way in numbers]
        if not numbers and answer.outcome is not Outcome.NO_WAY:
            calls = [Call(None, None, Way.GATEWAY, answer.outcome, answer.code)]
    answers = await pushed
    return calls + [_made(way, answer) for (way, _), answer in zip(devices, answers, strict=True)]


def _made(way: Address, answer: Answer) -> Call:
    return Call(way.staff_id, way.contact_id, way.way, answer.outcome, answer.code)


def _no_way(staff_id: StaffId) -> Call:
    return Call(staff_id, None, None, Outcome.NO_WAY, "no_way")


async def _try_again(workshop: Workshop, pager: Pager, row: PageTryRow) -> int:
    """One call once more, by the same way."""
    async with workshop.work() as work:
        if not await take_retry(work, System(), row=row):
            return 0
        people = [] if row.staff_id is None else [row.staff_id]
        ways = await pager.open(await contacts_of(work, people))
    address = next(
        (a for one in ways.values() for a in one if a.contact_id == row.contact_id), None
    )
    if address is not None and address.subscription is not None:
        answer = await pager.telephone.push(address.subscription)
    else:
        numbers = [address.number] if address is not None else []
        answer = await pager.telephone.gateway(numbers, Urgency.IMMEDIATE)
    call = Call(row.staff_id, row.contact_id, row.way, answer.outcome, answer.code)
    async with workshop.work() as work:
        await note_retry(work, System(), row=row, call=call)
    return 1


async def call_me(workshop: Workshop, pager: Pager, actor: Staff) -> list[Call]:
    """A test call by all my ways; what became of each."""
    async with workshop.reading() as work:
        mine = await contacts_of(work, [actor.id])
    calls = await _call(pager, await pager.open(mine), None)
    async with workshop.work() as work:
        await note_test_calls(work, actor, calls=calls)
    return calls

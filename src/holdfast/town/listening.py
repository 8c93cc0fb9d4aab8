"""Somebody in the town who listens: Cedar is on duty, and two of the staff hold break-glass."""

from __future__ import annotations

from datetime import timedelta

from holdfast.kit.facts import FactRow, fact
from holdfast.kit.house import House
from holdfast.kit.ids import MemberId, SessionId
from holdfast.kit.work import Work
from holdfast.listening.actions import put_on_duty
from holdfast.listening.glass.actions import make_glass_key, type_words_back
from holdfast.listening.glass.queries import is_ready
from holdfast.listening.rules.duty import LONGEST_DUTY
from holdfast.members.actions import come_in, make_link
from holdfast.members.rules import promises
from holdfast.members.rules.ages import AgeBand
from holdfast.rights.actions import grant_right
from holdfast.rights.queries import Right, right_of, standing_right
from holdfast.rights.rules import Guest, Role, Staff, System
from holdfast.rights.tables import RightRole
from holdfast.staff.queries.people import everybody_here
from holdfast.town.people import STAFF

LISTENER = "town listener"
HOLDERS = (Role.CRISIS_MODERATOR, Role.LEAD)  # of the two halves
A_YEAR = timedelta(days=365)


async def let_cedar_listen(house: House) -> dict[str, str]:
    """Cedar is on duty from now on, unless their right rests. Lines to print: how to come in.

    Seven words are made once and shown once, also here.
    """
    async with house.workshop.work() as work:
        lines = await _hold_the_glass(work, house)
        known = await fact(work, LISTENER)
        cedar = MemberId(int(known)) if known is not None else await _arrive(work, house, lines)
        until = work.clock.now() + LONGEST_DUTY
        right = await _right(work, cedar)
        if right is not None:
            await put_on_duty(work, System(), right=right, until=until)
        lines["a listener (Cedar)"] = await make_link(work, System(), member_id=cedar)
    return lines


async def _arrive(work: Work, house: House, lines: dict[str, str]) -> MemberId:
    came = await come_in(
        work, Guest(), root=house.root, age_band=AgeBand.ADULT, version=promises.VERSION
    )
    lines["Cedar’s seven words"] = came.recovery_phrase or ""
    work.db.add(FactRow(name=LISTENER, value=str(int(came.member_id)).encode()))
    return came.member_id


async def _right(work: Work, member_id: MemberId) -> Right | None:
    """The right to listen, given anew where it is over; none while somebody has to look at it."""
    known = await right_of(work, member_id, RightRole.LISTENER)
    newest = await standing_right(work, member_id, RightRole.LISTENER)
    if known is None and newest is not None and newest.frozen_at is not None:
        return None
    until = work.clock.now() + A_YEAR
    return known or await grant_right(
        work, System(), role=RightRole.LISTENER, until=until, member_id=member_id
    )


async def _hold_the_glass(work: Work, house: House) -> dict[str, str]:
    """One of each half makes a key, so that a talk of two can begin. Their seven words."""
    if await is_ready(work):
        return {}
    lines: dict[str, str] = {}
    for row in await everybody_here(work):
        if row.role in HOLDERS and row.name == STAFF[row.role]:
            staff = Staff(row.id, SessionId(0), row.role, name=row.name, fresh_at=work.clock.now())
            words = await make_glass_key(work, staff, root=house.root)
            await type_words_back(work, staff, root=house.root, words=words)
            lines[f"{row.name}’s seven words for break-glass"] = words
    return lines

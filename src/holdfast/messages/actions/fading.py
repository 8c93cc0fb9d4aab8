"""What goes by the clock because nobody comes back for it.

Visits that ended, accounts that nobody used for a year, words that were given back. What open work
of the staff names waits for that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import delete, update

from holdfast.erasing.actions import Going, begin_erasure
from holdfast.erasing.holds.queries import held_now
from holdfast.erasing.rules import By, Kind
from holdfast.kit.ids import MemberId, SessionId
from holdfast.kit.work import Work
from holdfast.messages.actions.going import erase_with_words
from holdfast.messages.ledger import Ledger
from holdfast.messages.queries.fading import (
    given_back_before,
    nearly_unused,
    newly_out_of_reach,
    out_of_reach_since,
    unused_before,
    within_reach_again,
)
from holdfast.messages.rules.fading import (
    GIVEN_BACK_FOR,
    GONE_FOR,
    unused_since,
    warned_since,
)
from holdfast.messages.tables import FadingRow, HeldRow, HeldState, MessageRow
from holdfast.notices.actions import Told, tell_members
from holdfast.notices.rules.telling import Kind as Notice
from holdfast.rights.rules import Member, System

Due = Callable[[Work, int], Awaitable[Sequence[MemberId]]]


async def let_fade(ledger: Ledger, actor: System) -> int:
    """Erase whoever cannot come back since a day, or has not for a year; how many.

    Who has been away for eleven months is told, once, where they will see it if they come.
    """
    async with ledger.workshop.work() as work:
        await _note_who_is_out_of_reach(work)
        await _tell_who_is_away(work, actor)
    gone = 0
    for due in (_out_of_reach, _unused):
        gone += await _erase(ledger, due)
    return gone


async def _note_who_is_out_of_reach(work: Work) -> None:
    back = await within_reach_again(work)
    await work.db.execute(delete(FadingRow).where(FadingRow.member_id.in_(back)))
    now = work.clock.now()
    work.db.add_all(FadingRow(member_id=one, since=now) for one in await newly_out_of_reach(work))


async def _tell_who_is_away(work: Work, actor: System) -> None:
    now = work.clock.now()
    away = await nearly_unused(work, warned_since(now), unused_since(now))
    told = [Told(one, Notice.UNUSED, seen.isoformat()) for one, seen in away]
    await tell_members(work, actor, told=told)


async def _out_of_reach(work: Work, after: int) -> Sequence[MemberId]:
    return await out_of_reach_since(work, work.clock.now() - GONE_FOR, after)


async def _unused(work: Work, after: int) -> Sequence[MemberId]:
    return await unused_before(work, unused_since(work.clock.now()), after)


async def _erase(ledger: Ledger, due: Due) -> int:
    gone, after = 0, 0
    while True:
        async with ledger.workshop.reading() as work:
            some = await due(work, after)
            bare = (await held_now(work, members=some)).members  # erased, and held for now
            open_to = [one for one in some if one not in bare]
            free = [one for one in open_to if not await _is_named(ledger, work, one)]
        for one in free:
            await erase_with_words(ledger, Member(one, SessionId(0)), by=By.TIME)
        gone += len(free)
        if not some:
            return gone
        after = some[-1]


async def _is_named(ledger: Ledger, work: Work, member: MemberId) -> bool:
    """Whether somebody of the staff is at something that has to do with them."""
    for kind in ledger.open_work:
        if await kind.named(work, member=member, messages=None):
            return True
    return False


async def forget_given_back(ledger: Ledger, actor: System) -> int:
    """Words that were given back go thirty days later, with their key; how many messages."""
    gone = 0
    async with ledger.workshop.reading() as work:
        old = await given_back_before(work, work.clock.now() - GIVEN_BACK_FOR)
        for kind in ledger.open_work:
            for named in await kind.named(work, member=None, messages=[one.id for one in old]):
                old = [one for one in old if one.id not in named.messages]
    for one in old:
        async with ledger.workshop.work() as work:
            its = MessageRow.id == one.id
            await work.db.execute(update(MessageRow).where(its).values(text=None, note=None))
            held = update(HeldRow).where(HeldRow.message_id == one.id)
            await work.db.execute(held.values(state=HeldState.WITHDRAWN, suggestion=None))
            what = Going(Kind.MESSAGE, room_id=one.room_id, message_id=one.id, seat_id=one.seat_id)
            await begin_erasure(work, actor, what=what, by=By.TIME)
        gone += 1
    return gone

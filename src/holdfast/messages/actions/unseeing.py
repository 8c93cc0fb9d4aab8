"""Not seeing a person, or one message, any longer; and seeing them again.

Whether somebody was out of sight already, under this name or another, changes no answer here:
nobody learns from it that two names are one person.
"""

from __future__ import annotations

from sqlalchemy import delete

from holdfast.kit.errors import Conflict, NotPermitted
from holdfast.kit.ids import BlockId, MemberId, RoomId
from holdfast.kit.limits import Pace
from holdfast.kit.tokens import random_bytes_id
from holdfast.kit.words import N_, NP_
from holdfast.kit.work import Work
from holdfast.members.access import myself
from holdfast.messages.access import message_to_hide, own_block, person_in_room
from holdfast.messages.events import SightChanged
from holdfast.messages.queries.blocks import (
    Block,
    Person,
    block_count,
    block_named,
    block_on_seat,
    hide_count,
)
from holdfast.messages.tables import BlockKind, BlockRow, HideRow
from holdfast.rights.rules import Actor, Member
from holdfast.rooms.access import seat_in

UNSEEING = Pace(every=6.0, burst=30)  # slower than one could try out who is who
MOST_BLOCKS = 500
MOST_HIDES = 2_000  # in one room


class StaffStay(NotPermitted):
    """Care must be able to reach people."""

    code = "staff_stay"
    words = NP_(
        "safety",
        "People from the staff can’t be hidden, muted or blocked: one day you may need them. "
        "If something about them isn’t ok, please tell us.",
    )


class NotMyself(NotPermitted):
    """One's own words are taken back, not hidden."""

    code = "that_is_you"
    words = N_("That is you. You can take back what you wrote, at any time.")


class TooMany(Conflict):
    """More than one person's list may hold."""

    code = "too_many"
    words = N_("Your list is full. Please undo some of it first, or tell us what goes on.")


async def block_member(
    work: Work, actor: Actor, *, slug: str, handle: str, kind: BlockKind
) -> Block:
    """Mute or block the person in this seat, wherever we meet. Doing it again changes the kind.

    Raises `NotFound` where I do not sit or nobody sits there, `StaffStay`, `NotMyself`, `TooMany`.
    """
    me = await myself(work, actor)
    await work.db.refresh(
        me, with_for_update={"key_share": True}
    )  # two windows at once make one row
    seat = await seat_in(work, actor, slug)
    person = await person_in_room(work, seat, handle)
    if person.is_staff:
        raise StaffStay
    if person.member_id == me.id:
        raise NotMyself
    row = await block_on_seat(work, me.id, person.seat_id)
    if row is None:
        row = await _new_block(work, me.id, person, kind)
    row.kind = kind
    await work.db.flush()
    work.announce(SightChanged((row.member_id, row.other_id)))
    found = await block_named(work, me.id, row.id)
    assert found is not None  # noqa: S101 - it was written a moment ago
    return found


async def _new_block(work: Work, me: MemberId, person: Person, kind: BlockKind) -> BlockRow:
    if await block_count(work, me) >= MOST_BLOCKS:
        raise TooMany
    row = BlockRow(
        id=BlockId(random_bytes_id()),
        member_id=me,
        other_id=person.member_id,
        seat_id=person.seat_id,
        pseudonym=person.pseudonym,
        kind=kind,
        at=work.clock.now(),
    )
    work.db.add(row)
    return row


async def unblock(work: Work, actor: Actor, *, block_id: str) -> Block:
    """See them again. Raises `NotFound` for one that is not mine."""
    me = await myself(work, actor)
    block = await own_block(work, me.id, block_id)
    row = await work.db.get_one(BlockRow, block.id)
    work.announce(SightChanged((row.member_id, row.other_id)))
    await work.db.delete(row)
    return block


async def hide_message(work: Work, actor: Actor, *, slug: str, seq: int) -> None:
    """Do not show me this message any longer, nor what answers it with its words.

    Raises `NotFound`, `StaffStay`, `NotMyself`, `TooMany`. Hiding twice hides once.
    """
    me = await myself(work, actor)
    await work.db.refresh(me, with_for_update={"key_share": True})
    seat = await seat_in(work, actor, slug)
    message = await message_to_hide(work, seat, seq)
    if message.role is not None:
        raise StaffStay
    if message.seat_id == seat.id:
        raise NotMyself
    if await work.db.get(HideRow, (me.id, seat.room_id, seq)) is not None:
        return
    if await hide_count(work, me.id, seat.room_id) >= MOST_HIDES:
        raise TooMany
    now = work.clock.now()
    work.db.add(HideRow(member_id=me.id, room_id=seat.room_id, seq=seq, at=now))
    work.announce(SightChanged((me.id,)))


async def show_message(work: Work, actor: Actor, *, slug: str, seq: int) -> None:
    """Show me this message again. Does nothing for one that I see."""
    seat = await seat_in(work, actor, slug)
    await show_again(work, actor, room_id=seat.room_id, seq=seq)


async def show_again(work: Work, actor: Actor, *, room_id: RoomId, seq: int) -> None:
    """The same where I do not sit any more, or may not come in just now: it is my own choice."""
    me = await myself(work, actor)
    row = await work.db.get(HideRow, (me.id, room_id, seq))
    if row is not None:
        await work.db.delete(row)
        work.announce(SightChanged((me.id,)))


async def forget_sight(work: Work, member: Member) -> None:
    """Everything about whom a member did not see, and who did not see them."""
    either = (BlockRow.member_id == member.id) | (BlockRow.other_id == member.id)
    await work.db.execute(delete(BlockRow).where(either))
    await work.db.execute(delete(HideRow).where(HideRow.member_id == member.id))

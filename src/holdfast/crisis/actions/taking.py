"""Taking an escalation into one's hands, going to the member, staying with them."""

from __future__ import annotations

from holdfast.crisis.access import (
    escalation_to_read,
    escalation_to_take,
    my_escalation,
    own_escalation,
)
from holdfast.crisis.actions.raising import LEVELS, side_space_for
from holdfast.crisis.actions.steps import note_step
from holdfast.crisis.events import CareOffered
from holdfast.crisis.queries import escalation_of_side_space, open_escalation_of
from holdfast.crisis.rules.steps import CLAIM, AlreadyDone
from holdfast.crisis.tables import EscalationRow, Stage
from holdfast.kit.errors import NotFound
from holdfast.kit.ids import MemberId, RoomId
from holdfast.kit.work import Work
from holdfast.notices.actions import acknowledge
from holdfast.rights.rules import Actor, Member, Permission, Staff, System, may
from holdfast.rooms.actions import sit_with
from holdfast.rooms.queries import room_named
from holdfast.screening.concern import Concern


async def take_escalation(work: Work, actor: Actor, *, escalation_id: int) -> EscalationRow:
    """Take it: from now on it is this person's, until somebody else must come in.

    Idempotent for who holds it. Raises `NotFound`, `AlreadyDone` where it is closed or held.
    """
    row = await escalation_to_take(work, actor, escalation_id)
    assert isinstance(actor, Staff)  # noqa: S101 - the door let nobody else through
    now = work.clock.now()
    row.claim_until = now + CLAIM
    if row.taken_by == actor.id:
        return row
    row.taken_by, row.version = actor.id, row.version + 1
    row.taken_at = row.taken_at or now
    if row.stage is Stage.RAISED:
        row.stage = Stage.TAKEN
    await acknowledge(work, actor, about=f"escalation:{row.id}")
    await note_step(work, actor, row, "taken")
    return row


async def join_escalation(work: Work, actor: Actor, *, escalation_id: int) -> str:
    """Go into the side space, as the named person or as the second one. Says the room's slug.

    Who comes first takes it as well. Raises `NotFound`, `AlreadyDone` where it is closed.
    """
    row = await escalation_to_read(work, actor, escalation_id)
    if row.stage is Stage.CLOSED or row.member_id is None:
        raise AlreadyDone
    assert isinstance(actor, Staff)  # noqa: S101
    if row.taken_by is None:
        row = await take_escalation(work, actor, escalation_id=escalation_id)
    first = row.taken_by == actor.id
    if not first and not may(actor, Permission.ESCALATION_JOIN):
        raise NotFound
    if row.side_room_id is None:
        row.side_room_id = await side_space_for(work, System(), row)
    await sit_with(work, actor, room_id=row.side_room_id)
    row.claim_until = work.clock.now() + CLAIM
    await _joined(work, actor, row, first=first)
    return (await room_named(work, row.side_room_id)).slug


async def _joined(work: Work, actor: Staff, row: EscalationRow, *, first: bool) -> None:
    row.version += 1
    if first and row.joined_at is None:
        row.joined_at, row.stage = work.clock.now(), Stage.JOINED
        await note_step(work, actor, row, "joined")
        await _come(work, actor, row)
    elif not first and row.second_by != actor.id:
        row.second_by = actor.id
        await note_step(work, actor, row, "second_joined")


async def _come(work: Work, actor: Staff, row: EscalationRow) -> None:
    """Tell the member who has come, in whichever room they look at."""
    assert row.member_id is not None and row.side_room_id is not None  # noqa: S101, PT018
    slug = (await room_named(work, row.side_room_id)).slug
    for room in {row.room_id, row.side_room_id}:
        level = LEVELS[Concern(row.concern)]
        work.announce(CareOffered(row.member_id, RoomId(room), level, slug, actor.name))


async def stay(work: Work, actor: Staff, *, room_id: RoomId) -> None:
    """Something was done in a side space: whoever holds the escalation goes on holding it."""
    row = await escalation_of_side_space(work, room_id)
    if row is not None and row.stage is not Stage.CLOSED and row.taken_by == actor.id:
        row.claim_until = work.clock.now() + CLAIM


async def pass_on(work: Work, actor: Actor, *, escalation_id: int) -> EscalationRow:
    """Let go of it, so that the next person can take it; at the end of a shift, for one."""
    row = await own_escalation(work, actor, escalation_id, Permission.ESCALATION_JOIN)
    assert isinstance(actor, Staff)  # noqa: S101
    row.claim_until, row.version = work.clock.now(), row.version + 1
    await note_step(work, actor, row, "passed_on")
    return row


async def say_safe(work: Work, actor: Member, *, slug: str) -> None:
    """“I’m safe, it came out wrong”: told to the same person; it lowers nothing by itself."""
    row = await my_escalation(work, actor, slug)
    if row.stage is Stage.CLOSED:
        return
    row.version += 1
    await note_step(work, None, row, "said_safe")


async def member_left(work: Work, actor: System, *, member_id: MemberId, how: str) -> None:
    """She went while it was open: the card says how, and stays. Nothing reaches her device."""
    del actor
    row = await open_escalation_of(work, member_id)
    if row is None:
        return
    row.left_how, row.left_at, row.version = how, work.clock.now(), row.version + 1
    await note_step(work, None, row, "left", code=how)

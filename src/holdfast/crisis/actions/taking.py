"""Taking an escalation into one's hands, going to the member, staying with them."""

from __future__ import annotations

from datetime import datetime

from holdfast.crisis.access import (
    escalation_to_read,
    escalation_to_take,
    my_escalation,
    own_escalation,
)
from holdfast.crisis.actions.raising import call_someone, ring, side_space_for
from holdfast.crisis.actions.steps import note_step
from holdfast.crisis.events import CareOffered, EscalationChanged
from holdfast.crisis.queries import (
    escalation_of_side_space,
    has_step,
    open_escalation_of,
    orphaned,
    said_before,
    staff_in_seat,
)
from holdfast.crisis.rules.steps import (
    CLAIM,
    FIRST_WORDS,
    LEVELS,
    AlreadyDone,
    asks_again,
    is_claimed,
)
from holdfast.crisis.tables import EscalationRow, Stage
from holdfast.kit.errors import NotFound
from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.notices.actions import acknowledge
from holdfast.notices.rules import Urgency
from holdfast.rights.rules import Actor, Member, Permission, Staff, System, may
from holdfast.rooms.actions import rest_side_space, sit_with, stand_up
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

    Who comes first, or while nobody holds it, takes it as well. Raises `NotFound`, `AlreadyDone`
    where it is closed.
    """
    row = await escalation_to_read(work, actor, escalation_id)
    assert isinstance(actor, Staff)  # noqa: S101
    if row.member_id is not None and asks_again(row.checked_in_at, work.clock.now()):
        return await _ask_again(work, actor, row, row.member_id)
    if row.stage is Stage.CLOSED or row.member_id is None:
        raise AlreadyDone
    member_id = row.member_id
    if not is_claimed(row.taken_by, row.claim_until, work.clock.now()):
        row = await take_escalation(work, actor, escalation_id=escalation_id)
    first = row.taken_by == actor.id
    if not first and not may(actor, Permission.ESCALATION_JOIN):
        raise NotFound
    if row.side_room_id is None:
        row.side_room_id = await side_space_for(work, System(), member_id)
    await _sit(work, actor, row, row.side_room_id)
    row.claim_until = work.clock.now() + CLAIM
    await _joined(work, actor, row, first=first)
    return (await room_named(work, row.side_room_id)).slug


async def _ask_again(work: Work, actor: Staff, row: EscalationRow, member_id: MemberId) -> str:
    """Go back for the check-in that was promised. What is closed stays closed."""
    if await open_escalation_of(work, member_id) is not None:
        raise AlreadyDone  # something new began: whoever comes now comes for that
    room_id = await side_space_for(work, System(), member_id)
    await _sit(work, actor, row, room_id)
    await acknowledge(work, actor, about=f"escalation:{row.id}:check-in")
    row.version += 1
    await note_step(work, actor, row, "checked_in")
    slug = (await room_named(work, room_id)).slug
    work.announce(CareOffered(member_id, "over", slug, actor.name))
    return slug


async def _sit(work: Work, actor: Staff, row: EscalationRow, room_id: RoomId) -> None:
    """Take a seat there. Who may not go to graver things does not read what was said before."""
    whole = may(actor, Permission.ESCALATION_TAKE)
    since = 0 if whole else await said_before(work, room_id, row)
    await sit_with(work, actor, room_id=room_id, reads_after=since)


async def leave_side_space(work: Work, actor: Actor, *, escalation_id: int) -> EscalationRow:
    """The check-in is done: I read nothing here any more. Raises `AlreadyDone` while it is open."""
    row = await escalation_to_read(work, actor, escalation_id)
    assert isinstance(actor, Staff)  # noqa: S101
    if row.stage is not Stage.CLOSED or row.side_room_id is None:
        raise AlreadyDone
    newer = await open_escalation_of(work, row.member_id) if row.member_id is not None else None
    if newer is not None and actor.id in (newer.taken_by, newer.second_by):
        raise AlreadyDone  # something new began, and they are there for that
    if newer is not None:
        await stand_up(work, actor, room_id=row.side_room_id)
    else:
        await rest_side_space(work, actor, room_id=row.side_room_id)
    row.version += 1
    await note_step(work, actor, row, "left_side_space")
    return row


async def heard_in_side_space(work: Work, actor: System, *, room_id: RoomId) -> None:
    """The member wrote in their side space: where nobody holds it, someone is called.

    After the end that is so for the week in which we asked again: an answer must be read.
    """
    row, now = await escalation_of_side_space(work, room_id), work.clock.now()
    if row is None or (row.stage is Stage.CLOSED and not asks_again(row.checked_in_at, now)):
        return
    row.version += 1
    work.announce(EscalationChanged(row.id, row.version, "wrote"))
    if not is_claimed(row.taken_by, row.claim_until, now):
        await ring(work, actor, row, Urgency.HIGH)


async def _joined(work: Work, actor: Staff, row: EscalationRow, *, first: bool) -> None:
    row.version += 1
    if first and row.joined_at is None:
        row.joined_at, row.stage = work.clock.now(), Stage.JOINED
        await note_step(work, actor, row, "joined")
        await tell_of_me(work, actor, row)
    elif not first and row.second_by != actor.id:
        row.second_by = actor.id
        await acknowledge(work, actor, about=f"escalation:{row.id}:second")
        await note_step(work, actor, row, "second_joined")


async def tell_of_me(work: Work, actor: Staff, row: EscalationRow) -> None:
    """Tell the member who is there for them: somebody came, or has something for them."""
    assert row.member_id is not None and row.side_room_id is not None  # noqa: S101, PT018
    slug = (await room_named(work, row.side_room_id)).slug
    level = LEVELS[Concern(row.concern)]
    work.announce(CareOffered(row.member_id, level, slug, actor.name))


async def stay(work: Work, actor: System, *, room_id: RoomId, seat_id: SeatId) -> None:
    """A staff person said something in a side space: they go on holding what they hold.

    The first words are a step of their own, because their time is promised.
    """
    del actor
    row = await escalation_of_side_space(work, room_id)
    staff_id = await staff_in_seat(work, seat_id)
    if row is None or row.stage is Stage.CLOSED or staff_id is None:
        return
    if staff_id == row.taken_by:
        row.claim_until = work.clock.now() + CLAIM
    if not await has_step(work, row.id, FIRST_WORDS):
        await note_step(work, None, row, FIRST_WORDS)


async def pass_on(work: Work, actor: Actor, *, escalation_id: int) -> EscalationRow:
    """Let go of it, so that the next person can take it; at the end of a shift, for one."""
    row = await own_escalation(work, actor, escalation_id, Permission.ESCALATION_JOIN)
    assert isinstance(actor, Staff)  # noqa: S101
    row.claim_until, row.version = work.clock.now(), row.version + 1
    await note_step(work, actor, row, "passed_on")
    await call_someone(work, actor, row)
    return row


async def say_safe(work: Work, actor: Member, *, slug: str) -> None:
    """“I’m safe, it came out wrong”: told to the same person; it lowers nothing by itself."""
    row = await my_escalation(work, actor, slug)
    if row.stage is Stage.CLOSED:
        return
    row.version += 1
    await note_step(work, None, row, "said_safe")


async def member_left(
    work: Work,
    actor: System,
    *,
    member_id: MemberId | None,
    how: str,
    unless_since: datetime | None = None,
) -> None:
    """She went while it was open: the card says how, and stays. Nothing reaches her device.

    Without a `member_id`: those whose member was erased meanwhile. What the card says of
    `unless_since` or later stands.
    """
    del actor
    if member_id is None:
        gone = await orphaned(work)
    else:
        row = await open_escalation_of(work, member_id)
        gone = [] if row is None else [row]
    for row in gone:
        if unless_since is not None and row.left_at is not None and row.left_at >= unless_since:
            continue
        row.left_how, row.left_at, row.version = how, work.clock.now(), row.version + 1
        await note_step(work, None, row, "left", code=how)

"""From a signal to an escalation: one for each member, raised to what is gravest."""

from __future__ import annotations

import structlog

from holdfast.crisis.access import escalation_to_see
from holdfast.crisis.actions.steps import note_step
from holdfast.crisis.events import CareOffered, ConcernRaised, EscalationChanged
from holdfast.crisis.queries import (
    hold_in_order,
    last_side_space,
    may_hold,
    open_escalation_of,
    unjoined_signals,
)
from holdfast.crisis.rules.steps import LEVELS, AlreadyDone, is_claimed, joined_tracks
from holdfast.crisis.tables import EscalationRow, SignalRow, Stage
from holdfast.kit.errors import NotFound
from holdfast.kit.ids import MemberId, RoomId
from holdfast.kit.work import Work
from holdfast.members.access import member_to_look_after
from holdfast.notices.actions import page_people
from holdfast.notices.rules import Urgency
from holdfast.rights.rules import Actor, Member, Permission, Staff, System, may
from holdfast.rooms.access import seat_in
from holdfast.rooms.actions import open_side_space, wake_side_space
from holdfast.rooms.queries import room_named
from holdfast.screening.concern import Concern
from holdfast.staff.queries import on_shift

log = structlog.get_logger()


async def join_signals(work: Work, actor: System) -> int:
    """Bring every new signal into its member's escalation. Says how many there were.

    Runs at once after the commit that wrote them, and again by a timer: one that was missed
    because of a stop is found then. One that cannot be joined keeps none of the others waiting:
    people are called about it by its number.
    """
    joined, signals = 0, await unjoined_signals(work)
    await hold_in_order(work, {one.member_id for one in signals if one.member_id is not None})
    for signal in signals:
        number, told = signal.row, len(work.events)
        try:
            async with work.db.begin_nested():
                await _join(work, actor, signal)
            joined += 1
        except Exception as broken:
            del work.events[told:]  # what was undone did not happen
            log.error("signal.not_joined", error=type(broken).__name__)
            about = f"signal:{number}"
            await page_people(work, actor, about=about, urgency=Urgency.IMMEDIATE)
    return joined


async def _join(work: Work, actor: System, signal: SignalRow) -> None:
    if signal.member_id is None:
        await work.db.delete(signal)  # erased meanwhile
        return
    row = await raise_concern(work, actor, signal)
    signal.escalation_id = row.id


async def raise_concern(work: Work, actor: System, signal: SignalRow) -> EscalationRow:
    """The member's open escalation, raised to this signal's concern; or a new one."""
    assert signal.member_id is not None  # noqa: S101 - asked by the caller
    row = await open_escalation_of(work, signal.member_id)
    is_new, before = row is None, row.concern if row else 0
    if row is None:
        row = EscalationRow(
            member_id=signal.member_id,
            concern=signal.concern,
            raised_at=signal.at,
            room_id=signal.room_id,
            tracks=signal.tracks,
        )
        work.db.add(row)
        await work.db.flush()
    row.tracks = joined_tracks(row.tracks, signal.tracks)
    if signal.concern > before:
        await _rise(work, actor, row, signal, is_new=is_new)
    else:
        row.version += 1
        await call_someone(work, actor, row)
    await _tell(work, row, signal)
    return row


async def _rise(
    work: Work, actor: System, row: EscalationRow, signal: SignalRow, *, is_new: bool
) -> None:
    row.concern, row.raised_at = signal.concern, signal.at
    row.version += 1
    await _free_from_who_may_not(work, row)
    if signal.concern >= Concern.HIGH and row.side_room_id is None:
        row.side_room_id = await side_space_for(work, actor, _member_of(row))
    await note_step(work, None, row, "raised" if is_new else "rose", code=str(signal.concern))
    await call_someone(work, actor, row)


async def _free_from_who_may_not(work: Work, row: EscalationRow) -> None:
    """It has become graver than its holder may hold: from now on somebody else must come."""
    if row.taken_by is None or await may_hold(work, row.taken_by, row.concern):
        return
    row.taken_by, row.claim_until, row.joined_at = None, None, None
    row.stage = Stage.RAISED
    await note_step(work, None, row, "passed_on")


async def call_someone(work: Work, actor: Actor, row: EscalationRow) -> None:
    """Page people, as fast as the concern asks; unless somebody is there. A watch waits.

    Somebody is there while they hold it: who came hours ago and went is nobody.
    """
    urgency = {Concern.HIGH: Urgency.HIGH, Concern.IMMEDIATE: Urgency.IMMEDIATE}
    is_there = row.joined_at is not None and is_claimed(
        row.taken_by, row.claim_until, work.clock.now()
    )
    if (how := urgency.get(Concern(row.concern))) is not None and not is_there:
        await ring(work, actor, row, how)


async def ring(work: Work, actor: Actor, row: EscalationRow, urgency: Urgency) -> None:
    """Page people about it until somebody takes it; or, once it is closed, goes to the check-in."""
    check_in = ":check-in" if row.stage is Stage.CLOSED else ""
    about = f"escalation:{row.id}{check_in}"
    await page_people(work, actor, about=about, urgency=urgency, until_taken=True)


async def _tell(work: Work, row: EscalationRow, signal: SignalRow) -> None:
    work.announce(EscalationChanged(row.id, row.version, "raised"))
    assert row.member_id is not None  # noqa: S101
    work.announce(ConcernRaised(row.id, row.member_id, row.concern, signal.held))
    slug = None
    if row.side_room_id is not None:
        slug = (await room_named(work, row.side_room_id)).slug
    level = LEVELS[Concern(signal.concern)]
    work.announce(CareOffered(row.member_id, level, slug, await _person(work)))


async def _person(work: Work) -> str | None:
    """Who will most likely come: a crisis moderator on shift. Nobody is named who is not here."""
    here = [one for one in await on_shift(work, work.clock.now()) if one.in_crisis]
    return here[0].name if here else None


def _member_of(row: EscalationRow) -> MemberId:
    if row.member_id is None:
        raise AlreadyDone  # they are gone, and everything of theirs with them
    return row.member_id


async def side_space_for(work: Work, actor: System, member_id: MemberId) -> RoomId:
    """A member's side space: the one they know, or a new one."""
    if (known := await last_side_space(work, member_id)) is not None:
        await wake_side_space(work, actor, room_id=known)
        return known
    me = await member_to_look_after(work, actor, member_id)
    room = await open_side_space(
        work, actor, member_id=me.id, age_band=me.age_band, language=me.language
    )
    return room.id


async def shelter_for(work: Work, actor: System, *, member_id: MemberId) -> str:
    """The slug of a side space for words that were refused elsewhere, made where there is none.

    The escalation itself is raised by the words, once they are kept there.
    """
    row = await open_escalation_of(work, member_id)
    if row is not None and row.side_room_id is not None:
        await wake_side_space(work, actor, room_id=row.side_room_id)
        return (await room_named(work, row.side_room_id)).slug
    room_id = await side_space_for(work, actor, member_id)
    if row is not None:
        row.side_room_id = room_id
    return (await room_named(work, room_id)).slug


async def ask_for_company(work: Work, actor: Member, *, slug: str) -> str:
    """“Sit with me”: a side space at once, and someone is called. Says the side space's slug.

    It raises no concern by itself; who asks for company is not in danger because they asked.
    """
    seat = await seat_in(work, actor, slug)
    row = await open_escalation_of(work, actor.id)
    if row is None:
        row = EscalationRow(
            member_id=actor.id,
            concern=int(Concern.WATCH),
            raised_at=work.clock.now(),
            room_id=seat.room_id,
        )
        work.db.add(row)
        await work.db.flush()
    if row.side_room_id is None:
        row.side_room_id = await side_space_for(work, System(), actor.id)
    row.version += 1
    await note_step(work, None, row, "asked_for_company")
    await ring(work, System(), row, Urgency.HIGH)
    return (await room_named(work, row.side_room_id)).slug


async def raise_by_hand(
    work: Work, actor: Actor, *, escalation_id: int, to: Concern, why: str
) -> EscalationRow:
    """Say that it is graver than it stands. One person is enough. Raises `NotFound`."""
    row = await escalation_to_see(work, actor, escalation_id)
    if not may(actor, Permission.ESCALATION_RAISE) or not isinstance(actor, Staff):
        raise NotFound
    if row.stage is Stage.CLOSED or to <= row.concern:
        raise AlreadyDone
    row.concern, row.raised_at, row.version = int(to), work.clock.now(), row.version + 1
    await _free_from_who_may_not(work, row)
    if row.side_room_id is None and to >= Concern.HIGH and row.member_id is not None:
        row.side_room_id = await side_space_for(work, System(), row.member_id)
    await note_step(work, actor, row, "rose", code=why)
    if row.member_id is not None:
        work.announce(ConcernRaised(row.id, row.member_id, row.concern, held=False))
    await call_someone(work, actor, row)
    return row

"""What moderators do to something said, as rows and events. Pure, like the rest of the plan."""

from __future__ import annotations

from holdfast.kit.errors import NotFound
from holdfast.kit.ids import RoomId, SeatId
from holdfast.kit.tables import from_millis, to_millis
from holdfast.messages.events import MessageEdited, MessageRemoved
from holdfast.messages.ledger.batch import Plan
from holdfast.messages.ledger.entries import Accepted, Annotate, Guided, Hide, Outcome, Restore


def guide(plan: Plan, entry: Guided) -> Outcome:
    """Hide, restore or annotate a message, at a place of its own in the room's order."""
    if entry.room_id not in plan.facts.heads:
        return NotFound()
    match entry:
        case Hide():
            return _hide(plan, entry)
        case Restore():
            return _restore(plan, entry)
        case Annotate():
            return _annotate(plan, entry)


def _hide(plan: Plan, entry: Hide) -> Outcome:
    target = (entry.room_id, entry.of)
    if target not in plan.facts.standing or target in plan.restored():
        return NotFound()
    owner, by = (entry.now.owner, "author") if entry.frozen else (None, "moderator")
    seq = _change(plan, entry, "removed", owner)
    plan.facts.standing.discard(target)
    plan.hides.append((entry.at, entry.frozen, *target))
    plan.removals.append((by, *target))
    plan.unfold[target] = False
    room, at = RoomId(entry.room_id), from_millis(entry.at)
    plan.events.append(MessageRemoved(room, seq, owner, entry.of, by, at, entry.now))
    return Accepted("", seq, entry.at)


def _restore(plan: Plan, entry: Restore) -> Outcome:
    target = (entry.room_id, entry.of)
    if target not in plan.facts.hidden:
        return NotFound()
    plan.facts.hidden.discard(target)
    plan.facts.standing.add(target)
    edited = entry.now.edited_at
    before = None if edited is None else to_millis(edited)
    plan.restores.append((before if entry.frozen else entry.at, *target))
    plan.unfold[target] = True
    return _told_as_edited(plan, entry)


def _annotate(plan: Plan, entry: Annotate) -> Outcome:
    target = (entry.room_id, entry.of)
    if target not in plan.facts.standing:
        return NotFound()
    plan.annotations.append((entry.note, entry.at, *target, entry.key_id))
    return _told_as_edited(plan, entry)


def _told_as_edited(plan: Plan, entry: Restore | Annotate) -> Outcome:
    seq, now = _change(plan, entry, "edited", entry.now.owner), entry.now
    room, at = RoomId(entry.room_id), from_millis(entry.at)
    told = MessageEdited(room, seq, now.owner, entry.of, now.text, now.note, at, now)
    plan.events.append(told)
    return Accepted("", seq, entry.at)


def _change(plan: Plan, entry: Guided, kind: str, owner: SeatId | None) -> int:
    seq = plan.next_seq(entry.room_id)
    change = (entry.room_id, seq, kind, entry.of, owner, None, None, None, entry.at, None)
    plan.changes.append(change)
    return seq

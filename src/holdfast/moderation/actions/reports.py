"""Reporting a message or a person, and taking it back."""

from __future__ import annotations

from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from holdfast.crisis.actions.worried import hear_worry
from holdfast.kit.errors import Conflict, NotPermitted
from holdfast.kit.ids import ReportId, RoomId, SeatId
from holdfast.kit.tokens import random_bytes_id
from holdfast.kit.work import Work
from holdfast.messages.actions.unseeing import hide_message, show_again
from holdfast.moderation.access import message_to_report, own_report, person_to_report
from holdfast.moderation.access.reports import Subject
from holdfast.moderation.actions.copying import copy_lines, forget_copies
from holdfast.moderation.actions.joining import case_about
from holdfast.moderation.actions.steps import note_step
from holdfast.moderation.queries.cases import hold_people, undecided_case
from holdfast.moderation.queries.reports import (
    place_of,
    report_of_message,
    report_of_person,
    signals_left,
)
from holdfast.moderation.rules.cases import CaseKind, CaseState
from holdfast.moderation.rules.reports import Door, Step, door_of
from holdfast.moderation.tables import CaseRow, ReportRow
from holdfast.rights.rules import Actor, Member, System
from holdfast.rooms.access import Seat
from holdfast.screening.reading import Read
from holdfast.sealing.seam import Keyring, day_of

KINDS = {Door.WORRIED: CaseKind.WORRIED, Door.CONDUCT: CaseKind.CONDUCT}


class Made(Struct, frozen=True):
    """A report that lies with us. `first` False: it lay with us before."""

    id: ReportId
    step: Step
    first: bool
    pseudonym: str
    hidden: bool = False  # from their own sight

    @property
    def handle(self) -> str:
        """The name by which an address outside calls it."""
        return self.id.hex()


async def report_message(
    work: Work,
    actor: Actor,
    keyring: Keyring,
    *,
    slug: str,
    seq: int,
    kind: Door,
    words: Read | None = None,
) -> Made:
    """Tell us about a message. Whoever does so need not see it any more; twice is once.

    Raises `NotFound` for what is not there to be seen, `OwnWords`. Words are read before this.
    """
    seat, subject = await message_to_report(work, actor, slug, seq)
    made = await _report(work, actor, keyring, seat, subject, kind=kind, words=words)
    return replace(made, hidden=await _hidden(work, actor, slug, seq))


async def _hidden(work: Work, actor: Actor, slug: str, seq: int) -> bool:
    """Out of the reporter's sight from now on. What staff say stays: care must reach people."""
    if not isinstance(actor, Member):
        return False
    with suppress(NotPermitted, Conflict):
        await hide_message(work, actor, slug=slug, seq=seq)
        return True
    return False


async def report_person(
    work: Work,
    actor: Actor,
    keyring: Keyring,
    *,
    slug: str,
    handle: str,
    kind: Door,
    words: Read | None = None,
) -> Made:
    """Tell us about a person, as this room knows them. Hides nothing. Raises `NotFound`,
    `OwnWords`.
    """
    seat, subject = await person_to_report(work, actor, slug, handle)
    return await _report(work, actor, keyring, seat, subject, kind=kind, words=words)


async def _report(
    work: Work,
    actor: Actor,
    keyring: Keyring,
    seat: Seat,
    subject: Subject,
    *,
    kind: Door,
    words: Read | None,
) -> Made:
    me = actor.id if isinstance(actor, Member) else None
    await hold_people(work, me, subject.member_id)
    await undecided_case(work, subject.room_id, subject.seat_id)  # one at a time from here on
    known = await _known(work, seat, subject)
    new_worry = kind is Door.WORRIED and (known is None or known.kind is not Door.WORRIED)
    row = known or await _begun(work, actor, seat, subject, kind)
    if known is not None and (known.undone_at is not None or new_worry):
        await _join_again(work, actor, known, subject, kind)
    await work.db.flush()
    if await copy_lines(work, actor, keyring, row):
        row.kept = None  # as its author sealed it nobody at the desk could open it
    if words is not None and words.text:
        row.key_id = await keyring.kept_key(work, seat.id, day_of(work.clock.now()))
        row.words = keyring.seal_with(row.key_id, words, place_of(row.room_id, row.id, seat.id))
    if new_worry:
        await _worry(work, subject)
    return Made(row.id, row.step, known is None, subject.pseudonym)


async def _known(work: Work, seat: Seat, subject: Subject) -> ReportRow | None:
    if subject.message_id is None:
        return await report_of_person(work, seat.id, subject.seat_id)
    return await report_of_message(work, seat.id, subject.message_id)


async def _begun(work: Work, actor: Actor, seat: Seat, subject: Subject, kind: Door) -> ReportRow:
    """A new report, in the case of whom it is about."""
    case = await _case(work, actor, subject.room_id, subject.seat_id, kind)
    row = ReportRow(
        id=ReportId(random_bytes_id()),
        case_id=case.id,
        member_id=actor.id if isinstance(actor, Member) else None,
        seat_id=seat.id,
        about_id=subject.seat_id,
        room_id=subject.room_id,
        kind=kind,
        at=work.clock.now(),
        message_id=subject.message_id,
        seq=subject.seq,
        kept=subject.words,
        kept_key_id=subject.key_id,
    )
    work.db.add(row)
    return row


async def _join_again(
    work: Work, actor: Actor, row: ReportRow, subject: Subject, kind: Door
) -> None:
    """It was taken back, or has become a worry. What was answered stays answered."""
    row.kind = door_of(row.kind, kind)
    if row.step is Step.CHANGED:
        return
    case = await _case(work, actor, row.room_id, row.about_id, row.kind)
    row.case_id, row.undone_at = case.id, None
    if row.kept is None:  # it went when the report was taken back
        row.kept, row.kept_key_id = subject.words, subject.key_id


async def _case(work: Work, actor: Actor, room_id: RoomId, about_id: SeatId, kind: Door) -> CaseRow:
    return await case_about(
        work,
        actor,
        room_id=room_id,
        seat_id=about_id,
        kind=KINDS[kind],
        step="reported",
        code=kind.value,
    )


async def _worry(work: Work, subject: Subject) -> None:
    """In the report's own transaction: whoever looks after people in danger sees it at once."""
    if subject.member_id is not None:
        await hear_worry(
            work,
            System(),
            member_id=subject.member_id,
            seat_id=subject.seat_id,
            room_id=subject.room_id,
            message_id=subject.message_id,
        )


async def undo_report(work: Work, actor: Actor, *, report: str) -> None:
    """Take a report back: the message is shown again, and my words are gone. Twice is once.

    What was answered stays answered; then it is only shown again. Raises `NotFound`.
    """
    row = await own_report(work, actor, report)
    if row.seq is not None:
        await show_again(work, actor, room_id=row.room_id, seq=row.seq)
    if row.undone_at is not None or row.step is Step.CHANGED:
        return
    case = await undecided_case(work, row.room_id, row.about_id)
    row.undone_at, row.words, row.kept = work.clock.now(), None, None
    await forget_copies(work, actor, report=row.id)
    if case is not None and case.id == row.case_id:
        await _taken_back(work, case)


async def _taken_back(work: Work, case: CaseRow) -> None:
    """A case of which nothing is left, and that nobody has begun, ends by itself."""
    await note_step(work, None, case, "taken_back")
    is_begun = case.state is not CaseState.OPEN or case.opened_by is not None
    if not is_begun and not await signals_left(work, case.id):
        case.state, case.closed_at = CaseState.CLOSED, work.clock.now()
        await note_step(work, None, case, "closed")

"""Taking a measure: by one person, or asked for by one and agreed to by a second."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from holdfast.kit.errors import NotFound, NotPermitted
from holdfast.kit.ids import CaseId, MemberId, MessageId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.messages.queries import message_row
from holdfast.messages.queries.freezing import is_only_kept
from holdfast.moderation.access import case_to_decide, cases_to_see
from holdfast.moderation.access.measures import measure_to_agree
from holdfast.moderation.actions.deciding import decide_case
from holdfast.moderation.actions.enforcing import begin, note_measure
from holdfast.moderation.actions.joining import open_case
from holdfast.moderation.actions.steps import note_step
from holdfast.moderation.queries.cases import hold_people, hold_subject, member_in_subject
from holdfast.moderation.queries.measures import (
    NOBODYS,
    REASON,
    REWRITE,
    WORDS,
    house_key,
    in_force_on,
    place_of,
)
from holdfast.moderation.queries.talk import is_between_two
from holdfast.moderation.rules.cases import UNDECIDED, CaseState, Outcome, is_claimed
from holdfast.moderation.rules.measures import (
    BY_TWO,
    LONGEST_REASON,
    LONGEST_WORDS,
    OF_ROOMS,
    OF_WORDS,
    SAYS_SOMETHING,
    AlreadyStopped,
    MeasureKind,
    MeasureState,
    NoReason,
    NotAbout,
    NoWords,
    check_end,
    is_rule,
    may_take,
)
from holdfast.moderation.tables import CaseRow, MeasureRow
from holdfast.rights.rules import Actor, Staff
from holdfast.screening.reading import Read, read
from holdfast.sealing.seam import Keyring, day_of


class Wish(Struct, frozen=True, kw_only=True):
    """What somebody wants to do, by which rule and why.

    `seq` names the message; `words` are what the member reads (a note), `rewrite` is another way
    to say it; `seconds` is the pace of a slowed room.
    """

    kind: MeasureKind
    rule: str
    reason: str
    until: datetime | None = None
    seq: int | None = None
    words: str = ""
    rewrite: str = ""
    seconds: int = 0


async def take_measure(
    work: Work, actor: Actor, keyring: Keyring, *, case_id: int, version: int, wish: Wish
) -> MeasureRow:
    """Decide a case by a measure, on the version that was looked at.

    It is in force when this is on disk, and the member is told; what two people decide waits for
    the second. A message on hold leaves its case undecided. Raises `NotFound`, `OwnCase`,
    `AlreadyDone`, `NotPermitted`, `NoReason`, `NoEnd`, `TooLongFor`, `NoWords`, `NotAbout`.
    """
    staff = cases_to_see(actor)
    await hold_subject(work, CaseId(case_id))
    case = await case_to_decide(work, staff, case_id, version)
    row = await drawn_up(work, staff, case, wish)
    await seal_words(work, staff, keyring, row=row, wish=wish)
    work.db.add(row)
    await work.db.flush()
    if wish.kind in BY_TWO:
        await _wait_for_second(work, staff, case, row)
        return row
    await begin(work, staff, row)
    if wish.kind is not MeasureKind.HOLD:
        await decide_case(work, staff, case_id=case_id, version=version, outcome=Outcome.MEASURE)
    await note_step(work, staff, case, "measure", code=wish.kind.value)
    return row


async def take_measure_here(
    work: Work,
    actor: Actor,
    keyring: Keyring,
    *,
    room_id: RoomId,
    seat_id: SeatId | None,
    wish: Wish,
) -> MeasureRow:
    """A measure straight from a room, without a report: its case is opened and decided in one go.

    Where there is an undecided case about the same, it is decided by this.
    """
    staff = cases_to_see(actor)
    await hold_people(work, await member_in_subject(work, seat_id))
    case = await open_case(work, staff, room_id=room_id, seat_id=seat_id)
    return await take_measure(
        work, staff, keyring, case_id=case.id, version=case.version, wish=wish
    )


async def agree_measure(work: Work, actor: Actor, *, measure_id: int) -> MeasureRow:
    """Be the second person who says yes: from now on it is in force.

    Raises `NotFound`, `NotPermitted`, `NeedsTwo` for one's own, `AlreadyDone`.
    """
    staff, row = await measure_to_agree(work, actor, measure_id)
    row.agreed_by, row.agreed_at = staff.id, work.clock.now()
    row.state = MeasureState.IN_FORCE
    await begin(work, staff, row)
    case = await work.db.get_one(CaseRow, row.case_id)  # the door has it in hand
    held = is_claimed(case.claimed_by, case.claim_until, work.clock.now())
    if case.state in UNDECIDED and (not held or case.claimed_by == staff.id):
        await decide_case(
            work, staff, case_id=case.id, version=case.version, outcome=Outcome.MEASURE
        )
    await note_step(work, staff, case, "agreed", code=row.kind.value)
    return row


async def _wait_for_second(work: Work, staff: Staff, case: CaseRow, row: MeasureRow) -> None:
    """Nothing holds yet, and the case is free for whoever is the second person."""
    row.state = MeasureState.WAITING
    case.claimed_by, case.claim_until, case.state = None, None, CaseState.OPEN
    await note_step(work, staff, case, "asked_for", code=row.kind.value)
    await note_measure(work, staff, row, "asked_for")


async def drawn_up(work: Work, staff: Staff, case: CaseRow, wish: Wish) -> MeasureRow:
    """The measure, whole and allowed."""
    if not may_take(staff, wish.kind):
        raise NotPermitted
    if not is_rule(wish.rule) or not 1 <= len(wish.reason.strip()) <= LONGEST_REASON:
        raise NoReason
    check_end(staff, wish.kind, wish.until, work.clock.now())
    _check_words(wish)
    if (wish.kind in OF_ROOMS) != (case.seat_id is None):
        raise NotAbout
    member_id = await _member(work, case, wish.kind)
    message_id = await _message(work, case, wish)
    return MeasureRow(
        case_id=case.id,
        room_id=case.room_id,
        kind=wish.kind,
        rule=wish.rule,
        by=staff.id,
        at=work.clock.now(),
        reason=b"",
        seat_id=case.seat_id,
        member_id=member_id,
        message_id=message_id,
        seq=wish.seq if message_id is not None else None,
        until=wish.until if wish.kind not in BY_TWO | OF_WORDS else None,
        seconds=wish.seconds if wish.kind is MeasureKind.SLOW else None,
    )


def _check_words(wish: Wish) -> None:
    if wish.kind in SAYS_SOMETHING and not wish.words.strip():
        raise NoWords
    if max(len(wish.words), len(wish.rewrite)) > LONGEST_WORDS:
        raise NoWords


async def _member(work: Work, case: CaseRow, kind: MeasureKind) -> MemberId | None:
    """Whom it is about. What keeps somebody out needs somebody who is a member."""
    member_id = await member_in_subject(work, case.seat_id)
    if member_id is None and kind not in OF_ROOMS | OF_WORDS:
        raise NotAbout
    return member_id


async def _message(work: Work, case: CaseRow, wish: Wish) -> MessageId | None:
    """Which message it is about: one of this person, that stands; or that is on hold already."""
    if wish.seq is None:
        if wish.kind in OF_WORDS:
            raise NoWords
        return None
    row = await message_row(work, case.room_id, wish.seq)
    if row is None or row.seat_id != case.seat_id:
        raise NotFound
    message_id = MessageId(row.id)
    if wish.kind not in OF_WORDS:
        return message_id
    if wish.kind is MeasureKind.CONTENT_NOTE and await is_between_two(work, case.room_id):
        raise NotFound  # a note is sealed with its message's key, and that is theirs alone
    for kind in (wish.kind, MeasureKind.HIDE):
        if await in_force_on(work, kind, message_id) is not None:
            raise AlreadyStopped
    if row.removed_by is not None and not await _is_out_for_now(work, wish, message_id):
        raise NotFound
    if wish.kind is MeasureKind.CONTENT_NOTE and row.note is not None:
        raise AlreadyStopped
    return message_id


async def _is_out_for_now(work: Work, wish: Wish, message_id: MessageId) -> bool:
    """Whether what is to be hidden may come back by itself: it is on hold, or its author froze it.

    Where that is so, hiding it is what keeps it out.
    """
    if wish.kind is MeasureKind.HIDE and await in_force_on(work, MeasureKind.HOLD, message_id):
        return True
    return wish.kind is not MeasureKind.CONTENT_NOTE and await is_only_kept(work, message_id)


async def seal_words(
    work: Work, staff: Staff, keyring: Keyring, *, row: MeasureRow, wish: Wish
) -> None:
    """What staff wrote, read and sealed."""
    if row.seat_id is not None:
        row.key_id = await keyring.kept_key(work, row.seat_id, day_of(row.at))
    row.reason = _sealed(keyring, row, _read(wish.reason, staff), REASON)
    if wish.words.strip():
        row.words = _sealed(keyring, row, _read(wish.words, staff), WORDS)
    if wish.rewrite.strip():
        row.rewrite = _sealed(keyring, row, _read(wish.rewrite, staff), REWRITE)


def _sealed(keyring: Keyring, row: MeasureRow, words: Read, part: bytes) -> bytes:
    place = place_of(row, part)
    if row.key_id is None:
        return house_key(keyring).seal(words.text.encode(), place.bound(NOBODYS))
    return keyring.seal_with(row.key_id, words, place)


def _read(words: str, staff: Staff) -> Read:
    return read(words.strip(), staff.role.value)

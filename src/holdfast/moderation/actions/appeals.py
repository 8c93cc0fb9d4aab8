"""Asking for a second look at a measure, and giving one."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from holdfast.audit.actions import record
from holdfast.audit.rules import fingerprint
from holdfast.kit.work import Work
from holdfast.moderation.access.measures import appeal_to_judge, own_measure
from holdfast.moderation.actions.enforcing import end
from holdfast.moderation.actions.steps import note_step
from holdfast.moderation.events import AppealAnswered, AppealMade, MeasureOverturned
from holdfast.moderation.queries.appeals import ANSWER, APPEAL, appeal_of, nearly_due, place_of
from holdfast.moderation.rules.appeals import (
    ANSWER_WITHIN,
    LONGEST_ANSWER,
    LONGEST_APPEAL,
    AppealedAlready,
    AppealState,
    NoAnswer,
    NoLonger,
    NothingSaid,
    may_appeal,
)
from holdfast.moderation.rules.measures import Ending, MeasureState
from holdfast.moderation.tables import AppealRow, CaseRow, MeasureRow
from holdfast.notices.actions import acknowledge, page_people
from holdfast.notices.rules import Urgency
from holdfast.rights.rules import Actor, Staff, System
from holdfast.screening.reading import Read, read
from holdfast.sealing.seam import Keyring, day_of


async def appeal_measure(
    work: Work, actor: Actor, keyring: Keyring, *, measure_id: int, words: Read
) -> AppealRow:
    """Ask for a second look, in my own words, which were read before this. Once for each measure.

    Raises `NotFound` for one that is not about me, `AppealedAlready`, `NoLonger` after 30 days,
    `NothingSaid`.
    """
    member, measure = await own_measure(work, actor, measure_id)
    if not 1 <= len(words.text) <= LONGEST_APPEAL:
        raise NothingSaid
    if await appeal_of(work, measure.id) is not None:
        raise AppealedAlready
    now = work.clock.now()
    if not may_appeal(measure.at, now) or measure.seat_id is None:
        raise NoLonger
    key = await keyring.kept_key(work, measure.seat_id, day_of(now))
    row = AppealRow(
        measure_id=measure.id,
        member_id=member.id,
        seat_id=measure.seat_id,
        room_id=measure.room_id,
        at=now,
        due_at=now + ANSWER_WITHIN,
        key_id=key,
        words=b"",
    )
    row.words = keyring.seal_with(key, words, place_of(row, APPEAL))
    try:
        async with work.db.begin_nested():
            work.db.add(row)
    except IntegrityError:  # the same form, sent twice in one moment
        raise AppealedAlready from None
    await record(work, member, what="appeal:made", about=f"appeal:{row.id}")
    await _note(work, None, measure, "appealed")
    work.announce(AppealMade(row.id, row.due_at))
    return row


async def judge_appeal(
    work: Work, actor: Actor, keyring: Keyring, *, appeal_id: int, upheld: bool, answer: str = ""
) -> AppealRow:
    """Answer an appeal. Upheld: what the measure took is given back. Refused: the answer says why.

    Raises `NotFound`, `OwnMeasure` for whoever took the measure or agreed to it, `AlreadyDone`,
    `NoAnswer`.
    """
    staff, row, measure = await appeal_to_judge(work, actor, appeal_id)
    words = answer.strip()
    if (not words and not upheld) or len(words) > LONGEST_ANSWER:
        raise NoAnswer
    row.state = AppealState.UPHELD if upheld else AppealState.REFUSED
    row.judged_by, row.judged_at = staff.id, work.clock.now()
    if words:
        await _keep_answer(keyring, row, read(words, staff.role.value))
    await work.db.flush()
    if upheld:
        await _overturn(work, staff, measure)
    await acknowledge(work, staff, about=f"appeal:{row.id}")
    await _record(work, staff, row)
    await _note(work, staff, measure, f"appeal_{row.state.value}")
    work.announce(AppealAnswered(row.id, measure.id, row.member_id, upheld))
    return row


async def _keep_answer(keyring: Keyring, row: AppealRow, words: Read) -> None:
    await keyring.in_hand([row.key_id])
    if row.key_id not in keyring.missing([row.key_id]):  # else the member went for good
        row.answer = keyring.seal_with(row.key_id, words, place_of(row, ANSWER))


async def _overturn(work: Work, staff: Staff, measure: MeasureRow) -> None:
    """It ends, if it has not, as one that should not have been; its author may learn from it."""
    if measure.state is MeasureState.ENDED:
        measure.ended_how, measure.ended_by = Ending.OVERTURNED, staff.id
    else:
        await end(work, staff, measure, Ending.OVERTURNED)
    work.announce(MeasureOverturned(measure.id, measure.by))


async def _record(work: Work, staff: Staff, row: AppealRow) -> None:
    detail: dict[str, str | int] = {"measure": row.measure_id}
    if row.answer is not None:
        detail["answer"] = fingerprint(row.answer)
    what = f"appeal:{row.state.value}"
    await record(work, staff, what=what, about=f"appeal:{row.id}", detail=detail)


async def _note(work: Work, actor: Staff | None, measure: MeasureRow, what: str) -> None:
    case = await work.db.get_one(CaseRow, measure.case_id)  # the door has it in hand
    await note_step(work, actor, case, what, code=measure.kind.value)


async def call_for_appeals(work: Work, actor: System) -> None:
    """People who plan are called, once, where an appeal is not read and its time comes near."""
    for row in await nearly_due(work):
        row.called_at = work.clock.now()
        await page_people(work, actor, about=f"appeal:{row.id}", urgency=Urgency.GAP)

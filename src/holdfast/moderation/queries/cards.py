"""One case with what was reported, what was said, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select

from holdfast.crisis.queries import opened_lines
from holdfast.kit.ids import CaseId, MessageId, ReportId
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader, messages_before
from holdfast.messages.queries.lines import Line, line_of
from holdfast.moderation.queries.cases import CaseSummary, case_summary, cases_of_seat
from holdfast.moderation.queries.reports import kept_words, opened_words, reports_in
from holdfast.moderation.queries.talk import Copied, copies_of
from holdfast.moderation.rules.cases import FlagKind
from holdfast.moderation.rules.reports import Door
from holdfast.moderation.tables import CaseStepRow, FlagRow, ReportRow
from holdfast.rooms.tables import RoomKind
from holdfast.staff.tables import StaffRow

CONTEXT = 6  # lines of talk before the newest message that was reported


class Reported(Struct, frozen=True):
    """What one member told us. Who they are stands nowhere: a reporter is never named."""

    id: ReportId
    kind: Door
    words: str
    at: datetime
    seq: int | None
    line: Line | None  # the message as it stands; without one it is about the person
    as_reported: str | None  # what it said when it was reported, where that is not what stands
    copied: Sequence[Copied] = ()  # of a talk between two: all of it that is open


class Flagged(Struct, frozen=True):
    """What a machine noticed, and about which message."""

    what: FlagKind
    at: datetime
    line: Line | None


class Step(Struct, frozen=True):
    """What was done, by whom and when."""

    what: str
    at: datetime
    by: str
    code: str


class CaseCard(Struct, frozen=True):
    """All of one case that whoever decides it needs."""

    summary: CaseSummary
    reports: list[Reported]
    flags: list[Flagged]
    before: list[Line]  # the talk before what was reported last, in an open room
    steps: list[Step]
    earlier: list[CaseSummary]  # decided cases about the same seat

    @property
    def theirs(self) -> list[int]:
        """The places of the words that are in the case itself, for the record of who read them."""
        lines = [one.line for one in self.reports] + [one.line for one in self.flags]
        found = [line.seq for line in lines if line is not None and line.seq is not None]
        return found + [line.seq for line in self.copied if line.seq not in found]

    @property
    def copied(self) -> list[Copied]:
        """The lines of a talk between two that those who reported opened."""
        return [line for one in self.reports for line in one.copied]

    @property
    def context(self) -> list[int]:
        """The places of the talk around them."""
        return [line.seq for line in self.before if line.seq is not None]


async def case_card(work: Work, reader: Reader, case_id: CaseId) -> CaseCard:
    """One case with its words. Who asks was let in by `case_to_see`; `look_at_case` records it."""
    summary = await case_summary(work, case_id)
    assert summary is not None  # noqa: S101 - the door found it
    reports, flags = await reports_in(work, case_id), await _flags_of(work, case_id)
    places = [(row.message_id, row.seq) for row in reports]
    places += [(row.message_id, row.seq) for row in flags]
    ids = [message_id for message_id, _ in places if message_id is not None]
    lines = await opened_lines(work, reader, ids)
    keys = [key for row in reports for key in (row.key_id, row.kept_key_id) if key is not None]
    await reader.keyring.in_hand(keys)
    copies = await copies_of(work, reader, [row.id for row in reports])
    seqs = [seq for _, seq in places if seq is not None]
    earlier = [] if summary.seat_id is None else await cases_of_seat(work, summary.seat_id)
    return CaseCard(
        summary,
        [_reported(reader, row, lines, copies.get(row.id, ())) for row in reports],
        [Flagged(row.what, row.at, _line(lines, row.message_id)) for row in flags],
        await _talk_before(work, reader, summary, seqs),
        await _steps_of(work, case_id),
        [one for one in earlier if one.id != case_id and one.decided_at is not None],
    )


def _reported(
    reader: Reader, row: ReportRow, lines: dict[MessageId, Line], copied: Sequence[Copied]
) -> Reported:
    line = _line(lines, row.message_id)
    kept = kept_words(reader, row)
    changed = kept is not None and (line is None or line.text != kept)
    words, as_reported = opened_words(reader, row), kept if changed else None
    return Reported(row.id, row.kind, words, row.at, row.seq, line, as_reported, copied)


def _line(lines: dict[MessageId, Line], message_id: MessageId | None) -> Line | None:
    return None if message_id is None else lines.get(message_id)


async def _talk_before(
    work: Work, reader: Reader, case: CaseSummary, theirs: Sequence[int]
) -> list[Line]:
    """The talk before the newest words of a case; nobody's side space is opened for it.

    Words that are in the case itself stand there only, covered where they are hard.
    """
    if not theirs or case.room_kind is not RoomKind.OPEN:
        return []
    talk = await messages_before(work, reader, case.room_id, max(theirs), CONTEXT)
    return [line_of(message) for message in talk if message.seq not in theirs]


async def _flags_of(work: Work, case_id: CaseId) -> Sequence[FlagRow]:
    query = select(FlagRow).where(FlagRow.case_id == case_id).order_by(FlagRow.row)
    return (await work.db.scalars(query)).all()


async def _steps_of(work: Work, case_id: CaseId) -> list[Step]:
    query = (
        select(CaseStepRow, StaffRow.name)
        .outerjoin(StaffRow, StaffRow.id == CaseStepRow.by)
        .where(CaseStepRow.case_id == case_id)
        .order_by(CaseStepRow.row)
    )
    rows = await work.db.execute(query)
    return [Step(row.what, row.at, name or "", row.code) for row, name in rows]

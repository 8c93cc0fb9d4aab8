"""Lines of a talk between two, copied for a case by whoever reported one of them."""

from __future__ import annotations

from sqlalchemy import delete

from holdfast.kit.ids import ReportId
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader
from holdfast.moderation.queries.reports import place_of_line
from holdfast.moderation.queries.talk import is_between_two, lines_around
from holdfast.moderation.tables import ReportedLineRow, ReportRow
from holdfast.rights.rules import Actor
from holdfast.screening.reading import read
from holdfast.sealing.seam import Keyring, day_of


async def copy_lines(work: Work, actor: Actor, keyring: Keyring, row: ReportRow) -> int:
    """Open the reported line, and five before and after, with the reporter's own key; how many.

    What does not open as it lies there is not copied. The copy is sealed with the reporter's
    ordinary key, which the desk can open; nothing else of the talk is. Twice is once.
    """
    if row.seq is None or not await is_between_two(work, row.room_id):
        return 0
    await forget_copies(work, actor, report=row.id)
    found = await lines_around(work, Reader(keyring, actor), row.room_id, row.seq)
    if not any(one.seq == row.seq for one in found):
        return 0  # not even the line that it is about
    key = await keyring.kept_key(work, row.seat_id, day_of(work.clock.now()))
    for one in found:
        copy = ReportedLineRow(
            report_id=row.id,
            message_id=one.id,
            room_id=row.room_id,
            seq=one.seq,
            author_id=one.author_id,
            seat_id=row.seat_id,
            at=one.at,
            key_id=key,
            words=b"",
        )
        copy.words = keyring.seal_with(key, read(one.text), place_of_line(copy))
        work.db.add(copy)
    await work.db.flush()
    return len(found)


async def forget_copies(work: Work, actor: Actor, *, report: ReportId) -> None:
    """The copies of one report are gone."""
    del actor
    await work.db.execute(delete(ReportedLineRow).where(ReportedLineRow.report_id == report))

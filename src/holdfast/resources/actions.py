"""What people do about helplines: say that one was checked, and take that back."""

from __future__ import annotations

import json
import re

from msgspec import Struct

from holdfast.audit.actions import record
from holdfast.community.events import ChosenAnew
from holdfast.kit.errors import Malformed
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.resources.access import check_to_undo, checking_staff, line_to_check
from holdfast.resources.rules.checks import How, Result, can_be_reached
from holdfast.resources.tables import CheckRow
from holdfast.rights.rules import Actor
from holdfast.staff.access import fresh_staff

PAGE = re.compile(r"https://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[!-~]*)?", re.IGNORECASE)
LONGEST_PAGE = 300
NO_NUMBER = N_("Please write the number as one dials it in that country, or the address of a page.")
NO_SOURCE = N_("Please give the page where the new number stands. It begins with https://")
STAYS = N_("This one always stays on the help page. Put the right number in its place instead.")


class Finding(Struct, frozen=True):
    """What somebody found out about a line, and how."""

    how: How
    result: Result
    numbers: tuple[str, ...] = ()
    source: str = ""


async def check_line(work: Work, actor: Actor, *, line: str, finding: Finding) -> CheckRow:
    """Keep what somebody found. A wrong line leaves the help page, a moved one gets its number.

    Raises `NotFound`, `Malformed` for what cannot be dialled, and `FreshSignInNeeded` for anything
    but "it is right".
    """
    row, staff = line_to_check(actor, line), checking_staff(actor)
    if finding.result is not Result.RIGHT:
        fresh_staff(work, actor)
    if finding.result is Result.WRONG and not row.may_hide:
        raise Malformed(STAYS, code="line_stays")
    if finding.result is Result.MOVED:
        _must_fit(finding)
        if not can_be_reached(row.line, finding.numbers):
            raise Malformed(NO_NUMBER, code="no_number")
    moved = finding.result is Result.MOVED
    kept = CheckRow(
        line=row.key,
        by=staff.id,
        at=work.clock.now(),
        how=finding.how.value,
        result=finding.result.value,
        numbers=json.dumps(finding.numbers) if moved else None,
        source=finding.source if moved else None,
    )
    work.db.add(kept)
    await work.db.flush()
    about, detail = f"helpline:{row.key}", {"check": kept.id, "how": finding.how.value}
    await record(
        work, actor, what="helpline:checked", about=about, why=finding.result.value, detail=detail
    )
    work.announce(ChosenAnew("helpline"))
    return kept


def _must_fit(finding: Finding) -> None:
    if len(finding.source) > LONGEST_PAGE or not PAGE.fullmatch(finding.source):
        raise Malformed(NO_SOURCE, code="no_source")


async def undo_check(work: Work, actor: Actor, *, check_id: int) -> CheckRow:
    """Take a check back: what was known before it stands again. Raises `NotFound`."""
    row = await check_to_undo(work, actor, check_id)
    row.undone_by, row.undone_at = checking_staff(actor).id, work.clock.now()
    about, detail = f"helpline:{row.line}", {"check": row.id}
    await record(work, actor, what="helpline:check_undone", about=about, detail=detail)
    work.announce(ChosenAnew("helpline"))
    return row

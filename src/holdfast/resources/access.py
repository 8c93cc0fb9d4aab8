"""The doors to the lines people check, and to the checks they made."""

from __future__ import annotations

from holdfast.kit.errors import NotFound
from holdfast.kit.work import Work
from holdfast.resources.queries import history_of, places
from holdfast.resources.rules.checks import Row, every_row
from holdfast.resources.tables import CheckRow
from holdfast.rights.rules import Actor, Permission, Staff, may


def checking_staff(actor: Actor) -> Staff:
    """Who may check lines. Raises `NotFound`."""
    if not isinstance(actor, Staff) or not may(actor, Permission.HELPLINE_CHECK):
        raise NotFound
    return actor


def lines_to_check(actor: Actor) -> dict[str, Row]:
    """Every row, for those who may check them. Raises `NotFound`."""
    checking_staff(actor)
    return every_row(places().values())


def line_to_check(actor: Actor, key: str) -> Row:
    """One row by its key. Raises `NotFound`."""
    row = lines_to_check(actor).get(key)
    if row is None:
        raise NotFound
    return row


async def check_to_undo(work: Work, actor: Actor, check_id: int) -> CheckRow:
    """The newest check of a line, while it stands. Raises `NotFound`."""
    checking_staff(actor)
    row = await work.db.get(CheckRow, check_id)
    if row is None or row.undone_at is not None:
        raise NotFound
    standing = [one for one in await history_of(work, row.line) if one.undone_at is None]
    if standing[0].id != row.id:
        raise NotFound
    return row

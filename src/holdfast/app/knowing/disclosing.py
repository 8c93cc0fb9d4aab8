"""Everything held about one member, for who runs the place and must answer for it; recorded."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Table, select

from holdfast.app.knowing.columns import Privacy, privacy_of
from holdfast.app.knowing.gathering import rows_about
from holdfast.app.knowing.kept import as_plain
from holdfast.app.knowing.opening import words_of
from holdfast.audit.actions import record
from holdfast.kit.ids import MemberId
from holdfast.kit.work import Work
from holdfast.members.tables import MemberRow
from holdfast.messages.queries import Reader
from holdfast.rights.rules import System
from holdfast.rooms.tables import SeatRow
from holdfast.sealing.seam import Keyring

DISCLOSED = "member:disclosed"
WITHHELD = "a secret, kept so that nobody else is taken for them; not shown"
KEPT_SO_THAT = {  # instead of bytes that would open something, or tell a guess from the truth
    "token_hash": "a hash, kept so that their device is known again; not shown",
    "phrase_lookup": "a hash, kept so that their recovery phrase is known again; not shown",
    "lookup": "a hash, kept so that a code or address is known again; not shown",
    "mac": "a hash, kept so that the same words sent twice are told from others; not shown",
    "wrapped": "a key, sealed by the root key; not shown",
    "wrapped_before": "where a key lay before the keystore; empty since",
    "sealed": "sealed; not shown",
}
MOST_DIGITS = 19  # of a number; a handle has letters


class Reason(StrEnum):
    """Why words are opened: a code, for the record."""

    ASKED = "asked"  # the member asked us to
    COURT = "court"  # a court ordered it
    LAW = "law"  # the law asks for it without a court
    LIFE = "life"  # somebody's life is in danger


async def member_named(work: Work, named: str) -> MemberId | None:
    """A member by their number, or by the handle of one of their seats."""
    if named.isdecimal() and len(named) < MOST_DIGITS:
        return await work.db.scalar(select(MemberRow.id).where(MemberRow.id == int(named)))
    return await work.db.scalar(select(SeatRow.member_id).where(SeatRow.handle == named))


async def disclosed(
    work: Work, keyring: Keyring, member_id: MemberId, *, why: Reason | None
) -> dict[str, Any]:
    """Every row about them as it lies there. `why`: the sealed words are opened, too.

    Either way it stands in the record, with the member's number and the reason.
    """
    reader = None if why is None else Reader(keyring, System())
    tables: dict[str, list[dict[str, Any]]] = {}
    async for table, rows in rows_about(work, member_id, told=False):
        tables[table.name] = [await _row(work, reader, table, row) for row in rows]
    seats = [row["id"] for row in tables.get("seats", [])]
    keys = len(await keyring.store.of_seats(seats))
    about, detail = f"member:{member_id}", {"words": int(why is not None)}
    await record(work, System(), what=DISCLOSED, about=about, why=why, detail=detail)
    return {"member": member_id, "keys in the keystore": keys, "tables": tables}


async def _row(work: Work, reader: Reader | None, table: Table, row: Row[Any]) -> dict[str, Any]:
    opened = {} if reader is None else await words_of(work, reader, table, row)
    return {
        column.name: opened.get(column.name, _value(column, getattr(row, column.name)))
        for column in table.columns
    }


def _value(column: Any, value: Any) -> Any:
    if value is not None and privacy_of(column) is Privacy.WORDS:
        return f"sealed, {len(value)} bytes"
    if value is not None and privacy_of(column) is Privacy.SECRET:
        return KEPT_SO_THAT.get(column.name, WITHHELD)
    return as_plain(value)

"""What was read in the sentence of an ask, as it is kept for who looks after people in danger."""

from __future__ import annotations

import orjson
from sqlalchemy import insert

from holdfast.kit.tables import Table
from holdfast.kit.work import Work
from holdfast.listening.tables import AskRow
from holdfast.rights.rules import Member
from holdfast.screening.signals import Reading


async def keep_sign(work: Work, actor: Member, *, row: AskRow, reading: Reading) -> None:
    """A signal in the ask's own transaction, as a message has one; the words stay where they are.

    It joins the member's escalation a moment later, or by the clock.
    """
    noticed = [(one.rule, one.start, one.end) for one in reading.signals]
    sign = {
        "member_id": actor.id,
        "seat_id": row.seat_id,
        "room_id": row.room_id,
        "message_id": b"",
        "concern": int(reading.concern),
        "tracks": "".join(reading.tracks),
        "noticed": orjson.dumps(noticed).decode(),
        "held": False,
        "at": work.clock.now(),
    }
    await work.db.execute(insert(Table.metadata.tables["signals"]).values(sign))

"""A concern as it goes into the message's own transaction."""

from __future__ import annotations

import orjson

from holdfast.kit.ids import MessageId
from holdfast.messages.ledger.entries import Row
from holdfast.rights.rules import Member
from holdfast.rooms.access import Seat
from holdfast.screening.signals import Reading


def signal_rows(
    seat: Seat, message_id: MessageId, reading: Reading, held: bool, at: int
) -> tuple[Row, ...]:
    """The row of a concern: nothing is read for it, nothing awaited."""
    if not isinstance(seat.actor, Member):
        return ()
    noticed = [(s.rule, s.start, s.end) for s in reading.signals]
    return (
        Row(
            "signals",
            {
                "member_id": seat.actor.id,
                "seat_id": seat.id,
                "room_id": seat.room_id,
                "message_id": message_id,
                "concern": int(reading.concern),
                "tracks": "".join(reading.tracks),
                "noticed": orjson.dumps(noticed).decode(),
                "held": held,
                "at": at,
            },
        ),
    )

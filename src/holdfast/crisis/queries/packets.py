"""A handover packet in clear, for who was let in by the door of its escalation."""

from __future__ import annotations

import orjson

from holdfast.crisis.queries.cards import packet_of
from holdfast.crisis.rules.packets import Packet
from holdfast.crisis.tables import EscalationRow, PacketRow
from holdfast.kit.ids import RoomId
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader
from holdfast.sealing.seam import Place, Sealed


async def opened_packet(work: Work, reader: Reader, row: EscalationRow) -> Packet | None:
    """The newest packet, opened; nothing where none was written or its key is gone."""
    made = await packet_of(work, row.id)
    if made is None or made.data is None or made.room_id is None:
        return None
    await reader.keyring.in_hand([made.key_id])
    sealed = Sealed(made.data, made.key_id, place_of(made))
    return Packet(**orjson.loads(reader.keyring.open(sealed, reader.actor)))


def place_of(row: PacketRow) -> Place:
    """Where a packet's words lie: with the seat of whoever wrote it, beside the member's."""
    return Place(row.room_id or RoomId(0), row.id, row.seat_id, b"h")

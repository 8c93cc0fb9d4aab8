"""A handover packet in clear, for who was let in by the door of its escalation."""

from __future__ import annotations

import orjson

from holdfast.crisis.queries.cards import packet_of
from holdfast.crisis.queries.escalations import escalation_of_side_space
from holdfast.crisis.rules.packets import Packet
from holdfast.crisis.tables import EscalationRow, PacketRow, Stage
from holdfast.kit.ids import MemberId, RoomId
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader
from holdfast.sealing.seam import Place, Sealed


async def waits_for_a_yes(work: Work, member_id: MemberId, room_id: RoomId) -> bool:
    """Whether the member whose side space this is has a handover to read and to say yes to."""
    row = await escalation_of_side_space(work, room_id)
    if row is None or row.member_id != member_id or row.stage is Stage.CLOSED:
        return False
    made = await packet_of(work, row.id)
    return made is not None and made.unseen_why is None and made.agreed_at is None


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

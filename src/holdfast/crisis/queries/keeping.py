"""What of people's words is named in an escalation that is open, and so stays however old it is."""

from __future__ import annotations

from sqlalchemy import or_, select

from holdfast.crisis.tables import EscalationRow, PacketRow, SignalRow, Stage
from holdfast.kit.ids import KeyId, MessageId, RoomId
from holdfast.kit.work import Work


async def messages_in_escalations(work: Work) -> set[MessageId]:
    """The messages whose signals nobody joined yet, or whose escalation is open."""
    query = (
        select(SignalRow.message_id)
        .outerjoin(EscalationRow, EscalationRow.id == SignalRow.escalation_id)
        .where(or_(SignalRow.escalation_id.is_(None), EscalationRow.stage != Stage.CLOSED))
    )
    return set(await work.db.scalars(query))


async def side_spaces_in_use(work: Work) -> set[RoomId]:
    """The side spaces in which somebody is being looked after now."""
    query = select(EscalationRow.side_room_id).where(
        EscalationRow.stage != Stage.CLOSED, EscalationRow.side_room_id.is_not(None)
    )
    return {room for room in await work.db.scalars(query) if room is not None}


async def keys_of_packets(work: Work) -> set[KeyId]:
    """What the packets of handovers are sealed with."""
    query = select(PacketRow.key_id).where(PacketRow.data.is_not(None))
    return set(await work.db.scalars(query))

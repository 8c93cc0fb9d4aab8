"""The names by which rows know each other. Two kinds of id never mix."""

from __future__ import annotations

from typing import NewType

MemberId = NewType("MemberId", int)
StaffId = NewType("StaffId", int)
SessionId = NewType("SessionId", int)
PasskeyId = NewType("PasskeyId", int)
RecoveryCodeId = NewType("RecoveryCodeId", int)
InvitationId = NewType("InvitationId", int)
ConsentId = NewType("ConsentId", int)
RoomId = NewType("RoomId", int)
SeatId = NewType("SeatId", int)
EscalationId = NewType("EscalationId", int)
ShiftId = NewType("ShiftId", int)
PageId = NewType("PageId", int)
PageTryId = NewType("PageTryId", int)
ContactId = NewType("ContactId", int)
MessageId = NewType("MessageId", bytes)
KeyId = NewType("KeyId", bytes)
PlanLineId = NewType("PlanLineId", bytes)
OpeningId = NewType("OpeningId", int)

ROW_IDS = (
    *(MemberId, StaffId, SessionId, ConsentId, RoomId, SeatId),
    *(OpeningId, PasskeyId, RecoveryCodeId, InvitationId, EscalationId),
    *(ShiftId, PageId, PageTryId, ContactId),
)
RANDOM_IDS = (MessageId, KeyId, PlanLineId)

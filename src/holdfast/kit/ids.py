"""The names by which rows know each other. Two kinds of id never mix."""

from __future__ import annotations

from typing import NewType

MemberId = NewType("MemberId", int)
StaffId = NewType("StaffId", int)
SessionId = NewType("SessionId", int)
PasskeyId = NewType("PasskeyId", int)
MemberPasskeyId = NewType("MemberPasskeyId", int)
RecoveryCodeId = NewType("RecoveryCodeId", int)
InvitationId = NewType("InvitationId", int)
ConsentId = NewType("ConsentId", int)
RoomId = NewType("RoomId", int)
SeatId = NewType("SeatId", int)
EscalationId = NewType("EscalationId", int)
CaseId = NewType("CaseId", int)
ShiftId = NewType("ShiftId", int)
PageId = NewType("PageId", int)
PageTryId = NewType("PageTryId", int)
ContactId = NewType("ContactId", int)
MessageId = NewType("MessageId", bytes)
ReportId = NewType("ReportId", bytes)
KeyId = NewType("KeyId", bytes)
BlockId = NewType("BlockId", bytes)
PlanLineId = NewType("PlanLineId", bytes)
OpeningId = NewType("OpeningId", int)
NoticeId = NewType("NoticeId", int)
NoticeDeviceId = NewType("NoticeDeviceId", int)
DebriefId = NewType("DebriefId", int)
ReliefId = NewType("ReliefId", int)
MeasureId = NewType("MeasureId", int)
AppealId = NewType("AppealId", int)
BatchId = NewType("BatchId", int)
RaidId = NewType("RaidId", int)
HoldId = NewType("HoldId", int)
RightId = NewType("RightId", int)
AskId = NewType("AskId", int)
OfferId = NewType("OfferId", int)
DutyId = NewType("DutyId", int)
ListeningId = NewType("ListeningId", int)
HandId = NewType("HandId", int)
HandOverId = NewType("HandOverId", int)
WishId = NewType("WishId", int)
ProposalId = NewType("ProposalId", int)
MeetingId = NewType("MeetingId", int)

ROW_IDS = (
    *(MemberId, StaffId, SessionId, ConsentId, RoomId, SeatId),
    *(OpeningId, PasskeyId, RecoveryCodeId, InvitationId, EscalationId),
    *(CaseId, MemberPasskeyId),
    *(ShiftId, PageId, PageTryId, ContactId),
    *(NoticeId, NoticeDeviceId, DebriefId, ReliefId),
    *(MeasureId, AppealId),
    *(BatchId, RaidId, HoldId),
    *(RightId, AskId, OfferId, DutyId, ListeningId, HandId, HandOverId),
    *(WishId, ProposalId),
    *(MeetingId,),
)
RANDOM_IDS = (MessageId, ReportId, KeyId, BlockId, PlanLineId)

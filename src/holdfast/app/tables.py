"""Every table of the house, imported once so that the schema is whole."""

from __future__ import annotations

from holdfast.audit.tables import AuditHeadRow, AuditRow
from holdfast.community.tables import ChoiceRow, WordingRow
from holdfast.crisis.tables import (
    ApprovalRow,
    EscalationRow,
    NoteRow,
    PacketRow,
    SignalRow,
    StepRow,
)
from holdfast.kit.facts import FactRow
from holdfast.kit.tables import Table
from holdfast.members.tables import (
    ConsentRow,
    DoorBatchRow,
    DoorCodeRow,
    MemberRow,
    SessionRow,
    StandingRow,
    UsedOnceRow,
)
from holdfast.messages.tables import (
    BlockRow,
    ChangeRow,
    ForgettingRow,
    HeldRow,
    HiddenWordsRow,
    HideRow,
    MessageRow,
    ResponseRow,
    RetentionRow,
    UnfoldedRow,
)
from holdfast.moderation.tables import (
    AppealRow,
    CaseRow,
    CaseStepRow,
    FlagRow,
    MeasureRow,
    ReportRow,
)
from holdfast.notices.tables import (
    ChainRow,
    ContactRow,
    NoticeChoiceRow,
    NoticeDeviceRow,
    NoticeRow,
    PageRow,
    PageTryRow,
)
from holdfast.raids.tables import ArrivalRow, CohortRow, RaidRow, ReadFirstRow
from holdfast.resources.tables import CheckRow
from holdfast.rooms.tables import HushRow, PauseRow, RoomClosingRow, RoomRow, SeatRow
from holdfast.sealing.tables import DataKeyRow
from holdfast.staff.tables import (
    ChallengeRow,
    InvitationRow,
    PasskeyRow,
    PasswordRow,
    RecoveryCodeRow,
    SsoRow,
    StaffRow,
    StaffSessionRow,
)
from holdfast.staff.tables.shifts import ShiftRow
from holdfast.wellbeing.tables import (
    CoverRow,
    DebriefRow,
    ExposureRow,
    LineOpeningRow,
    PlanKeyRow,
    PlanLineRow,
    PlanSignalRow,
    PlanUndoRow,
    SealedLineRow,
)

TABLES: tuple[type[Table], ...] = (
    FactRow,
    AuditRow,
    AuditHeadRow,
    MemberRow,
    ConsentRow,
    SessionRow,
    StandingRow,
    UsedOnceRow,
    DoorBatchRow,
    DoorCodeRow,
    RaidRow,
    CohortRow,
    ArrivalRow,
    ReadFirstRow,
    StaffRow,
    StaffSessionRow,
    InvitationRow,
    PasskeyRow,
    PasswordRow,
    RecoveryCodeRow,
    SsoRow,
    ChallengeRow,
    ShiftRow,
    ContactRow,
    ChainRow,
    PageRow,
    PageTryRow,
    NoticeRow,
    NoticeDeviceRow,
    NoticeChoiceRow,
    RoomRow,
    SeatRow,
    DataKeyRow,
    MessageRow,
    ChangeRow,
    ResponseRow,
    UnfoldedRow,
    HeldRow,
    BlockRow,
    HideRow,
    EscalationRow,
    SignalRow,
    StepRow,
    ApprovalRow,
    PacketRow,
    NoteRow,
    PlanKeyRow,
    PlanLineRow,
    PlanSignalRow,
    PlanUndoRow,
    SealedLineRow,
    LineOpeningRow,
    ExposureRow,
    DebriefRow,
    CoverRow,
    WordingRow,
    ChoiceRow,
    CheckRow,
    RetentionRow,
    ForgettingRow,
    RoomClosingRow,
    CaseRow,
    FlagRow,
    CaseStepRow,
    ReportRow,
    MeasureRow,
    AppealRow,
    HushRow,
    PauseRow,
    HiddenWordsRow,
)

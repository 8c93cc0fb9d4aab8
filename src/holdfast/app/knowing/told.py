"""What a member is told of the rows about them, and each thing left out, with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, or_, select, true
from sqlalchemy.orm import aliased

from holdfast.app.knowing.columns import Privacy
from holdfast.crisis.rules.tracks import Track
from holdfast.crisis.tables import EscalationRow, Stage
from holdfast.erasing.holds.rules import Deed
from holdfast.erasing.holds.tables import HoldDeedRow, HoldNameRow, HoldRow
from holdfast.kit.words import N_, NP_
from holdfast.moderation.rules.cases import UNDECIDED
from holdfast.moderation.rules.measures import Ending, MeasureKind, MeasureState
from holdfast.moderation.tables import CaseRow

TOLD = frozenset({Privacy.CHOICE, Privacy.TIME, Privacy.STATE, Privacy.PLACE})

# Of columns that are told by no row as they stand: why, by what they are to a person.
LEFT_OUT: dict[Privacy, str] = {
    Privacy.ID: N_("Numbers we count rows by. They say nothing about you."),
    Privacy.LINK: N_("Numbers that tie your rows together. Your names in each room are told."),
    Privacy.SECRET: N_("Hashes, sealed keys and sealed addresses. They could open a door."),
    Privacy.STAFF: N_("Who of the staff did something. What they did and when is told."),
}

STAFFS_WORDS = N_("What staff wrote for staff.")
OTHERS_WORDS = N_("What somebody else said.")
# Sealed words that are not handed over, each with its reason.
WORDS_LEFT_OUT: dict[str, str] = {
    "measures.reason": STAFFS_WORDS,
    "reports.kept": OTHERS_WORDS,
    "listening_sessions.note": N_("What a listener wrote down for themselves after a talk."),
}

# Rows that are not told yet, or not at all, each with its reason.
WITHHELD: dict[str, str] = {
    "cases": N_("A case about you, until somebody has decided it. Who told us could be in danger."),
    "escalations": NP_(
        "safety",
        "A worry that is still open where somebody else may be in danger, too. "
        "It is told when it is closed.",
    ),
    "measures": N_("What one person of the staff asked for and a second has not agreed to."),
    "packets": NP_(
        "safety", "A handover that you have not seen, because showing it could put you in danger."
    ),
    "holds": NP_(
        "safety",
        "That something you erased is held for a while, where two people of the staff said that "
        "telling it endangers somebody.",
    ),
    "line_openings": NP_(
        "safety", "That staff asked to open your sealed line, as long as it was not opened."
    ),
    "reports": N_("Reports that other people made about you."),
    "blocks": N_("Who does not want to see you."),
    "audit": N_("Notes of what staff did with a case or a worry that is not told yet."),
}

OF_OTHERS = (Track.CHILD, Track.EXPLOITATION, Track.VIOLENCE, Track.TERRORISM)


def may_be_told(table: Table) -> ColumnElement[bool]:
    """Which of the rows about a member that member is told now."""
    rule = RULES.get(table.name)
    return true() if rule is None else rule(table.c)


def _of_decided_case(column: Any) -> ColumnElement[bool]:
    decided = CaseRow.state.not_in(UNDECIDED)
    return and_(column.case_id.in_(select(CaseRow.id).where(decided)))


def _tellable(column: Any) -> ColumnElement[bool]:
    return or_(column.stage == Stage.CLOSED, _of_nobody_else(column.tracks))


def _of_tellable(column: Any) -> ColumnElement[bool]:
    told = select(EscalationRow.id).where(_tellable(EscalationRow))
    return and_(column.escalation_id.in_(told))


def _of_nobody_else(tracks: Any) -> ColumnElement[bool]:
    return and_(*(tracks.not_like(f"%{track.value}%") for track in OF_OTHERS))


def _seen(column: Any) -> ColumnElement[bool]:
    return or_(column.unseen_why.is_(None), column.seen_at.is_not(None))


def _begun(column: Any) -> ColumnElement[bool]:
    """What waits for a second person has not happened; what they did not agree to, neither."""
    return and_(
        column.state != MeasureState.WAITING,
        column.ended_how.is_distinct_from(Ending.NOT_AGREED),
        or_(column.agreed_at.is_not(None), column.kind != MeasureKind.REMOVE),
    )


def _not_hushed(column: Any) -> ColumnElement[bool]:
    """Two people may have said that telling endangers somebody, and perhaps taken it back."""
    later, deed = aliased(HoldDeedRow), HoldDeedRow
    told_again = select(later.id).where(
        later.about == deed.about,
        later.id > deed.id,
        later.what == Deed.TELL,
        later.granted_at.is_not(None),
    )
    hushed = select(deed.id).where(
        deed.about == column.about,
        deed.what == Deed.HUSH,
        deed.granted_at.is_not(None),
        ~told_again.exists(),
    )
    return ~hushed.exists()


def _holds_told() -> Select[Any]:
    return select(HoldRow.id).where(_not_hushed(HoldRow))


def _names_told() -> Select[Any]:
    return select(HoldNameRow.message_id).where(HoldNameRow.hold_id.in_(_holds_told()))


def _members_hushed() -> Select[Any]:
    of_someone = HoldRow.member_id.is_not(None)
    return select(HoldRow.member_id).where(of_someone, ~_not_hushed(HoldRow))


RULES: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "cases": lambda column: and_(column.state.not_in(UNDECIDED)),
    "flags": _of_decided_case,
    "case_steps": _of_decided_case,
    "escalations": _tellable,
    "signals": lambda column: or_(_of_tellable(column), _of_nobody_else(column.tracks)),
    "escalation_steps": _of_tellable,
    "approvals": _of_tellable,
    "packets": lambda column: and_(_of_tellable(column), _seen(column)),
    "line_openings": lambda column: and_(column.opened_at.is_not(None)),
    "measures": _begun,
    "holds": _not_hushed,
    "hold_names": lambda column: and_(column.hold_id.in_(_holds_told())),
    "held_words": lambda column: and_(column.message_id.in_(_names_told())),
    "erasures": lambda column: or_(~column.held, column.member_id.not_in(_members_hushed())),
}

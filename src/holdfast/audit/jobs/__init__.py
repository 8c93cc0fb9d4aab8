"""What is done for the record: noting readings and refusals, witnessing its head, verifying."""

from __future__ import annotations

from holdfast.audit.jobs.readings import Listening, note_reading
from holdfast.audit.jobs.refusals import (
    NOT_A_REFUSAL,
    REFUSALS,
    is_noted,
    is_worth_a_row,
    keep_refusal,
    named,
)
from holdfast.audit.jobs.verifying import Verdict, verified, verify_nightly, verify_when_due
from holdfast.audit.jobs.witness import WITNESS_FILE, Witness

__all__ = [
    "NOT_A_REFUSAL",
    "REFUSALS",
    "WITNESS_FILE",
    "Listening",
    "Verdict",
    "Witness",
    "is_noted",
    "is_worth_a_row",
    "keep_refusal",
    "named",
    "note_reading",
    "verified",
    "verify_nightly",
    "verify_when_due",
]

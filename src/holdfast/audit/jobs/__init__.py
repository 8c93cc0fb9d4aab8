"""What is done for the record afterwards: noting refusals, witnessing its head, verifying it."""

from __future__ import annotations

from holdfast.audit.jobs.refusals import is_worth_a_row, keep_refusal, named
from holdfast.audit.jobs.verifying import Verdict, verified, verify_nightly, verify_when_due
from holdfast.audit.jobs.witness import WITNESS_FILE, Witness

__all__ = [
    "WITNESS_FILE",
    "Verdict",
    "Witness",
    "is_worth_a_row",
    "keep_refusal",
    "named",
    "verified",
    "verify_nightly",
    "verify_when_due",
]

"""What is done about the record later: witnessing how far it goes, and verifying it every night."""

from __future__ import annotations

from holdfast.audit.jobs.verifying import Verdict, verified, verify_nightly
from holdfast.audit.jobs.witness import WITNESS_FILE, Witness

__all__ = ["WITNESS_FILE", "Verdict", "Witness", "verified", "verify_nightly"]

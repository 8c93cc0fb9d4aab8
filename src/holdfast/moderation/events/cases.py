"""Facts about cases, for the desk. None carries words."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.ids import CaseId
from holdfast.kit.work import Event


@dataclass(frozen=True)
class CaseChanged(Event):
    """Something about a case is new: opened, joined, claimed, released, decided, closed."""

    id: CaseId
    version: int
    what: str

"""What follows from reports and for cases: the desk is told, and what machines noticed joins."""

from __future__ import annotations

from typing import Protocol

from holdfast.moderation.events import CaseChanged


class Desk(Protocol):
    """Who tells the desk that something there is new."""

    def tell_desk(self, what: str, number: int, version: int) -> None: ...


class CasesAtTheDesk:
    """Hears what is new about cases."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def changed(self, event: CaseChanged) -> None:
        """The desk fetches it anew, with its rights. No words go along."""
        self._desk.tell_desk("case", event.id, event.version)

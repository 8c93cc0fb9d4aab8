"""Which of what waits is shown in the queue, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from msgspec import Struct

from holdfast.kit.words import N_

Item = Mapping[str, Any]  # a line of the queue, as `shown` makes it
ORDERS = {
    "urgent": N_("Most urgent first"),
    "longest": N_("Longest wait first"),
    "newest": N_("Newest first"),
}
SHOWN = {"": N_("Everything"), "mine": N_("Mine"), "free": N_("In nobody’s hands")}
KINDS = {"": N_("All kinds"), "escalation": N_("Concerns"), "case": N_("Cases")}
LONGEST_SLUG = 80


class Sift(Struct, frozen=True):
    """What the reader of the queue chose to see of it."""

    order: str = "urgent"
    show: str = ""
    kind: str = ""
    room: str = ""

    @property
    def asked(self) -> str:
        """The same for an address, with its question mark; nothing where nothing was chosen."""
        chosen = {name: value for name, value in self.chosen.items() if value}
        return f"?{urlencode(chosen)}" if chosen else ""

    @property
    def chosen(self) -> dict[str, str]:
        """What differs from the queue as it comes, by the names of the form's fields."""
        order = "" if self.order == "urgent" else self.order
        return {"order": order, "show_only": self.show, "kind": self.kind, "room": self.room}

    @property
    def is_filter(self) -> bool:
        """Whether anything is left out."""
        return bool(self.show or self.kind or self.room)

    def of(self, items: Sequence[Item]) -> list[Item]:
        """What is shown of these, in the order chosen."""
        return sorted((one for one in items if self._keeps(one)), key=BY[self.order])

    def _keeps(self, one: Item) -> bool:
        return (
            (self.show != "mine" or one["mine"])
            and (self.show != "free" or not one["taken"])
            and (not self.kind or one["kind"] == self.kind)
            and (not self.room or one["slug"] == self.room)
        )


def sift_of(request: Request) -> Sift:
    """What an address asks for. What nobody knows is as if it were not there."""
    asked = request.query_params
    order, show, kind = asked.get("order", ""), asked.get("show_only", ""), asked.get("kind", "")
    return Sift(
        order if order in ORDERS else "urgent",
        show if show in SHOWN else "",
        kind if kind in KINDS else "",
        asked.get("room", "")[:LONGEST_SLUG],
    )


def _most_urgent(one: Item) -> tuple[Any, ...]:
    """By concern, then an escalation before a case, then who waits longest."""
    return (-one["concern"], one["kind"] != "escalation", one["raised_at"])


def _longest(one: Item) -> Any:
    return one["raised_at"].timestamp()


def _newest(one: Item) -> Any:
    return -one["raised_at"].timestamp()


BY: dict[str, Callable[[Item], Any]] = {
    "urgent": _most_urgent,
    "longest": _longest,
    "newest": _newest,
}

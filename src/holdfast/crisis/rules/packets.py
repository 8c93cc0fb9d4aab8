"""What goes along when someone is handed over (safeguarding §3.4): little, and agreed. Pure."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict

from holdfast.kit.errors import TooLong
from holdfast.kit.words import N_

LONGEST_WORDS = 300


def code_of(escalation_id: int) -> str:
    """The short name by which a service and we speak of one handover."""
    return f"HF-{escalation_id:04d}"


class Said(Struct, frozen=True):
    """What whoever hands over writes into the packet; the rest is taken from the escalation."""

    words: str  # those that matter, in the member's own voice
    wants: str
    tried: str = ""
    contact: str = ""  # the way the member chose


class Packet(Struct, frozen=True):
    """The page that a service outside receives. No name, and nothing the member did not want in."""

    code: str
    concern: int
    tracks: str
    raised_at: str
    words: str
    wants: str
    tried: str
    contact: str
    by: str  # the staff name of who hands over
    plan: list[str] = field(default_factory=list)  # lines of the safety plan they agreed to share

    def __post_init__(self) -> None:
        for one in (self.words, self.wants, self.tried, self.contact):
            if len(one) > LONGEST_WORDS:
                raise TooLong(N_("Each part of a handover has at most 300 characters."))

    def facts(self) -> dict[str, Any]:
        """As it is sealed and handed over."""
        return asdict(self)

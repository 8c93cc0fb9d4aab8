"""What a reader may notice, and where in the words it stands."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from holdfast.screening.concern import Concern, concern_of


class Kind(StrEnum):
    """What was noticed."""

    SIGN = "sign"  # of danger to the writer or to someone they speak of
    METHOD = "method"
    THREAT = "threat"
    BAITING = "baiting"
    SEXUAL = "sexual"
    HARSH = "harsh"
    EMAIL = "email"
    PHONE = "phone"
    HANDLE = "handle"
    LINK = "link"
    ID = "id"
    NAME = "name"
    SCHOOL = "school"
    ADDRESS = "address"
    BIRTH = "birth"


CONTACT = frozenset({Kind.EMAIL, Kind.PHONE, Kind.HANDLE, Kind.LINK, Kind.ID})
TOWARD_SOMEONE = frozenset({Kind.THREAT, Kind.BAITING, Kind.SEXUAL})
WARNED_OF = frozenset({Kind.NAME, Kind.SCHOOL, Kind.ADDRESS, Kind.BIRTH})


class Signal(Struct, frozen=True):
    """One thing noticed: by which rule, and between which places of the text as it was written."""

    rule: str
    kind: Kind
    start: int
    end: int
    level: int = 0


class Reading(Struct, frozen=True):
    """What the rules noticed in a text. The absence of signals never means that someone is safe."""

    level: int = 0
    tracks: tuple[str, ...] = ()
    signals: tuple[Signal, ...] = ()

    @property
    def concern(self) -> Concern:
        return concern_of(self.level, self.tracks)

    @property
    def contact(self) -> bool:
        """Whether it holds a way to reach someone outside."""
        return any(signal.kind in CONTACT for signal in self.signals)

    @property
    def method(self) -> bool:
        """Whether it says how harm is done. Such a message waits whole."""
        return any(signal.kind is Kind.METHOD for signal in self.signals)

    @property
    def second_person(self) -> bool:
        """Whether it threatens someone, tells them to die or approaches them sexually."""
        return any(signal.kind in TOWARD_SOMEONE for signal in self.signals)

    @property
    def warns(self) -> tuple[str, ...]:
        """What the writer may want to think about before sending: name, school, address, birth."""
        found = (signal.kind.value for signal in self.signals if signal.kind in WARNED_OF)
        return tuple(dict.fromkeys(found))

"""Who will ask for a listener: drawn before anything happens, so that settings are comparable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bench.town_life.habits import Chance, Habits
from holdfast.listening.actions import Asking
from holdfast.listening.rules.asks import Preference, Want

WANTS: Final = tuple(one.value for one in Want)
WAYS: Final = tuple(one.value for one in Preference)
PLAIN: Final = ("I can’t sleep and the house is so quiet", "It was a long week", "I miss my sister")
HEAVY: Final = ("I don’t want to be here any more", "I don’t see the point of living these days")
LANGUAGE: Final = "en"


@dataclass(frozen=True)
class Plan:
    """What one who will ask brings along. All are drawn before anything happens, so that two
    settings are lived by the same people."""

    asking: Asking
    in_concern: bool
    patience: float
    lasts: float
    is_hard: bool
    needs_help: bool

    @classmethod
    def drawn(cls, chance: Chance, habits: Habits) -> Plan:
        """Somebody."""
        in_concern = chance.happens(habits.in_concern)
        asking = Asking(
            wants=frozenset({chance.one_of(WANTS), chance.one_of(WANTS)}),
            language=LANGUAGE,
            preferences=frozenset({chance.one_of(WAYS)}),
            text=chance.one_of(HEAVY if in_concern else PLAIN),
        )
        return cls(
            asking,
            in_concern,
            chance.about(habits.patience),
            chance.about(habits.session),
            chance.happens(habits.hard),
            chance.happens(habits.raises_hand),
        )

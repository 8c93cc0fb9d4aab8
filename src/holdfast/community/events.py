"""What happened to what a community chose."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.work import Event


@dataclass(frozen=True)
class ChosenAnew(Event):
    """Words, a setting, how long words are kept, or a helpline: every process reads it again."""

    what: str

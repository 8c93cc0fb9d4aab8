"""What happened to what a community chose."""

from __future__ import annotations

from holdfast.kit.work import Event


class ChosenAnew(Event, frozen=True):
    """Words, a setting, how long words are kept, or a helpline: every process reads it again."""

    what: str

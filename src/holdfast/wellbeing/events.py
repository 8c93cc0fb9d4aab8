"""Facts about plans, sealed lines and relief that others must hear. None carries a word."""

from __future__ import annotations

from holdfast.kit.ids import MemberId, OpeningId, ReliefId
from holdfast.kit.work import Event
from holdfast.screening.reading import Reading


class PlanRead(Event, frozen=True):
    """What a member wrote for themselves was read as high or immediate: someone should come.

    The words stay theirs; whoever comes is told that it was written in the plan, and no more.
    """

    member_id: MemberId
    reading: Reading


class LineOpened(Event, frozen=True):
    """Two staff people opened a sealed line."""

    member_id: MemberId
    opening_id: OpeningId


class ReliefChanged(Event, frozen=True):
    """Somebody asked for relief, rests, was relieved, or is back."""

    relief_id: ReliefId

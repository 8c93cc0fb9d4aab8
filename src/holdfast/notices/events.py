"""Facts about pages and how people are called."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.ids import PageId
from holdfast.kit.work import Event
from holdfast.notices.rules import Urgency


@dataclass(frozen=True)
class PageRaised(Event):
    """People are to be called, from now on."""

    page_id: PageId
    urgency: Urgency


@dataclass(frozen=True)
class PageAcknowledged(Event):
    """Somebody answered: nobody more is called about this."""

    page_id: PageId


@dataclass(frozen=True)
class CallListChanged(Event):
    """Who is called, in which order or how, is another now."""

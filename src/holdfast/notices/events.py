"""Facts about pages and how people are called."""

from __future__ import annotations

from holdfast.kit.ids import PageId
from holdfast.kit.work import Event
from holdfast.notices.rules import Urgency


class PageRaised(Event, frozen=True):
    """People are to be called, from now on."""

    page_id: PageId
    urgency: Urgency


class PageAcknowledged(Event, frozen=True):
    """Somebody answered: nobody more is called about this."""

    page_id: PageId


class CallListChanged(Event, frozen=True):
    """Who is called, in which order or how, is another now."""

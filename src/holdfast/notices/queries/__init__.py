"""Reading pages, the ways to call people, and what members are told."""

from __future__ import annotations

from holdfast.notices.queries.calling import (
    OPEN,
    called_for,
    chain,
    climbing_pages,
    contacts_of,
    due_pages,
    due_retries,
    open_pages,
    page_about,
    tries_of,
    troubles_since,
    ways_of,
)

__all__ = [
    "OPEN",
    "called_for",
    "chain",
    "climbing_pages",
    "contacts_of",
    "due_pages",
    "due_retries",
    "open_pages",
    "page_about",
    "tries_of",
    "troubles_since",
    "ways_of",
]

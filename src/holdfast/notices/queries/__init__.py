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
    troubles_since,
    ways_of,
)
from holdfast.notices.queries.telling import (
    Notice,
    choice_of,
    has_device,
    kept_of_notices,
    member_push_is_on,
    notices_of,
    unseen_asked,
    unseen_at_a_glance,
    unseen_notices,
)

__all__ = [
    "OPEN",
    "Notice",
    "called_for",
    "chain",
    "choice_of",
    "climbing_pages",
    "contacts_of",
    "due_pages",
    "due_retries",
    "has_device",
    "kept_of_notices",
    "member_push_is_on",
    "notices_of",
    "open_pages",
    "page_about",
    "troubles_since",
    "unseen_asked",
    "unseen_at_a_glance",
    "unseen_notices",
    "ways_of",
]

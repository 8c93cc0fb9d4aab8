"""What can be done about pages and the ways to call people."""

from __future__ import annotations

from holdfast.notices.actions.contacts import (
    add_device,
    add_number,
    forget_contact,
    order_chain,
)
from holdfast.notices.actions.pages import (
    acknowledge,
    acknowledge_page,
    note_calls,
    note_retry,
    note_test_calls,
    page_people,
    take_rung,
)

__all__ = [
    "acknowledge",
    "acknowledge_page",
    "add_device",
    "add_number",
    "forget_contact",
    "note_calls",
    "note_retry",
    "note_test_calls",
    "order_chain",
    "page_people",
    "take_rung",
]

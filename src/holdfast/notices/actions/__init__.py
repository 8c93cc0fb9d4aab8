"""What can be done about pages, the ways to call people, and what members are told."""

from __future__ import annotations

from holdfast.notices.actions.contacts import (
    add_device,
    add_number,
    forget_contact,
    order_chain,
)
from holdfast.notices.actions.devices import choose_quiet, forget_devices, tell_on_device
from holdfast.notices.actions.pages import (
    acknowledge,
    acknowledge_page,
    call_others,
    note_calls,
    note_retry,
    note_test_calls,
    page_people,
    take_retry,
    take_rung,
)
from holdfast.notices.actions.telling import (
    Told,
    forget_old_notices,
    see_notices,
    set_member_push,
    tell_members,
    untell_members,
)

__all__ = [
    "Told",
    "acknowledge",
    "acknowledge_page",
    "add_device",
    "add_number",
    "call_others",
    "choose_quiet",
    "forget_contact",
    "forget_devices",
    "forget_old_notices",
    "note_calls",
    "note_retry",
    "note_test_calls",
    "order_chain",
    "page_people",
    "see_notices",
    "set_member_push",
    "take_retry",
    "take_rung",
    "tell_members",
    "tell_on_device",
    "untell_members",
]

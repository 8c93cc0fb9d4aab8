"""Everything that can be done to a message. Three doors (page, API, live line), one action."""

from __future__ import annotations

from holdfast.messages.actions.changing import (
    edit_message,
    remove_message,
    respond_to_message,
)
from holdfast.messages.actions.going import erase_with_words
from holdfast.messages.actions.hearing import (
    all_said,
    hear_out,
    heard_out,
    keep_refused,
    may_be_danger,
)
from holdfast.messages.actions.hiding import (
    forget_hidden,
    hide_words,
    note_content,
    restore_words,
)
from holdfast.messages.actions.holding import release_post, return_post, withdraw_post
from holdfast.messages.actions.saying import is_prepared, post_message, prepared_to_post, say
from holdfast.messages.actions.unseeing import (
    block_member,
    forget_sight,
    hide_message,
    show_message,
    unblock,
)

__all__ = [
    "all_said",
    "block_member",
    "edit_message",
    "erase_with_words",
    "forget_hidden",
    "forget_sight",
    "hear_out",
    "heard_out",
    "hide_message",
    "hide_words",
    "is_prepared",
    "keep_refused",
    "may_be_danger",
    "note_content",
    "post_message",
    "prepared_to_post",
    "release_post",
    "remove_message",
    "respond_to_message",
    "restore_words",
    "return_post",
    "say",
    "show_message",
    "unblock",
    "withdraw_post",
]

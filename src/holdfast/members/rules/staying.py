"""What keeps a member in, and others out: PINs, devices that others use, another device. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from holdfast.members.rules.phrases import LONGEST, normalise_phrase, phrase_words

PIN = re.compile(r"[0-9]{4,8}")
PIN_TRIES = 5  # then the session ends
HIDDEN_FOR = timedelta(seconds=60)  # a page out of sight for so long is locked

SHARED_UNUSED = timedelta(minutes=10)
SHARED_CLOSED = timedelta(seconds=30)  # after its page was closed, where no other page comes
NOTED_EVERY = timedelta(minutes=1)  # how closely use is noted

LINK_LASTS = timedelta(minutes=2)
WORDS_IN_A_LINK = 6


def is_pin(typed: str) -> bool:
    """Four to eight digits."""
    return PIN.fullmatch(typed) is not None


def is_locked(locks_at: datetime | None, now: datetime) -> bool:
    """Whether a session is locked by now."""
    return locks_at is not None and locks_at <= now


def shared_until(ends_at: datetime, used_at: datetime | None) -> datetime:
    """When a session ends if nobody uses it from now on; only on a shared device that is soon."""
    return ends_at if used_at is None else min(ends_at, used_at + SHARED_UNUSED)


def is_use_to_note(used_at: datetime | None, now: datetime) -> bool:
    """Whether the use of a shared device was noted long enough ago to note it again."""
    return used_at is not None and abs(now - used_at) >= NOTED_EVERY


def link_words(text: str) -> str:
    """The six words of a link, however they were typed; nothing for what can be none."""
    words = normalise_phrase(text[:LONGEST]).split()
    return " ".join(words) if len(words) == WORDS_IN_A_LINK else ""


def make_link_words(below: Callable[[int], int]) -> str:
    """Six words; `below` is a source of chance."""
    words = phrase_words()
    return " ".join(words[below(len(words))] for _ in range(WORDS_IN_A_LINK))


def sign_of(claim: bytes) -> str:
    """Two digits and two digits, which both devices show: is it the one I hold?"""
    number = int.from_bytes(claim[:4], "big") % 10_000
    return f"{number // 100:02} {number % 100:02}"

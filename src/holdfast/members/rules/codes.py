"""How an invitation is written, and read again as people type it. Pure."""

from __future__ import annotations

from collections.abc import Callable

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # no i, l, o, u: nothing to mix up, no rude words
GROUPS, EACH = 4, 5  # a hundred random bits
LOOKS_LIKE = str.maketrans("ilo", "110")
MOST = 1_000


def make_code(below: Callable[[int], int]) -> str:
    """A new code; `below` is a source of chance."""
    letters = "".join(ALPHABET[below(len(ALPHABET))] for _ in range(GROUPS * EACH))
    return "-".join(letters[at : at + EACH] for at in range(0, len(letters), EACH))


def normalise_code(typed: str) -> str:
    """A code as it is kept; empty for what can be none."""
    letters = "".join(c for c in typed.lower() if c.isalnum()).translate(LOOKS_LIKE)
    is_code = len(letters) == GROUPS * EACH and set(letters) <= set(ALPHABET)
    return letters if is_code else ""

"""Words too long for one message, in pieces that each fit. Pure."""

from __future__ import annotations

from holdfast.messages.rules.words import LONGEST_TEXT, has_something_to_read


def pieces_of(text: str) -> list[str]:
    """All of it, in order, cut between words where there is one to cut at."""
    pieces: list[str] = []
    rest = text
    while len(rest) > LONGEST_TEXT:
        cut = rest.rfind(" ", LONGEST_TEXT // 2, LONGEST_TEXT)
        cut = LONGEST_TEXT if cut < 0 else cut
        pieces.append(rest[:cut])
        rest = rest[cut:]
    pieces.append(rest)
    return [piece for piece in pieces if has_something_to_read(piece)]

"""The places that take the community's own words, and those that never do, with the reason."""

from __future__ import annotations

import re

from msgspec import Struct

from holdfast.kit.words import N_, NP_

LINE = re.compile(r"[^\x00-\x1f\x7f]*")
LINES = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]*")


class Slot(Struct, frozen=True):
    """One place on a page that a community may put words of its own into."""

    name: str
    title: str
    where: str
    page: str
    longest: int
    lines: bool = False


SLOTS = {
    slot.name: slot
    for slot in (
        Slot(
            "welcome",
            N_("Welcome line"),
            N_("On the first page, under the big words. One line."),
            "/",
            160,
        ),
        Slot(
            "about",
            N_("About this community"),
            N_("On “Look around first”: who you are, and for whom this place is."),
            "/around",
            800,
            lines=True,
        ),
        Slot(
            "rules",
            N_("What else we ask of each other"),
            N_("Below the promises. It adds to them and takes nothing away."),
            "/around#promises",
            800,
            lines=True,
        ),
        Slot(
            "goodbye",
            N_("Goodbye line"),
            N_("Where somebody has signed out or left for good. One line."),
            "/gone/signed-out",
            160,
        ),
    )
}

# What people say yes to, and what they read in danger, is the same in every community.
FIXED = (
    (
        NP_("safety", "Every word about danger, and the help page"),
        NP_("safety", "People who know this work must read each change. One wrong word can hurt."),
    ),
    (
        N_("The promises, and the questions before coming in"),
        N_("Members said yes to these words. Other words would need a new yes from everyone."),
    ),
    (
        NP_("safety", "What the page says about who is awake and who reads"),
        NP_("safety", "It is said by the rota, so that it can never promise more than is so."),
    ),
    (
        N_("What is kept, and for how long"),
        N_("It is said by what the program does. You can change that under “Keeping”."),
    ),
)


def tidied(words: str, slot: Slot) -> str:
    """Words without space around them; in one line where the place has only one."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n").strip()
    return re.sub(r"\n{3,}", "\n\n", lines) if slot.lines else lines


def fits(words: str, slot: Slot) -> bool:
    """Whether these words can stand in that place."""
    shape = LINES if slot.lines else LINE
    return 1 <= len(words) <= slot.longest and shape.fullmatch(words) is not None

"""What everyone in a circle promises before they write there. Pure."""

from __future__ import annotations

from typing import Final

from holdfast.kit.errors import Malformed
from holdfast.kit.words import N_, NP_

PROMISES: Final = (
    NP_("safety", "What is said here stays here."),
    N_("I listen first. I share what I lived through, and I don’t tell anyone what to do."),
    N_("I come when I can. When I can’t, I say so if I’m able to."),
    NP_("safety", "We stay inside the circle: no names, no numbers, no meeting elsewhere."),
    NP_(
        "safety",
        "If I worry about someone, or something isn’t ok, I press report or call the staff.",
    ),
)


class NotAgreed(Malformed):
    """A circle is for those who said yes to what holds there."""

    code = "not_agreed"
    words = N_("Please read the five promises and say yes to them first.")


def agreed(yes: bool) -> None:
    """Raises `NotAgreed` where somebody did not say yes to the promises."""
    if not yes:
        raise NotAgreed

"""What may be chosen of a circle, in words: themes, stages, who to share it with, pace. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from holdfast.kit.words import N_

Words = Mapping[str, str]

THEMES: Final[Words] = {
    "anxiety": N_("Anxiety"),
    "low-mood": N_("Low mood"),
    "grief": N_("Grief"),
    "loneliness": N_("Loneliness"),
    "family": N_("Family"),
    "new-parents": N_("Being a new parent"),
    "recovery": N_("Recovery"),
    "identity": N_("Identity"),
}
NOT_SURE: Final = "not-sure"
STAGES: Final[Words] = {
    "new": N_("It is new to me"),
    "middle": N_("I am in the middle of it"),
    "later": N_("I am further along"),
}
SHARED: Final[Words] = {
    "lgbtq": N_("LGBTQ+"),
    "carer": N_("Being a carer"),
    "away": N_("Living far from where I grew up"),
    "disabled": N_("Living with a disability or illness"),
}
FAITHS: Final[Words] = {
    "buddhist": N_("Buddhist"),
    "christian": N_("Christian"),
    "hindu": N_("Hindu"),
    "jewish": N_("Jewish"),
    "muslim": N_("Muslim"),
    "sikh": N_("Sikh"),
    "other-faith": N_("Another faith"),
    "no-faith": N_("No faith"),
}
AGES: Final[Words] = {  # within adults: another class of age is never asked for, and never mixed
    "age-18": N_("18 to 25"),
    "age-26": N_("26 to 40"),
    "age-41": N_("41 to 60"),
    "age-61": N_("Over 60"),
}
CULTURES: Final[Words] = {**SHARED, **FAITHS, **AGES}
PACES: Final[Words] = {
    "quiet": N_("Quiet, slow"),
    "both": N_("A bit of both"),
    "lively": N_("Chatty"),
}
MANNERS: Final[Words] = {
    "talk": N_("I mostly like to write"),
    "read": N_("I mostly like to read"),
}
NEAR: Final = {("quiet", "both"), ("both", "quiet"), ("both", "lively"), ("lively", "both")}


def known(chosen: Iterable[str], of: Words) -> tuple[str, ...]:
    """Those of these codes that there are, each once, in the order of the list."""
    wanted = set(chosen)
    return tuple(code for code in of if code in wanted)


def one_of(chosen: str, of: Words) -> str:
    """The code, where there is such a one; nothing chosen is nothing."""
    return chosen if chosen in of else ""

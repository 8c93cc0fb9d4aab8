"""Themes of the weeks: a few for what a circle is about, then some for any. Pure."""

from __future__ import annotations

from typing import Final

from holdfast.kit.words import N_

FIRST: Final = "arriving"
LAST: Final = "parting"
EVERYONES: Final = {
    "arriving": N_("Arriving: what brought me here"),
    "small-steps": N_("Small things that help a little"),
    "people": N_("People: who is there for me, who isn’t"),
    "hard-days": N_("Hard days, and how I get through them"),
    "strengths": N_("What I am good at, even if it’s quiet"),
    "rest": N_("Rest and sleep"),
    "asking": N_("Asking for help"),
    "parting": N_("Parting: what I take along"),
}
PACKS: Final = {
    "anxiety": {
        "anxiety-body": N_("What worry does in my body"),
        "anxiety-avoid": N_("What I leave out because of fear"),
    },
    "low-mood": {
        "mood-morning": N_("Getting up in the morning"),
        "mood-colour": N_("Where there is a bit of colour"),
    },
    "grief": {
        "grief-who": N_("Who, or what, I miss"),
        "grief-days": N_("Days that are harder than others"),
    },
    "loneliness": {
        "lonely-when": N_("When I feel most alone"),
        "lonely-near": N_("Being near people again, slowly"),
    },
    "family": {
        "family-role": N_("My place in my family"),
        "family-lines": N_("Saying yes, saying no"),
    },
    "new-parents": {
        "parent-picture": N_("How I thought it would be, and how it is"),
        "parent-me": N_("Where I am in all of this"),
    },
    "recovery": {
        "recovery-why": N_("Why I want it to be different"),
        "recovery-slips": N_("Slips, and beginning again"),
    },
    "identity": {
        "identity-seen": N_("Where I can be as I am"),
        "identity-words": N_("Words that fit me, words that don’t"),
    },
}


def themes_for(themes: tuple[str, ...]) -> dict[str, str]:
    """What a circle about these may talk about in a week: its own first, between the two ends."""
    own = {code: words for theme in themes for code, words in PACKS.get(theme, {}).items()}
    between = {code: words for code, words in EVERYONES.items() if code not in {FIRST, LAST}}
    return {FIRST: EVERYONES[FIRST], **own, **between, LAST: EVERYONES[LAST]}


def theme_of_week(themes: tuple[str, ...], week: int, weeks: int, chosen: str = "") -> str:
    """The code of this week's theme: what the host chose, or the one whose turn it is."""
    offered = list(themes_for(themes))
    if chosen in offered:
        return chosen
    if week >= weeks:
        return LAST
    return offered[min(week, len(offered) - 1) - 1]


def words_of_theme(code: str) -> str:
    """A theme in words; nothing for a code that there is not."""
    every = {code: words for pack in PACKS.values() for code, words in pack.items()}
    return {**every, **EVERYONES}.get(code, "")

"""What a member can choose about how pages look: closed lists, first the one that suits most."""

from __future__ import annotations

from holdfast.kit.words import N_

TEXT_SIZES = {
    "100": N_("Usual"),
    "115": N_("A bit larger"),
    "130": N_("Larger"),
    "150": N_("Largest"),
}

THEMES = {
    "system": N_("As on my device"),
    "light": N_("Light"),
    "dark": N_("Dark"),
    "more": N_("More contrast"),
}

LETTERS = {
    "plain": N_("Usual letters"),
    "clear": N_("Clearer letters"),
}

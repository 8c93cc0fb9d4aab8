"""What words of the closed lists mean, on the page to take along: as the pages here say them."""

from __future__ import annotations

from holdfast.kit.words import N_
from holdfast.members.rules.choices import LETTERS, TEXT_SIZES, THEMES
from holdfast.members.rules.promises import CONSENTS
from holdfast.moderation.rules.measures import TITLES
from holdfast.moderation.rules.reports import TOLD
from holdfast.wellbeing.rules.plans import HEADINGS

KINDS: dict[str, str] = {
    **{one.kind: one.title for one in CONSENTS},
    **{kind.value: words for kind, words in TITLES.items()},
    "visit": N_("for this visit"),
    "kept": N_("with my seven words"),
    "mute": N_("out of my sight"),
    "block": N_("out of each other’s sight"),
}
# By the column that such a word is in.
MEANINGS: dict[str, dict[str, str]] = {
    "kind": KINDS,
    "part": {one.part.value: one.title for one in HEADINGS},
    "answer": {told.value: words for told, words in TOLD.items()},
    "told": {told.value: words for told, words in TOLD.items()},
    "theme": dict(THEMES),
    "letters": dict(LETTERS),
    "text_size": dict(TEXT_SIZES),
    "change": {
        "added": N_("a line was added"),
        "changed": N_("a line was changed"),
        "removed": N_("a line was taken out"),
    },
    "wants": {
        "listening": N_("Someone to listen"),
        "same_boat": N_("People in the same boat"),
        "ideas": N_("Ideas"),
        "resources": N_("Places to find help"),
    },
    "response": {
        "with_you": N_("With you"),
        "same_here": N_("Same here"),
        "thank_you": N_("Thank you"),
        "strength": N_("Strength"),
    },
}

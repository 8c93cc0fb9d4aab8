"""Which rooms there are at the first start, and what a room may be called. Pure."""

from __future__ import annotations

import re

from msgspec import Struct

from holdfast.kit.words import N_

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?")
LINE = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
LINES = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
LONGEST_NAME, LONGEST_TOPIC, LONGEST_ABOUT, LONGEST_LANGUAGE = 60, 200, 1_000, 35


class Plan(Struct, frozen=True):
    """A room as it is planned. Its words are message ids, shown in the reader's language."""

    slug: str
    name: str
    topic: str
    about: str


FIRST_ROOMS = (
    Plan(
        "evening",
        N_("Evening room"),
        N_("Anything at all"),
        N_("A gentle end to the day. Share one small thing from today, or just sit with us."),
    ),
    Plan(
        "anxiety",
        N_("Anxiety and panic"),
        N_("Worry, fear and panic"),
        N_("For racing thoughts, tight chests and things that feel too big today."),
    ),
    Plan(
        "low-mood",
        N_("Low mood"),
        N_("Low mood and depression"),
        N_("For grey days and heavy ones. You don’t have to be cheerful here."),
    ),
    Plan(
        "recovery",
        N_("Addiction recovery"),
        N_("Drink, drugs, gambling and more"),
        N_("For wanting to stop, stopping, and starting again. Every day counts, hard ones too."),
    ),
    Plan(
        "grief",
        N_("Grief"),
        N_("Loss of someone or something"),
        N_("For missing someone, whether it was last week or long ago."),
    ),
    Plan(
        "night-room",
        N_("Night owls"),
        N_("Awake when others sleep"),
        N_("For the hours when it is quiet outside and loud inside."),
    ),
)


def is_slug(slug: str) -> bool:
    """1 to 48 small letters, digits and single inner hyphens."""
    return SLUG.fullmatch(slug) is not None and "--" not in slug


def is_whole(plan: Plan, language: str) -> bool:
    """Whether a room could be called this: a name, a topic and a language, none too long."""
    return all(
        len(words) <= longest and re.fullmatch(shape.removesuffix("$"), words) is not None
        for words, shape, longest in (
            (plan.name, LINE, LONGEST_NAME),
            (plan.topic, LINE, LONGEST_TOPIC),
            (plan.about, LINES, LONGEST_ABOUT),
            (language, LANGUAGE, LONGEST_LANGUAGE),
        )
    )

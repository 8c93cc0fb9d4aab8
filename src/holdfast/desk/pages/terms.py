"""For how long everything is kept that has a time of its own: for the stewards' page."""

from __future__ import annotations

from datetime import timedelta

from holdfast.crisis.queries.holding import record_kept, term
from holdfast.erasing.holds.rules import FIRST, MOST
from holdfast.kit.words import N_, say
from holdfast.kit.work import Work
from holdfast.messages.rules.fading import GIVEN_BACK_FOR, UNUSED_FOR, WARNED_AFTER
from holdfast.moderation.rules.appeals import APPEAL_WITHIN
from holdfast.moderation.rules.cases import KEPT_AFTER
from holdfast.notices.rules.telling import KEPT_FOR

YEAR = timedelta(days=365)
MONTHS = 12
TERMS = (
    (
        N_("A message whose author chose when it goes"),
        N_("1 hour, 24 hours or 30 days, and never longer than its room keeps words"),
    ),
    (
        N_("Somebody’s visit, where they took no way to come back"),
        N_("a day after nobody can come back to it; then all of it goes"),
    ),
    (
        N_("An account that nobody uses"),
        N_("%(months)s months; after %(warned)s it is said on its list of notices"),
    ),
    (N_("Words that were given back to their author"), N_("%(given_back)s days")),
    (
        N_("Words that a measure took out of a room"),
        N_("%(appeal)s days, in which a second look can be asked for, and until it is answered"),
    ),
    (
        N_("What was reported, and what a member asked us to see"),
        N_("%(case)s days after the case, or after the answer"),
    ),
    (
        N_("What is held of what a member erased"),
        N_(
            "%(first)s days; if two people set it on, until its case is closed and %(after)s days "
            "more, and at most %(most)s days before they set it again"
        ),
    ),
    (
        N_("What staff wrote about somebody: handovers, and the words of measures"),
        N_("%(years)s years after it was over, as the country’s pack says"),
    ),
    (N_("Notices"), N_("%(notices)s days")),
    (N_("The record of what staff did, which holds no words"), N_("no end yet")),
)


async def terms_now(work: Work, locale: str) -> list[tuple[str, str]]:
    """What, and for how long."""
    facts = {
        "months": MONTHS * UNUSED_FOR // YEAR,
        "warned": round(MONTHS * WARNED_AFTER / YEAR),
        "given_back": GIVEN_BACK_FOR.days,
        "appeal": APPEAL_WITHIN.days,
        "case": KEPT_AFTER.days,
        "first": FIRST.days,
        "after": (await term(work)).days,
        "most": MOST.days,
        "years": await record_kept(work) // YEAR,
        "notices": KEPT_FOR.days,
    }
    return [(say(locale, what), say(locale, long, **facts)) for what, long in TERMS]

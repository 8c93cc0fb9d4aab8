"""Holds as the desk's templates show them: what, why, since when, until when, and who decided."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from holdfast.erasing.holds.rules import WHYS, About, Deed, Ending, HoldState, Why
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, day_of, when_of
from holdfast.kit.words import N_, NP_, say
from holdfast.moderation.queries.holds import Asked, HoldShown

A_DAY = timedelta(days=1)
KINDS = {About.ESCALATION: N_("Escalation %(number)s"), About.CASE: N_("Case %(number)s")}
ADDRESSES = {About.ESCALATION: "/desk/escalations", About.CASE: "/desk/cases"}
STATES = {
    HoldState.FIRST: N_("Began by itself"),
    HoldState.SET: N_("Set on by two people"),
    HoldState.ENDED: N_("Ended"),
}
WHYS_SAID = {
    Why.DANGER: NP_("safety", "Somebody may be in danger"),
    Why.CHILD: NP_("safety", "It is about a child"),
    Why.LAW: N_("The law asks us to"),
    Why.UNDECIDED: N_("What it is for is not decided yet"),
    Why.DONE: N_("It is not needed any more"),
    Why.MISTAKEN: N_("It should not have been held"),
    Why.TELLING_ENDANGERS: NP_("safety", "Telling them would put somebody in danger"),
    Why.SAFE_TO_TELL: N_("It is safe to tell them now"),
}
DEEDS = {
    Deed.SET: N_("Hold it longer"),
    Deed.END: N_("End it now"),
    Deed.HUSH: N_("Don’t tell the member"),
    Deed.TELL: N_("Tell the member again"),
}
ENDINGS = {
    Ending.RAN_OUT: N_("Its time was over"),
    Ending.TWO_PEOPLE: N_("Two people ended it"),
}


def title_of(kind: About, number: int, locale: str) -> str:
    """What the open work is called."""
    return say(locale, KINDS[kind], number=number)


def hold_in_list(one: HoldShown, looks: Looks, now: datetime) -> dict[str, Any]:
    """One hold for a page. No words, and no name of the member."""
    left = max(0, -((now - one.until) // A_DAY))
    return {
        "address": f"/desk/holds/{one.kind.value}/{one.number}",
        "title": title_of(one.kind, one.number, looks.locale),
        "state": one.state.value,
        "state_words": say(looks.locale, STATES[one.state]),
        "messages": one.messages,
        "account": one.account,
        "why": say(looks.locale, WHYS_SAID[one.why]) if one.why else "",
        "since": _moment(one.began_at, looks),
        "until": _moment(one.until, looks),
        "days_left": left,
        "soon": left <= 2,
        "set_by": one.set_by,
        "seconded_by": one.seconded_by,
        "set_at": _moment(one.set_at, looks) if one.set_at else "",
        "closed": _moment(one.closed_at, looks) if one.closed_at else "",
        "ended": _moment(one.ended_at, looks) if one.ended_at else "",
        "ended_how": say(looks.locale, ENDINGS[one.ended_how]) if one.ended_how else "",
        "untold": one.untold,
        "asked": [asked_shown(asked, looks, now) for asked in one.asked],
    }


def asked_shown(one: Asked, looks: Looks, now: datetime) -> dict[str, Any]:
    """What one person asked for."""
    return {
        "id": one.id,
        "what": say(looks.locale, DEEDS[one.what]),
        "why": say(looks.locale, WHYS_SAID[one.why]),
        "by": one.by,
        "mine": one.is_mine,
        "at": when_of(one.at, now, looks),
        "until": when_of(one.until, now, looks),
    }


def deeds_shown(
    held: HoldShown | None, untold: bool, asked: Collection[Deed], looks: Looks
) -> list[dict[str, Any]]:
    """What may be asked for now, and waits for nobody yet: each with its reasons."""
    offered = [Deed.TELL if untold else Deed.HUSH]
    if held is not None:
        again = held.state is HoldState.FIRST or held.closed_at is None
        offered = [*([Deed.SET] if again else []), Deed.END, *offered]
    return [
        {
            "what": deed.value,
            "words": say(looks.locale, DEEDS[deed]),
            "whys": [(why.value, say(looks.locale, WHYS_SAID[why])) for why in WHYS[deed]],
        }
        for deed in offered
        if deed not in asked
    ]


def _moment(moment: datetime, looks: Looks) -> str:
    return f"{day_of(moment, looks)}, {clock_of(moment, looks)}"

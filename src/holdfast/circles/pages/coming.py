"""The way into a circle: when somebody can be there, and what is in the way."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import FormData, QueryParams

from holdfast.circles.access import REFUSALS, rule_in_the_way, slots_to_come
from holdfast.circles.pages.choosing import times_chosen
from holdfast.circles.pages.wording import offered, place_of
from holdfast.circles.queries.wishes import Open, own_wish
from holdfast.circles.rules.forming.wishes import Rule
from holdfast.circles.rules.times import slots_said
from holdfast.kit.looks import Looks
from holdfast.kit.words import say
from holdfast.kit.work import Work
from holdfast.members.access import myself
from holdfast.rights.rules import Member


async def way_in(
    work: Work, member: Member, found: Open, looks: Looks, given: FormData | QueryParams
) -> dict[str, Any]:
    """What a circle's page says to who may come. `closed`: why there is no form, in words.

    `in_the_way`: what a form does not help against as it is filled in now.
    """
    me, times = await myself(work, member), times_chosen(given)
    said = slots_said(times, looks.zone, work.clock.now())
    speaks = frozenset({looks.locale, found.room.language})
    slots = await slots_to_come(work, me, said)
    rule = await rule_in_the_way(work, me, found, speaks=speaks, slots=slots)
    words = say(looks.locale, REFUSALS[rule].words) if rule else ""
    return {
        "closed": words if rule in {Rule.SIZE, Rule.CONCERN} else "",
        "in_the_way": words if rule is Rule.TIMES else "",
        **await times_asked(work, member, looks, times),
    }


async def times_asked(
    work: Work, member: Member, looks: Looks, times: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The question when somebody can be there, with what they said or wished."""
    wish = None if times else await own_wish(work, member.id)
    wished = tuple(wish.times.split()) if wish is not None and wish.zone == looks.zone else ()
    groups = offered(looks.locale)
    return {
        "parts": groups["part"],
        "days": groups["day"],
        "times": times or wished,
        "place": place_of(looks.zone),
    }

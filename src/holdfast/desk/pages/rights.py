"""Who may listen or host, as the lead sees it: until when, by whom, how it goes, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fastapi import Request

from holdfast.circles.queries.hosts import hosted_by
from holdfast.desk.pages.steward_doors import days_for
from holdfast.desk.pages.weeks import language_name
from holdfast.kit.clock import end_of
from holdfast.kit.errors import Malformed
from holdfast.kit.ids import MemberId
from holdfast.kit.looks import Looks
from holdfast.kit.numerals import written
from holdfast.kit.pages import looks_of
from holdfast.kit.words import N_, say
from holdfast.kit.work import Work
from holdfast.listening.queries.granted import Granted, granted_rights
from holdfast.listening.rules.sessions import GoesOn
from holdfast.rights.tables import RightRole
from holdfast.rooms.queries import name_of as room_name

ROLES = {
    RightRole.LISTENER: N_("To listen, one to one"),
    RightRole.HOST: N_("To host a circle"),
}
RESTS = {"guard": N_("They tried twice to pass on a way to be reached.")}
RESTS_SO = N_("Somebody from here wanted to look at it first.")
GO_ON = {
    GoesOn.SLIP: N_("It was a slip, and they know it now"),
    GoesOn.MISREAD: N_("The program read it wrong"),
    GoesOn.TALKED: N_("I talked with them, and it is all right"),
}
LISTENED_AS = N_("Listened last as %(name)s")
HOSTS_AS = N_("Hosts %(room)s as %(name)s")
NOT_YET = {
    RightRole.LISTENER: N_("A member who has not listened yet"),
    RightRole.HOST: N_("A member who hosts no circle now"),
}
TREND = N_(
    "Of %(answers)s answers: felt heard %(heard)s, felt safe %(safe)s, would come again "
    "%(again)s. A person decides what that means."
)
TOO_FEW = N_("Fewer than ten answers so far, so none are shown.")


async def rights_shown(work: Work, request: Request) -> list[dict[str, Any]]:
    """The list, in the reader's words."""
    rights = await granted_rights(work)
    hosts = {one.right.member_id for one in rights if one.right.role is RightRole.HOST}
    hosted = await hosted_by(work, {one for one in hosts if one is not None})
    looks, day = looks_of(request), days_for(request)
    return [_shown(one, hosted, looks, day) for one in rights]


def _shown(
    one: Granted, hosted: Mapping[MemberId, tuple[str, str]], looks: Looks, day: Any
) -> dict[str, Any]:
    right, locale = one.right, looks.locale
    return {
        "id": right.id,
        "who": _who(one, hosted, locale),
        "what": say(locale, ROLES[right.role]),
        "languages": [language_name(tag, looks) for tag in sorted(right.tags())],
        "since": day(right.granted_at),
        "by": one.granted_by,
        "until": day(right.until),
        "until_day": right.until.date().isoformat(),
        "rests_since": day(right.frozen_at) if right.frozen_at else "",
        "rests_why": say(locale, RESTS.get(right.frozen_why or "", RESTS_SO)),
        "is_looked_at": one.is_looked_at,
        "trend": _trend(one, locale) if right.role is RightRole.LISTENER else "",
    }


def _who(one: Granted, hosted: Mapping[MemberId, tuple[str, str]], locale: str) -> str:
    """A name that the desk knows anyway: of the staff, or from the last talk or the circle."""
    if one.staff_name:
        return one.staff_name
    if one.known_as:
        return say(locale, LISTENED_AS, name=one.known_as)
    room, name = hosted.get(one.right.member_id, ("", "")) if one.right.member_id else ("", "")
    if name:
        return say(locale, HOSTS_AS, room=room_name(room, locale), name=name)
    return say(locale, NOT_YET[one.right.role])


def _trend(one: Granted, locale: str) -> str:
    if one.trend is None:
        return say(locale, TOO_FEW)
    shares = {
        name: f"{written(round(100 * one.trend[name]), locale)}\u202f%"
        for name in ("heard", "safe", "again")
    }
    return say(locale, TREND, answers=written(round(one.trend["answers"]), locale), **shares)


def last_day(typed: str) -> datetime:
    """The end of the day that was typed."""
    try:
        return end_of(date.fromisoformat(typed))
    except ValueError:
        raise Malformed(N_("Please choose the last day.")) from None


def role_of(code: str) -> RightRole:
    """What somebody shall be allowed to do."""
    try:
        return RightRole(code)
    except ValueError:
        raise Malformed from None


def why_it_goes_on(code: str) -> GoesOn:
    """Why a right that rested holds again."""
    try:
        return GoesOn(code)
    except ValueError:
        raise Malformed(N_("Please say why it may go on.")) from None

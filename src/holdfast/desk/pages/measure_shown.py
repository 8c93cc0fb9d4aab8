"""Measures as the desk's templates show them: what can be done, what the member will read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from holdfast.desk.pages.case_shown import Seen
from holdfast.kit.errors import Malformed
from holdfast.kit.forms import Filled
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, day_of
from holdfast.kit.words import N_, say
from holdfast.moderation.queries.measures import Measure
from holdfast.moderation.rules.measures import (
    BY_TWO,
    OF_ROOMS,
    OF_WORDS,
    SAYS_SOMETHING,
    TAKEN_BACK,
    TIMED,
    TITLES,
    Ending,
    MeasureKind,
    MeasureState,
    may_take,
)
from holdfast.rights.rules import Permission, Staff, may
from holdfast.rooms.rules.stops import RULES

BUTTONS = {
    MeasureKind.NOTE: N_("Write to them in private"),
    MeasureKind.CONTENT_NOTE: N_("Add a content note"),
    MeasureKind.HOLD: N_("Take the message out of sight until it is decided"),
    MeasureKind.HIDE: N_("Hide the message from the room"),
    MeasureKind.HUSH: N_("Let them read, but not write here for a while"),
    MeasureKind.PAUSE: N_("Close the rooms to them for a while"),
    MeasureKind.REMOVE: N_("Close the rooms to them for good"),
    MeasureKind.CLOSE_ROOM: N_("Close the room"),
    MeasureKind.SLOW: N_("Slow the room"),
}
FOLDED = (MeasureKind.PAUSE, MeasureKind.REMOVE, MeasureKind.CLOSE_ROOM)
HOURS = (1, 4, 12, 24)
DAYS = (3, 7, 30)
PACES = (30, 60, 120, 300)  # seconds between one message and the next
STATES = {
    MeasureState.WAITING: N_("waits for a second person"),
    MeasureState.IN_FORCE: N_("holds"),
    MeasureState.ENDED: N_("is over"),
}
ENDINGS = {
    Ending.TIME: N_("its time is over"),
    Ending.LIFTED: N_("taken back"),
    Ending.OVERTURNED: N_("overturned by an appeal"),
    Ending.SAID_ANEW: N_("the member said it anew"),
    Ending.DECIDED: N_("became another measure"),
    Ending.GONE: N_("the words were taken back"),
    Ending.NOT_AGREED: N_("the second person said no"),
}
COLLEAGUE = N_("a colleague")


def offered(case: dict[str, Any], me: Staff, others: int, looks: Looks) -> list[dict[str, Any]]:
    """What this person can do about a case, the mildest first; `others` could be the second."""
    kinds = [kind for kind in MeasureKind if (kind in OF_ROOMS) == case["about_room"]]
    if not any(line["seq"] for line in case["said"]):
        kinds = [kind for kind in kinds if kind not in OF_WORDS]
    if case["gone"]:
        kinds = [kind for kind in kinds if kind in OF_WORDS | OF_ROOMS]
    return [_offer(kind, me, others, looks) for kind in kinds if may_take(me, kind)]


def _offer(kind: MeasureKind, me: Staff, others: int, looks: Looks) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "button": say(looks.locale, BUTTONS[kind]),
        "folded": kind in FOLDED,
        "of_words": kind in OF_WORDS,
        "timed": kind in TIMED,
        "rewrites": kind is MeasureKind.HIDE,
        "speaks": kind not in OF_WORDS | OF_ROOMS or kind in SAYS_SOMETHING,
        "must_speak": kind in SAYS_SOMETHING,
        "paced": kind is MeasureKind.SLOW,
        "by_two": kind in BY_TWO,
        "others": others,
        "days": may(me, Permission.MEASURE_TAKE_LONG),
    }


def choices(looks: Looks) -> dict[str, Any]:
    """What the forms choose from."""
    return {
        "rules": [(code, say(looks.locale, words)) for code, words in RULES.items()],
        "hours": HOURS,
        "days": DAYS,
        "paces": PACES,
    }


def end_of(form: Filled, now: datetime) -> datetime | None:
    """The end a form asks for, by hours from now. Raises `Malformed` for none such."""
    given = form["hours"]
    if not given:
        return None
    if given not in {str(hours) for hours in (*HOURS, *(24 * days for days in DAYS))}:
        raise Malformed
    return now + timedelta(hours=int(given))


def told(form: Filled, kind: MeasureKind, said: Sequence[Any], seen: Seen) -> dict[str, Any]:
    """What the member will be told, before it is done."""
    looks, until = seen.looks, end_of(form, seen.now)
    own = next((one["text"] for one in said if str(one["seq"]) == form["seq"]), "")
    return {
        "title": say(looks.locale, TITLES[kind]),
        "rule": say(looks.locale, RULES[form["rule"]]) if form["rule"] in RULES else "",
        "words": form["words"].strip(),
        "rewrite": form["rewrite"].strip() if kind is MeasureKind.HIDE else "",
        "own": own if kind in OF_WORDS else "",
        "until": f"{day_of(until, looks)}, {clock_of(until, looks)}" if until else "",
        "by_two": kind in BY_TWO,
        "may_appeal": kind in TAKEN_BACK,
        "kind": kind.value,
    }


def taken(found: Iterable[Measure], seen: Seen, *, blind: bool) -> list[dict[str, Any]]:
    """The measures about one subject, the newest first. `blind`: nobody's name, until the second
    look is given.
    """
    return [_taken(one, seen, blind=blind) for one in reversed(list(found))]


def _taken(one: Measure, seen: Seen, *, blind: bool) -> dict[str, Any]:
    looks, me = seen.looks, seen.me
    by = say(looks.locale, COLLEAGUE) if blind and one.by != me.id else one.by_name
    over = one.ended_how
    return {
        "id": one.id,
        "case_id": one.case_id,
        "title": say(looks.locale, BUTTONS[one.kind]),
        "rule": say(looks.locale, RULES.get(one.rule, one.rule)),
        "reason": one.reason,
        "words": one.words,
        "rewrite": one.rewrite,
        "by": by,
        "agreed_by": "" if blind else one.agreed_name,
        "day": day_of(one.at, looks),
        "clock": clock_of(one.at, looks),
        "until": f"{day_of(one.until, looks)}, {clock_of(one.until, looks)}" if one.until else "",
        "state": say(looks.locale, ENDINGS[over] if over else STATES[one.state]),
        "waits": one.state is MeasureState.WAITING,
        "may_agree": one.by != me.id and may_take(me, one.kind),
        "may_lift": one.state is not MeasureState.ENDED
        and one.kind in TAKEN_BACK
        and may_take(me, one.kind),
    }

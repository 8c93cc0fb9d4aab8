"""Requests of break-glass as the desk's templates show them. No words of any member."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from holdfast.erasing.holds.queries import kind_of
from holdfast.erasing.holds.rules import About
from holdfast.kit.ids import StaffId
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, day_of, when_of
from holdfast.kit.words import N_, NP_, say
from holdfast.listening.glass.actions.asking import seen
from holdfast.listening.glass.queries import asked_of
from holdfast.listening.glass.rules import (
    ANSWERED_WITHIN,
    OPENED_WITHIN,
    Half,
    Stage,
    Why,
    WhyUntold,
    ends_at,
    half_of,
    stage_of,
)
from holdfast.listening.glass.tables import GlassRequestRow
from holdfast.rights.rules import Permission, Staff, may

WHYS = {
    Why.DANGER: NP_("safety", "Somebody may be in danger"),
    Why.CHILD: NP_("safety", "It is about a child"),
    Why.HARM: NP_("safety", "One of the two may be harming the other"),
    Why.LAW: N_("The law asks us to"),
}
WHYS_UNTOLD = {
    WhyUntold.DANGER: NP_("safety", "Telling them now would put somebody in danger"),
    WhyUntold.LAW: N_("The law forbids telling them now"),
}
STAGES = {
    Stage.ASKED: N_("Waits for a second person"),
    Stage.AGREED: N_("Agreed, not opened yet"),
    Stage.OPEN: N_("Open now"),
    Stage.WITHDRAWN: N_("Taken back"),
    Stage.RAN_OUT: N_("Ran out"),
    Stage.CLOSED: N_("Closed"),
}
WANTED = {
    Half.CARE: N_("a safeguarding lead or auditor"),
    Half.LEAD: N_("a crisis moderator or supervisor"),
}
KINDS = {About.ESCALATION: N_("Escalation %(number)s"), About.CASE: N_("Case %(number)s")}


def in_list(
    row: GlassRequestRow, names: Mapping[StaffId, str], looks: Looks, now: datetime
) -> dict[str, Any]:
    """One request as a line."""
    stage = stage_of(asked_of(row), now)
    return {
        "id": row.id,
        "title": _title(row.about, looks),
        "stage": stage.value,
        "stage_words": say(looks.locale, STAGES[stage]),
        "why": say(looks.locale, WHYS[row.why]),
        "by": names.get(row.asked_by, ""),
        "at": when_of(row.asked_at, now, looks),
    }


def _title(about: str, looks: Looks) -> str:
    found = kind_of(about)
    return "" if found is None else say(looks.locale, KINDS[found[0]], number=found[1])


def request_shown(
    row: GlassRequestRow,
    names: Mapping[StaffId, str],
    me: Staff,
    looks: Looks,
    now: datetime,
) -> dict[str, Any]:
    """One request whole, and what this person may do about it."""
    stage, mine = stage_of(asked_of(row), now), row.asked_by == me.id
    is_of_two = me.id in (row.asked_by, row.agreed_by)
    return {
        **in_list(row, names, looks, now),
        "since": _moment(row.since, looks),
        "until": _moment(row.until, looks),
        "minutes": row.minutes,
        "shown": seen(row),
        "mine": mine,
        "of_two": is_of_two,
        "may_agree": stage is Stage.ASKED and not mine and half_of(me.role) is not row.half,
        "same_half": stage is Stage.ASKED and not mine and half_of(me.role) is row.half,
        "wanted": say(looks.locale, WANTED[row.half]),
        "agreed_by": names.get(row.agreed_by, "") if row.agreed_by else "",
        "answer_until": when_of(row.asked_at + ANSWERED_WITHIN, now, looks),
        "open_until": when_of(row.agreed_at + OPENED_WITHIN, now, looks) if row.agreed_at else "",
        "ends": when_of(ends_at(row.opened_at, row.minutes), now, looks) if row.opened_at else "",
        "pages_shown": row.shown,
        "was_opened": row.opened_at is not None,
        "tell_at": _moment(row.tell_at, looks) if row.tell_at else "",
        "told_at": _moment(row.told_at, looks) if row.told_at else "",
        **_delay(row, names, me, looks, now),
    }


def _delay(
    row: GlassRequestRow,
    names: Mapping[StaffId, str],
    me: Staff,
    looks: Looks,
    now: datetime,
) -> dict[str, Any]:
    """Whether the members are told later, or somebody asks for it."""
    waits = row.untold_asked_at is not None and row.untold_by is None
    waits = (
        waits and row.untold_asked_at is not None and now < row.untold_asked_at + ANSWERED_WITHIN
    )
    may_delay = row.opened_at is not None and row.told_at is None
    asker = row.untold_asked_by
    return {
        "delay_why": say(looks.locale, WHYS_UNTOLD[row.untold_why]) if row.untold_why else "",
        "delay_waits": may_delay and waits,
        "delay_mine": asker == me.id,
        "delay_by": names.get(asker, "") if asker else "",
        "delayed_by": names.get(row.untold_by, "") if row.untold_by else "",
        "may_delay": may_delay and not waits and may(me, Permission.GLASS_AGREE),
    }


def _moment(moment: datetime, looks: Looks) -> str:
    return f"{day_of(moment, looks)}, {clock_of(moment, looks)}"

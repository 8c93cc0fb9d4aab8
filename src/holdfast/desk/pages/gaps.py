"""Gaps ahead in the rota, and who could cover them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from holdfast.desk.pages.weeks import language_name
from holdfast.kit.ids import StaffId
from holdfast.kit.looks import Looks
from holdfast.rights.rules import Role
from holdfast.staff.pages.wording import moments_for
from holdfast.staff.queries import Shift
from holdfast.staff.rules.shifts import CRISIS, FOR_CRISIS, SERVES, Gap, speaks

AHEAD = timedelta(hours=72)  # what the page looks ahead
NAMED = 4  # of those who could cover


class Colleague(Protocol):
    """Somebody on the staff, as far as covering asks."""

    @property
    def id(self) -> StaffId: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Role: ...
    @property
    def languages(self) -> tuple[str, ...]: ...


def gaps_shown(
    gaps: Sequence[Gap],
    people: Sequence[Colleague],
    planned: Sequence[Shift],
    looks: Looks,
    now: datetime,
) -> list[dict[str, Any]]:
    """The gaps as the page says them: those of the same hours together."""
    moment = moments_for(looks)
    shown: dict[tuple[datetime, datetime | None], dict[str, Any]] = {}
    for gap in gaps:
        ends = moment(gap.ends_at) if gap.ends_at else ""
        since = "" if gap.starts_at <= now else moment(gap.starts_at)
        empty: dict[str, Any] = {"crisis": [], "languages": [], "since": since, "until": ends}
        together = shown.setdefault((max(gap.starts_at, now), gap.ends_at), empty)
        could = could_cover(gap, people, planned, now)
        if gap.language == CRISIS:
            together["crisis"].append(could)
        else:
            together["languages"].append((language_name(gap.language, looks), could))
    return list(shown.values())


def could_cover(
    gap: Gap, people: Sequence[Colleague], planned: Sequence[Shift], now: datetime
) -> list[str]:
    """Who fits and is not planned at that time, by name; a few of them."""
    starts, ends = max(gap.starts_at, now), gap.ends_at or now + AHEAD
    busy = {
        shift.staff_id for shift in planned if shift.starts_at < ends and shift.ends_at > starts
    }
    return [one.name for one in people if _fits(one, gap, busy)][:NAMED]


def _fits(one: Colleague, gap: Gap, busy: Collection[StaffId]) -> bool:
    if one.role not in SERVES or one.id in busy:
        return False
    if gap.language == CRISIS:
        return one.role in FOR_CRISIS
    return speaks(one.languages, gap.language)

"""The rota: who may serve, when somebody counts as on shift, and where nobody is planned. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from holdfast.kit.errors import Conflict
from holdfast.kit.ids import StaffId
from holdfast.kit.words import N_
from holdfast.rights.rules import Role

GRACE = timedelta(minutes=15)  # a shift runs on this long unless its person checks out
EARLY = timedelta(minutes=30)  # how long before its start one may check in
SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=12)
FURTHEST = timedelta(days=92)  # how far ahead a shift may be planned
HORIZONS = (timedelta(hours=2), timedelta(hours=24), timedelta(hours=72))
CRISIS = ""  # the language of a gap that is about crisis moderators, who are needed anywhere
EVER = datetime(1970, 1, 1, tzinfo=UTC)  # the start of a gap that nobody ever closed

CERTIFIED = (Role.MODERATOR, Role.CRISIS_MODERATOR, Role.SUPERVISOR, Role.LEAD)
FOR_CRISIS = (Role.CRISIS_MODERATOR, Role.SUPERVISOR, Role.LEAD)
SERVES: dict[Role, tuple[Role, ...]] = {
    Role.MODERATOR: (Role.MODERATOR,),
    Role.CRISIS_MODERATOR: (Role.CRISIS_MODERATOR, Role.MODERATOR),
    Role.SUPERVISOR: (Role.SUPERVISOR, Role.CRISIS_MODERATOR, Role.MODERATOR),
    Role.LEAD: (Role.LEAD, Role.CRISIS_MODERATOR, Role.MODERATOR),
}
"""What each role may serve as: its own first. Who is not here looks after no room."""


class TalkFirst(Conflict):
    """A talk is booked after something hard, and they have not been told of it yet."""

    code = "talk_first"
    words = N_("Before you go: a talk is booked for you after something hard. Please look at it.")
    way = "/desk/care"


class OnShift(Struct, frozen=True):
    """Someone certified who is here now. `until` is the end of the shift as it was planned."""

    staff_id: StaffId
    name: str
    role: Role  # served on this shift
    languages: tuple[str, ...]
    until: datetime

    @property
    def in_crisis(self) -> bool:
        """Whether they may hold a high or immediate concern in their hands."""
        return self.role in FOR_CRISIS

    @property
    def gone_at(self) -> datetime:
        """From when on they no longer count, if they just forget to check out."""
        return self.until + GRACE


class Planned(Struct, frozen=True):
    """A stretch of the rota, as far as coverage asks."""

    role: Role
    languages: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime


class Gap(Struct, frozen=True):
    """A time for which nobody is planned: no reader of a language, or no crisis moderator.

    `starts_at` is the true end of what was planned before, so a gap has one name for good.
    """

    language: str  # `CRISIS` where it is about crisis moderators
    starts_at: datetime
    ends_at: datetime | None  # nothing is planned after it yet

    @property
    def name(self) -> str:
        """What it is called in records: the same gap, the same name."""
        return f"{self.language or 'crisis'}:{int(self.starts_at.timestamp())}"

    def horizon(self, now: datetime) -> timedelta | None:
        """The nearest of 2, 24 and 72 hours within which it begins (or has begun)."""
        return next((span for span in HORIZONS if self.starts_at - now <= span), None)


def is_whole(starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether a shift could be planned so: not over, not too short, long or far ahead."""
    return SHORTEST <= ends_at - starts_at <= LONGEST and now < ends_at <= now + FURTHEST


def speaks(languages: Iterable[str], language: str) -> bool:
    """Whether someone with these languages reads this one: `pt` reads `pt-BR` and back."""
    wanted = language.partition("-")[0].lower()
    return any(known.partition("-")[0].lower() == wanted for known in languages)


def gaps(planned: Sequence[Planned], now: datetime, languages: Iterable[str]) -> list[Gap]:
    """Where, within 72 hours, a language has no reader planned or nobody is there for a crisis.

    `planned` holds what ended lately as well as what comes, so that a gap knows its true start.
    """
    found = []
    for language in [CRISIS, *sorted(set(languages))]:
        covering = [stretch for stretch in planned if _covers(stretch, language)]
        found += _holes(covering, language, now, now + HORIZONS[-1])
    return sorted(found, key=lambda gap: (gap.starts_at, gap.language))


def _covers(stretch: Planned, language: str) -> bool:
    if language == CRISIS:
        return stretch.role in FOR_CRISIS
    return stretch.role in CERTIFIED and speaks(stretch.languages, language)


def _holes(
    covering: Sequence[Planned], language: str, now: datetime, horizon: datetime
) -> list[Gap]:
    """The times between these stretches that touch the time from now to the horizon."""
    holes, free_from = [], EVER
    for stretch in sorted(covering, key=lambda stretch: stretch.starts_at):
        if stretch.starts_at > free_from:
            holes.append(Gap(language, free_from, stretch.starts_at))
        free_from = max(free_from, stretch.ends_at)
    holes.append(Gap(language, free_from, None))
    return [
        hole
        for hole in holes
        if hole.starts_at <= horizon and (hole.ends_at is None or hole.ends_at > now)
    ]

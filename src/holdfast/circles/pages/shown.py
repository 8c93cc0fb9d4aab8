"""A circle as its pages show it, and what its room shows beside the talk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from holdfast.circles.access import Inside, circle_inside
from holdfast.circles.actions.hosting import about_call, theme_now
from holdfast.circles.pages.coming import times_asked
from holdfast.circles.pages.wording import meets, place_of
from holdfast.circles.queries.circles import Sitter, may_host, seats_free_told, sitters_of
from holdfast.circles.queries.wishes import Open, open_circles
from holdfast.circles.rules.agreement import PROMISES
from holdfast.circles.rules.choices import CULTURES, PACES, THEMES
from holdfast.circles.rules.course import FEWEST, WORDS_STAY, course_of
from holdfast.circles.rules.forming.wishes import LARGEST, rule_broken
from holdfast.circles.rules.themes import theme_of_week, themes_for, words_of_theme
from holdfast.circles.tables import CircleRow
from holdfast.kit.errors import NotFound
from holdfast.kit.house import House
from holdfast.kit.looks import LANGUAGES, Looks
from holdfast.kit.pages import when_of
from holdfast.kit.words import say
from holdfast.kit.work import Work
from holdfast.meetings.queries import meetings_to_come, next_meeting
from holdfast.members.pages.wording import days_for
from holdfast.messages.events import avatar_url
from holdfast.messages.pages.room import looks_in
from holdfast.notices.queries import page_about
from holdfast.rights.rules import Actor, Member, Staff
from holdfast.rooms.access import Seat
from holdfast.rooms.queries import name_of

HEAD, ASIDE, EMPTY = "circles/_head.html", "circles/_aside.html", "circles/_empty.html"
MEETINGS = 8


async def card_of(work: Work, found: Open, looks: Looks) -> dict[str, Any]:
    """A circle for somebody who reads about it: nothing of what is said there, and no names."""
    now = work.clock.now()
    row = await next_meeting(work, found.room.id)
    course = course_of(found.circle.begun_at, found.circle.weeks, now)
    words = {**THEMES, **CULTURES, **PACES}
    codes = (*found.circle.themes.split(), *found.circle.cultures.split(), found.circle.pace)
    return {
        "slug": found.room.slug,
        "name": name_of(found.room.name, looks.locale),
        "language": found.room.language,
        "faces": [avatar_url(one.avatar) for one in found.people],
        "people": len(found.people),
        "left": max(0, LARGEST - found.as_open.size),
        "has_host": found.circle.host_id is not None,
        "badges": [say(looks.locale, words[one]) for one in codes if one in words],
        "week": course.week,
        "weeks": course.weeks,
        "theme": theme_shown(work, found.circle, looks),
        "ends": days_for(looks)(found.circle.ends_at),
        **meets(None if row is None else row.starts_at, now, looks),
    }


def theme_shown(work: Work, circle: CircleRow, looks: Looks) -> str:
    """This week's theme in words."""
    course = course_of(circle.begun_at, circle.weeks, work.clock.now())
    code = theme_of_week(
        tuple(circle.themes.split()), course.week, course.weeks, theme_now(work, circle)
    )
    return say(looks.locale, words_of_theme(code))


async def inside_shown(work: Work, actor: Actor, slug: str, looks: Looks) -> dict[str, Any]:
    """Everything its own page shows to who sits there. Raises `NotFound`."""
    inside = await circle_inside(work, actor, slug)
    circle, now = inside.circle, work.clock.now()
    here = await sitters_of(work, inside.room.id)
    rows = await meetings_to_come(work, inside.room.id, MEETINGS)
    themes = themes_for(tuple(circle.themes.split()))
    return {
        **await state_of(work, inside, actor, here, looks),
        "slug": slug,
        "room": {"slug": slug, "name": name_of(inside.room.name, looks.locale)},
        "language": LANGUAGES.get(inside.room.language, inside.room.language),
        "language_code": inside.room.language,
        "meetings": [
            {**meets(row.starts_at, now, looks), "day": days_for(looks)(row.starts_at),
             "minutes": row.minutes}
            for row in rows
        ],
        "themes": [(code, say(looks.locale, words)) for code, words in themes.items()],
        "promises": [say(looks.locale, promise) for promise in PROMISES],
        "merge": await circles_to_move_to(work, inside, looks),
        "may_host": await _may_become_host(work, inside, actor),
        "place": place_of(looks.zone),
        **(await times_asked(work, actor, looks) if isinstance(actor, Member) else {}),
    }  # fmt: skip


async def state_of(
    work: Work, inside: Inside, actor: Actor, here: list[Sitter], looks: Looks
) -> dict[str, Any]:
    """How a circle stands, for one who sits there."""
    circle, now = inside.circle, work.clock.now()
    course = course_of(circle.begun_at, circle.weeks, now)
    me = next((one for one in here if one.seat_id == inside.seat.id), None)
    page = await page_about(work, about_call(circle))
    over = circle.ended_at is not None
    people = sum(one.is_one_of_them for one in here)
    until = None if me is None else me.sits_in_until
    return {
        "week": course.week,
        "weeks": course.weeks,
        "week_theme": theme_shown(work, circle, looks),
        "over": over,
        "kept_until": days_for(looks)(circle.ended_at + WORDS_STAY) if circle.ended_at else "",
        "ends": days_for(looks)(circle.ends_at),
        "is_last": circle.last_told_at is not None and not over,
        "short": people < FEWEST and not over,
        "people": [_person(one, circle, inside.seat) for one in here],
        "left": 0 if over else max(0, LARGEST - people),
        "free": await seats_free_told(work, inside.room.id),
        "is_host": inside.is_host,
        "has_host": circle.host_id is not None,
        "sits_in_until": when_of(until, now, looks) if until else "",
        "called": page is not None and page.acknowledged_at is None,
        "is_staff": isinstance(actor, Staff),
        "begins": _begins(circle, now),
    }


def _begins(circle: CircleRow, now: datetime) -> bool:
    """Whether it is still before what a first week brings."""
    return (now - circle.begun_at).days < 1


def _person(one: Sitter, circle: CircleRow, mine: Seat) -> dict[str, Any]:
    return {
        "seat": one.handle,
        "name": one.pseudonym,
        "avatar_url": avatar_url(one.avatar),
        "mine": one.seat_id == mine.id,
        "host": circle.host_id == one.seat_id,
        "staff": one.staff_id is not None,
        "sits_in": one.sits_in_until is not None,
    }


async def _may_become_host(work: Work, inside: Inside, actor: Actor) -> bool:
    """Whether the page offers to care for it."""
    if inside.circle.host_id is not None or inside.circle.ended_at is not None:
        return False
    if isinstance(actor, Member):
        return await may_host(work, actor.id, inside.room.language)
    return isinstance(actor, Staff)


async def circles_to_move_to(work: Work, inside: Inside, looks: Looks) -> list[dict[str, str]]:
    """Where the few of a circle that became too small could go on together, if they like."""
    circles = await open_circles(work)
    mine = next((one for one in circles if one.room.id == inside.room.id), None)
    if mine is None or len(mine.people) >= FEWEST:
        return []
    return [
        {"slug": one.room.slug, "name": name_of(one.room.name, looks.locale)}
        for one in circles
        if one.room.id != mine.room.id and _could_go_on_in(mine, one)
    ]


def _could_go_on_in(mine: Open, other: Open) -> bool:
    """Whether all the people of one circle could sit in another, by every hard rule."""
    its = replace(mine.as_open, size=len(mine.people), meets=frozenset())
    return rule_broken(other.as_open.as_one().joined_by(its.as_one())) is None


# ---------------------------------------------------------------- the room


async def fitted(house: House, seat: Seat) -> dict[str, Any]:
    """For a circle's room: the templates around its talk, and the circle they show."""
    looks = looks_in(seat)
    async with house.workshop.reading() as work:
        try:
            inside = await circle_inside(work, seat.actor, seat.slug)
        except NotFound:  # they left this very moment
            return {}
        here = await sitters_of(work, inside.room.id)
        shown = await state_of(work, inside, seat.actor, here, looks)
        row = await next_meeting(work, inside.room.id)
        when = meets(None if row is None else row.starts_at, work.clock.now(), looks)
    return {
        "circle": {**shown, **when},
        "head": HEAD,
        "aside": ASIDE,
        "empty": EMPTY,
        "kept": True,
        "css": "css/circles.css",
    }

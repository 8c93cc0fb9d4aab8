"""Circles at the desk: which go on, who called for somebody, which have no host. No words."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Protocol

from fastapi import Path, Request
from starlette.responses import Response

from holdfast.circles.actions.hosting import about_call, visit_circle
from holdfast.circles.queries.circles import Circle, Room, Sitter, going_circles, sitters
from holdfast.circles.queries.wishes import waiting_rows
from holdfast.circles.rules.course import FEWEST, course_of
from holdfast.circles.rules.forming.wishes import LARGEST
from holdfast.desk.pages.bar import bar_for
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound
from holdfast.kit.house import InHouse
from holdfast.kit.looks import LANGUAGES, Looks
from holdfast.kit.pages import looks_of, render, when_of
from holdfast.kit.work import Work
from holdfast.meetings.queries import next_in
from holdfast.notices.queries import page_about
from holdfast.rights.rules import Permission, Staff, may
from holdfast.rooms.queries import name_of
from holdfast.staff.pages.doors import CurrentStaff

router = APIRouter(prefix="/desk/circles", include_in_schema=False)
HERE = "/desk/circles"
Slug = Annotated[str, Path(max_length=64)]


class Timed(Protocol):
    """Something that begins at a time."""

    @property
    def starts_at(self) -> datetime: ...


def staff_who_visits(staff: Staff) -> Staff:
    """Somebody who may come to circles. Raises `NotFound`."""
    if not may(staff, Permission.CIRCLE_VISIT):
        raise NotFound
    return staff


@router.get("")
async def get_circles(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """The circles, those first that called for somebody."""
    staff_who_visits(staff)
    looks = looks_of(request)
    async with house.workshop.reading() as work:
        going, now = await going_circles(work), work.clock.now()
        rooms = [room.id for _, room in going]
        here, next_ = await sitters(work, rooms), await next_in(work, rooms)
        shown = [
            {
                **await _shown(work, its, here[its[1].id], looks),
                "next": _when(next_.get(its[1].id), now, looks),
                "here": any(one.staff_id == staff.id for one in here[its[1].id]),
            }
            for its in going
        ]
        waiting = len(await waiting_rows(work))
    shown.sort(key=lambda one: (not one["called"], one["has_host"], not one["short"]))
    return render(request, "desk/circles.html", **bar_for(staff), circles=shown, waiting=waiting)


async def _shown(
    work: Work, its: tuple[Circle, Room], here: list[Sitter], looks: Looks
) -> dict[str, Any]:
    circle, room = its
    now, people = work.clock.now(), sum(one.is_one_of_them for one in here)
    page = await page_about(work, about_call(circle))
    return {
        "slug": room.slug,
        "name": name_of(room.name, looks.locale),
        "language": LANGUAGES.get(room.language, room.language),
        "people": people,
        "left": max(0, LARGEST - people),
        "week": course_of(circle.begun_at, circle.weeks, now).week,
        "weeks": circle.weeks,
        "has_host": circle.host_id is not None,
        "called": page is not None and page.acknowledged_at is None,
        "called_at": "" if page is None else when_of(page.raised_at, now, looks),
        "short": people < FEWEST,
        "staff": [one.pseudonym for one in here if one.staff_id is not None],
    }


def _when(meeting: Timed | None, now: datetime, looks: Looks) -> str:
    return "" if meeting is None else when_of(meeting.starts_at, now, looks)


@router.post("/{slug}/visit")
async def post_visit(house: InHouse, staff: CurrentStaff, slug: Slug) -> Response:
    """Go there: they see my name, and I read from now on."""
    async with house.workshop.work() as work:
        await visit_circle(work, staff, slug=slug)
    return go_to(f"/circles/{slug}")

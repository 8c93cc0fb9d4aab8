"""Circles with places, and what is done in one's own."""

from __future__ import annotations

from datetime import datetime

from fastapi import Response

from holdfast.circles.access import circle_inside, is_open_to
from holdfast.circles.actions.hosting import (
    become_host,
    call_somebody,
    choose_theme,
    visit_circle,
)
from holdfast.circles.actions.joining import join_circle, leave_circle, sit_in_once
from holdfast.circles.api.shapes import (
    CircleShown,
    Come,
    Mine,
    Sitting,
    Slug,
    Theme,
)
from holdfast.circles.queries.circles import sitters_of
from holdfast.circles.queries.wishes import Open, open_circles
from holdfast.circles.rules.forming.wishes import LARGEST
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.meetings.queries import next_in
from holdfast.members.access import myself
from holdfast.rights.api import CurrentMember, Speaker
from holdfast.rooms.queries import name_of

router = APIRouter(prefix="/api/v1/circles", tags=["circles"])


@router.get("")
async def get_circles(house: InHouse, member: CurrentMember) -> list[CircleShown]:
    """The circles with their places that I may come to."""
    async with house.workshop.reading() as work:
        me = await myself(work, member)
        circles = [one for one in await open_circles(work) if is_open_to(one, me)]
        next_ = await next_in(work, [one.room.id for one in circles])
    return [
        _circle(one, next_[one.room.id].starts_at if one.room.id in next_ else None)
        for one in circles
    ]


def _circle(one: Open, next_meeting: datetime | None) -> CircleShown:
    return CircleShown(
        slug=one.room.slug,
        name=name_of(one.room.name, one.room.language),
        language=one.room.language,
        people=len(one.people),
        places_left=max(0, LARGEST - one.as_open.size),
        themes=one.circle.themes.split(),
        pace=one.circle.pace,
        next_meeting=next_meeting,
        ends_at=one.circle.ends_at,
    )


@router.get("/{slug}")
async def get_circle(house: InHouse, member: Speaker, slug: Slug) -> Mine:
    """A circle in which I sit."""
    async with house.workshop.reading() as work:
        inside = await circle_inside(work, member, slug)
        here = await sitters_of(work, inside.room.id)
    return Mine(
        slug=slug,
        name=name_of(inside.room.name, member.looks.locale),
        weeks=inside.circle.weeks,
        ends_at=inside.circle.ends_at,
        ended_at=inside.circle.ended_at,
        is_host=inside.is_host,
        people=[
            Sitting(seat=one.handle, pseudonym=one.pseudonym,
                    host=one.seat_id == inside.circle.host_id, staff=one.staff_id is not None,
                    sits_in=one.sits_in_until is not None)
            for one in here
        ],
    )  # fmt: skip


@router.post("/{slug}/sit-in", status_code=204)
async def post_sit_in(house: InHouse, member: CurrentMember, slug: Slug, body: Come) -> Response:
    """Sit in once."""
    async with house.workshop.work() as work:
        speaks, slots = frozenset(body.languages), body.slots(work.clock.now())
        await sit_in_once(
            work, member, slug=slug, promises=body.promises, speaks=speaks, slots=slots
        )
    return Response(status_code=204)


@router.put("/{slug}/seat", status_code=204)
async def put_seat(house: InHouse, member: CurrentMember, slug: Slug, body: Come) -> Response:
    """Join."""
    async with house.workshop.work() as work:
        speaks, slots = frozenset(body.languages), body.slots(work.clock.now())
        await join_circle(
            work, member, slug=slug, promises=body.promises, speaks=speaks, slots=slots
        )
    return Response(status_code=204)


@router.delete("/{slug}/seat", status_code=204)
async def delete_seat(house: InHouse, member: Speaker, slug: Slug) -> Response:
    """Leave, quietly."""
    async with house.workshop.work() as work:
        await leave_circle(work, member, slug=slug)
    return Response(status_code=204)


@router.put("/{slug}/theme", status_code=204)
async def put_theme(house: InHouse, member: Speaker, slug: Slug, body: Theme) -> Response:
    """The host gives this week another theme."""
    async with house.workshop.work() as work:
        await choose_theme(work, member, slug=slug, theme=body.theme)
    return Response(status_code=204)


@router.put("/{slug}/host", status_code=204)
async def put_host(house: InHouse, member: Speaker, slug: Slug) -> Response:
    """Care for this circle as its host."""
    async with house.workshop.work() as work:
        await become_host(work, member, slug=slug)
    return Response(status_code=204)


@router.post("/{slug}/call", status_code=204)
async def post_call(house: InHouse, member: Speaker, slug: Slug) -> Response:
    """Call for somebody of the staff."""
    async with house.workshop.work() as work:
        await call_somebody(work, member, slug=slug)
    return Response(status_code=204)


@router.put("/{slug}/visit", status_code=204)
async def put_visit(house: InHouse, member: Speaker, slug: Slug) -> Response:
    """Somebody of the staff comes, visibly, and reads from then on."""
    async with house.workshop.work() as work:
        await visit_circle(work, member, slug=slug)
    return Response(status_code=204)

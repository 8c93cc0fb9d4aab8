"""A circle: read about it, sit in, join; and, for who sits there, its course, people and host."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from holdfast.circles.access import circle_to_see
from holdfast.circles.actions.hosting import become_host, call_somebody, choose_theme
from holdfast.circles.actions.joining import join_circle, leave_circle, sit_in_once
from holdfast.circles.pages.choosing import times_chosen
from holdfast.circles.pages.coming import way_in
from holdfast.circles.pages.shown import card_of, inside_shown
from holdfast.circles.rules.agreement import PROMISES
from holdfast.circles.rules.times import slots_said
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.forms import filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.looks import LANGUAGES
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import say
from holdfast.rights.api import CurrentMember, Speaker
from holdfast.rights.rules import Member, Staff

router = APIRouter()
HERE = "/circles"
Slug = Annotated[str, Path(max_length=64)]
Said = Annotated[str, Query(max_length=20)]
SAID = ("begun", "joined", "sits", "theme", "called", "host")
TAKE_ALL = 40
SAID_THERE = {  # what is refused on the circle's own page
    "not_agreed", "no_seat", "sat_in_already", "enough_circles", "other_language", "other_times",
    "no_times",
}  # fmt: skip


@router.get(f"{HERE}/{{slug}}")
async def get_circle(
    request: Request, house: InHouse, member: Speaker, slug: Slug, said: Said = ""
) -> Response:
    """The circle's own page for who sits there; for others, what it is about and the way in."""
    done = said if said in SAID else ""
    async with house.workshop.reading() as work:
        try:
            shown = await inside_shown(work, member, slug, looks_of(request))
        except NotFound:
            if isinstance(member, Staff):
                raise
            shown = None
    if shown is None:
        assert isinstance(member, Member)  # noqa: S101 - staff were refused above
        return await about_page(request, house, member, slug)
    return render(request, "circles/circle.html", said=done, **shown)


async def about_page(
    request: Request,
    house: House,
    member: Member,
    slug: str,
    *,
    refused: HoldfastError | None = None,
    form: FormData | None = None,
) -> Response:
    looks = looks_of(request)
    async with house.workshop.reading() as work:
        found = await circle_to_see(work, member, slug)
        card = await card_of(work, found, looks)
        way = await way_in(work, member, found, looks, form or request.query_params)
    return render(
        request,
        "circles/about.html",
        200 if refused is None else refused.status,
        circle=card,
        promises=[say(looks.locale, promise) for promise in PROMISES],
        language=LANGUAGES.get(found.room.language, found.room.language),
        other_language=found.room.language != looks.locale,
        promised=form is not None and form.get("promises") == "yes",
        speaks=form is not None and form.get("speaks") == found.room.language,
        **way,
        refusal=say(looks.locale, refused.words, **refused.facts) if refused else "",
        refusal_help=refused is not None and refused.help,
    )


@router.post(f"{HERE}/{{slug}}/sit-in")
async def post_sit_in(
    request: Request, house: InHouse, member: CurrentMember, slug: Slug
) -> Response:
    """Sit in once."""
    return await _come(request, house, member, slug, to_look=True)


@router.post(f"{HERE}/{{slug}}/join")
async def post_join(
    request: Request, house: InHouse, member: CurrentMember, slug: Slug
) -> Response:
    """Be one of the circle."""
    return await _come(request, house, member, slug, to_look=False)


async def _come(
    request: Request, house: House, member: Member, slug: str, *, to_look: bool
) -> Response:
    form, looks = await request.form(max_files=0, max_fields=TAKE_ALL), looks_of(request)
    speaks = frozenset({looks.locale, *(str(one)[:35] for one in form.getlist("speaks"))})
    promises, times = form.get("promises") == "yes", times_chosen(form)
    door = sit_in_once if to_look else join_circle
    try:
        async with house.workshop.work() as work:
            slots = slots_said(times, looks.zone, work.clock.now())
            await door(work, member, slug=slug, promises=promises, speaks=speaks, slots=slots)
    except HoldfastError as no:
        if no.code not in SAID_THERE:
            raise
        return await about_page(request, house, member, slug, refused=no, form=form)
    return go_to(f"/rooms/{slug}" if to_look else f"{HERE}/{slug}?said=joined")


@router.post(f"{HERE}/{{slug}}/leave")
async def post_leave(house: InHouse, member: Speaker, slug: Slug) -> Response:
    """Give up my seat, quietly; also *not for me*."""
    async with house.workshop.work() as work:
        await leave_circle(work, member, slug=slug)
    return go_to("/desk/circles" if isinstance(member, Staff) else f"{HERE}?said=left")


@router.post(f"{HERE}/{{slug}}/theme")
async def post_theme(request: Request, house: InHouse, member: Speaker, slug: Slug) -> Response:
    """The host gives this week another theme."""
    form = await filled(request)
    async with house.workshop.work() as work:
        await choose_theme(work, member, slug=slug, theme=form["theme"])
    return go_to(f"{HERE}/{slug}?said=theme")


@router.post(f"{HERE}/{{slug}}/call")
async def post_call(house: InHouse, member: Speaker, slug: Slug) -> Response:
    """Call for somebody of the staff."""
    async with house.workshop.work() as work:
        await call_somebody(work, member, slug=slug)
    return go_to(f"{HERE}/{slug}?said=called")


@router.post(f"{HERE}/{{slug}}/host")
async def post_host(house: InHouse, member: Speaker, slug: Slug) -> Response:
    """Care for this circle as its host."""
    async with house.workshop.work() as work:
        await become_host(work, member, slug=slug)
    return go_to(f"{HERE}/{slug}?said=host")

"""Break-glass at the desk: what was asked for, asking, and one request with all its steps."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from fastapi import Request
from starlette.responses import Response

from holdfast.desk.access import grounds_to_open
from holdfast.desk.pages.bar import bar_for, frame_for
from holdfast.desk.pages.glass_acts import act_on_request
from holdfast.desk.pages.glass_open import look_in_hand
from holdfast.desk.pages.glass_shown import WHYS, WHYS_UNTOLD, in_list, request_shown
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.forms import EMPTY, Filled, RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import say
from holdfast.listening.glass.access import glass_to_see, request_to_see, talk_to_open
from holdfast.listening.glass.actions import ask_to_open
from holdfast.listening.glass.actions.asking import Span
from holdfast.listening.glass.queries import (
    how_many_pages,
    is_ready,
    key_of,
    openings_by_month,
    requests,
    tellings_for,
)
from holdfast.listening.glass.rules import LENGTHS, NoReason, TooWide, Why
from holdfast.rights.rules import Permission, Staff, may
from holdfast.staff.access import FreshSignInNeeded
from holdfast.staff.pages.doors import CurrentStaff
from holdfast.staff.queries import name_of

HERE = "/desk/glass"
router = APIRouter(prefix=HERE, include_in_schema=False)


def frame_of(staff: Staff) -> dict[str, Any]:
    """The frame of the desk, for those who have one."""
    at_the_desk = may(staff, Permission.DESK_WATCH)
    return {"frame": frame_for(staff), **bar_for(staff), "at_the_desk": at_the_desk}


@router.get("")
async def get_glass(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """What was asked for, newest first; and whether both halves have somebody."""
    glass_to_see(staff)
    looks, now = looks_of(request), house.workshop.clock.now()
    async with house.workshop.reading() as work:
        rows = await requests(work)
        names = {one.asked_by: await name_of(work, one.asked_by) for one in rows}
        key, ready = await key_of(work, staff.id), await is_ready(work)
        months = await openings_by_month(work)
    return render(
        request,
        "desk/glass.html",
        **frame_of(staff),
        items=[in_list(one, names, looks, now) for one in rows],
        has_key=key is not None and key.ended_at is None and key.typed_at is not None,
        ready=ready,
        months=list(months.items())[-12:],
    )


@router.get("/ask")
async def get_ask(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """The form: why, which days, for how long."""
    return await ask_page(request, house, staff, EMPTY)


async def ask_page(
    request: Request,
    house: House,
    staff: Staff,
    form: Filled,
    refused: HoldfastError | None = None,
) -> Response:
    if not may(staff, Permission.GLASS_ASK):
        raise NotFound
    looks, now = looks_of(request), house.workshop.clock.now()
    about = form["about"] or request.query_params.get("about", "")
    async with house.workshop.work() as work:
        await talk_to_open(work, await grounds_to_open(work, staff, about))
    return render(
        request,
        "desk/glass-ask.html",
        refused.status if refused else 200,
        **frame_of(staff),
        about=about,
        address=address_of(about),
        whys=[(why.value, say(looks.locale, words)) for why, words in WHYS.items()],
        lengths=LENGTHS,
        today=now.date().isoformat(),
        since=form["since"] or now.date().isoformat(),
        until=form["until"] or now.date().isoformat(),
        why=form["why"],
        minutes=form["minutes"] or "30",
        refusal=say(looks.locale, refused.words) if refused else "",
    )


@router.post("/ask")
async def post_ask(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Ask a second person."""
    form = await filled(request)
    try:
        if form["why"] not in set(Why):
            raise NoReason
        span = span_of(form, house.workshop.clock.now())
        async with house.workshop.work() as work:
            grounds = await grounds_to_open(work, staff, form["about"])
            number = await ask_to_open(
                work, staff, grounds=grounds, why=Why(form["why"]), span=span
            )
    except (NotFound, FreshSignInNeeded):
        raise
    except HoldfastError as refused:
        return await ask_page(request, house, staff, form, refused)
    return go_to(f"{HERE}/{number}")


def span_of(form: Filled, now: datetime) -> Span:
    """Whole days of UTC, as parts have them; today ends now. Raises `TooWide`."""
    try:
        first, last = (datetime.fromisoformat(form[name]).date() for name in ("since", "until"))
        minutes = int(form["minutes"][:4])
    except ValueError:
        raise TooWide from None
    end = datetime.combine(last, time(), UTC) + timedelta(days=1)
    return Span(datetime.combine(first, time(), UTC), min(end, now), minutes)


def address_of(about: str) -> str:
    """Where the work is that a conversation is opened for."""
    kind, _, number = about.partition(":")
    return f"/desk/{'cases' if kind == 'case' else 'escalations'}/{number}"


@router.get("/{number}")
async def get_request(
    request: Request, house: InHouse, staff: CurrentStaff, number: RowNumber
) -> Response:
    """One request: what is asked, who agreed, and what is next. No words of anybody."""
    return await request_page(request, house, staff, number)


async def request_page(
    request: Request,
    house: House,
    staff: Staff,
    number: int,
    refused: HoldfastError | None = None,
) -> Response:
    looks, now = looks_of(request), house.workshop.clock.now()
    async with house.workshop.reading() as work:
        row = await request_to_see(work, staff, number)
        people = (row.asked_by, row.agreed_by, row.untold_asked_by, row.untold_by)
        names = {one: await name_of(work, one) for one in people if one is not None}
        told = await tellings_for(work, row.id)
        pages = await how_many_pages(work, row)
    look = look_in_hand(house, staff, number, now)
    return render(
        request,
        "desk/glass-request.html",
        refused.status if refused else 200,
        **frame_of(staff),
        one=request_shown(row, names, staff, looks, now),
        told=told,
        pages=range(1, pages + 1) if look else (),
        address=f"{HERE}/{number}",
        work_address=address_of(row.about),
        whys_untold=[(why.value, say(looks.locale, words)) for why, words in WHYS_UNTOLD.items()],
        refusal=say(looks.locale, refused.words) if refused else "",
    )


@router.post("/{number}")
async def post_request(
    request: Request, house: InHouse, staff: CurrentStaff, number: RowNumber
) -> Response:
    """Agree, take back, call somebody, open, close, tell later, answer an objection."""
    form = await filled(request)
    try:
        await act_on_request(house, staff, number, form)
    except (NotFound, FreshSignInNeeded):
        raise
    except HoldfastError as refused:
        return await request_page(request, house, staff, number, refused)
    return go_to(f"{HERE}/{number}")

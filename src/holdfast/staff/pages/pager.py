"""The pager: how I am called, whether that works, who is called in which order, what is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.forms import EMPTY, Filled, RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.ids import ContactId, PageId, StaffId
from holdfast.kit.limits import Pace
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.notices.actions import add_device, add_number, forget_contact
from holdfast.notices.jobs import call_me
from holdfast.notices.queries import chain, open_pages, troubles_since, ways_of
from holdfast.notices.rules import Outcome, Urgency
from holdfast.notices.rules.addresses import Subscription, is_subscription, may_call
from holdfast.rights.rules import Permission, Staff, may
from holdfast.staff.actions.pager import answer_page, set_chain
from holdfast.staff.pages.doors import CurrentStaff
from holdfast.staff.pages.wording import moments_for
from holdfast.staff.queries import roster
from holdfast.staff.queries.people import everybody_here

router = APIRouter(prefix="/staff/pager")
HERE = "/staff/pager"
SAVED = ("added", "forgotten", "reached", "lost", "noway", "chain", "answered")
LATELY = timedelta(days=1)
LONGEST_LABEL = 60
TESTS = Pace(every=20.0, burst=3)
NO_DEVICE = N_("Your browser did not give an address that we can call. Nothing was changed.")
WHY = {
    Urgency.IMMEDIATE: N_("Somebody may be in danger now"),
    Urgency.HIGH: N_("Somebody needs a person soon"),
    Urgency.DETECTOR: N_("Nothing reads the rooms"),
    Urgency.RAID: N_("Many people are coming in at once"),
    Urgency.RELIEF: N_("Somebody on shift asks for cover"),
    Urgency.GAP: N_("A gap in the rota"),
}
LOST = {
    Outcome.UNREACHED: N_("did not get through"),
    Outcome.GONE: N_("that device is no more"),
    Outcome.NO_WAY: N_("no way to call them"),
}


def with_a_pager(staff: Staff) -> Staff:
    """The staff person, if they have a pager. Raises `NotFound`."""
    if not may(staff, Permission.PAGER_SET):
        raise NotFound
    return staff


@router.get("")
async def get_pager(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """My ways, the chain, and what is open."""
    saved = request.query_params.get("saved", "")
    return await pager_page(request, house, staff, saved=saved if saved in SAVED else "")


async def pager_page(
    request: Request,
    house: House,
    staff: Staff,
    *,
    form: Filled = EMPTY,
    refused: HoldfastError | None = None,
    saved: str = "",
) -> Response:
    with_a_pager(staff)
    async with house.workshop.reading() as work:
        shown = await _pager(work, staff)
    return render(
        request,
        "notices/pager.html",
        200 if refused is None else refused.status,
        push_key=house.pager.telephone.push_key,
        has_gateway=bool(house.settings.pager_webhook),
        may_order=may(staff, Permission.SHIFT_PLAN),
        at_the_desk=may(staff, Permission.DESK_WATCH),
        at_the_door=may(staff, Permission.DOOR_SET) or may(staff, Permission.RAID_SET),
        moment=moments_for(looks_of(request)),
        why=WHY,
        lost=LOST,
        form=form,
        refused=refused,
        saved=saved,
        **shown,
    )


async def _pager(work: Work, staff: Staff) -> dict[str, Any]:
    names = {row.id: row.name for row in await everybody_here(work)}
    called = (await roster(work)).chain
    troubles = await troubles_since(work, work.clock.now() - LATELY)
    return {
        "ways": await ways_of(work, staff.id),
        "pages": await open_pages(work),
        "names": names,
        "called": [(one, names[one]) for one in called],
        "others": [(one, name) for one, name in names.items() if one not in called],
        "is_ordered": bool(await chain(work)),
        "troubles": [(row, names.get(row.staff_id or StaffId(0), "")) for row in troubles[:10]],
    }


@router.post("/devices")
async def post_device(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Let this browser be called."""
    with_a_pager(staff)
    form = await filled(request)
    given = Subscription(form["endpoint"], form["p256dh"], form["auth"])
    if not is_subscription(given) or not may_call(given.endpoint, house.settings.push_services):
        return await pager_page(request, house, staff, refused=Malformed(NO_DEVICE))
    label = " ".join(form["label"].split())[:LONGEST_LABEL] or "–"
    return await _added(request, house, staff, form, subscription=given, label=label)


@router.post("/numbers")
async def post_number(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Let the gateway call me by a number."""
    with_a_pager(staff)
    return await _added(request, house, staff, await filled(request))


async def _added(
    request: Request,
    house: House,
    staff: Staff,
    form: Filled,
    *,
    subscription: Subscription | None = None,
    label: str = "",
) -> Response:
    try:
        async with house.workshop.work() as work:
            if subscription is None:
                await add_number(work, staff, root=house.root, number=form["number"].strip())
            else:
                await add_device(
                    work, staff, root=house.root, subscription=subscription, label=label
                )
    except HoldfastError as refused:
        return await pager_page(request, house, staff, form=form, refused=refused)
    return go_to(f"{HERE}?saved=added")


@router.post("/ways/{contact_id}/forget")
async def post_forget(house: InHouse, staff: CurrentStaff, contact_id: RowNumber) -> Response:
    """Take away one of my ways."""
    with_a_pager(staff)
    async with house.workshop.work() as work:
        await forget_contact(work, staff, contact_id=ContactId(contact_id))
    return go_to(f"{HERE}?saved=forgotten")


@router.post("/test")
async def post_test(house: InHouse, staff: CurrentStaff) -> Response:
    """Call me now, by all my ways."""
    with_a_pager(staff)
    house.limits.take(("pager test", staff.id), TESTS)
    calls = await call_me(house.workshop, house.pager, staff)
    reached = [call for call in calls if call.outcome is Outcome.REACHED]
    saved = "reached" if reached and len(reached) == len(calls) else "lost" if calls else "noway"
    return go_to(f"{HERE}?saved={saved}")


@router.post("/chain")
async def post_chain(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Who is called, in the order of the numbers beside their names."""
    with_a_pager(staff)
    form = await filled(request)
    async with house.workshop.work() as work:
        people = [row.id for row in await everybody_here(work)]
        await set_chain(work, staff, people=ordered(form, people))
    return go_to(f"{HERE}?saved=chain")


def ordered(form: Filled, people: Sequence[StaffId]) -> list[StaffId]:
    """The people who have a number beside their name, in its order."""
    places = [(form[f"place-{one}"].strip(), one) for one in people]
    numbered = [(int(place), one) for place, one in places if place.isdecimal() and len(place) < 6]
    return [one for _, one in sorted(numbered, key=lambda pair: pair[0])]


@router.post("/pages/{page_id}/answer")
async def post_answer(house: InHouse, staff: CurrentStaff, page_id: RowNumber) -> Response:
    """I am on it: nobody more is called."""
    with_a_pager(staff)
    async with house.workshop.work() as work:
        await answer_page(work, staff, page_id=PageId(page_id))
    return go_to(f"{HERE}?saved=answered")

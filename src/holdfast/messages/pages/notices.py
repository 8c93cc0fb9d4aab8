"""My notices: what happened while I was not there, and whether a device may say so."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed
from holdfast.kit.forms import filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, looks_of, render
from holdfast.kit.words import N_, NP_, say
from holdfast.kit.work import Work
from holdfast.members.access import myself
from holdfast.members.pages.wording import days_for
from holdfast.messages.queries.telling import room_names
from holdfast.notices.actions import choose_quiet, forget_devices, see_notices, tell_on_device
from holdfast.notices.queries import (
    Notice,
    choice_of,
    has_device,
    member_push_is_on,
    notices_of,
    unseen_at_a_glance,
)
from holdfast.notices.rules.addresses import Subscription, is_subscription, may_call
from holdfast.notices.rules.telling import A_FEW, Kind, as_written, minute_of
from holdfast.rights.api import CurrentMember
from holdfast.rights.rules import Actor, Member
from holdfast.rooms.queries import name_of

HERE = "/me/notices"
router = APIRouter(prefix=HERE, include_in_schema=False)
PAGE = 30
SAVED = ("seen", "added", "forgotten", "quiet")
Before = Annotated[int | None, Query(ge=1, le=2**53 - 1)]
NO_DEVICE = N_("Your browser did not give an address that we can use. Nothing was changed.")
NO_TIME = N_("Please give both times, such as 22:00 and 07:00, or neither.")
SAYS: dict[Kind, str] = {
    Kind.SIDE_SPACE: NP_("safety", "Your side space waits for you and the person who comes."),
    Kind.LISTENER: N_("Someone is there for you, who listens."),
    Kind.REPLY: N_("Somebody answered you in %(room)s."),
    Kind.MEETING: N_("A meeting in %(room)s begins soon."),
    Kind.MEETING_MOVED: N_("A meeting in %(room)s is at another time, or will not be."),
    Kind.RELEASED: N_("Your post is in %(room)s now."),
    Kind.RETURNED: N_("A post of yours came back to you in %(room)s."),
    Kind.MEASURE: N_("Something was decided about you. You can read what and why."),
    Kind.MEASURE_ENDED: N_("Something that was decided about you is over."),
    Kind.APPEAL: N_("Somebody took a second look for you. You can read what they say."),
    Kind.REPORT: N_("There is an answer to your report."),
    Kind.OPENED: N_("A conversation of yours was opened by two of the staff. You can read why."),
    Kind.CIRCLE_ASKED: N_("There may be a circle for you. Would you like to begin?"),
    Kind.CIRCLE_SHORT: N_("%(room)s has become too small. It ends in a week."),
    Kind.CIRCLE_ENDING: N_("%(room)s ends within a week. You can plan the last meeting."),
    Kind.CIRCLE_ENDED: N_("%(room)s has ended. You can read it for two more weeks."),
    Kind.CIRCLE_CHECK: N_("Four weeks ago your circle ended. How are you?"),
    Kind.WISH_OVER: N_("We stopped looking for a circle for you. You can wish again."),
    Kind.ROOM_CLOSING: N_("%(room)s is going to close."),
    Kind.UNUSED: N_(
        "You were away for eleven months. After twelve months away, all that is yours here goes."
    ),
}
LEADS = {
    Kind.LISTENER: "/listening/waiting",
    Kind.CIRCLE_ASKED: "/circles/asked",
    Kind.CIRCLE_CHECK: "/circles/how",
    Kind.WISH_OVER: "/circles",
    Kind.MEASURE: "/me/measures",
    Kind.MEASURE_ENDED: "/me/measures",
    Kind.APPEAL: "/me/measures",
    Kind.REPORT: "/me/reports",
    Kind.OPENED: "/me/opened",
}
NEWS = N_("%(n)s new")
MUCH_NEWS = N_("A few new")


@router.get("")
async def get_notices(
    request: Request, house: InHouse, member: CurrentMember, before: Before = None
) -> Response:
    """The list, newest first."""
    saved = request.query_params.get("saved", "")
    return await notices_page(request, house, member, before, saved=saved if saved in SAVED else "")


async def notices_page(
    request: Request,
    house: House,
    member: Member,
    before: int | None = None,
    *,
    refused: HoldfastError | None = None,
    saved: str = "",
) -> Response:
    async with house.workshop.reading() as work:
        found = await notices_of(work, member, before, PAGE + 1)
        names = await room_names(work, {row.slug for row in found if row.slug})
        devices = await _devices(work, house, member)
    looks, page = looks_of(request), found[:PAGE]
    return render(
        request,
        "messages/notices.html",
        200 if refused is None else refused.status,
        items=[shown(row, names, looks) for row in page],
        is_new=any(row.seen_at is None for row in page),
        earlier=f"{HERE}?before={page[-1].id}" if len(found) > PAGE else "",
        refused=refused,
        saved=saved,
        **devices,
    )


async def _devices(work: Work, house: House, member: Member) -> dict[str, Any]:
    """What the page says of devices: whether they may be told here, whether mine are, and when."""
    choice, me = await choice_of(work, member.id), await myself(work, member)
    return {
        "push_key": house.pager.telephone.push_key if await member_push_is_on(work) else "",
        "told_on_device": await has_device(work, member.id),
        "quiet_from": as_written(choice.quiet_from) if choice else "",
        "quiet_until": as_written(choice.quiet_until) if choice else "",
        "my_zone": me.time_zone.replace("_", " "),
    }


def shown(row: Notice, names: dict[str, str], looks: Looks) -> dict[str, Any]:
    """One notice as the page says it, and where it leads."""
    room = name_of(names.get(row.slug, ""), looks.locale)
    return {
        "words": say(looks.locale, SAYS[row.kind], room=room),
        "href": LEADS.get(row.kind) or f"/rooms/{row.slug}" + (f"#m{row.seq}" if row.seq else ""),
        "day": days_for(looks)(row.at),
        "clock": clock_of(row.at, looks),
        "is_new": row.seen_at is None,
    }


@router.post("/seen")
async def post_seen(house: InHouse, member: CurrentMember) -> Response:
    """I have looked at them."""
    async with house.workshop.work() as work:
        await see_notices(work, member)
    return go_to(f"{HERE}?saved=seen#saved")


@router.post("/devices")
async def post_device(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Tell me on this browser as well."""
    form = await filled(request)
    given = Subscription(form["endpoint"], form["p256dh"], form["auth"])
    if not is_subscription(given) or not may_call(given.endpoint, house.settings.push_services):
        return await notices_page(request, house, member, refused=Malformed(NO_DEVICE))
    try:
        async with house.workshop.work() as work:
            await tell_on_device(work, member, root=house.root, subscription=given)
    except HoldfastError as refused:
        return await notices_page(request, house, member, refused=refused)
    return go_to(f"{HERE}?saved=added#saved")


@router.post("/devices/forget")
async def post_forget(house: InHouse, member: CurrentMember) -> Response:
    """Tell me on no device any more."""
    async with house.workshop.work() as work:
        await forget_devices(work, member)
    await house.workshop.database.forget_deleted()
    return go_to(f"{HERE}?saved=forgotten#saved")


@router.post("/quiet")
async def post_quiet(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """When my devices say nothing; with both fields empty, they always may."""
    form = await filled(request)
    since, until = minute_of(form["from"]), minute_of(form["until"])
    is_empty = not form["from"] and not form["until"]
    if not is_empty and (since is None or until is None):
        return await notices_page(request, house, member, refused=Malformed(NO_TIME))
    async with house.workshop.work() as work:
        await choose_quiet(work, member, since=since, until=until)
    return go_to(f"{HERE}?saved=quiet#saved")


async def news_for(house: House, actor: Actor, slug: str = "") -> str:
    """What the way to my notices says beside itself: nothing, a small number, or “A few new”.

    Who opens a room has seen what led there.
    """
    if not isinstance(actor, Member):
        return ""
    unseen = await unseen_at_a_glance(house.workshop.glances, actor)
    if unseen.pop(slug, 0):
        with suppress(HoldfastError):  # the room is shown all the same
            async with house.workshop.work() as work:
                await see_notices(work, actor, slug=slug)
    count = sum(unseen.values())
    if not count:
        return ""
    return say(actor.looks.locale, NEWS if count <= A_FEW else MUCH_NEWS, n=count)

"""Coming in: what the door asks, invitations, raid mode, and taking back what a cohort said."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request
from msgspec import Struct
from starlette.responses import Response

from holdfast.desk.pages.bar import bar_for, frame_for
from holdfast.desk.pages.room_names import room_words
from holdfast.desk.pages.steward_doors import days_for, said
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.forms import RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.ids import BatchId, RaidId
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import say
from holdfast.kit.work import Work
from holdfast.members.actions import burn_batch, make_invitations, set_door
from holdfast.members.queries import batches_made, door_now
from holdfast.raids.actions import (
    bring_back_cohort,
    end_raid_by_hand,
    raid_by_hand,
    set_read_first,
    undo_cohort,
)
from holdfast.raids.queries import RaidSummary, open_rooms, raids_lately, rooms_read_first
from holdfast.raids.queries.cohorts import Preview, preview_of
from holdfast.rights.rules import Permission, Staff, may
from holdfast.rooms.rules.stops import RULES
from holdfast.settings import Switch
from holdfast.staff.pages.doors import CurrentStaff
from holdfast.staff.pages.wording import moments_for

router = APIRouter(prefix="/desk/coming-in", include_in_schema=False)
HERE = "/desk/coming-in"
SAVED = frozenset({"door", "burned", "reading", "begun", "ended", "undone", "back"})
NOTHING = Preview(0, 0, 0)


async def minding_the_door(staff: CurrentStaff) -> Staff:
    """Who sets the door, or raid mode. For everybody else it is not there."""
    if not (may(staff, Permission.DOOR_SET) or may(staff, Permission.RAID_SET)):
        raise NotFound
    return staff


AtTheDoor = Annotated[Staff, Depends(minding_the_door)]


class Shown(Struct, frozen=True):
    """A raid, and what taking back its cohort would do now."""

    raid: RaidSummary
    preview: Preview


@router.get("")
async def get_coming_in(request: Request, house: InHouse, staff: AtTheDoor) -> Response:
    """How people come in just now."""
    return await door_page(request, house, staff)


async def door_page(
    request: Request, house: House, staff: Staff, *, refused: HoldfastError | None = None
) -> Response:
    await house.reactions.raids.write_down()
    async with house.workshop.reading() as work:
        context = await _known(work, house)
    saved = request.query_params.get("saved", "")
    locale = looks_of(request).locale
    return render(
        request,
        "desk/coming-in.html",
        200 if refused is None else refused.status,
        **bar_for(staff),
        frame=frame_for(staff),
        refused="" if refused is None else said(request, refused),
        saved=saved if saved in SAVED and refused is None else "",
        sets_door=may(staff, Permission.DOOR_SET),
        invites=may(staff, Permission.INVITATION_MAKE),
        sets_raid=may(staff, Permission.RAID_SET),
        undoes=may(staff, Permission.RAID_UNDO),
        rules=[(code, say(locale, words)) for code, words in RULES.items()],
        day=days_for(request),
        moment=moments_for(looks_of(request)),
        called=lambda name: room_words(name, locale),
        **context,
    )


async def _known(work: Work, house: House) -> dict[str, Any]:
    raids = await raids_lately(work)
    rooms, first = await open_rooms(work), await rooms_read_first(work)
    return {
        "door": await door_now(work, may_ask=house.settings.proof_of_work is Switch.ON),
        "never_asks": house.settings.proof_of_work is Switch.OFF,
        "batches": await batches_made(work),
        "rooms": [(room, room.id in first) for room in rooms],
        "raids": [
            Shown(raid, await preview_of(work, raid.id) if raid.cohort else NOTHING)
            for raid in raids
        ],
    }


@router.post("/door")
async def post_door(request: Request, house: InHouse, staff: AtTheDoor) -> Response:
    """What the door asks from now on."""
    form = await filled(request)
    async with house.workshop.work() as work:
        await set_door(
            work,
            staff,
            asks_proof=form["proof"] == "yes",
            only_invited=form["invited"] == "yes",
        )
    return go_to(f"{HERE}?saved=door")


@router.post("/invitations")
async def post_invitations(request: Request, house: InHouse, staff: AtTheDoor) -> Response:
    """New invitations, shown once and therefore not behind an address."""
    form = await filled(request)
    count = form["count"].strip()
    try:
        async with house.workshop.work() as work:
            number = int(count) if count.isascii() and count.isdigit() else 0
            codes = await make_invitations(work, staff, root=house.root, count=number)
    except Malformed as refused:
        return await door_page(request, house, staff, refused=refused)
    return render(
        request, "desk/invitations.html", codes=codes, **bar_for(staff), frame=frame_for(staff)
    )


@router.post("/batches/{batch_id}/burn")
async def post_burn(house: InHouse, staff: AtTheDoor, batch_id: RowNumber) -> Response:
    """What nobody has used of a batch is worth nothing from now on."""
    async with house.workshop.work() as work:
        await burn_batch(work, staff, batch=BatchId(batch_id))
    return go_to(f"{HERE}?saved=burned")


@router.post("/read-first")
async def post_read_first(request: Request, house: InHouse, staff: AtTheDoor) -> Response:
    """Whether newcomers are read first in a room."""
    form = await filled(request)
    async with house.workshop.work() as work:
        await set_read_first(work, staff, slug=form["room"], on=form["to"] == "on")
    return go_to(f"{HERE}?saved=reading")


@router.post("/raids")
async def post_raid(request: Request, house: InHouse, staff: AtTheDoor) -> Response:
    """Raid mode on, by hand."""
    form = await filled(request)
    async with house.workshop.work() as work:
        await raid_by_hand(work, staff, slug=form["room"] or None)
    return go_to(f"{HERE}?saved=begun")


@router.post("/raids/{raid_id}/end")
async def post_end(
    request: Request, house: InHouse, staff: AtTheDoor, raid_id: RowNumber
) -> Response:
    """Raid mode off, by hand."""
    version = await _version(request)
    async with house.workshop.work() as work:
        await end_raid_by_hand(work, staff, raid_id=RaidId(raid_id), version=version)
    return go_to(f"{HERE}?saved=ended")


@router.post("/raids/{raid_id}/undo")
async def post_undo(
    request: Request, house: InHouse, staff: AtTheDoor, raid_id: RowNumber
) -> Response:
    """Take back everything that a raid's cohort said, and pause them."""
    form, version = await filled(request), await _version(request)
    await house.reactions.raids.write_down()
    await undo_cohort(
        house.ledger, staff, raid_id=RaidId(raid_id), version=version, rule=form["rule"]
    )
    return go_to(f"{HERE}?saved=undone")


@router.post("/raids/{raid_id}/bring-back")
async def post_bring_back(
    request: Request, house: InHouse, staff: AtTheDoor, raid_id: RowNumber
) -> Response:
    """And bring all of it back."""
    version = await _version(request)
    await bring_back_cohort(house.ledger, staff, raid_id=RaidId(raid_id), version=version)
    return go_to(f"{HERE}?saved=back")


async def _version(request: Request) -> int:
    """The version that was looked at; no number is no version."""
    given = (await filled(request))["version"]
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0

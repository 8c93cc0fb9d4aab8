"""What the pages call themselves here, and whether others use this device."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.forms import filled
from holdfast.kit.house import InHouse
from holdfast.members.actions.sharing import choose_disguise, share_device
from holdfast.members.pages.private.shown import HERE, private_page
from holdfast.rights.api import CurrentMember

router = APIRouter(prefix=HERE)


@router.get("")
async def get_private(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """How others see less of me being here."""
    return await private_page(request, house, member)


@router.post("/disguise")
async def post_disguise(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Another name and picture for every page, or our own again."""
    form = await filled(request)
    async with house.workshop.work() as work:
        await choose_disguise(work, member, disguise=form["disguise"])
    return go_to(f"{HERE}?saved=disguise#saved")


@router.post("/shared")
async def post_shared(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Others use this device, or they do not any longer."""
    form = await filled(request)
    async with house.workshop.work() as work:
        await share_device(work, member, shared=form["shared"] == "yes")
    response = go_to(f"{HERE}?saved=shared#saved")
    if form["shared"] == "yes":
        response.headers["clear-site-data"] = '"cache", "storage"'  # what was kept until now
    return response

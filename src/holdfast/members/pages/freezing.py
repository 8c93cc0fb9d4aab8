"""Asking that what is kept about me is only kept, and not used; and taking that back."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from holdfast.erasing.receipts import receipt_of_freeze, signed
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of, render
from holdfast.members.actions.freezing import freeze, thaw
from holdfast.members.pages.wording import days_for
from holdfast.members.queries import can_come_back, freeze_of
from holdfast.members.rules.freezing import WHERE, NoWayBack
from holdfast.members.tables import FreezeRow
from holdfast.rights.api import CurrentMember

router = APIRouter(prefix=WHERE)


@router.get("")
async def get_freeze(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """What it means, and whether it is so now."""
    async with house.workshop.reading() as work:
        row = await freeze_of(work, member.id)
        has_way_back = await can_come_back(work, member.id)
    return _page(request, house, row, has_way_back=has_way_back)


def _page(
    request: Request, house: House, row: FreezeRow | None, status: int = 200, **context: Any
) -> Response:
    is_frozen = row is not None and row.thawed_at is None
    return render(
        request,
        "members/freeze.html",
        status,
        row=row,
        is_frozen=is_frozen,
        receipt=signed(house.root, receipt_of_freeze(row.number, row.at)) if row else "",
        day=days_for(looks_of(request)),
        **context,
    )


@router.post("")
async def post_freeze(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """From now on it is only kept."""
    try:
        async with house.workshop.work() as work:
            await freeze(work, member)
    except NoWayBack as no:
        return _page(request, house, None, no.status, has_way_back=False)
    return go_to(WHERE)


@router.post("/end")
async def post_end(house: InHouse, member: CurrentMember) -> Response:
    """It may be used as before."""
    async with house.workshop.work() as work:
        await thaw(work, member)
    return go_to(WHERE)

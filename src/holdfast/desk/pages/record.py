"""The record, as far as the reader may see it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from holdfast.audit.access import records_to_see
from holdfast.desk.pages.bar import bar_for, frame_for
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.kit.pages import clock_of, day_of, looks_of, render
from holdfast.staff.pages.doors import CurrentStaff
from holdfast.staff.queries import name_of

router = APIRouter(include_in_schema=False)
PAGE = 50


@router.get("/desk/record")
async def get_record(
    request: Request,
    house: InHouse,
    staff: CurrentStaff,
    before: Annotated[int | None, Query(ge=1, le=2**53 - 1)] = None,
) -> Response:
    """Who did what, newest first. My own acts, or all of them, as my role allows."""
    looks = looks_of(request)
    async with house.workshop.reading(stale=before is not None) as work:
        rows = await records_to_see(work, staff, before=before, limit=PAGE)
        names = {one: await name_of(work, one) for one in {row.staff_id for row in rows} if one}
    shown = [
        {
            "seq": row.seq,
            "day": day_of(row.at, looks),
            "clock": clock_of(row.at, looks),
            "who": names.get(row.staff_id, "") if row.staff_id else "",
            "role": row.role,
            "what": row.what,
            "about": row.about or "",
        }
        for row in rows
    ]
    earlier = rows[-1].seq if len(rows) == PAGE else None
    return render(
        request,
        "desk/record.html",
        rows=shown,
        earlier=earlier,
        **bar_for(staff),
        frame=frame_for(staff),
    )

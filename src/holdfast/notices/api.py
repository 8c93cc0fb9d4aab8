"""What a member is told, for programs: the list, and that it was looked at."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field

from holdfast.kit.clock import stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.notices.actions import see_notices
from holdfast.notices.queries import Notice, notices_of, unseen_notices
from holdfast.rights.api import CurrentMember

router = APIRouter(prefix="/api/v1/me/notices", tags=["notices"])
PAGE = 30
Before = Annotated[int | None, Query(ge=1, le=2**53 - 1)]
Limit = Annotated[int, Query(ge=1, le=100)]


class NoticeShown(BaseModel):
    """One thing that happened. It says where to look, and nobody's words."""

    id: int
    kind: str
    room: str | None = Field(None, description="The room it leads to, by its slug.")
    seq: int | None = Field(None, description="The message in that room.")
    at: str
    seen_at: str | None = None


class Notices(BaseModel):
    items: list[NoticeShown]
    unseen: int
    next: str | None = Field(None, description="What to give as `before` for the ones before.")


@router.get("")
async def get_notices(
    house: InHouse, member: CurrentMember, before: Before = None, limit: Limit = PAGE
) -> Notices:
    """What I was told in the last 30 days, newest first."""
    async with house.workshop.reading() as work:
        found = await notices_of(work, member, before, limit + 1)
        unseen = await unseen_notices(work, member)
    page = found[:limit]
    last = str(page[-1].id) if len(found) > limit else None
    return Notices(items=[shown(row) for row in page], unseen=unseen, next=last)


def shown(row: Notice) -> NoticeShown:
    return NoticeShown(
        id=row.id,
        kind=row.kind.value,
        room=row.slug or None,
        seq=row.seq,
        at=stamp(row.at),
        seen_at=stamp(row.seen_at) if row.seen_at else None,
    )


@router.post("/seen", status_code=204)
async def post_seen(house: InHouse, member: CurrentMember) -> Response:
    """I have looked at them all."""
    async with house.workshop.work() as work:
        await see_notices(work, member)
    return Response(status_code=204)

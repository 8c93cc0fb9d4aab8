"""Taking everything with me: a passphrase that is shown once, and a file sealed under it."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import Form, Request
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from starlette.responses import HTMLResponse, Response

from holdfast.app.knowing.archive import file_name, is_passphrase, new_passphrase, packed, sealed
from holdfast.app.knowing.kept import reasons
from holdfast.app.knowing.reading import Eyes, drawn
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import House, InHouse
from holdfast.kit.limits import Pace
from holdfast.kit.pages import looks_of, render, zone_of
from holdfast.messages.queries import Reader
from holdfast.messages.queries.mine import everything_about
from holdfast.rights.api import CurrentMember
from holdfast.rights.rules import Member
from holdfast.rooms.tables import RoomRow

router = APIRouter(include_in_schema=False)
PACE = Pace(every=120, burst=3)  # sealing one takes a second of the whole machine


@router.get("/me/export")
async def get_export(request: Request, member: CurrentMember) -> HTMLResponse:
    """What will be in the file, what will not and why, and how it is opened."""
    del member
    return render(request, "knowing/export.html", reasons=reasons(), passphrase="")


@router.post("/me/export")
async def post_export(request: Request, member: CurrentMember) -> HTMLResponse:
    """A passphrase, shown this once and kept nowhere; and the way to the file."""
    del member
    return render(request, "knowing/export.html", reasons={}, passphrase=new_passphrase())


@router.post("/me/export/file")
async def post_export_file(
    request: Request,
    house: InHouse,
    member: CurrentMember,
    passphrase: str = Form("", max_length=200),
) -> Response:
    """The file, made while I wait and kept nowhere."""
    if not is_passphrase(passphrase):
        return RedirectResponse("/me/export", 303)
    house.limits.take(("export", member.id), PACE)
    everything = await _everything(house, member)
    eyes = Eyes(looks_of(request), house.workshop.clock.now(), await _names(house, everything))
    archive = await asyncio.to_thread(_packed, request, eyes, everything)
    headers = {"content-disposition": f'attachment; filename="{_file(request, house)}"'}
    body = await sealed(archive, passphrase)
    return Response(body, headers=headers, media_type="application/octet-stream")


@router.get("/open-my-file")
async def get_open_my_file(request: Request, house: InHouse) -> HTMLResponse:
    """How such a file is opened; for everybody, also where somebody was erased meanwhile."""
    return render(request, "knowing/open.html", file=_file(request, house))


async def _everything(house: House, member: Member) -> dict[str, Any]:
    async with house.workshop.reading() as work:
        reader = Reader(house.ledger.keyring, member)
        return await everything_about(work, reader, member, house.kept_above)


async def _names(house: House, everything: dict[str, Any]) -> dict[str, str]:
    """What the rooms are called in which this member has sat."""
    slugs = {room["room"] for room in everything["rooms"]}
    async with house.workshop.reading() as work:
        query = select(RoomRow.slug, RoomRow.name).where(RoomRow.slug.in_(slugs))
        found = await work.db.execute(query)
        return {row.slug: row.name for row in found}


def _file(request: Request, house: House) -> str:
    """Its name, by the day that it is for whoever takes it."""
    now = house.workshop.clock.now()
    return file_name(now.astimezone(zone_of(looks_of(request).zone)).date())


def _packed(request: Request, eyes: Eyes, everything: dict[str, Any]) -> bytes:
    """In a thread: of somebody who wrote much it takes a while, and nobody else waits."""
    return packed(everything, drawn(request, eyes, everything))

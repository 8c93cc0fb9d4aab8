"""Taking everything with me: a passphrase that is shown once, and a file sealed under it."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import HTMLResponse, Response

from holdfast.app.knowing.archive import FILE, is_passphrase, new_passphrase, packed, sealed
from holdfast.app.knowing.kept import reasons
from holdfast.app.knowing.labels import LABELS, PARTS
from holdfast.kit.house import House, InHouse
from holdfast.kit.limits import Pace
from holdfast.kit.pages import draw, looks_of, render, when_of
from holdfast.messages.queries import Reader
from holdfast.messages.queries.mine import everything_about
from holdfast.rights.api import CurrentMember
from holdfast.rights.rules import Member

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
    archive = await asyncio.to_thread(_packed, request, house, everything)
    headers = {"content-disposition": f'attachment; filename="{FILE}"'}
    body = await sealed(archive, passphrase)
    return Response(body, headers=headers, media_type="application/octet-stream")


@router.get("/open-my-file")
async def get_open_my_file(request: Request) -> HTMLResponse:
    """How such a file is opened; for everybody, also where somebody was erased meanwhile."""
    return render(request, "knowing/open.html")


async def _everything(house: House, member: Member) -> dict[str, Any]:
    async with house.workshop.reading() as work:
        reader = Reader(house.ledger.keyring, member)
        return await everything_about(work, reader, member, house.kept_above)


def _packed(request: Request, house: House, everything: dict[str, Any]) -> bytes:
    """In a thread: of somebody who wrote much it takes a while, and nobody else waits."""
    return packed(everything, _page(request, house, everything))


def _page(request: Request, house: House, everything: dict[str, Any]) -> str:
    now = house.workshop.clock.now()
    shown = {"made": when_of(now, now, looks_of(request)), "labels": LABELS, "parts": PARTS}
    return draw(request, "knowing/mine.html", kept=everything, **shown)

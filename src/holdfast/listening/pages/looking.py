"""Waiting without scripts: a frame that ends with words as soon as somebody is here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from holdfast.kit.doors import APIRouter
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import draw
from holdfast.listening.queries import living_ask
from holdfast.rights.api import CurrentMember
from holdfast.rights.rules import Member

router = APIRouter()
SECONDS = 1_800  # then the frame says how to look again
EVERY = 3.0


@router.get("/listening/waiting/stream")
async def get_looking(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Whether somebody is here, said when it is so."""
    request.state.may_be_framed = True
    pieces = pieces_of(request, house, member)
    return StreamingResponse(pieces, media_type="text/html", headers={"x-accel-buffering": "no"})


async def pieces_of(request: Request, house: House, member: Member) -> AsyncIterator[bytes]:
    """The frame, piece by piece: it looks every few seconds, and a sign of life goes out."""
    yield draw(request, "listening/stream.html").encode()
    ends = asyncio.get_running_loop().time() + SECONDS
    while asyncio.get_running_loop().time() < ends and not house.draining:
        async with house.workshop.reading() as work:
            waits = await living_ask(work, member.id) is not None
        if not waits:
            yield draw(request, "listening/stream-end.html", is_here=True).encode()
            return
        yield b"<!-- -->"
        await asyncio.sleep(EVERY)
    yield draw(request, "listening/stream-end.html", is_here=False).encode()

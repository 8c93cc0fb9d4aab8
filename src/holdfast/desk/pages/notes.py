"""From shift to shift: a note written from the log, signed off by who comes next."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from holdfast.crisis.actions import sign_note, write_note
from holdfast.crisis.queries import latest_notes
from holdfast.desk.pages.doors import AtTheDesk
from holdfast.kit.cookies import go_to
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import clock_of, looks_of, render
from holdfast.kit.words import say
from holdfast.rights.rules import Staff

router = APIRouter(prefix="/desk/notes", include_in_schema=False)
Id = Annotated[int, Path(ge=1, le=2**53 - 1)]


@router.get("")
async def get_notes(request: Request, house: InHouse, staff: AtTheDesk) -> Response:
    """The hand-overs between shifts, newest first."""
    return await notes_page(request, house, staff)


async def notes_page(
    request: Request, house: House, staff: Staff, refused: HoldfastError | None = None
) -> Response:
    looks = looks_of(request)
    async with house.workshop.reading() as work:
        found = await latest_notes(work)
    shown = [
        {
            "id": note.id,
            "by": by,
            "clock": clock_of(note.at, looks),
            "facts": orjson.loads(note.facts),
            "own": note.by == staff.id,
            "signed": clock_of(note.signed_at, looks) if note.signed_at else "",
            "signed_by": signer,
        }
        for note, by, signer in found
    ]
    words = say(looks.locale, refused.words) if refused else ""
    status = refused.status if refused else 200
    return render(request, "desk/notes.html", status, notes=shown, refusal=words, me=staff.name)


@router.post("")
async def post_note(house: InHouse, staff: AtTheDesk) -> Response:
    """Write down how things stand."""
    async with house.workshop.work() as work:
        await write_note(work, staff)
    return go_to("/desk/notes")


@router.post("/{note_id}/sign")
async def post_sign(request: Request, house: InHouse, staff: AtTheDesk, note_id: Id) -> Response:
    """I have read it, and the shift is mine now."""
    try:
        async with house.workshop.work() as work:
            await sign_note(work, staff, note_id=note_id)
    except NotFound:
        raise
    except HoldfastError as refused:
        return await notes_page(request, house, staff, refused)
    return go_to("/desk/notes")

"""From shift to shift: a note written from the log, signed off by who comes next."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import Form, Path, Request
from starlette.responses import Response

from holdfast.crisis.actions import sign_note, write_note
from holdfast.crisis.queries import latest_notes
from holdfast.crisis.queries.notes import words_of_note
from holdfast.crisis.rules.steps import may_take
from holdfast.desk.pages.bar import bar_for
from holdfast.desk.pages.beside import here_shown
from holdfast.desk.pages.doors import AtTheDesk
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of, render, when_of
from holdfast.kit.words import say
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader
from holdfast.messages.queries.replies import replies_lately
from holdfast.moderation.queries import open_cases
from holdfast.moderation.queries.appeals import waiting_count
from holdfast.moderation.queries.measures import waiting_for_second
from holdfast.rights.rules import Staff
from holdfast.screening.reading import read

router = APIRouter(prefix="/desk/notes", include_in_schema=False)
Id = Annotated[int, Path(ge=1, le=2**53 - 1)]
Words = Annotated[str, Form(max_length=4_000)]
NOTHING: dict[str, Any] = {"cases": [], "waiting": [], "appeals": 0, "unanswered": 0}


@router.get("")
async def get_notes(request: Request, house: InHouse, staff: AtTheDesk) -> Response:
    """The hand-overs between shifts, newest first."""
    return await notes_page(request, house, staff)


async def notes_page(
    request: Request,
    house: House,
    staff: Staff,
    refused: HoldfastError | None = None,
    words: str = "",
) -> Response:
    looks, now = looks_of(request), house.workshop.clock.now()
    async with house.workshop.reading() as work:
        found = await latest_notes(work)
        around = await here_shown(work, looks, now, staff)
    shown = [
        {
            "id": note.id,
            "by": by,
            "clock": when_of(note.at, now, looks),
            "facts": facts_for(staff, note.facts),
            "words": words_of_note(house.root, note),
            "own": note.by == staff.id,
            "signed": when_of(note.signed_at, now, looks) if note.signed_at else "",
            "signed_by": signer,
        }
        for note, by, signer in found
    ]
    return render(
        request,
        "desk/notes.html",
        refused.status if refused else 200,
        **around,
        notes=shown,
        refusal=say(looks.locale, refused.words) if refused else "",
        words=words,
        **bar_for(staff),
    )


def facts_for(staff: Staff, written: str) -> dict[str, Any]:
    """What the note counts; it leads only to what whoever reads it may open."""
    facts = {**NOTHING, **orjson.loads(written)}
    opened = [{**one, "may_open": may_take(staff, one["concern"])} for one in facts["open"]]
    return {**facts, "open": opened}


@router.post("")
async def post_note(
    request: Request, house: InHouse, staff: AtTheDesk, words: Words = ""
) -> Response:
    """Write down how things stand, and what I want the next person to know."""
    try:
        async with house.workshop.work() as work:
            await write_note(
                work,
                staff,
                further=await counted(work, house, staff),
                words=read(words.strip(), staff.role.value),
                root=house.root,
            )
    except NotFound:
        raise
    except HoldfastError as refused:
        return await notes_page(request, house, staff, refused, words)
    return go_to("/desk/notes")


async def counted(work: Work, house: House, staff: Staff) -> dict[str, Any]:
    """What stands in cases, appeals and rooms: numbers, and names of staff."""
    replies = await replies_lately(work, house.ledger.is_newcomer)
    reader = Reader(house.ledger.keyring, staff)
    return {
        "cases": [
            {"id": one.id, "concern": int(one.concern), "by": one.claimed_name}
            for one in await open_cases(work, staff)
        ],
        "waiting": [one.case_id for one in await waiting_for_second(work, reader)],
        "appeals": await waiting_count(work),
        "unanswered": len(replies.waiting),
    }


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

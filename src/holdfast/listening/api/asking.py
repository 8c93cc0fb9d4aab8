"""Asking for a listener, and how long people really wait."""

from __future__ import annotations

from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field

from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound
from holdfast.kit.house import InHouse
from holdfast.listening.access import is_offered
from holdfast.listening.actions import Asking, ask_for_listening, look_at_ask, withdraw_ask
from holdfast.listening.api.shapes import AskShown, Body, Code, Words, ask_shown, covered
from holdfast.listening.queries import my_ask, queue_now
from holdfast.rights.api import CurrentMember

router = APIRouter()


class AskBody(Body):
    """What somebody wants of a listener. `not_with`, `again_with`: rooms of earlier talks."""

    wants: Annotated[list[Code], Field(max_length=12)]
    language: Annotated[str, Field(max_length=35)] = "en"
    preferences: Annotated[list[Code], Field(default_factory=list, max_length=12)]
    words: Words = ""
    not_with: Annotated[list[Code], Field(default_factory=list, max_length=20)]
    again_with: Code | None = None


class AskMade(AskShown):
    """It waits. `help`: where people are, because of what was written."""

    help: str | None = None


class Queue(BaseModel):
    """Whether somebody can be asked now; seconds that people waited in this hour of the day."""

    offered: bool
    wait: int | None = None


@router.get("/queue")
async def get_queue(house: InHouse, member: CurrentMember) -> Queue:
    """The honest wait: the median of the last four weeks, or nothing where too few asked."""
    del member
    async with house.workshop.reading() as work:
        offered = await is_offered(work, covered=covered(house))
        wait = await queue_now(work)
        return Queue(offered=offered, wait=None if wait is None else wait.seconds)


@router.post("/ask", status_code=201, response_model_exclude_none=True)
async def post_ask(house: InHouse, member: CurrentMember, body: AskBody) -> AskMade:
    """Ask for a listener. One ask at a time."""
    asking = Asking(
        wants=frozenset(body.wants),
        language=body.language,
        preferences=frozenset(body.preferences),
        text=body.words,
        not_with=tuple(body.not_with),
        again_with=body.again_with,
    )
    asked = await ask_for_listening(house.ledger, member, asking, covered=covered(house))
    async with house.workshop.reading() as work:
        shown = await my_ask(work, member, house.ledger.keyring)
    if shown is None:
        raise NotFound
    return AskMade(**dict(ask_shown(shown)), help="/help" if asked.help else None)


@router.get("/ask")
async def get_ask(house: InHouse, member: CurrentMember) -> AskShown:
    """My ask while it waits. Looking keeps it for twelve hours more."""
    async with house.workshop.work() as work:
        await look_at_ask(work, member)
    async with house.workshop.reading() as work:
        shown = await my_ask(work, member, house.ledger.keyring)
    if shown is None:
        raise NotFound
    return ask_shown(shown)


@router.delete("/ask", status_code=204)
async def delete_ask(house: InHouse, member: CurrentMember) -> Response:
    """Nobody need come. The sentence is gone at once."""
    async with house.workshop.work() as work:
        await withdraw_ask(work, member)
    return Response(status_code=204)

"""Reporting for programs (live.md §2)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Response
from pydantic import BaseModel, ConfigDict, Field

from holdfast.kit.clock import stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import House, InHouse
from holdfast.kit.http import invalid
from holdfast.kit.shapes import words_within
from holdfast.kit.words import say
from holdfast.messages.queries import Reader
from holdfast.moderation.actions import undo_report
from holdfast.moderation.actions.forged import note_forged_report
from holdfast.moderation.actions.hearing import heard_first
from holdfast.moderation.actions.telling import Telling, keep_pace, tell
from holdfast.moderation.queries import MyReport, reports_of_member
from holdfast.moderation.rules.reports import TOLD, Door
from holdfast.rights.api import CurrentMember, SomeoneIn
from holdfast.rights.rules import Actor, Member

router = APIRouter(tags=["reports"])
Slug = Annotated[str, Path(max_length=64)]
Seq = Annotated[int, Path(ge=0, le=2**53 - 1)]
Handle = Annotated[str, Path(max_length=64)]
ReportHandle = Annotated[str, Path(max_length=64)]


class ReportBody(BaseModel):
    """Through which door, and in which words; nothing else. What was said, we know ourselves."""

    # Anything more is let in here to be read and noted, and then refused as everywhere else.
    model_config = ConfigDict(
        extra="allow", strict=True, json_schema_extra={"additionalProperties": False}
    )

    kind: Annotated[Door, Field(strict=False)]
    words: str | None = None


class ReportMade(BaseModel):
    """It lies with us. `hidden`: the message is out of your sight; `help`: where people are."""

    report: str
    state: Literal["received", "looked_at", "changed"]
    hidden: bool
    help: str | None = None


class ReportItem(BaseModel):
    """One of my reports, with how far we are."""

    report: str
    room: str
    seq: int | None = None
    kind: Door
    words: str
    at: str
    state: Literal["received", "looked_at", "changed"]
    looked_at: str | None = None
    answered_at: str | None = None
    answer: str | None = None
    hidden: bool
    undone: bool


class MyReports(BaseModel):
    items: list[ReportItem]
    next: None = None


@router.post(
    "/rooms/{slug}/messages/{seq}/reports",
    status_code=201,
    response_model_exclude_none=True,
    responses={200: {"model": ReportMade, "description": "It lay with us already."}},
)
async def post_message_report(
    house: InHouse, actor: SomeoneIn, slug: Slug, seq: Seq, body: ReportBody, *, response: Response
) -> ReportMade:
    """Report a message. From then on it is out of your own sight."""
    telling = Telling(slug, body.kind, body.words or "", seq=seq)
    return await _told(house, actor, telling, body, response)


@router.post(
    "/rooms/{slug}/people/{handle}/reports",
    status_code=201,
    response_model_exclude_none=True,
    responses={200: {"model": ReportMade, "description": "It lay with us already."}},
)
async def post_person_report(
    house: InHouse,
    actor: SomeoneIn,
    slug: Slug,
    handle: Handle,
    body: ReportBody,
    *,
    response: Response,
) -> ReportMade:
    """Report a person, by their seat in a room. Hides nothing."""
    telling = Telling(slug, body.kind, body.words or "", handle=handle)
    return await _told(house, actor, telling, body, response)


async def _told(
    house: House, actor: Actor, telling: Telling, body: ReportBody, response: Response
) -> ReportMade:
    if body.model_extra:
        await _refuse_more(house, actor, telling, body)
    made, heard = await tell(house.ledger, actor, telling=telling)
    response.status_code = 201 if made.first else 200
    needs_help = heard or telling.kind is Door.WORRIED
    return ReportMade(
        report=made.handle,
        state=made.step.value,
        hidden=made.hidden,
        help="/help" if needs_help else None,
    )


async def _refuse_more(house: House, actor: Actor, telling: Telling, body: ReportBody) -> None:
    """Something came along that a report does not have. It is read, noted and refused."""
    text = words_within(body.model_dump(exclude={"kind"}))
    async with heard_first(house.ledger, actor, text=text, where=telling.slug, door=telling.kind):
        keep_pace(house.ledger, actor, door=body.kind)
        async with house.workshop.work() as work:
            await note_forged_report(work, actor, slug=telling.slug, seq=telling.seq, has_more=True)
        raise invalid("unknown_field")


@router.get("/me/reports")
async def get_my_reports(house: InHouse, member: CurrentMember) -> MyReports:
    """What I reported, the newest first, and how far we are with each."""
    async with house.workshop.reading() as work:
        reader = Reader(house.ledger.keyring, member)
        found = await reports_of_member(work, reader, member.id)
    return MyReports(items=[_item(one, member) for one in found])


@router.delete("/me/reports/{report}", status_code=204)
async def delete_report(house: InHouse, member: CurrentMember, report: ReportHandle) -> Response:
    """Take a report back: the message is shown again. What was answered stays answered."""
    async with house.workshop.work() as work:
        await undo_report(work, member, report=report)
    return Response(status_code=204)


def _item(one: MyReport, member: Member) -> ReportItem:
    return ReportItem(
        report=one.handle,
        room=one.slug,
        seq=one.seq,
        kind=one.kind,
        words=one.words,
        at=stamp(one.at),
        state=one.step.value,
        looked_at=stamp(one.looked_at) if one.looked_at else None,
        answered_at=stamp(one.answered_at) if one.answered_at else None,
        answer=say(member.looks.locale, TOLD[one.told]) if one.told else None,
        hidden=one.hidden,
        undone=one.undone,
    )

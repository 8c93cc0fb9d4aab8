"""The small form with two doors, for a message and for a person."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Request
from msgspec import Struct
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, TooFast
from holdfast.kit.forms import Filled, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import N_, NP_
from holdfast.kit.work import Work
from holdfast.messages.events import Quote, quote_of
from holdfast.messages.queries import Reader, messages_at
from holdfast.moderation.access import message_to_report, person_to_report
from holdfast.moderation.access.reports import Subject
from holdfast.moderation.actions.telling import Telling, tell
from holdfast.moderation.rules.reports import LONGEST_WORDS, Door, NoDoor, WordsTooLong
from holdfast.rights.api import CurrentMember
from holdfast.rights.rules import Member
from holdfast.rooms.queries import room_named, words_of
from holdfast.rooms.tables import RoomKind

router = APIRouter(prefix="/rooms/{slug}")
Seq = Annotated[int, Path(ge=0, le=2**53 - 1)]
Handle = Annotated[str, Path(max_length=64)]
DOORS = (
    (
        Door.WORRIED,
        NP_("safety", "I’m worried about them"),
        NP_("safety", "They may be in danger, or they seem very low."),
    ),
    (
        Door.CONDUCT,
        NP_("safety", "This isn’t ok"),
        N_("It hurts someone here, or it feels wrong to you."),
    ),
)


@router.get("/messages/{seq}/report")
async def get_message_form(
    request: Request, house: InHouse, member: CurrentMember, slug: str, seq: Seq
) -> Response:
    """Tell us about a message. A link may name the door already."""
    return await form_page(request, house, member, About(slug, seq=seq), form=named(request))


@router.post("/messages/{seq}/report")
async def post_message_form(
    request: Request, house: InHouse, member: CurrentMember, slug: str, seq: Seq
) -> Response:
    """It is made; on to what happens now."""
    return await send(request, house, member, About(slug, seq=seq))


@router.get("/people/{handle}/report")
async def get_person_form(
    request: Request, house: InHouse, member: CurrentMember, slug: str, handle: Handle
) -> Response:
    """Tell us about a person, as this room knows them."""
    return await form_page(request, house, member, About(slug, handle=handle), form=named(request))


@router.post("/people/{handle}/report")
async def post_person_form(
    request: Request, house: InHouse, member: CurrentMember, slug: str, handle: Handle
) -> Response:
    """It is made; on to what happens now."""
    return await send(request, house, member, About(slug, handle=handle))


class About(Struct, frozen=True):
    """What the form is about, as its address says it."""

    slug: str
    seq: int | None = None
    handle: str = ""


def named(request: Request) -> Filled:
    """The form as it is opened, with the door that the address names."""
    return Filled({"kind": request.query_params.get("kind", "")})


async def send(request: Request, house: House, member: Member, about: About) -> Response:
    """Make the report. What was written stays in the form where it cannot be taken just now."""
    form = await filled(request)
    door = Door(form["kind"]) if form["kind"] in set(Door) else None
    if door is None:
        form.miss("kind", NoDoor.words)
    telling = Telling(about.slug, door, form["words"], about.seq, about.handle)
    try:
        made, heard = await tell(house.ledger, member, telling=telling)
    except (TooFast, WordsTooLong, NoDoor) as no:
        return await form_page(request, house, member, about, form=form, refused=no)
    return go_to(f"/me/reports/{made.handle}?new={'heard' if heard else 'yes'}")


async def form_page(
    request: Request,
    house: House,
    member: Member,
    about: About,
    *,
    form: Filled,
    refused: HoldfastError | None = None,
) -> Response:
    """The form itself, with one line of what it is about."""
    async with house.workshop.reading() as work:
        subject, quote = await _subject(work, house, member, about)
        room = await room_named(work, subject.room_id)
    return render(
        request,
        "moderation/report.html",
        refused.status if refused else 200,
        room=words_of(room, looks_of(request).locale),
        pseudonym=subject.pseudonym,
        quote=quote,
        between_two=room.kind is RoomKind.LISTENING,
        form=form,
        doors=DOORS,
        longest=LONGEST_WORDS,
        refused=refused,
    )


async def _subject(
    work: Work, house: House, member: Member, about: About
) -> tuple[Subject, Quote | None]:
    if about.seq is None:
        _, subject = await person_to_report(work, member, about.slug, about.handle)
        return subject, None
    _, subject = await message_to_report(work, member, about.slug, about.seq)
    reader = Reader(house.ledger.keyring, member)
    found = await messages_at(work, reader, subject.room_id, [about.seq])
    return subject, quote_of(found[0]) if found else None

"""Not seeing a person, or one message, with plain forms; and the list of whom I do not see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Form, Path, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import day_of, looks_of, render
from holdfast.kit.words import say
from holdfast.messages.access import own_block, person_in_room
from holdfast.messages.actions import block_member, hide_message, show_message, unblock
from holdfast.messages.actions.unseeing import UNSEEING
from holdfast.messages.events import avatar_url
from holdfast.messages.queries import Reader, messages_at
from holdfast.messages.queries.blocks import blocks_of
from holdfast.messages.tables import BlockKind
from holdfast.rights.api import CurrentMember
from holdfast.rights.rules import Actor, Member
from holdfast.rooms.access import Seat, room_to_see, seat_in

router = APIRouter(include_in_schema=False)
Seq = Annotated[int, Path(ge=0, le=2**53 - 1)]
Slug = Annotated[str, Form(max_length=64)]


@router.get("/rooms/{slug}/people/{seat}/about")
async def get_person(
    request: Request, house: InHouse, member: CurrentMember, slug: str, seat: str
) -> Response:
    """Someone of this room: what I can do where something about them troubles me."""
    async with house.workshop.reading() as work:
        mine = await seat_in(work, member, slug)
        person = await person_in_room(work, mine, seat)
        room = await room_to_see(work, member, slug)
    return render(
        request,
        "messages/person.html",
        room={"slug": slug, "name": say(looks_of(request).locale, room.name)},
        person={
            "seat": seat,
            "pseudonym": person.pseudonym,
            "avatar_url": avatar_url(person.avatar),
            "staff": person.is_staff,
            "me": person.member_id == member.id,
        },
    )


@router.post("/rooms/{slug}/people/{seat}/mute")
async def post_mute(house: InHouse, member: CurrentMember, slug: str, seat: str) -> Response:
    """I do not see them."""
    return await unsee(house, member, slug, seat, BlockKind.MUTE)


@router.post("/rooms/{slug}/people/{seat}/block")
async def post_block(house: InHouse, member: CurrentMember, slug: str, seat: str) -> Response:
    """Neither of us sees the other."""
    return await unsee(house, member, slug, seat, BlockKind.BLOCK)


async def unsee(house: House, member: Member, slug: str, seat: str, kind: BlockKind) -> Response:
    house.limits.take(("unseeing", member.id), UNSEEING)
    async with house.workshop.work() as work:
        block = await block_member(work, member, slug=slug, handle=seat, kind=kind)
    return RedirectResponse(f"/rooms/{slug}?unseen={block.handle}#unseen", 303)


@router.post("/rooms/{slug}/messages/{seq}/hide")
async def post_hide(house: InHouse, member: CurrentMember, slug: str, seq: Seq) -> Response:
    """Do not show me this message any longer."""
    house.limits.take(("unseeing", member.id), UNSEEING)
    async with house.workshop.work() as work:
        await hide_message(work, member, slug=slug, seq=seq)
    return RedirectResponse(f"/rooms/{slug}?unseen={seq}#unseen", 303)


@router.post("/rooms/{slug}/messages/{seq}/show")
async def post_show(house: InHouse, member: CurrentMember, slug: str, seq: Seq) -> Response:
    """Show it to me again."""
    async with house.workshop.work() as work:
        await show_message(work, member, slug=slug, seq=seq)
    return RedirectResponse(f"/rooms/{slug}#m{seq}", 303)


@router.get("/me/blocks")
async def get_blocks(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Whom I mute or block: the room and the name, as they were, and since when."""
    looks = looks_of(request)
    async with house.workshop.reading() as work:
        blocks = await blocks_of(work, member.id)
    shown = [
        {
            "id": one.handle,
            "kind": one.kind.value,
            "pseudonym": one.pseudonym,
            "room": say(looks.locale, one.room_name),
            "since": day_of(one.at, looks),
        }
        for one in blocks
    ]
    undone = request.query_params.get("undone") == "yes"
    return render(request, "messages/blocks.html", blocks=shown, undone=undone)


@router.post("/me/blocks/{block_id}/undo")
async def post_undo(
    house: InHouse, member: CurrentMember, block_id: str, room: Slug = ""
) -> Response:
    """See them again; `room` leads back to where this was said."""
    async with house.workshop.work() as work:
        block = await unblock(work, member, block_id=block_id)
    back = f"/rooms/{block.slug}" if room else "/me/blocks?undone=yes#undone"
    return RedirectResponse(back, 303)


async def unseen_just_now(house: House, actor: Actor, unseen: str) -> dict[str, Any] | None:
    """What the room's page says after something went out of sight, with the way back."""
    if not unseen or not isinstance(actor, Member):
        return None
    if unseen.isdigit() and len(unseen) < 16:
        return {"id": "", "seq": int(unseen)}
    async with house.workshop.reading() as work:
        try:
            block = await own_block(work, actor.id, unseen)
        except NotFound:
            return None
    return {"id": block.handle, "kind": block.kind.value, "pseudonym": block.pseudonym}


async def just_done(house: House, seat: Seat, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the room's page says of what was done a moment ago: looked away, or taken back."""
    return {
        "unseen": await unseen_just_now(house, seat.actor, asked.get("unseen", "")),
        "taken_back": await taken_back_just_now(house, seat, asked.get("taken", "")),
    }


async def taken_back_just_now(house: House, seat: Seat, taken: str) -> bool:
    """Whether these are words of mine that went, for which there is a receipt."""
    if not isinstance(seat.actor, Member) or not (taken.isdecimal() and len(taken) < 16):
        return False
    async with house.workshop.reading() as work:
        reader = Reader(house.ledger.keyring, seat.actor)
        found = await messages_at(work, reader, seat.room_id, [int(taken)])
    return any(one.owner == seat.id and one.removed == "author" for one in found)

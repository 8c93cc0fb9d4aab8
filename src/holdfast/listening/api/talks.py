"""The talks I am or was in, and what the two of them do."""

from __future__ import annotations

from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field

from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound
from holdfast.kit.house import House, InHouse
from holdfast.listening.access import own_session
from holdfast.listening.actions import (
    end_session,
    give_feedback,
    go_on,
    lower_hand,
    pause_session,
    raise_hand,
    say_it_was_hard,
    say_yes_to_earlier,
    wish_to_return,
    write_note,
)
from holdfast.listening.api.shapes import Body, Slug, TalkShown, Words, talk_shown
from holdfast.listening.queries import my_talks, talk_in
from holdfast.rights.api import CurrentMember
from holdfast.rights.rules import Member

router = APIRouter(prefix="/talks")


class Talks(BaseModel):
    items: list[TalkShown]
    next: None = None


class FeedbackBody(Body):
    """0 no, 1 partly, 2 yes. They are never shown one by one, and never as a score."""

    heard: Annotated[int, Field(ge=0, le=2)]
    safe: Annotated[int, Field(ge=0, le=2)]
    again: Annotated[int, Field(ge=0, le=2)]


class WishBody(Body):
    """Whether I would like to talk with them again. Nobody is told of a no."""

    yes: bool


class NoteBody(Body):
    words: Words


class Wish(BaseModel):
    both: bool


@router.get("", response_model_exclude_none=True)
async def get_talks(house: InHouse, member: CurrentMember) -> Talks:
    """The talks I am or was in, the newest first. Nobody is named."""
    async with house.workshop.reading() as work:
        found = await my_talks(work, member, house.ledger.keyring)
    return Talks(items=[talk_shown(one) for one in found])


@router.get("/{slug}", response_model_exclude_none=True)
async def get_talk(house: InHouse, member: CurrentMember, slug: Slug) -> TalkShown:
    """One of them."""
    return await shown(house, member, slug)


@router.post("/{slug}/pause", response_model_exclude_none=True)
async def post_pause(house: InHouse, member: CurrentMember, slug: Slug) -> TalkShown:
    """Pause: both see it, and the place is held."""
    async with house.workshop.work() as work:
        await pause_session(work, member, slug=slug)
    return await shown(house, member, slug)


@router.post("/{slug}/go-on", response_model_exclude_none=True)
async def post_go_on(house: InHouse, member: CurrentMember, slug: Slug) -> TalkShown:
    """The pause is over."""
    async with house.workshop.work() as work:
        await go_on(work, member, slug=slug)
    return await shown(house, member, slug)


@router.post("/{slug}/goodbye", response_model_exclude_none=True)
async def post_goodbye(house: InHouse, member: CurrentMember, slug: Slug) -> TalkShown:
    """Say goodbye. Both may read what was said for as long as it is kept."""
    async with house.workshop.work() as work:
        await end_session(work, member, slug=slug)
    return await shown(house, member, slug)


@router.put("/{slug}/hand", response_model_exclude_none=True)
async def put_hand(house: InHouse, member: CurrentMember, slug: Slug) -> TalkShown:
    """Call somebody of the staff in. They come visibly, and read from then on."""
    async with house.workshop.work() as work:
        await raise_hand(work, member, slug=slug)
    return await shown(house, member, slug)


@router.delete("/{slug}/hand", response_model_exclude_none=True)
async def delete_hand(house: InHouse, member: CurrentMember, slug: Slug) -> TalkShown:
    """It is all right again. Only who raised the hand takes it down."""
    async with house.workshop.work() as work:
        await lower_hand(work, member, slug=slug)
    return await shown(house, member, slug)


@router.post("/{slug}/earlier", status_code=204)
async def post_earlier(house: InHouse, member: CurrentMember, slug: Slug) -> Response:
    """Whoever was called may read what was said before they came."""
    await say_yes_to_earlier(house.ledger, member, slug=slug)
    return Response(status_code=204)


@router.post("/{slug}/hard", status_code=204)
async def post_hard(house: InHouse, member: CurrentMember, slug: Slug) -> Response:
    """It was a hard one: nobody new comes for ten minutes."""
    async with house.workshop.work() as work:
        await say_it_was_hard(work, member, slug=slug)
    return Response(status_code=204)


@router.put("/{slug}/again")
async def put_again(house: InHouse, member: CurrentMember, slug: Slug, body: WishBody) -> Wish:
    """Whether I would like to talk with them again; whether both would."""
    async with house.workshop.work() as work:
        return Wish(both=await wish_to_return(work, member, slug=slug, yes=body.yes))


@router.post("/{slug}/feedback", status_code=204)
async def post_feedback(
    house: InHouse, member: CurrentMember, slug: Slug, body: FeedbackBody
) -> Response:
    """Three answers, once, kept apart from whose they are."""
    answers = {"heard": body.heard, "safe": body.safe, "again": body.again}
    async with house.workshop.work() as work:
        await give_feedback(work, member, slug=slug, **answers)
    return Response(status_code=204)


@router.put("/{slug}/note", status_code=204)
async def put_note(house: InHouse, member: CurrentMember, slug: Slug, body: NoteBody) -> Response:
    """The listener's two lines, for themselves alone."""
    await write_note(house.ledger, member, slug=slug, text=body.words)
    return Response(status_code=204)


async def shown(house: House, member: Member, slug: str) -> TalkShown:
    """A talk as it stands now. Raises `NotFound`."""
    async with house.workshop.reading() as work:
        mine = await own_session(work, member, slug)
        found = await talk_in(work, member, house.ledger.keyring, mine.row.room_id)
    if found is None:
        raise NotFound
    return talk_shown(found)

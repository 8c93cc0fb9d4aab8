"""Saying something with a plain form: the same actions as every other door."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed
from holdfast.kit.house import InHouse
from holdfast.kit.tokens import random_handle
from holdfast.messages.access import seat_in_hand
from holdfast.messages.actions import (
    all_said,
    edit_message,
    hear_out,
    heard_out,
    post_message,
    remove_message,
    respond_to_message,
    withdraw_post,
)
from holdfast.messages.actions.hearing import concern_in
from holdfast.messages.pages.room import room_page
from holdfast.messages.rules import Response as Answer
from holdfast.messages.rules import Wants, drafted
from holdfast.messages.rules.expiring import chosen_of
from holdfast.messages.rules.fates import ContactDetail
from holdfast.rights.api import CurrentMember, Speaker
from holdfast.screening.concern import Concern

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]
Short = Annotated[str, Form(max_length=200)]


@router.post("/rooms/{slug}/messages")
async def post_words(
    request: Request,
    house: InHouse,
    member: Speaker,
    slug: str,
    *,
    text: Text = "",
    nonce: Short = "",
    note: Text = "",
    wants: Short = "",
    reply_to: Short = "",
    as_is: Short = "",
    expires: Short = "",
    thread: Short = "",
) -> Response:
    """Say something; on a refusal the page comes back with the words still in it."""
    nonce, words, ledger = nonce or random_handle(), newlines(text), house.ledger
    said = all_said(words, note)
    async with heard_out(ledger, member, text=said, nonce=nonce):
        seat = await seat_in_hand(house.workshop.glances, house.floor, member, slug)
    try:
        async with heard_out(ledger, member, text=said, nonce=nonce):
            answers, asks = seq_of(reply_to), wish(wants)
            draft = drafted(nonce, words, note or None, answers, asks, as_is=bool(as_is))
            draft.expires = chosen_of(expires) if expires else None
            await post_message(ledger, seat, draft)
    except HoldfastError as refused:
        kept = {"text": text, "note": note, "wants": wants, "expires": expires}
        answering = seq_of(reply_to) if refused.code != "not_found" else None
        return await room_page(
            request, house, member, slug, reply=answering, draft=kept, refused=refused
        )
    back = f"/threads/{seq_of(reply_to)}#text" if thread and seq_of(reply_to) else ""
    if not back and concern_in(ledger, member, said) is Concern.WATCH:
        back = "?calm=1"  # without scripts, too, the page asks whether somebody may sit with them
    return RedirectResponse(f"/rooms/{slug}{back}", 303)


@router.post("/rooms/{slug}/messages/{seq}")
async def post_change(
    request: Request,
    house: InHouse,
    member: Speaker,
    slug: str,
    seq: int,
    *,
    text: Text = "",
    nonce: Short = "",
    note: Text = "",
    respond: Short = "",
    unrespond: Short = "",
    remove: Short = "",
) -> Response:
    """Change, take back or answer one message."""
    nonce, words, ledger = nonce or random_handle(), newlines(text), house.ledger
    said = all_said(words, note)
    async with heard_out(ledger, member, text=said, nonce=nonce):
        seat = await seat_in_hand(house.workshop.glances, house.floor, member, slug)
    try:
        if remove:
            await remove_message(ledger, seat, seq=seq, nonce=nonce)
        elif respond or unrespond:
            answer = answer_of(respond or unrespond)
            await respond_to_message(
                ledger, seat, seq=seq, nonce=nonce, response=answer, on=bool(respond)
            )
        else:
            async with heard_out(ledger, member, text=said, nonce=nonce):
                await edit_message(
                    ledger, seat, seq=seq, nonce=nonce, text=words, note=note or None
                )
    except HoldfastError as refused:
        kept = {"text": text, "note": note}
        return await room_page(request, house, member, slug, draft=kept, refused=refused)
    back = f"?taken={seq}#taken" if remove else f"#m{seq}"
    return RedirectResponse(f"/rooms/{slug}{back}", 303)


@router.post("/rooms/{slug}/heard")
async def post_unsent(
    house: InHouse, member: CurrentMember, slug: str, *, text: Text = "", nonce: Short = ""
) -> Response:
    """Words that a page gave back by itself, for a way to be reached that it cut out: read here.

    They may be a goodbye, and then they are kept and somebody comes, as after any refusal.
    """
    del slug
    refusal, words = ContactDetail(), newlines(text)
    await hear_out(house.ledger, member, text=words, nonce=nonce, refusal=refusal)
    return Response(status_code=204)


@router.post("/rooms/{slug}/held/{nonce}")
async def post_withdrawal(house: InHouse, member: Speaker, slug: str, nonce: str) -> Response:
    """Take back my own words that wait."""
    await withdraw_post(
        house.ledger,
        await seat_in_hand(house.workshop.glances, house.floor, member, slug),
        of=nonce,
    )
    return RedirectResponse(f"/rooms/{slug}", 303)


def newlines(text: str) -> str:
    """A browser's form sends CR LF, which would count twice."""
    return text.replace("\r\n", "\n")


def seq_of(written: str) -> int | None:
    return int(written) if written.isdigit() and len(written) < 16 else None


def wish(written: str) -> Wants | None:
    try:
        return Wants(written) if written else None
    except ValueError:
        raise Malformed from None


def answer_of(written: str) -> Answer:
    try:
        return Answer(written)
    except ValueError:
        raise Malformed from None

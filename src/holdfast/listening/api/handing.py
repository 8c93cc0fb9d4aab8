"""Handing on to another listener; and asking for somebody else."""

from __future__ import annotations

from fastapi import Response

from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.listening.actions import (
    approve_hand_over,
    propose_hand_over,
    refuse_hand_over,
    someone_else,
)
from holdfast.listening.api.shapes import Body, Slug, TalkShown, Words, covered
from holdfast.listening.api.talks import shown
from holdfast.rights.api import CurrentMember

router = APIRouter(prefix="/talks")


class SummaryBody(Body):
    """At most 600 letters."""

    words: Words


@router.put("/{slug}/hand-over", response_model_exclude_none=True)
async def put_hand_over(
    house: InHouse, member: CurrentMember, slug: Slug, body: SummaryBody
) -> TalkShown:
    """The listener's summary for the next one. The member reads it first."""
    await propose_hand_over(house.ledger, member, slug=slug, text=body.words)
    return await shown(house, member, slug)


@router.post("/{slug}/hand-over/yes", response_model_exclude_none=True)
async def post_yes(
    house: InHouse, member: CurrentMember, slug: Slug, body: SummaryBody
) -> TalkShown:
    """The member's yes, to these words: this talk ends, and another listener is looked for."""
    await approve_hand_over(
        house.ledger, member, slug=slug, text=body.words, covered=covered(house)
    )
    return await shown(house, member, slug)


@router.post("/{slug}/hand-over/no", response_model_exclude_none=True)
async def post_no(house: InHouse, member: CurrentMember, slug: Slug) -> TalkShown:
    """The member's no: the words are gone, and the talk goes on."""
    async with house.workshop.work() as work:
        await refuse_hand_over(work, member, slug=slug)
    return await shown(house, member, slug)


@router.post("/{slug}/someone-else", status_code=204)
async def post_someone_else(house: InHouse, member: CurrentMember, slug: Slug) -> Response:
    """It does not fit: the same is asked of somebody else. No reason is asked."""
    async with house.workshop.work() as work:
        keyring = house.ledger.keyring
        await someone_else(work, member, keyring, slug=slug, covered=covered(house))
    return Response(status_code=204)

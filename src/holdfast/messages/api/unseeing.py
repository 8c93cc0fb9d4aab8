"""Muting, blocking and hiding, for programs: only what I set myself is ever listed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response
from pydantic import BaseModel, ConfigDict, Field

from holdfast.kit.clock import stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.messages.actions import block_member, hide_message, show_message, unblock
from holdfast.messages.actions.unseeing import UNSEEING
from holdfast.messages.queries.blocks import Block, blocks_of
from holdfast.messages.tables import BlockKind
from holdfast.rights.api import CurrentMember

router = APIRouter(prefix="/api/v1", tags=["blocks"])
Slug = Annotated[str, Path(max_length=64)]
Seq = Annotated[int, Path(ge=0, le=2**53 - 1)]
BlockHandle = Annotated[str, Path(max_length=64)]


class BlockBody(BaseModel):
    """Whom, by the room and the seat they have there, and how."""

    model_config = ConfigDict(extra="forbid", strict=True)

    room: str = Field(min_length=1, max_length=64)
    seat: str = Field(min_length=1, max_length=64)
    kind: Annotated[BlockKind, Field(strict=False)] = BlockKind.BLOCK


class BlockItem(BaseModel):
    """A mute or block: the room and the name, as they were when I set it."""

    id: str
    kind: str
    room: str
    pseudonym: str
    since: str


class Blocks(BaseModel):
    items: list[BlockItem]
    next: str | None = None


def shown(block: Block) -> BlockItem:
    return BlockItem(
        id=block.handle,
        kind=block.kind.value,
        room=block.slug,
        pseudonym=block.pseudonym,
        since=stamp(block.at),
    )


@router.get("/me/blocks")
async def get_blocks(house: InHouse, member: CurrentMember) -> Blocks:
    """Whom I mute or block, the newest first."""
    async with house.workshop.reading() as work:
        return Blocks(items=[shown(one) for one in await blocks_of(work, member.id)])


@router.post("/me/blocks", status_code=201)
async def post_block(house: InHouse, member: CurrentMember, body: BlockBody) -> BlockItem:
    """Mute (I do not see them) or block (neither sees the other), in every room."""
    house.limits.take(("unseeing", member.id), UNSEEING)
    async with house.workshop.work() as work:
        block = await block_member(work, member, slug=body.room, handle=body.seat, kind=body.kind)
    return shown(block)


@router.delete("/me/blocks/{block_id}", status_code=204)
async def delete_block(house: InHouse, member: CurrentMember, block_id: BlockHandle) -> Response:
    """See them again."""
    async with house.workshop.work() as work:
        await unblock(work, member, block_id=block_id)
    return Response(status_code=204)


@router.put("/rooms/{slug}/messages/{seq}/hidden", status_code=204)
async def put_hidden(house: InHouse, member: CurrentMember, slug: Slug, seq: Seq) -> Response:
    """Do not show me this message any longer."""
    house.limits.take(("unseeing", member.id), UNSEEING)
    async with house.workshop.work() as work:
        await hide_message(work, member, slug=slug, seq=seq)
    return Response(status_code=204)


@router.delete("/rooms/{slug}/messages/{seq}/hidden", status_code=204)
async def delete_hidden(house: InHouse, member: CurrentMember, slug: Slug, seq: Seq) -> Response:
    """Show it to me again."""
    async with house.workshop.work() as work:
        await show_message(work, member, slug=slug, seq=seq)
    return Response(status_code=204)

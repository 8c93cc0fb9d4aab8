"""Held posts and letters, read one by one: released into the room, or given back."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Path, Query, Request
from starlette.responses import Response

from holdfast.audit.actions import record, record_covered_words
from holdfast.desk.pages.bar import bar_for
from holdfast.desk.pages.doors import AtTheDesk
from holdfast.desk.pages.shown import held_shown
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import say
from holdfast.messages.access import may_read_held
from holdfast.messages.actions import release_post, return_post
from holdfast.messages.queries import Reader
from holdfast.messages.queries.held import held_posts
from holdfast.messages.rules.fates import GIVEN_BACK
from holdfast.rights.rules import Permission, Staff, may

router = APIRouter(prefix="/desk/held", include_in_schema=False)
Handle = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Words = Annotated[str, Form(max_length=4_000)]


@router.get("")
async def get_held(
    request: Request,
    house: InHouse,
    staff: AtTheDesk,
    show: Annotated[str, Query(max_length=32)] = "",
) -> Response:
    """What waits, oldest first. `show` uncovers one, which is written down."""
    return await held_page(request, house, staff, show=show)


async def held_page(
    request: Request,
    house: House,
    staff: Staff,
    *,
    show: str = "",
    refused: HoldfastError | None = None,
) -> Response:
    if not may(staff, Permission.HELD_READ):
        raise NotFound
    looks, now = looks_of(request), house.workshop.clock.now()
    async with house.workshop.work() as work:
        every = await held_posts(work, Reader(house.ledger.keyring, staff))
        waiting = [one for one in every if may_read_held(staff, one.why)]
        for one in waiting:
            if one.handle == show:
                await record_covered_words(
                    work, staff, person=one.seat_id, room=one.room_id, seq=0, why="held"
                )
        if waiting:
            await record(work, staff, what="held:read", detail={"count": len(waiting)})
    return render(
        request,
        "desk/held.html",
        409 if refused is not None else 200,
        items=[held_shown(one, looks, now, one.handle == show) for one in waiting],
        rules=[(code, say(looks.locale, words)) for code, words in GIVEN_BACK.items()],
        refusal=say(looks.locale, refused.words) if refused else "",
        **bar_for(staff),
    )


@router.post("/{handle}/release")
async def post_release(
    request: Request, house: InHouse, staff: AtTheDesk, handle: Handle
) -> Response:
    """Let it into the room."""
    try:
        await release_post(house.ledger, staff, message_id=bytes.fromhex(handle))
    except NotFound:
        raise
    except HoldfastError as refused:
        return await held_page(request, house, staff, refused=refused)
    await noted(house, staff, "held:released", handle)
    return go_to("/desk/held")


@router.post("/{handle}/return")
async def post_return(
    request: Request,
    house: InHouse,
    staff: AtTheDesk,
    handle: Handle,
    *,
    rule: Annotated[str, Form(max_length=40)] = "",
    suggestion: Words = "",
) -> Response:
    """Give the words back, with the rule and perhaps another way to say it."""
    if rule not in GIVEN_BACK:
        raise NotFound
    try:
        await return_post(
            house.ledger,
            staff,
            message_id=bytes.fromhex(handle),
            rule=rule,
            suggestion=suggestion.strip(),
        )
    except NotFound:
        raise
    except HoldfastError as refused:
        return await held_page(request, house, staff, refused=refused)
    await noted(house, staff, "held:returned", handle, rule=rule)
    return go_to("/desk/held")


async def noted(house: House, staff: Staff, what: str, handle: str, **detail: str) -> None:
    """The decision stands in the record; the ledger made it before."""
    async with house.workshop.work() as work:
        await record(work, staff, what=what, about=f"held:{handle}", detail=detail or None)

"""My own half of the key that two people need: made, typed back, ended."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.desk.pages.bar import bar_for, frame_for
from holdfast.desk.pages.glass_acts import TYPING
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.forms import filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of, render, when_of
from holdfast.kit.words import say
from holdfast.listening.glass.access import glass_to_see
from holdfast.listening.glass.actions import end_glass_key, make_glass_key, type_words_back
from holdfast.listening.glass.queries import key_of
from holdfast.listening.glass.rules import half_of
from holdfast.rights.rules import Staff
from holdfast.staff.access import FreshSignInNeeded
from holdfast.staff.pages.doors import CurrentStaff

HERE = "/desk/glass/key"
router = APIRouter(prefix=HERE, include_in_schema=False)


@router.get("")
async def get_key(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Whether I hold a half, since when, and what it opens."""
    return await key_page(request, house, staff)


async def key_page(
    request: Request,
    house: House,
    staff: Staff,
    *,
    words: str = "",
    refused: HoldfastError | None = None,
) -> Response:
    """The page; with `words` on the answer to making them, and never again."""
    glass_to_see(staff)
    looks, now = looks_of(request), house.workshop.clock.now()
    half = half_of(staff.role)
    async with house.workshop.reading() as work:
        row = await key_of(work, staff.id)
    living = row is not None and row.ended_at is None
    return render(
        request,
        "desk/glass-key.html",
        refused.status if refused else 200,
        frame=frame_for(staff),
        **bar_for(staff),
        half=half.value if half else "",
        words=words.split(),
        waits=living and row is not None and row.typed_at is None,
        since=when_of(row.typed_at, now, looks) if living and row and row.typed_at else "",
        refusal=say(looks.locale, refused.words) if refused else "",
    )


@router.post("")
async def post_key(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Make one, type its words back, or end it."""
    form, words = await filled(request), ""
    try:
        house.limits.take(("glass words", staff.id), TYPING)
        async with house.workshop.work() as work:
            match form["do"]:
                case "make":
                    words = await make_glass_key(work, staff, root=house.root)
                case "type":
                    await type_words_back(work, staff, root=house.root, words=form["words"])
                case "end":
                    await end_glass_key(work, staff)
                case _:
                    raise Malformed
    except (NotFound, FreshSignInNeeded):
        raise
    except HoldfastError as refused:
        return await key_page(request, house, staff, refused=refused)
    if words:
        return await key_page(request, house, staff, words=words)
    return go_to(HERE)

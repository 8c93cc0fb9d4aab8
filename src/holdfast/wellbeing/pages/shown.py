"""The page of the plan, as it stands and with what still has to be put right in a form."""

from __future__ import annotations

from functools import partial

from fastapi import Request
from msgspec import Struct
from starlette.responses import RedirectResponse, Response

from holdfast.kit.errors import HoldfastError
from holdfast.kit.house import House
from holdfast.kit.limits import Pace
from holdfast.kit.pages import clock_of, looks_of, render
from holdfast.members.pages.wording import days_for
from holdfast.rights.rules import Member
from holdfast.wellbeing.actions import see_openings
from holdfast.wellbeing.queries import openings_of, plan_of, sealed_line_of, undo_of
from holdfast.wellbeing.rules.plans import HEADINGS, LONGEST_LINE
from holdfast.wellbeing.rules.written import Written

PLAN = "/me/safety-plan"
SAVED = ("added", "changed", "removed", "back", "kept", "shared", "unshared", "left", "erased")
WORST, SAVED_HERE = "worst", "saved"
CARE = "care"  # what was just written was read as high or immediate
PACE = Pace(every=2, burst=30)


class Refused(Struct, frozen=True):
    """What would not go into the plan: where it was written, its words, and why not."""

    at: str
    text: str
    error: HoldfastError
    is_hard: bool


async def answer(
    request: Request,
    house: House,
    member: Member,
    written: Written,
    *,
    at: str,
    text: str,
    what: str,
) -> Response:
    """Back to the plan, saying what was done; or the form again with its words and why not."""
    if written.refused:
        no = Refused(at, text, written.refused, written.is_hard)
        return await shown(request, house, member, no)
    await house.workshop.database.forget_deleted()
    return back(CARE if written.is_hard else what, WORST if at == WORST else SAVED_HERE)


async def shown(
    request: Request, house: House, member: Member, refused: Refused | None = None
) -> Response:
    """My plan. Who opened my sealed line is told here, and that it was told is written down."""
    async with house.workshop.reading() as work:
        lines = await plan_of(work, house.root, member)
        undo = await undo_of(work, house.root, member)
        sealed = await sealed_line_of(work, house.root, member)
        openings = await openings_of(work, house.root, member)
    if any(one.told_at is None for one in openings):
        async with house.workshop.work() as work:
            await see_openings(work, member)
    saved = request.query_params.get("saved", "")
    looks = looks_of(request)
    return render(
        request,
        "wellbeing/plan.html",
        refused.error.status if refused else 200,
        parts=[(head, [one for one in lines if one.part is head.part]) for head in HEADINGS],
        undo=undo,
        sealed=sealed,
        openings=openings,
        refused=refused,
        longest=LONGEST_LINE,
        saved=saved if saved in SAVED else "",
        is_hard=refused.is_hard if refused else saved == CARE,
        known={head.part.value for head in HEADINGS} | {one.id.hex() for one in lines} | {WORST},
        day=days_for(looks),
        clock=partial(clock_of, looks=looks),
    )


def back(what: str, to: str = SAVED_HERE) -> RedirectResponse:
    """Back to the plan, saying what was done."""
    return RedirectResponse(f"{PLAN}?saved={what}#{to}", 303)


def wait_of(house: House, member: Member) -> float:
    """For how long what comes now comes too fast; nothing for anyone but a program."""
    return house.limits.wait(("plan", member.id), PACE)

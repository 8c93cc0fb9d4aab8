"""Taking a measure from a case: looked at first, then done; the second person; taking it back."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from holdfast.desk.pages.acts import known
from holdfast.desk.pages.case_shown import Seen
from holdfast.desk.pages.cases import AtCase, Here, case_of
from holdfast.desk.pages.measure_shown import end_of, told
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed
from holdfast.kit.pages import looks_of
from holdfast.kit.work import Work
from holdfast.moderation.actions.lifting import decline_measure, lift_measure
from holdfast.moderation.actions.measures import Wish, agree_measure, take_measure
from holdfast.moderation.rules.measures import MeasureKind, NoReason, is_rule

router = APIRouter(prefix="/desk/cases/{case_id}/measures", include_in_schema=False)
Measure = Annotated[int, Path(ge=1, le=2**53 - 1)]
KINDS = {kind.value: kind for kind in MeasureKind}
MOST_SECONDS = 3


@router.get("")
async def get_measures(here: Here) -> Response:
    """What they will read was shown on the answer to a press; a browser that asks again begins."""
    return go_to(f"/desk/cases/{here.id}")


@router.post("")
async def post_measure(here: Here) -> Response:
    """Do something about it; asked for a look first, what the member will be told is shown."""
    kind: MeasureKind = known(KINDS, here.form["kind"])
    if here.form["step"] == "preview":
        return await _previewed(here, kind)
    version, wish = here.version, _wish(here, kind)
    keyring = here.house.ledger.keyring

    async def take(work: Work) -> None:
        await take_measure(work, here.staff, keyring, case_id=here.id, version=version, wish=wish)

    return await here.does(take)


async def _previewed(here: AtCase, kind: MeasureKind) -> Response:
    """The case with what the member will be told, and the form as it was filled in."""
    if not is_rule(here.form["rule"]):
        return await here.shown(refused=NoReason())
    seen = Seen(looks_of(here.request), here.house.workshop.clock.now(), here.staff)
    case = await case_of(here.request, here.house, here.staff, here.id)
    try:
        preview = told(here.form, kind, case["said"], seen)
    except HoldfastError as refused:
        return await here.shown(refused=refused)
    return await here.shown(preview=preview)


def _wish(here: AtCase, kind: MeasureKind) -> Wish:
    """What the form asks for. Raises `Malformed` for what no form of ours sends."""
    form = here.form
    return Wish(
        kind=kind,
        rule=form["rule"],
        reason=form["reason"],
        until=end_of(form, here.house.workshop.clock.now()),
        seq=_number(form["seq"], 15),
        words=form["words"],
        rewrite=form["rewrite"],
        seconds=_number(form["seconds"], MOST_SECONDS) or 0,
    )


def _number(given: str, longest: int) -> int | None:
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or len(given) > longest:
        raise Malformed
    return int(given)


@router.post("/{measure_id}/agree")
async def post_agree(here: Here, measure_id: Measure) -> Response:
    """I am the second person, and I agree."""
    return await here.does(lambda work: agree_measure(work, here.staff, measure_id=measure_id))


@router.post("/{measure_id}/decline")
async def post_decline(here: Here, measure_id: Measure) -> Response:
    """I am the second person, and I do not agree."""
    return await here.does(lambda work: decline_measure(work, here.staff, measure_id=measure_id))


@router.post("/{measure_id}/lift")
async def post_lift(here: Here, measure_id: Measure) -> Response:
    """It is taken back, and what it took is given back."""
    return await here.does(lambda work: lift_measure(work, here.staff, measure_id=measure_id))

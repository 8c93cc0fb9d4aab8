"""Helplines and their checks: how far it is, and one line after the other."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query, Request
from starlette.responses import Response

from holdfast.desk.pages.lines import LineShown, in_turn, is_due, shown_lines
from holdfast.desk.pages.steward_doors import Steward, steward_page
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.forms import EMPTY, Filled, RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.looks import Looks
from holdfast.kit.pages import looks_of
from holdfast.kit.words import N_, say
from holdfast.resources.access import line_to_check, lines_to_check
from holdfast.resources.actions import Finding, check_line, undo_check
from holdfast.resources.jobs import write_checks_out
from holdfast.resources.queries import checks_that_stand, history_of
from holdfast.resources.rules.checks import How, Result
from holdfast.rights.rules import Staff
from holdfast.staff.queries import name_of

router = APIRouter(prefix="/desk/steward/helplines", include_in_schema=False)
HERE = "/desk/steward/helplines"
Key = Annotated[str, Path(max_length=80, pattern=r"^[a-z0-9-]+$")]
Asked = Annotated[str, Query(max_length=80)]
SHOWN = ("due", "all", "wrong")
HOW = [
    (How.PAGE.value, N_("I read it on the service’s own page")),
    (How.CALLED.value, N_("I called, at a quiet hour")),
    (How.ASKED.value, N_("I asked the service, and they answered")),
]
RESULTS = [
    (Result.RIGHT.value, N_("It is right, all of it")),
    (Result.MOVED.value, N_("The number is another now")),
    (Result.WRONG.value, N_("It is wrong, and I don’t know the right one")),
]
NO_WAY = N_("Please say how you checked it.")
NO_RESULT = N_("Please say what you found.")


@router.get("")
async def get_helplines(
    request: Request, house: InHouse, staff: Steward, country: Asked = "", show: Asked = "due"
) -> Response:
    """How many are checked, which are not, and the way to the next one."""
    lines_to_check(staff)
    every = await lines_now(house, looks_of(request))
    show = show if show in SHOWN else "due"
    chosen = [one for one in every if not country or one.row.country == country.upper()]
    listed = [one for one in chosen if _is_shown(one, show)]
    return steward_page(
        request,
        staff,
        "helplines",
        lines=listed,
        done=sum(one.is_good for one in every),
        every=len(every),
        due=sum(is_due(one) for one in every),
        wrong=[one for one in every if one.is_wrong],
        countries=sorted({(one.row.country, one.country) for one in every}, key=lambda c: c[1]),
        country=country.upper(),
        show=show,
    )


def _is_shown(line: LineShown, show: str) -> bool:
    match show:
        case "all":
            return True
        case "wrong":
            return line.is_wrong
    return is_due(line)


async def lines_now(house: House, looks: Looks) -> list[LineShown]:
    """Every line as it stands today, in the order in which they are best checked."""
    async with house.workshop.reading() as work:
        checks = await checks_that_stand(work)
    shown = shown_lines(checks, house.workshop.clock.now().date(), looks.locale)
    return in_turn(shown, house.community.country)


@router.get("/next")
async def get_next(request: Request, house: InHouse, staff: Steward, after: Asked = "") -> Response:
    """On to the next line that nobody has checked, after this one."""
    lines_to_check(staff)
    every = await lines_now(house, looks_of(request))
    keys = [one.row.key for one in every]
    begin = keys.index(after) + 1 if after in keys else 0
    turned = every[begin:] + every[:begin]
    following = next((one for one in turned if is_due(one) and one.row.key != after), None)
    return go_to(f"{HERE}/{following.row.key}" if following else f"{HERE}?saved=done")


@router.get("/{key}")
async def get_line(request: Request, house: InHouse, staff: Steward, key: Key) -> Response:
    """One line: what is known about it, and what somebody found."""
    return await line_page(request, house, staff, key)


async def line_page(
    request: Request,
    house: House,
    staff: Staff,
    key: str,
    *,
    form: Filled = EMPTY,
    refused: HoldfastError | None = None,
) -> Response:
    line_to_check(staff, key)
    looks = looks_of(request)
    every = await lines_now(house, looks)
    one = next(line for line in every if line.row.key == key)
    before = request.query_params.get("before", "")
    checked_before = next((line for line in every if line.row.key == before), None)
    return steward_page(
        request,
        staff,
        "helpline",
        one=one,
        done=sum(line.is_good for line in every),
        every=len(every),
        history=await _history(house, key),
        how=[(value, say(looks.locale, words)) for value, words in HOW],
        results=_results(one, looks.locale),
        result_words={value: say(looks.locale, words) for value, words in RESULTS},
        before=checked_before,
        form=form,
        refused=refused,
    )


def _results(one: LineShown, locale: str) -> list[tuple[str, str]]:
    """What may be found: what always stays on the help page can't be taken from it."""
    return [
        (value, say(locale, words))
        for value, words in RESULTS
        if one.row.may_hide or value != Result.WRONG.value
    ]


async def _history(house: House, key: str) -> list[dict[str, Any]]:
    async with house.workshop.reading() as work:
        return [
            {"row": row, "by": await name_of(work, row.by), "number": row.numbers}
            for row in await history_of(work, key)
        ]


@router.post("/{key}")
async def post_check(request: Request, house: InHouse, staff: Steward, key: Key) -> Response:
    """Keep what somebody found, and go on to the next."""
    form = await filled(request)
    try:
        finding = _finding(form, line_to_check(staff, key).numbers)
        async with house.workshop.work() as work:
            await check_line(work, staff, line=key, finding=finding)
    except NotFound:
        raise
    except HoldfastError as refused:
        return await line_page(request, house, staff, key, form=form, refused=refused)
    await write_checks_out(house.workshop, house.settings.data)
    return go_to(f"{HERE}/next?after={key}" if form["then"] == "next" else f"{HERE}/{key}?saved=ok")


def _finding(form: Filled, numbers: tuple[str, ...]) -> Finding:
    """What a form says was found. Raises `Malformed`."""
    if form["result"] not in dict(RESULTS):
        raise Malformed(NO_RESULT)
    if form["how"] not in dict(HOW):
        raise Malformed(NO_WAY)
    found = tuple(form[f"number-{at}"].strip() for at in range(len(numbers)))
    return Finding(How(form["how"]), Result(form["result"]), found, form["source"].strip())


@router.post("/checks/{check}/undo")
async def post_undo(house: InHouse, staff: Steward, check: RowNumber) -> Response:
    """Take a check back: what was known before it stands again."""
    async with house.workshop.work() as work:
        row = await undo_check(work, staff, check_id=check)
    await write_checks_out(house.workshop, house.settings.data)
    return go_to(f"{HERE}/{row.line}?saved=undone")

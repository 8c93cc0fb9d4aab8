"""The first steward begins with a code that the server's keyboard printed."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotKept, TooFast
from holdfast.kit.forms import EMPTY, Filled, filled
from holdfast.kit.house import InHouse
from holdfast.kit.limits import Pace
from holdfast.kit.pages import render
from holdfast.kit.words import N_
from holdfast.rights.api import CurrentActor
from holdfast.staff.access.people import NotKnown
from holdfast.staff.actions.invitations import NameTaken, begin_with_code
from holdfast.staff.pages.wording import LANGUAGES_THERE_ARE
from holdfast.staff.rules.names import is_name, tidied

router = APIRouter(prefix="/staff/begin")
CODES = Pace(every=1, burst=60)
NO_CODE = N_("This code doesn’t work, or no longer. The server can print a new one.")
NO_NAME = N_("A name has between 1 and 40 letters, and begins with one.")
NO_LANGUAGE = N_("Please choose at least one language.")


@router.get("")
async def get_begin(request: Request) -> Response:
    """The code, please."""
    return begin_page(request, EMPTY)


@router.post("")
async def post_begin(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """A code becomes an invitation, on which the ways in are set up."""
    form = await filled(request)
    languages = spoken_in(form)
    if not is_name(tidied(form["name"])):
        form.miss("name", NO_NAME)
    if not languages:
        form.miss("languages", NO_LANGUAGE)
    if form.missing:
        return begin_page(request, form)
    try:
        house.limits.take("staff begin", CODES)
        async with house.workshop.work() as work:
            key = await begin_with_code(
                work, actor, code=form["code"], name=form["name"], languages=languages
            )
    except NotKnown:
        form.miss("code", NO_CODE)
        return begin_page(request, form)
    except (NameTaken, Malformed) as refused:
        form.miss("name", refused.words)
        return begin_page(request, form)
    except (TooFast, NotKept) as refused:
        return begin_page(request, form, refused)
    return go_to(f"/staff/join/{key}")


def spoken_in(form: Filled) -> tuple[str, ...]:
    """The languages that were ticked."""
    return tuple(code for code, _ in LANGUAGES_THERE_ARE if form[f"language-{code}"])


def begin_page(request: Request, form: Filled, refused: HoldfastError | None = None) -> Response:
    status = refused.status if refused else 422 if form.missing else 200
    return render(
        request,
        "staff/begin.html",
        status,
        form=form,
        refused=refused.words if refused else "",
        languages=LANGUAGES_THERE_ARE,
    )

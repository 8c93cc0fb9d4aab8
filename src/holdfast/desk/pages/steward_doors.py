"""Who looks after the place, and what every page of theirs shows."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from babel.dates import format_date
from fastapi import Depends, Request
from starlette.responses import Response

from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.numerals import in_digits
from holdfast.kit.pages import babel_locale, looks_of, render, zone_of
from holdfast.kit.words import say
from holdfast.rights.rules import Permission, Staff, may
from holdfast.staff.pages.doors import CurrentStaff

STEWARDS = (
    Permission.ROOM_EDIT,
    Permission.HELPLINE_CHECK,
    Permission.WORDING_EDIT,
    Permission.RETENTION_SET,
    Permission.SETTINGS_SET,
)


async def looking_after(staff: CurrentStaff) -> Staff:
    """A staff person who looks after the place. For everybody else it is not there."""
    if not looks_after(staff):
        raise NotFound
    return staff


def looks_after(staff: Staff) -> bool:
    """Whether the stewards' pages, or some of them, are theirs."""
    return any(may(staff, one) for one in STEWARDS)


Steward = Annotated[Staff, Depends(looking_after)]


def steward_page(
    request: Request,
    staff: Staff,
    template: str,
    /,
    *,
    refused: HoldfastError | None = None,
    back: str = "",
    **context: Any,
) -> Response:
    """One of the stewards' pages; with `refused`, why something could not be, above the form.

    `back` is where a fresh sign-in leads, if that is not the page's own address.
    """
    told = "" if refused is None else said(request, refused)
    back = quote(back or request.url.path)
    return render(
        request,
        f"desk/steward/{template}.html",
        200 if refused is None else refused.status,
        me=staff.name,
        refused=told,
        again=f"{refused.way}?back={back}" if refused is not None and refused.way else "",
        saved=request.query_params.get("saved", "")[:80] if refused is None else "",
        day=days_for(request),
        **context,
    )


def said(request: Request, refused: HoldfastError) -> str:
    """A refusal in the reader's words."""
    return say(looks_of(request).locale, refused.words, **refused.facts)


def days_for(request: Request) -> Any:
    """How this reader's language writes a day."""
    looks = looks_of(request)

    def day(when: datetime) -> str:
        locale = babel_locale(looks)
        shown = format_date(when.astimezone(zone_of(looks.zone)), "long", locale=locale)
        return in_digits(shown, locale)

    return day

"""Settings: what may change while the house runs, what the server says, and how it all is."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import Request
from sqlalchemy import text
from starlette.responses import Response

from holdfast.community.access import settling_staff
from holdfast.community.actions import choose, let_members_be_told
from holdfast.community.jobs import learn
from holdfast.community.rules.choices import COUNTRY, NAME
from holdfast.desk.pages.steward_doors import Steward, steward_page
from holdfast.desk.pages.steward_staff import missing_duties
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError
from holdfast.kit.forms import EMPTY, Filled, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of
from holdfast.kit.words import N_, say
from holdfast.notices.queries import member_push_is_on
from holdfast.resources.pages.wording import country_name
from holdfast.resources.queries import checks_file, checks_in, countries, helpline_doubts
from holdfast.rights.rules import Staff

router = APIRouter(prefix="/desk/steward/settings", include_in_schema=False)
HERE = "/desk/steward/settings"
PUSH = N_("Telling members on their devices")
PUSH_MEANS = N_(
    "Members who choose it get a short sign on their device that something new waits. It says no "
    "name, no room and no words. The service of their browser’s maker carries it, and so learns "
    "that this device gets something from here."
)
NO_SERVICES = N_(
    "The server names no such services, so nothing would be sent: HOLDFAST_PAGER_PUSH."
)
HIDDEN = N_("set, not shown")


@router.get("")
async def get_settings(request: Request, house: InHouse, staff: Steward) -> Response:
    """What is set, and where it comes from."""
    return await settings_page(request, house, staff)


async def settings_page(
    request: Request,
    house: House,
    staff: Staff,
    *,
    form: Filled = EMPTY,
    refused: HoldfastError | None = None,
) -> Response:
    settling_staff(staff)
    locale, known = looks_of(request).locale, house.community
    named = sorted(((code, country_name(locale, code)) for code in countries()), key=_by_name)
    return steward_page(
        request,
        staff,
        "settings",
        name=known.name,
        country=known.country,
        countries=named,
        form=form,
        switches=[await push_switch(house, locale)],
        environment=environment_of(house.settings, locale),
        health=await health_of(house, locale),
        refused=refused,
    )


def _by_name(country: tuple[str, str]) -> str:
    return country[1].casefold()


@router.post("")
async def post_settings(request: Request, house: InHouse, staff: Steward) -> Response:
    """What this community is called, and where most of its people live."""
    form = await filled(request)
    try:
        async with house.workshop.work() as work:
            await choose(work, staff, name=NAME, value=form["name"].strip())
            await choose(work, staff, name=COUNTRY, value=_known_country(form["country"]))
    except HoldfastError as refused:
        if refused.status == 404:
            raise
        return await settings_page(request, house, staff, form=form, refused=refused)
    await learn(house.workshop, house.community)
    return go_to(f"{HERE}?saved=kept")


@router.post("/push")
async def post_push(request: Request, house: InHouse, staff: Steward) -> Response:
    """Whether members may choose to be told on their devices."""
    form = await filled(request)
    async with house.workshop.work() as work:
        await let_members_be_told(work, staff, on=form["to"] == "on")
    return go_to(f"{HERE}?saved=kept")


async def push_switch(house: House, locale: str) -> dict[str, Any]:
    """Telling members on their devices: it is an outbound call, so it is off until chosen."""
    async with house.workshop.reading() as work:
        is_on = await member_push_is_on(work)
    reach = house.settings.push_services
    return {
        "name": "push",
        "title": say(locale, PUSH),
        "words": say(locale, PUSH_MEANS),
        "is_on": is_on,
        "says": "" if reach else say(locale, NO_SERVICES),
    }


def _known_country(code: str) -> str:
    return code if code in countries() else ""


def environment_of(settings: Any, locale: str) -> list[dict[str, Any]]:
    """What the server was started with: each setting, its value and whether somebody set it."""
    return [
        {
            "name": f"HOLDFAST_{name.upper()}",
            "value": _value(settings, name, secret=not field.repr, locale=locale),
            "is_set": name in settings.model_fields_set,
        }
        for name, field in type(settings).model_fields.items()
    ]


def _value(settings: Any, name: str, *, secret: bool, locale: str) -> str:
    """A value as it may be shown: no secret, and no password within an address."""
    value = getattr(settings, name)
    shown = str(getattr(value, "value", value))
    if shown and (secret or "@" in shown):
        return say(locale, HIDDEN)
    return shown


async def health_of(house: House, locale: str) -> list[dict[str, Any]]:
    """What the doctor says at the keyboard, in plain words."""
    database = await answers(house)
    weak, missing = house.settings.weakened, await missing_duties(house, locale)
    checks = checks_in(checks_file(house.settings.data))
    doubts = len(helpline_doubts(house.workshop.clock.now().date(), checks=checks))
    return [
        _one(locale, N_("The database answers."), N_("The database doesn’t answer."), database),
        _one(
            locale,
            N_("The record of what staff did is whole."),
            N_("The record of what staff did isn’t whole. Somebody may have changed it."),
            house.witness is None or house.witness.is_whole,
            to="/desk/record",
        ),
        _one(
            locale,
            N_("Nothing is switched off that keeps people safe."),
            N_("Switched off, and only fit for tests: %(names)s"),
            not weak,
            names=", ".join(weak),
        ),
        _one(
            locale,
            N_("Somebody can sign in for everything that must be done."),
            N_("Nobody can sign in as: %(roles)s"),
            not missing,
            to="/staff/people",
            roles=", ".join(missing),
        ),
        _one(
            locale,
            N_("Every helpline is checked."),
            N_("Helplines that need a check: %(count)s"),
            not doubts,
            to="/desk/steward/helplines",
            count=doubts,
        ),
    ]


def _one(
    locale: str, good: str, bad: str, is_good: bool, *, to: str = "", **facts: object
) -> dict[str, Any]:
    words = say(locale, good) if is_good else say(locale, bad, **facts)
    return {"words": words, "is_good": is_good, "to": "" if is_good else to}


async def answers(house: House) -> bool:
    """Whether the database answers within two seconds."""
    try:
        async with asyncio.timeout(2), house.workshop.reading() as work:
            await work.db.execute(text("SELECT 1"))
    except (HoldfastError, TimeoutError):
        return False
    return True

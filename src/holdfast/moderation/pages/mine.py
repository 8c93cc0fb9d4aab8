"""What I told you about: how far it is, and what changed."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, day_of, looks_of, render
from holdfast.kit.words import say
from holdfast.messages.queries import Reader
from holdfast.moderation.access import own_report
from holdfast.moderation.actions import undo_report
from holdfast.moderation.queries import MyReport, my_report, reports_of_member
from holdfast.moderation.rules.reports import TOLD, Step
from holdfast.rights.api import CurrentMember
from holdfast.rooms.queries import name_of

router = APIRouter(prefix="/me/reports")
NEW = ("yes", "heard")


@router.get("")
async def get_reports(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """All I told you about, the newest first."""
    async with house.workshop.reading() as work:
        found = await reports_of_member(work, Reader(house.ledger.keyring, member), member.id)
    looks = looks_of(request)
    return render(request, "moderation/reports.html", reports=[shown(one, looks) for one in found])


@router.get("/{report}")
async def get_report(
    request: Request, house: InHouse, member: CurrentMember, report: str
) -> Response:
    """One of them: the three steps, my own words, and the way back."""
    async with house.workshop.reading() as work:
        row = await own_report(work, member, report)
        one = await my_report(work, Reader(house.ledger.keyring, member), row)
    new, saved = request.query_params.get("new", ""), request.query_params.get("saved", "")
    return render(
        request,
        "moderation/told.html",
        report=shown(one, looks_of(request)),
        new=new if new in NEW else "",
        undone=saved == "undone",
    )


@router.post("/{report}/undo")
async def post_undo(house: InHouse, member: CurrentMember, report: str) -> Response:
    """I take it back; or, once it was answered, show me that message again."""
    async with house.workshop.work() as work:
        await undo_report(work, member, report=report)
    return go_to(f"/me/reports/{report}?saved=undone#saved")


def shown(one: MyReport, looks: Looks) -> dict[str, Any]:
    """A report as its writer's page shows it."""
    return {
        "handle": one.handle,
        "slug": one.slug,
        "room": name_of(one.room_name, looks.locale),
        "pseudonym": one.pseudonym,
        "about": one.about,
        "staff": one.is_staff,
        "hidden": one.hidden,
        "of_message": one.seq is not None,
        "kind": one.kind.value,
        "words": one.words,
        "day": day_of(one.at, looks),
        "steps": _steps(one, looks),
        "answered": one.step is Step.CHANGED,
        "answer": say(looks.locale, TOLD[one.told]) if one.told else "",
        "undone": one.undone,
    }


def _steps(one: MyReport, looks: Looks) -> list[dict[str, str]]:
    """The three steps, each with when it was, or nothing."""
    times = {"received": one.at, "looked_at": one.looked_at, "changed": one.answered_at}
    return [
        {"what": what, "when": f"{day_of(at, looks)}, {clock_of(at, looks)}" if at else ""}
        for what, at in times.items()
    ]

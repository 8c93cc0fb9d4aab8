"""Goodbye: ending a talk, and a moment for oneself afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound
from holdfast.kit.forms import filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import N_, say
from holdfast.listening.actions import (
    end_session,
    give_feedback,
    say_it_was_hard,
    wish_to_return,
    write_note,
)
from holdfast.listening.pages.fitted import session_shown
from holdfast.listening.queries import talk_in
from holdfast.listening.rules.sessions import SessionOver
from holdfast.rights.api import CurrentMember
from holdfast.rights.rules import Member
from holdfast.rooms.access import seat_in

router = APIRouter(prefix="/listening/{slug}")
NOW = ("lighter", "same", "heavier")
SAID = ("asked", "wished", "noted")
QUESTIONS = {
    "heard": N_("Did you feel listened to?"),
    "safe": N_("Did you feel safe?"),
    "again": N_("Would you ask for a listener again?"),
}
OPEN = N_("Please answer all three, or none.")


@router.get("/goodbye")
async def get_goodbye(
    request: Request, house: InHouse, member: CurrentMember, slug: str
) -> Response:
    """Say goodbye; or, once it is over, take a moment."""
    return await goodbye(request, house, member, slug)


async def goodbye(
    request: Request,
    house: House,
    member: Member,
    slug: str,
    *,
    now: str = "",
    errors: str = "",
    given: Mapping[str, str] | None = None,
) -> Response:
    """The page itself. `now`: how one is, which is kept nowhere; `errors`: what is still open.

    `given`: the answers that were there already.
    """
    async with house.workshop.reading() as work:
        seat = await seat_in(work, member, slug)
        talk = await talk_in(work, member, house.ledger.keyring, seat.room_id)
        if talk is None:
            raise NotFound
        s = await session_shown(work, house, member, seat)
    said, locale = request.query_params.get("said", ""), looks_of(request).locale
    return render(
        request,
        "listening/goodbye.html",
        422 if errors else 200,
        slug=slug,
        s=s,
        now=now if now in NOW else "",
        said=said if said in SAID else "",
        asks=talk.may_answer,
        errors=errors,
        given=given or {},
        questions=[(name, say(locale, words)) for name, words in QUESTIONS.items()],
        again=talk.my_wish,
        both=talk.both_wish,
        may_meet=talk.may_return,
        was_hard=talk.was_hard,
        my_note=talk.note,
        report=report_of(slug, s),
    )


def report_of(slug: str, s: dict[str, Any]) -> str:
    """Where one says that something about the other was not ok."""
    other = next((one for one in s["people"] if not one["mine"] and not one["badge"]), None)
    return f"/rooms/{slug}/people/{other['seat']}/about" if other else ""


@router.post("/end")
async def post_end(request: Request, house: InHouse, member: CurrentMember, slug: str) -> Response:
    """End it. Where the other one was quicker, it is over just the same."""
    hard = (await filled(request))["hard"] == "yes"
    try:
        async with house.workshop.work() as work:
            await end_session(work, member, slug=slug)
    except SessionOver:
        pass
    if hard:
        await say_hard(house, member, slug)
    return go_to(f"/listening/{slug}/goodbye")


async def say_hard(house: House, member: Member, slug: str) -> None:
    async with house.workshop.work() as work:
        await say_it_was_hard(work, member, slug=slug)


@router.post("/hard")
async def post_hard(house: InHouse, member: CurrentMember, slug: str) -> Response:
    """It was a hard one, for who listened: ten minutes follow without anybody new."""
    await say_hard(house, member, slug)
    return go_to(f"/listening/{slug}/goodbye#hard")


@router.post("/now")
async def post_now(request: Request, house: InHouse, member: CurrentMember, slug: str) -> Response:
    """How I am now: words for it, and nothing is kept."""
    return await goodbye(request, house, member, slug, now=(await filled(request))["now"])


@router.post("/feedback")
async def post_feedback(
    request: Request, house: InHouse, member: CurrentMember, slug: str
) -> Response:
    """Three answers, counted with others'."""
    form = await filled(request)
    answers = {name: form[name] for name in QUESTIONS}
    if not all(answer in {"0", "1", "2"} for answer in answers.values()):
        return await goodbye(request, house, member, slug, errors=OPEN, given=answers)
    numbers = {name: int(answer) for name, answer in answers.items()}
    async with house.workshop.work() as work:
        await give_feedback(work, member, slug=slug, **numbers)
    return go_to(f"/listening/{slug}/goodbye?said=asked#saved")


@router.post("/again")
async def post_again(
    request: Request, house: InHouse, member: CurrentMember, slug: str
) -> Response:
    """Whether I would like to talk with them again."""
    yes = (await filled(request))["wish"] == "yes"
    async with house.workshop.work() as work:
        await wish_to_return(work, member, slug=slug, yes=yes)
    return go_to(f"/listening/{slug}/goodbye?said=wished#saved")


@router.post("/note")
async def post_note(request: Request, house: InHouse, member: CurrentMember, slug: str) -> Response:
    """The listener's two lines, for themselves."""
    text = (await filled(request))["words"]
    await write_note(house.ledger, member, slug=slug, text=text)
    return go_to(f"/listening/{slug}/goodbye?said=noted#saved")

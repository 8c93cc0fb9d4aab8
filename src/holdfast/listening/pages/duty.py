"""A listener's own pages: on duty or not, what is offered, the talks, and the code for the lead."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError
from holdfast.kit.forms import RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.looks import LANGUAGES, Looks
from holdfast.kit.pages import clock_of, looks_of, render, when_of
from holdfast.kit.words import N_, say
from holdfast.kit.work import Work
from holdfast.listening.actions import answer_offer, begin_duty, end_duty, give_right_back
from holdfast.listening.pages.asking import is_covered, is_shut, why_not_offered
from holdfast.listening.pages.wording import (
    choices_of,
    chosen_in_words,
    hours_in_words,
    reasons_in_words,
)
from holdfast.listening.queries import MyOffer, Talk, my_duty, my_offers, my_talks
from holdfast.listening.queries.duties import Load
from holdfast.listening.queries.shown import Other, others_in
from holdfast.listening.rules.asks import PREFERENCES, WANTS
from holdfast.listening.rules.duty import DutyNotWhole
from holdfast.listening.rules.matching import A_DAY, A_WEEK
from holdfast.listening.rules.sessions import Side
from holdfast.members.access import myself
from holdfast.members.pages.wording import days_for
from holdfast.messages.events import avatar_url
from holdfast.rights.actions import make_granting_code
from holdfast.rights.api import CurrentMember
from holdfast.rights.queries import Right, code_lives_until, rights_of
from holdfast.rights.rules import Member
from holdfast.rights.tables import RightRole

router = APIRouter(prefix="/listening")
HERE = "/listening/duty"
SAID = ("on", "off", "declined", "given-back")
HOURS = {
    "0.5": N_("Half an hour"),
    "1": N_("One hour"),
    "2": N_("Two hours"),
    "3": N_("Three hours"),
    "4": N_("Four hours"),
}
PAST = 5  # talks that are over, on the page


@router.get("/duty")
async def get_duty(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """My listener's page."""
    return await duty_page(request, house, member)


async def duty_page(
    request: Request, house: House, member: Member, refused: HoldfastError | None = None
) -> Response:
    """The page itself; `refused` says why the last thing could not be done."""
    looks, keyring = looks_of(request), house.ledger.keyring
    why_not = await why_not_offered(house)
    async with house.workshop.reading() as work:
        duty = await my_duty(work, member)
        rights = [one for one in await rights_of(work, member.id) if is_mine_now(work, one)]
        offers = await my_offers(work, member, keyring) if duty.until else []
        talks = [one for one in await my_talks(work, member, keyring) if one.side is Side.LISTENER]
        others = await others_in(work, member, [one.id for one in talks])
        has_words = (await myself(work, member)).phrase_lookup is not None
    now, said = house.workshop.clock.now(), request.query_params.get("said", "")
    rests = duty.load.rests_until
    return render(
        request,
        "listening/duty.html",
        refused.status if refused else 200,
        on={"until": clock_of(duty.until, looks), "most": duty.most} if duty.until else None,
        rights=[right_shown(one, looks) for one in rights],
        offers=[offer_shown(one, looks) for one in offers],
        sessions=talks_shown([one for one in talks if one.ended_at is None], others, looks),
        past=talks_shown([one for one in talks if one.ended_at][:PAST], others, looks),
        left=left_shown(duty.load, looks),
        gap_until=clock_of(rests, looks) if rests and rests > now else "",
        hours=[(value, say(looks.locale, words)) for value, words in HOURS.items()],
        wants=choices_of(WANTS, looks.locale),
        ways=choices_of(PREFERENCES, looks.locale),
        why_not=say(looks.locale, why_not.words) if why_not else "",
        shut=is_shut(member, has_words=has_words),
        has_words=has_words,
        refused=say(looks.locale, refused.words, **refused.facts) if refused else "",
        said=said if said in SAID else "",
        waits=[str(one.id) for one in offers],
    )


def is_mine_now(work: Work, right: Right) -> bool:
    """Whether a right to listen stands, resting or not."""
    is_over = right.ended_at is not None or right.until <= work.clock.now()
    return right.role is RightRole.LISTENER and not is_over


def right_shown(right: Right, looks: Looks) -> dict[str, Any]:
    return {
        "id": right.id,
        "languages": ", ".join(LANGUAGES.get(tag, tag) for tag in sorted(right.tags())),
        "until": days_for(looks)(right.until),
        "frozen": right.frozen_at is not None,
    }


def offer_shown(offer: MyOffer, looks: Looks) -> dict[str, Any]:
    return {
        "id": offer.id,
        "words": offer.words,
        "wants": chosen_in_words(offer.wants, looks.locale),
        "preferences": chosen_in_words(offer.preferences, looks.locale),
        "language": LANGUAGES.get(offer.language, offer.language),
        "summary": offer.summary,
        "reasons": reasons_in_words(offer.reasons, looks.locale, listens=True),
        "until": clock_of(offer.until, looks),
    }


def talks_shown(talks: list[Talk], others: dict[Any, Other], looks: Looks) -> list[dict[str, Any]]:
    """Talks by the names that the others have there."""
    return [
        {
            "slug": one.slug,
            "name": others[one.id].name,
            "avatar_url": avatar_url(others[one.id].avatar),
            "since": clock_of(one.began_at, looks),
            "day": days_for(looks)(one.ended_at or one.began_at),
            "paused": one.paused_by is not None,
            "hand": one.hand_up,
        }
        for one in talks
    ]


def left_shown(load: Load, looks: Looks) -> dict[str, str]:
    """What is left of four hours a day and fifteen a week."""
    week = A_WEEK - load.week
    today = min(A_DAY - load.today, week)
    return {"today": hours_in_words(today, looks), "week": hours_in_words(week, looks)}


@router.post("/duty")
async def post_duty(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Go on duty: how many at a time, for how long, and what I am at home with."""
    form = await request.form(max_files=0, max_fields=100)
    wants, ways = ([str(one) for one in form.getlist(name)] for name in ("want", "way"))
    hours, most = str(form.get("hours", "")), str(form.get("most", ""))
    now = house.workshop.clock.now()
    try:
        if hours not in HOURS or most not in {"1", "2"}:
            raise DutyNotWhole
        until = now + timedelta(hours=float(hours))
        async with house.workshop.work() as work:
            await begin_duty(work, member, until=until, most=int(most), wants=wants, ways=ways)
    except HoldfastError as no:
        if no.status >= 500 or no.way:
            raise
        return await duty_page(request, house, member, no)
    return go_to(f"{HERE}?said=on#saved")


@router.post("/duty/end")
async def post_end(house: InHouse, member: CurrentMember) -> Response:
    """Nothing new comes to me. One press, and no reason."""
    async with house.workshop.work() as work:
        await end_duty(work, member)
    return go_to(f"{HERE}?said=off#saved")


@router.post("/offers/{offer}")
async def post_offer(
    request: Request, house: InHouse, member: CurrentMember, offer: RowNumber
) -> Response:
    """Yes, I will listen; or it goes to somebody else."""
    accept = (await filled(request))["answer"] == "yes"
    try:
        async with house.workshop.work() as work:
            row = await answer_offer(
                work, member, offer_id=offer, accept=accept, covered=is_covered(house)
            )
            room_id = None if row is None else row.room_id
    except HoldfastError as no:
        if no.status == 404 or no.status >= 500 or no.way:
            raise
        return await duty_page(request, house, member, no)
    if room_id is None:
        return go_to(f"{HERE}?said=declined#saved")
    async with house.workshop.reading() as work:
        talks = await my_talks(work, member, house.ledger.keyring)
    return go_to(next(f"/rooms/{one.slug}" for one in talks if one.room_id == room_id))


@router.post("/rights/{right}/give-back")
async def post_give_back(house: InHouse, member: CurrentMember, right: RowNumber) -> Response:
    """I no longer want to listen. The lead can let me again."""
    async with house.workshop.work() as work:
        await give_right_back(work, member, right_id=right)
    return go_to(f"{HERE}?said=given-back#saved")


@router.get("/right")
async def get_right(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """How one becomes a listener here."""
    return await right_page(request, house, member)


async def right_page(request: Request, house: House, member: Member, code: str = "") -> Response:
    """The page itself; `code` once, right after it was made."""
    looks = looks_of(request)
    async with house.workshop.reading() as work:
        until = await code_lives_until(work, member.id)
        me = await myself(work, member)
    return render(
        request,
        "listening/right.html",
        code=code,
        has_words=me.phrase_lookup is not None,
        until=when_of(until, house.workshop.clock.now(), looks) if until else "",
    )


@router.post("/right")
async def post_right(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """A code for the safeguarding lead, shown once."""
    async with house.workshop.work() as work:
        code = await make_granting_code(work, member)
    return await right_page(request, house, member, code)

"""Find your circle: choosing, what may suit, waiting for one. Choices live on the page alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request
from msgspec.structs import replace
from starlette.datastructures import FormData
from starlette.responses import Response

from holdfast.circles.access import Me, comer, is_open_to
from holdfast.circles.actions.wishing import (
    Wishing,
    wish_for_circle,
    withdraw_wish,
)
from holdfast.circles.jobs import EVERY, as_codes
from holdfast.circles.pages.choosing import (
    Chosen,
    chosen_in,
    chosen_or_wished,
)
from holdfast.circles.pages.wording import (
    change_in,
    chosen_in_words,
    meets,
    offered,
    place_of,
    wait_in_words,
    why,
)
from holdfast.circles.queries.circles import Circle, Room, circles_seated_by
from holdfast.circles.queries.proposals import own_words, proposal_to
from holdfast.circles.queries.wishes import (
    Open,
    arrivals_a_day,
    open_circles,
    own_wish,
    waiting_rows,
    wishes_of,
)
from holdfast.circles.rules.forming.reasons import reasons_for_seat
from holdfast.circles.rules.forming.waiting import expected_wait, likeness
from holdfast.circles.rules.forming.wishes import LARGEST, Wish
from holdfast.circles.rules.times import slots_of
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError
from holdfast.kit.house import House, InHouse
from holdfast.kit.looks import LANGUAGES, Looks
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import say
from holdfast.kit.work import Work
from holdfast.meetings.queries import next_in
from holdfast.members.access import myself
from holdfast.messages.events import avatar_url
from holdfast.rights.api import CurrentMember
from holdfast.rights.rules import Member
from holdfast.rooms.queries import name_of
from holdfast.rooms.queries.stops import pause_of

router = APIRouter()
HERE = "/circles"
MOST_SHOWN = 6
STEPS = (0, 50, 100)  # sooner, in between, closer
SAID = ("withdrawn", "waiting", "left", "apart", "no")
TAKE_ALL = 100


@router.get(HERE)
async def get_circles(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """The page itself. What was chosen is in its address alone, and kept nowhere."""
    return await find_page(request, house, member)


async def find_page(
    request: Request,
    house: House,
    member: Member,
    *,
    given: FormData | None = None,
    refused: HoldfastError | None = None,
) -> Response:
    looks = looks_of(request)
    async with house.workshop.reading() as work:
        wish = await own_wish(work, member.id)
        chosen = chosen_or_wished(request, given, looks, wish)
        me = await myself(work, member)
        shown = await found_for(work, me, chosen, looks)
        asked = await proposal_to(work, member.id)
        mine = await circles_seated_by(work, member.id)
        paused = await pause_of(work, member.id) is not None
        words = await own_words(work, house.root, member.id) if wish and given is None else ""
    said = request.query_params.get("said", "")
    return render(
        request,
        "circles/find.html",
        200 if refused is None else refused.status,
        offered=offered(looks.locale),
        languages=list(LANGUAGES.items()),
        chosen=chosen,
        place=place_of(looks.zone),
        change=change_in(looks.zone, house.workshop.clock.now(), looks),
        wish=None if wish is None else {"badges": chosen_in_words(wish, looks.locale)},
        words=str(given.get("words", "")) if given is not None else words,
        asked=asked is not None and asked[1].said is None,
        mine=[_mine(circle, room, looks) for circle, room in mine],
        paused=paused,
        looked=bool(request.query_params) and not said,
        said=said if said in SAID else "",
        refusal=say(looks.locale, refused.words, **refused.facts) if refused else "",
        refusal_help=refused is not None and refused.help,
        help=request.query_params.get("help") == "1",
        **shown,
    )  # fmt: skip


def _mine(circle: Circle, room: Room, looks: Looks) -> dict[str, Any]:
    name = name_of(room.name, looks.locale)
    return {"slug": room.slug, "name": name, "over": circle.ended_at is not None}


async def found_for(work: Work, me: Me, chosen: Chosen, looks: Looks) -> dict[str, Any]:
    """The circles that may suit, and how long the wait for another may be."""
    now = work.clock.now()
    mine = await as_wish_of(work, me, chosen, looks, now)
    circles = [one for one in await open_circles(work) if is_open_to(one, me)]
    theirs = {one.room.id for one in circles if _sits_in(one, me)}
    others = [one for one in circles if one.room.id not in theirs]
    suiting = sorted(
        (one for one in others if _may_suit(one, mine)),
        key=lambda one: (one.as_open.size >= LARGEST, -likeness(mine, one.as_open.as_wish())),
    )[:MOST_SHOWN]
    next_ = await next_in(work, [one.room.id for one in suiting])
    waits = await _waits(work, mine, suiting)
    return {
        "cards": [
            card(one, mine, looks, meets(_at(next_.get(one.room.id)), now, looks))
            for one in suiting
        ],
        "waits": {step: wait_in_words(waits[step], looks.locale) for step in STEPS},
    }


def _sits_in(one: Open, me: Me) -> bool:
    return any(sitter.member_id == me.id for sitter in one.sitters)


def _may_suit(one: Open, mine: Wish) -> bool:
    """Whether it could be shown: also a full one, which then says so."""
    return replace(one.as_open, size=min(one.as_open.size, LARGEST - 1)).has_a_seat_for(mine)


def _at(row: Any) -> datetime | None:
    return None if row is None else row.starts_at


async def as_wish_of(work: Work, me: Me, chosen: Chosen, looks: Looks, now: datetime) -> Wish:
    """What stands in the form, as the rules compare it. Nothing of it is kept."""
    slots = slots_of(chosen.times, looks.zone, now)
    return replace(
        await comer(work, me, speaks=chosen.languages, slots=slots),
        themes=frozenset(chosen.themes),
        stage=chosen.stage,
        cultures=frozenset(chosen.cultures),
        pace=chosen.pace,
        manner=chosen.manner,
        closer=chosen.closer / 100,
    )


async def _waits(work: Work, mine: Wish, circles: list[Open]) -> dict[int, float | None]:
    """The wait for each step of the slider."""
    waiting = await wishes_of(work, await waiting_rows(work))
    arrivals = await arrivals_a_day(work)
    every = EVERY.total_seconds() / 3600
    seats = [one.as_open for one in circles]
    found = {}
    for step in STEPS:
        wish = replace(mine, closer=step / 100)
        wait = expected_wait(wish, waiting, seats, arrivals_a_day=arrivals, forming_every=every)
        found[step] = wait.hours
    return found


def card(one: Open, mine: Wish, looks: Looks, when: dict[str, str]) -> dict[str, Any]:
    """A circle as its card shows it: nobody of it can be known again by it."""
    people = one.people
    return {
        "slug": one.room.slug,
        "name": name_of(one.room.name, looks.locale),
        "language": one.room.language,
        **when,
        "faces": [avatar_url(sitter.avatar) for sitter in people],
        "people": len(people),
        "left": max(0, LARGEST - one.as_open.size),
        "why": why(as_codes(reasons_for_seat(mine, one.as_open)).split(), looks.locale, seat=True),
    }


@router.post(f"{HERE}/wish")
async def post_wish(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Wait for a circle, or wait for another one than before. Nothing that was written is lost."""
    form = await request.form(max_files=0, max_fields=TAKE_ALL)
    looks = looks_of(request)
    chosen = chosen_in(form, looks)
    wishing = Wishing(
        languages=chosen.languages,
        zone=looks.zone,
        times=chosen.times,
        themes=chosen.themes,
        stage=chosen.stage,
        cultures=chosen.cultures,
        pace=chosen.pace,
        manner=chosen.manner,
        closer=chosen.closer,
        words=str(form.get("words", "")).replace("\r\n", "\n"),
    )
    try:
        wished = await wish_for_circle(house.ledger, member, wishing)
    except HoldfastError as no:
        if no.code not in {"malformed", "contact_detail", "words_too_long", "too_fast"}:
            raise
        return await find_page(request, house, member, given=form, refused=no)
    return go_to(f"{HERE}?said=waiting" + ("&help=1" if wished.help else ""))


@router.post(f"{HERE}/withdraw")
async def post_withdraw(house: InHouse, member: CurrentMember) -> Response:
    """Take my wish back, with its words."""
    async with house.workshop.work() as work:
        await withdraw_wish(work, member)
    return go_to(f"{HERE}?said=withdrawn")

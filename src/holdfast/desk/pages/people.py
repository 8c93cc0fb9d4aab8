"""One person as one room knows them: what they said there, and the cases there. No other room."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from msgspec import Struct
from starlette.responses import Response

from holdfast.audit.actions import (
    record,
    record_covered_words,
    record_reading,
    record_refusal,
)
from holdfast.desk.access import Somebody, person_in_room
from holdfast.desk.pages.bar import bar_for
from holdfast.desk.pages.beside import here_shown
from holdfast.desk.pages.case_shown import Seen, case_in_queue
from holdfast.desk.pages.covers import Reads, hard_words
from holdfast.desk.pages.doors import AtTheDesk
from holdfast.desk.pages.measure_shown import taken
from holdfast.desk.pages.room_names import room_words
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound, TooFast
from holdfast.kit.house import House, InHouse
from holdfast.kit.limits import Pace
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, day_of, looks_of, render
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.messages.events import MessagePosted
from holdfast.messages.queries import Reader
from holdfast.messages.queries.seats import said_in_seat
from holdfast.moderation.actions import open_case
from holdfast.moderation.queries import cases_of_seat
from holdfast.moderation.queries.measures import measures_of_seat
from holdfast.moderation.rules.cases import UNDECIDED
from holdfast.rights.rules import Staff

PAGE = 20
TODAY = timedelta(hours=24)
VIEWS = Pace(every=120.0, burst=30)  # pages about people: enough for work, too few for leafing
router = APIRouter(prefix="/desk/rooms/{slug}/people/{handle}", include_in_schema=False)
Seq = Annotated[int | None, Query(ge=1, le=2**53 - 1)]


class Leafing(TooFast):
    """More pages about people than work needs."""

    code = "too_many_people"
    words = N_(
        "Those were many pages about people in a short time, so we stop here for a moment, and "
        "it is written down. What you need for a case is on the case."
    )
    help = False


class AtPerson(Struct, frozen=True):
    """Somebody of the staff in front of the page of a person in a room."""

    request: Request
    house: House
    staff: Staff
    slug: str
    handle: str


async def at_person(
    request: Request,
    house: InHouse,
    staff: AtTheDesk,
    slug: Annotated[str, Path(max_length=80)],
    handle: Annotated[str, Path(max_length=64)],
) -> AtPerson:
    return AtPerson(request, house, staff, slug, handle)


Here = Annotated[AtPerson, Depends(at_person)]


@router.get("")
async def get_person(here: Here, before: Seq = None, show: Seq = None) -> Response:
    """What somebody said in this room, and the cases about them there. Looking is written down."""
    house, staff = here.house, here.staff
    await _within_budget(here)
    looks, now = looks_of(here.request), house.workshop.clock.now()
    async with house.workshop.work() as work:
        who = await person_in_room(work, staff, here.slug, here.handle)
        reader = Reader(house.ledger.keyring, staff)
        said = await said_in_seat(
            work, reader, room_id=who.room_id, seat_id=who.seat_id, before=before, limit=PAGE
        )
        await _note_reading(work, staff, who, said, show)
        cases = await cases_of_seat(work, who.seat_id)
        done = await measures_of_seat(work, reader, who.seat_id)
        around = await here_shown(work, looks, now, staff)
    seen = Seen(looks, now, staff)
    return render(
        here.request,
        "desk/person.html",
        **around,
        person=_shown(who, house, looks),
        said=[_line(one, looks, hard_words(house), show) for one in said],
        earlier=said[0].seq if len(said) == PAGE else None,
        open_cases=[case_in_queue(one, seen) for one in cases if one.state in UNDECIDED],
        cases=[
            {**case_in_queue(one, seen), "day": day_of(one.opened_at, looks)}
            for one in cases
            if one.state not in UNDECIDED
        ],
        measures=taken(done, seen, blind=True),
        **bar_for(staff),
    )


@router.post("/case")
async def post_case(here: Here) -> Response:
    """I saw it myself: a case without anybody's report, or the one that is open already."""
    async with here.house.workshop.work() as work:
        who = await person_in_room(work, here.staff, here.slug, here.handle)
        case = await open_case(work, here.staff, room_id=who.room_id, seat_id=who.seat_id)
    return go_to(f"/desk/cases/{case.id}")


async def _within_budget(here: AtPerson) -> None:
    """Raises `Leafing`, and writes down that it did."""
    limits, staff = here.house.limits, here.staff
    try:
        limits.take(("people_seen", staff.id), VIEWS)
    except TooFast as over:
        async with here.house.workshop.work() as work:
            await record_refusal(work, staff, code=Leafing.code, about="desk:people")
        raise Leafing(wait=over.wait) from None


async def _note_reading(
    work: Work, staff: Staff, who: Somebody, said: list[MessagePosted], show: int | None
) -> None:
    """That this person looked, which words they were, and which one was uncovered."""
    await record(work, staff, what="person:looked_at", about=f"seat:{who.seat_id}")
    if said:
        await record_reading(
            work,
            staff,
            person=who.seat_id,
            room=who.room_id,
            first_seq=said[0].seq,
            last_seq=said[-1].seq,
        )
    if show is None:
        return
    if all(one.seq != show for one in said):
        raise NotFound
    await record_covered_words(
        work, staff, person=who.seat_id, room=who.room_id, seq=show, why="person"
    )


def _shown(who: Somebody, house: House, looks: Looks) -> dict[str, Any]:
    """The person, with nothing exact about when they came."""
    now = house.workshop.clock.now()
    return {
        "pseudonym": who.pseudonym,
        "avatar": who.avatar,
        "slug": who.slug,
        "handle": who.handle,
        "room": room_words(who.room_name, looks.locale),
        "is_newcomer": house.ledger.is_newcomer(who.member_id),
        "came_today": now - who.taken_at < TODAY,
        "left": who.left_at is not None,
    }


def _line(one: MessagePosted, looks: Looks, is_hard: Reads, show: int | None) -> dict[str, Any]:
    covered = is_hard(one.text) and one.seq != show
    return {
        "seq": one.seq,
        "day": day_of(one.at, looks),
        "clock": clock_of(one.at, looks),
        "covered": covered and not one.removed,
        "text": "" if covered else one.text,
        "note": one.note or "",
        "removed": one.removed or "",
    }

"""The new parents' circle of the demonstration, and another one with a place free."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec.structs import asdict

from holdfast.circles.actions.making import CirclePlan, make_circle
from holdfast.circles.actions.proposing import plan_first_meetings
from holdfast.circles.rules.times import slots_of
from holdfast.kit.facts import fact, set_fact
from holdfast.kit.house import House
from holdfast.kit.ids import MemberId, SessionId
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.messages.actions import prepared_to_post, say
from holdfast.messages.rules import Draft
from holdfast.rights.rules import Member, System
from holdfast.rooms.access import seat_in
from holdfast.rooms.queries import room_named

MADE = "town circles"
NEW_PARENTS = CirclePlan(
    language="en",
    age_band="18+",
    slots=frozenset(),
    themes=("new-parents", "loneliness"),
    stage="new",
    pace="quiet",
    weeks=6,
    name=N_("The new parents’ circle"),
)
SLOW_TIDE = CirclePlan(
    language="en",
    age_band="18+",
    slots=frozenset(),
    themes=("anxiety", "loneliness"),
    pace="quiet",
    weeks=8,
    name="The Slow Tide",
)
SAID = (  # who, how many minutes ago, what, and which of these it answers
    (1, 340, "Our daughter is six weeks old. I had not pictured how long an afternoon is.", None),
    (2, 322, "The afternoons. Yes. I walk to the shop and back just to have spoken.", 0),
    (0, 300, "Mine sleeps on me and nowhere else. I am typing this with one thumb.", None),
    (3, 281, "One thumb is how all of us type here.", 2),
    (4, 120, "I won’t manage the meeting on time. I’ll read afterwards.", None),
    (1, 96, "That’s fine. We leave you a line.", 4),
)


async def settle_circles(house: House, people: Mapping[str, MemberId], guide: str) -> None:
    """Once: a circle in which the guide sits, with its talk, and one that they can find."""
    keys = [guide, *(key for key in people if key != guide)]
    members = [people[key] for key in keys]
    async with house.workshop.work() as work:
        if await fact(work, MADE) is not None:
            return
        slug = await _circle(work, NEW_PARENTS, members[:5])
        await _circle(work, SLOW_TIDE, members[5:9])
        await set_fact(work, MADE, b"yes")
    await _talk(house, slug, members)


async def _circle(work: Work, plan: CirclePlan, people: list[MemberId]) -> str:
    evenings = slots_of(("evening",), "UTC", work.clock.now())
    whole = CirclePlan(**{**asdict(plan), "slots": evenings})
    circle = await make_circle(work, System(), plan=whole, people=people)
    await plan_first_meetings(work, System(), circle=circle)
    return (await room_named(work, circle.room_id)).slug


async def _talk(house: House, slug: str, members: list[MemberId]) -> None:
    """What was said there today, each thing at its time."""
    now: datetime = house.workshop.clock.now()
    seqs: list[int | None] = []
    for number, (who, ago, text, answers) in enumerate(SAID):
        async with house.workshop.reading() as work:
            seat = await seat_in(work, Member(members[who], SessionId(0)), slug)
        house.workshop.clock.moment = now - timedelta(minutes=ago)  # type: ignore[attr-defined]
        reply = None if answers is None else seqs[answers]
        draft = Draft(f"town-circle-{number}", text, None, reply, None)
        quote = await prepared_to_post(house.ledger, seat, draft)
        done = await say(house.ledger, seat, draft, quote)
        seqs.append(getattr(done, "seq", None))
    house.workshop.clock.moment = now  # type: ignore[attr-defined]

"""Builders: members who wish for a circle, and a circle that is there."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from holdfast.circles.actions.making import CirclePlan, make_circle
from holdfast.circles.actions.proposing import say_yes
from holdfast.circles.actions.wishing import Wishing, wish_for_circle
from holdfast.circles.jobs import form_circles
from holdfast.circles.queries.circles import circles_seated_by
from holdfast.circles.queries.proposals import proposal_to
from holdfast.circles.rules.times import EVERY_SLOT
from holdfast.circles.tables import WishRow
from holdfast.kit.house import House
from holdfast.rights.rules import Staff, System
from holdfast.rights.tables import RightRole, RightRow
from holdfast.rooms.tables import RoomRow
from town import Person, Town, newcomers

ENGLISH = frozenset({"en"})


def wishing(**more: object) -> Wishing:
    """What someone wishes, as far as a test does not say otherwise."""
    usual: dict[str, object] = {
        "languages": ("en",),
        "times": ("evening",),
        "themes": ("anxiety", "loneliness"),
        "pace": "quiet",
    }
    return Wishing(**{**usual, **more})  # type: ignore[arg-type]


async def wish(town: Town, person: Person, **more: object) -> WishRow:
    """Someone waits for a circle."""
    return (await wish_for_circle(town.house.ledger, person.member, wishing(**more))).row


async def waiting(town: Town, count: int, **more: object) -> list[Person]:
    """So many more people who wait for a circle."""
    people = await newcomers(town.house, count)
    for person in people:
        await wish(town, person, **more)
    return people


async def asked(town: Town, person: Person) -> int:
    """The number of what someone is asked, or 0."""
    async with town.house.workshop.reading() as work:
        found = await proposal_to(work, person.member.id)
    return 0 if found is None else found[0].id


async def yes(town: Town, person: Person, *, weeks: int = 6) -> None:
    """Someone would like to begin."""
    number = await asked(town, person)
    async with town.house.workshop.work() as work:
        await say_yes(work, person.member, number=number, promises=True, weeks=weeks)


async def begun(town: Town, count: int = 5) -> tuple[str, list[Person]]:
    """A circle that so many people found and began; its address, and they."""
    people = await waiting(town, count)
    await form_circles(town.house.workshop, seed=1)
    for person in people:
        await yes(town, person)
    return await slug_of(town.house, people[0]), people


async def circle_with(town: Town, *people: Person, **more: object) -> str:
    """A circle in which these sit; its address."""
    usual: dict[str, object] = {"language": "en", "age_band": "18+", "slots": EVERY_SLOT}
    plan = CirclePlan(**{**usual, **more})  # type: ignore[arg-type]
    async with town.house.workshop.work() as work:
        members = [person.member.id for person in people]
        circle = await make_circle(work, System(), plan=plan, people=members)
        return (await work.db.get_one(RoomRow, circle.room_id)).slug


async def slug_of(house: House, person: Person) -> str:
    """The address of the circle someone sits in, or nothing."""
    async with house.workshop.reading() as work:
        found = await circles_seated_by(work, person.member.id)
    return found[0][1].slug if found else ""


async def may_host_now(town: Town, person: Person) -> None:
    """Someone has the right to host circles."""
    async with town.house.workshop.work() as work:
        now = work.clock.now()
        right = RightRow(
            role=RightRole.HOST,
            granted_at=now,
            until=now + timedelta(days=90),
            member_id=person.member.id,
        )
        work.db.add(right)


async def wishes_left(town: Town) -> int:
    """How many wait."""
    async with town.house.workshop.reading() as work:
        return len((await work.db.scalars(select(WishRow))).all())


def staff_of(person: Person) -> Staff:
    assert isinstance(person.actor, Staff)
    return person.actor

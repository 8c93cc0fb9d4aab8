"""What one process noticed and cannot see to any more is seen to by any other."""

from __future__ import annotations

from sqlalchemy import select

from crisis.voice import GOODBYE, speak
from holdfast.crisis.actions import take_escalation
from holdfast.crisis.tables import EscalationRow
from holdfast.notices.queries import open_pages
from holdfast.rooms.queries.sides import my_side_space
from several.conftest import Two
from several.test_taking_up import crisis
from town import StillClock, on_postgresql

pytestmark = on_postgresql


async def test_a_concern_that_its_process_left_is_taken_up_by_any_other(
    two: Two, clock: StillClock
) -> None:
    async def escalations() -> int:
        async with two.here.workshop.reading() as work:
            return len((await work.db.scalars(select(EscalationRow))).all())

    two.here.ledger.noticed = lambda: None  # it was cut off as soon as the words were on disk
    await speak(two.town, two.town.ash, GOODBYE)
    await two.there.reactions.look_here()
    assert await escalations() == 0  # it may be under way
    clock.pass_time(seconds=3)
    await two.there.reactions.look_here()
    await two.there.reactions.look_here()
    assert await escalations() == 1


async def test_words_that_nobody_heard_in_a_side_space_call_somebody_though_nothing_starts_anew(
    two: Two, clock: StillClock
) -> None:
    async def calls() -> list[str]:
        async with two.here.workshop.reading() as work:
            return [page.about for page in await open_pages(work)]

    sam, row = await crisis(two.town)
    async with two.here.workshop.work() as work:
        await take_escalation(work, sam.actor, escalation_id=row.id)
    await two.hear()
    two.here.reactions.concerns.told = lambda _: None  # its machine was lost with the commit
    async with two.here.workshop.reading() as work:
        side = await my_side_space(work, two.town.ash.member.id)
    assert side is not None
    await two.town.say(two.town.ash, "I am here", side.slug)
    clock.pass_time(seconds=10)
    await two.there.reactions.look_behind()
    assert await calls() == [], "Sam holds it"
    clock.pass_time(minutes=30)
    await two.town.say(two.town.ash, "Are you still there?", side.slug)
    await two.there.reactions.look_behind()
    assert await calls() == [], "it may be under way"
    clock.pass_time(seconds=10)
    for _ in range(2):
        await two.there.reactions.look_behind()
        async with two.here.workshop.reading() as work:
            found = (await work.db.scalars(select(EscalationRow))).one()
        assert await calls() == [f"escalation:{row.id}"]
        assert found.version == row.version + 2, "taken, and heard once"

"""The sealed line: left by one's own wish, opened by two at immediate, told afterwards."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from holdfast.audit.events import Recorded
from holdfast.audit.rules import fingerprint
from holdfast.audit.tables import AuditRow
from holdfast.kit.errors import HoldfastError, NotFound, NotPermitted
from holdfast.rights.rules import Role, Staff
from holdfast.screening.concern import Concern
from holdfast.staff.tables import StaffRow
from holdfast.wellbeing.actions import (
    ask_to_open_line,
    erase_line,
    see_openings,
)
from holdfast.wellbeing.events import LineOpened
from holdfast.wellbeing.queries import (
    OpeningAsked,
    has_sealed_line,
    opening_asked,
    openings_of,
    sealed_line_of,
)
from holdfast.wellbeing.rules.openings import (
    NoReason,
    NotImmediate,
    OpeningExpired,
    SecondPersonNeeded,
)
from holdfast.wellbeing.tables import LineOpeningRow, PlanKeyRow, SealedLineRow
from town import StillClock, appoint, mostly_on_sqlite, on_sqlite
from wellbeing.planning import CASE, NOW, WHY, WORST, Desk, seal, staff


async def refused(kind: type[HoldfastError], doing: object) -> None:
    with pytest.raises(kind):
        await doing  # type: ignore[misc]


@pytest.mark.full
@mostly_on_sqlite
async def test_two_people_open_it_and_the_member_reads_who_when_and_why(
    desk: Desk, clock: StillClock
) -> None:
    workshop, ash = desk.town.house.workshop, desk.town.ash.member
    opening = await desk.ask(desk.sam)
    await desk.approve(desk.fern, opening)
    async with workshop.reading() as work:
        assert await openings_of(work, desk.town.house.root, ash) == []
    heard: list[object] = []
    workshop.hearers.append(heard.append)
    clock.pass_time(minutes=5)
    assert await desk.read(desk.sam, opening) == WORST
    opened_at = clock.now()
    clock.pass_time(minutes=5)
    assert await desk.read(desk.fern, opening) == WORST
    told_of = [event for event in heard if not isinstance(event, Recorded)]
    assert told_of == [LineOpened(ash.id, opening)]
    async with workshop.work() as work:
        (told,) = await openings_of(work, desk.town.house.root, ash)
        await see_openings(work, ash)
    assert (told.reason, told.opened_at, told.told_at) == (WHY, opened_at, None)
    assert told.asked_by
    assert told.approved_by
    async with workshop.reading() as work:
        (after,) = await openings_of(work, desk.town.house.root, ash)
        assert await openings_of(work, desk.town.house.root, desk.town.birch.member) == []
    assert after.told_at == clock.now()


@pytest.mark.full
@mostly_on_sqlite
async def test_one_person_alone_opens_nothing(desk: Desk) -> None:
    opening = await desk.ask(desk.sam)
    await refused(SecondPersonNeeded, desk.read(desk.sam, opening))
    await refused(SecondPersonNeeded, desk.approve(desk.sam, opening))
    again = Staff(desk.sam.id, desk.fern.session, Role.LEAD)
    await refused(SecondPersonNeeded, desk.approve(again, opening))
    await refused(SecondPersonNeeded, desk.read(desk.sam, opening))
    await desk.approve(desk.fern, opening)
    assert await desk.read(desk.sam, opening) == WORST


@on_sqlite
async def test_whoever_has_no_right_to_it_neither_asks_nor_says_yes_nor_reads(desk: Desk) -> None:
    await refused(NotPermitted, desk.ask(desk.dahlia))
    opening = await desk.ask(desk.sam)
    await refused(NotFound, desk.approve(desk.dahlia, opening))
    await desk.approve(desk.fern, opening)
    await refused(NotFound, desk.read(desk.dahlia, opening))
    async with desk.town.house.workshop.work() as work:
        third = staff(await appoint(work, Role.SUPERVISOR))
    await refused(NotFound, desk.read(third, opening))
    assert await desk.read(desk.fern, opening) == WORST


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("lower", [Concern.NONE, Concern.WATCH, Concern.HIGH])
async def test_it_opens_at_immediate_only_at_every_step(desk: Desk, lower: Concern) -> None:
    await refused(NotImmediate, desk.ask(desk.sam, concern=lower))
    opening = await desk.ask(desk.sam)
    await refused(NotImmediate, desk.approve(desk.fern, opening, lower))
    await desk.approve(desk.fern, opening)
    await refused(NotImmediate, desk.read(desk.sam, opening, lower))
    assert await desk.read(desk.sam, opening) == WORST


@pytest.mark.full
@on_sqlite
async def test_without_a_reason_nobody_asks(desk: Desk) -> None:
    await refused(NoReason, desk.ask(desk.sam, reason="now"))
    assert await desk.ask(desk.sam)


@pytest.mark.full
@mostly_on_sqlite
async def test_an_approval_that_comes_too_late_is_none(desk: Desk, clock: StillClock) -> None:
    opening = await desk.ask(desk.sam)
    clock.pass_time(minutes=15, seconds=1)
    await refused(OpeningExpired, desk.approve(desk.fern, opening))
    again = await desk.ask(desk.sam)
    clock.pass_time(minutes=15)
    await desk.approve(desk.fern, again)
    clock.pass_time(minutes=15)
    assert await desk.read(desk.sam, again) == WORST
    clock.pass_time(seconds=1)
    await refused(OpeningExpired, desk.read(desk.sam, again))


@pytest.mark.full
@on_sqlite
async def test_saying_yes_twice_does_not_make_it_last_longer(desk: Desk, clock: StillClock) -> None:
    opening = await desk.ask(desk.sam)
    await desk.approve(desk.fern, opening)
    clock.pass_time(minutes=14)
    await desk.approve(desk.fern, opening)
    clock.pass_time(minutes=2)
    await refused(OpeningExpired, desk.read(desk.sam, opening))


@pytest.mark.full
@on_sqlite
async def test_somebody_removed_meanwhile_no_longer_counts(desk: Desk, clock: StillClock) -> None:
    opening = await desk.ask(desk.sam)
    await desk.approve(desk.fern, opening)
    assert await desk.read(desk.sam, opening) == WORST
    async with desk.town.house.workshop.work() as work:
        (await work.db.get_one(StaffRow, desk.fern.id)).removed_at = clock.now()
    await refused(NotFound, desk.read(desk.sam, opening))


@pytest.mark.full
@on_sqlite
async def test_somebody_who_lost_the_right_meanwhile_no_longer_counts(desk: Desk) -> None:
    opening = await desk.ask(desk.sam)
    async with desk.town.house.workshop.work() as work:
        (await work.db.get_one(StaffRow, desk.sam.id)).role = Role.MODERATOR
    await refused(NotPermitted, desk.approve(desk.fern, opening))


@mostly_on_sqlite
async def test_erased_by_one_tap_it_opens_for_nobody_any_more(desk: Desk) -> None:
    workshop, ash = desk.town.house.workshop, desk.town.ash.member
    opening = await desk.ask(desk.sam)
    await desk.approve(desk.fern, opening)
    async with workshop.work() as work:
        assert await has_sealed_line(work, ash.id)
        await erase_line(work, ash)
    await refused(NotFound, desk.read(desk.sam, opening))
    await refused(NotFound, desk.ask(desk.sam))
    async with workshop.reading() as work:
        assert not await has_sealed_line(work, ash.id)
        for row in (SealedLineRow, LineOpeningRow):
            assert (await work.db.execute(select(func.count()).select_from(row))).scalar_one() == 0
        purposes = (await work.db.scalars(select(PlanKeyRow.purpose))).all()
    assert purposes == ["plan"]  # under which the reason was sealed


@pytest.mark.full
@on_sqlite
async def test_who_opened_it_stays_to_be_read_after_it_is_erased(desk: Desk) -> None:
    workshop, ash = desk.town.house.workshop, desk.town.ash.member
    opening = await desk.ask(desk.sam)
    await desk.approve(desk.fern, opening)
    await desk.read(desk.sam, opening)
    async with workshop.work() as work:
        await erase_line(work, ash)
    async with workshop.reading() as work:
        (told,) = await openings_of(work, desk.town.house.root, ash)
    assert told.reason == WHY


@pytest.mark.full
@on_sqlite
async def test_what_was_asked_about_a_line_does_not_open_the_next_one(desk: Desk) -> None:
    opening = await desk.ask(desk.sam)
    await desk.approve(desk.fern, opening)
    await seal(desk.town, desk.town.ash, "Another place altogether")
    await refused(NotFound, desk.read(desk.sam, opening))
    async with desk.town.house.workshop.reading() as work:
        line = await sealed_line_of(work, desk.town.house.root, desk.town.ash.member)
    assert line is not None
    assert line.words == "Another place altogether"


@on_sqlite
async def test_nobody_can_ask_for_a_line_that_was_never_left(desk: Desk) -> None:
    house = desk.town.house
    with pytest.raises(NotFound):
        async with house.workshop.work() as work:
            await ask_to_open_line(
                work,
                desk.sam,
                root=house.root,
                member_id=desk.town.birch.member.id,
                escalation_id=CASE,
                concern=NOW,
                reason=WHY,
            )


@pytest.mark.full
@mostly_on_sqlite
async def test_the_desk_sees_how_far_an_opening_has_come(desk: Desk, clock: StillClock) -> None:
    workshop, root, ash = desk.town.house.workshop, desk.town.house.root, desk.town.ash.member

    async def seen_by(who: Staff) -> OpeningAsked | None:
        async with workshop.reading() as work:
            return await opening_asked(work, root, who, member_id=ash.id, escalation_id=CASE)

    assert await seen_by(desk.fern) is None
    opening = await desk.ask(desk.sam)
    await desk.approve(desk.fern, opening)
    asked = await seen_by(desk.fern)
    assert asked is not None
    assert (asked.id, asked.asked_by, asked.approved_by) == (opening, desk.sam.id, desk.fern.id)
    assert (asked.reason, asked.at, asked.approved_at) == (WHY, clock.now(), clock.now())
    assert asked.asked_name
    assert await seen_by(desk.dahlia) is None


@pytest.mark.full
@mostly_on_sqlite
async def test_every_step_is_in_the_record_and_neither_the_line_nor_the_reason(
    desk: Desk, clock: StillClock
) -> None:
    opening = await desk.ask(desk.sam)
    await desk.approve(desk.fern, opening)
    await desk.read(desk.sam, opening)
    await desk.read(desk.fern, opening)
    async with desk.town.house.workshop.reading() as work:
        query = select(AuditRow).where(AuditRow.what.startswith("sealed_line:"))
        rows = (await work.db.scalars(query.order_by(AuditRow.seq))).all()
        sealed = (await work.db.get_one(LineOpeningRow, opening)).reason
    assert [(row.what, row.staff_id) for row in rows] == [
        ("sealed_line:asked", desk.sam.id),
        ("sealed_line:approved", desk.fern.id),
        ("sealed_line:read", desk.sam.id),
        ("sealed_line:read", desk.fern.id),
    ]
    assert {row.about for row in rows} == {"escalation:7"}
    told = " ".join(row.detail or "" for row in rows)
    assert fingerprint(sealed) in told
    assert "goodbye" not in told
    assert "door" not in told

"""Two people of two kinds open words between two; anything less opens nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from holdfast.audit.tables import AuditRow
from holdfast.kit.errors import NotFound
from holdfast.listening.glass.actions import (
    close_look,
    withdraw_request,
)
from holdfast.listening.glass.rules import (
    NobodyElse,
    NotAsSeen,
    NotOpen,
    OtherHalfNeeded,
    RanOut,
    TooWide,
)
from holdfast.listening.glass.tables import GlassRequestRow
from holdfast.rights.rules import Role
from holdfast.staff.tables import PasskeyRow, SsoRow
from listening.glass.breaking import Glass, staff_of
from town import StillClock, on_sqlite, unlimited
from two import SECRET, talk_of_two


async def shown_rows(glass: Glass) -> int:
    async with glass.town.house.workshop.reading() as work:
        its = select(func.count()).select_from(AuditRow).where(AuditRow.what == "glass:shown")
        return await work.db.scalar(its) or 0


@pytest.mark.full
@unlimited
async def test_two_halves_open_what_was_said_and_each_page_stands_in_the_record(
    glass: Glass,
) -> None:
    for number in range(45):
        await glass.talk.say(glass.town.birch, f"line {number}")
    request = await glass.ask()
    await glass.agree(glass.fern, request)
    look = await glass.open(request)
    first = await glass.page(request, look)
    assert (first.messages[0].text, first.pages) == (SECRET, 2)
    assert await shown_rows(glass) == 1
    second = await glass.page(request, look, 2)
    assert second.messages[-1].text == "line 44"
    assert len(first.messages) + len(second.messages) == 46
    assert await shown_rows(glass) == 2 == (await glass.row(request)).shown
    assert repr(look) == "Look(…)"


@pytest.mark.full
@on_sqlite
async def test_it_opens_for_the_asker_alone_and_ordinary_reading_stays_private(
    glass: Glass,
) -> None:
    request = await glass.ask()
    await glass.agree(glass.fern, request)
    look = await glass.open(request)
    assert (await glass.page(request, look)).messages[0].text == SECRET
    with pytest.raises(NotOpen):
        await glass.page(request, look, who=glass.fern)
    with pytest.raises(NotOpen):
        await glass.open(request, glass.fern)
    assert await glass.talk.texts(glass.sam.actor) == ["(private)"]


@pytest.mark.full
@on_sqlite
async def test_nobody_agrees_with_themselves(glass: Glass) -> None:
    request = await glass.ask()
    with pytest.raises(NobodyElse):
        await glass.agree(glass.sam, request)
    assert await glass.shares() == 0
    await glass.agree(glass.fern, request)
    assert await glass.shares() == 1


@pytest.mark.full
async def test_one_human_with_two_accounts_is_one_person(glass: Glass) -> None:
    """The same passkey behind both: the other half does not make another human of them."""
    request, twin = await glass.ask(), await glass.appoint(Role.LEAD, "Twin")
    async with glass.town.house.workshop.work() as work:
        now = work.clock.now()
        for one, credential in ((glass.sam, b"a"), (twin, b"b")):
            work.db.add(
                PasskeyRow(
                    staff_id=staff_of(one).id,
                    credential=credential,
                    public_key=b"one key",
                    count=0,
                    name="",
                    made_at=now,
                )
            )
    with pytest.raises(NobodyElse):
        await glass.agree(twin, request)
    await glass.agree(glass.fern, request)


@pytest.mark.full
@on_sqlite
async def test_one_sign_in_of_the_organisation_is_one_person(glass: Glass) -> None:
    request, twin = await glass.ask(), await glass.appoint(Role.LEAD, "Twin")
    async with glass.town.house.workshop.work() as work:
        for one, issuer in ((glass.sam, "https://one.example"), (twin, "https://one.example/")):
            work.db.add(SsoRow(staff_id=staff_of(one).id, issuer=issuer, subject="4711"))
    with pytest.raises(NobodyElse):
        await glass.agree(twin, request)


@pytest.mark.full
@on_sqlite
async def test_the_same_half_twice_opens_nothing(glass: Glass) -> None:
    request = await glass.ask()
    robin = await glass.appoint(Role.SUPERVISOR, "Robin")
    with pytest.raises(OtherHalfNeeded):
        await glass.agree(robin, request)
    assert await glass.shares() == 0
    await glass.agree(glass.fern, request)


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("role", [Role.MODERATOR, Role.STEWARD, Role.PARTNER])
async def test_whoever_holds_no_half_finds_nothing_there(glass: Glass, role: Role) -> None:
    request = await glass.ask()
    other = await glass.appoint(role, "Other", keyed=False)
    with pytest.raises(NotFound):
        await glass.ask(other)
    with pytest.raises(NotFound):
        await glass.agree(other, request, words="a b c d e f g")
    with pytest.raises(NotFound):
        await glass.make_key(other)


@pytest.mark.full
@on_sqlite
async def test_an_auditor_agrees_and_never_asks(glass: Glass) -> None:
    noor = await glass.appoint(Role.AUDITOR, "Noor")
    with pytest.raises(NotFound):
        await glass.ask(noor)
    glass.talk = await talk_of_two(glass.town)
    await glass.talk.say(glass.town.ash)
    request = await glass.ask()
    await glass.agree(noor, request)
    assert (await glass.page(request, await glass.open(request))).messages[0].text == SECRET


@pytest.mark.full
@on_sqlite
async def test_a_yes_comes_within_two_hours_or_not_at_all(glass: Glass, clock: StillClock) -> None:
    late = await glass.ask()
    clock.pass_time(hours=2)
    with pytest.raises(RanOut):
        await glass.agree(glass.fern, late)
    in_time = await glass.ask()
    clock.pass_time(hours=1, minutes=59)
    await glass.agree(glass.fern, in_time)


@pytest.mark.full
async def test_a_yes_is_given_once(glass: Glass) -> None:
    request = await glass.ask()
    await glass.agree(glass.fern, request)
    with pytest.raises(RanOut):
        await glass.agree(glass.fern, request)
    other = await glass.appoint(Role.LEAD, "Other")
    with pytest.raises(RanOut):
        await glass.agree(other, request)
    assert await glass.shares() == 1


@pytest.mark.full
async def test_what_was_taken_back_cannot_be_agreed_to(glass: Glass) -> None:
    request, kept = await glass.ask(), await glass.ask()
    async with glass.town.house.workshop.work() as work:
        await withdraw_request(work, glass.fresh(glass.sam), request_id=request)
    with pytest.raises(RanOut):
        await glass.agree(glass.fern, request)
    await glass.agree(glass.fern, kept)
    async with glass.town.house.workshop.work() as work:
        await withdraw_request(work, glass.fresh(glass.sam), request_id=kept)
    assert await glass.shares() == 0
    with pytest.raises(NotOpen):
        await glass.open(kept)


@pytest.mark.full
async def test_a_yes_is_to_what_was_shown_and_to_nothing_wider(glass: Glass) -> None:
    request = await glass.ask()
    was_shown = await glass.shown(request)
    async with glass.town.house.workshop.work() as work:
        row = await work.db.get_one(GlassRequestRow, request)
        row.since -= timedelta(days=2)
    with pytest.raises(NotAsSeen):
        await glass.agree(glass.fern, request, was_shown=was_shown)
    await glass.agree(glass.fern, request)


@pytest.mark.full
@on_sqlite
async def test_what_lies_outside_the_span_is_not_shown(glass: Glass, clock: StillClock) -> None:
    clock.pass_time(minutes=10)
    since = clock.now()
    await glass.talk.say(glass.town.birch, "within")
    clock.pass_time(minutes=10)
    until = clock.now()
    clock.pass_time(seconds=1)
    await glass.talk.say(glass.town.birch, "after")
    request = await glass.ask(since=since, until=until)
    await glass.agree(glass.fern, request)
    look = await glass.open(request)
    assert [m.text for m in (await glass.page(request, look)).messages] == ["within"]
    with pytest.raises(NotOpen):
        await glass.page(request, look, 2)


@on_sqlite
async def test_nobody_asks_for_more_than_seven_days_an_hour_or_what_is_to_come(
    glass: Glass, clock: StillClock
) -> None:
    now = clock.now()
    await glass.ask(since=now - timedelta(days=7), until=now, minutes=60)
    for span in (
        {"since": now - timedelta(days=7, seconds=1), "until": now},
        {"until": now + timedelta(minutes=1)},
        {"minutes": 61},
        {"minutes": 0},
        {"since": now, "until": now},
    ):
        with pytest.raises(TooWide):
            await glass.ask(**span)


@pytest.mark.full
@on_sqlite
async def test_the_look_closes_by_itself(glass: Glass, clock: StillClock) -> None:
    request = await glass.ask(minutes=15)
    await glass.agree(glass.fern, request)
    look = await glass.open(request)
    clock.pass_time(minutes=14)
    await glass.page(request, look)
    clock.pass_time(minutes=1)
    with pytest.raises(NotOpen):
        await glass.page(request, look)
    with pytest.raises(NotOpen):
        await glass.open(request)


@pytest.mark.full
@on_sqlite
async def test_opening_again_does_not_begin_the_time_anew(glass: Glass, clock: StillClock) -> None:
    request = await glass.ask(minutes=15)
    await glass.agree(glass.fern, request)
    first = await glass.open(request)
    clock.pass_time(minutes=10)
    assert (await glass.open(request)).until == first.until


@pytest.mark.full
async def test_either_of_the_two_closes_it_and_then_nothing_is_left_to_join(glass: Glass) -> None:
    request = await glass.ask()
    await glass.agree(glass.fern, request)
    look = await glass.open(request)
    async with glass.town.house.workshop.work() as work:
        await close_look(work, glass.fresh(glass.fern), request_id=request)
    with pytest.raises(NotOpen):
        await glass.page(request, look)
    assert await glass.shares() == 0

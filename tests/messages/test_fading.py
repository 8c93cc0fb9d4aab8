"""What nobody comes back for goes by the clock: visits, unused accounts, words given back."""

from __future__ import annotations

from datetime import date, timedelta

import httpx
import pytest
from sqlalchemy import delete, select, update

from crisis.voice import HIGH, speak
from holdfast.erasing.rules import By
from holdfast.erasing.tables import ErasureRow
from holdfast.kit.ids import MemberId
from holdfast.members.actions import stay_for_this_visit, withdraw_consent
from holdfast.members.tables import ConsentRow, MemberPasskeyRow, MemberRow, SessionRow
from holdfast.messages.actions import return_post
from holdfast.messages.actions.fading import forget_given_back, let_fade
from holdfast.messages.ledger.entries import Kept
from holdfast.messages.queries import messages_before
from holdfast.messages.queries.held import held_posts
from holdfast.messages.tables import FadingRow, MessageRow
from holdfast.notices.queries import notices_of
from holdfast.notices.rules.telling import Kind
from holdfast.rights.rules import Role, System
from town import StillClock, Town, appoint, on_sqlite


async def look(town: Town) -> int:
    return await let_fade(town.house.ledger, System())


async def is_here(town: Town, member: MemberId) -> bool:
    async with town.house.workshop.reading() as work:
        return await work.db.get(MemberRow, member) is not None


async def visits_only(town: Town) -> None:
    """Ash is here for this visit, without a way back."""
    async with town.house.workshop.work() as work:
        await stay_for_this_visit(work, town.ash.member)


async def last_signed_in(town: Town, clock: StillClock, **ago: float) -> None:
    """Ash was seen last so long ago, and is signed in nowhere."""
    seen = (clock.now() - timedelta(**ago)).date()
    async with town.house.workshop.work() as work:
        mine = MemberRow.id == town.ash.member.id
        await work.db.execute(update(MemberRow).where(mine).values(seen_week=seen))
        theirs = SessionRow.member_id == town.ash.member.id
        await work.db.execute(delete(SessionRow).where(theirs))


async def words_of_ash(town: Town) -> list[str]:
    seat = await town.seat(town.birch)
    async with town.house.workshop.reading() as work:
        found = await messages_before(work, town.reader(town.birch), seat.room_id, None, 50)
    return [one.text for one in found]


@pytest.mark.full
async def test_a_visit_is_erased_a_day_after_nobody_can_come_back_to_it(
    town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "Only for tonight")
    await visits_only(town)
    assert await look(town) == 0
    clock.pass_time(hours=24)
    assert await look(town) == 0
    clock.pass_time(hours=23, minutes=59)
    assert await look(town) == 0
    assert await words_of_ash(town) == ["Only for tonight"]
    clock.pass_time(minutes=1)
    assert await look(town) == 1
    assert await words_of_ash(town) == [""]
    assert not await is_here(town, town.ash.member.id)
    async with town.house.workshop.reading() as work:
        (row,) = await work.db.scalars(select(ErasureRow))
        assert (await work.db.scalars(select(FadingRow))).all() == []
    assert row.by is By.TIME
    assert await is_here(town, town.birch.member.id)


@pytest.mark.full
@on_sqlite
async def test_who_can_come_back_after_all_is_left_alone(town: Town, clock: StillClock) -> None:
    await visits_only(town)
    clock.pass_time(hours=25)
    assert await look(town) == 0
    async with town.house.workshop.work() as work:
        row = await work.db.get_one(MemberRow, town.ash.member.id)
        row.phrase_lookup = b"x" * 32
    clock.pass_time(hours=25)
    assert await look(town) == 0
    async with town.house.workshop.reading() as work:
        assert (await work.db.scalars(select(FadingRow))).all() == []


@pytest.mark.full
async def test_an_account_that_nobody_used_for_a_year_is_erased(
    town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "A year ago")
    await last_signed_in(town, clock, days=364)
    assert await look(town) == 0
    await last_signed_in(town, clock, days=365)
    assert await look(town) == 1
    assert await words_of_ash(town) == [""]
    assert not await is_here(town, town.ash.member.id)


@pytest.mark.full
@on_sqlite
async def test_who_takes_back_the_yes_that_being_here_rests_on_leaves_no_way_back_and_goes(
    town: Town, clock: StillClock
) -> None:
    async with town.house.workshop.work() as work:
        passkey = MemberPasskeyRow(
            member_id=town.ash.member.id,
            name="Phone",
            credential=b"c",
            public_key=b"p",
            handle=b"h" * 32,
            count=0,
            made_on=clock.now().date(),
        )
        work.db.add(passkey)
        query = select(ConsentRow.id).where(
            ConsentRow.member_id == town.ash.member.id, ConsentRow.kind == "words"
        )
        consent = (await work.db.scalars(query)).one()
        await withdraw_consent(work, town.ash.member, consent=consent)
    assert await look(town) == 0
    clock.pass_time(hours=24)
    assert await look(town) == 1
    assert not await is_here(town, town.ash.member.id)


@on_sqlite
async def test_who_is_signed_in_somewhere_uses_it(town: Town, clock: StillClock) -> None:
    async with town.house.workshop.work() as work:
        row = await work.db.get_one(MemberRow, town.ash.member.id)
        row.seen_week = date(2020, 1, 6)
    assert await look(town) == 0
    assert await is_here(town, town.ash.member.id)


@pytest.mark.full
async def test_who_was_away_for_eleven_months_finds_it_said_once(
    town: Town, client: httpx.AsyncClient, clock: StillClock
) -> None:
    await last_signed_in(town, clock, days=334)
    assert await look(town) == 0
    async with town.house.workshop.reading() as work:
        assert await notices_of(work, town.ash.member, None, 10) == []
    await last_signed_in(town, clock, days=335)
    assert await look(town) == 0
    assert await look(town) == 0
    async with town.house.workshop.reading() as work:
        (notice,) = await notices_of(work, town.ash.member, None, 10)
    assert notice.kind is Kind.UNUSED
    back = await client.post("/api/v1/sign-in", json={"recovery_phrase": town.ash.phrase})
    client.cookies.set("holdfast", back.json()["token"])
    page = await client.get("/me/notices")
    assert "You were away for eleven months." in page.text


@pytest.mark.full
@on_sqlite
async def test_whom_open_work_names_waits_for_its_end(town: Town, clock: StillClock) -> None:
    await speak(town, town.ash, HIGH)
    await town.house.reactions.settled()
    await last_signed_in(town, clock, days=400)
    assert await look(town) == 0
    assert await is_here(town, town.ash.member.id)


@pytest.mark.full
async def test_words_that_were_given_back_go_thirty_days_later(
    town: Town, clock: StillClock
) -> None:
    async with town.house.workshop.work() as work:
        mo = await appoint(work, Role.MODERATOR)
    waits = await speak(town, town.ash, "Write to me at ash@example.org", as_is=True)
    assert isinstance(waits, Kept)
    async with town.house.workshop.reading() as work:
        (held,) = await held_posts(work, town.reader(mo))
    await return_post(
        town.house.ledger, mo.actor, message_id=held.id, rule="contact", suggestion="Write here"
    )
    clock.pass_time(days=30, seconds=-1)
    assert await forget_given_back(town.house.ledger, System()) == 0
    clock.pass_time(seconds=1)
    assert await forget_given_back(town.house.ledger, System()) == 1
    assert await forget_given_back(town.house.ledger, System()) == 0
    async with town.house.workshop.reading() as work:
        assert await work.db.scalar(select(MessageRow.text)) is None

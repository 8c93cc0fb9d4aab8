"""Who holds a half of the glass: with the right words, a fresh sign-in, and a key of that time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from holdfast.kit.errors import NotFound
from holdfast.listening.glass.actions import (
    agree_to_open,
    make_glass_key,
)
from holdfast.listening.glass.actions.opening import Look
from holdfast.listening.glass.queries import is_ready
from holdfast.listening.glass.rules import (
    NoKey,
    NothingToOpen,
    WrongWords,
)
from holdfast.listening.glass.tables import GlassKeyRow
from holdfast.rights.rules import Role
from holdfast.staff.access import FreshSignInNeeded
from holdfast.staff.tables import StaffRow
from listening.glass.breaking import Glass, glass_in, staff_of
from town import Town, appoint, on_sqlite
from two import SECRET


@pytest.mark.full
@on_sqlite
async def test_wrong_words_give_nothing(glass: Glass) -> None:
    request = await glass.ask()
    with pytest.raises(WrongWords):
        await glass.agree(glass.fern, request, words=glass.words[staff_of(glass.sam).id])
    assert await glass.shares() == 0
    await glass.agree(glass.fern, request, words=glass.words[staff_of(glass.fern).id].upper())


@pytest.mark.full
@on_sqlite
async def test_it_takes_a_sign_in_of_a_moment_ago(glass: Glass) -> None:
    request = await glass.ask()
    stale = replace(glass.fresh(glass.fern), fresh_at=None)
    async with glass.town.house.workshop.work() as work:
        with pytest.raises(FreshSignInNeeded):
            await agree_to_open(
                work,
                stale,
                root=glass.town.house.root,
                request_id=request,
                was_shown=await glass.shown(request),
                words=glass.words[stale.id],
            )
        with pytest.raises(FreshSignInNeeded):
            await make_glass_key(work, stale, root=glass.town.house.root)
    await glass.agree(glass.fern, request)


@pytest.mark.full
@on_sqlite
async def test_a_key_made_later_does_not_open_what_was_said_before(glass: Glass) -> None:
    late = await glass.appoint(Role.LEAD, "Late")
    request = await glass.ask()
    with pytest.raises(NothingToOpen):
        await glass.agree(late, request)
    await glass.agree(glass.fern, request)


@pytest.mark.full
@on_sqlite
async def test_a_new_key_of_ones_own_opens_nothing_of_before(glass: Glass) -> None:
    request = await glass.ask()
    await glass.make_key(glass.fern)
    with pytest.raises(NothingToOpen):
        await glass.agree(glass.fern, request)
    await glass.make_key(glass.sam)
    with pytest.raises(NothingToOpen):
        await glass.ask()


@pytest.mark.full
@on_sqlite
async def test_a_half_of_one_part_opens_no_other(glass: Glass) -> None:
    """Whoever has a look in hand has these parts and no others, of this room or another."""
    request = await glass.ask()
    await glass.agree(glass.fern, request)
    look = await glass.open(request)
    other = Look({part + 1: key for part, key in look.keys.items()}, look.until)
    page = await glass.page(request, other)
    assert [m.removed for m in page.messages] == ["private"]
    assert (await glass.page(request, look)).messages[0].text == SECRET


@pytest.mark.full
@on_sqlite
async def test_listening_is_ready_when_both_halves_have_somebody(town: Town) -> None:
    async with town.house.workshop.work() as work:
        sam = await appoint(work, Role.SUPERVISOR, name="Sam")
        fern = await appoint(work, Role.AUDITOR, name="Fern")
    glass = Glass(town, sam, fern)

    async def ready() -> bool:
        async with town.house.workshop.reading() as work:
            return await is_ready(work)

    assert not await ready()
    await glass.make_key(sam)
    assert not await ready()
    await glass.make_key(fern)
    assert await ready()
    async with town.house.workshop.work() as work:
        await work.db.execute(
            update(StaffRow)
            .where(StaffRow.id == staff_of(fern).id)
            .values(removed_at=work.clock.now())
        )
    assert not await ready()


@pytest.mark.full
@on_sqlite
async def test_words_that_were_not_typed_back_hold_no_half(town: Town) -> None:
    glass = await glass_in(town)
    async with town.house.workshop.work() as work:
        await make_glass_key(work, glass.fresh(glass.fern), root=town.house.root)
    async with town.house.workshop.reading() as work:
        assert not await is_ready(work)
        kept = await work.db.get_one(GlassKeyRow, staff_of(glass.fern).id)
        assert kept.typed_at is None
    await glass.talk.say(town.ash)
    with pytest.raises(NothingToOpen):
        await glass.ask()
    await glass.make_key(glass.fern)
    async with town.house.workshop.reading() as work:
        assert await is_ready(work)


@pytest.mark.full
@on_sqlite
async def test_whoever_made_no_key_asks_for_nothing(glass: Glass) -> None:
    robin = await glass.appoint(Role.SUPERVISOR, "Robin", keyed=False)
    with pytest.raises(NoKey):
        await glass.ask(robin)
    assert await glass.ask()


@on_sqlite
async def test_only_a_room_of_two_is_opened_like_this(glass: Glass) -> None:
    night = await glass.town.seat(glass.town.ash)
    with pytest.raises(NotFound):
        await glass.ask(room=night.room_id)
    assert await glass.ask()

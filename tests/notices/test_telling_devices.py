"""A member's device is told that something is new: by choice, sealed, never in quiet hours."""

from __future__ import annotations

import asyncio

import pytest
from http_ece import ECEException

from holdfast.community.actions import let_members_be_told
from holdfast.kit.errors import Conflict, NotFound, NotPermitted
from holdfast.kit.looks import Looks
from holdfast.members.actions import choose_looks, sign_out_everywhere
from holdfast.messages.queries.telling import looks_of_members
from holdfast.notices.actions import (
    forget_devices,
    see_notices,
    tell_on_device,
)
from holdfast.notices.jobs import Teller, tell_devices
from holdfast.notices.rules.addresses import Subscription
from holdfast.notices.rules.telling import Kind, Shown
from holdfast.notices.senders import Answer, senders_for
from holdfast.rights.rules import Role
from holdfast.settings import Settings
from notices.pushing import HERS, HIS, Pushing
from notices.telephones import GONE, UNREACHED, Browser, PaperTelephone, listening
from town import StillClock, Town, appoint, mostly_on_sqlite, on_sqlite


@pytest.fixture
async def pushing(town: Town, clock: StillClock) -> Pushing:
    """Ash chose to be told on her phone; it is allowed here."""
    pushing = Pushing(town, clock)
    await pushing.turns(on=True)
    await pushing.adds(town.ash, HERS)
    return pushing


@mostly_on_sqlite
async def test_who_chose_it_is_told_once_a_minute_later(pushing: Pushing, town: Town) -> None:
    await pushing.happens(town.ash)
    await pushing.happens(town.birch)
    assert await pushing.heard() == []
    assert await pushing.heard(minutes=1) == [HERS]
    assert await pushing.heard(minutes=30) == []


@mostly_on_sqlite
async def test_what_is_pushed_is_the_same_for_everything_and_in_the_members_language(
    pushing: Pushing, town: Town
) -> None:
    for kind in (Kind.REPLY, Kind.MEASURE):
        await pushing.happens(town.ash, kind)
        assert await pushing.heard(minutes=15) == [HERS]
    assert {(one.title, one.body) for one in pushing.paper.shown} == {
        ("New notice", "Something new is waiting")
    }
    async with town.house.workshop.reading() as work:
        found = await looks_of_members(work, [town.ash.member.id])
    assert found == {town.ash.member.id: Looks()}


@on_sqlite
async def test_who_looks_meanwhile_is_not_told(pushing: Pushing, town: Town) -> None:
    await pushing.happens(town.ash)
    async with town.house.workshop.work() as work:
        await see_notices(work, town.ash.member)
    assert await pushing.heard(minutes=1) == []
    await pushing.happens(town.ash)
    assert await pushing.heard(minutes=1) == [HERS]


@mostly_on_sqlite
async def test_much_at_once_is_one_push_and_the_next_comes_ten_minutes_later(
    pushing: Pushing, town: Town
) -> None:
    await pushing.wants_quiet(town.ash, "", "")
    for _ in range(3):
        await pushing.happens(town.ash)
    assert await pushing.heard(minutes=1) == [HERS]
    await pushing.happens(town.ash)
    assert await pushing.heard(minutes=5) == []
    assert await pushing.heard(minutes=5) == [HERS]


@on_sqlite
async def test_somebody_who_waits_in_a_side_space_goes_first_and_at_once(
    pushing: Pushing, town: Town
) -> None:
    await pushing.adds(town.birch, HIS)
    await pushing.happens(town.ash)
    assert await pushing.heard(minutes=1) == [HERS]
    await pushing.happens(town.ash)
    await pushing.happens(town.birch, Kind.SIDE_SPACE)
    await pushing.happens(town.ash, Kind.SIDE_SPACE)
    pushing.clock.pass_time(minutes=1)
    await tell_devices(pushing.house.workshop, pushing.teller, pushing.clock.now())
    assert sorted(pushing.paper.calls) == [HERS, HIS]
    assert [one.is_pressing for one in pushing.paper.shown] == [False, True, True]


@mostly_on_sqlite
async def test_in_quiet_hours_nothing_is_pushed_and_after_them_it_is(
    pushing: Pushing, town: Town
) -> None:
    await pushing.wants_quiet(town.ash, "22:00", "07:00")  # it is 02:40
    await pushing.happens(town.ash, Kind.SIDE_SPACE)
    assert await pushing.heard(minutes=1) == []
    assert await pushing.heard(hours=4) == []
    assert await pushing.heard(minutes=19) == [HERS]


@on_sqlite
async def test_quiet_hours_follow_the_members_own_clock(pushing: Pushing, town: Town) -> None:
    async with town.house.workshop.work() as work:
        await choose_looks(work, town.ash.member, time_zone="Asia/Tokyo")  # 11:40 there
    await pushing.wants_quiet(town.ash, "22:00", "07:00")
    await pushing.happens(town.ash)
    assert await pushing.heard(minutes=1) == [HERS]


@mostly_on_sqlite
async def test_a_device_that_is_no_more_is_dropped_at_once(pushing: Pushing, town: Town) -> None:
    pushing.paper.answers[HERS] = GONE
    await pushing.happens(town.ash)
    assert await pushing.heard(minutes=1) == [HERS]
    assert not await pushing.has_device(town.ash)


@pytest.mark.full
@mostly_on_sqlite
async def test_a_device_that_does_not_answer_is_tried_again_and_then_dropped(
    pushing: Pushing, town: Town
) -> None:
    pushing.paper.answers[HERS] = UNREACHED
    await pushing.happens(town.ash)
    assert [await pushing.heard(minutes=5) for _ in range(5)] == [[HERS]] * 5
    assert not await pushing.has_device(town.ash)
    assert await pushing.heard(minutes=30) == []


@mostly_on_sqlite
async def test_two_who_look_at_once_tell_it_once(pushing: Pushing, town: Town) -> None:
    await pushing.happens(town.ash)
    pushing.clock.pass_time(minutes=1)
    now = pushing.clock.now()
    looks = [tell_devices(town.house.workshop, pushing.teller, now) for _ in range(2)]
    assert sum(await asyncio.gather(*looks)) == 1
    assert pushing.paper.heard() == [HERS]


@on_sqlite
async def test_a_push_that_a_stop_cut_off_is_sent_again(pushing: Pushing, town: Town) -> None:
    class Broken(PaperTelephone):
        async def tell(self, to: Subscription, shown: Shown) -> Answer:
            raise RuntimeError("the house stopped")

    await pushing.happens(town.ash)
    pushing.clock.pass_time(minutes=1)
    broken = Teller(Broken(push_key="key"), town.house.root, looks_of_members)
    with pytest.raises(RuntimeError):
        await tell_devices(town.house.workshop, broken, pushing.clock.now())
    assert await pushing.heard() == []  # somebody may be at it
    assert await pushing.heard(minutes=1) == [HERS]


@mostly_on_sqlite
async def test_only_where_a_steward_turned_it_on_and_nowhere_once_it_is_off(
    town: Town, clock: StillClock
) -> None:
    pushing = Pushing(town, clock)
    with pytest.raises(NotPermitted):
        await pushing.adds(town.ash, HERS)
    await pushing.turns(on=True)
    await pushing.adds(town.ash, HERS)
    await pushing.happens(town.ash)
    assert await pushing.heard(minutes=1) == [HERS]
    await pushing.happens(town.ash)
    await pushing.turns(on=False)
    assert await pushing.heard(minutes=15) == []
    await pushing.turns(on=True)
    assert await pushing.heard(minutes=15) == []  # what was called off stays so


@on_sqlite
@pytest.mark.parametrize("role", [Role.STEWARD, Role.MODERATOR, Role.SUPERVISOR, Role.LEAD])
async def test_a_steward_turns_it_on_and_nobody_else(town: Town, role: Role) -> None:
    async with town.house.workshop.work() as work:
        person = await appoint(work, role)
    if role is Role.STEWARD:
        async with town.house.workshop.work() as work:
            await let_members_be_told(work, person.actor, on=True)
        return
    with pytest.raises(NotFound):
        async with town.house.workshop.work() as work:
            await let_members_be_told(work, person.actor, on=True)


@pytest.mark.full
@on_sqlite
async def test_it_can_be_ended_by_the_member_and_is_for_three_devices(
    pushing: Pushing, town: Town
) -> None:
    await pushing.adds(town.ash, HERS)  # the same one again
    for number in (2, 3):
        await pushing.adds(town.ash, f"{HERS}/{number}")
    with pytest.raises(Conflict):
        await pushing.adds(town.ash, f"{HERS}/4")
    await pushing.happens(town.ash)
    async with town.house.workshop.work() as work:
        await forget_devices(work, town.ash.member)
    assert await pushing.heard(minutes=5) == []


@mostly_on_sqlite
async def test_who_is_signed_in_nowhere_is_told_nowhere(pushing: Pushing, town: Town) -> None:
    await pushing.adds(town.birch, HIS)
    for who in (town.ash, town.birch):
        await pushing.happens(who)
    async with town.house.workshop.work() as work:
        await sign_out_everywhere(work, town.birch.member)
    assert await pushing.heard(minutes=1) == [HERS]
    assert not await pushing.has_device(town.birch)


@on_sqlite
async def test_a_browser_that_somebody_else_takes_over_is_theirs_alone(
    pushing: Pushing, town: Town
) -> None:
    await pushing.adds(town.birch, HERS)
    assert not await pushing.has_device(town.ash)
    await pushing.happens(town.ash)
    assert await pushing.heard(minutes=5) == []


@mostly_on_sqlite
async def test_a_push_to_a_member_opens_for_their_browser_alone_and_names_nobody(
    town: Town, clock: StillClock
) -> None:
    pushing, root = Pushing(town, clock), town.house.root
    async with listening() as listener:
        hers, other = (Browser(f"http://{listener.place}/push/{name}") for name in "ab")
        settings = Settings(data=town.house.settings.data, pager_push=listener.place)
        async with senders_for(settings, root, clock) as senders:
            pushing.teller = Teller(senders, root, looks_of_members)
            await pushing.turns(on=True)
            async with town.house.workshop.work() as work:
                given = hers.subscription
                await tell_on_device(work, town.ash.member, root=root, subscription=given)
            await pushing.happens(town.ash, Kind.SIDE_SPACE)
            await pushing.heard(minutes=1)
        (request,) = listener.requests
    assert hers.open(request.body) == {
        "title": "New notice",
        "body": "Something new is waiting",
        "for": "member",
    }
    with pytest.raises(ECEException):
        other.open(request.body)
    assert (request.headers["topic"], request.headers["urgency"]) == ("new", "high")

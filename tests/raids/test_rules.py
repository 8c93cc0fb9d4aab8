"""When many are too many: five times the usual, never a few on a quiet night."""

from __future__ import annotations

from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.raids.rules import (
    DAY,
    FOR_COMMUNITY,
    FOR_ROOM,
    LOOKED_BACK,
    WARY_FOR,
    JustCame,
    Lately,
    slot_of,
    usual,
)

NOW = 2_980_000


def came(*moments: float) -> Lately:
    lately = Lately()
    for moment in moments:
        lately.note(moment)
    return lately


def each_day(count: int, days: int = LOOKED_BACK) -> dict[int, int]:
    """So many in every ten minutes of the last days."""
    return {NOW - back: count for back in range(1, days * DAY + 4)}


def test_where_nothing_is_known_the_usual_is_a_few() -> None:
    assert usual({}, NOW, FOR_COMMUNITY) == FOR_COMMUNITY.usual
    assert usual({NOW: 900}, NOW, FOR_COMMUNITY) == FOR_COMMUNITY.usual


def test_the_usual_is_what_came_at_this_time_of_day() -> None:
    busy_at_night = {
        NOW - day * DAY + beside: 30 for day in range(1, 15) for beside in range(-3, 4)
    }
    assert usual(busy_at_night, NOW, FOR_COMMUNITY) == 30
    assert usual(busy_at_night, NOW + DAY // 2, FOR_COMMUNITY) == FOR_COMMUNITY.usual


def test_one_raid_does_not_make_the_next_one_usual() -> None:
    counts = each_day(10)
    for slot in range(NOW - DAY - 6, NOW - DAY + 7):
        counts[slot] = 900
    assert usual(counts, NOW, FOR_COMMUNITY) == 10


def test_three_people_on_a_quiet_night_are_no_raid_and_neither_is_a_full_hour() -> None:
    assert not came(0, 1, 2).are_too_many(FOR_COMMUNITY.usual, FOR_COMMUNITY, 2)
    slowly = came(*range(0, 600, 30))
    assert not slowly.are_too_many(FOR_COMMUNITY.usual, FOR_COMMUNITY, 599)


def test_more_than_five_times_the_usual_in_ten_minutes_is_a_raid() -> None:
    twenty = [30.0 * number for number in range(20)]
    assert not came(*twenty).are_too_many(4, FOR_COMMUNITY, 599)
    assert came(*twenty, 599).are_too_many(4, FOR_COMMUNITY, 599)
    assert not came(*twenty, 599).are_too_many(10, FOR_COMMUNITY, 599)


def test_two_hundred_in_a_minute_are_noticed_within_five_seconds() -> None:
    lately, noticed = Lately(), 60.0
    for number in range(200):
        moment = number * 0.3
        lately.note(moment)
        if lately.are_too_many(FOR_COMMUNITY.usual, FOR_COMMUNITY, moment):
            noticed = moment
            break
    assert noticed < 5


def test_who_came_more_than_ten_minutes_ago_is_counted_no_longer() -> None:
    lately = came(*[0.0] * 12)
    assert lately.within(600, 600) == 12
    lately.note(601)
    assert lately.within(600, 601) == 1
    assert lately.are_calm(FOR_ROOM.usual, 601)


def test_a_slot_is_ten_minutes() -> None:
    assert slot_of(1_199.9) == 1
    assert slot_of(1_200) == 2


def just_came(*members: int, apart: float = 20.0) -> JustCame:
    found = JustCame()
    for number, member in enumerate(members):
        found.came(MemberId(member), number * apart, 4)
        found.sat_down(RoomId(1), SeatId(100 + member), MemberId(member))
    return found


def test_when_three_who_only_just_came_speak_within_a_minute_it_is_wary_for_two() -> None:
    found = just_came(1, 2, 3)
    found.spoke([SeatId(101), SeatId(102), SeatId(101), SeatId(7)], 60, 4)
    assert not found.is_wary(60)
    found.spoke([SeatId(103)], 70, 4)
    assert found.is_wary(70)
    assert found.is_wary(70 + WARY_FOR - 1)
    assert not found.is_wary(70 + WARY_FOR)


def test_three_within_ten_minutes_are_nothing_to_be_wary_of() -> None:
    found = just_came(1, 2, 3)
    for number in (1, 2, 3):
        found.spoke([SeatId(100 + number)], number * 61, 4)
    assert not found.is_wary(183)


def test_where_many_come_every_minute_more_may_speak() -> None:
    found = just_came(1, 2, 3, 4, 5)
    found.spoke([SeatId(100 + number) for number in (1, 2, 3, 4)], 90, 10)
    assert not found.is_wary(90)
    found.spoke([SeatId(105)], 90, 10)
    assert found.is_wary(90)


def test_four_at_once_are_something_to_be_wary_of() -> None:
    assert not just_came(1, 2, 3, apart=0.1).is_wary(1)
    assert just_came(1, 2, 3, 4, apart=0.1).is_wary(1)


def test_after_ten_minutes_somebody_has_been_here_a_while() -> None:
    found = just_came(1, 2)
    found.grow_older(605)
    assert found.members == {2}
    assert found.in_room(RoomId(1)) == {2}
    assert not found.sat_down(RoomId(2), SeatId(9), MemberId(1))

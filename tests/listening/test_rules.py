"""Who fits whom, by rules that can be explained; and how long anybody listens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from holdfast.kit.ids import AskId, MemberId
from holdfast.listening.rules.asks import PREFERENCES, WANTS, Preference, Want, is_whole
from holdfast.listening.rules.duty import is_enough, listened, rests_until
from holdfast.listening.rules.matching import (
    A_DAY,
    A_WEEK,
    GAP,
    No,
    OnDuty,
    Wanted,
    best_for,
    in_turn,
    offers_now,
    reasons_for,
    score_of,
    speaks,
    wanted_offers,
    why_not,
)
from holdfast.listening.rules.queue import FEWEST, honest_wait
from holdfast.listening.rules.sessions import (
    MOST_TOGETHER,
    PAUSED_FOR,
    QUIET_FOR,
    ending_is_planned,
    fades_at,
    may_meet_again,
)
from holdfast.screening.concern import Concern

NOW = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)
FEW = settings(max_examples=60, deadline=None)
CODES = st.frozensets(st.sampled_from([one.value for one in Want]), max_size=3)
WAYS = st.frozensets(st.sampled_from([one.value for one in Preference]), max_size=2)
MEMBERS = st.integers(1, 12).map(MemberId)
SPANS = st.integers(0, 20).map(lambda hours: timedelta(hours=hours))
LANGUAGES = ("en", "es", "ar", "pt-BR")

ASKS = st.builds(
    Wanted,
    id=st.integers(1, 500).map(AskId),
    member=MEMBERS,
    age_band=st.sampled_from(["18+", "16-17"]),
    language=st.sampled_from(LANGUAGES),
    asked_at=st.integers(0, 3_600).map(lambda ago: NOW - timedelta(seconds=ago)),
    wants=CODES,
    preferences=WAYS,
    concern=st.integers(0, 3),
    blocked=st.frozensets(MEMBERS, max_size=3),
    not_with=st.frozensets(MEMBERS, max_size=3),
    met=st.dictionaries(MEMBERS, st.integers(0, 8), max_size=4),
    again_with=st.none() | MEMBERS,
    asked=st.frozensets(MEMBERS, max_size=3),
    open_offers=st.integers(0, 3),
)
HERE = st.builds(
    OnDuty,
    member=MEMBERS,
    age_band=st.sampled_from(["18+", "16-17"]),
    until=st.integers(-10, 120).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    languages=st.frozensets(st.sampled_from(["en", "es", "ar", "pt"]), max_size=2),
    has_right=st.booleans(),
    wants=CODES,
    ways=WAYS,
    most=st.integers(1, 2),
    talking=st.integers(0, 2),
    offered=st.integers(0, 1),
    today=SPANS,
    week=SPANS,
    rests_until=st.none() | st.just(NOW + GAP) | st.just(NOW),
    in_concern=st.booleans(),
)
ASK = Wanted(AskId(1), MemberId(1), "18+", "en", NOW, wants=frozenset({"loss"}))
FREE = OnDuty(MemberId(2), "18+", NOW + timedelta(hours=1))


def test_whoever_breaks_no_rule_may_take_it() -> None:
    assert why_not(ASK, FREE, NOW) is None


def test_each_hard_rule_keeps_them_apart_by_itself() -> None:
    me, you = ASK.member, FREE.member
    for no, ask, one in (
        (No.OWN, ASK, replace(FREE, member=me)),
        (No.RIGHT, ASK, replace(FREE, has_right=False)),
        (No.RIGHT, ASK, replace(FREE, languages=frozenset({"es"}))),
        (No.AGE, ASK, replace(FREE, age_band="16-17")),
        (No.BLOCKED, replace(ASK, blocked=frozenset({you})), FREE),
        (No.NOT_WITH, replace(ASK, not_with=frozenset({you})), FREE),
        (No.ENOUGH, replace(ASK, met={you: MOST_TOGETHER}), FREE),
        (No.ASKED, replace(ASK, asked=frozenset({you})), FREE),
        (No.ASKED, ASK, replace(FREE, offered=1)),
        (No.OVER, ASK, replace(FREE, until=NOW)),
        (No.CONCERN, ASK, replace(FREE, in_concern=True)),
        (No.FULL, ASK, replace(FREE, talking=1)),
        (No.FULL, ASK, replace(FREE, most=5, talking=2)),
        (No.DAY, ASK, replace(FREE, today=A_DAY)),
        (No.WEEK, ASK, replace(FREE, week=A_WEEK)),
        (No.GAP, ASK, replace(FREE, rests_until=NOW + timedelta(seconds=1))),
    ):
        assert why_not(ask, one, NOW) is no


@pytest.mark.full
@FEW
@given(st.lists(ASKS, max_size=6, unique_by=lambda one: one.id), st.lists(HERE, max_size=8))
def test_nothing_is_ever_offered_against_a_hard_rule(
    asks: list[Wanted], people: list[OnDuty]
) -> None:
    here = list({one.member: one for one in people}.values())
    by_id = {ask.id: ask for ask in asks}
    known = {one.member: one for one in here}
    for match in offers_now(asks, here, NOW):
        assert why_not(by_id[match.ask], known[match.member], NOW) is None
        assert speaks(known[match.member].languages, by_id[match.ask].language)


@pytest.mark.full
@FEW
@given(st.lists(ASKS, max_size=6, unique_by=lambda one: one.id), st.lists(HERE, max_size=8))
def test_nobody_has_two_asks_before_them_and_no_ask_lies_before_too_many(
    asks: list[Wanted], people: list[OnDuty]
) -> None:
    here = list({one.member: one for one in people}.values())
    found = offers_now(asks, here, NOW)
    assert len({match.member for match in found}) == len(found)
    for ask in asks:
        new = sum(match.ask == ask.id for match in found)
        assert new == 0 or new + ask.open_offers <= wanted_offers(ask)


@pytest.mark.full
@FEW
@given(st.lists(ASKS, max_size=8, unique_by=lambda one: one.id))
def test_concern_and_waiting_move_an_ask_up_and_nothing_else_does(asks: list[Wanted]) -> None:
    order = in_turn(asks)
    for first, second in pairwise(order):
        more = min(first.concern, Concern.HIGH) > min(second.concern, Concern.HIGH)
        same = min(first.concern, Concern.HIGH) == min(second.concern, Concern.HIGH)
        assert more or (same and first.asked_at <= second.asked_at)
    plain = [replace(one, wants=frozenset(), preferences=frozenset()) for one in asks]
    assert [one.id for one in in_turn(plain)] == [one.id for one in order]


@pytest.mark.full
@FEW
@given(ASKS, st.lists(HERE, max_size=8))
def test_the_best_fit_comes_first_and_every_reason_is_true(
    ask: Wanted, people: list[OnDuty]
) -> None:
    known = {one.member: one for one in people}
    found = best_for(ask, known.values(), NOW)
    assert [match.score for match in found] == sorted(
        (match.score for match in found), reverse=True
    )
    for match in found:
        one = known[match.member]
        for reason in match.reasons:
            kind, _, code = reason.partition(":")
            assert {
                "again": ask.again_with == one.member,
                "want": code in ask.wants & one.wants,
                "way": code in ask.preferences & one.ways,
                "language": code == ask.language and bool(one.languages),
                "rested": one.today == timedelta(),
            }[kind]


def test_both_sides_wish_weighs_more_than_everything_chosen() -> None:
    ask = replace(ASK, again_with=FREE.member, wants=frozenset({"loss", "low", "money"}))
    other = replace(FREE, member=MemberId(3), wants=ask.wants)
    assert score_of(ask, FREE) > score_of(ask, other)
    assert reasons_for(ask, FREE)[0] == "again"


def test_whoever_listened_long_today_stands_back() -> None:
    tired = replace(FREE, member=MemberId(3), today=timedelta(hours=2))
    assert [one.member for one in best_for(ASK, [tired, FREE], NOW)] == [FREE.member]


def test_a_kind_of_a_language_is_covered_by_the_language() -> None:
    assert speaks({"pt"}, "pt-BR")
    assert not speaks({"pt-BR"}, "pt")
    assert speaks((), "ar")


@given(st.lists(st.integers(0, 9_000), max_size=40))
def test_the_wait_is_said_from_five_on_and_lies_within_what_people_waited(
    waited: list[int],
) -> None:
    said = honest_wait(waited)
    if len(waited) < FEWEST:
        assert said is None
    else:
        assert said is not None
        assert min(waited) <= said.seconds <= max(waited)
        assert said.people == len(waited)


@FEW
@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 600)), max_size=8))
def test_two_at_once_count_once(pairs: list[tuple[int, int]]) -> None:
    spans = [
        (NOW + timedelta(minutes=min(pair)), NOW + timedelta(minutes=max(pair))) for pair in pairs
    ]
    end = NOW + timedelta(minutes=600)
    minutes = {minute for pair in pairs for minute in range(min(pair), max(pair))}
    assert listened(spans, NOW, end) == timedelta(minutes=len(minutes))
    assert listened(spans, end, end) == timedelta()


def test_caps_hold_from_the_minute_they_are_reached() -> None:
    assert not is_enough(A_DAY - timedelta(minutes=1), A_WEEK - timedelta(minutes=1))
    assert is_enough(A_DAY, timedelta())
    assert is_enough(timedelta(), A_WEEK)


def test_a_gap_follows_a_hard_one_only() -> None:
    assert rests_until([(NOW, False, int(Concern.WATCH))]) is None
    assert rests_until([(NOW, True, 0)]) == NOW + GAP
    assert rests_until([(NOW, False, int(Concern.HIGH))]) == NOW + GAP


def test_the_ending_of_the_same_two_is_planned_from_the_fifth_on() -> None:
    assert [ending_is_planned(n) for n in range(1, 7)] == [False] * 4 + [True] * 2
    assert [may_meet_again(n) for n in range(1, 7)] == [True] * 5 + [False]


def test_a_pause_holds_the_place_longer_than_silence() -> None:
    assert fades_at(NOW, None) == NOW + QUIET_FOR
    assert fades_at(NOW, NOW + timedelta(minutes=10)) == NOW + timedelta(minutes=10) + PAUSED_FOR


def test_every_code_has_words() -> None:
    assert set(WANTS) == set(Want)
    assert set(PREFERENCES) == set(Preference)
    assert is_whole(frozenset({"listen"}), frozenset(), "")
    assert not is_whole(frozenset({"listen", "loss", "low", "money"}), frozenset(), "")

"""What a room is, by who is on shift: never live without care, never held with nobody there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.rooms.rules.states import Here, RoomState, reads, state_of, until_of, usual_wait

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LIVE, HELD, QUIET = RoomState.LIVE, RoomState.HELD, RoomState.QUIET


def here(*languages: str, crisis: bool = False, hours: float = 4) -> Here:
    return Here(languages, crisis, NOON + timedelta(hours=hours))


DAHLIA = here("en")
SAM = here("en", crisis=True)
ANA = here("es", "pt", crisis=True)
people = st.lists(
    st.builds(
        Here,
        st.lists(st.sampled_from(["en", "es", "pt-BR", "ar"]), max_size=3),
        st.booleans(),
        st.integers(1, 600).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    ),
    max_size=5,
)


@pytest.mark.parametrize(
    ("language", "on_shift", "state"),
    [
        ("en", [], QUIET),
        ("en", [SAM], LIVE),
        ("en", [DAHLIA], HELD),
        ("en", [DAHLIA, ANA], LIVE),
        ("en", [ANA], HELD),
        ("es", [ANA], LIVE),
        ("es", [SAM, DAHLIA], HELD),
        ("pt-BR", [ANA], LIVE),
        ("ar", [SAM, ANA], HELD),
        ("en", [here(crisis=True)], HELD),
    ],
)
def test_a_room_is_live_with_a_reader_of_its_language_and_a_crisis_moderator_anywhere(
    language: str, on_shift: list[Here], state: RoomState
) -> None:
    assert state_of(language, on_shift, detector_ok=True) is state


@pytest.mark.parametrize(("on_shift", "state"), [([SAM], HELD), ([DAHLIA], HELD), ([], QUIET)])
def test_without_the_rules_a_live_room_is_held_and_a_quiet_room_stays_quiet(
    on_shift: list[Here], state: RoomState
) -> None:
    assert state_of("en", on_shift, detector_ok=False) is state


@given(people, st.sampled_from(["en", "es", "pt"]), st.booleans())
def test_a_room_is_quiet_exactly_while_nobody_certified_is_there(
    on_shift: list[Here], language: str, ok: bool
) -> None:
    assert (state_of(language, on_shift, detector_ok=ok) is QUIET) == (not on_shift)


@given(people, st.builds(Here, st.just(["en"]), st.booleans(), st.just(NOON)), st.booleans())
def test_another_person_on_shift_never_takes_a_room_further_from_live(
    on_shift: list[Here], more: Here, ok: bool
) -> None:
    order = [QUIET, HELD, LIVE]
    before = state_of("en", on_shift, detector_ok=ok)
    after = state_of("en", [*on_shift, more], detector_ok=ok)
    assert order.index(after) >= order.index(before)


@given(people, st.sampled_from(["en", "es"]))
def test_until_then_nobody_who_is_needed_goes(on_shift: list[Here], language: str) -> None:
    state = state_of(language, on_shift, detector_ok=True)
    until = until_of(language, on_shift, None, detector_ok=True)
    for moment in [person.until for person in on_shift]:
        left = [person for person in on_shift if person.until > moment]
        changed = state_of(language, left, detector_ok=True) is not state
        assert changed == (until is not None and moment >= until)


def test_a_live_room_says_when_the_last_needed_person_goes() -> None:
    early, late = here("en", crisis=True, hours=1), here("en", crisis=True, hours=3)
    assert until_of("en", [early, late], None, detector_ok=True) == late.until
    assert until_of("en", [early, DAHLIA], None, detector_ok=True) == early.until


def test_a_quiet_room_says_when_the_next_person_comes_or_nothing() -> None:
    evening = NOON + timedelta(hours=6)
    assert until_of("en", [], evening, detector_ok=True) == evening
    assert until_of("en", [], None, detector_ok=True) is None


def test_a_held_room_says_whichever_comes_first() -> None:
    soon, later = NOON + timedelta(hours=1), NOON + timedelta(hours=9)
    assert until_of("en", [DAHLIA], soon, detector_ok=True) == soon
    assert until_of("en", [DAHLIA], later, detector_ok=True) == DAHLIA.until


def test_a_language_is_read_with_all_its_regions() -> None:
    assert reads(["pt"], "pt-BR")
    assert reads(["en-GB", "pt-PT"], "PT")
    assert not reads(["pt"], "p")
    assert not reads([], "en")


def test_the_usual_wait_is_the_median_in_whole_minutes_and_never_none_at_all() -> None:
    waits = [timedelta(minutes=minutes) for minutes in (2, 40, 6)]
    assert usual_wait(waits) == 6
    assert usual_wait([timedelta(seconds=3)]) == 1
    assert usual_wait([]) is None

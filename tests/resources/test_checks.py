"""What a check makes of a row: pure, for every row that comes with the programme."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.resources.queries import (
    NO_CHECKS,
    checks_in,
    countries,
    help_in,
    helpline_doubts,
    places,
)
from holdfast.resources.rules.checks import (
    Check,
    Result,
    can_be_reached,
    every_row,
    moved,
    with_checks,
)
from holdfast.resources.rules.helplines import WORLD, Emergency
from holdfast.resources.rules.showing import GOOD_FOR

TODAY = date(2026, 11, 22)
ROWS = every_row(places().values())
checks = st.lists(
    st.builds(
        Check,
        line=st.sampled_from(sorted(ROWS)),
        on=st.dates(TODAY - timedelta(days=400), TODAY),
        result=st.sampled_from(list(Result)),
        numbers=st.sampled_from([(), ("112",), ("112", "113"), ("nonsense",)]),
    ),
    max_size=30,
).map(lambda found: {check.line: check for check in found})


def test_every_row_has_a_key_of_its_own() -> None:
    wanted = sum(
        1 + len(place.helplines) + (place.directory is not None) for place in places().values()
    )
    assert len(ROWS) == wanted == 157


@given(checks, st.sampled_from([*countries(), WORLD]))
def test_whatever_was_found_the_page_has_a_number_for_danger_and_the_directory(
    found: dict[str, Check], country: str
) -> None:
    sheet = help_in(country, TODAY, checks=found)
    assert sheet.emergency.dial
    assert sheet.directory.contacts
    wrong = {key for key, check in found.items() if check.result is Result.WRONG}
    shown = {part.line.id for part in (*sheet.lines, sheet.last_known) if part is not None}
    assert shown.isdisjoint(wrong)


@given(checks)
def test_only_a_check_of_the_last_180_days_lets_a_row_say_that_it_was_checked(
    found: dict[str, Check],
) -> None:
    for place in places().values():
        sheet = help_in(place.country, TODAY, checks=found)
        for part in sheet.lines:
            check = found.get(part.line.id)
            if part.standing == "checked":
                assert check is not None
                assert check.result is not Result.WRONG
                assert TODAY - check.on <= GOOD_FOR


def test_a_number_that_moved_is_read_and_dialled_in_one_way() -> None:
    row = ROWS["gb-samaritans"].line
    assert moved(row, ("0800 12 34",)).model_dump()["contacts"][0]["dial"] == "08001234"
    assert not can_be_reached(row, ("116123",)), "the same number, written in another way"
    for wrong in ((), ("",), ("1", "2"), ("call me",), ("javascript:alert(1)",), ("1" * 200,)):
        assert not can_be_reached(row, wrong)
    chat = next(
        one
        for one in ROWS.values()
        if not isinstance(one.line, Emergency)
        and any(contact.method == "web" for contact in one.line.contacts)
    )
    again = moved(chat.line, ("https://lines.example/now",))
    assert again.model_dump()["contacts"][0]["dial"] == "https://lines.example/now"
    assert again.model_dump()["contacts"][0]["number"] == "lines.example/now"
    with pytest.raises(ValueError, match="number or address"):
        moved(chat.line, ("http://lines.example",))


def test_a_contact_can_be_taken_out_but_never_the_last_one() -> None:
    many = next(one for one in ROWS.values() if len(one.numbers) > 1)
    assert can_be_reached(many.line, (many.numbers[0], *[""] * (len(many.numbers) - 1)))
    assert not can_be_reached(many.line, ("",) * len(many.numbers))


def test_a_moved_row_that_is_another_since_is_shown_as_it_came() -> None:
    check = Check(line="gb-samaritans", on=TODAY, result=Result.MOVED, numbers=("1", "2", "3"))
    place = with_checks(places()["GB"], {"gb-samaritans": check})
    assert place.helplines[0] == places()["GB"].helplines[0]


def test_the_doctor_names_a_wrong_line_and_no_checked_one() -> None:
    found = {
        "gb-samaritans": Check(line="gb-samaritans", on=TODAY, result=Result.RIGHT),
        "gb-shout": Check(line="gb-shout", on=TODAY, result=Result.WRONG),
    }
    before = len(helpline_doubts(TODAY))
    doubts = {doubt.row: doubt for doubt in helpline_doubts(TODAY, checks=found)}
    assert "gb-samaritans" not in doubts
    assert str(doubts["gb-shout"]).startswith(
        "GB gb-shout (Shout): somebody found it wrong, hidden"
    )
    assert len(helpline_doubts(TODAY, checks=found)) == before - 1


def test_a_file_that_is_not_ours_counts_as_no_checks(tmp_path: Path) -> None:
    file = tmp_path / "helpline-checks.json"
    assert checks_in(file) == NO_CHECKS == checks_in(None)
    for written in ("", "[", "{}", '[{"line": 3}]', '[{"line": "x", "on": "soon"}]'):
        file.write_text(written)
        assert checks_in(file) == NO_CHECKS
    file.write_text('[{"line": "gb-shout", "on": "2026-11-22", "result": "wrong", "new": 1}]')
    assert checks_in(file)["gb-shout"].result is Result.WRONG

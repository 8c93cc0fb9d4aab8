"""The helpline files: each one is whole, dialable, and honest about not having been checked."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from holdfast.resources.queries import (
    HELPLINES,
    BadHelplines,
    countries,
    help_in,
    helpline_doubts,
    places,
    read_place,
)
from holdfast.resources.rules.helplines import WORLD, Contact, Helpline

TODAY = date(2026, 11, 22)
EVERY_COUNTRY = [*countries(), WORLD]

# What the papers print for a number that its data file writes as if it were international.
SHORT_CODES = {
    "FR": {"3114"},
    "BR": {"188"},
    "CA": {"988"},
    "GB": {"116123", "85258"},
    "ID": {"119"},
    "IN": {"14416"},
    "KR": {"109"},
    "PH": {"1553"},
    "US": {"988", "741741"},
}


def lines_of(country: str) -> tuple[Helpline, ...]:
    return places()[country].helplines


def contacts_of(country: str) -> list[Contact]:
    return [contact for line in lines_of(country) for contact in line.contacts]


@pytest.mark.parametrize("path", sorted(HELPLINES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_file_is_read_and_says_where_its_country_is(path: Path) -> None:
    assert read_place(path).emergency.number


def test_there_are_47_countries_and_the_world() -> None:
    assert len(countries()) == 47
    assert WORLD in places()


def test_no_row_claims_to_have_been_checked() -> None:
    for path in HELPLINES.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"^checked_(?:by|on) = (.*)$", text, re.M)) == {'""'}
        assert set(re.findall(r"^seen_on = (.*)$", text, re.M)) == {"2026-11-22"}


def test_no_row_is_shown_as_checked() -> None:
    for country in EVERY_COUNTRY:
        page = help_in(country, TODAY)
        trust = {part.standing for part in (*page.lines, page.directory)}
        assert trust | {page.emergency_standing} == {"unchecked"}


@pytest.mark.parametrize("country", SHORT_CODES)
def test_short_codes_are_dialled_as_they_are_read(country: str) -> None:
    shown = {c.dial for part in help_in(country, TODAY).lines for c in part.contacts}
    assert shown >= SHORT_CODES[country]


def test_no_number_to_call_or_text_is_written_for_abroad() -> None:
    for country in EVERY_COUNTRY:
        for contact in contacts_of(country):
            if contact.method in ("phone", "text"):
                assert re.fullmatch(r"[0-9*#]{2,15}", contact.dial), (country, contact.number)
                assert not contact.dial.startswith("00"), (country, contact.number)


def test_the_old_american_number_is_not_offered_before_988() -> None:
    shown = [c.dial for part in help_in("US", TODAY).lines for c in part.contacts]
    assert shown[0] == "988"
    assert "18002738255" not in shown


@pytest.mark.parametrize("country", EVERY_COUNTRY)
@pytest.mark.parametrize("years", [0, 1, 30])
def test_every_country_has_help_to_show_on_any_day(country: str, years: int) -> None:
    page = help_in(country, TODAY + timedelta(days=365 * years))
    assert page.emergency.dial
    assert page.directory.contacts[0].dial == "https://findahelpline.com/"


@pytest.mark.parametrize("country", countries())
def test_a_country_whose_checks_have_all_run_out_still_has_a_last_known_line(
    country: str,
) -> None:
    from holdfast.resources.rules.showing import sheet

    long_ago = {"checked_by": "Elm", "checked_on": TODAY - timedelta(days=1000)}
    place = places()[country]
    stale = place.model_copy(
        update={
            "helplines": tuple(line.model_copy(update=long_ago) for line in place.helplines),
            "emergency": place.emergency.model_copy(update=long_ago),
        }
    )
    page = sheet(stale, places()[WORLD], TODAY)
    assert page.lines == ()
    assert page.emergency.number
    assert page.last_known is not None
    assert page.last_known.line.checked_on == TODAY - timedelta(days=1000)


@pytest.mark.parametrize("country", ["EG", "IT", "NG", "RO", "TR"])
def test_where_only_weak_rows_are_known_the_last_known_line_remains(country: str) -> None:
    page = help_in(country, TODAY)
    assert page.lines == ()
    assert page.last_known is not None


def test_kenya_where_every_number_is_remembered_shows_none_of_them() -> None:
    page = help_in("KE", TODAY)
    assert (page.lines, page.last_known) == ((), None)
    assert page.emergency.number == "999"
    assert {part.why for part in page.hidden} == {"memory"}


def test_the_world_offers_its_directory_and_no_number_that_half_of_it_cannot_dial() -> None:
    page = help_in(WORLD, TODAY)
    assert (page.lines, page.last_known) == ((), None)
    assert page.directory.line.name == "Find A Helpline"


def test_weak_and_remembered_numbers_are_hidden() -> None:
    hidden = {
        (country, contact.dial)
        for country in EVERY_COUNTRY
        for part in help_in(country, TODAY).hidden
        for contact in part.contacts
    }
    assert hidden >= {
        ("DE", "116123"),
        ("MX", "8009112000"),
        ("AR", "135"),
        ("AR", "08009990091"),
        ("ZA", "0800567567"),
        ("AU", "1300224636"),
        ("AT", "147"),
        ("BE", "106"),
        ("GR", "1056"),
        ("FI", "0925250116"),
        ("IT", "0223272327"),
        (WORLD, "116123"),
        (WORLD, "https://www.befrienders.org/"),
    }


def test_a_country_without_a_file_gets_the_page_for_the_world() -> None:
    assert help_in("XX", TODAY).country == WORLD
    assert help_in("GB", TODAY).country == "GB"


def test_the_doctor_lists_every_row_while_none_is_checked() -> None:
    rows = sum(1 + len(lines_of(country)) for country in EVERY_COUNTRY) + 1
    listed = helpline_doubts(TODAY)
    assert len(listed) == rows
    assert {doubt.why for doubt in listed} == {"unchecked"}
    assert all(doubt.where for doubt in listed)


def test_every_doubt_about_a_row_reaches_the_people_who_keep_it() -> None:
    told = {doubt.row: doubt.doubt for doubt in helpline_doubts(TODAY)}
    assert "Whether the call is free" in told["ch-143"]
    assert "in the evenings" in told["ch-143"]


def test_a_broken_file_names_itself_and_the_row(tmp_path: Path) -> None:
    good = (HELPLINES / "gb.toml").read_text(encoding="utf-8")
    path = tmp_path / "gb.toml"
    path.write_text(good, encoding="utf-8")
    assert read_place(path).country == "GB"
    path.write_text(good.replace('dial = "85258"', 'dial = "+4485258"'), encoding="utf-8")
    with pytest.raises(BadHelplines, match=r"gb\.toml: .*gb-shout.*dial must be") as told:
        read_place(path)
    assert "\n" not in str(told.value)


def test_a_file_that_is_not_toml_names_itself(tmp_path: Path) -> None:
    path = tmp_path / "gb.toml"
    path.write_bytes(b"\xff")
    with pytest.raises(BadHelplines, match=r"gb\.toml: "):
        read_place(path)
    path.write_text("country = ", encoding="utf-8")
    with pytest.raises(BadHelplines, match=r"gb\.toml: "):
        read_place(path)


def test_a_file_under_another_country_s_name_is_refused(tmp_path: Path) -> None:
    for name in ("gb.toml", "world.toml"):
        (tmp_path / name).write_bytes((HELPLINES / name).read_bytes())
    assert countries(tmp_path) == ("GB",)
    places.cache_clear()
    (tmp_path / "gb.toml").rename(tmp_path / "fr.toml")
    with pytest.raises(BadHelplines, match=r"fr\.toml: country GB belongs in gb\.toml"):
        places(tmp_path)


def test_without_the_world_there_is_no_directory_so_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gb.toml").write_bytes((HELPLINES / "gb.toml").read_bytes())
    with pytest.raises(BadHelplines, match=r"world\.toml"):
        places(tmp_path)

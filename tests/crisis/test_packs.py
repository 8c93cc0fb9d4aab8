"""Country packs: whole, honest that nobody checked them, and strict about what is never done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from holdfast.crisis.rules.packs import PACKS, BadPack, Entry, pack_for, packs, read_pack
from holdfast.crisis.rules.tracks import TRACKS, Track, tracks_in
from holdfast.resources.queries import places
from holdfast.rights.rules import Role

HERE = {"GB", "IE", "US"}
ENTRIES = [
    pytest.param(entry, id=f"{pack.country} {name}")
    for pack in packs().values()
    for name, entry in pack.entries()
]
A_NUMBER = re.compile(r"\+?\d[\d\s/-]{2,}\d")
CLAIMS = re.compile(r"\b(checked|verified|approved|reviewed|guaranteed|certified)\b", re.IGNORECASE)


def written(country: str = "gb") -> str:
    return (PACKS / f"{country}.toml").read_text(encoding="utf-8")


def test_three_countries_have_a_pack_and_the_others_have_none() -> None:
    assert set(packs()) == HERE
    assert pack_for("gb") is pack_for("GB")
    assert pack_for("FR") is None


def test_every_pack_speaks_of_all_seven_tracks() -> None:
    for pack in packs().values():
        assert set(pack.tracks) == set(Track) == set(TRACKS)


@pytest.mark.parametrize("entry", ENTRIES)
def test_no_entry_claims_that_somebody_checked_it(entry: Entry) -> None:
    assert (entry.checked_by, entry.checked_on, entry.unchecked) == ("", None, True)
    told = " ".join(str(value) for value in entry.model_dump().values())
    assert not CLAIMS.search(told)


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_entry_says_where_it_came_from(entry: Entry) -> None:
    remembered = "emembered" in entry.source
    assert entry.seen == "paper" or remembered
    assert entry.seen == "memory" or re.search(r"\w+\.md §", entry.source)


def test_no_pack_repeats_a_telephone_number_that_stands_with_the_helplines() -> None:
    for pack in packs().values():
        for name, entry in pack.entries():
            told = entry.model_dump(exclude={"source", "seen", "checked_by", "checked_on"})
            assert not A_NUMBER.search(str(told)), (pack.country, name)


def test_the_helplines_a_pack_refers_to_are_those_of_its_country() -> None:
    for pack in packs().values():
        place = places()[pack.helplines.upper()]
        assert place.country == pack.country
        assert place.emergency.number


def test_exploitation_is_kept_and_never_copied_or_forwarded() -> None:
    for pack in packs().values():
        never = " ".join(pack.tracks[Track.EXPLOITATION].must_not).lower()
        assert "never copy" in never
        assert "forward" in never
        assert "never erase" in never
        assert "keep what was sent" in pack.tracks[Track.EXPLOITATION].duty.lower()


def test_an_adult_at_risk_is_never_contacted_where_others_could_see() -> None:
    for pack in packs().values():
        never = " ".join(pack.tracks[Track.ADULT_AT_RISK].must_not)
        assert "Never get in touch in a way that others could see" in never
        assert "Never contact the partner" in never


def test_a_child_is_the_lead_s_who_decides_with_a_second_person() -> None:
    for pack in packs().values():
        child = pack.tracks[Track.CHILD]
        assert (child.leads, child.two_decide) == (Role.LEAD, True)
        assert "The lead and a second person" in child.duty


def test_every_track_is_led_by_somebody_who_may_lead_it() -> None:
    able = {Role.CRISIS_MODERATOR, Role.SUPERVISOR, Role.LEAD}
    assert {e.leads for pack in packs().values() for e in pack.tracks.values()} <= able


def test_places_of_report_are_found_by_track() -> None:
    pack = packs()["GB"]
    assert [place.id for place in pack.places_for(Track.MEDICAL)] == ["emergency"]
    assert "picture-hotline" in {place.id for place in pack.places_for(Track.EXPLOITATION)}


def test_letters_name_tracks_in_their_order_and_strange_ones_name_none() -> None:
    assert tracks_in("XC") == (Track.CHILD, Track.EXPLOITATION)
    assert tracks_in("qz") == ()


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        ("unchecked = true", "unchecked = false", "unchecked is true until"),
        ('checked_by = ""', 'checked_by = "Ash"', "filled in together"),
        ("[tracks.W]", "[tracks.Q]", "tracks Q"),
        ('leads = "lead"', 'leads = "whoever"', "leads"),
        ('id = "police"', 'id = "emergency"', "two places are called emergency"),
        ('"child-services", "police"]', '"nobody"]', "reports to nobody"),
        ("years = 7", "years = 0", "record years"),
        ('country = "GB"', 'country = "FR"', "belongs in fr.toml"),
        ("must_not = [", "must_not = []\nx = [", "must_not"),
        ("[record]", "[record", "gb.toml"),
    ],
)
def test_a_pack_that_is_not_whole_is_refused_with_its_file_and_entry(
    was: str, becomes: str, complaint: str
) -> None:
    whole = written()
    assert read_pack("gb.toml", whole).country == "GB"
    assert was in whole
    with pytest.raises(BadPack, match=re.escape(complaint)) as refused:
        read_pack("gb.toml", whole.replace(was, becomes, 1))
    assert str(refused.value).startswith("gb.toml")


def test_an_entry_that_somebody_checked_says_who_and_when() -> None:
    checked = 'checked_by = "Elm, solicitor"\nchecked_on = 2026-12-01\nunchecked = false'
    unchecked = 'checked_by = ""\nchecked_on = ""\nunchecked = true'
    pack = read_pack("gb.toml", written().replace(unchecked, checked, 1))
    assert (pack.record.checked_by, pack.record.unchecked) == ("Elm, solicitor", False)


def test_a_folder_of_packs_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "ie.toml").write_text(written("ie"), encoding="utf-8")
    assert set(packs(tmp_path)) == {"IE"}

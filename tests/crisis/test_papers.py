"""What the papers say of times and roles is what the rules do."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from holdfast.crisis.rules.packs import packs
from holdfast.crisis.rules.steps import APPROVAL, CHECK_INS, CLAIM, CLOCKS, REVIEW
from holdfast.crisis.rules.tracks import Track
from holdfast.screening.concern import Concern
from holdfast.wellbeing.rules.openings import APPROVE_WITHIN, READ_WITHIN

DOCS = Path(__file__).parent.parent.parent / "docs"
GUIDE = (DOCS / "guides/crisis-moderator.md").read_text(encoding="utf-8")
UNDERSTANDING = (DOCS / "understanding/crisis-and-escalation.md").read_text(encoding="utf-8")


def minutes(span: timedelta) -> str:
    number = round(span.total_seconds() / 60)
    return f"{number} minute" + ("s" if number > 1 else "")


@pytest.mark.parametrize("concern", list(CLOCKS))
@pytest.mark.parametrize("paper", [GUIDE, UNDERSTANDING], ids=["guide", "understanding"])
def test_the_clocks_in_the_papers_are_those_of_the_rules(paper: str, concern: Concern) -> None:
    (row,) = re.findall(rf"^\| {concern.name.lower()} \|.*$", paper, re.MULTILINE)
    clock = CLOCKS[concern]
    assert f"| {minutes(clock.seen)} | {minutes(clock.first_words)} |" in row


def test_the_spans_the_guide_names_are_those_of_the_rules() -> None:
    assert minutes(CLAIM) == "10 minutes"
    assert "it is yours for ten minutes" in GUIDE
    assert APPROVAL == APPROVE_WITHIN == READ_WITHIN == timedelta(minutes=15)
    assert "says yes within fifteen minutes" in GUIDE
    assert CHECK_INS == (24, 72, 168)
    assert "in a day, in three, in a week" in GUIDE
    assert timedelta(hours=24) == REVIEW


def test_who_leads_a_track_is_the_same_in_the_guide_and_in_every_pack() -> None:
    led = {
        "C": "the lead",
        "A": "a crisis moderator",
        "X": "the lead",
        "V": "a crisis moderator",
        "M": "a crisis moderator",
        "T": "the lead",
        "W": "a supervisor",
    }
    for track in Track:
        (row,) = re.findall(rf"^\| \*\*{track}\*\* .*$", GUIDE, re.MULTILINE)
        who = row.split("|")[2].strip()
        assert who.startswith(led[track])
        for pack in packs().values():
            entry = pack.tracks[track]
            assert entry.leads.value.replace("-", " ") in who
            assert entry.two_decide == ("second person" in who)


@pytest.mark.parametrize(("paper", "most"), [(GUIDE, 900), (UNDERSTANDING, 600)])
def test_the_papers_say_enough(paper: str, most: int) -> None:
    assert len(paper.split()) >= most

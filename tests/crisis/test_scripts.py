"""The script panel: ten steps, safe words, short sentences, and what each track adds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from holdfast.crisis.rules.scripts import (
    SCRIPTS,
    STEPS,
    BadScript,
    Step,
    read_script,
    script_languages,
    scripts_for,
)
from holdfast.crisis.rules.tracks import Track
from holdfast.screening.concern import Concern

# Safe messaging: what is neither said nor offered (safeguarding.md §3.1).
UNSAFE = re.compile(
    r"\b(commit|committed|successful|failed|failure|attention|selfish|victim|manipulat\w*"
    r"|get better|gets better|cheer up|calm down|worse off|at least|everything happens|be strong"
    r"|overdos\w*|pills?|hang\w*|jump\w*|bridge|knife|rope|gun|weapon|amount|dose|user|patient)\b",
    re.IGNORECASE,
)
LONGEST_SENTENCE = 22
SENTENCE = re.compile(r"[^.?:]+[.?:”]*")


def lines_of(step: Step) -> Iterator[str]:
    yield from (*step.say, *step.do, *step.never)


def everything() -> Iterator[tuple[str, str]]:
    for concern in (Concern.HIGH, Concern.IMMEDIATE):
        for step in scripts_for(concern, list(Track), name="Sam").steps:
            yield from ((step.id, line) for line in lines_of(step))


def step(name: str, concern: Concern = Concern.HIGH, tracks: str = "") -> Step:
    return next(s for s in scripts_for(concern, tracks, name="Sam").steps if s.id == name)


@pytest.mark.parametrize("concern", [Concern.HIGH, Concern.IMMEDIATE])
def test_there_are_ten_steps_in_their_order(concern: Concern) -> None:
    assert tuple(step.id for step in scripts_for(concern).steps) == STEPS
    assert len(STEPS) == 10


@pytest.mark.parametrize("concern", [Concern.NONE, Concern.WATCH])
def test_below_high_there_is_no_script(concern: Concern) -> None:
    assert scripts_for(Concern.HIGH).steps
    assert scripts_for(concern, "C").steps == ()


def test_immediate_adds_to_the_script_and_takes_nothing_away() -> None:
    for high, now in zip(
        scripts_for(Concern.HIGH).steps, scripts_for(Concern.IMMEDIATE).steps, strict=True
    ):
        assert set(lines_of(high)) <= set(lines_of(now))
    assert "emergency number now" in " ".join(step("choice", Concern.IMMEDIATE).say)
    assert "emergency number now" not in " ".join(step("choice").say)


def test_suicide_is_asked_about_directly() -> None:
    assert "Are you thinking about ending your life?" in step("ask").say
    assert any("Asking does not put the thought there" in line for line in step("ask").do)
    assert any(line.startswith("Don’t ask how") for line in step("ask").never)


def test_whoever_speaks_says_their_own_name() -> None:
    assert "I’m Sam, a trained supporter here." in step("presence").say
    nameless = scripts_for(Concern.HIGH).steps[0]
    assert nameless.say
    assert not any("{" in line or "trained supporter" in line for line in nameless.say)


@pytest.mark.parametrize("track", list(Track))
def test_each_track_adds_what_is_its_own_and_first(track: Track) -> None:
    plain, with_it = scripts_for(Concern.HIGH), scripts_for(Concern.HIGH, [track.value])
    added = [
        line
        for before, after in zip(plain.steps, with_it.steps, strict=True)
        for line in set(lines_of(after)) - set(lines_of(before))
    ]
    assert added
    presence = {Track.VIOLENCE: "ask"}.get(track, "presence")
    ours = next(s for s in with_it.steps if s.id == presence)
    assert {ours.say[0], ours.do[0]} & set(added)


def test_what_must_never_be_done_on_a_track_is_said_on_it() -> None:
    never = {
        track: " ".join(
            line for s in scripts_for(Concern.HIGH, [track.value]).steps for line in s.never
        )
        for track in Track
    }
    assert "Don’t copy it, don’t save it, don’t forward it" in never[Track.EXPLOITATION]
    assert "any contact that others could see" in never[Track.ADULT_AT_RISK]
    assert "keep it secret" in never[Track.CHILD]
    child = " ".join(line for s in scripts_for(Concern.HIGH, "C").steps for line in s.do)
    assert "a second person decides with them" in child


def test_tracks_together_each_add_their_own() -> None:
    both = step("presence", tracks="MC")
    assert both.do[0].startswith("Call the lead")
    assert "The emergency number comes before every other step." in both.do


def test_nothing_unsafe_is_said_offered_or_even_warned_of_by_name() -> None:
    assert UNSAFE.search("It gets better, be strong")
    assert [(at, line) for at, line in everything() if UNSAFE.search(line)] == []


def test_sentences_are_short_and_plain() -> None:
    for at, line in everything():
        assert "!" not in line, (at, line)
        for sentence in SENTENCE.findall(line):
            assert len(sentence.split()) <= LONGEST_SENTENCE, (at, sentence)


def test_no_sentence_to_say_holds_a_number_or_a_promise_nobody_can_keep() -> None:
    for one in scripts_for(Concern.IMMEDIATE, list(Track), name="Sam").steps:
        for line in one.say:
            assert not re.search(r"\d", line), line
            assert not re.search(r"\b(promise|always|never|guarantee)\b", line, re.IGNORECASE), line


def test_other_languages_are_awaited_and_shown_in_english_that_says_so() -> None:
    known = script_languages()
    assert known.written == ("en",)
    assert {"es", "ar"} <= set(known.awaiting)
    assert set(known.written) & set(known.awaiting) == set()
    ours, awaited = scripts_for(Concern.HIGH), scripts_for(Concern.HIGH, language="es")
    assert (ours.language, ours.is_awaited) == ("en", False)
    assert (awaited.language, awaited.is_awaited) == ("en", True)
    assert awaited.steps == ours.steps


def test_there_is_a_file_for_each_language_that_is_said_to_be_written() -> None:
    files = {path.stem for path in SCRIPTS.glob("*.toml")} - {"languages"}
    assert files == set(script_languages().written)


def test_no_script_claims_that_anybody_read_it() -> None:
    assert not scripts_for(Concern.HIGH).is_read


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        ('id = "feel"', 'id = "feelings"', "in this order"),
        ("[tracks.W]\n[[tracks.W.at]]", "[tracks.Q]\n[[tracks.Q.at]]", "tracks Q"),
        ('step = "debrief"', 'step = "supper"', "there is no step supper"),
        ('read_by = ""', 'read_by = "Elm"', "filled in together"),
        ('language = "en"', 'language = "en', "en.toml"),
    ],
)
def test_a_script_that_is_not_whole_is_refused(was: str, becomes: str, complaint: str) -> None:
    whole = (SCRIPTS / "en.toml").read_text(encoding="utf-8")
    assert read_script("en.toml", whole).language == "en"
    assert was in whole
    with pytest.raises(BadScript, match=re.escape(complaint)):
        read_script("en.toml", whole.replace(was, becomes, 1))

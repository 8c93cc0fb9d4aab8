"""What stands around a phrase decides what it means, and how soon a person must come."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from holdfast.screening import noticing, packs, scanning
from holdfast.screening.concern import Concern, concern_of
from holdfast.screening.health import CannotRead, rules_load
from holdfast.screening.reading import Read, Reading, read
from holdfast.screening.signals import Kind
from holdfast.town.talk import ROOMS, talk

NOW = datetime(2026, 11, 22, 20, 5, tzinfo=UTC)

# A sentence that means it, and the same words where they do not.
AROUND = [
    ("negation", "I want to kill myself", "I would never kill myself"),
    (
        "two negations",
        "It's not that I don't want to die, it hurts",
        "I don't want to die, it hurts",
    ),
    ("a comma ends what is negated", "No, I want to die", "I do not want to die"),
    ("someone else", "I think I want to die", "My cousin says she wants to die"),
    ("a question to another", "I want to end my life", "Do you want to end your life? Tell me"),
    ("a quotation", "I will go kill myself", 'He wrote "go kill yourself" and I left'),
    ("a thing spoken about", "Suicide is on my mind", "The article says suicide rates fell"),
    ("history", "I want to end my life", "Ten years ago I wanted to end my life"),
    ("an article that did it", "That article made me want to die", "The article is on suicide"),
    (
        "a now that comes later",
        "Years ago, and now I want to die",
        "Years ago I wanted to die, now I garden",
    ),
    ("no longer", "I don't want to live any longer", "I no longer want to die"),
    ("a figure of speech", "I want to die", "I want to die of embarrassment"),
    ("a joke", "I wanna die", "I wanna die lol"),
    ("a joke that is none", "I wanna die lol, no joke, I mean it", "I wanna die lol"),
    ("spaced letters", "I want to d i e", "I want to d i y"),
    ("digits for letters", "I am su1c1dal", "I am so social"),
    ("stretched letters", "i want to dieeeee", "i want to dieeeet"),
    ("letters that look alike", "I want tо diе", "I want to dine"),
    ("letters of no width", "I want to d\u200bie", "I want to d\u200bance"),
    ("capitals and full width", "Ｉ ＷＡＮＴ ＴＯ ＤＩＥ", "I WANT TO DRIVE"),
]


@pytest.mark.parametrize(
    ("meant", "not_meant"), [pair[1:] for pair in AROUND], ids=[p[0] for p in AROUND]
)
def test_what_stands_around_decides(meant: str, not_meant: str) -> None:
    assert read(meant).reading.level >= 3
    assert read(not_meant).reading.level < 3


@pytest.mark.parametrize(
    ("text", "concern"),
    [
        ("The tea is hot and the rain has stopped", Concern.NONE),
        ("I can't stop crying and I feel so hopeless", Concern.WATCH),
        ("My friend wants to die and I don't know what to do", Concern.WATCH),
        ("He hits me when he drinks and I'm afraid to go home", Concern.HIGH),
        ("I ran away, I'm 13 and I don't know where to sleep", Concern.HIGH),
        ("I don't want to be alive anymore", Concern.HIGH),
        ("I am going to kill myself tonight", Concern.IMMEDIATE),
        ("I took all my pills and now I'm scared", Concern.IMMEDIATE),
    ],
)
def test_a_reading_says_how_fast_someone_must_come(text: str, concern: Concern) -> None:
    assert read(text).reading.concern == concern


def test_abuse_and_children_carry_their_track() -> None:
    assert "A" in read("He hits me when he drinks and I'm afraid to go home").reading.tracks
    assert "C" in read("I ran away, I'm 13 and I don't know where to sleep").reading.tracks
    assert "X" in read("he says he will post my nudes, he is blackmailing me").reading.tracks
    assert "M" in read("I took all my pills and now I'm scared").reading.tracks
    assert "V" in read("I'm going to stab my boss").reading.tracks
    assert read("I like it here").reading.tracks == ()


def test_levels_mean_concerns_as_the_house_says() -> None:
    assert [concern_of(level, ()) for level in range(5)] == [0, 1, 1, 2, 3]
    assert [concern_of(2, track) for track in ("A", "C", "X", "V", "M")] == [2, 2, 2, 1, 1]
    assert concern_of(0, "C") is Concern.NONE


@pytest.mark.parametrize(
    ("held", "text", "harmless"),
    [
        ("baiting", "just do it already, nobody would miss you", "please stay, we would miss you"),
        ("baiting", "k y s", "t y s m"),
        ("threat", "I know where you live", "I know where you are coming from"),
        ("sexual", "send nudes, you sound lonely", "send pics of the dog, you both sound lovely"),
    ],
)
def test_what_is_aimed_at_someone_is_held(held: str, text: str, harmless: str) -> None:
    reading = read(text).reading
    assert reading.second_person
    assert held in {signal.kind.value for signal in reading.signals}
    assert not read(harmless).reading.second_person


def test_other_harshness_is_only_a_flag() -> None:
    reading = read("shut up you stupid crybaby").reading
    assert Kind.HARSH in {signal.kind for signal in reading.signals}
    assert not reading.second_person
    assert reading.concern is Concern.NONE
    assert read("I was told to shut up and called a stupid crybaby").reading.signals == ()


def test_how_harm_is_done_makes_a_message_wait() -> None:
    assert read("how many pills would it take").reading.method
    assert not read("how many people would it take to move a piano").reading.method
    assert not read("my doctor put me on two pills a day").reading.method


def test_a_trained_person_may_ask() -> None:
    asked = "Are you thinking of ending your life tonight?"
    assert read(asked, author_role="listener").reading.concern < Concern.HIGH
    assert read("I am thinking of ending my life tonight").reading.concern is Concern.IMMEDIATE


def test_a_signal_stands_where_the_words_were_written() -> None:
    text = "🙂 fine. But 𝗜 want  to   kill myself, truly"
    [place] = {
        text[one.start : one.end] for one in read(text).reading.signals if one.level == 3
    } or [""]
    assert place.endswith("kill myself")


@pytest.mark.parametrize("room", ROOMS)
def test_the_demonstrations_talk_worries_nobody(room: str) -> None:
    texts = [said.text for said in talk(NOW).rooms[room]]
    assert texts
    grave = [text for text in texts if read(text).reading.concern > Concern.WATCH]
    assert grave == []


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "\x00", "🙂", "a" * 4000, "i " * 2000, "\ud800", "want to die " * 330]
)
def test_anything_can_be_read(text: str) -> None:
    said = read(text)
    assert isinstance(said, Read)
    assert isinstance(said.reading, Reading)


def test_what_goes_wrong_while_reading_is_seen_by_who_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who calls holds the text; nothing is passed as harmless because it could not be read."""
    assert rules_load()

    def broken() -> scanning.Rules:
        raise packs.BadPack("phrases/xx.toml: no")

    monkeypatch.setattr(noticing, "rules", broken)
    with pytest.raises(packs.BadPack):
        read("anything")


def test_rules_that_cannot_be_loaded_say_so_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"en", "es", "pt", "fr", "de", "it", "nl", "pl", "tr", "ar", "hi"} <= {*rules_load()}
    monkeypatch.setattr("holdfast.screening.health.rules", lambda: packs.pack("en", "language = 3"))
    with pytest.raises(CannotRead, match=r"en\.toml"):
        rules_load()


def test_rules_that_notice_nothing_do_not_pass_for_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = scanning.compiled([])
    monkeypatch.setattr(noticing, "rules", lambda: empty)
    with pytest.raises(CannotRead, match="notice nothing"):
        rules_load()

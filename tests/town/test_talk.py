"""The town's talk: enough of it, nobody twice alike, everything before now, nothing unsafe."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

import pytest

from holdfast.members.rules.names import why_it_hurts, wordbook
from holdfast.messages.rules import LONGEST_TEXT, Response, Wants
from holdfast.town import talk as talk_module
from holdfast.town.talk import ROOMS, Said, Talk, talk

NOW = datetime(2026, 11, 22, 20, 5, tzinfo=UTC)
SEVERAL_NOWS = [
    NOW,
    datetime(2026, 11, 22, 0, 0, tzinfo=UTC),
    datetime(2026, 11, 22, 5, 59, 59, tzinfo=UTC),
    datetime(2026, 11, 22, 6, 0, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, tzinfo=ZoneInfo("Asia/Kolkata")),
    datetime(2026, 10, 25, 7, 30, tzinfo=ZoneInfo("Europe/Berlin")),
    datetime(2026, 3, 8, 6, 1, tzinfo=ZoneInfo("America/New_York")),
]

UNSAFE_WORDS = """
    commit committed suicidal overdose overdosed kill killed killing die dying pill pills tablets
    dose doses milligrams units litre litres vodka whisky whiskey wine beer cocaine heroin rope
    blade blades razor razors knife knives bridge cliff rooftop kilo kilos pounds calories bmi
    weigh weighed weight
"""
UNKIND_WORDS = """
    victim failed failure crazy insane mad junkie addict alcoholic attention-seeking manipulative
"""
DOCTORS_WORDS = """
    diagnosis diagnosed bipolar borderline ocd medication antidepressant antidepressants
"""
WORDS_FROM_ELSEWHERE = """
    moderator moderators listener listeners whatsapp instagram facebook google tiktok discord
    telegram snapchat email e-mail http https www
"""
UNHELPFUL_PHRASES = """
    it gets better | stay strong | everything happens for a reason | time heals | at least
    you should | you need to | just try | cheer up | look on the bright side | could be worse
    phone number | add me | message me | my address | my real name
"""


@pytest.fixture(scope="module")
def town() -> Talk:
    return talk(NOW)


def everything(town: Talk) -> list[Said]:
    return [said for room in town.rooms.values() for said in room]


def words_of(said: Said) -> str:
    edited = said.edit.text if said.edit else ""
    return f"{said.text}\n{edited}\n{said.note or ''}".casefold()


def has_any(parts: Iterable[str], text: str) -> bool:
    """Whether one of the parts stands in the text as whole words."""
    return any(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text) for part in parts)


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    size = min(3, len(words))
    return frozenset(tuple(words[i : i + size]) for i in range(len(words) - size + 1))


def likeness(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    return len(one & other) / len(one | other)


def test_the_town_talks_enough_in_enough_rooms_with_enough_voices(town: Talk) -> None:
    said = everything(town)
    assert len(said) >= 250
    assert len(town.rooms) >= 6
    assert all(len(room) >= 40 for room in town.rooms.values())
    assert len({one.by for one in said}) >= 14
    assert all(len({one.by for one in room}) >= 5 for room in town.rooms.values())


def test_nobody_does_most_of_the_talking(town: Talk) -> None:
    said = everything(town)
    assert max(Counter(one.by for one in said).values()) < len(said) / 10


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_talks_on_each_of_four_days(room: str) -> None:
    entries = talk_module._entries(room)
    fresh = any(entry.ago is not None for entry in entries)
    days = {entry.place() // (24 * 60) for entry in entries if entry.at is not None}
    assert fresh
    assert days | {0} == {-3, -2, -1, 0}


def test_people_reply_respond_ask_cover_change_and_take_back(town: Talk) -> None:
    said = everything(town)
    responses = Counter(response for one in said for _, response in one.responses)
    assert sum(one.reply_to is not None for one in said) >= 60
    assert sum(responses.values()) >= 80
    assert set(responses) == set(Response)
    assert {one.wants for one in said} - {None} == set(Wants)
    assert sum(one.note is not None for one in said) >= 3
    assert sum(one.edit is not None for one in said) == 3
    assert sum(one.removed_at is not None for one in said) == 2


def test_some_messages_are_short_and_some_are_long(town: Talk) -> None:
    lengths = [len(one.text) for one in everything(town)]
    assert all(1 <= length <= LONGEST_TEXT for length in lengths)
    assert sum(length < 40 for length in lengths) >= 25
    assert sum(length > 250 for length in lengths) >= 20
    assert max(lengths) > 600


def test_three_languages_and_the_small_formatting_occur(town: Talk) -> None:
    texts = [one.text for one in everything(town)]
    assert {voice.language for voice in town.voices} == {"en", "es", "ar"}
    assert any(re.search(r"[\u0600-\u06ff]{3}", text) for text in texts)
    assert any("Buenas noches" in text for text in texts)
    assert any(re.search(r"\*\w[^*]*\*", text) for text in texts)
    assert any(re.search(r"^> ", text, re.M) for text in texts)
    assert any(re.search(r"^- ", text, re.M) for text in texts)


@pytest.mark.full
def test_no_two_messages_are_alike(town: Talk) -> None:
    texts = [one.text for one in everything(town)]
    assert len({text.casefold() for text in texts}) == len(texts)
    cut = [(text, shingles(text)) for text in texts]
    alike = [
        (one, other)
        for (one, a), (other, b) in combinations(cut, 2)
        if min(len(a), len(b)) > 3 and likeness(a, b) > 0.25
    ]
    assert alike == []


def test_the_likeness_that_is_looked_for_is_found_when_it_is_there() -> None:
    one = shingles("Sitting on the edge of the bed with one sock on.")
    other = shingles("Sitting on the edge of the sofa with one sock on.")
    assert likeness(one, other) > 0.25


@pytest.mark.parametrize("words", [UNSAFE_WORDS, UNKIND_WORDS, DOCTORS_WORDS, WORDS_FROM_ELSEWHERE])
def test_no_message_has_a_word_that_could_hurt_or_tell(words: str, town: Talk) -> None:
    assert [one.text for one in everything(town) if has_any(words.split(), words_of(one))] == []


def test_no_message_has_a_platitude_an_order_or_a_way_out_of_the_room(town: Talk) -> None:
    phrases = [p.strip() for line in UNHELPFUL_PHRASES.splitlines() for p in line.split("|")]
    unhelpful = [phrase for phrase in phrases if phrase]
    assert [one.text for one in everything(town) if has_any(unhelpful, words_of(one))] == []


def test_the_words_that_are_looked_for_are_found_when_they_are_there() -> None:
    assert has_any(UNSAFE_WORDS.split(), "i counted the pills.")
    assert not has_any(UNSAFE_WORDS.split(), "the pillow was cold")


def test_nothing_looks_like_a_number_to_ring_an_address_or_a_handle(town: Talk) -> None:
    contact = re.compile(r"\d[\d\s().-]{3,}\d|\d{4}|@|://|#\w")
    assert [one.text for one in everything(town) if contact.search(words_of(one))] == []


def test_suicide_and_self_harm_stand_only_under_a_content_note(town: Talk) -> None:
    hard = re.compile(r"suicide|self-harm|hurt myself|baby loss|drinking again")
    bare = [one.text for one in everything(town) if hard.search(words_of(one)) and one.note is None]
    covered = [one for one in everything(town) if hard.search(words_of(one)) and one.note]
    assert bare == []
    assert len(covered) >= 3


def test_no_message_names_a_member_by_the_key_we_know_them_by(town: Talk) -> None:
    keys = {voice.key for voice in town.voices}
    named = [one.text for one in everything(town) if keys & set(re.findall(r"\w+", words_of(one)))]
    assert named == []


def test_a_name_said_aloud_belongs_to_somebody_in_that_room(town: Talk) -> None:
    names = {seat.pseudonym for voice in town.voices for seat in voice.seats.values()}
    aloud = 0
    for room, said in town.rooms.items():
        here = {voice.seats[room].pseudonym for voice in town.voices if room in voice.seats}
        spoken = {name for name in names for one in said if name in one.text}
        assert spoken <= here
        aloud += len(spoken)
    assert aloud >= 5


def test_everyone_has_another_name_in_each_room_unless_they_keep_one(town: Talk) -> None:
    for voice in town.voices:
        names = [seat.pseudonym for seat in voice.seats.values()]
        assert set(names) == {voice.kept_name} if voice.kept_name else len(set(names)) == len(names)


def test_every_name_could_have_been_given_by_the_house(town: Talk) -> None:
    book = wordbook()
    for voice in town.voices:
        for seat in voice.seats.values():
            first, second = seat.pseudonym.split()
            assert (first in book.first, second in book.second) == (True, True), seat.pseudonym
            assert why_it_hurts(first, second, book) is None, seat.pseudonym


def test_no_two_people_share_a_name_or_a_picture(town: Talk) -> None:
    names = [{seat.pseudonym for seat in voice.seats.values()} for voice in town.voices]
    pictures = [{seat.avatar for seat in voice.seats.values()} for voice in town.voices]
    for one, other in combinations(range(len(town.voices)), 2):
        assert not names[one] & names[other]
        assert not pictures[one] & pictures[other]


def test_a_seat_is_taken_wherever_someone_writes_or_responds_and_nowhere_else(town: Talk) -> None:
    for room, said in town.rooms.items():
        present = {one.by for one in said} | {who for one in said for who, _ in one.responses}
        assert present == {voice.key for voice in town.voices if room in voice.seats}


def test_every_reply_answers_something_earlier_in_its_room(town: Talk) -> None:
    for said in town.rooms.values():
        for place, one in enumerate(said):
            assert one.reply_to is None or 0 <= one.reply_to < place


def test_a_response_is_another_members_and_only_one_for_each_of_them(town: Talk) -> None:
    for one in everything(town):
        who = [member for member, _ in one.responses]
        assert one.by not in who
        assert len(set(who)) == len(who)


def test_nonces_are_all_different_and_fit_for_use(town: Talk) -> None:
    nonces = [one.nonce for one in everything(town)]
    assert len(set(nonces)) == len(nonces)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{8,64}", nonce) for nonce in nonces)


@pytest.mark.parametrize("now", SEVERAL_NOWS, ids=str)
def test_times_increase_and_lie_before_now(now: datetime) -> None:
    for said in talk(now).rooms.values():
        assert all(earlier.at < later.at for earlier, later in pairwise(said))
        assert said[-1].at < now
        assert now - said[0].at < timedelta(days=5)
        assert now - said[-1].at < timedelta(hours=1)


@pytest.mark.parametrize("now", SEVERAL_NOWS, ids=str)
def test_edits_and_removals_come_after_the_message_and_before_now(now: datetime) -> None:
    for one in everything(talk(now)):
        if one.edit:
            assert one.at < one.edit.at < now
            assert one.edit.at - one.at < timedelta(minutes=15)
            assert one.edit.text != one.text
        if one.removed_at:
            assert one.at < one.removed_at < now


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "night-room"])
def test_the_day_rooms_are_quiet_at_night(room: str, town: Talk) -> None:
    night = [one for one in town.rooms[room] if one.at.hour < 4]
    gaps = [later.at - earlier.at for earlier, later in pairwise(town.rooms[room])]
    assert night == []
    assert sum(gap >= timedelta(hours=5) for gap in gaps) >= 2


def test_the_night_room_is_awake_when_the_others_sleep(town: Talk) -> None:
    fresh = NOW - timedelta(minutes=talk_module.FRESH_MINUTES)
    dated = [one for one in town.rooms["night-room"] if one.at < fresh]
    assert all(one.at.hour < 6 or one.at.hour >= 23 for one in dated)
    assert {one.at.date() for one in dated if one.at.hour < 5} == {
        (NOW - timedelta(days=back)).date() for back in range(4)
    }


def test_a_newcomer_is_welcomed_within_minutes(town: Talk) -> None:
    evening = town.rooms["evening"]
    came = next(place for place, one in enumerate(evening) if one.by == "moss")
    welcomes = [one for one in evening if one.reply_to == came]
    assert len({one.by for one in welcomes}) >= 2
    assert all(one.at - evening[came].at < timedelta(minutes=5) for one in welcomes)


def test_the_disagreement_about_advice_is_mended_by_both(town: Talk) -> None:
    low = town.rooms["low-mood"]
    sorry = [one for one in low if re.search(r"\bapology\b|\bsorry, steady\b", one.text.casefold())]
    assert {"linden", "nettle"} <= {one.by for one in sorry}

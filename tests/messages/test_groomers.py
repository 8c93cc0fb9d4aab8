"""Twenty people who try to hand over a way to be reached: none of it is delivered whole."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from holdfast.kit.errors import HoldfastError
from holdfast.messages.actions import edit_message, post_message
from holdfast.messages.ledger.entries import Accepted
from holdfast.messages.ledger.trails import SWEEP_AT, WITHIN, Trails
from holdfast.messages.rules import drafted
from holdfast.messages.rules.fates import ContactDetail
from town import NIGHT, Person, StillClock, Town, arrive, mostly_on_sqlite, on_sqlite, unlimited

WRITTEN: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("groomers.toml").read_text("utf-8")
)
GROOMERS: list[dict[str, Any]] = WRITTEN["groomer"]
ORDINARY: list[list[str]] = WRITTEN["ordinary"]["talk"]


async def newcomer(town: Town) -> Person:
    async with town.house.workshop.work() as work:
        return await arrive(work, town.house, NIGHT)


async def delivered(town: Town, lines: list[str], clock: StillClock | None = None) -> list[bool]:
    """Which of the lines the room saw, said by somebody new."""
    seat = await town.seat(await newcomer(town))
    seen = []
    for number, line in enumerate(lines):
        draft = drafted(f"nonce-{number:04}", line)
        try:
            done = await post_message(town.house.ledger, seat, draft)
        except ContactDetail:
            seen.append(False)
        else:
            seen.append(isinstance(done, Accepted))
        if clock is not None:
            clock.pass_time(minutes=11)
    return seen


def test_there_are_more_than_twenty_of_them() -> None:
    assert len({groomer["who"] for groomer in GROOMERS}) >= 20


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_none_of_twenty_delivers_a_way_to_be_reached(town: Town) -> None:
    through = []
    for groomer in GROOMERS:
        seen = await delivered(town, groomer["lines"])
        if all(seen[number] for number in groomer["telling"]):
            through.append(groomer["who"])
    assert through == []


@pytest.mark.full
@on_sqlite
@unlimited
async def test_ordinary_talk_with_numbers_in_it_is_not_in_the_way(town: Town) -> None:
    kept_back = [lines for lines in ORDINARY if not all(await delivered(town, lines))]
    assert kept_back == []


@on_sqlite
@unlimited
async def test_what_is_handed_over_by_changing_harmless_words_is_refused_too(town: Town) -> None:
    seat, ledger = await town.seat(town.ash), town.house.ledger
    seqs = [(await town.say(town.ash, words)).seq for words in ("Hello", "How are you", "I see")]
    changed = []
    for seq, piece in zip(seqs, ["07700", "900", "123"], strict=True):
        assert seq is not None
        try:
            await edit_message(ledger, seat, seq=seq, nonce=f"edit-{seq:06}", text=piece, note=None)
        except ContactDetail:
            changed.append(False)
        else:
            changed.append(True)
    assert changed == [True, False, False]


@pytest.mark.full
@on_sqlite
@unlimited
async def test_what_was_said_more_than_ten_minutes_ago_is_no_piece_of_it(
    town: Town, clock: StillClock
) -> None:
    pieces = ["07700", "900", "123"]
    assert await delivered(town, pieces) == [True, False, False]
    assert await delivered(town, pieces, clock) == [True, True, True]


@on_sqlite
@unlimited
async def test_what_another_says_is_no_piece_of_mine(town: Town) -> None:
    ash, birch = await town.seat(town.ash), await town.seat(town.birch)
    for seat, words, nonce in ((ash, "07700", "ash-00001"), (birch, "900 123", "birch-0001")):
        await post_message(town.house.ledger, seat, drafted(nonce, words))
    with pytest.raises(HoldfastError):
        await post_message(town.house.ledger, ash, drafted("ash-00002", "900 123"))


@on_sqlite
async def test_a_piece_sent_again_after_a_lost_line_is_one_piece(town: Town) -> None:
    seat = await town.seat(town.ash)
    for _ in range(3):
        done = await post_message(town.house.ledger, seat, drafted("nonce-0001", "12 34"))
        assert isinstance(done, Accepted)


@pytest.mark.full
def test_trails_are_forgotten() -> None:
    trails = Trails()
    for number in range(SWEEP_AT + 1):
        trails.look(number, "nonce", "a 7", 0.0)  # type: ignore[arg-type]
    trails.look(1, "later", "8", WITHIN + 1)  # type: ignore[arg-type]
    assert len(trails._of) == 1

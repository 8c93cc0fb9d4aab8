"""The seam: words open again only where they were sealed, and lie nowhere unsealed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import NotKept
from holdfast.kit.ids import KeyId, MessageId, RoomId, SeatId
from holdfast.rights.rules import Guest
from holdfast.screening.reading import read
from holdfast.sealing.events import KeysGone, KeysRenewed
from holdfast.sealing.keystore import KeptKey
from holdfast.sealing.seam import Keyring, Place, Sealed, Unreadable, day_of, scope_of
from sealing.drawer import Drawer

ROOT = RootKey(bytes(range(32)))
PLACE = Place(RoomId(3), MessageId(b"m" * 16), SeatId(7))
DAY = 20_000


def a_ring(*seats: int) -> Keyring:
    """A keyring with today's key for seat 7 (and others)."""
    ring = Keyring(ROOT, Drawer())
    for seat in (7, *seats):
        ring.keep(a_kept_key(seat), newest=True)
    return ring


def a_kept_key(seat: int = 7, generation: int = 0) -> KeptKey:
    key = ROOT.make_data_key(scope_of(SeatId(seat), DAY))
    return KeptKey(key.id, SeatId(seat), DAY, generation, key.wrapped, DAY)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_sealed_words_open_in_their_place(text: str) -> None:
    ring = a_ring()
    assert ring.open(ring.seal(read(text), PLACE, DAY), Guest()) == text


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, room=RoomId(4)),
        replace(PLACE, message=MessageId(b"n" * 16)),
        replace(PLACE, seat=SeatId(8)),
        replace(PLACE, part=b"n"),
    ],
    ids=["room", "message", "seat", "part"],
)
def test_moved_to_another_place_they_do_not_open(elsewhere: Place) -> None:
    ring = a_ring()
    sealed = ring.seal(read("awake"), PLACE, DAY)
    with pytest.raises(Unreadable):
        ring.open(Sealed(sealed.data, sealed.key, elsewhere), Guest())
    assert ring.unreadable == 1


def test_a_place_is_bound_to_its_key_as_well() -> None:
    assert PLACE.bound(KeyId(b"a" * 16)) != PLACE.bound(KeyId(b"b" * 16))


def test_no_two_places_are_bound_alike() -> None:
    """Numbers that run into each other must not make one place look like another."""
    key = KeyId(b"k" * 16)
    bound = {
        replace(PLACE, room=RoomId(room), seat=SeatId(seat), part=part).bound(key)
        for room in (1, 11, 111)
        for seat in (1, 11, 111)
        for part in (b"t", b"n")
    }
    assert len(bound) == 18


def test_a_seat_has_another_key_on_another_day_and_other_seats_have_others() -> None:
    ring = a_ring(8)
    assert ring.holds(SeatId(7), DAY)
    assert not ring.holds(SeatId(7), DAY + 1)
    here = ring.seal(read("awake"), PLACE, DAY)
    there = ring.seal(read("awake"), replace(PLACE, seat=SeatId(8)), DAY)
    assert here.key != there.key


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(2026, 11, 22, 0, 0, 0, tzinfo=UTC), 20_779),
        (datetime(2026, 11, 22, 23, 59, 59, 999_000, tzinfo=UTC), 20_779),
        (datetime(2026, 11, 23, tzinfo=UTC), 20_780),
    ],
)
def test_days_are_those_of_utc(moment: datetime, day: int) -> None:
    assert day_of(moment) == day


def test_words_whose_key_is_gone_do_not_open() -> None:
    sealed = a_ring().seal(read("awake"), PLACE, DAY)
    with pytest.raises(KeyError):
        Keyring(ROOT, Drawer()).open(sealed, Guest())


def test_the_same_words_are_known_again_under_their_key_only() -> None:
    ring = a_ring(8)
    mine = ring.seal(read("x"), PLACE, DAY).key
    theirs = ring.seal(read("x"), replace(PLACE, seat=SeatId(8)), DAY).key
    assert ring.mac(mine, "awake") == ring.mac(mine, "awake")
    assert ring.mac(mine, "awake") != ring.mac(mine, "asleep")
    assert ring.mac(mine, "awake") != ring.mac(theirs, "awake")


async def test_of_too_many_keys_those_in_hand_longest_are_forgotten_and_found_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("holdfast.sealing.seam.KEYS_IN_MEMORY", 10)
    ring = Keyring(ROOT, Drawer())
    for seat in range(25):
        await ring.fetch(SeatId(seat), DAY)
    assert [ring.holds(SeatId(seat), DAY) for seat in (0, 14, 15, 24)] == [False, False, True, True]
    kept = await ring.store.of_seats([SeatId(0)])
    await ring.in_hand(kept)
    assert ring.missing(kept) == set()
    await ring.fetch(SeatId(0), DAY)
    assert await ring.store.of_seats([SeatId(0)]) == kept


async def test_a_key_that_went_is_never_taken_in_hand_again() -> None:
    ring = a_ring()
    sealed = ring.seal(read("awake"), PLACE, DAY)
    kept = a_kept_key()
    ring.keep(kept, newest=True)
    ring.hear(KeysGone((kept.id, sealed.key)))
    ring.keep(kept, newest=True)
    assert ring.missing([kept.id, sealed.key]) == {kept.id, sealed.key}
    with pytest.raises(NotKept):
        ring.seal(read("awake"), PLACE, DAY)


async def test_a_renewed_key_seals_nothing_new_and_still_opens() -> None:
    ring = Keyring(ROOT, Drawer())
    await ring.fetch(SeatId(7), DAY)
    sealed = ring.seal(read("awake"), PLACE, DAY)
    ring.hear(KeysRenewed((sealed.key,)))
    assert not ring.holds(SeatId(7), DAY)
    assert ring.open(sealed, Guest()) == "awake"
    await ring.store.keep([a_kept_key(generation=1)])
    await ring.fetch(SeatId(7), DAY)
    newer = ring.seal(read("awake"), PLACE, DAY)
    assert newer.key != sealed.key
    anew = ring.seal_anew(sealed.data, PLACE, sealed.key, newer.key)
    assert ring.open(replace(sealed, data=anew, key=newer.key), Guest()) == "awake"
    assert await ring.renewed([sealed.key]) == {sealed.key: newer.key}
    assert await ring.renewed([newer.key]) == {}


async def test_without_the_keystore_a_new_seat_is_refused_and_keys_in_hand_go_on() -> None:
    ring = Keyring(ROOT, drawer := Drawer())
    await ring.fetch(SeatId(7), DAY)
    drawer.is_away = True
    await ring.fetch(SeatId(7), DAY)
    sealed = ring.seal(read("awake"), PLACE, DAY)
    assert ring.open(sealed, Guest()) == "awake"
    with pytest.raises(NotKept) as refused:
        await ring.fetch(SeatId(8), DAY)
    assert refused.value.code == "not_kept"
    drawer.is_away = False
    await ring.fetch(SeatId(8), DAY)
    assert ring.holds(SeatId(8), DAY)

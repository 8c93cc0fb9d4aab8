"""While the keystore does not keep: whoever is new today is refused, everybody else goes on."""

from __future__ import annotations

import httpx
import pytest

from holdfast.kit.errors import NotKept
from holdfast.sealing.keystore.sqlite import SqliteKeystore
from town import NIGHT, Town, on_sqlite


@pytest.mark.full
@on_sqlite
async def test_a_new_seat_is_refused_like_any_word_that_cannot_be_kept_and_help_is_there(
    client: httpx.AsyncClient, town: Town
) -> None:
    await town.say(town.ash, "before")
    assert (await client.get("/readyz")).json()["keystore"] == "ready"
    store: SqliteKeystore = town.house.ledger.keyring.store
    store._db.execute("PRAGMA query_only=ON")  # its disk takes nothing more
    with pytest.raises(NotKept) as refused:
        await town.say(town.birch, "I am new today")
    assert refused.value.code == "not_kept"
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["keystore"]) == (200, "gone")
    assert (await town.say(town.ash, "and after")).first
    page = await client.get(f"/api/v1/rooms/{NIGHT}/messages", headers=town.birch.bearer)
    assert [item["text"] for item in page.json()["items"]] == ["before", "and after"]
    assert (await client.get("/help")).status_code == 200
    store._db.execute("PRAGMA query_only=OFF")
    assert (await town.say(town.birch, "I am new today")).first
    assert (await client.get("/readyz")).json()["keystore"] == "ready"


@on_sqlite
async def test_where_it_cannot_even_be_read_nothing_new_is_opened_and_keys_in_hand_go_on(
    client: httpx.AsyncClient, town: Town
) -> None:
    await town.say(town.ash, "before")
    store: SqliteKeystore = town.house.ledger.keyring.store
    store._reading.close()
    assert (await town.say(town.ash, "and after")).first
    with pytest.raises(NotKept):
        await town.say(town.birch, "I am new today")
    assert (await client.get("/readyz")).json()["keystore"] == "gone"
    town.house.ledger.keyring.forget_all()
    page = await client.get(f"/api/v1/rooms/{NIGHT}/messages", headers=town.ash.bearer)
    assert (page.status_code, page.json()["code"]) == (503, "not_read")


async def test_cut_off_between_key_and_words_the_key_is_there_and_the_words_are_said_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring, seat = town.house.ledger.keyring, await town.seat(town.ash)

    async def cut_off(*_: object) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(town.house.ledger._store, "write", cut_off)
        with pytest.raises(NotKept):
            await town.say(town.ash, "never acknowledged", nonce="nonce-of-ash")
    (key,) = await ring.store.of_seats([seat.id])
    ring.forget_all()  # it starts anew
    said = await town.say(town.ash, "never acknowledged", nonce="nonce-of-ash")
    assert (said.seq, said.first) == (1, True)
    assert await ring.store.of_seats([seat.id]) == [key]

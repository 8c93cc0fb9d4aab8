"""A key that is nobody's seat's, in either kind of keystore."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from holdfast.kit.apart import find_keys, make_key
from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import NotKept
from holdfast.kit.ids import KeyId
from holdfast.sealing.keystore import Keystore
from holdfast.sealing.places import scope_of
from holdfast.sealing.seam import Keyring
from sealing.drawer import Drawer
from sealing.test_keystore import Store, another
from town import StillClock


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def postgres_template() -> str:
    return "template1"


@pytest.fixture
async def store(
    kind: str, tmp_path: object, request: pytest.FixtureRequest
) -> AsyncIterator[Keystore]:
    kept_in: Store = await another(kind, tmp_path, request)  # type: ignore[arg-type]
    yield kept_in
    await kept_in.close()


async def test_in_either_store_a_key_is_made_found_again_and_destroyed(
    store: Keystore, clock: StillClock
) -> None:
    root = RootKey(b"r" * 32)
    Keyring(root, store)
    made = await make_key(root, clock.now())
    sealed = made.seal(b"words", b"place")
    Keyring(again := RootKey(b"r" * 32), store)
    found = await find_keys(again, [made.id])
    assert found[made.id].open(sealed, b"place") == b"words"
    (lies,) = await store.named([made.id])
    assert again.unwrap(lies.id, lies.wrapped, scope_of(lies.seat, lies.day)).id == made.id
    await store.drop([made.id])
    Keyring(last := RootKey(b"r" * 32), store)
    assert await find_keys(last, [made.id]) == {}


async def test_where_the_keystore_is_away_none_is_made_and_one_in_hand_goes_on_opening(
    clock: StillClock,
) -> None:
    drawer, root = Drawer(), RootKey(b"r" * 32)
    Keyring(root, drawer)
    made = await make_key(root, clock.now())
    drawer.is_away = True
    assert set(await find_keys(root, [made.id])) == {made.id}
    with pytest.raises(NotKept):
        await make_key(root, clock.now())
    with pytest.raises(NotKept):
        await find_keys(root, [KeyId(b"another" + bytes(9))])

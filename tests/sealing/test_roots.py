"""Where the root key comes from; and how another takes its place while people talk."""

from __future__ import annotations

import asyncio
import json
import shutil
from base64 import b64decode, b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from msgspec.structs import replace
from typer.testing import CliRunner

from holdfast.app.opening import open_house
from holdfast.app.preparing import root_files
from holdfast.app.schema import Unfit
from holdfast.app.turning import BEFORE, Turning, rotate
from holdfast.cli import app as keyboard
from holdfast.kit.cipher import RootKey, WrongKey, check_of
from holdfast.kit.facts import fact
from holdfast.kit.roots import KmsAway, Transit
from holdfast.members.actions import sign_in
from holdfast.messages.queries import messages_before
from holdfast.rights.rules import Guest
from holdfast.sealing.seam import scope_of
from holdfast.settings import Settings
from town import NIGHT, StillClock, Town, mostly_on_sqlite, on_sqlite, settle_in

TOKEN, CLOSER = "a token of ours", Fernet(Fernet.generate_key())


def tell_nobody(*_: object) -> None:
    pass


async def words_of(town: Town) -> list[str]:
    async with town.house.workshop.reading() as work:
        room = (await town.seat(town.birch, NIGHT)).room_id
        return [
            one.text for one in await messages_before(work, town.reader(town.birch), room, None, 9)
        ]


# ---------------------------------------------------------------- a KMS


class Vault(BaseHTTPRequestHandler):
    """The two calls of the transit engine."""

    token = TOKEN

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        try:
            status, data = 200, self._answer(asked)
        except InvalidToken:
            status, data = 400, {}
        if self.headers["x-vault-token"] != self.token:
            status, data = 403, {}
        body = json.dumps({"data": data}).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, asked: dict[str, str]) -> dict[str, str]:
        if self.path == "/v1/transit/encrypt/ours":
            closed = CLOSER.encrypt(b64decode(asked["plaintext"])).decode()
            return {"ciphertext": f"vault:v1:{closed}"}
        assert self.path == "/v1/transit/decrypt/ours"
        opened = CLOSER.decrypt(asked["ciphertext"].removeprefix("vault:v1:"))
        return {"plaintext": b64encode(opened).decode()}

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def vault() -> Iterator[str]:
    """A server that speaks as Vault does, on a free port."""
    Vault.token = TOKEN
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vault)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/transit"
    server.shutdown()
    server.server_close()


@pytest.fixture
def token(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    return file


@pytest.mark.full
def test_a_kms_closes_a_key_and_opens_it_again_and_no_other_words(vault: str, token: Path) -> None:
    kms = Transit(vault, "ours", token)
    closed = kms.close(b"k" * 32)
    assert kms.open(closed) == b"k" * 32
    with pytest.raises(WrongKey):
        kms.open("vault:v1:something else")
    token.write_text("another token")
    with pytest.raises(KmsAway, match="403"):
        kms.open(closed)
    with pytest.raises(KmsAway):
        Transit("http://127.0.0.1:9/v1/transit", "ours", token).open(closed)


@pytest.mark.full
async def test_a_place_whose_root_key_a_kms_opens_has_no_usable_key_on_its_disk(
    vault: str, token: Path, clock: StillClock, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path / "kms", kms_url=vault, kms_key="ours", kms_token=token)
    async with open_house(settings, clock) as house:
        check = house.root.check()
    async with open_house(settings, clock) as again:
        assert again.root.check() == check
    written = settings.root_key_file.read_text()
    assert written.startswith("vault:v1:")
    key = root_files(settings).read(settings.root_key_file)
    assert key is not None
    assert check_of(key) == check
    assert key.hex() not in written
    Vault.token = "another"
    with pytest.raises(Unfit, match="HOLDFAST_KMS_TOKEN"):
        async with open_house(settings, clock):
            pass


def test_a_kms_is_never_asked_where_somebody_could_overhear(tmp_path: Path) -> None:
    assert Settings(kms_url="https://vault.example/v1/transit", kms_token=tmp_path / "t").kms_url
    with pytest.raises(ValueError, match="https"):
        Settings(kms_url="http://vault.example/v1/transit", kms_token=tmp_path / "t")
    with pytest.raises(ValueError, match="HOLDFAST_KMS_TOKEN"):
        Settings(kms_url="https://vault.example/v1/transit")


# ---------------------------------------------------------------- a systemd credential


@pytest.mark.full
@on_sqlite
async def test_a_root_key_may_be_a_credential_of_systemd(
    settings: Settings, clock: StillClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(settings, clock) as house:
        check = house.root.check()
    (tmp_path / "credentials").mkdir()
    settings.root_key_file.rename(tmp_path / "credentials" / "root.key")
    with pytest.raises(ValueError, match="CREDENTIALS_DIRECTORY"):
        Settings(root_key="$CREDENTIALS_DIRECTORY/root.key")  # type: ignore[arg-type]
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    named = Settings(data=settings.data, root_key="$CREDENTIALS_DIRECTORY/root.key")  # type: ignore[arg-type]
    async with open_house(named, clock) as house:
        assert house.root.check() == check


# ---------------------------------------------------------------- turning


@mostly_on_sqlite
async def test_a_new_root_key_takes_its_place_while_people_talk_and_nobody_s_phrase_is_lost(
    town: Town, settings: Settings, clock: StillClock
) -> None:
    await town.say(town.ash, "before")
    old = settings.root_key_file.read_text()
    phrase = town.house.root.lookup("seven words")
    turned = await rotate(settings, tell_nobody, heard=0)
    assert (turned.is_in_place, turned.file) == (True, settings.root_key_file)
    assert turned.keys >= 1
    assert settings.root_key_file.read_text() != old
    assert sorted(path.name for path in settings.data.glob("root.key*")) == ["root.key"]
    await town.house.listening.read()
    await town.say(town.birch, "and after")  # a key that is made by who heard of it
    town.house.ledger.keyring.forget_all()
    assert await words_of(town) == ["before", "and after"]
    assert town.house.root.lookup("seven words") == phrase
    await all_wrapped_by(RootKey(bytes.fromhex(settings.root_key_file.read_text())), town)


async def all_wrapped_by(root: RootKey, town: Town) -> None:
    store = town.house.ledger.keyring.store
    keys = [key async for key in store.all_keys()]
    assert len(keys) == 2
    for key in keys:
        assert root.wrapped_anew(key.wrapped, key.id + scope_of(key.seat, key.day)) is None


@pytest.mark.full
@mostly_on_sqlite
async def test_who_has_not_heard_of_the_turn_makes_no_key_that_only_the_old_root_opens(
    town: Town, settings: Settings
) -> None:
    await town.say(town.ash, "before")
    await town.house.listening.close()  # it hears nothing any more
    await rotate(settings, tell_nobody, heard=0)
    await town.say(town.birch, "I have not heard of it")
    await all_wrapped_by(RootKey(bytes.fromhex(settings.root_key_file.read_text())), town)


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("cut", ["put_next_in_place", "_wrap_all", "throw_away_before"])
async def test_cut_off_anywhere_it_goes_on_when_it_is_run_again(
    cut: str,
    settings: Settings,
    clock: StillClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Cut(Exception):
        pass

    def cut_off(*_: object) -> None:
        raise Cut

    async with open_house(settings, clock) as house:
        town = await settle_in(house)
        await town.say(town.ash, "before")
    with monkeypatch.context() as patched:
        owner = Turning if cut.startswith("_") else type(root_files(settings))
        patched.setattr(owner, cut, cut_off)
        with pytest.raises(Cut):
            await rotate(settings, tell_nobody, heard=0)
    async with open_house(settings, clock) as house:  # with both keys, it opens all the same
        assert await words_of(Town(**{**vars(town), "house": house})) == ["before"]
    turned = await rotate(settings, tell_nobody, heard=0)
    assert turned.is_in_place
    async with open_house(settings, clock) as house:
        async with house.workshop.work() as work:
            assert await fact(work, BEFORE) is None
            assert await sign_in(work, Guest(), root=house.root, phrase=town.ash.phrase)
        assert await words_of(Town(**{**vars(town), "house": house})) == ["before"]
    assert sorted(path.name for path in settings.data.glob("root.key*")) == ["root.key"]


@pytest.mark.full
@on_sqlite
async def test_where_its_place_cannot_be_written_the_new_one_lies_by_the_keys_and_is_told_of(
    town: Town, settings: Settings, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.say(town.ash, "before")
    files = type(root_files(settings))
    write = files.write

    def only_by_the_keys(self: Any, file: Path) -> bytes:
        if file.parent != settings.keys_folder:
            raise OSError(30, "Read-only file system")
        return write(self, file)

    monkeypatch.setattr(files, "write", only_by_the_keys)
    turned = await rotate(settings, tell_nobody, heard=0)
    assert (turned.is_in_place, turned.file.parent) == (False, settings.keys_folder)
    with pytest.raises(Unfit, match="made last"):
        await rotate(settings, tell_nobody, heard=0)
    shutil.copy(turned.file, settings.root_key_file)
    turned.file.unlink()
    assert (await rotate(settings, tell_nobody, heard=0)).file.parent == settings.keys_folder
    town.house.ledger.keyring.forget_all()
    assert await words_of(town) == ["before"]


# ---------------------------------------------------------------- checking


@pytest.mark.full
@on_sqlite
async def test_whether_every_key_opens_is_said_by_the_exit_code(
    town: Town, settings: Settings
) -> None:
    await town.say(town.ash, "one", note="a note")
    await town.say(town.birch, "two")
    assert (await checked(settings)).exit_code == 0
    assert "3 words were opened" in (await checked(settings, "--all")).output
    keyring = town.house.ledger.keyring
    (key,) = await keyring.store.named([next(iter(keyring._by_id))])
    await keyring.store.rewrap([replace(key, wrapped=key.wrapped[:-1] + b"?")])
    told = await checked(settings)
    assert told.exit_code == 1
    assert "1 of 2 keys" in " ".join(told.output.split())


async def checked(settings: Settings, *more: str) -> Any:
    arguments = ["keys", "check", "--data", str(settings.data), *more]
    return await asyncio.to_thread(CliRunner().invoke, keyboard, arguments)

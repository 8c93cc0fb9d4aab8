"""The file to take along: shown words open it, nothing of it stays, and anybody can open one."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import httpx
import pyrage
import pytest

from holdfast.app.knowing import archive
from holdfast.app.knowing.archive import DATA, PAGE, is_passphrase, new_passphrase
from sealing.test_on_disk import bytes_below
from town import ORIGIN, Person, Town, on_sqlite

FILE = "notes-2026-11-22.zip.age"  # the day on the clock of tests
PASSPHRASE = re.compile(r'name="passphrase" value="([a-z-]+)"')
FORM = {"origin": ORIGIN}


async def asked_for(client: httpx.AsyncClient, person: Person) -> str:
    """The words that the page shows this once."""
    page = await client.post("/me/export", headers={**person.bearer, **FORM})
    found = PASSPHRASE.search(page.text)
    assert page.status_code == 200
    assert found is not None
    assert page.text.count(found[1]) == 2  # once to be read, once for the form
    return found[1]


async def file_of(client: httpx.AsyncClient, person: Person, passphrase: str) -> httpx.Response:
    return await client.post(
        "/me/export/file", data={"passphrase": passphrase}, headers={**person.bearer, **FORM}
    )


@pytest.mark.full
@on_sqlite
async def test_the_words_that_were_shown_open_the_file_of_which_nothing_stays_on_the_server(
    client: httpx.AsyncClient, town: Town
) -> None:
    await town.say(town.ash, "canary <b>in words", note="canary in a note")
    await town.say(town.birch, "canary of a stranger")
    before = files_of(town)
    passphrase = await asked_for(client, town.ash)
    answer = await file_of(client, town.ash, passphrase)
    assert answer.headers["content-disposition"] == f'attachment; filename="{FILE}"'
    assert answer.content.startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert b"canary" not in answer.content
    with zipfile.ZipFile(io.BytesIO(pyrage.passphrase.decrypt(answer.content, passphrase))) as kept:
        page, data = kept.read(PAGE).decode(), json.loads(kept.read(DATA))
    assert "canary &lt;b&gt;in words" in page
    assert "canary in a note" in page
    assert data["rooms"][0]["messages"][0]["text"] == "canary <b>in words"
    assert "stranger" not in page + json.dumps(data)
    fetched = r"<(?:script|link|img|iframe)|https?://|url\(|@import"
    assert re.findall(fetched, page) == []
    assert files_of(town) == before
    lying = bytes_below(town.house.settings.data)
    assert [one for one in (passphrase.encode(), b"age-encryption.org") if one in lying] == []


def files_of(town: Town) -> set[Path]:
    return {file for file in town.house.settings.data.rglob("*") if file.is_file()}


@on_sqlite
async def test_a_weaker_passphrase_than_ours_seals_nothing(
    client: httpx.AsyncClient, town: Town
) -> None:
    for weak in ("", "love", "-".join(["love"] * 7), "a-b-c-d-e-f-g", new_passphrase() + "-love"):
        answer = await file_of(client, town.ash, weak)
        assert (answer.status_code, answer.headers["location"]) == (303, "/me/export")


def test_each_passphrase_is_another_one_of_seven_words() -> None:
    made = {new_passphrase() for _ in range(100)}
    assert len(made) == 100
    assert all(is_passphrase(one) for one in made)


@pytest.mark.full
async def test_sealing_that_breaks_is_said_and_gives_no_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "program.py"
    monkeypatch.setattr(archive, "AGEING", program)
    program.write_text("import sys; print(len(sys.stdin.read().splitlines()))")
    assert await archive.sealed(b"words", new_passphrase()) == b"2\n"
    program.write_text("raise SystemExit(3)")
    with pytest.raises(archive.NotSealed):
        await archive.sealed(b"words", new_passphrase())


@on_sqlite
async def test_how_to_open_it_can_be_read_by_whoever_is_gone_by_now(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await client.get("/open-my-file")
    assert page.status_code == 200
    assert f"age -d -o notes.zip {FILE}" in page.text


@on_sqlite
async def test_the_page_says_what_is_not_in_the_file_and_why(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await client.get("/me/export", headers=town.ash.bearer)
    assert "Reports that other people made about you." in page.text
    assert "What staff wrote for staff." in page.text

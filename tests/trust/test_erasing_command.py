"""`holdfast receipts verify`: the same on the machine as on the page."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.cli import app
from holdfast.erasing.receipts import signed
from holdfast.messages.actions import erase_with_words
from holdfast.settings import Settings
from town import Town, on_sqlite

runner = CliRunner()


@pytest.fixture
async def letters(town: Town) -> str:
    """A receipt that was given."""
    await town.say(town.ash, "please forget this")
    return signed(town.house.root, await erase_with_words(town.house.ledger, town.ash.member))


@on_sqlite
async def test_a_receipt_of_ours_is_known_and_a_changed_one_is_not(
    settings: Settings, letters: str, tmp_path: Path
) -> None:
    async def ask(given: str) -> tuple[int, str]:
        file = tmp_path / "receipt"
        file.write_text(given)
        command = ["receipts", "verify", str(file), "--data", str(settings.data)]
        found = await asyncio.to_thread(runner.invoke, app, command)
        return found.exit_code, found.stdout

    code, said = await ask(letters)
    assert code == 0
    assert "What went: everything about one person (1 messages)" in said
    assert "Now: its keys are gone" in said
    assert await ask(letters[:-3]) == (1, "")

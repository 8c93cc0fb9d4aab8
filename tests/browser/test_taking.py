"""Taking everything along in a real browser: with a script that says how far it is, and without."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pyrage
import pytest
from playwright.sync_api import expect

from browser.visitors import DESK, MakeVisitor

NAME = r"notes-\d{4}-\d\d-\d\d\.zip\.age"  # it tells nobody what it is
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_file_comes_while_its_member_waits_and_opens_with_the_words_on_the_page(
    visitor: MakeVisitor, room: str, tmp_path: Path, *, scripts: bool
) -> None:
    ash = visitor(viewport=DESK, java_script_enabled=scripts, accept_downloads=True).sits_in(room)
    page = ash.page
    page.goto("/me/export")
    page.get_by_role("button", name="Show me the words").click()
    words = page.locator(".words").inner_text().strip()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Get my file").click()
    assert re.fullmatch(NAME, coming.value.suggested_filename)
    coming.value.save_as(tmp_path / "file")
    opened = pyrage.passphrase.decrypt((tmp_path / "file").read_bytes(), words)
    with zipfile.ZipFile(io.BytesIO(opened)) as archive:
        assert sorted(archive.namelist()) == ["notes.html", "notes.json"]
    if scripts:
        said = page.get_by_role("status").filter(has_text="Your file is with your downloads.")
        expect(said).to_be_visible()

"""The hunt can find: canaries that were planted, in every dress and every kind of package."""

from __future__ import annotations

import base64
import gzip
import ipaddress
import shutil
import sqlite3
import subprocess
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from trust.canary.searching import Hunt, every_file, rows_of

WORDS = "The kettle of Tamsin Quorle sang at four"
NOISE = bytes(range(256)) * 20
DRESSED: dict[str, Callable[[str], bytes]] = {
    "plain": lambda words: words.encode(),
    "in capitals": lambda words: words.upper().encode(),
    "UTF-16-LE": lambda words: words.encode("utf-16-le"),
    "UTF-16-BE": lambda words: words.encode("utf-16-be"),
    "base64": lambda words: base64.b64encode(words.encode()),
    "base64, one on": lambda words: base64.b64encode(b"x" + words.encode() + b"yz"),
    "base64, two on": lambda words: base64.urlsafe_b64encode(b"xx" + words.encode() + b"y"),
    "wide, in base64": lambda words: base64.b64encode(b"x" + words.encode("utf-16-le")),
    "hex": lambda words: words.encode().hex().encode(),
    "HEX": lambda words: words.encode().hex().upper().encode(),
    "in an address": lambda words: quote(words).encode(),
    "in a form": lambda words: quote_plus(words).encode(),
    "gzip": lambda words: gzip.compress(words.encode()),
    "zlib": lambda words: zlib.compress(words.encode(), 1),
    "gzip in zlib": lambda words: zlib.compress(b"more of it " + gzip.compress(words.encode())),
    "base64 in gzip": lambda words: gzip.compress(base64.b64encode(words.encode())),
}


@pytest.mark.parametrize("dress", DRESSED)
def test_what_was_planted_is_found_and_what_was_not_is_not(dress: str) -> None:
    planted = NOISE + DRESSED[dress](WORDS) + NOISE
    hunt = Hunt({"planted": WORDS, "absent": "Nobody ever wrote these words"})
    assert hunt.in_bytes(NOISE) == {}
    found = hunt.in_bytes(planted)
    assert found["planted"] >= 1
    assert found["absent"] == 0


@pytest.mark.skipif(shutil.which("zstd") is None, reason="zstd is not here")
def test_what_was_planted_in_zstandard_is_found() -> None:
    words = f"{WORDS}\n".encode() * 50
    packed = subprocess.run(["zstd", "-qc"], input=words, capture_output=True, check=True).stdout
    assert len(packed) < len(words) / 5
    assert Hunt({"planted": WORDS}).in_bytes(NOISE + packed)["planted"] >= 50


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("127.77.113.9", b"::ffff:127.77.113.9"),
        ("127.77.113.9", b"::ffff:7f4d:7109"),
        ("127.77.113.9", ipaddress.ip_address("::ffff:127.77.113.9").packed),
        ("2001:db8:77::9", ipaddress.ip_address("2001:db8:77::9").packed),
        ("2001:db8:77:1::9", b"2001:0db8:0077:0001:0000:0000:0000:0009"),
    ],
)
def test_an_address_is_found_in_words_and_in_bytes(address: str, written: bytes) -> None:
    hunt = Hunt({"address": address})
    assert hunt.in_bytes(NOISE) == {}
    assert hunt.in_bytes(NOISE + written)["address"] >= 1


def test_what_lies_in_a_database_is_found_in_its_rows_its_log_and_its_bytes(
    tmp_path: Path,
) -> None:
    """Also where a value goes over several pages, and where it only lies in the log yet."""
    file = tmp_path / "some.db"
    hunt = Hunt({"planted": WORDS})
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute("CREATE TABLE words (text)")
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        torn = "x" * (4096 - 4 - len(WORDS) // 2 - 40)  # a page ends in the middle of it
        opened.executemany("INSERT INTO words VALUES (?)", [(torn + WORDS + torn,), (WORDS,)])
        opened.commit()
        assert hunt.in_bytes(file.read_bytes()) == {}
        assert hunt.in_files([tmp_path / "some.db-wal"])["planted"] >= 1
        assert hunt.in_bytes(rows_of(file))["planted"] == 2
    assert hunt.in_bytes(file.read_bytes())["planted"] >= 2


def test_a_name_of_a_file_is_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / "upload-Tamsin Quorle").touch()
    assert Hunt({"name": "Tamsin Quorle"}).in_files(every_file(tmp_path))["name"] == 1

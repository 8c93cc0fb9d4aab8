"""W15, W25, W30: what the repository itself must not hold."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import holdfast
from holdfast.settings import Settings

REPOSITORY = Path(__file__).parents[3]


def test_w15_nothing_in_the_house_reads_or_asks_for_a_file() -> None:
    house = Path(holdfast.__file__).parent
    asks = re.compile(r"UploadFile|enctype=|type=.file.|max_files=[1-9]")
    read = [path for path in house.rglob("*") if path.suffix in {".py", ".html", ".js"}]
    assert len(read) > 300
    assert [path.name for path in read if asks.search(path.read_text("utf-8"))] == []


# ---------------------------------------------------------------- scripts

JS = sorted((Path(holdfast.__file__).parent / "static/js").glob("*.js"))
"""Every script that a browser runs here; all of them are modules, so strict and without globals."""


def test_w25_no_script_listens_to_other_windows_or_reaches_into_prototypes() -> None:
    """Our own windows may tell each other something (`others`): no other site hears that."""
    reaches = re.compile(
        r"(?<!others\?\.)postMessage|(?<!line\.)(?<!others\?\.)addEventListener\(\s*[\"']message[\"']|__proto__|\.prototype\b|"
        r"(?<!socket\.)(?<!= socket\.onopen = )onmessage\b|\b(?:window|globalThis)\["
    )
    told = {one.name: reaches.findall(one.read_text("utf-8")) for one in JS}
    assert len(JS) > 20
    assert {name: found for name, found in told.items() if found} == {}


# ---------------------------------------------------------------- secrets

SECRETS = {
    "a private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\n[A-Za-z0-9+/=]",
    "a secret age key": r"AGE-SECRET-KEY-1[A-Z0-9]{20}",
    "a cloud key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token of a forge": r"\b(?:ghp|gho|ghs|glpat|github_pat)[_-][A-Za-z0-9_]{20,}\b",
    "a token of a registry": r"\bpypi-[A-Za-z0-9_-]{40,}\b",
    "a token in JSON": r"\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}",
    "a password in an address": r"\b[a-z]+://[^\s/:@\"'{}<>]+:(?!PASSWORD|secret\b|password\b)"
    r"[^\s/:@\"'{}<>$…*]{6,}@(?!\w*\.?example)[a-z0-9.-]+",
}
TRIED = "ghp_" + "a" * 36


def committed() -> list[Path]:
    """Every file that git keeps, as it lies here; of what is no checkout, all that is written."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], check=False, cwd=REPOSITORY, capture_output=True
    )
    if listed.returncode:
        return [path for path in REPOSITORY.rglob("*.py") if ".venv" not in path.parts]
    return [REPOSITORY / name for name in listed.stdout.decode().split("\0") if name]


def secrets_in(text: str) -> set[str]:
    return {what for what, pattern in SECRETS.items() if re.search(pattern, text)}


def test_w30_a_secret_would_be_seen() -> None:
    assert secrets_in(f"token = {TRIED}") == {"a token of a forge"}
    assert secrets_in("postgresql://me:hunter22@db.internal/x") == {"a password in an address"}


@pytest.mark.full
def test_w30_no_secret_lies_in_the_repository() -> None:
    found = {}
    for path in committed():
        if path.suffix in {".png", ".woff2", ".mo"} or not path.is_file():
            continue
        if (seen := secrets_in(path.read_text("utf-8", errors="replace"))) and path != Path(
            __file__
        ):
            found[str(path.relative_to(REPOSITORY))] = seen
    assert found == {}


def test_w30_no_secret_stands_in_the_list_of_processes() -> None:
    """Secrets come from files and the environment: no command takes one as a word."""
    asked = re.compile(r"--(?:password|secret|token|key|phrase)\b(?!-)")
    for path in (Path(holdfast.__file__).parent / "cli").rglob("*.py"):
        assert not asked.search(path.read_text("utf-8")), path.name
    for path in [*REPOSITORY.glob("deploy/**/*.yml"), *REPOSITORY.glob("deploy/**/*.service")]:
        commands = re.findall(
            r"(?:command|ExecStart|entrypoint)\s*[:=](.*)", path.read_text("utf-8")
        )
        assert not any(re.search(r"(?i)secret|password|token=", line) for line in commands), path


def test_w30_what_is_told_of_the_settings_leaves_their_secrets_out() -> None:
    secret = "postgresql://holdfast:correct-horse@db/holdfast"
    given = Settings(
        keystore_url=secret,
        database_url=secret,
        redis_url="redis://:correct-horse@here",
        oidc_client_secret="correct-horse",
        oidc_client_id="holdfast",
        oidc_issuer="https://id.example",
        pager_secret="correct-horse-battery",
        pager_webhook="https://gateway.example",
    )
    assert given.keystore_url == secret
    assert "correct-horse" not in repr(given)


def test_w21_nothing_is_made_for_a_spreadsheet() -> None:
    """No page, call or command writes CSV: no cell can be taken for a formula."""
    makes = re.compile(r"text/csv|import csv|csv\.writer|\.xlsx?\b|spreadsheet")
    house = Path(holdfast.__file__).parent
    found = [path.name for path in house.rglob("*.py") if makes.search(path.read_text("utf-8"))]
    assert found == []

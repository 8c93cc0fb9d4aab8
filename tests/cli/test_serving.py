"""Serving from the keyboard: what is said before, when it answers, and where it cannot be."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import structlog
from pydantic import ValidationError
from typer.testing import CliRunner

from holdfast.app.web import DEMONSTRATION, banners_of
from holdfast.cli import app
from holdfast.cli.serving import as_demonstration
from holdfast.kit.pen import Lease
from holdfast.rights.rules import STAFF_ROLES
from holdfast.settings import Settings
from town import on_sqlite

IT_IS_THERE = "Holdfast is at"
BARE = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Serving prepares the logs of its process; the other tests' process is this one."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    yield
    root.handlers[:] = handlers
    structlog.reset_defaults()


def refused(*arguments: object) -> str:
    """What `holdfast serve` says where it cannot."""
    done = CliRunner().invoke(app, ["serve", "--port", "0", *map(str, arguments)])
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit), done.exception
    assert IT_IS_THERE not in done.output
    return " ".join(done.output.split())


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("how", [(), ("--demo",)], ids=["plain", "demonstration"])
def test_without_its_root_key_it_says_so_and_never_that_it_is_there(
    settings: Settings, how: tuple[str, ...]
) -> None:
    assert CliRunner().invoke(app, ["migrate", "--data", str(settings.data)]).exit_code == 0
    (settings.data / "root.key").unlink()
    assert "root.key is missing" in refused("--data", settings.data, *how)


@on_sqlite
@pytest.mark.parametrize("how", [(), ("--demo",)], ids=["plain", "demonstration"])
def test_a_second_server_on_the_same_data_says_so_and_never_that_it_is_there(
    settings: Settings, how: tuple[str, ...]
) -> None:
    first = Lease(settings.data / "lease")
    assert first.take()
    assert "Another Holdfast is already serving" in refused("--data", settings.data, *how)
    first.close()


@pytest.mark.full
def test_a_new_server_takes_over_from_the_one_that_runs(tmp_path: Path) -> None:
    """Everybody who asks meanwhile is answered, by the one or the other."""
    with served("--data", tmp_path / "data") as said:
        (at,) = re.findall(r"is at (\S+)", said[-1])
        with served("--data", tmp_path / "data", "--take-over", port=at.rpartition(":")[2]) as new:
            assert at in new[-1]
            assert httpx.get(f"{at}/healthz", trust_env=False).status_code == 200
        with pytest.raises(httpx.ConnectError):  # the one before is gone
            httpx.get(f"{at}/healthz", trust_env=False)


@pytest.mark.slow
def test_without_being_asked_nobody_shares_an_address(tmp_path: Path) -> None:
    with served("--data", tmp_path / "data") as said:
        (port,) = re.findall(r":(\d+) ", said[-1])
        assert "Cannot listen on" in refused("--data", tmp_path / "other", "--port", port)


@pytest.mark.slow
def test_taking_over_where_nobody_serves_is_any_start(tmp_path: Path) -> None:
    with served("--data", tmp_path / "data", "--take-over") as said:
        assert IT_IS_THERE in said[-1]


def test_the_demonstration_is_known_to_be_weakened_and_keeps_its_own_banner() -> None:
    settings = as_demonstration(Settings())
    assert settings.weakened == ["HOLDFAST_COVERAGE", "HOLDFAST_PROOF_OF_WORK"]
    assert banners_of(settings, demonstration=True) == [DEMONSTRATION]


@contextmanager
def served(*arguments: object, port: str = "0") -> Iterator[list[str]]:
    """`holdfast serve` in a process of its own; what it says until it is there."""
    program = str(Path(sys.executable).with_name("holdfast"))
    words = [program, "serve", "--port", port, *map(str, arguments)]
    with subprocess.Popen(words, env=BARE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said: list[str] = []
        while not said or IT_IS_THERE not in said[-1]:
            said.append(process.stderr.readline())
            assert said[-1], said
        try:
            yield said
        finally:
            process.terminate()
            process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_it_answers_as_soon_as_it_says_so_and_the_demonstration_s_links_lead_in(
    tmp_path: Path, host: str
) -> None:
    for _ in range(2):  # a second start fills nothing twice
        with served("--demo", "--host", host, "--data", tmp_path / "data") as said:
            (at,) = re.findall(r"is at (\S+)", said[-1])
            assert "HOLDFAST_COVERAGE=off" in "".join(said)
            links = re.findall(r"(http\S+)/sign-in/(\S+)", "".join(said))
            members = 2  # one who sits in rooms, one who listens
            assert [link[0] for link in links] == [at] * (members + len(STAFF_ROLES))
            with httpx.Client(base_url=at, trust_env=False, headers={"origin": at}) as client:
                warnings = client.get("/readyz").json()["warnings"]
                assert warnings == [
                    "HOLDFAST_COVERAGE=off: for tests only",
                    "HOLDFAST_PROOF_OF_WORK=off: for tests only",
                ]
                for _, key in links:
                    assert client.post(f"/sign-in/{key}").status_code == 303
                    assert client.post("/leave").status_code == 204


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("HTTPS://Peer.Example/", "https://peer.example"),
        ("https://peer.example:443", "https://peer.example"),
        ("http://a:8000, https://b:8443/", "http://a:8000,https://b:8443"),
        ("http://[0:0::1]:80", "http://[::1]"),
        (" , ", ""),
    ],
)
def test_an_origin_is_understood_as_browsers_write_it(written: str, understood: str) -> None:
    settings = Settings(origin=written)
    assert settings.origin == understood
    assert settings.is_https is ("https" in understood)


@pytest.mark.parametrize(
    "written",
    [
        *("peer.example", "https://", "ftp://x", "https://x/path", "https://me@x", "null", "*"),
        *("https://x:99999", "http://[::1", "https://a b", "https://ä.example", "https://x?y"),
    ],
)
def test_what_is_no_origin_is_refused_in_words(written: str) -> None:
    with pytest.raises(ValidationError, match="is no origin: write it like"):
        Settings(origin=written)


def test_a_weakened_place_cannot_hide_its_https_in_capitals() -> None:
    with pytest.raises(ValidationError, match="HOLDFAST_LIMITS=off is for tests"):
        Settings.model_validate({"origin": "HTTPS://peer.example", "limits": "off"})


@pytest.mark.parametrize(
    ("host", "at"),
    [("::1", "http://[::1]:8000"), ("127.0.0.2", "http://127.0.0.2:8000")],
)
def test_forms_are_obeyed_at_every_loopback_address_it_listens_on(host: str, at: str) -> None:
    settings = Settings(host=host)
    assert settings.address == at
    assert settings.origins == {at, "http://127.0.0.1:8000", "http://localhost:8000"}
    assert Settings(host="192.0.2.7").origins == Settings().origins

"""The wheel: the same bytes wherever and whenever it is built, whole, and able to serve."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from trust.supply.lock import ROOT

PATIENCE = 60.0  # seconds
TAKEN_ALONG = ("src", "migrations", "deploy/sbom.cdx.json", "pyproject.toml", "LICENSE")


def source(folder: Path, *, mode: int, moment: float) -> Path:
    """What is under version control and goes into a wheel, as a checkout of somebody's."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *TAKEN_ALONG],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    for name in filter(None, listed):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, file)
        file.chmod(mode)
        os.utime(file, (moment, moment))
    return folder


def built(checkout: Path, to: Path, *, umask: int = 0o022, **surroundings: str) -> Path:
    """A wheel of this checkout."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(to)],
        cwd=checkout,
        env={**os.environ, **surroundings},
        umask=umask,
        check=True,
        capture_output=True,
    )
    [wheel] = to.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    return built(source(folder / "here", mode=0o644, moment=1_000_000_000), folder / "built")


@pytest.mark.full
def test_two_builds_in_other_places_at_other_times_are_the_same_bytes(
    wheel: Path, tmp_path: Path
) -> None:
    elsewhere = source(tmp_path / "some" / "where else", mode=0o600, moment=1_900_000_000)
    surroundings = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "HOME": str(tmp_path), "PYTHONHASHSEED": "7"}
    other = built(elsewhere, tmp_path / "built", umask=0o077, **surroundings)
    assert wheel.name == other.name
    assert digest(wheel) == digest(other)


@pytest.mark.full
def test_a_build_of_something_else_is_other_bytes(wheel: Path, tmp_path: Path) -> None:
    """Else the test above would compare nothing."""
    changed = source(tmp_path / "here", mode=0o644, moment=1_000_000_000)
    (changed / "src" / "holdfast" / "__init__.py").write_text('"""Another one."""\n')
    assert digest(built(changed, tmp_path / "built")) != digest(wheel)


@pytest.mark.full
def test_a_moment_may_be_given_by_whoever_builds(wheel: Path, tmp_path: Path) -> None:
    checkout = source(tmp_path / "here", mode=0o644, moment=1_000_000_000)
    dated = built(checkout, tmp_path / "built", SOURCE_DATE_EPOCH="1700000000")
    with zipfile.ZipFile(dated) as opened:
        assert {info.date_time[:3] for info in opened.infolist()} == {(2023, 11, 14)}


def digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def test_the_wheel_has_everything_and_nothing_that_is_not_ours_to_give(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
        [listed] = [name for name in names if name.endswith("sboms/sbom.cdx.json")]
        assert opened.read(listed) == (ROOT / "deploy" / "sbom.cdx.json").read_bytes()
    for needed in (
        "holdfast/py.typed",
        "holdfast/static/css/holdfast.css",
        "holdfast/migrations/versions/0001_people_and_rooms.py",
        "holdfast/members/words/phrase/words.txt",
        "holdfast/resources/helplines/gb.toml",
    ):
        assert needed in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    strangers = (".pyc", ".db", ".key", ".env", ".log", ".orig")
    assert [name for name in names if name.endswith(strangers) or "__pycache__" in name] == []


@pytest.mark.slow
def test_the_wheel_by_itself_serves_a_place(wheel: Path, tmp_path: Path) -> None:
    """In a fresh environment: what we need is what is locked, our own code is the wheel."""
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    site = next(venv.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(site)
    (site / "locked.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    said = subprocess.run(
        [venv / "bin" / "python", "-c", "import holdfast; print(holdfast.__file__)"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert said.startswith(str(site))
    port = free_port()
    command = ["-m", "holdfast", "serve", "--data", str(tmp_path / "data"), "--port", str(port)]
    server = subprocess.Popen([venv / "bin" / "python", *command], cwd=tmp_path)
    try:
        assert answers(server, port, "/readyz")
        assert answers(server, port, "/help")
        assert answers(server, port, "/static/css/holdfast.css")
    finally:
        server.terminate()
        assert server.wait(PATIENCE) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(server: subprocess.Popen[bytes], port: int, path: str) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", path)
            return line.getresponse().status == 200
        except OSError:
            time.sleep(0.05)
        finally:
            line.close()
    return False

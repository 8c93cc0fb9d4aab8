"""Where no route leads out, everything works: we need nobody else, and ask nobody else."""

from __future__ import annotations

import ast
import functools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from guards import missing
from trust.supply.lock import ROOT

LOOP_UP = "ip link set lo up 2>/dev/null || ifconfig lo up"
JOURNEYS = ("tests/journeys", "tests/contract/test_members_api.py")
WALL = "tests/trust/supply/behind_a_wall.py"
BY_ITSELF = """
import http.client, socket, subprocess, sys, time
server = subprocess.Popen([sys.executable, "-m", "holdfast", "serve", "--data", sys.argv[1],
                           "--port", sys.argv[2]])
try:
    for path in ("/readyz", "/", "/help", "/come-in", "/static/css/holdfast.css"):
        for _ in range(600):
            line = http.client.HTTPConnection("127.0.0.1", int(sys.argv[2]), timeout=5)
            try:
                line.request("GET", path)
                assert line.getresponse().status == 200, path
                break
            except OSError:
                assert server.poll() is None, "it ended"
                time.sleep(0.05)
        else:
            raise AssertionError("it does not answer")
finally:
    server.terminate()
    assert server.wait(30) == 0
"""


@functools.cache
def wall() -> tuple[str, ...]:
    """What puts a program where there is no network but its own loop."""
    way = ("unshare", "-n") if os.geteuid() == 0 else ("unshare", "-rn")
    tried = (*way, "sh", "-c", LOOP_UP)
    possible = (
        shutil.which("unshare")
        and not subprocess.run(tried, capture_output=True, check=False).returncode
    )
    if not possible:
        missing("a network namespace of our own", "this kernel, or container, forbids `unshare -n`")
    return (*way, "sh", "-c", f'{LOOP_UP}; exec "$@"', "behind-a-wall")


def behind_the_wall(*command: str, seconds: int) -> subprocess.CompletedProcess[str]:
    """Run this where nothing leads out."""
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    environment["PYTHONPATH"] = str(ROOT / "src")
    return subprocess.run(
        (*wall(), *command), cwd=ROOT, env=environment, capture_output=True, text=True,
        timeout=seconds, check=False,
    )  # fmt: skip


@pytest.mark.full
def test_a_place_starts_and_answers_where_no_route_leads_out(tmp_path: Path) -> None:
    said = behind_the_wall(
        sys.executable, "-c", BY_ITSELF, str(tmp_path / "data"), "8123", seconds=90
    )
    assert said.returncode == 0, said.stderr


def test_the_wall_is_one() -> None:
    """Else everything else here would prove nothing: an address outside is out of reach."""
    code = "import socket; socket.create_connection(('192.0.2.1', 443), 3)"
    said = behind_the_wall(sys.executable, "-c", code, seconds=30)
    assert "Network is unreachable" in said.stderr


@pytest.mark.slow
def test_the_journeys_go_well_where_no_route_leads_out() -> None:
    said = pytest_behind_the_wall(*JOURNEYS, "-m", "not slow")
    assert said.returncode == 0, said.stdout[-4000:]


@pytest.mark.slow
def test_no_page_asks_anything_of_anybody_else() -> None:
    """In a real browser, each page there is."""
    said = pytest_behind_the_wall(WALL)
    assert said.returncode == 0, said.stdout[-4000:]
    passed = re.search(r"(\d+) passed", said.stdout)
    assert passed
    assert int(passed[1]) > 20


def pytest_behind_the_wall(*what: str) -> subprocess.CompletedProcess[str]:
    run = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout", "120")
    return behind_the_wall(sys.executable, *run, *what, seconds=1500)


# ---------------------------------------------------------------- what is written


FETCHES = re.compile(
    r"""(?:src|srcset|poster|data|action|formaction|manifest|ping|background)\s*=\s*["'](https?:)?//"""
    r"""|<link[^>]+href\s*=\s*["'](https?:)?//|url\(\s*["']?(https?:)?//|@import\s+["'](https?:)?//"""
    r"""|(?:fetch|import|WebSocket|EventSource|Worker|sendBeacon)\(\s*["'`](https?:|wss?:)?//""",
    re.IGNORECASE,
)


@pytest.mark.full
def test_no_page_style_or_script_names_a_place_to_fetch_from() -> None:
    house = ROOT / "src" / "holdfast"
    files = [file for kind in ("html", "css", "js", "svg") for file in house.rglob(f"*.{kind}")]
    assert len(files) > 100
    assert [file.name for file in files if FETCHES.search(file.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "written",
    [
        '<script src="https://cdn.example/x.js">',
        '<link rel="stylesheet" href="//fonts.example/a.css">',
        "background: url(https://pictures.example/a.png)",
        '@import "https://css.example/a.css"',
        "fetch('https://count.example/hit')",
        "new WebSocket(`wss://line.example`)",
    ],
)
def test_a_place_to_fetch_from_would_be_seen(written: str) -> None:
    assert FETCHES.search(written)


@pytest.mark.full
def test_only_what_the_operator_turns_on_calls_out() -> None:
    """Every module that can open a line to elsewhere, and why. A new one has to say so here."""
    named = {
        "app/doctor/machine.py": "asks the own address, when an operator runs the doctor",
        "notices/senders": "web push and the gateway, where an operator named them",
        "staff/access/oidc.py": "the organisation's own sign-in, where an operator named it",
        "kit/outside.py": "what judges an address before any of these is called",
        "kit/roots.py": "a key service, where an operator named it",
    }
    house = ROOT / "src" / "holdfast"
    calling = {
        str(file.relative_to(house))
        for file in house.rglob("*.py")
        if _calls_out(ast.parse(file.read_text("utf-8")))
    }
    assert {one for one in calling if not one.startswith(tuple(named))} == set()


def _calls_out(tree: ast.Module) -> bool:
    libraries = {"httpx", "urllib3", "requests", "aiohttp", "smtplib", "ftplib", "telnetlib"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {node.module or ""}
        else:
            continue
        if (
            names & {"urllib.request", "http.client"}
            or {n.split(".")[0] for n in names} & libraries
        ):
            return True
    return False


def test_nobody_elses_address_is_ever_a_default() -> None:
    """No setting calls out unless somebody sets it; where *Leave now* leads is the only address."""
    from holdfast.settings import Settings

    told = {
        name: str(field.default)
        for name, field in Settings.model_fields.items()
        if urlsplit(str(field.default)).scheme in {"http", "https", "redis", "postgresql"}
    }
    assert told == {"neutral_site": "https://www.wikipedia.org/"}

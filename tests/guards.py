"""What watches over every test: no network, nothing skipped in silence, tests per database."""

from __future__ import annotations

import gc
import ipaddress
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

DATABASES = ("sqlite", "postgresql")
TOLD = "told"
"""A test that measured something says it with `record_property(TOLD, "…")`, for the summary."""
DATABASE = "database"
"""The property by which a fixture tells the summary which database a test ran on."""
NAMES_OF_HERE = ("localhost", "ip6-localhost", "")


# ---------------------------------------------------------------- what a machine lacks


def missing(what: str, remedy: str) -> NoReturn:
    """Skip for want of a program, in words; where `CI=true` that is a failure."""
    words = f"{what} is not on this machine ({remedy})"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{words}, and CI may skip nothing", pytrace=False)
    pytest.skip(words)


# ---------------------------------------------------------------- the network


class NetworkForbidden(RuntimeError):
    """A test tried to reach beyond this machine."""


class Watch:
    """Refuses, and remembers, what would leave this machine."""

    def __init__(self) -> None:
        self.attempts: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect":
            address = arguments[1]
            host = address[0] if isinstance(address, tuple) else ""  # a path is a Unix socket
        elif event == "socket.getaddrinfo":
            host = arguments[0]
        else:
            return
        if not _is_here(host):
            self.attempts.append(f"{event} {host}")
            raise NetworkForbidden(f"tests may not leave this machine: {event} {host}")


def _is_here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    if name in NAMES_OF_HERE:
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


WATCH = Watch()
sys.addaudithook(WATCH)
gc.disable()  # until everything is collected: nothing of it can go again meanwhile


@pytest.fixture(autouse=True)
def network_watch() -> Iterator[Watch]:
    """Fails a test that tried to leave this machine, even when its error was swallowed."""
    WATCH.attempts.clear()
    yield WATCH
    attempts, WATCH.attempts = WATCH.attempts, []
    assert attempts == [], f"this test tried to leave the machine: {attempts}"


# ---------------------------------------------------------------- PostgreSQL in the quick run


HERE = Path(__file__).parent
LATER = {"slow", "full"}
ALWAYS_ON_BOTH = ("test_ledger", "test_erasing_ledger", "test_races", "test_beginning")
"""Files about what two databases do differently: all of them run on both, always."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On PostgreSQL the first test of each slice belongs to the quick run; the others to CI's."""
    seen: set[str] = set()
    for item in items:
        if _runs_on_postgresql(item) and not item.path.stem.startswith(ALWAYS_ON_BOTH):
            is_later = any(item.get_closest_marker(name) for name in LATER)
            if not is_later and _slice_of(item) in {None, *seen}:
                item.add_marker(pytest.mark.full)
            elif not is_later:
                seen.add(str(_slice_of(item)))
    _give_time(items)


def _slice_of(item: pytest.Item) -> str | None:
    """Which slice of the house a test is about; none for what goes through many."""
    name = item.path.relative_to(HERE).parts[0]
    return name if (HERE.parent / "src" / "holdfast" / name).is_dir() else None


def _runs_on_postgresql(item: pytest.Item) -> bool:
    called = getattr(item, "callspec", None)
    return called is not None and "postgresql" in called.params.values()


# ---------------------------------------------------------------- what the quick run leaves out


def pytest_pycollect_makeitem(
    collector: pytest.Collector, name: str, obj: object
) -> list[pytest.Item] | None:
    """In the quick run a test that is not run is not made either, in none of its parameters."""
    if not name.startswith("test_") or "not full" not in collector.config.option.markexpr:
        return None
    marked: object = getattr(obj, "pytestmark", None)
    marks = marked if isinstance(marked, list) else []
    return [] if LATER & {mark.name for mark in marks} else None


# ---------------------------------------------------------------- tests that hang


def _give_time(items: list[pytest.Item]) -> None:
    """A slow test may take half an hour before it counts as hanging; the others two minutes."""
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(1800))


# ---------------------------------------------------------------- quick where it may be


def pytest_collection_finish() -> None:
    """What was collected stays to the end: it is not looked through again and again."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    gc.enable()


# ---------------------------------------------------------------- the closing summary


def database_of(nodeid: str) -> str | None:
    """Which database a test ran on, read from the parameters in its name."""
    parameters = re.search(r"\[(.*)\]$", nodeid)
    parts = parameters.group(1).split("-") if parameters else []
    return next((name for name in DATABASES if name in parts), None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Above pytest's own last line: tests per database, and what was skipped and why."""
    reports = [
        report
        for outcome in ("passed", "failed", "xfailed", "xpassed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call"
    ]
    per_database = Counter(
        dict(report.user_properties).get(DATABASE) or database_of(report.nodeid)
        for report in reports
    )
    counts = [f"{per_database[name]} on {name}" for name in DATABASES]
    elsewhere = f"{per_database[None]} without a database"
    terminalreporter.write_line(f"Tests run: {', '.join([*counts, elsewhere])}.")
    for report in reports:
        for told in [words for name, words in report.user_properties if name == TOLD]:
            terminalreporter.write_line(f"Measured: {told}")
    skipped = Counter(_reason(report) for report in terminalreporter.getreports("skipped"))
    for reason, times in skipped.most_common():
        terminalreporter.write_line(f"Skipped {times}: {reason}")


def _reason(report: Any) -> str:
    told = report.longrepr
    reason = str(told[2]) if isinstance(told, tuple) else str(told)
    return reason.removeprefix("Skipped: ")

"""Who runs which tests: the workers share them out so that all of them end at about the same time.

The browser tests come first, file by file, so that each worker opens one browser and keeps it.
Everything after them goes test by test, what takes longest first, but for files whose first test
prepares what others use. In the quick run all goes file by file: to hand out a short test
costs more than it gains; and the few browser tests go to one worker, which opens one at all.
"""

from __future__ import annotations

from typing import Any

import pytest

FIRST = (
    "tests/browser/",
    "tests/journeys/",
    "tests/faults/",
    "tests/test_docs",
    "tests/trust/web/test_every_route",
    "tests/test_house",
    "tests/several/",
    "tests/contract/",
    "tests/live/test_promises_bite",
    "tests/messages/",
    "tests/rights/test_matrix_everywhere",
    "tests/members/test_rules",
    "tests/app/",
)
WHOLE_FILES = (
    "tests/browser/",
    "tests/town/",
    "tests/app/test_silence",
    "tests/cli/test_keys",
    "tests/faults/test_check",
    "tests/kit/test_catalogues",
    "tests/test_house",
)
"""Where the first test of a file prepares what the others use."""


def turn(nodeid: str) -> int:
    """When a test's turn is: the smaller, the sooner."""
    return next((at for at, place in enumerate(FIRST) if nodeid.startswith(place)), len(FIRST))


def share_of(nodeid: str) -> str:
    """What goes to one worker together with this test."""
    return nodeid.partition("::")[0] if nodeid.startswith(WHOLE_FILES) else nodeid


def share_of_a_short_run(nodeid: str) -> str:
    """The same where every test is short: by files, and all that needs a browser to one worker."""
    return "browser" if nodeid.startswith("tests/browser/") else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Our own way of sharing out, whatever `--dist` says. There is no xdist without workers."""
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    config.option.loadscopereorder = False  # the order of collecting is the order of turns
    scheduler = LoadScopeScheduling(config, log)
    short = "not full" in config.option.markexpr
    scheduler._split_scope = share_of_a_short_run if short else share_of
    return scheduler


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever has workers runs what takes long first; alone, a file stays as it is written."""
    items.sort(key=lambda item: turn(item.nodeid))

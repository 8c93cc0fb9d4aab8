"""What stands between the command that serves and the first answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

PROGRAM = """
import json, sys
from holdfast import __main__ as start
sys.argv = ["holdfast", "serve", "--help"]
try:
    start.main()
except SystemExit:
    print(json.dumps(sorted(sys.modules)))
"""
NOT_NEEDED = {"alembic", "redis", "pyrage", "holdfast.app.backing", "holdfast.cli.every"}


@pytest.mark.slow
def test_a_server_loads_nothing_that_only_other_commands_need() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert {"holdfast.app.web", "holdfast.live.socket", "structlog", "httpx"} <= loaded
    assert loaded & NOT_NEEDED == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("is_drawn", "more"), [("True", {"FORCE_COLOR": "1"}), ("False", {})], ids=["drawn", "written"]
)
def test_what_draws_in_colours_is_not_loaded_until_something_is_drawn(
    is_drawn: str, more: dict[str, str]
) -> None:
    program = (
        "import sys; from holdfast import __main__ as start; start._without_colours()\n"
        "from holdfast.cli import servers; print('rich' in sys.modules)\n"
        "from holdfast.cli.opening import words; words.print('Here.', style='red')\n"
        "print('rich' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={k: v for k, v in os.environ.items() if k != "FORCE_COLOR"} | more,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False", is_drawn]
    assert "Here." in done.stderr


@pytest.mark.slow
def test_what_checks_passkeys_is_not_loaded_until_somebody_asks_for_one() -> None:
    program = (
        "import asyncio, sys\n"
        "from holdfast.app import afterwards, web\n"
        "from holdfast.staff.access.slow import at_hand\n"
        "afterwards.load(); print('webauthn' in sys.modules)\n"
        "asyncio.run(at_hand()); print('webauthn' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]

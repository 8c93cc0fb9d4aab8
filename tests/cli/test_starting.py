"""What stands between the command that serves and the first answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.full
def test_models_that_are_built_when_used_are_the_same_models(tmp_path: Path) -> None:
    program = (
        "import json, sys\n"
        "from holdfast import __main__ as start; {first}\n"
        "from holdfast.app.web import Problem, build_app; from holdfast.settings import Settings\n"
        "print(Problem.__pydantic_complete__)\n"
        "print(json.dumps(build_app(Settings(data=sys.argv[1])).openapi(), sort_keys=True))\n"
    )
    written = [
        subprocess.run(
            [sys.executable, "-c", program.format(first=first), str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for first in ("start._with_models_built_when_used()", "pass")
    ]
    assert [built for built, _ in written] == ["False", "True"]
    assert written[0][1] == written[1][1]
    assert len(json.loads(written[0][1])["paths"]) > 50

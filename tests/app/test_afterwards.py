"""What is slow to load and few ask for keeps nobody waiting when the place starts."""

from __future__ import annotations

import subprocess
import sys

import pytest

from holdfast.app.afterwards import SLOW
from holdfast.settings import Settings
from town import on_sqlite

NEVER_AT_A_START = (*SLOW, "OpenSSL", "prometheus_client", "alembic", "authlib")
STARTS = """
import sys
from pathlib import Path

import holdfast.cli
from fastapi.testclient import TestClient
from holdfast.app import afterwards, watching
from holdfast.app.web import build_app
from holdfast.settings import Settings

watching.A_MOMENT = 3600.0
slow = sys.argv[2:]
with TestClient(build_app(Settings(data=Path(sys.argv[1])))) as client:
    assert client.get("/help").status_code == 200
    print(*(name for name in slow if name in sys.modules))
    afterwards.load()
    print(*(name for name in slow if name in sys.modules))
"""


@pytest.mark.full
@on_sqlite
def test_it_answers_before_it_loads_what_is_slow(settings: Settings) -> None:
    words = [sys.executable, "-c", STARTS, str(settings.data), *NEVER_AT_A_START]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    first, afterwards = done.stdout.splitlines()
    assert first == ""
    assert set(afterwards.split()) >= {*SLOW, "prometheus_client"}

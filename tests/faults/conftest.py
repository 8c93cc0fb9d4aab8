"""What the fault tests share: the compiled shim."""

from __future__ import annotations

from pathlib import Path

import pytest

from faults.powercut import build_shim


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The power cut, compiled, where every process may read it."""
    return build_shim(tmp_path_factory.mktemp("shim"))

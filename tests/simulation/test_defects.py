"""Whatever is broken on purpose is found within the lives that are lived in every run."""

from __future__ import annotations

import pytest

from simulation.defects import DEFECTS
from simulation.world import lived

WITHIN = 2_000  # lives


def test_there_are_many_kinds_of_defect() -> None:
    assert len(DEFECTS) >= 15


@pytest.mark.full
@pytest.mark.parametrize("name", sorted(DEFECTS))
def test_the_defect_is_found(name: str) -> None:
    found = (seed for seed in range(WITHIN) if lived(seed, DEFECTS[name]).breaches)
    assert next(found, None) is not None

"""What the product still needs: without its mend the simulation finds each of these defects."""

from __future__ import annotations

import pytest

from simulation.mends import MENDS
from simulation.world import lived

FOUND_BY = {  # seeds
    "words after words in doubt": 417,
    "a head without entries": 274,
    "words that were never told": 8_967,
}


def test_every_mend_has_a_life_that_needs_it() -> None:
    assert FOUND_BY.keys() == MENDS.keys()


@pytest.mark.parametrize("name", sorted(MENDS))
def test_the_product_still_needs_its_mend(name: str) -> None:
    assert lived(FOUND_BY[name], unmended=name).breaches
    assert lived(FOUND_BY[name]).breaches == []

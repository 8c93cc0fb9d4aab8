"""What became of words that were written: how they were read, and whether they were kept."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.errors import HoldfastError
from holdfast.screening.concern import Concern
from holdfast.screening.reading import Reading


@dataclass(frozen=True, slots=True)
class Written:
    """Reading comes before refusing: words that are not kept have been read all the same."""

    reading: Reading
    refused: HoldfastError | None = None

    @property
    def is_hard(self) -> bool:
        """Whether someone should come, and the page shows who can be reached."""
        return self.reading.concern >= Concern.HIGH

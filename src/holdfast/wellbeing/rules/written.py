"""What became of words that were written: how they were read, and whether they were kept."""

from __future__ import annotations

from msgspec import Struct

from holdfast.kit.errors import HoldfastError
from holdfast.screening.concern import Concern
from holdfast.screening.reading import Reading


class Written(Struct, frozen=True):
    """Reading comes before refusing: words that are not kept have been read all the same."""

    reading: Reading
    refused: HoldfastError | None = None

    @property
    def is_hard(self) -> bool:
        """Whether someone should come, and the page shows who can be reached."""
        return self.reading.concern >= Concern.HIGH

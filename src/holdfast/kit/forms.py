"""What someone filled in, and what is still missing from it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Request
from msgspec import Struct, field

LONGEST = 4_000
RowNumber = Annotated[int, Path(ge=1, le=2**53 - 1)]


class Filled(Struct, frozen=True):
    """A form as it came. What was written is shown again when something is missing."""

    given: dict[str, str]
    missing: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.given.get(name, "")

    def miss(self, name: str, words: str) -> None:
        """Say what is missing, by the field it belongs to; `words` are marked for translation."""
        self.missing[name] = words


async def filled(request: Request) -> Filled:
    """The fields of a form; files and overlong answers are nobody's here."""
    form = await request.form(max_files=0, max_fields=100)
    return Filled({name: value[:LONGEST] for name, value in form.items() if isinstance(value, str)})


EMPTY = Filled({})

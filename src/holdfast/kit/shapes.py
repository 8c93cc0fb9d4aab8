"""Words in what came out of shape: somebody may have said something all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

NO_WORDS = {
    "do",
    "room",
    "nonce",
    "of",
    "epoch",
    "locale",
    "as",
    "wants",
    "response",
    "as_is",
    "expires",
}
DEEPEST = 8


def words_within(value: object) -> str:
    """All that may be words in it, wherever they stand; what could not be taken apart, whole."""
    return "\n".join(_words(value, DEEPEST))


def _words(value: object, deep: int) -> Iterator[str]:
    match value:
        case str():
            yield value.encode("utf-8", "replace").decode()  # half a letter cannot be kept
        case bytes():
            yield value.decode("utf-8", "replace")
        case Mapping() if deep:
            for key, one in value.items():
                if key not in NO_WORDS:
                    yield from _words(one, deep - 1)
        case list() if deep:
            for one in value:
                yield from _words(one, deep - 1)

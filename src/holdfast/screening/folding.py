"""Folding: what people type in a hundred ways, made one way; places in the original are kept."""

from __future__ import annotations

import unicodedata

from msgspec import Struct

LETTERS_OF_THEIR_OWN = {
    **{
        "ł": "l",
        "ß": "ss",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "đ": "d",
        "ð": "d",
        "ı": "i",
        "þ": "th",
    },
    **{"ى": "ي", "ة": "ه", "ـ": "", "ک": "ك", "ی": "ي", "@": " @ "},
}
LOOK_ALIKES = dict(
    zip(
        "авеԁһіјкмнорԛѕтухѵԝуαεικνορτυχγ",
        "abedhijkmhopqstyxvwyaeiknoptuxy",
        strict=True,
    )
)
JOINING = frozenset("'’‘ʼ`´＇‛′")  # don't, dont and don’t are one word
IN_WORDS = frozenset("$")  # stands for a letter
KNOWN_AT_MOST = 20_000


def fold_one(char: str) -> str:
    """One character, folded: nothing, a letter or two, or a space with or without a sign in it."""
    if char in JOINING:
        return ""
    if char.isascii():
        return _fold_ascii(char)
    kind = unicodedata.category(char)
    if kind == "Cf" or "\ufe00" <= char <= "\ufe0f":
        return ""
    if kind == "Nd":
        return str(unicodedata.digit(char))
    if kind in {"So", "Sk"} and not unicodedata.normalize("NFKD", char).isalnum():
        return f" {char} "
    return "".join(map(_fold_part, unicodedata.normalize("NFKD", char)))


def _fold_ascii(char: str) -> str:
    if char.isalnum():
        return char.lower()
    if char in IN_WORDS:
        return char
    return LETTERS_OF_THEIR_OWN.get(char, " " if char.isspace() or char.isprintable() else "")


def _fold_part(part: str) -> str:
    if part.isascii():
        return _fold_ascii(part)
    part = part.lower() if len(part.lower()) == 1 else part
    if part in LETTERS_OF_THEIR_OWN:
        return LETTERS_OF_THEIR_OWN[part]
    if part in LOOK_ALIKES:
        return LOOK_ALIKES[part]
    kind = unicodedata.category(part)
    if kind in {"Mn", "Mc"}:
        return part if "\u0900" <= part <= "\u0dff" and part != "\u093c" else ""
    return part if kind[0] == "L" or kind[0] == "N" else " "


class _Folds(dict[int, str]):
    """A table for `str.translate` that learns a character when it first comes."""

    def __missing__(self, code: int) -> str:
        folded = fold_one(chr(code))
        if len(self) < KNOWN_AT_MOST:
            self[code] = folded
        return folded


FOLDS = _Folds()
for _code in range(0x250):
    FOLDS[_code] = fold_one(chr(_code))


def fold(text: str) -> str:
    """The folded words, one space between them and one at each end. Fast: no places kept."""
    return f" {' '.join(text.translate(FOLDS).split())} "


class Folded(Struct, frozen=True):
    """Folded words, and for each of their characters its place in the original."""

    text: str
    places: list[int]


def fold_with_places(text: str) -> Folded:
    """The same as `fold`, slower, with places."""
    chars, places = [" "], [0]
    for place, char in enumerate(text):
        for one in FOLDS[ord(char)]:
            if one.isspace():
                if chars[-1] != " ":
                    chars.append(" ")
                    places.append(place)
            else:
                chars.append(one)
                places.append(place)
    if chars[-1] != " ":
        chars.append(" ")
        places.append(len(text))
    return Folded("".join(chars) if len(chars) > 1 else "  ", places)

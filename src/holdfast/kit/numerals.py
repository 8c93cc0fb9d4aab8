"""Numbers and times in the digits that a reader grew up with."""

from __future__ import annotations

from babel.numbers import format_decimal

ASCII = "0123456789"
# Unicode's data leaves Arabic with European digits, to suit every country; we write to people who
# read by phone in the dark, in the digits of the words around them.
DIGITS = {"ar": "٠١٢٣٤٥٦٧٨٩"}


def in_digits(text: str, locale: str) -> str:
    """The same text with its digits as this language writes them."""
    own = DIGITS.get(locale)
    return text.translate(str.maketrans(ASCII, own)) if own else text


def written(number: int, locale: str) -> str:
    """A number as this language writes it, thousands apart."""
    if locale in DIGITS:
        return in_digits(format_decimal(number, locale=locale, numbering_system="arab"), locale)
    return format_decimal(number, locale=locale if locale == "es" else "en")

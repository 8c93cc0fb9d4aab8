"""A pretended language: every word of ours made longer and strange, so that the rest shows up."""

from __future__ import annotations

import re

from babel.support import NullTranslations

LONGER = 0.4
ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "åƀçđéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇĐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ",
)
FILLING = "öñé ţŵö ţĥŕéé ƒöûŕ ƒîṽé šîẋ šéṽéñ éîĝĥţ ñîñé ţéñ "
KEPT = re.compile(r"(%\([a-z_]+\)[sd]|%%|<[^>]+>|&[a-z]+;|&#\d+;)")


def pretended(text: str) -> str:
    """The text in the pseudo-language; placeholders and markup stay as they are."""
    if not text.strip():
        return text
    parts = KEPT.split(text)
    strange = "".join(part if KEPT.fullmatch(part) else part.translate(ACCENTED) for part in parts)
    letters = sum(len(part) for part in parts if not KEPT.fullmatch(part))
    more = max(2, round(letters * LONGER))
    filling = (FILLING * (more // len(FILLING) + 1))[:more]
    return f"[{strange} {filling.strip()}]"


class Pretended(NullTranslations):
    """A catalogue of the pseudo-language, made from the English as it is asked for."""

    def gettext(self, message: str) -> str:
        return pretended(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pretended(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        del context
        return pretended(message)

    def npgettext(self, context: str, singular: str, plural: str, num: int) -> str:
        del context
        return self.ngettext(singular, plural, num)

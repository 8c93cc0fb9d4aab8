"""Passwords that are tried first: words, walks over the keyboard, and what we would think of here.

A password is guessable when nothing much is left of it once these are taken out, however they are
joined, doubled, numbered or spelled with digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import product

COMMON = (
    *("password", "passwort", "passphrase", "contrasena", "motdepasse", "senha", "parola", "sifre"),
    *("welcome", "welkom", "willkommen", "bienvenue", "bienvenido", "letmein", "openup", "open"),
    *("admin", "administrator", "root", "login", "signin", "access", "secret", "geheim", "secure"),
    *("master", "changeme", "change", "default", "temporary", "temp", "test", "testing", "demo"),
    *("monkey", "dragon", "shadow", "sunshine", "princess", "superman", "batman", "pokemon"),
    *("football", "baseball", "liverpool", "arsenal", "chelsea", "barcelona", "soccer", "hockey"),
    *("iloveyou", "lovely", "love", "forever", "flower", "butterfly", "cookie", "chocolate"),
    *("michael", "jessica", "jennifer", "charlie", "jordan", "ashley", "daniel", "thomas", "maria"),
    *("summer", "winter", "spring", "autumn", "january", "february", "march", "april", "june"),
    *("july", "august", "september", "october", "november", "december", "monday", "friday"),
    *("hello", "goodbye", "computer", "internet", "keyboard", "whatever", "trustno", "freedom"),
    *("starwars", "matrix", "jesus", "blessed", "angel", "family", "mother", "father", "hunter"),
    *("correct", "horse", "battery", "staple", "quick", "brown", "jumps", "over", "lazy", "the"),
    *("my", "is", "and", "this", "your", "you", "with", "very", "long", "strong", "enough", "safe"),
    *("peer", "support", "listen", "listener", "help", "helpline", "crisis", "care", "staff"),
)
HERE = ("holdfast", "peersupport", "stewards", "moderators")
WALKS = (
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm"),
    *("1q2w3e4r5t6z7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"),
    *("qazwsxedcrfvtgbyhnujmikolp", "abcdefghijklmnopqrstuvwxyz", "01234567890123456789"),
)
SPELLED = str.maketrans("01345678@$!|", "oieasgtbasil")
LEFT = 8  # letters or digits that must remain
RUN = 4  # of a walk, before it counts as one


def is_guessable(password: str, context: Iterable[str] = ()) -> bool:
    """Whether too little of a password is its own. `context`: who it is for, and as what."""
    kept = _letters(unicodedata.normalize("NFKC", password).casefold())
    known = sorted({*COMMON, *HERE, *_words_of(context)}, key=len, reverse=True)
    left = min((_left_of(form, known) for form in (kept, kept.translate(SPELLED))), key=len)
    return len(set(left)) < LEFT - 2 or len(left) < LEFT or len(_shortest_beat(kept)) < LEFT


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum() or letter in "@$!|")


def _words_of(context: Iterable[str]) -> set[str]:
    words = re.findall(r"\w+", " ".join(context).casefold())
    return {word for word in words if len(word) >= 3}


def _left_of(text: str, known: list[str]) -> str:
    """What remains without words and walks, and without a number at the end."""
    for word in known:
        text = text.replace(word, "")
    return re.sub(r"[0-9@$!|]{1,6}$", "", _without_walks(text))


def _without_walks(text: str) -> str:
    kept, at = [], 0
    while at < len(text):
        length = _walk_at(text, at)
        if length < RUN:
            kept.append(text[at])
        at += length if length >= RUN else 1
    return "".join(kept)


def _walk_at(text: str, at: int) -> int:
    """How far a walk goes from here, in either direction, or one key pressed again and again."""
    best = len(text[at:]) - len(text[at:].lstrip(text[at]))
    for walk in (*WALKS, *(walk[::-1] for walk in WALKS)):
        length = best + 1
        while at + length <= len(text) and text[at : at + length] in walk:
            best, length = length, length + 1
    return best


def _shortest_beat(text: str) -> str:
    """The shortest piece that, said again and again, is the whole."""
    for length in range(1, len(text)):
        if (text[:length] * (len(text) // length + 1))[: len(text)] == text:
            return text[:length]
    return text


def common_long_passwords() -> Iterator[str]:
    """What people choose when fifteen characters are asked for: the list every one is held to."""
    ends = ("", "1", "123", "1234", "2024", "2025", "2026", "!", "123!", "#1")
    for first, second, end in product(COMMON, (*COMMON[:20], *HERE), ends):
        for glue in ("", " ", "-", "_", "."):
            made = f"{first}{glue}{second}{end}"
            if len(made) >= 15:
                yield made
                yield made.title()
    for walk, times in product(WALKS, (1, 2, 3)):
        for made in (walk * times, walk[::-1] * times, f"{walk * times}123"):
            if len(made) >= 15:
                yield made
    for digit in "0123456789":
        yield digit * 15

"""What may be said, and how: pure decisions about messages."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum

from markupsafe import Markup, escape
from msgspec import Struct

from holdfast.kit.errors import HoldfastError, Malformed, TooLong
from holdfast.kit.words import N_

LONGEST_TEXT = 4_000
LONGEST_NOTE = 80
EDIT_WITHIN = timedelta(minutes=15)
NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")
UNPRINTED = {"Cc", "Cs", "Cn"}
KEEP = {"\n", "\t"}
OPENERS = {"\u202a", "\u202b", "\u202d", "\u202e"}
EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,400}?)(?<=\S)\*(?![\w*])")
QUOTED, LISTED = "> ", ("- ", "* ", "• ")
ISOLATES = {"\u2066", "\u2067", "\u2068"}
POP, POP_ISOLATE = "\u202c", "\u2069"
HEAPED = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
MARKS = re.compile(f"({HEAPED}{{4}}){HEAPED}+")
"""Marks heaped on one letter: no language needs more than four of these, and they cover lines."""
FLAGS = "|".join(
    "".join(chr(0xE0000 + ord(letter)) for letter in land) for land in ("gbeng", "gbsct", "gbwls")
)
TAGS = re.compile(f"(\U0001f3f4(?:{FLAGS})\U000e007f)|[\U000e0000-\U000e007f]+")
"""Letters that nobody sees: they have a meaning in three flags, and nowhere else."""


class Wants(StrEnum):
    """What someone asks of replies."""

    LISTENING = "listening"
    SAME_BOAT = "same_boat"
    IDEAS = "ideas"
    RESOURCES = "resources"


QUESTION = "question"  # what a question of the house wants; only staff put one


class Response(StrEnum):
    """The four ways to answer without words."""

    WITH_YOU = "with_you"
    SAME_HERE = "same_here"
    THANK_YOU = "thank_you"
    STRENGTH = "strength"


class Draft(Struct):
    """What someone wants to say, checked and cleaned."""

    nonce: str
    text: str
    note: str | None = None
    reply_to: int | None = None
    wants: str | None = None
    as_is: bool = False  # hold it for a person to read rather than refuse it
    expires: str | None = None  # after how long it goes by itself; no part of its meaning

    @property
    def meaning(self) -> str:
        """All that makes this another message than one with the same nonce."""
        return f"{self.text}\x00{self.note or ''}\x00{self.reply_to or ''}\x00{self.wants or ''}"


def drafted(
    nonce: str,
    text: str,
    note: str | None = None,
    reply_to: int | None = None,
    wants: str | None = None,
    *,
    as_is: bool = False,
    expires: str | None = None,
) -> Draft:
    """A draft from what came in. Raises `Malformed` or `TooLong` with words for the writer."""
    if not NONCE.fullmatch(nonce):
        raise Malformed(N_("A nonce has 8 to 64 letters, digits, “-” or “_”."))
    return Draft(nonce, clean_text(text), clean_note(note), reply_to, wants, as_is, expires)


def clean_text(text: str) -> str:
    """The text as it is kept. Refuses nothing to read and more than fits."""
    cleaned = clean(text)
    if len(text) > LONGEST_TEXT:
        raise TooLong
    if not has_something_to_read(cleaned):
        raise Malformed(N_("A message has between 1 and 4,000 characters."), code="empty")
    return cleaned


def clean_note(note: str | None) -> str | None:
    """A content note as it is kept: one short line, or none."""
    if note is None:
        return None
    cleaned = " ".join(clean(note).split())
    if len(cleaned) > LONGEST_NOTE:
        raise TooLong(N_("A content note has at most 80 characters."))
    return cleaned or None


def clean(text: str) -> str:
    """NFC, without control characters, with every direction mark closed again."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in text if c in KEEP or unicodedata.category(c) not in UNPRINTED)
    kept = TAGS.sub(r"\1", MARKS.sub(r"\1", kept))
    closed = "\n".join(close_directions(line) for line in kept.split("\n"))
    return unicodedata.normalize("NFC", closed)  # last: what stood between two letters is gone


def close_directions(line: str) -> str:
    """End every direction override that a line opens, so that it cannot turn what follows."""
    if line.isascii():
        return line
    open_marks: list[str] = []
    kept: list[str] = []
    for c in line:
        if c in OPENERS:
            open_marks.append(POP)
        elif c in ISOLATES:
            open_marks.append(POP_ISOLATE)
        elif c in {POP, POP_ISOLATE}:
            if not open_marks or open_marks[-1] != c:
                continue  # closes nothing that this line opened
            open_marks.pop()
        kept.append(c)
    return "".join(kept) + "".join(reversed(open_marks))


def has_something_to_read(text: str) -> bool:
    """Whether anything in it can be seen: neither space nor format characters alone."""
    if text.isascii():
        return bool(text.strip())
    return any(unicodedata.category(c)[0] not in "ZC" for c in text)


def may_edit(written_at: datetime, now: datetime) -> bool:
    """Fifteen minutes, the last of them included."""
    return now - written_at <= EDIT_WITHIN


class TooLate(HoldfastError):
    """An edit after its time."""

    status = 409
    code = "too_late"
    words = N_("A message can be changed for 15 minutes. You can still remove it at any time.")


class NonceTaken(HoldfastError):
    """Other words came under a nonce that is in use."""

    status = 409
    code = "nonce_taken"
    words = N_("Something else was already sent under this number. What came first stays.")


class GivenBack(HoldfastError):
    """Words that a person gave back, sent again under the same nonce."""

    status = 409
    code = "returned"
    words = N_("These words were read and given back to you. You can change them and send again.")


def formatted(text: str) -> Markup:
    """Plain text with a tiny safe formatting: paragraphs, *emphasis*, > quotes and - lists."""
    blocks: list[Markup] = []
    for kind, lines in _blocks(text):
        shown = [_emphasised(line) for line in lines]
        if kind == "list":
            items = Markup("").join(Markup("<li>{}</li>").format(line) for line in shown)
            blocks.append(Markup("<ul>{}</ul>").format(items))
        else:
            tag = "<blockquote><p>{}</p></blockquote>" if kind == "quote" else "<p>{}</p>"
            blocks.append(Markup(tag).format(Markup("<br>").join(shown)))  # noqa: S704
    return Markup("").join(blocks)


def _blocks(text: str) -> list[tuple[str, list[str]]]:
    blocks: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        kind, words = _kind_of(line)
        if kind == "gap":
            blocks.append((kind, []))
        elif blocks and blocks[-1][0] == kind:
            blocks[-1][1].append(words)
        else:
            blocks.append((kind, [words]))
    return [block for block in blocks if block[0] != "gap"]


def _kind_of(line: str) -> tuple[str, str]:
    words = line.strip()
    if not words:
        return "gap", ""
    if words.startswith(QUOTED):
        return "quote", words[2:].strip()
    if words.startswith(LISTED):
        return "list", words[2:].strip()
    return "text", words


def _emphasised(line: str) -> Markup:
    parts = EMPHASIS.split(line)
    return Markup("").join(
        Markup("<em>{}</em>").format(part) if i % 2 else escape(part)
        for i, part in enumerate(parts)
    )

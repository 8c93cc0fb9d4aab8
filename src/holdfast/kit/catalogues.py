"""Gathers our words from the source into the catalogues, and says what a catalogue still lacks.

`python -m holdfast.kit.catalogues` brings every catalogue up to date with the source; `--check`
only looks and complains; `--new fr` begins a language. `bin/words` is the same with less to type.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

import holdfast
from holdfast.kit.clock import WallClock
from holdfast.kit.words import AWAITING, SAFETY, TRANSLATED, file_of

PACKAGE = Path(__file__).parent.parent
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/helplines/*.toml", "holdfast.kit.catalogues:descriptions"),
]
OPTIONS = {"**/templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS: dict[str, Any] = {**DEFAULT_KEYWORDS, "N_": None, "NP_": ((1, "c"), 2)}
NOTES = ("Translators:",)
ABOUT: dict[str, Any] = {
    "project": "Holdfast",
    "version": holdfast.__version__,
    "msgid_bugs_address": "see SECURITY.md and CONTRIBUTING.md",
    "copyright_holder": "the people of Holdfast",
    "fuzzy": False,
}
DESCRIPTION = re.compile(r'description = (".*")$')
PLACEHOLDER = re.compile(r"%\(([a-z_]+)\)s")
HEADER = f"""\
# {{language}} words of Holdfast.
# Copyright (C) 2026 the people of Holdfast. Under the licence of Holdfast: AGPL-3.0-or-later.
#
# {AWAITING}: nobody who grew up with this language has read this yet.
# Until somebody has, the words about danger (context "{SAFETY}") stay empty, so that pages show
# them in English and say so. docs/guides/add-a-language.md tells how that is ended."""


def gather() -> Catalog:
    """Every word of ours, from Python and templates, each with its notes for translators."""
    words = Catalog(**ABOUT)
    found = extract_from_dir(
        PACKAGE, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=NOTES, strip_comment_tags=True
    )
    for place, line, message, notes, context in found:
        words.add(message, None, [(place, line)], auto_comments=notes, context=context)
    return words


def descriptions(
    file: IO[bytes], *keywords: object, **options: object
) -> Iterator[tuple[int, str, tuple[str, str], list[str]]]:
    """What a helpline is for, out of its data file: words about danger, each of them."""
    del keywords, options  # Babel's way of calling: a data file has no functions to look for
    for number, line in enumerate(file, 1):
        if found := DESCRIPTION.match(line.decode()):
            yield number, "pgettext", (SAFETY, json.loads(found[1])), []


def kept(language: str) -> Catalog:
    """A language's catalogue as it lies on disk."""
    with file_of(language).open("rb") as file:
        return read_po(file, locale=language)


def bring_up_to_date(language: str, words: Catalog) -> None:
    """Add what is new in the source, drop what is gone, keep every translation."""
    catalogue = kept(language)
    words.creation_date = catalogue.creation_date
    header, revised = catalogue.header_comment, catalogue.revision_date
    catalogue.update(words, no_fuzzy_matching=True)
    catalogue.header_comment, catalogue.revision_date = header, revised
    keep(language, catalogue)


def begin(language: str, words: Catalog) -> None:
    """Make the empty catalogue of a language that we lack."""
    now = WallClock().now()
    catalogue = Catalog(
        **ABOUT,
        locale=language,
        last_translator="nobody yet",
        language_team="nobody yet",
        creation_date=now,
        revision_date=now,
    )
    name = catalogue.locale.english_name if catalogue.locale else language
    catalogue.header_comment = HEADER.format(language=name)
    catalogue.update(words, no_fuzzy_matching=True)
    keep(language, catalogue)


def keep(language: str, catalogue: Catalog) -> None:
    """Write a catalogue so that two people's changes rarely meet: by place, without lines."""
    file_of(language).parent.mkdir(parents=True, exist_ok=True)
    style: dict[str, Any] = {
        "width": 100,
        "include_lineno": False,
        "sort_by_file": True,
        "ignore_obsolete": True,
    }
    with file_of(language).open("wb") as file:
        write_po(file, catalogue, **style)


# ---------------------------------------------------------------- what is lacking


def complaints(language: str, words: Catalog) -> Iterator[str]:
    """What is missing, left over or wrong in a language, one sentence each."""
    catalogue = kept(language)
    here, there = _by_key(words), _by_key(catalogue)
    yield from (f"{language}: not in the catalogue: {key}" for key in here if key not in there)
    yield from (f"{language}: no longer said anywhere: {key}" for key in there if key not in here)
    waits = is_waiting(catalogue)
    for key, message in there.items():
        for fault in faults(message, catalogue.num_plurals, waits=waits):
            yield f"{language}: {fault}: {key}"


def is_waiting(catalogue: Catalog) -> bool:
    """Whether a catalogue's header says that no native speaker has read it."""
    return AWAITING in catalogue.header_comment


def faults(message: Message, plurals: int, *, waits: bool) -> Iterator[str]:
    """What is wrong with one translation."""
    forms = _forms(message.string)
    if message.fuzzy:
        yield "marked as a guess"
    if waits and message.context == SAFETY:
        if any(forms):
            yield "about danger, but translated before a native speaker looked"
        return
    if not all(forms):
        yield "not translated"
        return
    if message.pluralizable and len(forms) != plurals:
        yield f"has {len(forms)} forms for {plurals} kinds of numbers"
    yield from _faults_of_form(message, forms)


def _faults_of_form(message: Message, forms: Sequence[str]) -> Iterator[str]:
    wanted = {name for text in _forms(message.id) for name in PLACEHOLDER.findall(text)}
    for form in forms:
        named = set(PLACEHOLDER.findall(form))
        # "Two messages" is one word in Arabic: only the form for many must show the number.
        spared = {"num"} if message.pluralizable and form is not forms[-1] else set()
        if not wanted - spared <= named <= wanted:
            yield f"other placeholders in “{form}”"
        if re.search(r"%(?!\([a-z_]+\)s)", form) or set("<>") & set(form):
            yield f"a stray %, < or > in “{form}”"


def _forms(words: str | Sequence[str] | None) -> tuple[str, ...]:
    return (words or "",) if isinstance(words, str) or words is None else tuple(words)


def _by_key(catalogue: Catalog) -> dict[tuple[str, str], Message]:
    return {(m.context or "", _forms(m.id)[0]): m for m in catalogue if m.id}


def main(asked: Sequence[str]) -> int:
    """Do what was asked for on the command line; the number of complaints, at most 1."""
    words = gather()
    match list(asked):
        case []:
            for language in TRANSLATED:
                bring_up_to_date(language, words)
        case ["--new", language]:
            begin(language, words)
        case ["--check"]:
            pass
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    found = [fault for language in TRANSLATED for fault in complaints(language, words)]
    sys.stderr.writelines(f"{fault}\n" for fault in found)
    return min(1, len(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

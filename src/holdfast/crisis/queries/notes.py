"""What somebody wrote into a hand-over between shifts, sealed with a key of the house."""

from __future__ import annotations

import orjson

from holdfast.crisis.tables import NoteRow
from holdfast.kit.cipher import DataKey, RootKey
from holdfast.kit.ids import KeyId
from holdfast.kit.tables import to_millis
from holdfast.screening.reading import Read

PURPOSE, NOBODYS = b"holdfast notes between shifts", KeyId(bytes(16))
WORDS = "words"  # among the facts of a note


def sealed_for_next(root: RootKey, note: NoteRow, words: Read) -> str:
    """The words as they are kept. They open for this note alone."""
    return _key(root).seal(words.text.encode(), _place(note)).hex()


def words_of_note(root: RootKey, note: NoteRow) -> str:
    """What was written; nothing where nothing was, or it has gone by now."""
    kept = orjson.loads(note.facts).get(WORDS)
    return _key(root).open(bytes.fromhex(kept), _place(note)).decode() if kept else ""


def without_words(note: NoteRow) -> str:
    """The facts of a note, and nothing that somebody wrote."""
    facts = orjson.loads(note.facts)
    facts.pop(WORDS, None)
    return orjson.dumps(facts).decode()


def _key(root: RootKey) -> DataKey:
    return DataKey(NOBODYS, root.derive(PURPOSE), b"")


def _place(note: NoteRow) -> bytes:
    return b"shift note %d %d" % (note.by, to_millis(note.at))

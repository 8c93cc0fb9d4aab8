"""Live = loaded, also where moderators take words out of a room, bring them back, note them."""

from __future__ import annotations

import pytest
from hypothesis import Phase
from hypothesis.stateful import precondition, rule

from holdfast.kit.errors import NotFound
from holdfast.messages.actions import hide_words, note_content, restore_words
from holdfast.messages.actions.hiding import HasANote
from holdfast.rights.rules import System
from holdfast.screening.reading import read
from messages.test_live_is_loaded import NOTES, WHICH, Inside, Talk, inside, talk
from town import unlimited

__all__ = ["inside"]  # a fixture


class CaredFor(Talk):
    """The same talk, with somebody who cares for the room."""

    def __init__(self, inside: Inside) -> None:
        super().__init__(inside)
        self.hidden: set[int] = set()

    @precondition(lambda self: self.model)
    @rule(which=WHICH)
    def hide(self, which: int) -> None:
        seq = self.one_of(which)
        room = self.seats[0].room_id
        done = self.do(hide_words(self.house.ledger, System(), room_id=room, seq=seq))
        if self.model[seq].removed:
            assert isinstance(done, NotFound)
            return
        assert done is None
        self.head += 1
        self.hidden.add(seq)
        self.model[seq].removed = True

    @precondition(lambda self: self.model)
    @rule(which=WHICH)
    def restore(self, which: int) -> None:
        seq = self.one_of(which)
        room = self.seats[0].room_id
        done = self.do(restore_words(self.house.ledger, System(), room_id=room, seq=seq))
        if seq not in self.hidden:
            assert isinstance(done, NotFound)
            return
        assert done is None
        self.head += 2  # with its words, and with its responses
        self.hidden.discard(seq)
        self.model[seq].removed = False

    @precondition(lambda self: self.model)
    @rule(which=WHICH, note=NOTES)
    def annotate(self, which: int, note: str | None) -> None:
        seq, known = self.one_of(which), self.model[self.one_of(which)]
        room, words = self.seats[0].room_id, None if note is None else read(note, "moderator")
        done = self.do(note_content(self.house.ledger, System(), room_id=room, seq=seq, note=words))
        if known.removed:
            assert isinstance(done, NotFound)
        elif note is not None and known.note is not None:
            assert isinstance(done, HasANote)
        else:
            assert done is None
            self.head += 1
            known.note = note


@unlimited
def test_whatever_a_moderator_does_live_is_loaded(inside: Inside) -> None:
    talk(inside, 4, 12, (Phase.reuse, Phase.generate), CaredFor)


@unlimited
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_whatever_a_moderator_does_for_long_live_is_loaded(inside: Inside) -> None:
    talk(inside, 30, 25, tuple(Phase), CaredFor)

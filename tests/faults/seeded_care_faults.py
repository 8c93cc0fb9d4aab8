"""Ways in which erased words could come back, and calls for help come to nothing."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from faults.facts import Facts, indexed, post_of
from faults.history import (
    Accepted,
    Alerted,
    Entered,
    Heard,
    Held,
    History,
    Live,
    Read,
    Restored,
    Sent,
)
from faults.seeding import fault, replaced, some

LATE = 2.5  # seconds after an answer: no reading that begins then shows the words


def _erased(history: History, random: Random) -> tuple[Facts, str, int, float, str] | None:
    """A message that was erased and whose words are known: room, seq, when, digest."""
    facts = indexed(history)
    found = []
    for (room, seq), at in facts.erased.items():
        kept = facts.kept.get((room, seq))
        post = None if kept is None else post_of(facts, room, kept)
        if post is not None:
            found.append((facts, room, seq, at, post.digest))
    return random.choice(found) if found else None


@fault
def show_erased_words_on_a_page(history: History, random: Random) -> History | None:
    """A page shows words long after their erasure was acknowledged."""
    found = _erased(history, random)
    if found is None:
        return None
    _, room, seq, at, digest = found
    return [*history, Read(at + LATE, at + LATE + 0.1, "c0", room, seq, digest)]


@fault
def replay_erased_words(history: History, random: Random) -> History | None:
    """A replay holds words long after their erasure was acknowledged."""
    found = _erased(history, random)
    if found is None:
        return None
    facts, room, seq, at, digest = found
    began = at + LATE
    line = "late/1"
    author = facts.kept[room, seq].author
    return [
        *history,
        Entered(began, began, "late", room, line, seq - 1, seq - 1),
        Heard(began, "late", room, line, seq, "posted", author, digest),
        Live(began, "late", room, line, seq),
    ]


@fault
def bring_erased_words_back_by_a_restore(history: History, random: Random) -> History | None:
    """A backup from before is put back, and what was erased a moment ago is read again."""
    found = _erased(history, random)
    if found is None:
        return None
    _, room, seq, at, digest = found
    back = Read(at + 1.0, at + 1.1, "c0", room, seq, digest)
    return [*history, Restored(at + 0.5), back]


@fault
def keep_what_was_erased(history: History, random: Random) -> History | None:
    """The log still shows words whose erasure was acknowledged."""
    found = _erased(history, random)
    if found is None:
        return None
    facts, room, seq, _, digest = found
    final = facts.finals[room]
    kept = tuple(
        replace(k, digest=digest, removed=False) if k.seq == seq else k for k in final.kept
    )
    return replaced(history, history.index(final), replace(final, kept=kept))


@fault
def show_other_words_on_a_page(history: History, random: Random) -> History | None:
    """A page shows the words of another message."""
    one = some(history, random, Read, lambda read: bool(read.digest))
    if one is None:
        return None
    other = some(
        history,
        random,
        Sent,
        lambda sent: sent.what == "post" and sent.digest != one[1].digest,
    )
    return other and replaced(history, one[0], replace(one[1], digest=other[1].digest))


def _answered(history: History) -> set[str]:
    return {e.nonce for e in history if isinstance(e, Accepted | Held)}


@fault
def call_nobody(history: History, random: Random) -> History | None:
    """A concern is kept, and staff never hear of it."""
    answered = _answered(history)
    found = some(history, random, Alerted, lambda alert: alert.nonce in answered)
    if found is None:
        return None
    return [e for e in history if not (isinstance(e, Alerted) and e.nonce == found[1].nonce)]


@fault
def call_too_late(history: History, random: Random) -> History | None:
    """Staff hear of a concern when it has long been answered."""
    answered = _answered(history)
    found = some(history, random, Alerted, lambda alert: alert.nonce in answered)
    if found is None:
        return None
    nonce = found[1].nonce
    answers = [e for e in history if isinstance(e, Accepted | Held) and e.nonce == nonce]
    late = Alerted(answers[0].at + 5.5, nonce)
    return [late if isinstance(e, Alerted) and e.nonce == nonce else e for e in history]

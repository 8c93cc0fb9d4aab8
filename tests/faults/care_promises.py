"""Judges what was erased and who was called: P11 and P12, where a history tells of them."""

from __future__ import annotations

from collections.abc import Iterator

from faults.facts import Breach, Facts, Place, post_of
from faults.history import Accepted, Alerted, Entered, Heard, Held, History, Live, Read

ERASED_WITHIN = 2.0  # seconds: no reading begun later shows the words
CALLED_WITHIN = 5.0  # seconds from the answer to a concern until staff are told


def of_erasure(history: History, facts: Facts) -> Iterator[Breach]:
    """P11: erased words are in no reading that began 2 s after the answer, and not in the log.

    After a restore there are no two seconds: the door opens when all is erased again.
    """
    asked: dict[tuple[str, str], float] = {}  # by line and room: since when a replay runs
    for entry in history:
        match entry:
            case Entered():
                asked[(entry.line, entry.room)] = entry.asked_at
            case Live():
                asked.pop((entry.line, entry.room), None)
            case Heard() if entry.digest and (entry.line, entry.room) in asked:
                place = (entry.room, entry.of if entry.event == "edited" else entry.seq)
                yield from _of_reading(facts, place, asked[(entry.line, entry.room)])
            case Read() if entry.digest:
                place = (entry.room, entry.seq)
                yield from _of_reading(facts, place, entry.asked_at)
                yield from _of_words(facts, place, entry.digest)
            case _:
                pass
    for place in facts.erased:
        kept = facts.kept.get(place)
        if kept is not None and not kept.removed:
            yield Breach("still there after erasure", f"{place[0]} {place[1]}")


def _of_reading(facts: Facts, place: Place, asked_at: float) -> Iterator[Breach]:
    erased_at = facts.erased.get(place)
    if erased_at is None:
        return
    if asked_at > erased_at + ERASED_WITHIN:
        yield Breach("read after erasure", f"{place[0]} {place[1]}")
    elif any(erased_at < restored <= asked_at for restored in facts.restored):
        yield Breach("brought back by a restore", f"{place[0]} {place[1]}")


def _of_words(facts: Facts, place: Place, digest: str) -> Iterator[Breach]:
    """What a page shows at a place was said there (P3 and P4, for pages)."""
    said, kept = facts.by_digest.get(digest), facts.kept.get(place)
    where = f"{place[0]} {place[1]}"
    if said is None or kept is None or said.room != place[0]:
        yield Breach("read what nobody said", where)
        return
    belongs = (
        said.of == place[1] if said.what == "edit" else post_of(facts, said.room, kept) is said
    )
    if not belongs:
        yield Breach("read other words", where)


def of_crisis(history: History, facts: Facts) -> Iterator[Breach]:
    """P12: of every concern that was kept staff hear within 5 s; else its author hears a no.

    That such a no is honest is P2: what was refused is not in the log.
    """
    told: dict[str, float] = {}
    answered: dict[str, float] = {}
    for entry in history:
        match entry:
            case Alerted():
                told[entry.nonce] = min(entry.at, told.get(entry.nonce, entry.at))
            case Accepted() | Held() if facts.sent[entry.nonce].concern:
                answered.setdefault(entry.nonce, entry.at)
            case _:
                pass
    for nonce, at in answered.items():
        where = f"{facts.sent[nonce].room} {nonce}"
        if nonce not in told:
            yield Breach("nobody was called", where)
        elif told[nonce] > at + CALLED_WITHIN:
            yield Breach("called too late", where)

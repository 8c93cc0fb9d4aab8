"""Ways in which a store could break its promises, each to be seen by the checker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from faults.facts import indexed
from faults.history import Accepted, Final, History, Kept, Refused, Sent, digest_of
from faults.log_promises import is_definitely_refused
from faults.seeding import accepted_posts, fault, replaced, some


def _final(history: History, random: Random, least: int = 1) -> tuple[int, Final] | None:
    return some(history, random, Final, lambda final: len(final.kept) >= least)


@fault
def lose_the_newest(history: History, random: Random) -> History | None:
    """What a power cut does to a store that acknowledged too early."""
    found = _final(history, random)
    if found is None:
        return None
    place, final = found
    last = final.kept[-1]
    if last.seq != final.head or (final.room, last.seq) not in accepted_posts(history):
        return None
    return replaced(history, place, replace(final, head=final.head - 1, kept=final.kept[:-1]))


@fault
def lose_one(history: History, random: Random) -> History | None:
    """Leave one message out of the log."""
    found = _final(history, random)
    if found is None:
        return None
    place, final = found
    gone = random.choice(final.kept)
    return replaced(history, place, replace(final, kept=tuple(k for k in final.kept if k != gone)))


@fault
def lose_one_and_close_ranks(history: History, random: Random) -> History | None:
    """Leave one message out and number the later ones down."""
    found = _final(history, random)
    if found is None:
        return None
    place, final = found
    gone = random.choice(final.kept).seq
    kept = tuple(replace(k, seq=k.seq - (k.seq > gone)) for k in final.kept if k.seq != gone)
    return replaced(history, place, replace(final, head=final.head - 1, kept=kept))


@fault
def double_one(history: History, random: Random) -> History | None:
    """Keep one message a second time, at the end."""
    found = _final(history, random)
    if found is None:
        return None
    place, final = found
    again = replace(random.choice(final.kept), seq=final.head + 1)
    return replaced(history, place, replace(final, head=again.seq, kept=(*final.kept, again)))


def _one_more(history: History, kept: Kept, room: str) -> History:
    place, final = next(
        (n, e) for n, e in enumerate(history) if isinstance(e, Final) and e.room == room
    )
    kept = replace(kept, seq=final.head + 1)
    return replaced(history, place, replace(final, head=kept.seq, kept=(*final.kept, kept)))


@fault
def keep_a_refused_one(history: History, random: Random) -> History | None:
    """Keep what its author was told is not kept."""
    facts = indexed(history)
    found = some(history, random, Refused, lambda e: is_definitely_refused(facts, e.nonce))
    if found is None:
        return None
    nonce = found[1].nonce
    sent = next(e for e in history if isinstance(e, Sent) and e.nonce == nonce)
    if sent.what != "post":
        return None
    return _one_more(history, Kept(0, sent.author, sent.digest), sent.room)


@fault
def keep_what_nobody_said(history: History, random: Random) -> History | None:
    """Add a message of no one."""
    return _one_more(history, Kept(0, "c0", digest_of("nobody")), "evening")


@fault
def keep_it_in_another_room(history: History, random: Random) -> History | None:
    """Copy a message into the other room."""
    found = _final(history, random)
    if found is None:
        return None
    other = "grief" if found[1].room == "evening" else "evening"
    kept = [k for k in found[1].kept if not k.removed]
    return _one_more(history, random.choice(kept), other) if kept else None


def _kept_changed(
    history: History, random: Random, change: Callable[[Kept], Kept]
) -> History | None:
    found = _final(history, random)
    if found is None:
        return None
    place, final = found
    kept = list(final.kept)
    n = random.randrange(len(kept))
    if kept[n].removed:
        return None
    kept[n] = change(kept[n])
    return replaced(history, place, replace(final, kept=tuple(kept)))


@fault
def alter_the_words(history: History, random: Random) -> History | None:
    """Keep other words than were said."""
    return _kept_changed(history, random, lambda k: replace(k, digest=digest_of("altered")))


@fault
def alter_the_author(history: History, random: Random) -> History | None:
    """Keep a message under another member's name."""
    return _kept_changed(history, random, lambda k: replace(k, author=f"{k.author}x"))


@fault
def leave_a_gap(history: History, random: Random) -> History | None:
    """Number a message and all after it one too high."""
    found = _final(history, random)
    if found is None:
        return None
    place, final = found
    first = random.choice(final.kept).seq
    kept = tuple(replace(k, seq=k.seq + (k.seq >= first)) for k in final.kept)
    return replaced(history, place, replace(final, head=final.head + 1, kept=kept))


@fault
def swap_two_in_the_log(history: History, random: Random) -> History | None:
    """Exchange two neighbours in the log only."""
    found = _final(history, random, least=2)
    if found is None:
        return None
    place, final = found
    kept = list(final.kept)
    n = random.randrange(len(kept) - 1)
    one, two = kept[n], kept[n + 1]
    if one.removed and two.removed and one.author == two.author:
        return None
    kept[n], kept[n + 1] = replace(two, seq=one.seq), replace(one, seq=two.seq)
    return replaced(history, place, replace(final, kept=tuple(kept)))


def _reverted(history: History, random: Random, what: str) -> History | None:
    posts = accepted_posts(history)
    answered = {e.nonce for e in history if isinstance(e, Accepted)}
    changed = [e for e in history if isinstance(e, Sent) and e.what == what and e.nonce in answered]
    if not changed:
        return None
    change = random.choice(changed)
    place, final = next(
        (n, e) for n, e in enumerate(history) if isinstance(e, Final) and e.room == change.room
    )
    first = posts[(change.room, change.of)].digest
    kept = tuple(
        replace(k, digest=first, removed=False) if k.seq == change.of else k for k in final.kept
    )
    return replaced(history, place, replace(final, kept=kept))


@fault
def lose_an_edit(history: History, random: Random) -> History | None:
    """Show the first words again though an edit was accepted."""
    return _reverted(history, random, "edit")


@fault
def bring_back_what_was_removed(history: History, random: Random) -> History | None:
    """Show a message again though its removal was accepted."""
    return _reverted(history, random, "remove")

"""Ways in which answers and lines could break their promises, each to be seen by the checker."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random

from faults.history import (
    Accepted,
    Entered,
    Entry,
    Final,
    Heard,
    History,
    Kept,
    Live,
    Refused,
    Reset,
    Sent,
    digest_of,
)
from faults.seeding import accepted_posts, fault, replaced, some


@fault
def accept_under_another_seq(history: History, random: Random) -> History | None:
    """Answer with a seq that is not the message's."""
    found = some(history, random, Accepted)
    return found and replaced(history, found[0], replace(found[1], seq=found[1].seq + 1))


@fault
def accept_twice_differently(history: History, random: Random) -> History | None:
    """Answer a repeated nonce with a new seq."""
    found = some(history, random, Accepted)
    return found and [*history, replace(found[1], seq=found[1].seq + 7)]


def _exchanged(history: History, room: str, one: int, two: int) -> History:
    """Exchange two messages everywhere, so that only their order is wrong."""
    other = {one: two, two: one}
    said: dict[int, Heard | Kept] = {}
    for entry in history:
        if isinstance(entry, Final) and entry.room == room:
            said.update({k.seq: k for k in entry.kept if k.seq in other})

    def turned(entry: Entry) -> Entry:
        if getattr(entry, "room", "") != room:
            return entry
        match entry:
            case Accepted() if entry.seq in other:
                return replace(entry, seq=other[entry.seq])
            case Heard() if entry.seq in other:
                now = said[other[entry.seq]]
                return replace(entry, author=now.author, digest=now.digest)
            case Final():
                kept = (
                    replace(said[other[k.seq]], seq=k.seq) if k.seq in other else k
                    for k in entry.kept
                )
                return replace(entry, kept=tuple(k for k in kept if isinstance(k, Kept)))
            case _:
                return entry

    return [turned(entry) for entry in history]


def _plain_posts(history: History) -> list[tuple[int, Sent, float]]:
    """Accepted posts that nobody changed: seq, what was sent first, when it was accepted."""
    changed = {(e.room, e.of) for e in history if isinstance(e, Sent) and e.what != "post"}
    first: dict[str, Sent] = {}
    answered: dict[str, float] = {}
    for entry in history:
        if isinstance(entry, Sent):
            first.setdefault(entry.nonce, entry)
        elif isinstance(entry, Accepted):
            answered.setdefault(entry.nonce, entry.at)
    return [
        (seq, first[sent.nonce], answered[sent.nonce])
        for (room, seq), sent in sorted(accepted_posts(history).items())
        if (room, seq) not in changed
    ]


@fault
def break_real_time_order(history: History, random: Random) -> History | None:
    """Number a message below one that was accepted before it was even sent."""
    posts = _plain_posts(history)
    pairs = [
        (a, b)
        for a, b in pairwise(posts)
        if a[1].room == b[1].room and a[1].client != b[1].client and a[2] < b[1].at
    ]
    if not pairs:
        return None
    a, b = random.choice(pairs)
    return _exchanged(history, a[1].room, a[0], b[0])


@fault
def break_session_order(history: History, random: Random) -> History | None:
    """Number two messages that one client sent in a row the other way round."""
    refused = {e.nonce for e in history if isinstance(e, Refused)}
    posts = [post for post in _plain_posts(history) if post[1].nonce not in refused]
    pairs = [
        (a, b)
        for n, a in enumerate(posts)
        for b in posts[n + 1 :]
        if a[1].client == b[1].client and a[1].at < b[1].at < a[2]
    ]
    if not pairs:
        return None
    a, b = random.choice(pairs)
    return _exchanged(history, a[1].room, a[0], b[0])


# ---------------------------------------------------------------- the lines


@fault
def deliver_one_twice(history: History, random: Random) -> History | None:
    """Send an event twice on one line."""
    found = some(history, random, Heard)
    return found and replaced(history, found[0], found[1], found[1])


@fault
def deliver_one_not_at_all(history: History, random: Random) -> History | None:
    """Leave out an event on one line."""
    found = some(history, random, Heard)
    return found and replaced(history, found[0])


@fault
def deliver_two_the_wrong_way_round(history: History, random: Random) -> History | None:
    """Exchange two neighbours on one line."""
    found = some(history, random, Heard)
    if found is None:
        return None
    place, first = found
    for n in range(place + 1, len(history)):
        entry = history[n]
        if isinstance(entry, Heard) and (entry.line, entry.room) == (first.line, first.room):
            return replaced(replaced(history, place, entry), n, first)
    return None


def _is_post(heard: Heard) -> bool:
    return heard.event == "posted" and not heard.removed


@fault
def deliver_other_words(history: History, random: Random) -> History | None:
    """Send one reader other words."""
    found = some(history, random, Heard, _is_post)
    return found and replaced(history, found[0], replace(found[1], digest=digest_of("other")))


@fault
def deliver_under_another_name(history: History, random: Random) -> History | None:
    """Send one reader another author."""
    found = some(history, random, Heard, _is_post)
    return found and replaced(history, found[0], replace(found[1], author="somebody"))


@fault
def deliver_as_removed(history: History, random: Random) -> History | None:
    """Tell one reader that a message was taken back, though nobody did."""
    removed = {(e.room, e.of) for e in history if isinstance(e, Sent) and e.what == "remove"}
    found = some(history, random, Heard, lambda e: _is_post(e) and (e.room, e.seq) not in removed)
    return found and replaced(history, found[0], replace(found[1], removed=True, digest=""))


def _in_replay(history: History, heard: Heard, n: int) -> bool:
    line = (heard.line, heard.room)
    for entry in reversed(history[:n]):
        if isinstance(entry, Entered | Live) and (entry.line, entry.room) == line:
            return isinstance(entry, Entered)
    return False


@fault
def replay_words_since_edited_away(history: History, random: Random) -> History | None:
    """Send the first words of an edited message in a replay."""
    posts = accepted_posts(history)
    first = {place: sent.digest for place, sent in posts.items()}
    found = [
        (n, e)
        for n, e in enumerate(history)
        if isinstance(e, Heard)
        and _is_post(e)
        and e.digest != first.get((e.room, e.seq), e.digest)
        and _in_replay(history, e, n)
        and _edit_was_accepted(history[:n], e)
    ]
    if not found:
        return None
    place, heard = random.choice(found)
    return replaced(history, place, replace(heard, digest=first[(heard.room, heard.seq)]))


def _edit_was_accepted(before: History, heard: Heard) -> bool:
    edits = {e.nonce for e in before if isinstance(e, Sent) and e.digest == heard.digest}
    entered = max(e.asked_at for e in before if isinstance(e, Entered) and e.line == heard.line)
    return any(isinstance(e, Accepted) and e.nonce in edits and e.at < entered for e in before)


def _ends_a_replay(history: History, place: int, live: Live) -> bool:
    before = history[place - 1]
    return isinstance(before, Heard) and before.line == live.line


@fault
def say_live_too_soon(history: History, random: Random) -> History | None:
    """Say that the replay is complete before its last event."""
    found = some(history, random, Live)
    if found is None or not _ends_a_replay(history, *found):
        return None
    place = found[0]
    return replaced(replaced(history, place, history[place - 1]), place - 1, history[place])


@fault
def say_live_with_an_old_head(history: History, random: Random) -> History | None:
    """Leave out the end of a replay and say that it was complete."""
    found = some(history, random, Live)
    if found is None:
        return None
    place, live = found
    if not _ends_a_replay(history, place, live):
        return None
    return replaced(replaced(history, place, replace(live, head=live.head - 1)), place - 1)


@fault
def resume_too_late(history: History, random: Random) -> History | None:
    """Start a replay one event after what was asked, and say so."""
    found = some(history, random, Entered)
    if found is None:
        return None
    place, entered = found
    start = replace(entered, since=entered.since + 1)
    gone = next(
        (n for n, e in enumerate(history) if isinstance(e, Heard) and e.line == entered.line),
        None,
    )
    return None if gone is None else replaced(replaced(history, gone), place, start)


@fault
def lose_the_last_event_of_a_line(history: History, random: Random) -> History | None:
    """Drop what was on its way when a line was cut, and never send it again."""
    found = some(history, random, Entered, lambda e: not e.line.endswith("/1"))
    if found is None:
        return None
    for n in range(found[0] - 1, -1, -1):
        entry = history[n]
        if isinstance(entry, Heard | Reset) and entry.client == found[1].client:
            return replaced(history, n) if isinstance(entry, Heard) else None
    return None

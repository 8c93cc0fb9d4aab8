"""What can be done to a record as it lies on disk, and where it was done: no hash is looked at."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from holdfast.audit.rules import Entry, Head, follow

COLUMNS = ("seq", "at", "staff_id", "role", "what", "about", "why", "detail", "hash")
SEQ, HASH = 0, 8
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Lying:
    """Everything that the record is made of, as it lies on disk."""

    rows: tuple[Row, ...]
    genesis: Any
    head: tuple[Any, Any]
    witness: str | None
    rolled: Any = 0  # the last place before the first row


# ---------------------------------------------------------------- what can be done to it


def at_random(lying: Lying, chance: random.Random) -> int:
    return chance.randrange(len(lying.rows))


def with_rows(lying: Lying, rows: list[Row]) -> Lying:
    return replace(lying, rows=tuple(rows))


def other(kept: Any, chance: random.Random) -> Any:
    """Another value than this: a bit flipped, a letter more or less, another kind, nothing."""
    if kept is None:
        return chance.choice([0, 1, "", "x", b"", b"\xff"])
    if isinstance(kept, int):
        return chance.choice([kept ^ (1 << chance.randrange(40)), -kept - 1, kept + 0.5, b"1"])
    if isinstance(kept, bytes):
        flipped = bytearray(kept)
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        return chance.choice([bytes(flipped), kept[:-1], kept + b"\0", b"", kept.hex()])
    return chance.choice([kept[:-1], kept + "x", kept + "\0", kept.upper() + " ", Garbled(kept)])


@dataclass(frozen=True)
class Garbled:
    """Text with one bit flipped somewhere, so that it may be no text any more."""

    text: str

    def written(self) -> bytes:
        flipped = bytearray(self.text.encode() or b"x")
        flipped[len(flipped) // 2] ^= 0x80
        return bytes(flipped)


def flip(lying: Lying, chance: random.Random) -> Lying:
    rows, place = list(lying.rows), at_random(lying, chance)
    column = chance.randrange(1, len(COLUMNS))
    changed = list(rows[place])
    changed[column] = other(changed[column], chance)
    rows[place] = tuple(changed)
    return with_rows(lying, rows)


def delete(lying: Lying, chance: random.Random) -> Lying:
    rows = list(lying.rows)
    del rows[at_random(lying, chance)]
    return with_rows(lying, rows)


def renumbered(rows: list[Row], rolled: int) -> list[Row]:
    return [(seq, *row[1:]) for seq, row in enumerate(rows, start=rolled + 1)]


def delete_and_close_up(lying: Lying, chance: random.Random) -> Lying:
    rows = list(lying.rows)
    del rows[at_random(lying, chance)]
    return with_rows(lying, renumbered(rows, lying.rolled))


def insert(lying: Lying, chance: random.Random) -> Lying:
    rows, place = list(lying.rows), at_random(lying, chance)
    rows.insert(place, (0, *rows[place][1:6], chance.choice([None, "other"]), *rows[place][7:]))
    return with_rows(lying, renumbered(rows, lying.rolled))


def insert_where_nothing_can_be(lying: Lying, chance: random.Random) -> Lying:
    copied = lying.rows[at_random(lying, chance)]
    far, within = lying.head[0] + 7, lying.rolled + 3.5
    nowhere = chance.choice([0, -1, -chance.randrange(2, 99), within, far, "a word"])
    return with_rows(lying, [*lying.rows, (nowhere, *copied[1:])])


def swap(lying: Lying, chance: random.Random) -> Lying:
    rows = list(lying.rows)
    one, two = chance.sample(range(len(rows)), 2)
    rows[one], rows[two] = (rows[one][0], *rows[two][1:]), (rows[two][0], *rows[one][1:])
    return with_rows(lying, rows)


def truncate(lying: Lying, chance: random.Random) -> Lying:
    return with_rows(lying, list(lying.rows[: at_random(lying, chance)]))


def truncate_and_move_the_head(lying: Lying, chance: random.Random) -> Lying:
    kept = list(lying.rows[: chance.randrange(1, len(lying.rows))])
    return replace(with_rows(lying, kept), head=(kept[-1][SEQ], kept[-1][HASH]))


def renumber(lying: Lying, chance: random.Random) -> Lying:
    rows, place = list(lying.rows), at_random(lying, chance)
    far = lying.head[0] + chance.randrange(2, 1000)
    number = chance.choice([0, -7, far, rows[place][SEQ] + 0.5])
    rows[place] = (number, *rows[place][1:])
    return with_rows(lying, rows)


def replay(lying: Lying, chance: random.Random) -> Lying:
    """A row that was there already comes once more, as the newest."""
    again = lying.rows[at_random(lying, chance)]
    return with_rows(lying, [*lying.rows, (lying.head[0] + 1, *again[1:])])


def replay_in_anothers_place(lying: Lying, chance: random.Random) -> Lying:
    rows = list(lying.rows)
    one, two = chance.sample(range(len(rows)), 2)
    rows[one] = (rows[one][SEQ], *rows[two][1:])
    return with_rows(lying, rows)


def write_the_rest_anew(lying: Lying, chance: random.Random) -> Lying:
    """As somebody does who knows how rows are hashed, and moves the head along."""
    place = at_random(lying, chance)
    before = lying.rows[place - 1][HASH] if place else lying.genesis
    head, rows = Head(lying.rolled + place, before), list(lying.rows[:place])
    for row in lying.rows[place:]:
        told = "somebody" if row is lying.rows[place] else row[3]
        link = follow(head, Entry(row[1], row[2], told, *row[4:8]))
        rows.append((link.seq, *row[1:3], told, *row[4:8], link.hash))
        head = Head(link.seq, link.hash)
    return replace(with_rows(lying, rows), head=(head.seq, head.hash))


def change_the_head(lying: Lying, chance: random.Random) -> Lying:
    seq, kept = lying.head
    head = chance.choice(
        [(other(seq, chance), kept), (seq, other(kept, chance)), (0, lying.genesis)]
    )
    return replace(lying, head=head)


def change_the_genesis(lying: Lying, chance: random.Random) -> Lying:
    return replace(lying, genesis=other(lying.genesis, chance))


def begin_later(lying: Lying, chance: random.Random) -> Lying:
    """As somebody does who wants the beginning forgotten, and knows what the rest stands on."""
    place = chance.randrange(1, len(lying.rows) - 1)
    before = lying.rows[place - 1]
    later = replace(with_rows(lying, list(lying.rows[place:])), genesis=before[HASH])
    return replace(later, rolled=before[SEQ])


def tell_another_beginning(lying: Lying, chance: random.Random) -> Lying:
    return replace(lying, rolled=lying.rolled + chance.choice([-1, 1, 2, -lying.rolled - 1]))


def change_the_witness(lying: Lying, chance: random.Random) -> Lying:
    """Another number, another hash, a line that is no witness, no line at all."""
    kept = json.loads(lying.witness or "")
    flipped = other(bytes.fromhex(kept["hash"]), random.Random(chance.random()))
    forged = flipped.hex() if isinstance(flipped, bytes) else "0" * 64
    more = {**kept, "seq": kept["seq"] + chance.randrange(1, 50)}
    less = {**kept, "seq": chance.randrange(1, kept["seq"])}
    written = [json.dumps(one) for one in ({**kept, "hash": forged}, more, less)]
    return replace(lying, witness=chance.choice([*written, "", "{}", "[]", None]))


WAYS: list[Callable[[Lying, random.Random], Lying]] = [
    flip,
    flip,
    flip,
    delete,
    delete_and_close_up,
    insert,
    insert_where_nothing_can_be,
    swap,
    truncate,
    truncate_and_move_the_head,
    renumber,
    replay,
    replay_in_anothers_place,
    change_the_head,
    change_the_genesis,
    begin_later,
    tell_another_beginning,
    change_the_witness,
]


# ---------------------------------------------------------------- where it was done


def first_difference(whole: Lying, changed: Lying) -> int:
    """The first place where one record is not the other: found without looking at any hash."""
    if changed.rolled != whole.rolled:
        return told_of_its_beginning(whole, changed)
    if changed.genesis != whole.genesis:
        return int(whole.rolled) + 1  # what the first row stands on
    before = {row[SEQ]: row for row in whole.rows}
    after = {row[SEQ]: row for row in changed.rows if isinstance(row[SEQ], int)}
    end = last_of(whole) + 1  # a row far behind the end leaves a gap that begins there
    different = [min(seq, end) for seq in {*before, *after} if before.get(seq) != after.get(seq)]
    different += [int(row[SEQ]) + 1 for row in changed.rows if isinstance(row[SEQ], float)]
    return min(different, default=end_of(whole, changed))


def told_of_its_beginning(whole: Lying, changed: Lying) -> int:
    """Rows that are gone are told where what is left begins; else what cannot stand there is."""
    if changed.rows != whole.rows:
        return int(changed.rolled) + 1
    return int(min(changed.rolled, whole.rolled)) + 1


def last_of(whole: Lying) -> int:
    return int(whole.rolled) + len(whole.rows)


def end_of(whole: Lying, changed: Lying) -> int:
    """The rows are as they were: it is the end that is told otherwise, or a row without a place."""
    last = last_of(whole)
    if len(changed.rows) > len(whole.rows):
        return last + 1
    told = changed.head[0] if changed.witness == whole.witness else told_by(changed.witness, last)
    return last + 1 if isinstance(told, int) and told > last else told_or(told, last, changed)


def told_by(witness: str | None, otherwise: int) -> int:
    try:
        return int(json.loads(witness or "")["seq"])
    except (ValueError, KeyError, TypeError):
        return otherwise


def told_or(told: Any, last: int, changed: Lying) -> int:
    """A head that tells of fewer rows is shown by the last one; a witness by the row it names."""
    return last if not isinstance(told, int) or changed.head[0] == told else told

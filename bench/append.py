"""The ledger alone: writers who say one thing after another, each when the last is on disk.

`python -m bench.append WRITERS SECONDS FOLDER [DATABASE]` checks, counts, seals and commits as the
server does, without lines and readers, and prints one JSON line. Without the address of an empty
PostgreSQL database it makes a SQLite file in the folder.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from datetime import date
from pathlib import Path

import uvloop

from holdfast.kit.clock import WallClock
from holdfast.kit.database import Database, open_database
from holdfast.kit.ids import MemberId, SessionId
from holdfast.kit.limits import Limits
from holdfast.kit.roots import write_root_key
from holdfast.kit.tables import Table
from holdfast.kit.work import Work, Workshop
from holdfast.members.tables import MemberRow
from holdfast.messages.actions import prepared_to_post, say
from holdfast.messages.ledger import Ledger, Store
from holdfast.messages.ledger.postgresql import PostgresStore
from holdfast.messages.ledger.sqlite import SqliteStore
from holdfast.messages.rules import drafted
from holdfast.rights.rules import Member
from holdfast.rooms.access import Author, Seat
from holdfast.rooms.tables import RoomRow, SeatRow
from holdfast.sealing.keystore.sqlite import SqliteKeystore
from holdfast.sealing.seam import Keyring

ROOMS = 16
WARM = 0.5
TEXT = "it was a long night and the kettle is on again, tell me how yours went and what you need."


async def measure(
    writers: int, seconds: float, folder: Path, address: str = ""
) -> dict[str, float]:
    """Messages a second that were on disk when their writer went on, and what one costs here."""
    database = open_database(address or f"sqlite:///{folder / 'append.db'}")
    ledger = await _ledger(database, folder)
    seats = await _seats(ledger.workshop, writers)
    for seat in seats:
        await prepared_to_post(ledger, seat, drafted("a-nonce-to-begin", TEXT))
    gc.freeze()
    said = [0] * writers
    crew = [asyncio.create_task(_write(ledger, seat, said, i)) for i, seat in enumerate(seats)]
    await asyncio.sleep(WARM)
    before, began, spent = sum(said), time.perf_counter(), time.process_time()
    await asyncio.sleep(seconds)
    done, took = sum(said) - before, time.perf_counter() - began
    spent = time.process_time() - spent
    for writer in crew:
        writer.cancel()
    await ledger.drained()
    await database.close()
    return {"accepted_s": round(done / took, 1), "us_a_message": round(spent / done * 1e6, 1)}


async def _write(ledger: Ledger, seat: Seat, said: list[int], number: int) -> None:
    while True:
        await say(ledger, seat, drafted(f"nonce-{said[number]:08d}", TEXT))
        said[number] += 1


async def _ledger(database: Database, folder: Path) -> Ledger:
    async with database.writer.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)
    clock = WallClock()
    keyring = Keyring(write_root_key(folder / "root.key"), SqliteKeystore(folder / "keys"))
    store: Store = PostgresStore(database.pulse, keyring)
    if database.is_sqlite:
        store = SqliteStore(database.file, database.pen, keyring)
    limits = Limits(clock, refuse=False)
    return Ledger(store, Workshop(database, clock), keyring, limits, lambda _: None)


async def _seats(workshop: Workshop, writers: int) -> list[Seat]:
    async with workshop.work() as work:
        rooms = [
            RoomRow(slug=f"bench-{i}", name="", language="en", topic="", about="")
            for i in range(ROOMS)
        ]
        work.db.add_all(rooms)
        await work.db.flush()
        return [await _seat(work, rooms[i % ROOMS]) for i in range(writers)]


async def _seat(work: Work, room: RoomRow) -> Seat:
    week = date(2026, 1, 5)
    member = MemberRow(age_band="18+", came_in_week=week, seen_week=week)
    work.db.add(member)
    await work.db.flush()
    author = Author(f"bench-{member.id}", "Quiet Harbour", "seal")
    row = SeatRow(
        handle=author.seat, room_id=room.id, member_id=member.id, pseudonym=author.pseudonym,
        avatar=author.avatar, taken_at=work.clock.now(),
    )  # fmt: skip
    work.db.add(row)
    await work.db.flush()
    return Seat(row.id, room.id, room.slug, author, Member(MemberId(member.id), SessionId(0)))


def main() -> None:
    """Measure what the command line asks for."""
    writers, seconds, folder = int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3])
    address = "".join(sys.argv[4:])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(measure(writers, seconds, folder, address))))


if __name__ == "__main__":
    main()

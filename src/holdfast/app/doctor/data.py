"""What the doctor asks of where the data lie: the database, its shape, SQLite's pen, Redis."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import suppress
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.exceptions import RedisError

from holdfast.app.doctor.findings import Finding, Level, Look, fine, unseen
from holdfast.app.schema import revision_of, revisions, scripts
from holdfast.kit.database import weaknesses

NO_RACE = (3, 51, 3)  # before it two who write at once can break a file (decision 1)
OLDEST = (3, 35, 0)  # what our statements need
PATIENCE = 2.0  # seconds


async def shape_is_the_newest(look: Look) -> list[Finding]:
    """Whether a migration waits."""
    if look.workshop is None:
        return [_no_database(look)]
    async with look.workshop.database.reader.connect() as connection:
        shape = await connection.run_sync(revision_of)
    newest = revisions(scripts())[-1]
    if shape == newest:
        return fine("shape", "The data have the newest shape.")
    if shape is not None and shape > newest:
        return [
            Finding(
                "shape",
                Level.CARE,
                f"A newer Holdfast brought the data to the shape {shape}.",
                "This program knows shapes only up to " + newest + ".",
                "Start the newer one everywhere.",
            )
        ]
    return [
        Finding(
            "shape",
            Level.CARE,
            f"A migration waits: the data have the shape {shape}, and the newest is {newest}.",
            "The doctor can’t look at tables whose shape is an older one.",
            "Make a backup, then `holdfast migrate`.",
        )
    ]


def _no_database(look: Look) -> Finding:
    settings = look.settings
    if not settings.database_url and not settings.database_file.exists():
        return Finding("shape", Level.UNSEEN, f"There is no Holdfast in {settings.data} yet.")
    return Finding(
        "shape",
        Level.UNSAFE,
        "The database does not answer.",
        "Nobody can come in, and nothing that is said can be kept.",
        "Is it running, and is the address right? `holdfast migrate` says what is wrong with it.",
    )


async def database_keeps_its_word(look: Look) -> list[Finding]:
    """What is acknowledged is on disk."""
    if look.workshop is None:
        return unseen("database", "The database could not be looked at.")
    weak = await weaknesses(look.workshop.database)
    if not weak:
        return fine("database", "What the database says it kept is on disk.")
    return [
        Finding(
            "database",
            Level.UNSAFE,
            f"The database may forget what it said it kept: {', '.join(weak)}.",
            "After a power cut, messages would be gone that people were told are kept.",
            "Set fsync = on and synchronous_commit = on in postgresql.conf.",
        )
    ]


async def sqlite_and_its_pen(look: Look) -> list[Finding]:
    """An old SQLite is safe as long as one writes at a time."""
    if look.settings.database_url:
        return []
    version = sqlite3.sqlite_version_info
    if version < OLDEST:
        return [_sqlite_too_old()]
    if version >= NO_RACE:
        return fine("SQLite", f"SQLite {sqlite3.sqlite_version} has no known race.")
    pen = look.settings.data / "pen"
    if not pen.exists():
        return unseen("SQLite", "Nobody has written here yet.")
    if _is_a_lock(look):
        return fine("SQLite", f"SQLite {sqlite3.sqlite_version}, and one writes at a time.")
    return [
        Finding(
            "SQLite",
            Level.UNSAFE,
            f"SQLite {sqlite3.sqlite_version} is old, and {pen} can’t be locked.",
            "Two who write at the same moment can break the file.",
            "Put the data on a disk of this machine: not on NFS or another network.",
        )
    ]


def _sqlite_too_old() -> Finding:
    return Finding(
        "SQLite",
        Level.UNSAFE,
        f"SQLite {sqlite3.sqlite_version} is too old.",
        "It lacks what this program asks of it.",
        "Use a newer Python, or PostgreSQL.",
    )


def _is_a_lock(look: Look) -> bool:
    """Whether two can tell each other apart at the pen: the second must see the first."""
    pen = look.settings.data / "pen"
    with suppress(OSError):
        first, second = (os.open(pen, os.O_RDWR) for _ in range(2))
        try:
            fcntl.flock(first, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True  # somebody writes just now
        try:
            fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(first)
            os.close(second)
    return False


async def redis_keeps_nothing(look: Look) -> list[Finding]:
    """Redis is a bell: it asks who rings, and writes nothing down."""
    url = look.settings.redis_url
    if not url:
        return []
    found = [] if _has_password(url) else [_open_redis()]
    kept = await _kept_by(url)
    if kept is None:
        return [*found, *unseen("Redis", "Whether Redis writes to disk could not be seen.")]
    if kept:
        found.append(
            Finding(
                "Redis",
                Level.CARE,
                f"Redis writes what it hears to disk ({kept}).",
                "Envelopes are sealed, but who is in which room need not lie on a disk at all.",
                "Start it with `--save '' --appendonly no`.",
            )
        )
    return found or fine("Redis", "Redis asks for a password and writes nothing to disk.")


def _has_password(url: str) -> bool:
    return bool(urlsplit(url).password) or url.startswith("unix:")


def _open_redis() -> Finding:
    return Finding(
        "Redis",
        Level.CARE,
        "Redis asks for no password.",
        "Whoever reaches it hears who is where, and can end what it carries.",
        "Set `requirepass`, and put it into HOLDFAST_REDIS_URL; keep it on a network of its own.",
    )


async def _kept_by(url: str) -> str | None:
    """What makes this Redis write to disk; empty where nothing does; None where it won't say."""
    redis = Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
    try:
        said = {**await redis.config_get("save"), **await redis.config_get("appendonly")}
    except (RedisError, OSError):
        return None
    finally:
        await redis.aclose()
    told = [f"save {said['save']}"] if said.get("save") else []
    return ", ".join(told + (["appendonly yes"] if said.get("appendonly") == "yes" else []))

"""What the doctor asks of a keystore that is a PostgreSQL cluster of its own."""

from __future__ import annotations

import asyncio

from holdfast.app.doctor.findings import Finding, Level, Look, fine
from holdfast.kit.primary import WEATHER, connect, parsed

PATIENCE = 5.0  # seconds
WHO = "SELECT system_identifier FROM pg_control_system()"


async def keystore_keeps_its_word(look: Look) -> list[Finding]:
    """It answers, it is another cluster than the data's, and what it says it kept is on disk."""
    settings = look.settings
    if not settings.keystore_url:
        return []
    try:
        fsync, cluster = await _told(settings.keystore_url)
        data = (await _told(settings.database_url))[1] if settings.database_url else 0
    except (*WEATHER, TimeoutError):
        return [_silent()]
    found = [_one_cluster()] if cluster == data else []
    found += [] if fsync == "on" else [_forgetful()]
    return found or fine("key cluster", "The keystore is a cluster of its own that keeps its word.")


async def _told(url: str) -> tuple[str, int]:
    async with asyncio.timeout(PATIENCE):
        db = await connect(parsed(url))
        try:
            return str(await db.fetchval("SHOW fsync")), int(await db.fetchval(WHO))
        finally:
            await db.close()


def _silent() -> Finding:
    return Finding(
        "key cluster",
        Level.UNSAFE,
        "The keystore’s cluster, or the data’s, does not answer.",
        "Whoever says something for the first time today can’t be heard, and old words stay shut.",
        "Is it running, and are HOLDFAST_KEYSTORE_URL and HOLDFAST_DATABASE_URL right?",
    )


def _one_cluster() -> Finding:
    return Finding(
        "key cluster",
        Level.UNSAFE,
        "The keystore lies in the cluster of the data.",
        "Its log and its backups hold words and keys together, so no erasure is one.",
        "Give the keys a cluster of their own: another server, on another port or machine.",
    )


def _forgetful() -> Finding:
    return Finding(
        "key cluster",
        Level.UNSAFE,
        "The keystore’s cluster may forget what it said it kept: fsync is off.",
        "After a power cut keys would be gone, and with them words that people think are kept.",
        "Set fsync = on in its postgresql.conf.",
    )

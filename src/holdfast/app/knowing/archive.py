"""The file that a member takes along: JSON and a page to read, in one archive, sealed."""

from __future__ import annotations

import asyncio
import io
import secrets
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import orjson

from holdfast.members.rules.phrases import WORDS_IN_A_PHRASE, make_phrase, phrase_words

AGEING = Path(__file__).with_name("ageing.py")
AS_READ = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
PAGE, DATA = "notes.html", "notes.json"

# One after the other: each takes half a gigabyte for a second.
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


class NotSealed(Exception):
    """The child process could not seal it."""


def file_name(day: date) -> str:
    """A name that says nothing of where it is from or what is in it."""
    return f"notes-{day.isoformat()}.zip.age"


def new_passphrase() -> str:
    """Seven words with a dash between, made on the spot and kept by nobody."""
    return "-".join(make_phrase(secrets.randbelow).split())


def is_passphrase(text: str) -> bool:
    """Whether it could be one of ours: nothing weaker seals a file."""
    words = text.split("-")
    return len(words) == WORDS_IN_A_PHRASE and set(words) <= set(phrase_words())


def packed(everything: dict[str, Any], page: str) -> bytes:
    """Everything in one archive: for programs and for reading."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(PAGE, page)
        archive.writestr(DATA, orjson.dumps(everything, option=AS_READ))
    return body.getvalue()


async def sealed(plain: bytes, passphrase: str) -> bytes:
    """Sealed under a passphrase, as `age` and any program that knows its format can open it."""
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())
    async with turn:
        pipe = asyncio.subprocess.PIPE
        program = (sys.executable, "-I", str(AGEING))
        child = await asyncio.create_subprocess_exec(*program, stdin=pipe, stdout=pipe)
        try:
            found, _ = await child.communicate(passphrase.encode("ascii") + b"\n" + plain)
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
    if child.returncode != 0:
        raise NotSealed
    return found

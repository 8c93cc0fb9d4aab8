"""Codes from a code app, each good once, and recovery codes for the day it is lost."""

from __future__ import annotations

from base64 import b32decode, b32encode
from datetime import datetime

from pyotp import TOTP
from pyotp.utils import strings_equal

STEP_SECONDS = 30
SECRET_BYTES = 20
CODES, CODE_BYTES = 8, 15  # eight codes of 120 bits
CLOSE = (0, -1, 1)  # a clock may be half a minute off


def written_secret(secret: bytes) -> str:
    """A code app's secret as people type it."""
    return b32encode(secret).decode("ascii")


def address_for_app(secret: bytes, *, place: str, name: str) -> str:
    """What a code app reads from the square picture."""
    return TOTP(written_secret(secret)).provisioning_uri(name=name, issuer_name=place)


def step_of(secret: bytes, code: str, now: datetime, last_step: int) -> int | None:
    """The half minute a code belongs to; nothing for a wrong one and for one that was used."""
    app, here = TOTP(written_secret(secret)), int(now.timestamp()) // STEP_SECONDS
    given = "".join(code.split())
    found = None
    for step in (here + off for off in CLOSE):
        if strings_equal(app.generate_otp(step), given) and step > last_step:
            found = step
    return found


def written_code(chance: bytes) -> str:
    """A recovery code, in groups of four."""
    letters = b32encode(chance).decode("ascii")
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def is_recovery_code(code: str) -> bool:
    """Whether this has the shape of one."""
    try:
        return len(b32decode(tidied_code(code))) == CODE_BYTES
    except ValueError:
        return False


def tidied_code(code: str) -> str:
    """A recovery code as it was made, however it was typed."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return letters.replace("0", "O").replace("1", "I")

"""The pair of keys of a place's backups: the public half seals, the secret half opens."""

from __future__ import annotations

from pathlib import Path

import pyrage

from holdfast.app.backing.refusals import Refused
from holdfast.settings import Settings

SECRET = "AGE-SECRET-KEY-"  # noqa: S105 - how every secret half begins


def new_pair() -> tuple[str, str]:
    """A new pair: the public half, and the secret one."""
    made = pyrage.x25519.Identity.generate()
    return str(made.to_public()), str(made)


def public_keys(settings: Settings) -> list[pyrage.x25519.Recipient]:
    """To whom backups are sealed. Raises `Refused` where nobody is named."""
    named = [part.strip() for part in settings.backup_to.split(",") if part.strip()]
    if not named:
        raise Refused("no_public_key")
    return [pyrage.x25519.Recipient.from_str(one) for one in named]


def identities_in(file: Path) -> list[pyrage.x25519.Identity]:
    """The secret keys in a file, one a line; `#` begins a remark. Raises `Refused` without any."""
    try:
        lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
        found = [pyrage.x25519.Identity.from_str(one) for one in lines if one.startswith(SECRET)]
    except OSError:
        raise Refused("no_file", file=file) from None
    except (ValueError, pyrage.IdentityError):
        raise Refused("no_identity", file=file) from None
    if not found:
        raise Refused("no_identity", file=file)
    return found

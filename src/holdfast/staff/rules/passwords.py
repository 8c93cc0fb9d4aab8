"""What a staff password must be: long, and not guessable. Nothing about signs or digits."""

from __future__ import annotations

from holdfast.kit.words import N_
from holdfast.staff.rules.guessable import is_guessable

SHORTEST, LONGEST = 15, 256
TOO_SHORT = N_("A password here has at least 15 characters. A few words in a row are good.")
TOO_LONG = N_("A password here has at most 256 characters.")
GUESSABLE = N_("That one is easy to guess. Try four or five words that have nothing in common.")


def wrong_with_password(password: str, context: tuple[str, ...]) -> str:
    """What stands against a password, in words; nothing where it will do."""
    if len(password) < SHORTEST:
        return TOO_SHORT
    if len(password) > LONGEST:
        return TOO_LONG
    return GUESSABLE if is_guessable(password, context) else ""

"""Everything that may go wrong on purpose.

HoldfastError
├── Malformed     400  what came is not in the shape this place understands
├── SignedOut     401  we do not know you (any more)
├── NotPermitted  403  you may see it, but not do this to it
├── NotFound      404  it is not there, or is not yours to know about
├── Conflict      409  the world has moved on since you looked
├── TooLong       413  more than fits
├── Locked        423  it is yours, behind this device's PIN
├── TooFast       429  a little slower, please
└── NotKept       503  it could not be put on disk: say it again
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from holdfast.kit.words import N_


class HoldfastError(Exception):
    """A refusal: a stable code for programs, and words for people.

    `words` is an English message id, translated at the edge with `facts`; `help` asks the edge to
    offer the help page; `until` says when the same thing may work; `way` is the page of ours that
    can make it right.
    """

    status: ClassVar[int] = 500
    code: str = "broken"
    words: str = N_("Something broke on our side. It isn’t anything you did.")
    help: bool = False
    way: ClassVar[str] = ""

    def __init__(
        self,
        words: str | None = None,
        *,
        code: str | None = None,
        until: datetime | None = None,
        wait: float | None = None,
        **facts: object,
    ) -> None:
        self.words = words or type(self).words
        self.code = code or type(self).code
        self.until = until
        self.wait = wait
        self.facts = facts
        super().__init__(self.code)


class Malformed(HoldfastError):
    status = 400
    code = "malformed"
    words = N_("That didn’t arrive in a shape we understand.")


class SignedOut(HoldfastError):
    status = 401
    code = "signed_out"
    words = N_("You are not signed in here, or no longer. You can come in again at any time.")
    help = True


class NotPermitted(HoldfastError):
    status = 403
    code = "not_permitted"
    words = N_("That isn’t something you can do here.")


class NotFound(HoldfastError):
    status = 404
    code = "not_found"
    words = N_("There is nothing here by that name, or it isn’t open to you.")


class Conflict(HoldfastError):
    status = 409
    code = "conflict"
    words = N_("This has changed since you looked. Please look again.")


class TooLong(HoldfastError):
    status = 413
    code = "too_long"
    words = N_("A message has between 1 and 4,000 characters.")


class Locked(HoldfastError):
    status = 423
    code = "locked"
    words = N_("This page is locked. Your PIN opens it. The help page is open without it.")
    help = True
    way = "/unlock"


class TooFast(HoldfastError):
    status = 429
    code = "too_fast"
    words = N_("That was a bit fast for us. Wait a moment, then go on. Your words are still here.")
    help = True


class NotKept(HoldfastError):
    status = 503
    code = "not_kept"
    words = N_("We couldn’t keep that. Your words are still here. Please send them again.")
    help = True

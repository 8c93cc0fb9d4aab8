"""How the door stands: what it asks for just now, and how long a wait takes instead. Pure."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

ALGORITHM = "PBKDF2/SHA-256"
ROUNDS = 2_000  # of the hash, for each number that is tried
TRIES = 200  # at most 400,000 rounds: within a second on a phone of 2018; half of it on average
IN_A_RAID = 8  # times as many
PROOF_LASTS = timedelta(minutes=30)
LONGEST_PROOF = 2_000  # characters

WAIT = timedelta(seconds=60)
WAIT_IN_A_RAID = timedelta(minutes=5)
APART = timedelta(seconds=3)  # one wait ends after the other, so that a hundred are no short cut
APART_IN_A_RAID = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)
WAIT_LASTS = timedelta(minutes=30)  # from when it is over


class Door(Struct, frozen=True):
    """What is asked of who comes in: a proof, or an invitation, or nothing."""

    asks_proof: bool = False
    only_invited: bool = False
    many: bool = False  # many are coming in just now

    @property
    def tries(self) -> int:
        """How many numbers a device tries."""
        return TRIES * (IN_A_RAID if self.many else 1)

    @property
    def wait(self) -> timedelta:
        """How long somebody waits who can prove nothing."""
        return WAIT_IN_A_RAID if self.many else WAIT

    @property
    def apart(self) -> timedelta:
        """The time between the end of one wait and the end of the next."""
        return APART_IN_A_RAID if self.many else APART

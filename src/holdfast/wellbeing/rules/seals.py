"""What the seals of a plan and of a sealed line are bound to."""

from __future__ import annotations

from enum import StrEnum

from holdfast.kit.ids import KeyId, MemberId

SEALED_LINE = b"the line"  # the spot where a sealed line lies; a plan's line lies at its own id


class Purpose(StrEnum):
    """What a key is for. The sealed line has another key: it opens without opening the plan."""

    PLAN = "plan"  # what staff wrote to open the sealed line; once, a whole plan
    LINE = "line"
    WORDS = "words"  # one line of the plan, and nothing else


def scope_of(purpose: Purpose, member_id: MemberId) -> bytes:
    """What a key is for, bound into its wrapping: `plan|7`."""
    return b"%b|%d" % (purpose.value.encode(), member_id)


def bound_to(key: KeyId, member_id: MemberId, spot: bytes) -> bytes:
    """Sealed at one spot for one member, words open nowhere else."""
    return b"%b|%d|%b" % (key, member_id, spot)

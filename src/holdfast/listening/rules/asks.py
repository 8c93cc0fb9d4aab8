"""What a member may ask for, and what is refused in words. Pure."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from holdfast.kit.errors import Conflict, HoldfastError, Malformed, NotPermitted
from holdfast.kit.words import N_

LONGEST = 280  # characters of the one sentence
STANDS = timedelta(hours=12)  # without looking at it
MOST_WANTS = 3
MOST_NOT_WITH = 20


class Want(StrEnum):
    """What somebody would like a listener for. The closed list."""

    LISTEN = "listen"
    LONELY = "lonely"
    LOSS = "loss"
    ANXIETY = "anxiety"
    LOW = "low"
    HABIT = "habit"
    FAMILY = "family"
    LOVE = "love"
    BELONGING = "belonging"
    CARING = "caring"
    ILLNESS = "illness"
    MONEY = "money"


WANTS: dict[Want, str] = {
    Want.LISTEN: N_("Just listen"),
    Want.LONELY: N_("Feeling alone"),
    Want.LOSS: N_("Losing someone"),
    Want.ANXIETY: N_("Worry and fear"),
    Want.LOW: N_("Feeling low"),
    Want.HABIT: N_("Drink, drugs or another habit"),
    Want.FAMILY: N_("Family"),
    Want.LOVE: N_("Love and friendship"),
    Want.BELONGING: N_("Who I am and where I belong"),
    Want.CARING: N_("Looking after someone"),
    Want.ILLNESS: N_("Illness and pain"),
    Want.MONEY: N_("Money, work and home"),
}


class Preference(StrEnum):
    """How it should be, if it can be. The closed list; none of it makes anybody wait for ever."""

    QUIET = "quiet"
    QUESTIONS = "questions"
    BEEN_THERE = "been_there"
    SLOW = "slow"


PREFERENCES: dict[Preference, str] = {
    Preference.QUIET: N_("Someone who mostly listens"),
    Preference.QUESTIONS: N_("Someone who asks"),
    Preference.BEEN_THERE: N_("Someone who has been there"),
    Preference.SLOW: N_("Someone with time to write slowly"),
}


class AskState(StrEnum):
    """How an ask stands. Only one of a member's waits."""

    WAITING = "waiting"
    MATCHED = "matched"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"  # nobody came, and nobody looked for long


class OfferState(StrEnum):
    """What became of an offer to a listener."""

    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"
    PASSED = "passed"  # ninety seconds went by
    WITHDRAWN = "withdrawn"  # somebody else was quicker, or the ask or the duty ended


class NotOffered(NotPermitted):
    """Listening needs people who can be called in."""

    code = "listening_not_offered"
    words = N_(
        "Nobody who could be called in is here just now, so no listening can begin. "
        "The rooms are open, and you can leave a letter there."
    )
    help = True


class NoRight(NotPermitted):
    """Nobody listens who was not let."""

    code = "no_right"
    words = N_("You can listen here once someone has let you, and until the day they said.")


class SecondAsk(Conflict):
    """One is enough."""

    code = "second_ask"
    words = N_("You have asked already. We are still looking for someone.")


class AskOver(Conflict):
    """It was withdrawn, or somebody else took it."""

    code = "ask_over"
    words = N_("This ask is no longer open. Someone else took it, or it was withdrawn.")


class OwnAsk(NotPermitted):
    """Nobody listens to themselves."""

    code = "own_ask"
    words = N_("This is your own ask. Someone else will listen to you.")


class NotTogether(NotPermitted):
    """A hard rule: another age, a block, somebody who was met before."""

    code = "not_together"
    words = N_("The two of you can’t be put together here. Someone else will take this ask.")


class CannotReach(HoldfastError):
    """A way to be reached, in a sentence that a stranger will read."""

    status = 422
    code = "contact_detail"
    words = N_(
        "There is a way to reach you in this, such as a number or an address. A listener would "
        "see it, so nothing was sent. You can take it out and ask again."
    )


class NotWhole(Malformed):
    """An ask names what is wanted, and says at most one sentence."""

    words = N_("Please choose one to three things, and write at most 280 letters.")


def is_whole(wants: frozenset[str], preferences: frozenset[str], words: str) -> bool:
    """Whether an ask can be kept as it is."""
    return (
        1 <= len(wants) <= MOST_WANTS
        and wants <= {one.value for one in Want}
        and preferences <= {one.value for one in Preference}
        and len(words) <= LONGEST
    )

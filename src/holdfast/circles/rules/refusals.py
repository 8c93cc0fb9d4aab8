"""Why something cannot be done with a circle just now, in words. Absent and forbidden are alike."""

from __future__ import annotations

from holdfast.kit.errors import Conflict, Malformed, NotPermitted
from holdfast.kit.words import N_


class NoSeat(Conflict):
    """Full, or there is none for this person; it never says which."""

    code = "no_seat"
    words = N_(
        "There is no seat free for you in this circle just now. You can wait for another one, and "
        "we ask you as soon as there is."
    )


class OtherLanguage(Conflict):
    """A circle talks in one language."""

    code = "other_language"
    words = N_("This circle talks in a language you didn’t choose. Add it to yours first.")


class OtherTimes(Conflict):
    """A circle meets: each of its people shares two weekly times with all the others."""

    code = "other_times"
    words = N_(
        "This circle meets at times you didn’t choose. It takes two times a week that suit all of "
        "you. Choose other times, or look for another circle."
    )


class CircleOver(Conflict):
    """Nobody comes to a circle that has ended."""

    code = "circle_over"
    words = N_("This circle has ended. You can look for another one.")


class SatInAlready(Conflict):
    """To look is for once."""

    code = "sat_in_already"
    words = N_("You sat in here once already. You can join, or look for another circle.")


class EnoughCircles(Conflict):
    """More than two circles are hard to be there for."""

    code = "enough_circles"
    words = N_("You are in two circles already. That is as many as one can be there for.")


class AskOver(Conflict):
    """What was proposed is not asked any more."""

    code = "ask_over"
    words = N_("This is not being asked any more. You go on waiting, and keep your place.")


class WordsTooLong(Malformed):
    """A few sentences are enough."""

    code = "words_too_long"
    words = N_("Your own words have at most 600 letters.")


class CannotReach(Malformed):
    """No numbers and addresses, also here."""

    code = "contact_detail"
    words = N_(
        "There may be a way to reach you in your words, such as a number or an address. Please "
        "take it out. It was not kept."
    )


class NoTimes(Malformed):
    """A circle meets: its people need hours they share."""

    code = "no_times"
    words = N_("Please choose a part of the day, or leave the days open.")


class NotHost(NotPermitted):
    """Some things are for the host of a circle."""

    code = "not_host"
    words = N_("That is for the host of this circle.")

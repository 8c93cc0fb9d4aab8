"""The lines of the house in a meeting: short, and never with anybody's name in them."""

from __future__ import annotations

from holdfast.kit.words import N_

LINES = {
    "meeting_planned": N_("A meeting is planned here. At the top you can see when."),
    "meeting_moved": N_("The meeting is at another time. At the top you can see when."),
    "meeting_cancelled": N_("A meeting that was planned here will not be. You did nothing wrong."),
    "meeting_opening": N_(
        "The meeting begins. If you like, say in one line how you are. You can also just read."
    ),
    "meeting_turn": N_(
        "We go round: turn %(number)s of %(of)s, about %(minutes)s min. At the top you can see "
        "whose turn it is. You can always pass."
    ),
    "meeting_talk": N_("Now we talk freely. Say what you like, or answer somebody."),
    "meeting_closing": N_(
        "We come to the end. If you like, say one line that you take along with you."
    ),
    "meeting_hand_out": N_(
        "The meeting is over. Thank you all for being here. At the top there is something to "
        "take along."
    ),
    "meeting_nobody": N_("Nobody came to the meeting this time. That is all right."),
    "meeting_missed": N_("The meeting could not begin in time. We are sorry."),
}
"""For a screen reader and a browser without scripts they are all there is of a meeting's course."""

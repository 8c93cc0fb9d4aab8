"""Keeping what is known of somebody and not using it: what is refused meanwhile. Pure."""

from __future__ import annotations

from holdfast.kit.errors import Conflict, HoldfastError
from holdfast.kit.words import N_

WHERE = "/me/freeze"


class Frozen(HoldfastError):
    """Somebody wants their words kept and not used: nothing more is said into rooms meanwhile."""

    status = 403
    code = "frozen"
    words = N_(
        "You asked us to keep your words and not use them. So nothing is said in a room until you "
        "take that back. You can do that on your own page. Help stays open. So does a talk with a "
        "listener, and a side space where somebody comes to you."
    )
    help = True
    way = WHERE


class NoWayBack(Conflict):
    """Who cannot come back could never take it back."""

    code = "no_way_back"
    words = N_(
        "Please make your seven words first. Without a way back in, you could never take this "
        "back, and your words would stay for good."
    )
    way = "/me#words"


class KeptFromRoom(Conflict):
    """Words that wait to be let into a room, of somebody who wants theirs kept and not used."""

    code = "kept_from_room"
    words = N_(
        "Whoever wrote this asked us to keep their words and not use them. So the room can’t see "
        "it until they take that back. It can wait here, or you can give it back to them."
    )

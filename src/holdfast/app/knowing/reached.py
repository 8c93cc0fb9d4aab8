"""How each table leads to a member: the one register that the export and the data map go by.

A way is a column, and what it names: a member, or a row of another table that leads further.
`told` is what a member is handed of the rows on this way; where it is nothing, `why` says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

BY_CODE = "codes"  # the column holds a code such as `escalation:12`


class Way(Struct, frozen=True):
    """From a row to a member: by a column that names one, or a row of the table `through`."""

    column: str
    through: str = ""
    why: str = ""  # why a member is not told of the rows on this way; nothing: they are told

    @property
    def told(self) -> bool:
        """Whether the export hands these rows over."""
        return not self.why

    def __str__(self) -> str:
        through = "a code that names one of theirs" if self.through == BY_CODE else self.through
        return f"{self.column} → {through or 'member'}"


MEMBER = (Way("member_id"),)
SEAT = (Way("seat_id", "seats"),)
OTHERS = "it is what somebody else told or chose; their safety hangs on it"
STAFFS_OWN = "it is how staff look after themselves, and is about them"
DECIDED = "it is what staff ask of each other; a hold itself is told"
COPIED = "it is a copy, for the case alone, of what stands in the conversation itself"
OPENED = "it is what staff ask of each other; an opening itself is told"
CALLED = "it says whom of the staff a pager called, and is about them"

REACHED: dict[str, tuple[Way, ...]] = {
    # who somebody is here
    "members": (Way("id"),),
    "consents": MEMBER,
    "sessions": MEMBER,
    "member_passkeys": MEMBER,
    "device_links": MEMBER,
    "own_keys": MEMBER,
    "session_keys": (Way("session_id", "sessions"),),
    "talk_boxes": MEMBER,
    "standings": MEMBER,
    "freezes": MEMBER,
    "seats": MEMBER,
    "data_keys": SEAT,
    # what they said and chose
    "messages": SEAT,
    "changes": SEAT,
    "responses": SEAT,
    "held": SEAT,
    "hidden_words": SEAT,
    "goings": (Way("message_id", "messages"),),
    "fadings": MEMBER,
    "blocks": (*MEMBER, Way("other_id", why=OTHERS)),
    "hides": MEMBER,
    "plan_keys": MEMBER,
    "plan_lines": MEMBER,
    "plan_undos": MEMBER,
    "plan_signals": MEMBER,
    "sealed_lines": MEMBER,
    "line_openings": MEMBER,
    "notices": MEMBER,
    "notice_devices": MEMBER,
    "notice_choices": MEMBER,
    # what they erased, and what of it is held
    "erasures": (*MEMBER, *SEAT),
    "erasure_keys": (Way("erasure_id", "erasures"),),
    "holds": MEMBER,
    "hold_names": (Way("hold_id", "holds"),),
    "hold_deeds": (Way("about", BY_CODE, DECIDED),),
    "held_words": SEAT,
    # how they are cared for
    "signals": MEMBER,
    "escalations": MEMBER,
    "escalation_steps": (Way("escalation_id", "escalations"),),
    "approvals": (Way("escalation_id", "escalations"),),
    "packets": (Way("escalation_id", "escalations"),),
    "exposures": (Way("about", BY_CODE, STAFFS_OWN),),
    "debriefs": (Way("about", BY_CODE, STAFFS_OWN),),
    "pages": (Way("about", BY_CODE, CALLED),),
    "page_tries": (Way("page_id", "pages", CALLED),),
    "glass_requests": (Way("about", BY_CODE, OPENED),),
    "glass_tellings": MEMBER,
    # what was told and decided
    "reports": (*MEMBER, Way("about_id", "seats", OTHERS)),
    "reported_lines": (Way("seat_id", "seats", COPIED), Way("author_id", "seats", COPIED)),
    "cases": SEAT,
    "flags": (Way("case_id", "cases"),),
    "case_steps": (Way("case_id", "cases"),),
    "measures": MEMBER,
    "appeals": MEMBER,
    "hushes": SEAT,
    "pauses": MEMBER,
    "raid_cohorts": MEMBER,
    "raid_measures": (Way("measure_id", "measures"),),
    "audit": (Way("about", BY_CODE),),
    # whom they asked, and for whom they listened
    "rights": MEMBER,
    "granting_codes": MEMBER,
    "asks": MEMBER,
    "duties": MEMBER,
    "offers": (*MEMBER, Way("ask_id", "asks", OTHERS)),
    "listening_sessions": (Way("asker_id"), Way("listener_id")),
    "hand_overs": SEAT,
    "raised_hands": (Way("session_id", "listening_sessions"),),
    "listening_tries": (Way("session_id", "listening_sessions", OTHERS),),
    "guard_calls": (Way("session_id", "listening_sessions"),),
    "listening_feedback": (Way("listener_id", why=OTHERS),),
    # circles: what they wish, and where they sit
    "wishes": MEMBER,
    "wish_words": (Way("wish_id", "wishes"),),
    "aparts": (*MEMBER, Way("other_id", why=OTHERS)),
    "proposal_answers": MEMBER,
    "circle_seats": SEAT,
    "meeting_turns": SEAT,
    "meeting_reminders": SEAT,
    "circle_checks": MEMBER,
}

PLACE = "about the community and its rooms"
STAFF = "about staff"
NOBODY: dict[str, str] = {
    "facts": PLACE,
    "rooms": PLACE,
    "room_closings": PLACE,
    "meetings": PLACE,
    "guidances": PLACE,
    "second_rooms": PLACE,
    "wordings": PLACE,
    "choices": PLACE,
    "helpline_checks": PLACE,
    "retentions": PLACE,
    "forgettings": "how many words went in a night, never whose",
    "unfolded": "which message's counts were not told yet; gone within a second",
    "arrivals": "how many came in, never who",
    "raids": PLACE,
    "read_first_rooms": PLACE,
    "door_batches": STAFF,
    "door_codes": "hashes of invitations; who used one is written nowhere",
    "used_once": "hashes of proofs that opened the door; whose is written nowhere",
    "house_news": "what one process tells the others, sealed whole; gone after ten minutes",
    "listening_waits": "how long somebody waited in an hour of the day, never who",
    "erasure_asks": "that staff want a room, or a day of one, erased",
    "talk_parts": "which stretches a talk between two people has; who sat there says its seats",
    "talk_halves": "halves of keys, boxed to staff",
    "glass_keys": STAFF,
    "glass_shares": "halves of keys, boxed from one staff person to another for an hour",
    "retired_keys": "numbers of keys that are gone",
    "leaving_keys": "numbers of keys that are about to go",
    "audit_head": "where the record ends",
    "shift_notes": "counts and numbers that staff hand on",
    "proposals": "a circle that could begin; who was asked says proposal_answers",
    "circles": "what a circle is about; who sits there says its seats",
    "placings": "how wishes went, never whose",
    "staff": STAFF,
    "staff_sessions": STAFF,
    "staff_session_keys": STAFF,
    "staff_invitations": STAFF,
    "staff_passkeys": STAFF,
    "staff_passwords": STAFF,
    "staff_recovery_codes": STAFF,
    "staff_sso": STAFF,
    "staff_challenges": STAFF,
    "shifts": STAFF,
    "reliefs": STAFF,
    "contacts": STAFF,
    "pager_chain": STAFF,
}


def steps(way: Way) -> Iterator[str]:
    """The tables on the way to a member, the nearest first."""
    while way.through and way.through != BY_CODE:
        yield way.through
        way = REACHED[way.through][0]

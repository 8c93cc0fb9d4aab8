"""What members can do about being here, and what is done at the door."""

from __future__ import annotations

from holdfast.members.actions.door import (
    DOOR,
    InvitationNeeded,
    Keys,
    ProofNeeded,
    come_through_the_door,
    guard_door,
    set_door,
)
from holdfast.members.actions.erasing import erase_member, let_go_of_bare
from holdfast.members.actions.invitations import burn_batch, make_invitations
from holdfast.members.actions.looks import choose_looks, time_zones
from holdfast.members.actions.own_keys import ensure_own_key, unlock_own_key
from holdfast.members.actions.people import (
    BEING_HERE_RESTS_ON,
    LASTS,
    PHRASES,
    CameIn,
    NotServed,
    OtherPromises,
    WrongPhrase,
    come_in,
    end_session,
    keep_place,
    make_link,
    new_names_again,
    new_phrase,
    open_session,
    sign_in,
    sign_in_by_link,
    sign_out,
    sign_out_everywhere,
    stay_for_this_visit,
    week_of,
    withdraw_consent,
)
from holdfast.members.actions.standing import count_towards_standing, forget_the_day

__all__ = [
    "BEING_HERE_RESTS_ON",
    "DOOR",
    "LASTS",
    "PHRASES",
    "CameIn",
    "InvitationNeeded",
    "Keys",
    "NotServed",
    "OtherPromises",
    "ProofNeeded",
    "WrongPhrase",
    "burn_batch",
    "choose_looks",
    "come_in",
    "come_through_the_door",
    "count_towards_standing",
    "end_session",
    "ensure_own_key",
    "erase_member",
    "forget_the_day",
    "guard_door",
    "keep_place",
    "let_go_of_bare",
    "make_invitations",
    "make_link",
    "new_names_again",
    "new_phrase",
    "open_session",
    "set_door",
    "sign_in",
    "sign_in_by_link",
    "sign_out",
    "sign_out_everywhere",
    "stay_for_this_visit",
    "time_zones",
    "unlock_own_key",
    "week_of",
    "withdraw_consent",
]

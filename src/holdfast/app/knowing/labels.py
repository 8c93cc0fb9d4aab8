"""What the parts of the page to take along are called, for who reads them at home."""

from __future__ import annotations

from holdfast.kit.words import N_

# In the order in which somebody reads them: what they said before what is kept about it.
PARTS: dict[str, str] = {
    "rooms": N_("What I said, room by room"),
    "safety_plan": N_("My safety plan"),
    "safety_plan_undo": N_("The last change of my plan"),
    "sealed_line": N_("My sealed line"),
    "sealed_line_openings": N_("When my sealed line was opened"),
    "member": N_("About me"),
    "standing": N_("How long I have been here"),
    "consents": N_("What I said yes to"),
    "sessions": N_("Where I am signed in"),
    "blocks": N_("Whom I do not want to see"),
    "hides": N_("Messages I do not want to see"),
    "notices": N_("What I was told"),
    "notice_devices": N_("Devices I am told on"),
    "quiet_hours": N_("When I want quiet"),
    "reports": N_("What I told you was wrong"),
    "measures": N_("What was decided about me"),
    "left_out": N_("What is not in this file, and why"),
    "tables": N_("Everything once more, row by row, as it is kept"),
}

LABELS: dict[str, str] = {
    "text": N_("words"),
    "words": N_("words"),
    "note": N_("note"),
    "at": N_("when"),
    "room": N_("room"),
    "pseudonym": N_("name"),
    "seat": N_("seat"),
    "messages": N_("messages"),
    "held": N_("words that waited"),
    "responses": N_("responses"),
    "reply_to": N_("in reply to"),
    "wants": N_("what was wished for"),
    "edited_at": N_("changed"),
    "removed": N_("taken out by"),
    "columns": N_("of every row"),
    "rows": N_("whole rows"),
}

"""Who looks after the town: a name for each role there is."""

from __future__ import annotations

from holdfast.rights.rules import Role

STAFF = {
    Role.MODERATOR: "Dahlia",
    Role.CRISIS_MODERATOR: "Gentian",
    Role.SUPERVISOR: "Hazel",
    Role.LEAD: "Fern",
    Role.STEWARD: "Elm",
    Role.PARTNER: "Iris",
    Role.AUDITOR: "Juniper",
}

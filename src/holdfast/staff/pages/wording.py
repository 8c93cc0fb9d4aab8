"""Times, roles and ways in, as the reader says them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from babel.dates import format_date, format_time

from holdfast.kit.looks import LANGUAGES, Looks
from holdfast.kit.numerals import in_digits
from holdfast.kit.pages import babel_locale, zone_of
from holdfast.kit.words import N_
from holdfast.rights.rules import STAFF_ROLES
from holdfast.staff.rules.roles import DUTIES
from holdfast.staff.tables import StaffWay

ROLES = [(role.value, DUTIES[role].name) for role in STAFF_ROLES]
LANGUAGES_THERE_ARE = list(LANGUAGES.items())
WAYS = {
    StaffWay.PASSKEY: N_("with a passkey"),
    StaffWay.PASSWORD: N_("with a password and a code"),
    StaffWay.SSO: N_("through your organisation"),
    StaffWay.CONSOLE: N_("from the server’s keyboard"),
}


def moments_for(looks: Looks) -> Callable[[datetime], str]:
    """How this reader's language writes a day and a time."""

    def moment(when: datetime) -> str:
        locale = babel_locale(looks)
        zone = zone_of(looks.zone)
        day = format_date(when.astimezone(zone), "medium", locale=locale)
        time = format_time(when, "short", tzinfo=zone, locale=locale)
        return in_digits(f"{day}, {time}", locale)

    return moment

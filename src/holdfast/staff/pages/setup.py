"""A password and a code app on one page: what is shown, and what was filled in."""

from __future__ import annotations

from io import BytesIO

import segno
from markupsafe import Markup

from holdfast.kit.errors import HoldfastError
from holdfast.kit.forms import Filled
from holdfast.kit.words import N_
from holdfast.staff.rules.codes import address_for_app, written_secret
from holdfast.staff.rules.passwords import wrong_with_password

PLACE = "Holdfast"
NOT_ALIKE = N_("These two are not the same.")
NO_CODE = N_("Please type the six digits that your code app shows.")


def app_shown(secret: bytes, name: str) -> dict[str, object]:
    """The square picture for a code app, and its letters for who can't take a picture of it."""
    address = address_for_app(secret, place=PLACE, name=name)
    drawn = BytesIO()
    segno.make_qr(address, error="m").save(
        drawn, kind="svg", xmldecl=False, svgclass="qr", lineclass=None, omitsize=True, border=4
    )
    letters = written_secret(secret)
    spaced = " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))
    return {"picture": Markup(drawn.getvalue().decode("ascii")), "secret": spaced}  # noqa: S704 - drawn here


def look_through(form: Filled, context: tuple[str, ...]) -> None:
    """Say what is missing from a new password and its code, each by its place."""
    if wrong := wrong_with_password(form["password"], context):
        form.miss("password", wrong)
    elif form["password"] != form["password-again"]:
        form.miss("password-again", NOT_ALIKE)
    if not form["code"].strip():
        form.miss("code", NO_CODE)


def miss(form: Filled, name: str, refused: HoldfastError) -> None:
    """Say a refusal by the place it belongs to."""
    form.miss(name, refused.words)

"""Passkeys: made with the person's own device, asked for at sign-in, taken away again.

Their library is slow to load, and no start waits for it: `app.afterwards` loads it when the doors
are open.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select

from holdfast.audit.actions import record
from holdfast.kit.errors import Malformed, NotPermitted
from holdfast.kit.ids import PasskeyId, StaffId
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor
from holdfast.staff.access import fresh_staff
from holdfast.staff.access.people import NotKnown, my_account, own_passkey
from holdfast.staff.actions.challenges import make_challenge, use_challenge
from holdfast.staff.queries.ways import ways_of
from holdfast.staff.tables import PasskeyRow, StaffRow

PLACE = "Holdfast"
ADDED = "passkey added"
LONGEST_NAME = 60
Found = TypeVar("Found")
Credential = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Site:
    """Where the browser is: the name a passkey is bound to, and the origins it may come from."""

    name: str
    origins: tuple[str, ...]


class LastWayIn(NotPermitted):
    """Taking this away would shut its owner out."""

    code = "last_way_in"
    words = N_("This is your only way in. Add another one first.")


async def ask_for_new_passkey(
    work: Work, actor: Actor, *, site: Site, purpose: str, handle: bytes, name: str
) -> dict[str, Any]:
    """What the browser needs to make a passkey. No attestation: the make of a device is private."""
    import webauthn  # noqa: PLC0415 - slow, see above
    from webauthn.helpers import structs  # noqa: PLC0415

    challenge = await make_challenge(work, actor, purpose=purpose)
    known = await work.db.scalars(
        select(PasskeyRow.credential)
        .join(StaffRow, StaffRow.id == PasskeyRow.staff_id)
        .where(StaffRow.handle == handle)
    )
    asked = webauthn.generate_registration_options(
        rp_id=site.name,
        rp_name=PLACE,
        user_name=f"{PLACE}: {name}",
        user_id=handle,
        user_display_name=name,
        challenge=decoded(challenge),
        attestation=structs.AttestationConveyancePreference.NONE,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in known.all()],
    )
    return webauthn.helpers.options_to_json_dict(asked)


async def keep_passkey(
    work: Work,
    actor: Actor,
    *,
    site: Site,
    purpose: str,
    staff_id: StaffId,
    credential: Credential,
    name: str,
) -> PasskeyRow:
    """Keep the public half of a passkey. Raises `NotKnown` for one that proves nothing."""
    import webauthn  # noqa: PLC0415 - slow, see above

    challenge = challenge_in(credential)
    await use_challenge(work, actor, purpose=purpose, challenge=challenge)
    made = _checked(
        lambda: webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=decoded(challenge),
            expected_rp_id=site.name,
            expected_origin=list(site.origins),
            require_user_verification=True,
        )
    )
    row = PasskeyRow(
        staff_id=staff_id,
        credential=made.credential_id,
        public_key=made.credential_public_key,
        count=made.sign_count,
        name=" ".join(name.split())[:LONGEST_NAME],
        made_at=work.clock.now(),
    )
    work.db.add(row)
    return row


def asked_for_passkey(
    *, site: Site, challenge: str, mine: Sequence[PasskeyRow] = ()
) -> dict[str, Any]:
    """What the browser needs to use a passkey: one of mine, or whosever it is."""
    import webauthn  # noqa: PLC0415 - slow, see above
    from webauthn.helpers import structs  # noqa: PLC0415

    asked = webauthn.generate_authentication_options(
        rp_id=site.name,
        challenge=decoded(challenge),
        allow_credentials=[
            structs.PublicKeyCredentialDescriptor(id=one.credential) for one in mine
        ],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.helpers.options_to_json_dict(asked)


def credential_of(credential: Credential) -> bytes:
    """Which passkey answered. Raises `Malformed`."""
    return _checked(lambda: decoded(credential["rawId"]))


async def staff_by_passkey(
    work: Work, actor: Actor, *, site: Site, challenge: str, credential: Credential
) -> StaffRow:
    """Whose passkey answered this challenge, which the caller used up. Raises `NotKnown`."""
    import webauthn  # noqa: PLC0415 - slow, see above

    del actor
    given = credential_of(credential)
    row = await work.db.scalar(
        select(PasskeyRow).where(PasskeyRow.credential == given).with_for_update()
    )
    staff = await work.db.get(StaffRow, row.staff_id) if row else None
    if row is None or staff is None or staff.removed_at is not None:
        raise NotKnown
    public, count = row.public_key, row.count
    proved = _checked(
        lambda: webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=decoded(challenge),
            expected_rp_id=site.name,
            expected_origin=list(site.origins),
            credential_public_key=public,
            credential_current_sign_count=count,
            require_user_verification=True,
        )
    )
    row.count, row.used_at = proved.new_sign_count, work.clock.now()
    return staff


async def ask_to_add_passkey(work: Work, actor: Actor, *, site: Site) -> dict[str, Any]:
    """What the browser needs to make another passkey for me. Raises `FreshSignInNeeded`."""
    staff = fresh_staff(work, actor)
    mine = await my_account(work, staff)
    purpose = f"{ADDED} {staff.session}"
    return await ask_for_new_passkey(
        work, actor, site=site, purpose=purpose, handle=mine.handle, name=mine.name
    )


async def add_passkey(
    work: Work, actor: Actor, *, site: Site, credential: Credential, label: str
) -> None:
    """Another passkey for me. Raises `FreshSignInNeeded`, `NotKnown`, `TooLate`."""
    staff = fresh_staff(work, actor)
    await keep_passkey(
        work,
        staff,
        site=site,
        purpose=f"{ADDED} {staff.session}",
        staff_id=staff.id,
        credential=credential,
        name=label,
    )
    await record(work, staff, what="staff:passkey_added", about=f"staff:{staff.id}")


async def remove_passkey(work: Work, actor: Actor, *, passkey: PasskeyId) -> None:
    """Take one of my passkeys away. Raises `NotFound`, `FreshSignInNeeded`, `LastWayIn`."""
    staff = fresh_staff(work, actor)
    row = await own_passkey(work, staff, passkey)
    if (await ways_of(work, staff.id)).count < 2:
        raise LastWayIn
    await work.db.delete(row)
    await record(work, staff, what="staff:passkey_removed", about=f"staff:{staff.id}")


def challenge_in(credential: Credential) -> str:
    """The challenge that an answer says it answers. Raises `Malformed`."""
    told = _checked(lambda: json.loads(decoded(credential["response"]["clientDataJSON"])))
    challenge = told.get("challenge") if isinstance(told, dict) else None
    if not isinstance(challenge, str):
        raise Malformed
    return challenge


def decoded(value: str) -> bytes:
    """The bytes behind base64url, with padding or without. Raises `ValueError`."""
    return urlsafe_b64decode(f"{value}===")


def _checked(check: Callable[[], Found]) -> Found:
    """The library's answer; its refusals in our own words, which say nothing about the reason."""
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - slow, see above

    try:
        return check()
    except WebAuthnException:
        raise NotKnown from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Malformed from None

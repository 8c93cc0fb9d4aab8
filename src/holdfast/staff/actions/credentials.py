"""What passes between a browser and us about a passkey, whoever it is of: asked, and checked.

Their library is slow to load: it comes when the first one is asked for (`access.slow`).
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from msgspec import Struct

from holdfast.kit.errors import Malformed
from holdfast.staff.access.people import NotKnown

PLACE = "Holdfast"
LONGEST_NAME = 60
Found = TypeVar("Found")
Credential = dict[str, Any]


class Site(Struct, frozen=True):
    """Where the browser is: the name a passkey is bound to, and the origins it may come from."""

    name: str
    origins: tuple[str, ...]


class Owner(Struct, frozen=True):
    """Whom a device is told that a passkey is of: a random handle, and what its list says."""

    handle: bytes
    user_name: str
    display_name: str
    place: str = PLACE


class Made(Struct, frozen=True):
    """The public half of a passkey that a device has just made."""

    credential: bytes
    public_key: bytes
    count: int


def asked_to_make(
    *, site: Site, challenge: str, owner: Owner, known: Iterable[bytes]
) -> dict[str, Any]:
    """What the browser needs to make a passkey. No attestation: the make of a device is private."""
    import webauthn  # noqa: PLC0415 - slow, see above
    from webauthn.helpers import structs  # noqa: PLC0415

    asked = webauthn.generate_registration_options(
        rp_id=site.name,
        rp_name=owner.place,
        user_name=owner.user_name,
        user_id=owner.handle,
        user_display_name=owner.display_name,
        challenge=decoded(challenge),
        attestation=structs.AttestationConveyancePreference.NONE,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return webauthn.helpers.options_to_json_dict(asked)


def made_passkey(*, site: Site, challenge: str, credential: Credential) -> Made:
    """The passkey a device made for this challenge. Raises `NotKnown` where it proves nothing."""
    import webauthn  # noqa: PLC0415 - slow, see above

    made = checked(
        lambda: webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=decoded(challenge),
            expected_rp_id=site.name,
            expected_origin=list(site.origins),
            require_user_verification=True,
        )
    )
    return Made(made.credential_id, made.credential_public_key, made.sign_count)


def asked_for_passkey(*, site: Site, challenge: str, known: Iterable[bytes] = ()) -> dict[str, Any]:
    """What the browser needs to use a passkey: one of these, or whosever it is."""
    import webauthn  # noqa: PLC0415 - slow, see above
    from webauthn.helpers import structs  # noqa: PLC0415

    asked = webauthn.generate_authentication_options(
        rp_id=site.name,
        challenge=decoded(challenge),
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in known],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.helpers.options_to_json_dict(asked)


def proved_count(
    *, site: Site, challenge: str, credential: Credential, public_key: bytes, count: int
) -> int:
    """How often the device has answered, where this answer is its own. Raises `NotKnown`."""
    import webauthn  # noqa: PLC0415 - slow, see above

    proved = checked(
        lambda: webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=decoded(challenge),
            expected_rp_id=site.name,
            expected_origin=list(site.origins),
            credential_public_key=public_key,
            credential_current_sign_count=count,
            require_user_verification=True,
        )
    )
    return proved.new_sign_count


def credential_of(credential: Credential) -> bytes:
    """Which passkey answered. Raises `Malformed`."""
    return checked(lambda: decoded(credential["rawId"]))


def challenge_in(credential: Credential) -> str:
    """The challenge that an answer says it answers. Raises `Malformed`."""
    told = checked(lambda: json.loads(decoded(credential["response"]["clientDataJSON"])))
    challenge = told.get("challenge") if isinstance(told, dict) else None
    if not isinstance(challenge, str):
        raise Malformed
    return challenge


def decoded(value: str) -> bytes:
    """The bytes behind base64url, with padding or without. Raises `ValueError`."""
    return urlsafe_b64decode(f"{value}===")


def checked(check: Callable[[], Found]) -> Found:
    """The library's answer; its refusals in our own words, which say nothing about the reason."""
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - slow, see above

    try:
        return check()
    except WebAuthnException:
        raise NotKnown from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Malformed from None

"""Asking the organisation's own sign-in (OpenID Connect) who somebody is.

Who they are is the issuer and the subject, never an e-mail. The answer counts only with a signature
of the issuer's published keys, for us, for this very request (nonce, PKCE) and while it is new.
Its libraries are slow to load, and most places have no such sign-in: they come when needed.
"""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from msgspec import Struct

from holdfast.kit.errors import HoldfastError
from holdfast.kit.outside import outside
from holdfast.kit.words import N_
from holdfast.settings import Settings
from holdfast.staff.access.people import NotKnown

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]  # signatures only; "none" is not among them
PATIENCE = 5.0
LEEWAY = 60  # seconds two clocks may differ
JUST_NOW = 300


class SsoSilent(HoldfastError):
    """The organisation's sign-in does not answer, or not in the way it should."""

    status = 503
    code = "sso_silent"
    words = N_("Your organisation’s sign-in doesn’t answer just now. Please try again soon.")


class Asked(Struct, frozen=True):
    """What only we know about one request, until its answer comes."""

    back: str
    nonce: str
    verifier: str
    again: bool  # somebody is asked once more, although they are signed in there


class SsoPerson(Struct, frozen=True):
    """Who somebody is there, and when they last showed it."""

    issuer: str
    subject: str
    shown_at: datetime | None


class Provider:
    """The organisation's sign-in, as the settings name it."""

    def __init__(self, settings: Settings) -> None:
        self.issuer = settings.oidc_issuer
        self._id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret

    async def address(self, asked: Asked, *, state: str) -> str:
        """Where the browser goes. Raises `SsoSilent`."""
        from authlib.oauth2.rfc7636 import create_s256_code_challenge  # noqa: PLC0415 - slow, see above

        async with _client(self.issuer) as client:
            found = await self._discovered(client)
        query = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self._id,
            "redirect_uri": asked.back,
            "state": state,
            "nonce": asked.nonce,
            "code_challenge": create_s256_code_challenge(asked.verifier),
            "code_challenge_method": "S256",
        }
        if asked.again:
            query |= {"prompt": "login", "max_age": "0"}
        return f"{found['authorization_endpoint']}?{urlencode(query)}"

    async def person(self, asked: Asked, *, code: str, now: datetime) -> SsoPerson:
        """Who came back with this code. Raises `NotKnown`, `SsoSilent`."""
        async with _client(self.issuer) as client:
            found = await self._discovered(client)
            answer = await self._exchanged(client, found, asked, code)
            keys = await _told(client.get(found["jwks_uri"]))
        claims = self._checked(answer, keys, asked, now)
        shown = claims.get("auth_time")
        shown_at = datetime.fromtimestamp(shown, UTC) if shown else None
        return SsoPerson(claims["iss"], str(claims["sub"]), shown_at)

    def _checked(
        self, answer: dict[str, Any], keys: dict[str, Any], asked: Asked, now: datetime
    ) -> dict[str, Any]:
        """What the answer claims, once signature, issuer, audience, nonce and time are right."""
        from authlib.oidc.core import CodeIDToken  # noqa: PLC0415 - slow, see above
        from joserfc import jwt  # noqa: PLC0415
        from joserfc.errors import JoseError  # noqa: PLC0415
        from joserfc.jwk import KeySet  # noqa: PLC0415

        expected = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self._id},
            "sub": {"essential": True},
            "nonce": {"essential": True, "value": asked.nonce},
        }
        access = answer.get("access_token")
        params = {"nonce": asked.nonce, "client_id": self._id, "access_token": access}
        try:
            published = KeySet.import_key_set(keys)  # type: ignore[arg-type]
            token = jwt.decode(answer["id_token"], published, ALGORITHMS)
            claims = CodeIDToken(dict(token.claims), dict(token.header), expected, params)
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
            if asked.again and now.timestamp() - claims.get("auth_time", 0) > JUST_NOW:
                raise NotKnown  # asked to show it again, they did not
        except (JoseError, ValueError, KeyError, TypeError):
            raise NotKnown from None
        return dict(claims)

    async def _discovered(self, client: httpx.AsyncClient) -> dict[str, Any]:
        address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = await _told(client.get(address))
        wanted = {"authorization_endpoint", "token_endpoint", "jwks_uri"}
        if found.get("issuer") != self.issuer or not wanted <= found.keys():
            raise SsoSilent
        return found

    async def _exchanged(
        self, client: httpx.AsyncClient, found: dict[str, Any], asked: Asked, code: str
    ) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": asked.back,
            "code_verifier": asked.verifier,
        }
        ways = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" in ways:
            sent = client.post(found["token_endpoint"], data=form, auth=(self._id, self._secret))
        else:
            form |= {"client_id": self._id, "client_secret": self._secret}
            sent = client.post(found["token_endpoint"], data=form)
        return await _told(sent, refused=NotKnown)


def _client(issuer: str) -> httpx.AsyncClient:
    return outside(_trusted(), [urlsplit(issuer).hostname or ""], timeout=PATIENCE)


@cache
def _trusted() -> ssl.SSLContext:
    """Whose word counts for who an address belongs to. Reading them takes long; once will do."""
    return httpx.create_ssl_context()


async def _told(asking: Any, refused: type[HoldfastError] = SsoSilent) -> dict[str, Any]:
    """The JSON object that was answered. Raises `SsoSilent`, or what a plain refusal means here."""
    try:
        answer: httpx.Response = await asking
        if answer.status_code in {400, 401, 403}:
            raise refused
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, ValueError):
        raise SsoSilent from None
    if not isinstance(found, dict):
        raise SsoSilent
    return found

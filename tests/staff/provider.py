"""A small OpenID Connect provider on this machine: discovery, PKCE, signed tokens."""

from __future__ import annotations

import asyncio
import secrets
import socket
from base64 import b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.responses import JSONResponse, RedirectResponse, Response

from town import StillClock

CLIENT, SECRET = "holdfast", "between us two"


@dataclass
class Provider:
    """Who is signed in there, and what it says of them. A test may make it lie."""

    issuer: str
    clock: StillClock
    subject: str = "robin-0815"
    claims: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one"}))
    signs_with: ECKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)

    def discovery(self) -> dict[str, Any]:
        at = self.issuer
        return {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/keys",
        }

    def authorise(self, asked: dict[str, str]) -> Response:
        """Somebody is signed in here already, and says yes."""
        self.asked = asked
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        told = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{told}", 303)

    def exchange(self, form: dict[str, str], authorisation: str) -> Response:
        """A token for a code, once, and only for who can prove that they asked for it."""
        asked = self.codes.pop(form.get("code", ""), None)
        known = b64decode(authorisation.partition(" ")[2]).decode()
        proof = sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or known != f"{CLIENT}:{SECRET}"
            or urlsafe_b64encode(proof).rstrip(b"=").decode() != asked["code_challenge"]
            or form.get("redirect_uri") != asked["redirect_uri"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **({"auth_time": now} if "max_age" in asked else {}),
            **self.claims,
            **self.lies,
        }
        said = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode({"alg": "ES256", "kid": "one"}, said, self.signs_with or self.key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed})

    @property
    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        async def get_discovery() -> dict[str, Any]:
            return self.discovery()

        @app.get("/authorize")
        async def get_authorize(request: Request) -> Response:
            return self.authorise(dict(request.query_params))

        @app.post("/token")
        async def post_token(request: Request) -> Response:
            form = {name: str(value) for name, value in (await request.form()).items()}
            return self.exchange(form, request.headers.get("authorization", ""))

        @app.get("/keys")
        async def get_keys() -> dict[str, Any]:
            return {"keys": [self.key.as_dict(private=False)]}

        return app


@asynccontextmanager
async def serving(provider: Provider, listening: socket.socket) -> AsyncIterator[Provider]:
    """The provider, while it answers."""
    server = uvicorn.Server(uvicorn.Config(provider.app, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield provider
    finally:
        server.should_exit = True
        await task

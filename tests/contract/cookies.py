"""The session cookie a browser would carry, found as a browser finds it."""

from __future__ import annotations

from contract.client import Member, Place


def session_cookie(place: Place, member: Member) -> str:
    """The `Cookie` header of a member who signed in with a browser.

    The name stands in the description of the API, as the security scheme that lies in a cookie.
    """
    described = place.call("GET", "/api/v1/openapi.json").json()
    schemes = described.get("components", {}).get("securitySchemes", {}).values()
    names = [scheme["name"] for scheme in schemes if scheme.get("in") == "cookie"]
    assert names, "openapi.json names no session cookie"
    return f"{names[0]}={member.token}"

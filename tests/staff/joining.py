"""Staff of a test: asked to join, set up with a password and a code app, signed in as a browser."""

from __future__ import annotations

import re
from base64 import b32decode
from dataclasses import dataclass

import httpx
from pyotp import TOTP

from holdfast.kit.house import House
from holdfast.live.actors import actor_by_token
from holdfast.rights.rules import Role, Staff, System
from holdfast.staff.access import passwords
from holdfast.staff.actions.invitations import (
    begin_with_code,
    invite_staff,
    join_by_password,
    make_steward_code,
)
from holdfast.staff.actions.ways import app_secret
from holdfast.staff.rules.codes import written_secret
from town import Person, StillClock

PASSWORD = "kelp lantern quarrel mittens"
_HASHES: dict[tuple[str, int], str] = {}


@dataclass(frozen=True)
class Joined:
    """Somebody on the staff with a password and a code app."""

    staff: Staff
    token: str
    codes: tuple[str, ...]
    secret: bytes

    def code(self, clock: StillClock) -> str:
        """What the code app shows."""
        return code_for(self.secret, clock)

    @property
    def person(self) -> Person:
        return Person(self.staff, self.token)

    @property
    def bearer(self) -> dict[str, str]:
        return self.person.bearer


def code_for(secret: bytes, clock: StillClock) -> str:
    return TOTP(written_secret(secret)).at(clock.now())


def secret_on(page: str) -> bytes:
    """The secret that a page shows as letters."""
    (letters,) = re.findall(r'<b class="letters"[^>]*>([^<]+)<', page)
    return b32decode(letters.replace(" ", ""))


async def hash_once(password: str = PASSWORD) -> str:
    """Hashing takes its time on purpose; tests share one hash."""
    known = password, passwords.HASHER.memory_cost
    if known not in _HASHES:
        _HASHES[known] = await passwords.hashed_password(password)
    return _HASHES[known]


async def first_steward(house: House, name: str = "Sam") -> Joined:
    """A steward who began with the console's code."""
    async with house.workshop.work() as work:
        code = await make_steward_code(work, System())
    async with house.workshop.work() as work:
        key = await begin_with_code(work, System(), code=code, name=name, languages=("en",))
    return await joined(house, key)


async def invited(house: House, steward: Staff, role: Role, name: str) -> str:
    """The key of an invitation."""
    async with house.workshop.work() as work:
        return await invite_staff(work, steward, role=role, name=name, languages=("en", "es"))


async def joined(house: House, key: str) -> Joined:
    """Somebody takes up an invitation, with the password of these tests."""
    secret, clock = app_secret(house.root, key), house.workshop.clock
    hashed = await hash_once()
    async with house.workshop.work() as work:
        done = await join_by_password(
            work,
            System(),
            key=key,
            root=house.root,
            hashed=hashed,
            code=TOTP(written_secret(secret)).at(clock.now()),
        )
    return Joined(await staff_of(house, done.token), done.token, done.codes, secret)


async def somebody(house: House, steward: Staff, role: Role, name: str) -> Joined:
    """Invited and joined."""
    return await joined(house, await invited(house, steward, role, name))


async def staff_of(house: House, token: str) -> Staff:
    """The actor behind a token, as it is now."""
    workshop = house.workshop
    found = await actor_by_token(workshop.glances, token, workshop.clock)
    assert isinstance(found, Staff)
    return found


async def is_in(client: httpx.AsyncClient, bearer: dict[str, str]) -> bool:
    """Whether a session still lives, as a page sees it that looked by itself."""
    answer = await client.get("/staff", headers={**bearer, "sec-fetch-dest": "empty"})
    assert answer.status_code in {200, 303}
    return answer.status_code == 200

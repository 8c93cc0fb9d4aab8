"""What calls people: web push and the gateway of the house. It knows addresses, and no reasons."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from functools import cache
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

import httpx
from msgspec import Struct

from holdfast.kit.cipher import RootKey
from holdfast.kit.clock import Clock
from holdfast.kit.origins import is_loopback
from holdfast.kit.outside import outside
from holdfast.notices.rules import Outcome, Urgency
from holdfast.notices.rules.addresses import Subscription
from holdfast.notices.rules.telling import Shown
from holdfast.notices.senders.answers import NOT_HERE, Answer
from holdfast.notices.senders.push import PushSender, signing_key
from holdfast.notices.senders.webhook import WebhookSender
from holdfast.settings import Settings

__all__ = ["NOT_HERE", "Answer", "Outcome", "Senders", "Telephone", "senders_for"]

PATIENCE = httpx.Timeout(5.0, connect=3.0)
LIMITS = httpx.Limits(max_connections=40, max_keepalive_connections=8)


class Telephone(Protocol):
    """Calls people. What cannot be delivered is an answer, never an exception."""

    @property
    def push_key(self) -> str:
        """What a browser needs in order to subscribe; empty where nothing is pushed here."""

    async def push(self, to: Subscription) -> Answer:
        """Show the neutral notice on one device."""

    async def tell(self, to: Subscription, shown: Shown) -> Answer:
        """Show one device of a member that something is new."""

    async def gateway(self, to: Sequence[str], urgency: Urgency | None) -> Answer:
        """Ask the gateway of the house to call these numbers; without any, whom it likes."""

    async def close(self) -> None:
        """Hang up for good, when the house closes."""


class Senders(Struct):
    """The telephone of a real house. What is not set up here is never called."""

    pushing: PushSender | None
    webhook: WebhookSender | None
    client: httpx.AsyncClient

    async def push(self, to: Subscription) -> Answer:
        return NOT_HERE if self.pushing is None else await self.pushing.send(to)

    async def tell(self, to: Subscription, shown: Shown) -> Answer:
        return NOT_HERE if self.pushing is None else await self.pushing.tell(to, shown)

    async def gateway(self, to: Sequence[str], urgency: Urgency | None) -> Answer:
        return NOT_HERE if self.webhook is None else await self.webhook.send(to, urgency)

    async def close(self) -> None:
        await self.client.aclose()

    @property
    def push_key(self) -> str:
        """What a browser needs in order to subscribe; empty where nothing is pushed here."""
        return "" if self.pushing is None else self.pushing.public_key

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


def senders_for(settings: Settings, root: RootKey, clock: Clock) -> Senders:
    """What this house is set up to call with: nothing at all, unless somebody said so."""
    here = {urlsplit(f"//{one}").hostname or "" for one in settings.push_services}
    at_home = [urlsplit(settings.pager_webhook).hostname or "", *filter(is_loopback, here)]
    client = outside(trusted(), at_home, timeout=PATIENCE, limits=LIMITS)
    pushing = webhook = None
    if services := settings.push_services:
        pushing = PushSender(client, clock, signing_key(root), services, settings.address)
    if settings.pager_webhook:
        webhook = WebhookSender(client, clock, settings.pager_webhook, settings.pager_secret)
    return Senders(pushing, webhook, client)


@cache
def trusted() -> ssl.SSLContext:
    """Whose word counts for who an address belongs to. Reading them takes long; once will do."""
    return httpx.create_ssl_context(trust_env=False)

"""Calls that really leave the house: sealed for one browser, signed, and without a word of why."""

from __future__ import annotations

import hmac
import json
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from py_vapid import Vapid02
from pydantic import ValidationError

from holdfast.kit.cipher import RootKey
from holdfast.notices.rules import Outcome, Urgency
from holdfast.notices.rules.addresses import (
    Subscription,
    is_number,
    is_subscription,
    may_call,
    unpadded,
)
from holdfast.notices.senders import Senders, senders_for
from holdfast.settings import Settings
from notices.telephones import Browser, Listener, listening
from town import StillClock

SECRET = "a secret of the house, long enough"
ROOT = RootKey(bytes(range(32)))


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with listening() as listener:
        yield listener


@pytest.fixture
async def senders(listener: Listener, tmp_path: Path, clock: StillClock) -> AsyncIterator[Senders]:
    settings = Settings(
        data=tmp_path,
        pager_push=listener.place,
        pager_webhook=f"http://{listener.place}/gateway",
        pager_secret=SECRET,
    )
    async with senders_for(settings, ROOT, clock) as senders:
        yield senders


async def test_a_push_opens_for_its_browser_alone_and_says_nothing_about_anyone(
    listener: Listener, senders: Senders
) -> None:
    phone, other = (Browser(f"http://{listener.place}/push/{name}") for name in "ab")
    answer = await senders.push(phone.subscription)
    assert (answer.outcome, answer.code) == (Outcome.REACHED, "201")
    (request,) = listener.requests
    assert phone.open(request.body) == {
        "title": "Holdfast",
        "body": "Holdfast: please look at the desk.",
    }
    with pytest.raises(Exception, match=r"(?i)decrypt|tag"):
        other.open(request.body)
    assert request.path == "/push/a"
    assert request.headers["content-encoding"] == "aes128gcm"
    assert int(request.headers["ttl"]) > 0


async def test_a_push_is_signed_with_the_key_that_browsers_are_given(
    listener: Listener, senders: Senders, clock: StillClock
) -> None:
    await senders.push(Browser(f"http://{listener.place}/push/a").subscription)
    signed = listener.requests[0].headers["authorization"]
    assert Vapid02.verify(signed)
    assert signed.endswith(f"k={senders.push_key}")
    claims = json.loads(unpadded(signed.split(".")[1]))
    assert claims["aud"] == f"http://{listener.place}"
    assert 0 < claims["exp"] - clock.now().timestamp() <= 24 * 3600
    assert is_subscription(Subscription("https://x", senders.push_key, "A" * 22))


async def test_two_notices_never_look_alike(listener: Listener, senders: Senders) -> None:
    phone = Browser(f"http://{listener.place}/push/a")
    await senders.push(phone.subscription)
    await senders.push(phone.subscription)
    first, second = (request.body for request in listener.requests)
    assert phone.open(first) == phone.open(second)
    assert first != second


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.REACHED),
        (404, Outcome.GONE),
        (410, Outcome.GONE),
        (429, Outcome.UNREACHED),
        (500, Outcome.UNREACHED),
        (302, Outcome.UNREACHED),
    ],
)
async def test_what_a_push_service_answers_is_understood(
    listener: Listener, senders: Senders, status: int, outcome: Outcome
) -> None:
    listener.status = status
    answer = await senders.push(Browser(f"http://{listener.place}/push/a").subscription)
    assert answer.outcome is outcome


async def test_a_dead_line_is_an_answer(senders: Senders, listener: Listener) -> None:
    webhook = senders.webhook
    assert webhook is not None
    nobody = type(webhook)(webhook.client, webhook.clock, "http://127.0.0.1:1/", SECRET)
    assert (await nobody.send(["+3531"], Urgency.HIGH)).code == "no_connection"
    assert (await webhook.send(["+3531"], Urgency.HIGH)).outcome is Outcome.REACHED


async def test_only_services_that_are_allowed_here_are_called(
    listener: Listener, senders: Senders
) -> None:
    allowed = await senders.push(Browser(f"http://{listener.place}/push/a").subscription)
    assert allowed.outcome is Outcome.REACHED
    elsewhere = await senders.push(Browser("http://127.0.0.2:9/push/a").subscription)
    assert (elsewhere.outcome, elsewhere.code) == (Outcome.NO_WAY, "not_allowed_here")
    assert len(listener.requests) == 1


@pytest.mark.parametrize(
    ("endpoint", "allowed"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", True),
        ("https://web.push.apple.com/x", True),
        ("https://FCM.googleapis.com/x", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://push.apple.com/x", False),
        ("https://evil-push.apple.com.example/x", False),
        ("https://fcm.googleapis.com@evil.example/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://127.0.0.1/x", False),
        ("file:///etc/passwd", False),
        ("https://[::1/x", False),
        ("", False),
    ],
)
def test_an_address_is_called_only_at_a_service_by_its_whole_name(
    endpoint: str, allowed: bool
) -> None:
    assert may_call(endpoint, ["fcm.googleapis.com", "*.push.apple.com"]) is allowed


async def test_the_gateway_is_asked_with_a_signature_it_can_check(
    listener: Listener, senders: Senders, clock: StillClock
) -> None:
    answer = await senders.gateway(["+353861234567"], Urgency.IMMEDIATE)
    assert answer.outcome is Outcome.REACHED
    (request,) = listener.requests
    at, _, given = request.headers["holdfast-signature"].removeprefix("t=").partition(",v1=")
    assert int(at) == int(clock.now().timestamp())
    ours = hmac.new(SECRET.encode(), f"{at}.".encode() + request.body, sha256).hexdigest()
    assert hmac.compare_digest(given, ours)
    assert json.loads(request.body) == {
        "words": "Holdfast: please look at the desk.",
        "urgency": "immediate",
        "to": ["+353861234567"],
    }


async def test_a_house_that_set_nothing_up_calls_nobody(
    listener: Listener, tmp_path: Path, clock: StillClock
) -> None:
    async with senders_for(Settings(data=tmp_path), ROOT, clock) as quiet:
        pushed = await quiet.push(Browser(f"http://{listener.place}/push/a").subscription)
        rung = await quiet.gateway(["+3531"], Urgency.IMMEDIATE)
        assert quiet.push_key == ""
    assert [pushed.outcome, rung.outcome] == [Outcome.NO_WAY, Outcome.NO_WAY]
    assert listener.requests == []


@pytest.mark.parametrize(
    "broken",
    [
        {"pager_webhook": "https://gateway.example/"},
        {"pager_webhook": "https://gateway.example/", "pager_secret": "too short"},
        {"pager_webhook": "http://gateway.example/", "pager_secret": SECRET},
        {"pager_webhook": "ftp://gateway.example/", "pager_secret": SECRET},
    ],
)
def test_a_gateway_is_https_and_has_a_secret(broken: dict[str, str]) -> None:
    whole = Settings(pager_webhook="https://gateway.example/", pager_secret=SECRET)
    assert SECRET not in repr(whole)
    with pytest.raises(ValidationError, match="HOLDFAST_PAGER_WEBHOOK"):
        Settings(**broken)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+353 86 123 4567", True),
        ("+1 (212) 555-0100", True),
        ("086 123 4567", False),
        ("+1", False),
    ],
)
def test_a_number_has_its_country(written: str, number: bool) -> None:
    assert is_number(written) is number


def test_a_browsers_keys_have_the_shape_they_must_have() -> None:
    whole = Browser("https://fcm.googleapis.com/x").subscription
    assert is_subscription(whole)
    for broken in (
        Subscription(whole.endpoint, whole.p256dh[:-4], whole.auth),
        Subscription(whole.endpoint, whole.p256dh, "AAAA"),
        Subscription(whole.endpoint, "not base64 !", whole.auth),
        Subscription("https://fcm.googleapis.com/" + "x" * 1_000, whole.p256dh, whole.auth),
    ):
        assert not is_subscription(broken)

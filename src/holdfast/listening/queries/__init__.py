"""Reading what is kept about listening: one function for each question."""

from __future__ import annotations

from holdfast.listening.queries.asks import (
    MyAsk,
    MyOffer,
    asks_over,
    living_ask,
    my_ask,
    my_offers,
    offers_over,
    open_offers_of,
    queue_now,
)
from holdfast.listening.queries.duties import (
    MyDuty,
    duties_over,
    duty_of,
    is_somebody_on_duty,
    my_duty,
)
from holdfast.listening.queries.hands import (
    GuardCard,
    HandCard,
    guard_call_in,
    guard_calls,
    hand_up,
    hands,
)
from holdfast.listening.queries.pool import on_duty_now, waiting_asks
from holdfast.listening.queries.sessions import (
    Talk,
    my_talks,
    session_in,
    talk_in,
    times_together,
    trend_of,
)

__all__ = [
    "GuardCard",
    "HandCard",
    "MyAsk",
    "MyDuty",
    "MyOffer",
    "Talk",
    "asks_over",
    "duties_over",
    "duty_of",
    "guard_call_in",
    "guard_calls",
    "hand_up",
    "hands",
    "is_somebody_on_duty",
    "living_ask",
    "my_ask",
    "my_duty",
    "my_offers",
    "my_talks",
    "offers_over",
    "on_duty_now",
    "open_offers_of",
    "queue_now",
    "session_in",
    "talk_in",
    "times_together",
    "trend_of",
    "waiting_asks",
]

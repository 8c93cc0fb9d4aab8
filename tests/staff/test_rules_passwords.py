"""A staff password is long and not what everybody thinks of; nothing else is asked of it."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.staff.rules.guessable import COMMON, common_long_passwords, is_guessable
from holdfast.staff.rules.passwords import (
    GUESSABLE,
    TOO_LONG,
    TOO_SHORT,
    wrong_with_password,
)

WHO = ("Dahlia", "crisis-moderator")


@pytest.mark.parametrize(
    "password",
    [
        "kelp lantern quarrel mittens",
        "plum tractor violin seventeen",
        "Xk29 fjWq pTz8 vLm3R",
        "tidepoolsaltmarsh77",
        "сорок тысяч обезьян",
        "海の底で静かに眠る古い鐘の音をきく",
        "all small letters and no digit whatsoever",
    ],
)
def test_a_long_password_of_ones_own_will_do_whatever_signs_are_in_it(password: str) -> None:
    assert wrong_with_password(password, WHO) == ""


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "P4ssw0rd!P4ssw0rd!",
        "Password1234567890",
        "correct horse battery staple",
        "qwertyuiopasdfghjkl",
        "1q2w3e4r5t6y7u8i9o0p",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "holdfast-holdfast-2026",
        "Dahlia crisis moderator 1",
        "dahlia.holdfast.staff",
        "my very long and strong password is safe",
    ],
)
def test_what_is_tried_first_is_refused_however_it_is_put_together(password: str) -> None:
    assert wrong_with_password(password, WHO) == GUESSABLE


@pytest.mark.full
def test_every_common_long_password_is_refused() -> None:
    tried = list(common_long_passwords())[::97]
    assert len(tried) > 1_000
    assert [password for password in tried if not is_guessable(password)] == []


def test_length_is_judged_first_and_has_two_ends() -> None:
    assert wrong_with_password("kelp lantern qu"[:14], WHO) == TOO_SHORT
    assert wrong_with_password("kelp lantern qu", WHO) == ""
    long = "".join(chr(0x4E00 + n) for n in range(257))
    assert wrong_with_password(long, WHO) == TOO_LONG
    assert wrong_with_password(long[:256], WHO) == ""


@given(st.sampled_from(COMMON), st.sampled_from(COMMON), st.sampled_from(["", "-", " ", "12"]))
def test_two_common_words_are_never_enough(first: str, second: str, glue: str) -> None:
    assert is_guessable(f"{first}{glue}{second}")


@given(st.text(alphabet=string.ascii_lowercase, min_size=3, max_size=12))
def test_a_name_doubled_until_it_is_long_is_guessable_for_whom_it_names(name: str) -> None:
    assert is_guessable(name * 8, (name,))

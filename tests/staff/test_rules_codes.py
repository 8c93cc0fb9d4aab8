"""Codes: each half minute has its own, each counts once, and a recovery code can't be guessed."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from pyotp import TOTP

from holdfast.staff.rules.codes import (
    CODE_BYTES,
    address_for_app,
    is_recovery_code,
    step_of,
    tidied_code,
    written_code,
    written_secret,
)

SECRET = bytes(range(20))
NOW = datetime(2026, 11, 22, 2, 40, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


def shown(**off: float) -> str:
    return TOTP(written_secret(SECRET)).at(NOW + timedelta(**off))


@pytest.mark.parametrize(("off", "step"), [(0, STEP), (-30, STEP - 1), (30, STEP + 1)])
def test_a_clock_may_be_half_a_minute_off(off: int, step: int) -> None:
    assert step_of(SECRET, shown(seconds=off), NOW, last_step=0) == step


@pytest.mark.parametrize("off", [-90, -60, 60, 90])
def test_a_code_of_another_time_is_no_code(off: int) -> None:
    assert step_of(SECRET, shown(seconds=off), NOW, last_step=0) is None


def test_a_code_counts_once_and_none_before_it_counts_any_more() -> None:
    assert step_of(SECRET, shown(), NOW, last_step=STEP - 1) == STEP
    assert step_of(SECRET, shown(), NOW, last_step=STEP) is None
    assert step_of(SECRET, shown(seconds=-30), NOW, last_step=STEP) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\x00" * 6])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert step_of(SECRET, shown(), NOW, last_step=0) == STEP
    assert step_of(SECRET, code, NOW, last_step=0) is None


def test_a_code_may_be_typed_with_a_space() -> None:
    assert step_of(SECRET, f"{shown()[:3]} {shown()[3:]}", NOW, last_step=0) == STEP


def test_a_recovery_code_has_at_least_112_bits_and_survives_typing() -> None:
    assert CODE_BYTES * 8 >= 112
    code = written_code(secrets.token_bytes(CODE_BYTES))
    assert is_recovery_code(code)
    assert tidied_code(code.lower().replace("-", " ")) == tidied_code(code)
    assert tidied_code(code.replace("O", "0").replace("I", "1")) == tidied_code(code)
    assert not is_recovery_code(code[:-1])


def test_the_picture_names_place_and_person_and_nothing_else() -> None:
    address = address_for_app(SECRET, place="Holdfast", name="Sam")
    assert address == f"otpauth://totp/Holdfast:Sam?secret={written_secret(SECRET)}&issuer=Holdfast"

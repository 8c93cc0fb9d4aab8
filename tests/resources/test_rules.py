"""What the help page may show, for any rows and any day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from holdfast.resources.rules.helplines import (
    WORLD,
    Contact,
    Emergency,
    Helpline,
    Place,
    Seen,
    dialled,
)
from holdfast.resources.rules.showing import (
    days_left,
    doubts,
    sheet,
    standing,
    warning,
)

TODAY = date(2027, 6, 1)
SEEN_ON = date(2026, 11, 22)

days = st.dates(date(2026, 1, 1), date(2029, 12, 31))
marks = st.sampled_from(get_args(Seen))
checks = st.one_of(st.none(), days).map(
    lambda day: {"checked_by": "Elm" if day else "", "checked_on": day}
)
contacts = st.builds(
    lambda keys, mark: Contact(method="phone", number=keys, dial=keys, seen=mark),
    st.integers(100, 10**11).map(str),
    st.one_of(st.none(), marks),
)


def emergency(**more: object) -> Emergency:
    return Emergency.model_validate(
        {"number": "112", "dial": "112", "source": "a page", "seen": "memory", "seen_on": SEEN_ON}
        | more
    )


def helpline(name: str = "gb-line", /, **more: object) -> Helpline:
    return Helpline.model_validate(
        {
            "id": name,
            "name": "A line",
            "kind": "crisis",
            "description": "Someone to talk to.",
            "source": "a page",
            "seen": "page",
            "seen_on": SEEN_ON,
            "contacts": [{"method": "phone", "number": "116 123", "dial": "116123"}],
        }
        | more
    )


def checked(days_ago: int) -> dict[str, object]:
    return {"checked_by": "Elm", "checked_on": TODAY - timedelta(days=days_ago)}


def place(*lines: Helpline, **more: object) -> Place:
    return Place(country="GB", emergency=emergency(**more), helplines=lines)


WORLDWIDE = Place(
    country=WORLD,
    emergency=emergency(),
    directory=helpline("world-directory", kind="directory"),
)


@st.composite
def rows(draw: st.DrawFn) -> tuple[Helpline, ...]:
    count = draw(st.integers(0, 5))
    return tuple(
        helpline(
            f"gb-{n}",
            seen=draw(marks),
            contacts=tuple(draw(st.lists(contacts, min_size=1, max_size=3))),
            **draw(checks),
        )
        for n in range(count)
    )


@given(lines=rows(), check=checks, today=days)
def test_no_page_is_ever_empty(
    lines: tuple[Helpline, ...], check: dict[str, object], today: date
) -> None:
    page = sheet(place(*lines, **check), WORLDWIDE, today)
    assert page.emergency.number == "112"
    assert page.directory.line is WORLDWIDE.directory
    assert page.directory.contacts
    once_known = any(
        (line.checked_on and line.checked_on <= today)
        or any((c.seen or line.seen) != "memory" for c in line.contacts)
        for line in lines
    )
    assert bool(page.lines or page.last_known) == once_known


@given(lines=rows(), today=days)
def test_every_contact_is_either_shown_or_hidden_for_a_reason(
    lines: tuple[Helpline, ...], today: date
) -> None:
    page = sheet(place(*lines), WORLDWIDE, today)
    for line in lines:
        shown = [c for part in page.lines if part.line is line for c in part.contacts]
        hidden = [c for part in page.hidden if part.line is line for c in part.contacts]
        assert sorted(shown + hidden, key=repr) == sorted(line.contacts, key=repr)


@given(lines=rows(), today=days)
def test_a_number_nobody_checked_is_shown_only_if_it_was_seen_on_a_page(
    lines: tuple[Helpline, ...], today: date
) -> None:
    for part in sheet(place(*lines), WORLDWIDE, today).lines:
        if part.standing == "unchecked":
            assert all((c.seen or part.line.seen) == "page" for c in part.contacts)
        else:
            assert part.standing == "checked"
            assert part.line.checked_by


@given(line=rows().filter(len).map(lambda lines: lines[0]), today=days, later=st.integers(0, 900))
def test_a_row_that_hid_itself_does_not_come_back_on_its_own(
    line: Helpline, today: date, later: int
) -> None:
    if standing(line, today) == "expired":
        assert standing(line, today + timedelta(days=later)) == "expired"


@pytest.mark.parametrize(
    ("days_ago", "trust"), [(0, "checked"), (180, "checked"), (181, "expired"), (-1, "unchecked")]
)
def test_a_check_holds_for_180_days_and_not_before_its_own_day(days_ago: int, trust: str) -> None:
    assert standing(helpline(**checked(days_ago)), TODAY) == trust


@pytest.mark.parametrize(
    ("left", "word"),
    [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)],
)
def test_warnings_come_60_30_and_7_days_before_a_row_hides_itself(
    left: int, word: int | None
) -> None:
    row = helpline(**checked(180 - left))
    assert days_left(row, TODAY) == left
    assert warning(row, TODAY) == word


def test_a_mark_goes_with_the_number_it_follows() -> None:
    line = helpline(
        contacts=[
            {"method": "phone", "number": "116 123", "dial": "116123"},
            {"method": "text", "number": "85258", "dial": "85258", "seen": "memory"},
        ]
    )
    page = sheet(place(line), WORLDWIDE, TODAY)
    assert [c.number for c in page.lines[0].contacts] == ["116 123"]
    assert [(c.number, part.why) for part in page.hidden for c in part.contacts] == [
        ("85258", "memory")
    ]


def test_once_checked_a_remembered_number_is_shown() -> None:
    remembered = helpline(seen="memory")
    assert not sheet(place(remembered), WORLDWIDE, TODAY).lines
    known = helpline(seen="memory", **checked(1))
    assert sheet(place(known), WORLDWIDE, TODAY).lines[0].standing == "checked"


def test_the_last_known_line_is_the_one_checked_last() -> None:
    older, newer = helpline("gb-a", **checked(400)), helpline("gb-b", **checked(200))
    weak = helpline("gb-c", seen="weak", seen_on=TODAY)
    page = sheet(place(older, newer, weak), WORLDWIDE, TODAY)
    assert page.lines == ()
    assert page.last_known is not None
    assert page.last_known.line is newer
    assert page.last_known.standing == "expired"


def test_with_no_check_at_all_the_last_known_line_is_the_one_seen_last() -> None:
    older = helpline("gb-a", seen="weak")
    newer = helpline("gb-b", seen="weak", seen_on=SEEN_ON + timedelta(days=1))
    page = sheet(place(older, newer), WORLDWIDE, TODAY)
    assert page.last_known is not None
    assert page.last_known.line is newer


def test_a_number_that_was_only_remembered_is_never_the_last_known_line() -> None:
    assert sheet(place(helpline(seen="weak")), WORLDWIDE, TODAY).last_known is not None
    assert sheet(place(helpline(seen="memory")), WORLDWIDE, TODAY).last_known is None


def test_the_emergency_number_stays_after_its_check_has_run_out() -> None:
    page = sheet(place(**checked(500)), WORLDWIDE, TODAY)
    assert page.emergency.number == "112"
    assert page.emergency_standing == "expired"


def test_the_keepers_are_told_of_every_unchecked_expiring_and_expired_row() -> None:
    listed = doubts(
        [
            place(
                helpline("gb-fresh", **checked(10)),
                helpline("gb-soon", **checked(175)),
                helpline("gb-old", **checked(181)),
                helpline("gb-new", doubt="Hours were not seen."),
                helpline("gb-recalled", seen="memory"),
                helpline("gb-ahead", **checked(-3)),
            )
        ],
        TODAY,
    )
    assert [(d.row, d.why, d.shown, d.days_left) for d in listed] == [
        ("emergency", "unchecked", True, None),
        ("gb-soon", "expiring", True, 5),
        ("gb-old", "expired", False, -1),
        ("gb-new", "unchecked", True, None),
        ("gb-recalled", "unchecked", False, None),
        ("gb-ahead", "checked later than today", True, None),
    ]
    assert listed[3].doubt == "Hours were not seen."
    assert str(listed[1]) == "GB gb-soon (A line): its check ends in 5 days, shown. Source: a page."
    assert str(listed[3]) == (
        "GB gb-new (A line): not yet checked, shown. Source: a page. Doubt: Hours were not seen."
    )


@pytest.mark.parametrize(
    ("number", "keys"),
    [
        ("116 123", "116123"),
        ("0800 111 0 111", "08001110111"),
        ("*4141", "*4141"),
        ("119 ext. 8", "119"),
        ("1800-89-14416", "18008914416"),
    ],
)
def test_what_is_dialled_are_the_keys_a_person_reads(number: str, keys: str) -> None:
    assert dialled(number) == keys


@pytest.mark.parametrize(
    ("method", "number", "dial"),
    [
        ("phone", "3114", "+33333114"),
        ("text", "85258", "+4485258"),
        ("phone", "116 123", "116124"),
        ("whatsapp", "9151 1767", "+6591511767"),
        ("chat", "example.org", "http://example.org/"),
    ],
)
def test_a_number_that_cannot_be_dialled_as_written_is_refused(
    method: str, number: str, dial: str
) -> None:
    with pytest.raises(ValidationError, match="dial must be"):
        Contact.model_validate({"method": method, "number": number, "dial": dial})


@pytest.mark.parametrize(
    "half",
    [
        {"checked_by": "Elm"},
        {"checked_on": TODAY},
        {"checked_by": " ", "checked_on": TODAY},
    ],
)
def test_a_check_needs_both_a_name_and_a_day(half: dict[str, object]) -> None:
    assert helpline(checked_by="Elm", checked_on=TODAY).checked_on == TODAY
    with pytest.raises(ValidationError, match="together"):
        helpline(**half)


@pytest.mark.parametrize("hours", ["whenever", "Mon-Sat", "25:00-26:00", "daily 9-5"])
def test_hours_are_said_in_one_way_or_not_at_all(hours: str) -> None:
    good = {"method": "phone", "number": "112", "dial": "112", "hours": "Mon-Sat 10:00-20:00"}
    assert Contact.model_validate(good).hours
    with pytest.raises(ValidationError, match="hours are"):
        Contact.model_validate(good | {"hours": hours})

"""The days that sentences give, in words and in figures."""

from __future__ import annotations

from datetime import date

import pytest

from longhaul.ingest.dates import event_date

TODAY = date(2025, 11, 4)  # a Tuesday

SAID = [
    ("Verizon announced it on 3 November 2025.", "2025-11-03"),
    ("Nov. 3, 2025: Verizon announced it.", "2025-11-03"),
    ("It signed on 30 October.", "2025-10-30"),
    ("Shares fell on Monday.", "2025-11-03"),
    ("On Tuesday Lumen raised its outlook.", "2025-11-04"),
    ("Shares fell on Wednesday.", "2025-10-29"),
    ("AWS chose Zayo yesterday.", "2025-11-03"),
    ("AWS chose Zayo last week.", "2025-11-02"),
    ("Two weeks ago it chose Zayo.".replace("Two", "two"), "2025-10-21"),
    ("It lost the order last month.", "2025-10-31"),
    ("It launched back in January.", "2025-01-31"),
    ("By December it had doubled.", "2024-12-31"),
    ("Deals of $5 billion in Aug 2024.", "2024-08-31"),
    ("Sales fell in the third quarter.", "2025-09-30"),
    ("Sales fell in the fourth quarter.", "2024-12-31"),
    ("Q1 2026 orders are full.", "2026-03-31"),
    ("Sales fell in the first half of 2025.", "2025-06-30"),
    ("Sales fell last quarter.", "2025-09-30"),
    ("Arista led in 2024.", "2024-12-31"),
    ("Arista leads in 2025.", "2025-11-04"),  # the year is not over: what is told of it had happened by then
    ("Arista led last year.", "2024-12-31"),
]

AHEAD = [
    ("Lumen expects it in January.", "2026-01-31"),
    ("Sales should double by 2028.", "2028-12-31"),
    ("Sales should double this year.", "2025-12-31"),
    ("Deliveries begin in the first quarter.", "2026-03-31"),
    ("Deliveries begin in the fourth quarter.", "2025-12-31"),
    ("It may close next year.", "2026-12-31"),
    ("It may close in the second half of 2026.", "2026-12-31"),
]

NONE = ["Verizon may lose.", "It sold 2,000 ports of 800G.", "Sales rose in the fiscal third quarter of 2026.", "FY2026 sales rose.",
        "Revenue of fiscal 2025 rose.", "March Networks won.", "An 1800-kilometre route.", ""]


@pytest.mark.parametrize(("sentence", "day"), SAID)
def test_what_has_happened(sentence, day):
    assert event_date(sentence, TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(("sentence", "day"), AHEAD)
def test_what_is_to_come(sentence, day):
    assert event_date(sentence, TODAY, ahead=True) == date.fromisoformat(day)


@pytest.mark.parametrize("sentence", NONE)
def test_no_day(sentence):
    assert event_date(sentence, TODAY) is None


def test_the_nearest_to_the_claim():
    sentence = "Deals worth $5 billion in August 2024 had grown to nearly $13 billion by February 2026."
    assert event_date(sentence, date(2026, 3, 1), sentence.index("$5")) == date(2024, 8, 31)
    assert event_date(sentence, date(2026, 3, 1), sentence.index("$13")) == date(2026, 2, 28)


@pytest.mark.parametrize("today", [date.min, date.max])
def test_the_ends_of_the_calendar(today):
    for sentence in [sentence for sentence, _ in SAID + AHEAD]:
        for ahead in (False, True):
            event_date(sentence, today, ahead=ahead)


def test_an_article_without_a_date_gives_only_full_dates():
    assert event_date("It fell last week, after 3 May 2024.", None) == date(2024, 5, 3)
    assert event_date("It fell last week.", None) is None
    assert event_date("It fell in the third quarter.", None) is None
    assert event_date("It fell in the third quarter of 2024.", None) == date(2024, 9, 30)

"""Figures, dates and texts as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cbam_xl.entries import as_date, figures, meant_days, nearest

MARKS = {"1,234.5": (",", "."), "1.234,5": (".", ","), "1 234,5": (" ", ","), "1'234.5": ("'", "."),
         "1\u202f234,5": ("\u202f", ",")}  # fmt: skip
each_style = pytest.mark.parametrize("style", MARKS)


@each_style
@given(st.integers(1, 10**12), st.integers(0, 99))
def test_a_figure_is_found_in_every_style(style: str, whole: int, hundredths: int) -> None:
    thousands, decimal = MARKS[style]
    text = f"{whole:,}.{hundredths:02}".replace(",", "T").replace(".", decimal).replace("T", thousands)
    assert list(figures(text)) == pytest.approx([whole + hundredths / 100])
    assert list(figures(f"−{text} GJ/t")) == pytest.approx([-whole - hundredths / 100])


@given(st.text(max_size=12) | st.text("0123456789., '-+%t", max_size=9))
@example("1.2.3,4")
@example(",")
@example("-.")
@example("1 23")
@example("٣")
def test_any_text_means_few_figures_and_never_raises(text: str) -> None:
    assert len(figures(text)) < 3
    assert all(f == f for f in figures(text))


@pytest.mark.parametrize("text", ["", "-", "1 23", "12.3.2024", "1,2,3", "5 to 6", "≈5", "1..2", "1.2,3.4", "0x10"])
def test_what_means_no_figure(text: str) -> None:
    assert figures(text) == ()


@pytest.mark.parametrize(("text", "wanted"), [("1.234", (1.234, 1234)), ("0,123", (0.123,)), ("1.234.567", (1234567,)),
                                              (",5", (0.5,)), ("5,", (5,)), ("85%", (85,)), ("1000Nm3", (1000,)),
                                              ("0012", (12,)), ("1234,567", (1234.567,))])  # fmt: skip
def test_what_means_one_figure_or_two(text: str, wanted: tuple[float, ...]) -> None:
    assert figures(text) == wanted


@pytest.mark.parametrize("value", [2024.0, 0.0, True, "31.12.2024", None, 1e18, float("nan")])
def test_what_is_no_day(value: object) -> None:
    assert as_date(value) is None


def test_a_day_number_is_a_day() -> None:
    assert as_date(45657) == date(2024, 12, 31)


@pytest.mark.parametrize(("text", "wanted"), [
    ("01.01.2026", "2026-01-01"), ("31/12/2026", "2026-12-31"), ("12/31/2026", "2026-12-31"),
    ("31-12-2026 ", "2026-12-31"),
    ("2026/12/31", "2026-12-31"), ("2026.1.5.", "2026-01-05"), ("1. 1. 2026", "2026-01-01"),
    ("05/04/2026", "2026-04-05 or 2026-05-04"), ("29.02.2024", "2024-02-29"), ("30.02.2024", ""), ("31.12.26", ""),
    ("1.13.14", ""), ("31.12", ""), ("soon", ""), ("", ""), ("31.12.20260", ""), ("²/²/2026", ""),
])  # fmt: skip
def test_the_days_that_a_text_may_mean(text: str, wanted: str) -> None:
    assert meant_days(text) == wanted


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from(("%d.%m.%Y", "%m/%d/%Y", "%Y/%m/%d")))
def test_a_day_is_among_what_its_text_may_mean(day: date, style: str) -> None:
    said = meant_days(day.strftime(style)).split(" or ")
    assert day.isoformat() in said
    assert len(said) == 1 or (day.day != day.month and max(day.day, day.month) < 13 and style[1] != "Y")


def test_the_nearest_entry_is_printable_and_short() -> None:
    assert nearest("Kiln 1 x", ["Kiln\n1", "Mill"]) == " Did you mean “Kiln 1”?"
    assert nearest("k" * 61, ["k" * 60]) == ""

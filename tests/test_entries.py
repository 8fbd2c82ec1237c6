"""Figures, dates and texts as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cbam_xl.entries import as_date, figures

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

"""The tutorial: a site without a finding, and the same with forty mistakes, each of which is named and located."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest
from declared import EXAMPLES, book_of
from hypothesis import given, settings
from hypothesis import strategies as st

from cbam_xl.attribution import recalculate
from cbam_xl.findings import FINDINGS
from cbam_xl.report import Report
from cbam_xl.sheets import records

sys.path.insert(0, str(Path(__file__).parents[1] / "templates"))

import mistakes

WRONG = EXAMPLES / f"{mistakes.NAME}.toml"
CLEAN = mistakes.base(WRONG)
FORTY = mistakes.read(WRONG)


def solved(*planted: mistakes.Mistake) -> Report:
    return recalculate(records.read(book_of(mistakes.planted(CLEAN, planted))))


def found(*planted: mistakes.Mistake) -> set[tuple[str, str]]:
    """Code and Sheet!Cell of each finding."""
    return {(i.code, f"{i.sheet}!{i.cell}") for i in solved(*planted).issues}


def story(mistake: mistakes.Mistake) -> str:
    return mistake.story


def test_the_clean_twin_has_no_finding() -> None:
    assert [str(i) for i in solved().issues] == []


def test_there_are_forty_mistakes_each_another_ten_from_the_field_ten_of_a_stranger() -> None:
    assert len({m.story for m in FORTY}) == len(FORTY) == 40
    assert len({repr(m.edits) for m in FORTY}) == 40
    whose = Counter(mistakes.ORIGINS[m.origin] for m in FORTY)
    assert min(whose.values()) >= 10
    assert len(whose) == 3
    assert {m.code for m in FORTY} <= set(FINDINGS)


@pytest.mark.parametrize("mistake", FORTY, ids=story)
def test_a_mistake_alone_is_named_and_located(mistake: mistakes.Mistake) -> None:
    wrong = mistakes.planted(CLEAN, (mistake,))
    assert wrong != CLEAN
    place = mistakes.place(mistake, CLEAN, wrong)
    told = found(mistake)
    assert (mistake.code, place) in told
    assert {code for code, _ in told} == {mistake.code, *mistake.brings}


def test_all_forty_are_named_and_located_at_once_and_nothing_else() -> None:
    wrong = mistakes.planted(CLEAN, FORTY)
    told = found(*FORTY)
    assert [m.story for m in FORTY if (m.code, mistakes.place(m, CLEAN, wrong)) not in told] == []
    places = {(m.code, mistakes.place(m, CLEAN, wrong)) for m in FORTY}
    others = told - places
    assert {code for code, _ in others} <= {code for m in FORTY for code in m.brings}
    assert others <= {each for m in FORTY for each in found(m)}


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(range(len(FORTY)))))
def test_whatever_is_mended_the_others_are_still_told_and_nothing_new(left: set[int]) -> None:
    """On the way from forty to none nobody is sent astray."""
    planted = [m for number, m in enumerate(FORTY) if number in left]
    wrong = mistakes.planted(CLEAN, planted)
    told = found(*planted)
    places = {(m.code, mistakes.place(m, CLEAN, wrong)) for m in planted}
    assert places - told == set()
    assert {code for code, _ in told - places} <= {code for m in planted for code in m.brings}


def test_the_built_workbooks_say_the_same() -> None:
    from cbam_xl.road import example, read

    assert recalculate(read(example("tutorial"))).issues == ()
    report = recalculate(read(example(mistakes.NAME)))
    assert {(i.code, f"{i.sheet}!{i.cell}") for i in report.issues if i.sheet != "Installation"} == {
        (code, place) for code, place in found(*FORTY) if not place.startswith("Installation!")}  # fmt: skip


def test_the_clean_workbook_is_there_with_its_results_and_the_other_without() -> None:
    from cbam_xl.books import FileBook
    from cbam_xl.road import example

    counts = [sum(any(cell not in ("", None) for cell in row[1:]) for row in FileBook(example(name)).rows("Results"))
              for name in ("tutorial", mistakes.NAME)]  # fmt: skip
    assert counts[0] > counts[1]


def test_the_list_of_mistakes_is_that_of_the_declaration() -> None:
    readme = EXAMPLES / "README.md"
    assert mistakes.written(readme) == readme.read_text(encoding="utf-8")
    for mistake in FORTY:
        assert f"| {mistake.story} |" in mistakes.table(WRONG)


def test_a_row_that_is_not_there_or_not_the_only_one_can_not_be_mistaken() -> None:
    with pytest.raises(ValueError, match="0 rows of Goods"):
        mistakes.position(CLEAN, "Goods", {"name": "Gold"})
    with pytest.raises(ValueError, match="8 rows of Source streams"):
        mistakes.position(CLEAN, "Source streams", {"name": "Natural gas"})

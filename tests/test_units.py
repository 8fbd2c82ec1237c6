"""The unit list: every factor proved with pint, every spelling read, nothing converted that mustn't be."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbam_xl import reference, units
from cbam_xl.errors import CbamError

ROWS = reference.rows("units")
DIMENSIONS = {row["dimension"]: row["canonical"] for row in ROWS}
SPELLINGS = st.sampled_from([row["spelling"] for row in ROWS])


def test_list_is_long_enough_and_unambiguous() -> None:
    keys = [units.normalise(row["spelling"]) for row in ROWS]
    assert len(keys) == len(set(keys)) >= 60


@pytest.mark.parametrize("exact", [True, False])
def test_pint_proves_every_factor(exact: bool) -> None:
    registry = units.registry(exact)
    one = {row["spelling"]: 1 * registry.parse_expression(row["pint"]) for row in ROWS}
    for row in ROWS:
        proved = one[row["spelling"]].m_as(one[row["canonical"]].units) / one[row["canonical"]].magnitude
        if exact:
            assert Fraction(row["exact"]) == proved, row["spelling"]
        assert float(row["factor"]) == pytest.approx(float(proved), rel=1e-12), row["spelling"]
        assert units.factor(row["spelling"], row["canonical"]) == float(row["factor"])


def test_one_dimension_name_for_one_dimension_of_pint() -> None:
    registry = units.registry()
    pairs = {(row["dimension"], str((1 * registry.parse_expression(row["pint"])).dimensionality)) for row in ROWS}
    assert len(pairs) == len({name for name, _ in pairs}) == len({dimension for _, dimension in pairs})


def test_canonical_unit_comes_first() -> None:
    for dimension, canonical in DIMENSIONS.items():
        assert units.spellings(dimension)[0] == canonical
        assert units.table(canonical)[canonical] == 1.0


@pytest.mark.parametrize(
    ("value", "label", "to", "expected"),
    [
        (1, "toe", "GJ", 41.868),
        (1, "tce", "Gcal", 7),
        (1, "MWh", "GJ", 3.6),
        (1, "MMBtu", "GJ", 1.05505585262),
        (6000, "kcal/kg", "GJ/t", 25.1208),
        (10, "kWh/Nm3", "GJ/1000Nm3", 36),
        (0.5, "kgCO2/kWh", "tCO2/MWh", 0.5),
        (202, "kg CO2 / MWh", "tCO2/TJ", 56.1111111111),
        (56.1, "kgCO2/GJ", "tCO2/TJ", 56.1),
        (1, "short ton", "kg", 907.18474),
        (1000, "Sm3", "Nm3", 947.9437792816),
        (1, "gal", "l", 3.785411784),
        (850, "kg/m3", "t/m3", 0.85),
        (1820, "g/Nm3", "kg/Nm3", 1.82),
        (265, "1000Nm3/h", "Nm3/h", 265000),
        (90, "min", "h", 1.5),
        (0.75, "kgC/kg", "tC/t", 0.75),
        (2.7, "kgCO2/l", "tCO2/m3", 2.7),
        (345.6, "kWh/t", "MWh/t", 0.3456),
    ],
)
def test_known_conversions(value: float, label: str, to: str, expected: float) -> None:
    assert units.convert(value, label, to) == pytest.approx(expected, rel=1e-11)
    assert units.convert_with_pint(value, label, to) == pytest.approx(expected, rel=1e-11)


def test_case_counts_where_it_means_something() -> None:
    assert units.factor("Mt", "t") == 1e6
    assert units.factor("MT", "t") == units.factor("mt", "t") == 1.0
    assert units.factor("kt", "t") == 1000.0  # a kilotonne, never a knot


@given(SPELLINGS, st.data())
def test_every_spelling_converts_there_and_back(label: str, data: st.DataObject) -> None:
    dimension = units.dimension(label)
    assert dimension is not None
    other = data.draw(st.sampled_from(units.spellings(dimension)))
    assert units.factor(label, other) * units.factor(other, label) == pytest.approx(1.0, rel=1e-15)
    assert units.factor(label, label) == 1.0


@given(SPELLINGS, st.sampled_from([" ", "  ", "\u00a0", "\u202f"]))
def test_blanks_and_raised_digits_do_not_matter(label: str, blank: str) -> None:
    canonical = DIMENSIONS[str(units.dimension(label))]
    typed = blank + label.replace("/", f"{blank}/{blank}").replace("m3", "m³").replace("CO2", "CO₂")
    assert units.factor(typed, canonical) == units.factor(label, canonical)


@given(SPELLINGS, SPELLINGS)
def test_list_and_pint_agree_on_what_converts(label: str, to: str) -> None:
    if units.dimension(label) == units.dimension(to):
        assert units.convert_with_pint(3.0, label, to) == pytest.approx(units.convert(3.0, label, to), rel=1e-12)
    else:
        with pytest.raises(units.UnitError):
            units.convert(3.0, label, to)
        with pytest.raises(units.UnitError):
            units.convert_with_pint(3.0, label, to)


@pytest.mark.parametrize(
    ("label", "to"),
    [("t", "1000Nm3"), ("m3", "1000Nm3"), ("tCO2", "tC"), ("tC/t", "tCO2/t"), ("MWh (gross)", "MWh"), ("GJ/t", "GJ")],
)
def test_what_needs_a_stated_factor_is_refused(label: str, to: str) -> None:
    with pytest.raises(units.UnitError):
        units.convert(1.0, label, to)
    with pytest.raises(units.UnitError):
        units.convert_with_pint(1.0, label, to)


@pytest.mark.parametrize(
    ("label", "to", "said"),
    [
        ("GJ/tonn", "TJ/t", "Unit 'GJ/tonn' isn't known here. Did you mean 'GJ/t'? Possible: TJ/t, GJ/t,"),
        ("gj/T", "TJ/t", "Did you mean 'GJ/t'?"),
        ("ton", "t", "Did you mean 'tonne'?"),
        ("MWh", "t", "'MWh' measures energy, but mass is needed here."),
        ("MWh (gross)", "TJ", "gross and net differ by the fuel"),
        ("GJ/t (gross)", "TJ/t", "gross and net differ by the fuel"),
        ("kgCO2/kWh (gross)", "tCO2/TJ", "gross and net differ by the fuel"),
        ("", "TJ", "The unit is missing: a unit of energy is needed here, such as TJ."),
        ("GJ/t", "TJ/tonn", "Unit 'TJ/tonn' isn't known here."),
    ],
)
def test_error_says_what_to_do(label: str, to: str, said: str) -> None:
    with pytest.raises(CbamError) as caught:
        units.factor(label, to)
    assert said in str(caught.value)
    assert len(str(caught.value)) <= 200


@pytest.mark.parametrize("label", ["pcs", "", "t//", "2", "'", "__import__('os')", "t if", "9**9**9**9", "furlong/h"])
def test_what_pint_cannot_read_is_an_error(label: str) -> None:
    with pytest.raises(units.UnitError):
        units.convert_with_pint(1.0, label, "t")


def test_unknown_labels() -> None:
    assert units.dimension("furlong") is None
    assert units.spellings("colour") == ()
    with pytest.raises(units.UnitError, match="isn't known"):
        units.table("furlong")


def test_every_hint_is_a_unit() -> None:
    registry = units.registry()
    hints = {name: hint.__metadata__[0] for name, hint in vars(units).items() if hasattr(hint, "__metadata__")}
    assert len(hints) >= 25
    for name, text in hints.items():
        assert registry.parse_expression(text) is not None, name
    dimension = {name: (1 * registry.parse_expression(text)).dimensionality for name, text in hints.items()}
    assert dimension["t"] != dimension["kNm3"] != dimension["Amount"] != dimension["tC"] != dimension["tCO2"]


def test_pint_stays_away_until_it_is_asked() -> None:
    code = "import sys; from cbam_xl import units; units.convert(1, 'GJ', 'TJ'); assert 'pint' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)

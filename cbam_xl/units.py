"""The gate: a value with a unit as people write it becomes a float in the canonical unit.

Canonical units are the law's own (t, 1000Nm3, TJ, MWh, tCO2e), so that a figure inside is the figure on the sheet.
`reference_sheets/units.csv` is the closed list of spellings. pint proves each factor of that list and converts what
isn't on it; it is imported only when one of its two functions is called.

The first names below are type hints: a type checker sees floats, a reader and the tests see units.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from .errors import CbamError

if TYPE_CHECKING:
    from collections.abc import Iterable

# The text of each hint is a unit that registry() reads; `amount` stands for t or 1000Nm3.
share = Annotated[float, "share"]
percent = Annotated[float, "percent"]
t = Annotated[float, "t"]
kg = Annotated[float, "kg"]
Nm3 = Annotated[float, "Nm3"]
kNm3 = Annotated[float, "kNm3"]
TJ = Annotated[float, "TJ"]
MWh = Annotated[float, "MWh"]
tCO2 = Annotated[float, "tCO2"]
tCO2e = Annotated[float, "tCO2e"]
tC = Annotated[float, "tC"]
hours = Annotated[float, "h"]
minutes = Annotated[float, "min"]
millivolts = Annotated[float, "mV"]
Amount = Annotated[float, "amount"]
TJ_per_amount = Annotated[float, "TJ/amount"]
TJ_per_MWh = Annotated[float, "TJ/MWh"]
tC_per_amount = Annotated[float, "tC/amount"]
tCO2_per_tC = Annotated[float, "tCO2/tC"]
tCO2_per_TJ = Annotated[float, "tCO2/TJ"]
tCO2_per_MWh = Annotated[float, "tCO2/MWh"]
tCO2_per_amount = Annotated[float, "tCO2/amount"]
tCO2e_per_amount = Annotated[float, "tCO2e/amount"]
amount_per_t = Annotated[float, "amount/t"]
tCO2e_per_t = Annotated[float, "tCO2e/t"]
t_per_t = Annotated[float, "t/t"]
kg_per_t = Annotated[float, "kg/t"]
g_per_t = Annotated[float, "g/t"]
kg_per_kmol = Annotated[float, "kg/kmol"]
kg_per_s = Annotated[float, "kg/s"]
kJ_per_kg = Annotated[float, "kJ/kg"]
kJ_per_s = Annotated[float, "kJ/s"]
m3_per_s = Annotated[float, "m3/s"]
m3_per_kg = Annotated[float, "m3/kg"]
g_per_Nm3 = Annotated[float, "g/Nm3"]
Nm3_per_h = Annotated[float, "Nm3/h"]
kNm3_per_h = Annotated[float, "kNm3/h"]
# Substances, each a dimension of its own: a tonne of one is no tonne of another.
tO2 = Annotated[float, "tO2"]
tH2 = Annotated[float, "tH2"]
tCl2 = Annotated[float, "tCl2"]
tNaOH = Annotated[float, "tNaOH"]
tNaClO3 = Annotated[float, "tNaClO3"]
tAl = Annotated[float, "tAl"]
tCF4 = Annotated[float, "tCF4"]
tC2F6 = Annotated[float, "tC2F6"]
tN2O = Annotated[float, "tN2O"]
tCO = Annotated[float, "tCO"]
kgO2_per_kmol = Annotated[float, "kgO2/kmol"]
kgH2_per_kmol = Annotated[float, "kgH2/kmol"]
kgCl2_per_kmol = Annotated[float, "kgCl2/kmol"]
kgNaOH_per_kmol = Annotated[float, "kgNaOH/kmol"]
kgNaClO3_per_kmol = Annotated[float, "kgNaClO3/kmol"]
kgCO_per_kmol = Annotated[float, "kgCO/kmol"]
kgCO2_per_kmol = Annotated[float, "kgCO2/kmol"]
tCO2e_per_tCF4 = Annotated[float, "tCO2e/tCF4"]
tCO2e_per_tC2F6 = Annotated[float, "tCO2e/tC2F6"]
tC2F6_per_tCF4 = Annotated[float, "tC2F6/tCF4"]
anode_effects = Annotated[float, "anode_effect/cell_day"]
minutes_per_effect = Annotated[float, "min/anode_effect"]
minutes_per_cell_day = Annotated[float, "min/cell_day"]
slope_factor = Annotated[float, "kgCF4/tAl/(min/cell_day)"]
overvoltage_factor = Annotated[float, "kgCF4/tAl/mV"]

SUBSTANCES = ("O2", "H2", "Cl2", "NaOH", "NaClO3", "Al", "CF4", "C2F6", "N2O", "CO", "C")
DEFINITIONS = (
    "milli- = 1e-3 = m-",
    "kilo- = 1e3 = k-",
    "mega- = 1e6 = M-",
    "giga- = 1e9 = G-",
    "tera- = 1e12 = T-",
    "peta- = 1e15 = P-",
    "share = []",
    "percent = 0.01",
    "amount = [amount]",
    "mole = [substance] = mol",
    "anode_effect = [anode_effect]",
    "cell_day = [cell_day]",
    "volt = [voltage] = V",
    "second = [time] = s",
    "minute = 60 s = min",
    "hour = 3600 s = h",
    "gram = [mass] = g",
    "tonne = 1e6 g = t",
    "pound = 453.59237 g = lb",
    "gram_CO2 = [carbon_dioxide] = gCO2 = gCO2e",
    "tonne_CO2 = 1e6 gCO2 = tCO2 = tCO2e",
    "pound_CO2 = 453.59237 gCO2 = lbCO2",
    "metre = [length] = m",
    "cubic_metre = m**3 = m3",
    "litre = 1e-3 m**3 = l",
    "gallon = 3.785411784 l = gal",
    "normal_cubic_metre = [gas_volume] = Nm3",
    "standard_cubic_metre = 273.15 / 288.15 * Nm3 = Sm3",
    "joule = [energy] = J",
    "watt_hour = 3600 J = Wh",
    "calorie = 4.1868 J = cal",
    "british_thermal_unit = 1055.05585262 J = Btu",
    "joule_gross = [gross_energy] = J_gross",
    "watt_hour_gross = 3600 J_gross = Wh_gross",
    "calorie_gross = 4.1868 J_gross = cal_gross",
    "british_thermal_unit_gross = 1055.05585262 J_gross = Btu_gross",
    *(f"gram_{each} = [{each}] = g{each}" for each in SUBSTANCES),
    *(f"tonne_{each} = 1e6 g{each} = t{each}" for each in SUBSTANCES),
)
"""All that pint knows here. t and Nm3, CO2 and C, net and gross energy are dimensions of their own, so that none of
them becomes another without a stated factor. pint's own list would read kt as knot and pcs as parsec."""

_PLAIN = str.maketrans({"²": "2", "³": "3", "₂": "2", "₃": "3", "·": "*", "−": "-", "–": "-"})


class UnitError(CbamError):
    """A unit that isn't on the list, or doesn't fit here."""


@lru_cache(1 << 12)
def normalise(label: str) -> str:
    """The form in which spellings are compared: no blanks, no raised or lowered digits. Case counts (Mt, mt).

    >>> normalise(" t CO₂ / 1000 Nm³ ")
    'tCO2/1000Nm3'
    """
    return "".join(label.split()).translate(_PLAIN)


class _Unit(NamedTuple):
    """One line of the list; its factor to the canonical unit is above / below, so that ratios round once."""

    spelling: str
    dimension: str
    above: int
    below: int
    pint: str


@cache
def _units() -> dict[str, _Unit]:
    """Comparison form of each spelling -> its line, in the order of the sheet."""
    from . import reference

    found = {}
    for row in reference.rows("units"):
        above, _, below = row["exact"].partition("/")
        found[normalise(row["spelling"])] = _Unit(
            row["spelling"], row["dimension"], int(above), int(below or 1), row["pint"]
        )
    return found


@cache
def table(to: str) -> dict[str, float]:
    """Every spelling that converts to the unit `to`, as listed and without its blanks, with its factor.

    A value in `to` is value * table(to)[unit]; the look-up is a plain dict's. Raises UnitError when `to` isn't listed.

    >>> table("TJ/t")["GJ/t"], table("TJ/t")["kcal/kg"]
    (0.001, 4.1868e-06)
    """
    target = _units().get(normalise(to))
    if target is None:
        raise UnitError(f"Unit {to!r} isn't known here.{_nearest(to, _units())}")
    found: dict[str, float] = {}
    for key, unit in _units().items():
        if unit.dimension == target.dimension:
            found[key] = found[unit.spelling] = unit.above * target.below / (unit.below * target.above)
    return found


def factor(label: str, to: str) -> float:
    """What a value in the unit `label` is multiplied by to be in the unit `to`.

    Raises UnitError, with the nearest spelling, when the label isn't listed or measures something else.

    >>> factor("kWh / Nm³", "TJ/1000Nm3")
    0.0036
    """
    factors = table(to)
    found = factors.get(label)
    if found is None:
        found = factors.get(normalise(label))
    if found is None:
        raise UnitError(_why_not(label, to))
    return found


def convert(value: float, label: str, to: str) -> float:
    """The value, given in the unit `label`, in the unit `to`; by the list alone.

    >>> convert(2, "Gcal", "GJ")
    8.3736
    """
    return value * factor(label, to)


def dimension(label: str) -> str | None:
    """What a unit measures, in the words of the list; None when the unit isn't on it.

    >>> dimension("kcal/Nm3"), dimension("furlong")
    ('energy per gas volume', None)
    """
    unit = _units().get(normalise(label))
    return unit.dimension if unit else None


def spellings(dimension: str) -> tuple[str, ...]:
    """The spellings of one dimension, the canonical unit first.

    >>> spellings("carbon per gas volume")[0]
    'tC/1000Nm3'
    """
    return tuple(unit.spelling for unit in _units().values() if unit.dimension == dimension)


LONG = 40
"""A text longer than this is no misspelt unit."""


def _why_not(label: str, to: str) -> str:
    """The sentence that says why `label` can't become `to`; at most 200 characters for labels of sane length."""
    known, wanted = dimension(label), str(dimension(to))
    label = label if len(label) <= LONG else f"{label[:LONG]}…"
    if not label.strip():
        return f"The unit is missing: a unit of {wanted} is needed here, such as {to}."
    if known is None:
        return f"Unit {label!r} isn't known here.{_nearest(label, table(to))}"
    if known.replace("gross ", "") == wanted.replace("gross ", ""):
        return f"{label!r} can't become {to!r}: gross and net differ by the fuel, convert with the fuel's own ratio."
    return f"{label!r} measures {known}, but {wanted} is needed here. Possible: {_some(table(to))}."


def _nearest(label: str, among: Iterable[str]) -> str:
    """' Did you mean ...? Possible: ...' for a message."""
    from difflib import SequenceMatcher

    if len(label) > LONG:
        return f" Possible: {_some(among)}."
    wanted = normalise(label).casefold()
    close = {each: SequenceMatcher(None, wanted, normalise(each).casefold()).ratio() for each in among}
    best = max(close, key=lambda each: close[each])
    hint = f" Did you mean {_units()[normalise(best)].spelling!r}?" if close[best] >= 0.5 else ""
    return f"{hint} Possible: {_some(among)}."


def _some(among: Iterable[str]) -> str:
    """The first spellings of a list, as they are listed."""
    listed = list(dict.fromkeys(_units()[normalise(each)].spelling for each in among))
    return ", ".join(listed[:6]) + (" and more" if len(listed) > 6 else "")


@cache
def registry(exact: bool = False) -> Any:
    """pint's registry with DEFINITIONS and nothing else; `exact` reads numbers as fractions (to prove the list)."""
    import pint

    number: type = float
    if exact:
        from fractions import Fraction as number
    units: Any = pint.UnitRegistry(None, non_int_type=number)
    units.load_definitions(DEFINITIONS)
    return units


def convert_with_pint(value: float, label: str, to: str) -> float:
    """The value in the unit `to`, by pint: for units that aren't on the list, such as lb/MWh or kg/(MJ*h).

    Raises UnitError when pint can't read a unit or the two measure different things.

    >>> round(convert_with_pint(1, "lb/gal", "kg/m3"), 6)
    119.826427
    """
    source, target = _parsed(label, to), _parsed(to, label)
    try:
        return float((value * source).m_as(target.units) / target.magnitude)
    except _pint_errors() as why:
        raise UnitError(f"{label!r} and {to!r} measure different things: one can't become the other.") from why


def _parsed(label: str, other: str) -> Any:
    """One of a unit, by pint. UnitError says which unit isn't known, and which of the other's kind is spelt alike."""
    try:
        return 1 * registry().parse_expression(_for_pint(label))
    except _pint_errors() as why:
        kind = dimension(other)
        hint = _nearest(label, spellings(kind)) if kind else ""
        raise UnitError(f"Unit {label[:LONG]!r} isn't known here.{hint}") from why


def _pint_errors() -> tuple[type[Exception], ...]:
    """What pint raises on texts that are no units, and on units that don't fit."""
    from tokenize import TokenError

    import pint

    python = AttributeError, TypeError, ValueError, ArithmeticError, SyntaxError, AssertionError, RecursionError
    return pint.PintError, TokenError, *python


def _for_pint(label: str) -> str:
    """The pint expression of a listed spelling, or the label; what pint would have to calculate with is refused."""
    import re

    listed = _units().get(normalise(label))
    if listed:
        return listed.pint
    text = label.translate(_PLAIN)
    powers = r"[^A-Za-z_]\s*(\*\*|\^)"  # of numbers could take for ever
    if not re.fullmatch(r"[\w\s()*/^.+-]*", text, re.ASCII) or re.search(powers, text):
        raise UnitError("It isn't a unit.")
    return text


def scaled(value: float | None, by: float) -> float | None:
    """A figure in a smaller unit: the one that, divided again, is exactly the same; with 15 digits where that does.

    So what a person typed comes back as it was typed.

    >>> scaled(0.0282, 1000), scaled(0.07, 100), 0.07 * 100
    (28.2, 7.0, 7.000000000000001)
    """
    from math import inf, nextafter

    if value is None:
        return None
    short = float(f"{value * by:.15g}")
    exact = (short, value * by, nextafter(short, inf), nextafter(short, -inf))
    return next((figure for figure in exact if figure / by == value), short)

"""Source streams: each row in t, 1000Nm3 or TJ, with factors that fit its unit (Eq. 5 to 15, III B.4, B.5)."""

from __future__ import annotations

from math import isnan

from .. import model as m
from .. import reference, units
from ..entries import nearest
from ..findings import amount
from .amounts import factor, used
from .cells import shown
from .choices import FIXED
from .read import Table

BASIS = {"mass": "t", "gas volume": "1000Nm3", "energy": "TJ", "gross energy": "TJ (gross)", "liquid volume": "m3"}
"""What activity data may be measured in, and the unit to which each is converted first."""
LIQUEFIED = 0.6
"""t/m3: liquid methane has 0.42, and no fuel gas that is bought as a liquid has more than this."""
PER_GAS = ("energy per gas volume", "gross energy per gas volume", "emissions per gas volume")


def read(named: Table) -> tuple[tuple[m.Stream, ...], Table]:
    """The records of sheet Source streams, and its table with what was found on the way to them."""
    table = named.copy()
    c = table.columns
    figures = [_figures(table, row, method) for row, method in enumerate(c["method"])]
    quantities, labels, ncvs, efs, ef_units = zip(*figures, strict=True) if figures else [()] * 5
    found = map(m.Stream, table.at, c["name"], c["process"], c["method"], quantities, labels, ncvs, efs, ef_units,
                c["carbon_content"], c["conversion"], c["biomass"], c["data_source"], c["note"])  # fmt: skip
    return tuple(found), table


def _figures(table: Table, row: int, method: str) -> tuple[float | None, str, float | None, float | None, str]:
    """Amount used, its unit, NCV in TJ per unit, EF and what that refers to."""
    quantity, unit = _quantity(table, row)
    if not unit:
        return quantity, "t", None, None, "TJ"
    ncv, (ef, ef_unit) = _ncv(table, row, unit), _ef(table, row, unit)
    energy_needed = ef is not None and ef_unit == "TJ" != unit and method in (m.COMBUSTION, m.PROCESS_EMISSIONS)
    if energy_needed and ncv is None and (row, "ncv") not in table.faulty:
        table.missing(table.sheet.column("ncv"), row, " (the emission factor is per TJ)")
    if quantity is not None and quantity < 0 and method in (m.COMBUSTION, m.PROCESS_EMISSIONS):
        table.say("negative", row, "quantity", f"The amount used, with stocks, is {quantity:,.10g} {unit}: only a "
                  "mass balance or a CO2 transfer has negative amounts. Correct it.")  # fmt: skip
        quantity = None
    if unit != "t" and method == m.CO2_TRANSFER:
        typed = table.columns["quantity_unit"][row]
        table.say("unit-unfit", row, "quantity_unit", f"CO2 that is passed on is counted in t, not in {typed}: choose "
                  "t or kg, or type the Density of the gas.")  # fmt: skip
        quantity = None
    return quantity, unit, ncv, ef, ef_unit


def _quantity(table: Table, row: int) -> tuple[float | None, str]:
    """Amount used and its canonical unit ("" if unknown); volumes of liquids, and of gas if need be, become tonnes."""
    c = table.columns
    value, label, density = used(table, row), c["quantity_unit"][row] or "t", c["density"][row]
    if label in ("t", "1000Nm3", "TJ") and density is None:
        return value, label
    kind = units.dimension(label)
    unit = BASIS.get(kind or "", "")
    if not unit:
        _unfit_amount(table, row, label, kind)
        return None, ""
    value = None if value is None else value * units.factor(label, unit)
    if unit == "TJ (gross)":
        ratio = _net(table, row, label)
        return (None if value is None or ratio is None else value * ratio), "TJ"
    if unit == "m3" and density is None:
        if (row, "density") not in table.faulty:
            table.say("value-missing", row, "density", f"“Density” is missing: {label} of a liquid become tonnes with "
                      "it, e.g. 0.84 kg/l. Of a gas, choose the unit Nm3 or 1000Nm3.")  # fmt: skip
        return None, "t"
    if unit == "m3" or (unit == "1000Nm3" and density is not None and not _per_gas(table, row)):
        per = c["density_unit"][row] or ("kg/l" if unit == "m3" else "kg/Nm3")
        mass = factor(table, row, per, f"t/{unit}", "density_unit")
        if unit == "m3" and mass is not None:
            _no_liquid(table, row, density * mass)
        return (None if value is None or mass is None else value * density * mass), "t"
    return value, unit


def _no_liquid(table: Table, row: int, density: float) -> None:
    """A fuel that Annex VIII knows as a gas, with a density (t/m3) that it hasn't even liquefied: kg/m3 was meant."""
    fuel = reference.fuel(table.columns["name"][row])
    if fuel is not None and fuel["fuel"].endswith("gas") and density > LIQUEFIED:
        table.say("implausible", row, "density", f"{fuel['fuel']} of {amount(1000 * density)} kg/m3 is denser than "
                  "when it is liquid: check the Density and its unit: kg/m3, or kg/Nm3 if AD is in Nm3.")  # fmt: skip


def _unfit_amount(table: Table, row: int, label: str, kind: str | None) -> None:
    """A unit of activity data that isn't on the list, or measures neither mass, volume nor energy."""
    offered = ", ".join(FIXED["ad_units"][:8])
    if kind is None:
        hint = nearest(label, (spelling for measure in BASIS for spelling in units.spellings(measure)))
        table.say("unit-unknown", row, "quantity_unit", f"Unit “{shown(label)}” isn't known here.{hint} Possible: "
                  f"{offered} …")  # fmt: skip
    else:
        table.say("unit-unfit", row, "quantity_unit", f"“{label}” measures {kind}: activity data are a mass, a volume "
                  f"or an energy. Possible: {offered} …")  # fmt: skip


def _per_gas(table: Table, row: int) -> bool:
    """Whether a factor of the row is per volume of gas, so that its density isn't needed."""
    return any(units.dimension(table.columns[f][row]) in PER_GAS for f in ("ncv_unit", "ef_unit"))


def _net(table: Table, row: int, label: str) -> float | None:
    """Net divided by gross calorific value; needed where a unit says gross."""
    ratio: float | None = table.columns["net_per_gross"][row]
    if ratio is not None and isnan(ratio):
        return ratio
    if ratio is None:
        if (row, "net_per_gross") not in table.faulty:
            table.faulty.add((row, "net_per_gross"))  # told once, however many units of the row say gross
            table.say("value-missing", row, "net_per_gross", f"“Net ÷ gross” is missing: {label} is a gross figure; "
                      "type the fuel's net divided by gross calorific value, e.g. 0.902 for natural gas.")  # fmt: skip
    elif not 0.5 <= ratio <= 1:
        table.fault("number-range", row, table.sheet.column("net_per_gross"), f"is {ratio:g}: it lies between 0.5 and "
                    "1. Divide the net by the gross calorific value.")  # fmt: skip
        return None
    return ratio


def _ncv(table: Table, row: int, unit: str) -> float | None:
    """Net calorific value in TJ per unit of the row."""
    value, label = table.columns["ncv"][row], table.columns["ncv_unit"][row]
    if value is None or unit == "TJ":
        return None
    if not label:
        return float(value) / 1000
    gross = (units.dimension(label) or "").startswith("gross ")
    by = _factor(table, row, "ncv_unit", label, f"TJ/{unit} (gross)" if gross else f"TJ/{unit}")
    ratio = _net(table, row, label) if gross else 1.0
    if by is None or ratio is None:
        table.faulty.add((row, "ncv"))
        return None
    return float(value) * by * ratio


def _ef(table: Table, row: int, unit: str) -> tuple[float | None, str]:
    """Emission factor and what it refers to: TJ, or the unit of the row."""
    value, label = table.columns["ef"][row], table.columns["ef_unit"][row] or "tCO2/TJ"
    if label == "tCO2/TJ" or value is None:
        return value, "TJ"
    kind = units.dimension(label)
    if kind == "emissions per energy":
        return value * units.factor(label, "tCO2/TJ"), "TJ"
    if kind == "emissions per gross energy":
        ratio = _net(table, row, label)
        return (None if ratio is None else value * units.factor(label, "tCO2/TJ (gross)") / ratio), "TJ"
    by = _factor(table, row, "ef_unit", label, f"tCO2/{unit}")
    return (None if by is None else value * by), unit


def _factor(table: Table, row: int, field: str, label: str, to: str) -> float | None:
    """Factor of a unit per amount; per mass beside a gas volume, or the other way round, is told with the way out."""
    kind, amount = units.dimension(label) or "", table.columns["quantity_unit"][row] or "t"
    gas = "/1000Nm3" in to
    if kind.endswith(" per mass" if gas else " per gas volume") and "/TJ" not in to:
        out = "type the Density, or choose a unit per Nm3" if gas else "choose a unit per t"
        table.fault("unit-unfit", row, table.sheet.column(field), f"is {label}, which doesn't fit activity data in "
                    f"{amount}: {out}.")  # fmt: skip
        return None
    return factor(table, row, label, to, field)

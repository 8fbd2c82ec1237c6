"""Choice lists: fixed words, words from the reference sheets, and names that stand on the input sheets themselves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from .. import model as m
from .. import options, reference
from ..entries import nearest
from ..findings import LONGEST
from .cells import shown

FEW = 8
"""Most entries of a list that a message names."""

FIXED: dict[str, tuple[str, ...]] = {
    "methods": (m.COMBUSTION, m.PROCESS_EMISSIONS, m.MASS_BALANCE, m.CO2_TRANSFER),
    "ad_units": ("t", "1000Nm3", "kg", "kt", "lb", "Nm3", "l", "m3", "TJ", "GJ", "MWh", "kWh", "Gcal", "MMBtu",
                 "MWh (gross)", "kWh (gross)", "GJ (gross)", "MMBtu (gross)"),
    "ncv_units": ("GJ/t", "GJ/1000Nm3", "MJ/kg", "MJ/Nm3", "kcal/kg", "kcal/Nm3", "kWh/Nm3", "MWh/t",
                  "GJ/t (gross)", "MJ/kg (gross)", "MJ/Nm3 (gross)", "kWh/Nm3 (gross)"),
    "ef_units": ("tCO2/TJ", "tCO2/t", "tCO2/1000Nm3", "kgCO2/GJ", "kgCO2/kWh", "kgCO2/MWh", "kgCO2/kg", "kgCO2/Nm3"),
    "density_units": ("kg/l", "kg/m3", "kg/Nm3"),
    "heat_units": ("TJ", "GJ", "MWh", "kWh", "Gcal", "MMBtu", "1000Nm3", "Nm3"),
    "power_units": ("MWh", "kWh", "GWh", "TJ", "GJ"),
    "power_ef_units": ("tCO2/MWh", "kgCO2/MWh", "kgCO2/kWh", "gCO2/kWh"),
    "mass_units": ("t", "kg", "kt", "lb", "MWh"),
    "pfc_methods": (m.SLOPE, m.OVERVOLTAGE),
    "gases": ("CO2", "N2O"),
    "heat_or_gas": (m.HEAT, m.WASTE_GAS),
    "unit_kinds": (m.BOILER, m.CHP, m.POWER_PLANT, m.RENEWABLE_POWER),
    "ef_sources": m.EF_SOURCES,
    "measured": m.VALUE_SOURCES,
    "justifications": ("Unreasonable costs for more accurate monitoring", "Data gaps", "Other"),
    "data_quality": (
        "Mostly measurements & analyses",
        "Mostly measurements & national standard factors for e.g. the emission factor",
        "Mostly measurements & sector-specific standard factors for e.g. the emission factor",
        "Mostly measurements & international standard factors for e.g. the emission factor",
        "Mostly default values provided by the European Commission",
    ),
    "quality_assurance": ("Third-party verification", "Internal audits", "Four eyes principle", "None"),
    "bases": (m.SUBMETER, "Operating hours", "Mass of goods", "Fuel input", "Reaction enthalpy", "Share in %",
              "Other sound key"),
    "data_sources": ("Own meter", "Third-party meter", "Accredited analysis", "Own analysis", "Supplier",
                     "Regional factor", "National factor", "Standard factor", "Correlation", "Default value",
                     "Estimate"),
    "cp_types": ("Carbon Tax", "Carbon Levy", "Carbon Fee", "National Emissions Trading System",
                 "Regional Emissions Trading System", "Combination", "Other"),
    "rebates": ("Free allocation", "Financial compensation", "Tax deduction", "Combination", "Other"),
    "per": ("tCO2e", "t", "MWh"),
    "by_products": ("Slag", "Scrap", m.OFF_SPEC, "Dust", "Tar", "Oxygen", "Hydrogen", "Chlorine",
                    "Sodium hydroxide", "Sodium chlorate", "Carbon dioxide", "Other"),
    "own_figures": (m.CERTIFICATE_PRICE, m.GRID_FACTOR, m.EXCHANGE_RATE),
    **options.CHOICES,
    "reducing_agents": ("Coal or coke", "Natural gas", "Biogas", "Hydrogen"),
}  # fmt: skip

"""The words of each list. Of units only some spellings are offered; the reader knows all of units.csv."""


class Names(NamedTuple):
    """Names that may stand in a column: those of other sheets, and reserved words; what to say about other words."""

    sheets: tuple[str, ...]
    words: tuple[str, ...] = ()
    instead: Mapping[str, str] = m.NO_COLUMNS


BOUGHT = "what is bought has a row on Precursors, whose name belongs here"
SOLD = f"what leaves the installation goes to “{m.MARKET}”"
NAMES: dict[str, Names] = {
    "processes": Names(("Processes",)),
    "process_shared": Names(("Processes",), (m.SHARED,)),
    "process_or_unit": Names(("Processes", "Energy units"), (m.SHARED,)),
    "sharers": Names(("Processes", "Energy units")),
    "ends_energy": Names(("Processes", "Energy units"), (m.OUTSIDE,)),
    "ends_power": Names(("Processes", "Energy units"), (m.OUTSIDE, m.SHARED)),
    "sources_power": Names(("Processes", "Energy units"), (m.GRID, m.PURCHASE_AGREEMENT, m.DIRECT_LINE)),
    "sources_goods": Names(("Processes", "Precursors"), (), dict.fromkeys((m.OUTSIDE, m.MARKET), BOUGHT)),
    "targets_goods": Names(("Processes",), (m.MARKET, m.OTHER_USE, m.WASTE), {m.OUTSIDE: SOLD}),
    "goods_or_process": Names(("Goods", "Processes")),
    "anything_priced": Names(("Processes", "Precursors", "Goods")),
}


@cache
def by_fold(name: str) -> Mapping[str, str]:
    """The entries of a list by their folded form, in which they are compared."""
    return {m.fold(entry): entry for entry in entries(name)}


def not_listed(name: str, header: str, text: str) -> str:
    """What to do about a text that isn't on a list: what it probably means; a short list is named in full."""
    listed, spoken = entries(name), {entry: entry for entry in entries(name)}
    if name == "country_codes":
        spoken |= {row["name"]: row["code"] for row in reference.rows("countries")}
    hint = nearest(text, spoken)
    named = f"holds “{shown(text, 24)}”: choose {', '.join(listed[:-1])} or {listed[-1]}."
    if len(listed) > FEW or len(header) + len(named) + 3 > LONGEST:
        return f"holds “{shown(text)}”: choose an entry of its list.{hint}"
    return f"{named}{hint if len(header) + len(named) + len(hint) + 3 <= LONGEST else ''}"


def entries(name: str) -> tuple[str, ...]:
    """The entries of a fixed or reference list, in the order in which they are offered; () for lists of names."""
    if name in FIXED:
        return FIXED[name]
    match name:
        case "sectors":
            return tuple(dict.fromkeys(r["sector"] for r in reference.rows("categories")))
        case "categories":
            return (*(r["category"] for r in reference.rows("categories")), m.NOT_CBAM)
        case "routes":
            return tuple(dict.fromkeys(r["route"] for r in reference.rows("routes")))
        case "countries":
            return tuple(sorted(r["name"] for r in reference.rows("countries")))
        case "country_codes":
            return (*(r["code"] for r in reference.rows("countries")), m.UNKNOWN_ORIGIN)
        case "benchmark_letters":
            return tuple(r["route"] for r in reference.rows("benchmark_routes"))
        case "finishing_steps":
            return tuple(dict.fromkeys(r["step"] for r in reference.rows("finishing_steps")))
        case "currencies":
            return tuple(r["code"] for r in reference.rows("currencies"))
        case "cn_codes":
            return tuple(r["cn_code"] for r in reference.rows("cn_codes") if r["in_template"] == "yes")
        case "technologies":
            return tuple(dict.fromkeys(r["technology"] for r in reference.rows("pfc")))
        case "parameters":
            return tuple(dict.fromkeys(r["parameter"] for r in reference.rows("goods_parameters")))
        case "fuels":
            return tuple(r["fuel"] for r in reference.rows("fuels"))
        case "materials":
            return tuple(r["material"] for r in reference.rows("materials"))
        case "stream_names":
            keys = {"fuels": "fuel", "biomass": "fuel", "carbonates": "substance", "materials": "material"}
            return tuple(dict.fromkeys(r[key] for sheet, key in keys.items() for r in reference.rows(sheet)))
    return ()

"""Sheet B_EmInst and the CHP tools: source streams, perfluorocarbons, measured emissions, CHP plants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..model import (
    CHP,
    COMBUSTION,
    MASS_BALANCE,
    OVERVOLTAGE,
    PROCESS_EMISSIONS,
    SLOPE,
    WARNING,
    Cell,
    EnergyUnit,
    Measured,
    Pfc,
    Stream,
)
from . import cells as c
from .grid import Grid, match_word, per_cent, place

METHODS, PFC_METHODS = (COMBUSTION, PROCESS_EMISSIONS, MASS_BALANCE), (SLOPE, OVERVOLTAGE)
AD_UNITS, EF_UNITS, GASES = ("t", "1000Nm3"), ("tCO2/TJ", "tCO2/t", "tCO2/1000Nm3"), ("CO2", "N2O")
TITLES = {
    "method": "method", "name": "name", "quantity": "activity data", "unit": "AD unit", "ncv": "net calorific value",
    "ef": "emission factor", "ef_unit": "EF unit", "carbon_content": "carbon content", "gas": "GHG",
    "concentration": "GHG concentration", "hours": "hours operating", "flow": "flue gas flow",
    "technology": "technology type", "aluminium": "activity data", "frequency": "frequency", "duration": "duration",
    "sef": "SEF(CF4)", "overvoltage": "AEO", "current_efficiency": "CE", "ovc": "OVC", "f_c2f6": "F(C2F6)",
}  # fmt: skip
PFC_FIGURES = ("aluminium", "frequency", "duration", "sef", "overvoltage", "current_efficiency", "ovc", "f_c2f6")
FRACTION = 1.5
"""A current efficiency up to here is a fraction; no cell line runs at 1.5 %."""
_STREAM_PLACES = {field: column for field, column in c.STREAMS.columns.items() if field != "oxidation"}
_COMBUSTION_PLACES = {**_STREAM_PLACES, "conversion": c.STREAMS.columns["oxidation"]}


def read(grid: Grid) -> tuple[tuple[Stream, ...], tuple[Measured, ...], tuple[Pfc, ...]]:
    """The three tables of the sheet, in the order of the records of an installation."""
    return (
        tuple(s for i in range(c.STREAMS.size) if (s := stream(grid, i))),
        tuple(p for i in range(c.MEASURED.size) if (p := measured(grid, i))),
        tuple(f for i in range(c.PFC.size) if (f := pfc(grid, i))),
    )


def _cell(table: c.Table, index: int, places: Mapping[str, str] | None = None) -> Cell:
    return Cell(table.sheet, table.first + index, places or table.columns)


def _blank(grid: Grid, table: c.Table, index: int) -> bool:
    return all(grid.value(table.address(field, index)) is None for field in table.columns) and not any(
        table.address(field, index) in grid.bad for field in table.columns
    )


def _lacking(grid: Grid, table: c.Table, index: int, row: Mapping[str, object], needed: Iterable[str]) -> list[str]:
    """The needed fields that are blank; what couldn't be read has its own issue."""
    return [f for f in needed if row[f] in (None, "") and table.address(f, index) not in grid.bad]


def stream(grid: Grid, index: int) -> Stream | None:
    """One row of the calculation-based approach; None when it is blank.

    A row that the Commission's workbook leaves out of its sums ("Incomplete!", "Inconsistent!") is an error.
    """
    if _blank(grid, c.STREAMS, index):
        return None
    at = {field: c.STREAMS.address(field, index) for field in c.STREAMS.columns}
    texts = {field: grid.text(at[field]) for field in ("method", "name", "unit", "ef_unit")}
    method = match_word(texts["method"], METHODS)
    unit, ef_unit = match_word(texts["unit"], AD_UNITS), match_word(texts["ef_unit"], EF_UNITS)
    conversion = "oxidation" if method == COMBUSTION else "conversion" if method == PROCESS_EMISSIONS else ""
    figures = {field: grid.number(at[field], signed=field == "quantity" and method != COMBUSTION)
               for field in ("quantity", "ncv", "ef", "carbon_content")}  # fmt: skip
    row: dict[str, object] = {**texts, **figures, "method": method, "unit": unit, "ef_unit": ef_unit}
    needed = ["method", "name", "quantity", "unit"]
    if method == MASS_BALANCE:
        needed.append("carbon_content")
    elif method:
        needed += ["ef", "ef_unit"] + ["ncv"] * (ef_unit == "tCO2/TJ")
    lacking = _lacking(grid, c.STREAMS, index, row, needed)
    called = f"“{texts['name'][:40]}”" if texts["name"] else "The row"
    fits = method == MASS_BALANCE or ef_unit in ("", "tCO2/TJ", f"tCO2/{unit}")
    if lacking:
        empty = not method and all(figure is None for figure in figures.values())
        wrong = [f"“{texts[f][:20]}” is no {TITLES[f]}" for f in lacking if texts.get(f)]
        blank = [TITLES[f] for f in lacking if not texts.get(f)]
        what = "; ".join([*wrong, *([f"blank: {', '.join(blank)}"] if blank else [])])
        grid.report("stream-incomplete", f"{called} is left out of the Commission's sums ({what}). Fill in or clear "
                    "the row.", at[lacking[0]], WARNING if empty else "")  # fmt: skip
        if empty:
            return None
    elif not fits:
        grid.report("stream-incomplete", f"{called} is left out of the Commission's sums: {ef_unit} doesn't go with "
                    f"activity data in {unit}. Choose the EF unit that fits.", at["ef_unit"])  # fmt: skip
    return Stream(
        _cell(c.STREAMS, index, _COMBUSTION_PLACES if method == COMBUSTION else _STREAM_PLACES),
        texts["name"],
        "",
        method or texts["method"],
        figures["quantity"],
        unit or texts["unit"],
        None if figures["ncv"] is None else figures["ncv"] / 1000,
        figures["ef"] if ef_unit and fits else None,
        ef_unit.removeprefix("tCO2/") or texts["ef_unit"],
        figures["carbon_content"],
        grid.share(at[conversion], 100, complete=True) if conversion else None,
        grid.share(at["biomass"], 100),
    )


def _incomplete(grid: Grid, table: c.Table, index: int, row: Mapping[str, object], needed: Iterable[str]) -> None:
    """Reports the first needed field of a row that is blank, with the names of all of them."""
    lacking = _lacking(grid, table, index, row, needed)
    if lacking:
        names = ", ".join(TITLES[f] for f in lacking)
        grid.report("value-missing", f"The row lacks: {names}. Blank isn't 0: fill it in or clear the row.",
                    table.address(lacking[0], index))  # fmt: skip


def measured(grid: Grid, index: int) -> Measured | None:
    """One emission point with continuous measurement; None when the row is blank."""
    if _blank(grid, c.MEASURED, index):
        return None
    at = {field: c.MEASURED.address(field, index) for field in c.MEASURED.columns}
    typed = grid.text(at["gas"])
    gas = match_word(typed, GASES)
    concentration, hours, flow = (grid.number(at[f]) for f in ("concentration", "hours", "flow"))
    row = {"gas": gas, "concentration": concentration, "hours": hours, "flow": flow}
    _incomplete(grid, c.MEASURED, index, row, row)
    return Measured(
        _cell(c.MEASURED, index),
        grid.text(at["name"]) or f"Emission point {index + 1}",
        "",
        gas or typed,
        concentration,
        hours,
        flow,
        grid.share(at["biomass"], 100),
        grid.number(at["energy_fossil"]),
        grid.number(at["energy_biomass"]),
    )


def pfc(grid: Grid, index: int) -> Pfc | None:
    """One cell technology; None when the row is blank. Eq. 24 wants the current efficiency in per cent."""
    if _blank(grid, c.PFC, index):
        return None
    at = {field: c.PFC.address(field, index) for field in c.PFC.columns}
    typed = grid.text(at["method"])
    method = match_word(typed, PFC_METHODS)
    row = {field: grid.number(at[field]) for field in PFC_FIGURES}
    own = {SLOPE: ("frequency", "duration", "sef"), OVERVOLTAGE: ("overvoltage", "current_efficiency", "ovc")}
    needed = ("method", "aluminium", *own.get(method, ()), "f_c2f6")
    _incomplete(grid, c.PFC, index, {**row, "method": method}, needed)
    efficiency = row["current_efficiency"]
    if efficiency is not None and 0 < efficiency <= FRACTION:
        row["current_efficiency"] = per_cent(efficiency)
        grid.report("efficiency-fraction", f"{efficiency:g} is read as {per_cent(efficiency):g} %. The cell is shown "
                    "in per cent, but the Commission's formula takes its number as it is and gives 100 times the PFC.",
                    at["current_efficiency"])  # fmt: skip
    elif efficiency is not None and method == OVERVOLTAGE and (efficiency <= 0 or efficiency > 100):
        grid.report("number-range", f"A current efficiency of {efficiency:g} % isn't possible, so its PFC are unknown: "
                    "type it in per cent.", at["current_efficiency"])  # fmt: skip
    collection = grid.share(at["collection"])
    if collection == 0:
        grid.report("number-range", "A collection efficiency of 0 isn't possible, so the PFC are unknown: correct it.",
                    at["collection"])  # fmt: skip
    technology = grid.text(at["technology"]) or f"PFC line {index + 1}"
    aluminium, frequency, duration, sef, overvoltage, efficiency, ovc, f_c2f6 = row.values()
    return Pfc(_cell(c.PFC, index), technology, "", method or typed, aluminium, frequency, duration, sef, overvoltage,
               efficiency, ovc, f_c2f6, collection)  # fmt: skip


def unit(grid: Grid, name: str, index: int) -> EnergyUnit:
    """A CHP tool: it splits the plant's emissions for information; nothing in the file hands them on."""
    places = c.CHP[index]
    fuel, heat, electricity, emissions_fuel, emissions_fgc = (
        grid.number(address) for field, address in places.items() if field not in c.CHP_REFERENCES)  # fmt: skip
    ref_heat, ref_electricity = (grid.share(places[field]) for field in c.CHP_REFERENCES)
    row, _ = place(places["fuel"])
    return EnergyUnit(Cell(c.TOOLS, row + 1, places), name, CHP, fuel, heat, electricity, emissions_fuel, emissions_fgc,
                      ref_heat, ref_electricity)  # fmt: skip

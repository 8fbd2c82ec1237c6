"""Functions of one process or of the whole installation that give one figure: every term of the balance, totals."""

from functools import partial
from math import fsum, isnan

from cbam_xl.model import REMAINING, Precursor, Process, fold
from cbam_xl.report import BALANCE_TERMS

from .function import INSTALLATION, Argument, CellError, Function
from .plant import Plant, shortened

CATEGORY = "CBAM installation"
PROCESS = Argument("process", "Name of a production process, as on sheet Processes.")
HANDLE = Argument(INSTALLATION, "The cells with the handles: the name installation.", optional=True, matrix=True)

TERMS = {
    "SEE_DIRECT": ("see_direct", "Specific embedded direct emissions of the good of a process, precursors included"),
    "SEE_INDIRECT": ("see_indirect", "Specific embedded indirect emissions of the good, precursors included"),
    "SEE_TOTAL": ("see_total", "Specific embedded emissions of the good, direct and indirect, precursors included"),
    "OWN_SEE_DIRECT": ("own_see_direct", "Specific direct emissions of the process itself, without its precursors"),
    "OWN_SEE_INDIRECT": ("own_see_indirect", "Specific indirect emissions of the process itself, without precursors"),
    "BOUGHT_SEE": ("bought_see_total", "Part of the specific embedded emissions that comes from bought precursors"),
    "ATTRIBUTED_DIRECT": ("attributed_direct_tco2e", "Attributed direct emissions of a process over the period"),
    "ATTRIBUTED_INDIRECT": ("attributed_indirect_tco2e", "Attributed indirect emissions of a process over the period"),
    "ACTIVITY_LEVEL": ("activity_level_t", "Activity level of a process: what it makes, in t (electricity: MWh)"),
    "DIRECT_EMISSIONS": ("direct_emissions_tco2e", "Directly attributable emissions DirEm* of a process"),
    "HEAT_IN": ("heat_in_tco2e", "Emissions of the measurable heat that a process takes"),
    "HEAT_OUT": ("heat_out_tco2e", "Emissions of the measurable heat that a process gives away"),
    "WASTE_GAS_IN": ("waste_gas_in_tco2e", "Emissions of the waste gases that a process takes"),
    "WASTE_GAS_OUT": ("waste_gas_out_tco2e", "Emissions of the waste gases that a process gives away"),
    "ELECTRICITY_OUT": ("electricity_out_tco2e", "Emissions of the electricity that a process gives away"),
    "CO_PRODUCTS": ("co_products_tco2e", "Emissions that belong to the co-products of hydrogen"),
    "OUTSIDE_DIRECT": ("outside_direct_tco2e", "From 2026: direct emissions of a finishing step that doesn't count"),
    "OUTSIDE_INDIRECT": ("outside_indirect_tco2e", "From 2026: indirect emissions of a good with direct ones only"),
    "SEE_DIRECT_PER_UNIT": ("see_direct_per_unit", "From 2026: direct emissions per functional unit of the good"),
    "SEE_INDIRECT_PER_UNIT": ("see_indirect_per_unit", "From 2026: indirect emissions per functional unit of the good"),
    "FLOORED": ("floored_tco2e", "What the floor at zero added to the attributed direct emissions of a process"),
    "EMBEDDED_ELECTRICITY": ("embedded_electricity_mwh_per_t", "Electricity embedded in the good, precursors included"),
    "DEFAULT_SHARE": ("default_share", "Share (0 to 1) of SEE_Dir, from 2026 of SEE, that is of default values"),
}
"""Each term of the balance by the name of its function, with what it is."""

TOTALS = {
    "TOTAL_DIRECT": ("direct_tco2e", "t CO2e", "Direct emissions of the installation", "III B.2, Eq. 4"),
    "TOTAL_INDIRECT": ("indirect_tco2e", "t CO2e", "Indirect emissions of the processes together", "III D.1, Eq. 44"),
    "TOTAL_BIOMASS": ("biomass_tco2", "t CO2", "Zero-rated biomass emissions of the installation", "III B.3.3"),
    "TOTAL_PFC": ("pfc_tco2e", "t CO2e", "Perfluorocarbon emissions of the installation", "III B.7, Eq. 20, 26"),
    "TOTAL_ENERGY": ("energy_tj", "TJ", "Energy content of all fuels of the installation", "III B.3.1.1, Eq. 6"),
}
"""Figures of the whole installation: a sum over live cells would skip those that show a text."""


def term(field: str, process: str, plant: Plant) -> float:
    """One term of the balance of a process. Raises CellError when it isn't known."""
    balance = plant.balance(process)
    value: float = getattr(balance, field)
    if isnan(value):
        if field == "default_share" and balance.see_direct == 0:
            raise CellError("unknown", "The specific embedded direct emissions are 0: nothing can be a share of them.")
        raise plant.why(balance.name, BALANCE_TERMS[field][0])
    return value


def total(field: str, plant: Plant) -> float:
    """One figure of the installation. Raises CellError when it isn't known."""
    value: float = getattr(plant.totals, field)
    if isnan(value):
        raise plant.why("", "The total")
    return value


def remaining(name: str, plant: Plant) -> float:
    """What a good or bought precursor has left beside the amounts typed on Material flows: what “remaining” stands for.

    In t (electricity: MWh). Raises CellError when an amount isn't known.
    """
    sources: tuple[Process | Precursor, ...] = (*plant.installation.processes, *plant.installation.precursors)
    source = next((s for s in sources if fold(s.name) == fold(name)), None)
    if source is None:
        raise CellError("name-unknown", f"There is no process or precursor “{name[:60]}”.")
    typed = []
    for flow in plant.installation.flows:
        if fold(flow.source) == fold(name) and not flow.material and not _is_remaining(plant, flow.at.row):
            typed.append(flow.quantity)
    if source.quantity is None or None in typed:
        raise plant.why(source.name, "The remaining quantity")
    rest = fsum((source.quantity, *(-amount for amount in typed if amount is not None)))
    return 0.0 if abs(rest) <= 1e-9 * source.quantity else rest


def _is_remaining(plant: Plant, row: int) -> bool:
    """Whether a row of Material flows says “remaining”, which its record no longer knows."""
    cells = plant.book.rows("Material flows")[row - 1]
    return any(isinstance(cell, str) and fold(cell) == REMAINING for cell in cells)


def status(plant: Plant) -> str:
    """How the inputs are, in a line: processes read, and findings with the first of them."""
    from cbam_xl.reporting import counts

    issues, count = plant.report.issues, len(plant.report.processes)
    read = f"{count} process{'' if count == 1 else 'es'}"
    if not issues:
        return f"✔ {read}, no findings"
    first = issues[0]
    mark = {"error": "✖", "warning": "▲"}.get(first.level, "✔")
    return shortened(f"{mark} {read}, {counts(issues)}. First: {first}")


def _described(field: str, words: str) -> str:
    symbol, unit, cites = BALANCE_TERMS[field]
    return f"{words} ({symbol}, {unit}; {cites})."


FUNCTIONS = (
    *(Function(f"CBAM_{name}", partial(term, field), (PROCESS, HANDLE), CATEGORY, _described(field, words),
               f'=CBAM_{name}("Clinker kiln", installation)', BALANCE_TERMS[field][2])
      for name, (field, words) in TERMS.items()),
    *(Function(f"CBAM_{name}", partial(total, field), (HANDLE,), CATEGORY, f"{words} ({unit}; {cites}).",
               f"=CBAM_{name}(installation)", cites)
      for name, (field, unit, words, cites) in TOTALS.items()),
    Function("CBAM_REMAINING", remaining,
             (Argument("name", "Name of a production process or a bought precursor."), HANDLE), CATEGORY,
             "What a good or a bought precursor has left beside the amounts typed on sheet Material flows, in t: what "
             "the word “remaining” stands for there.",
             '=CBAM_REMAINING("Clinker kiln", installation)', "III B.4, F.2"),
    Function("CBAM_STATUS", status, (HANDLE,), CATEGORY,
             "How the inputs are: number of processes, findings by level, and the first finding with its cell.",
             "=CBAM_STATUS(installation)"),
)  # fmt: skip

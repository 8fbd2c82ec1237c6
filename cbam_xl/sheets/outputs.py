"""The output sheets: what is written, where, in which columns. Their rows are made by :mod:`cbam_xl.sheets.results`."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from .declare import Column

T = partial(Column, width=22)
CO2 = partial(Column, kind="number", unit="tCO2e", width=13, format="#,##0;−#,##0;–")
SEE = partial(Column, kind="number", unit="tCO2e/t", width=12.5, format="0.00000")


class Output(NamedTuple):
    """An output sheet: one block of columns below a title, or several blocks one below the other."""

    name: str
    purpose: str
    note: str
    blocks: tuple[tuple[str, tuple[Column, ...]], ...]

    @property
    def width(self) -> int:
        """Number of columns of its widest block."""
        return max(len(columns) for _, columns in self.blocks)


RESULTS = Output(
    "Results", "Specific embedded emissions of every process and good.",
    "Written by “recalculate”. Rounded for display only; a row reads as Eq. 48 from left to right. "
    "Default values are a share of SEE (direct), from 2026 of SEE (total).",
    (
        ("By production process", (
            T("Production process", "name", width=26),
            Column("Activity level", "activity_level_t", "number", unit="t", width=14, format="#,##0"),
            CO2("DirEm*", "direct_emissions_tco2e"),
            CO2("Heat in", "heat_in_tco2e", unit="+ tCO2e"), CO2("Heat out", "heat_out_tco2e", unit="− tCO2e"),
            CO2("Waste gas in", "waste_gas_in_tco2e", unit="+ tCO2e"),
            CO2("Waste gas out", "waste_gas_out_tco2e", unit="− tCO2e"),
            CO2("Electricity out", "electricity_out_tco2e", unit="− tCO2e"),
            CO2("Attributed direct", "attributed_direct_tco2e"),
            CO2("Attributed indirect", "attributed_indirect_tco2e"),
            SEE("SE (direct)", "own_see_direct"), SEE("SEE (direct)", "see_direct"),
            SEE("SE (indirect)", "own_see_indirect"), SEE("SEE (indirect)", "see_indirect"),
            SEE("SEE (total)", "see_total"),
            Column("Default values", "default_share", "percent", unit="% of SEE", width=12, format="0.0"),
            Column("Electricity", "embedded_electricity_mwh_per_t", "number", unit="MWh/t", width=13, format="0.0000"),
        )),
        ("By good", (
            T("Good", "name"), T("CN code", "cn_code"), T("Process", "process"), T("", ""),
            T("CN name", "cn_name"), T("", ""), T("", ""), T("", ""),
            Column("Mass sold", "mass_t", "number", unit="t"), CO2("Embedded", "embedded_tco2e"),
            SEE("Per unit (direct)", "see_direct_per_unit", unit="from 2026"),
            SEE("SEE (direct)", "see_direct"),
            SEE("Per unit (indirect)", "see_indirect_per_unit", unit="from 2026"),
            SEE("SEE (indirect)", "see_indirect"),
            SEE("SEE (total)", "see_total"), T("Category", "category"), T("", ""),
        )),
    ),
)  # fmt: skip

BALANCES = Output(
    "Balances", "Mass, energy and emissions: the installation against the sum of its processes.",
    "A difference that the law itself makes is explained; what stays unexplained is to be looked into.",
    (("Balances", (
        T("Balance", "balance", width=24), T("Of", "of", width=24), T("Unit", "unit", width=9),
        Column("Installation, or in", "installation", "number", width=15, format="#,##0.0;−#,##0.0;–"),
        Column("Attributed, or out", "attributed", "number", width=15, format="#,##0.0;−#,##0.0;–"),
        Column("Difference", "difference", "number", width=14, format="#,##0.0;−#,##0.0;–"),
        T("Explained by", "explained_by", width=90),
        Column("Explained", "explained", "number", width=14, format="#,##0.0;−#,##0.0;–"),
        Column("Unexplained", "unexplained", "number", width=14, format="#,##0.0;−#,##0.0;–"),
        Column("Unexplained", "share", "percent", unit="%", width=14, format="0.00"),
        T("State", "state", width=18),
    )),),
)  # fmt: skip

TRACE = Output(
    "Trace", "Every number of every process: equation, figures, provision, source cell.",
    "Filter by production process. Steps that sum others are bold. A click on a cell leads to the figures it names.",
    (("Trace", (
        T("Production process", "process", width=24), T("Step", "step", width=20), T("Quantity", "quantity", width=44),
        Column("Value", "value", "number", width=15, format="#,##0.0####;−#,##0.0####;0"),
        T("Unit", "unit", width=11), T("Formula with its numbers", "formula", width=60),
        T("Equation and provision", "cites", width=36), T("Cell", "cell", width=32),
        T("Data source", "data_source", width=22), T("Evidence, note", "note", width=56),
        T("Further cell", "further", width=26),
    )),),
)  # fmt: skip

ISSUES = Output(
    "Issues", "What is missing or doubtful, and what to do.",
    "Errors first, then warnings and notes; a click on Where leads to the cell. A warning that may stay needs its "
    "reason in the last column before anything is sent.",
    (("Issues", (
        T("Level", "level", width=10), T("Code", "code", width=24), T("Where", "where", width=28),
        T("What is wrong and what to do", "message", width=110), T("Provision", "cites", width=22),
        T("Sheet", "sheet", width=20), Column("Row", "row", "number", width=7, format="0"),
        T("Reason for leaving it", "acknowledged", width=60),
    )),),
)  # fmt: skip

EUR = partial(Column, kind="number", unit="EUR/t", width=11, format="#,##0.00;−#,##0.00;–")
COST = Output(
    "Cost", "From 2026: certificates and euro per tonne of each good, by actual and by default values.",
    "Informative. Free allocation by the benchmarks of 2025/2620; a carbon price paid abroad is provisional.",
    (("Cost", (
        T("Good", "good", width=26), T("CN code", "cn_code", width=12), T("Process", "process", width=22),
        Column("Year", "year", "number", width=7, format="0"),
        SEE("SEE", "see"), SEE("Free allocation", "sefa"), EUR("Carbon price paid", "carbon_price"),
        SEE("Certificates", "certificates", unit="per t"), EUR("Cost", "euro"),
        SEE("Default value, marked up", "default_see"), SEE("Its free allocation", "default_sefa"),
        SEE("Certificates", "default_certificates", unit="per t"), EUR("Cost", "default_euro"),
        EUR("Saving by actuals", "saving"), EUR("Certificate price", "price", unit="EUR/tCO2e"),
        T("Period of the price", "price_period", width=12), T("Default value from", "default_cites", width=52),
    )),),
)  # fmt: skip

REPORT_ITEMS = Output(
    "Report items", "From 2026: what the emissions report and its summary must hold (2025/2547 Annex IV), and the "
    "choices taken.",
    "Filled as far as the data go. “Missing” says where to enter it; the last rows are what the act leaves open.",
    (("Report items", (
        T("Part", "part", width=11), T("No.", "number", width=6), T("Content", "content", width=60),
        T("What the data say", "says", width=80), T("State", "state", width=16), T("Enter it on", "where", width=34),
        T("Provision", "cites", width=26),
    )),),
)  # fmt: skip

OUTPUTS = (RESULTS, BALANCES, TRACE, ISSUES, COST, REPORT_ITEMS)

# Start: one cell per figure, at fixed places.
START = "Start"
START_ROWS = 6  # row of the first input sheet in the list
START_COLUMNS = {"rows": "F", "state": "G"}
START_BAND = ("B2", "B3")  # installation; period, act and run
HEADLINE_ROW, HEADLINE_ROWS = 6, 8
HEADLINE_COLUMNS = {"name": "I", "see_direct": "K", "see_indirect": "L", "see_total": "M"}
SHARES_ROW = 34  # first row of the figures behind the chart "where the emissions of one tonne come from"
SHARES_COLUMNS = {"name": "I", "own_direct": "J", "own_indirect": "K", "own_precursors": "L", "bought_precursors": "M"}
CHART_CELL, CHART_HINT = f"D{SHARES_ROW + 3}", "The chart appears after the first recalculation."

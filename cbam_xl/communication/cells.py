"""The cell map of the Commission's communication template v2.1 and v2.1.1: the one place that knows where a cell is.

Data only. Fields are named like those of the records in :mod:`cbam_xl.model`. Addresses of a block are those of its
first block. All inputs of v2.1 stand in the same cells; v2.1.1 only moved printed columns of Summary_Communication.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..addresses import parted

INSTALLATION, EMISSIONS, BALANCES, PROCESS_DATA, PRECURSOR_DATA, TOOLS, PROCESS_SUMMARY, PRODUCT_SUMMARY = SHEETS = (
    "A_InstData", "B_EmInst", "C_Emissions&Energy", "D_Processes", "E_PurchPrec", "F_Tools", "Summary_Processes",
    "Summary_Products")  # fmt: skip
"""The sheets that hold inputs, and by which the file is recognised."""

VERSION_SHEET, VERSION_CELL = "VersionDocumentation", "B3"
VERSIONS = {"2024-06-05": "2.1", "2024-12-13": "2.1.1"}
"""Date in the version cell: name of the version."""
UNTOUCHED = "5a4e28fdbccfdca45a2c0520184b551a20c0c7bba3db79f87d78c9e58a6c0917"
"""sha256 of the file v2.1.1 as the Commission publishes it."""
LANGUAGE = ("Translations", "A3")
"""The one unlocked cell that holds no data."""
SPELLINGS = {"Calcined clays": "Calcined clays "}
"""Words that the template's lists spell in another way than the acts: their blank at the end is part of the entry."""


class Table(NamedTuple):
    """Rows of one kind: ``columns`` says in which column a field stands."""

    sheet: str
    first: int
    size: int
    columns: Mapping[str, str]
    series: Mapping[str, tuple[str, ...]] = {}

    def address(self, field: str, index: int) -> str:
        """Address of a field in the row with this index, counted from 0.

        >>> STREAMS.address("quantity", 2)
        'F19'
        """
        return f"{self.columns[field]}{self.first + index}"


class Blocks(NamedTuple):
    """Blocks of one kind, ``stride`` rows apart: ``cells`` and ``series`` hold the addresses of the first one."""

    sheet: str
    first: int
    stride: int
    size: int
    cells: Mapping[str, str]
    series: Mapping[str, tuple[str, ...]]

    def shift(self, address: str, index: int) -> str:
        """An address of the first block, moved to the block with this index, counted from 0.

        >>> PROCESS_BLOCKS.shift("L54", 1)
        'L119'
        """
        column, row = parted(address)
        return f"{column}{row + self.stride * index}"

    def address(self, field: str, index: int) -> str:
        """Address of a field in the block with this index.

        >>> PROCESS_BLOCKS.address("direct_entered", 9)
        'L639'
        """
        return self.shift(self.cells[field], index)


def _down(column: str, first: int, count: int) -> tuple[str, ...]:
    return tuple(f"{column}{row}" for row in range(first, first + count))


SITE: Mapping[str, Mapping[str, str]] = {
    INSTALLATION: {
        "period_start": "I9", "period_end": "L9",
        "name": "I19", "name_en": "I20", "street": "I21", "economic_activity": "I22", "post_code": "I23",
        "po_box": "I24", "city": "I25", "country": "I26", "unlocode": "I27", "latitude": "I28", "longitude": "I29",
        "representative": "I30", "email": "I31", "telephone": "I32",
        "verifier_company": "I37", "verifier_street": "I38", "verifier_city": "I39", "verifier_post_code": "I40",
        "verifier_country": "I41", "verifier_representative": "I45", "verifier_email": "I46",
        "verifier_telephone": "I47", "verifier_fax": "I48", "verifier_member_state": "I51",
        "verifier_accreditation_body": "I52", "verifier_registration": "I53",
    },
    BALANCES: {
        "fuel_total": "H16", "fuel_cbam": "I16", "fuel_electricity": "J16", "fuel_non_cbam": "K16",
        "co2_entered": "H26", "biomass_entered": "I26", "n2o_entered": "J26", "pfc_entered": "K26",
        "indirect_entered": "M26",
        "data_quality": "H40", "default_justification": "H41", "quality_assurance": "H42",
    },
    PROCESS_SUMMARY: {"carbon_price_instrument": "M13", "additional_info": "M16"},
    TOOLS: {"currency": "J97"},
}  # fmt: skip
"""Fields of the form Installation, by sheet."""

GOODS = Table(INSTALLATION, 62, 10, {"category": "E"}, {"routes": ("I", "J", "K", "L", "M", "N")})
PROCESSES = Table(
    INSTALLATION, 83, 10, {"category": "E", "name": "L"}, {"included": ("F", "G", "H", "I", "J", "K")}
)  # fmt: skip
PRECURSORS = Table(
    INSTALLATION, 102, 20, {"category": "E", "country": "F", "name": "L"}, {"routes": ("G", "H", "I", "J", "K")}
)  # fmt: skip
ONLY_DIRECT = "Only direct production"
"""First choice of the columns of included goods: nothing is included."""

STREAMS = Table(EMISSIONS, 17, 75, {
    "method": "D", "name": "E", "quantity": "F", "unit": "G", "ncv": "H", "ef": "J", "ef_unit": "K",
    "carbon_content": "L", "oxidation": "N", "conversion": "P", "biomass": "R"})  # fmt: skip
PFC = Table(EMISSIONS, 98, 10, {
    "method": "D", "technology": "E", "aluminium": "F", "frequency": "AG", "duration": "AH", "sef": "AI",
    "overvoltage": "AJ", "current_efficiency": "AK", "ovc": "AL", "f_c2f6": "AM", "collection": "AT"})  # fmt: skip
MEASURED = Table(EMISSIONS, 113, 10, {
    "name": "D", "gas": "E", "biomass": "R", "concentration": "V", "hours": "X", "flow": "Z", "energy_fossil": "AX",
    "energy_biomass": "AY"})  # fmt: skip
"""Percentages on B_EmInst are points (98), but for the collection and current efficiencies, which are fractions."""

PROCESS_BLOCKS = Blocks(PROCESS_DATA, 11, 65, 10, {
    "name": "G11", "category": "L11", "quantity": "L24", "market": "L27", "other_use": "L41",
    "heat_applicable": "K50", "waste_gas_applicable": "L50", "direct_entered": "L54",
    "heat_in": "L57", "heat_in_ef": "L58", "heat_out": "M57", "heat_out_ef": "M58",
    "waste_gas_in": "L61", "waste_gas_in_ef": "L62", "waste_gas_out": "M61", "waste_gas_out_ef": "M62",
    "power_in": "L65", "power_in_ef": "L66", "power_in_source": "L67", "power_out": "L71", "power_out_ef": "L72",
}, {"by_route": _down("L", 16, 8), "consumed": _down("L", 32, 9)})  # fmt: skip
"""Name, category and quantity are computed there: from table 4b and from the production by route."""

PRECURSOR_BLOCKS = Blocks(PRECURSOR_DATA, 14, 44, 20, {
    "name": "G14", "category": "L14", "quantity": "L25", "other_use": "L38", "see_direct": "L49",
    "see_direct_source": "M49", "electricity": "L50", "electricity_source": "M50", "electricity_ef": "L51",
    "electricity_ef_source": "M51", "justification": "K54",
}, {"by_route": _down("L", 17, 8), "consumed": _down("L", 28, 10)})  # fmt: skip
"""Name, category and quantity are computed there: from table 5 and from the amounts by route."""

COMPUTED = ("name", "category", "quantity")
"""Fields of the blocks that are formulas there."""


def receivers(index: int) -> tuple[int, ...]:
    """Which processes the nine rows "consumed in other processes" of a process block mean: all but itself.

    >>> receivers(2)
    (0, 1, 3, 4, 5, 6, 7, 8, 9)
    """
    return tuple(i for i in range(PROCESSES.size) if i != index)


CHP: tuple[Mapping[str, str], ...] = (
    {"fuel": "J21", "heat": "K21", "electricity": "L21", "emissions_fuel": "J26", "emissions_fgc": "K26",
     "ref_heat": "J41", "ref_electricity": "K41"},
    {"fuel": "J61", "heat": "K61", "electricity": "L61", "emissions_fuel": "J64", "emissions_fgc": "K64",
     "ref_heat": "J72", "ref_electricity": "K72"},
)  # fmt: skip
"""The two CHP tools of F_Tools. Their reference efficiencies are fractions, filled in from the start."""
CHP_REFERENCES = {"ref_heat": 0.88, "ref_electricity": 0.442}

PROCESS_PRICES = Table(TOOLS, 101, 10, {"share": "H", "price": "J", "rebate": "K"})
PRECURSOR_PRICES = Table(TOOLS, 111, 20, {"share": "H", "price": "J", "rebate": "K"})
PRODUCTS = Table(PRODUCT_SUMMARY, 10, 100, {"process": "D", "cn_code": "F", "name": "H"})
PRODUCT_PRICES = Table(PRODUCT_SUMMARY, 10, 100, {
    "instrument": "AL", "share": "AM", "currency": "AP", "price": "AR", "rebate_type": "AT", "rebate_share": "AU",
    "rebate": "AX"})  # fmt: skip
"""Shares of carbon prices are fractions."""

TEXT, YES_NO, PER_CENT, RATIO = "text", "yes/no", "per cent", "t/t"
PARAMETERS: Mapping[str, tuple[str, str]] = {
    "The main reducing agent of the precursor, if known": ("P", TEXT),
    "Steel mill identification number": ("Q", TEXT),
    "% Mn": ("R", PER_CENT),
    "% Cr": ("S", PER_CENT),
    "% Ni": ("T", PER_CENT),
    "% other alloys": ("U", PER_CENT),
    "% carbon": ("V", PER_CENT),
    "t scrap per t steel": ("W", RATIO),
    "% other materials": ("X", PER_CENT),
    "% pre-consumer scrap": ("Y", PER_CENT),
    "t scrap per t aluminium": ("Z", RATIO),
    "% non-aluminium elements": ("AA", PER_CENT),
    "Clinker factor": ("AB", PER_CENT),
    "Calcined or not": ("AC", YES_NO),
    "Concentration, if hydrous solution": ("AD", PER_CENT),
    "% nitric acid": ("AE", PER_CENT),
    "% urea": ("AF", PER_CENT),
    "% N contained": ("AG", PER_CENT),
    "% N as ammonium (NH4+)": ("AH", PER_CENT),
    "% N as nitrate (NO3–)": ("AI", PER_CENT),
    "% N as Urea": ("AJ", PER_CENT),
    "% N in other (organic) forms": ("AK", PER_CENT),
}
"""Qualifying parameters in the columns of Summary_Products; per cent ones and ratios are stored there as fractions."""

OTHER_ROUTES = ("Other production routes", "Unknown production routes")
ROUTES: Mapping[str, tuple[str, ...]] = {
    "Crude steel": ("Basic oxygen steelmaking", "Electric arc furnace", *OTHER_ROUTES),
    "Pig iron": ("Blast furnace route", "Smelting reduction", *OTHER_ROUTES),
    "Hydrogen": (
        "Steam reforming and partial oxidation",
        "Electrolysis of water",
        "Chlor-Alkali electrolysis and production of chlorates",
        *OTHER_ROUTES,
    ),
    "Ammonia": (
        "Haber-Bosch process with steam reforming of natural gas or biogas",
        "Haber-Bosch process with gasification of coal or other fuels",
        *OTHER_ROUTES,
    ),
    "Unwrought aluminium": (
        "Primary (electrolytic) smelting",
        "Secondary melting (recycling)",
        *OTHER_ROUTES,
    ),
}
"""Which route each row "by production route" of a block means. Categories that aren't named have one row for all."""


class Results(NamedTuple):
    """Where the template shows what it computes: ``columns`` by field of our Report, ``stride`` rows apart."""

    sheet: str
    first: int
    stride: int
    columns: Mapping[str, str]

    def address(self, field: str, index: int) -> str:
        """Address of a result of the process or product with this index, counted from 0.

        >>> SEE_RESULTS.address("see_direct", 1)
        'H103'
        """
        return f"{self.columns[field]}{self.first + self.stride * index}"


TOTAL_RESULTS: Mapping[str, str] = {"direct_tco2e": "L27", "biomass_tco2": "I27", "pfc_tco2e": "K27",
                                    "energy_tj": "H17"}  # fmt: skip
"""Totals of the installation, on C_Emissions&Energy."""
EMISSION_RESULTS = Results(PROCESS_SUMMARY, 71, 1, {
    "direct_emissions_tco2e": "H", "attributed_indirect_tco2e": "L", "activity_level_t": "N"})  # fmt: skip
SEE_RESULTS = Results(PROCESS_SUMMARY, 102, 1, {
    "own_see_direct": "G", "see_direct": "H", "own_see_indirect": "I", "see_indirect": "J",
    "embedded_electricity_mwh_per_t": "L"})  # fmt: skip
SHARE_RESULTS = Results(PROCESS_SUMMARY, 164, 36, {"default_share": "H"})
PRODUCT_RESULTS = Results(PRODUCT_SUMMARY, 10, 1, {"see_direct": "I", "see_indirect": "J", "see_total": "K"})

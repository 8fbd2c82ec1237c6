"""For each finding a plant that has it and no other, and the same plant all but for it: cell by cell, as one would err.

A case changes a base that has no finding at all. Keys of a change: ``Sheet:row:field`` sets a cell (rows from 0),
``Sheet:row`` without a value deletes the row, ``Sheet:+`` appends rows, ``Sheet`` replaces them all, ``Sheet!B5`` is a
cell by its address, ``Sheet!`` without a value removes the sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from declared import example
from kiln_and_mill import PLANT, Shows

Data = Mapping[str, Any]
Row = dict[str, Any]
OTHER = "Not a CBAM good"
STEEL = "Iron or steel products"

SITE: Data = PLANT["Installation"]
CEMENT: Data = {
    **PLANT,
    "Electricity": [
        *PLANT["Electricity"],
        {"source": "Grid", "target": "Kiln", "quantity": 2.0, "ef": 0.5, "ef_source": "D.4(a)"},
    ],
}
ACID: Data = {
    "Installation": SITE,
    "Processes": [{"name": "Acid", "category": "Nitric acid", "quantity": 1e5}],
    "Goods": [{"name": "Acid 60 %", "process": "Acid", "cn_code": "28080000", "quantity": 1e5}],
    "Goods parameters": [{"target": "Acid", "parameter": "% nitric acid", "value": 60.0}],
    "Measured emissions": [{"name": "Tail gas", "process": "Acid", "gas": "N2O", "concentration": 1.0, "hours": 8000.0,
                            "flow": 50.0}],
    "Electricity": [{"source": "Grid", "target": "Acid", "quantity": 500.0, "ef": 0.5}],
    "Precursors": [{"name": "Ammonia X", "category": "Ammonia", "country": "DZ", "quantity": 28500.0, "see_direct": 2.4,
                    "see_direct_source": "Measured", "electricity": 0.1, "electricity_ef": 0.5}],
    "Material flows": [{"source": "Ammonia X", "target": "Acid", "quantity": "remaining"}],
}  # fmt: skip
AMMONIA: Data = {
    "Installation": SITE,
    "Processes": [{"name": "Loop", "category": "Ammonia", "quantity": 1e5}],
    "Goods": [{"name": "Ammonia", "process": "Loop", "cn_code": "28141000", "quantity": 1e5}],
    "Goods parameters": [{"target": "Ammonia", "parameter": "Concentration, if hydrous solution", "value": 100.0}],
    "Source streams": [{"name": "Natural gas", "process": "Loop", "method": "Combustion", "quantity": 3500.0,
                        "quantity_unit": "TJ", "ef": 56.1}],
    "Electricity": [{"source": "Grid", "target": "Loop", "quantity": 500.0, "ef": 0.5}],
}  # fmt: skip
SMELTER: Data = {
    "Installation": SITE,
    "Processes": [{"name": "Cells", "category": "Unwrought aluminium", "route": "Primary (electrolytic) smelting",
                   "quantity": 5e5}],
    "Goods": [{"name": "Ingot", "process": "Cells", "cn_code": "76011010", "quantity": 5e5}],
    "Goods parameters": [{"target": "Cells", "parameter": "% pre-consumer scrap", "value": 0.0},
                         {"target": "Cells", "parameter": "t scrap per t aluminium", "value": 0.0},
                         {"target": "Cells", "parameter": "% non-aluminium elements", "value": 0.3}],
    "Source streams": [{"name": "Anodes", "process": "Cells", "method": "Mass Balance", "quantity": 2e5,
                        "carbon_content": 0.97}],
    "PFC": [{"technology": "Centre Worked Pre-Bake (CWPB)", "process": "Cells", "method": "Overvoltage method",
             "aluminium": 5e5, "overvoltage": 2.0, "current_efficiency": 95.0, "ovc": 1.16, "f_c2f6": 0.121}],
    "Electricity": [{"source": "Grid", "target": "Cells", "quantity": 7.5e6, "ef": 0.4}],
}  # fmt: skip
MILLS: Data = {
    "Installation": SITE,
    "Processes": [{"name": "A", "category": STEEL, "quantity": 1000.0}, {"name": "B", "category": STEEL,
                                                                         "quantity": 1000.0}],
    "Source streams": [{"name": "Gas", "process": end, "method": "Combustion", "quantity": 1.0, "quantity_unit": "TJ",
                        "ef": 56.1} for end in "AB"],
    "Electricity": [{"source": "Grid", "target": end, "quantity": 500.0, "ef": 0.5} for end in "AB"],
    "Precursors": [{"name": "Slab", "category": "Crude steel", "country": "BR", "quantity": 1400.0, "see_direct": 2.0,
                    "see_direct_source": "Measured", "electricity": 0.1, "electricity_ef": 0.5}],
    "Material flows": [{"source": "Slab", "target": "A", "quantity": 700.0},
                       {"source": "Slab", "target": "B", "quantity": 700.0},
                       {"source": "A", "target": "B", "quantity": 400.0},
                       {"source": "A", "target": "Market", "quantity": "remaining"},
                       {"source": "B", "target": "A", "quantity": 400.0},
                       {"source": "B", "target": "Market", "quantity": "remaining"}],
}  # fmt: skip
MILLS_2026: Data = {
    **MILLS,
    "Installation": {**SITE, "period_start": date(2026, 1, 1), "period_end": date(2026, 12, 31)},
    "Precursors": [MILLS["Precursors"][0] | {"verification": "VR 1", "cn_code": "72061000", "sefa": 1.0}],
    "Material flows": [{"source": "Slab", "target": "A", "quantity": 600.0},
                       {"source": "Slab", "target": "B", "quantity": 800.0}],
}  # fmt: skip
BASES: Mapping[str, Data] = {
    "cement": CEMENT, "acid": ACID, "ammonia": AMMONIA, "smelter": SMELTER, "mills": MILLS, "mills_2026": MILLS_2026,
    **{name: example(name) for name in ("hydrogen", "steel_eaf", "cement_2026", "steel_2026")},
}  # fmt: skip


class Case(NamedTuple):
    """What is changed of a base: one code is found; ``near``: nothing is. ``also``: what can't be parted from it."""

    code: str
    base: str
    change: Data
    near: Data
    also: tuple[str, ...] = ()


def stream(name: str, process: str, tj: float, ef: float, **more: Any) -> Row:
    return {"name": name, "process": process, "method": "Combustion", "quantity": tj, "quantity_unit": "TJ", "ef": ef,
            **more}  # fmt: skip


def carbon(name: str, process: str, t: float, content: float) -> Row:
    return {"name": name, "process": process, "method": "Mass Balance", "quantity": t, "carbon_content": content}


def heat(source: str, target: str, amount: float | str, kind: str = "Heat", **more: Any) -> Row:
    return {"kind": kind, "source": source, "target": target, "quantity": amount, **more}


def flow(source: str, target: str, amount: float | str, **more: Any) -> Row:
    return {"source": source, "target": target, "quantity": amount, **more}


def clinker(t: float, see: float = 0.85, category: str = "Cement clinker") -> Row:
    return {"name": "Bought", "category": category, "country": "CN", "quantity": t, "see_direct": see,
            "see_direct_source": "Measured", "electricity": 0.05, "electricity_ef": 0.5}  # fmt: skip


IN_M3: Row = {"process": "Kiln", "method": "Combustion", "quantity": 1000.0, "quantity_unit": "m3", "ef": 60.0,
              "ncv": 46.0, "ncv_unit": "GJ/t"}  # fmt: skip
COILS: list[Row] = [{"name": f"Coil {end}", "process": end, "cn_code": "72083800"} for end in "AB"]
BOILER: Row = {"name": "Boiler", "kind": "Boiler or heat network"}
POWER_2: Row = {"source": "Grid", "target": "Mill 2", "quantity": 100.0}
SPLIT: Row = {"stream": "Gas", "process": "Mill", "weight": 5.0, "basis": "Sub-meter"}
STACK: Row = {"name": "Stack", "process": "Kiln", "gas": "CO2", "concentration": 5.0, "hours": 8784.0, "flow": 10.0}
PRICE: Row = {
    "target": "Kiln",
    "share": 60.0,
    "price": 20.0,
    "currency": "EUR",
    "per": "tCO2e",
    "rebate": 12.0,
    "rebate_share": 100.0,
}
KILN, MILL = PLANT["Processes"]
COAL, MEAL, GAS = PLANT["Source streams"]
NOTHING: Row = {name: [] for name in ("Goods", "Goods parameters", "Source streams", "Material flows")}


def period(start: date, end: date) -> Data:
    return {"Installation:period_start": start, "Installation:period_end": end}


CASES: tuple[Case, ...] = (
    # sheets and cells
    Case("sheet-missing", "cement", {"PFC!": None}, {"Own figures!": None}),
    Case("header-missing", "cement", {"PFC!B5": "Tech"}, {"PFC!B5": " technology TYPE * "}),
    Case("header-twice", "cement", {"Goods!P5": "Good"}, {"Goods!P5": "My own column"}),
    Case("rows-below", "cement", {"Source streams!B600": "Coal"}, {"Source streams!Z600": "Coal"}),
    Case("row-twice", "cement", {"Source streams:+": [GAS]}, {"Source streams:+": [GAS | {"note": "Dryer"}]}),
    Case("cell-error", "cement", {"Source streams!E7": Shows("#N/A")}, {"Source streams!Z7": Shows("#N/A")}),
    Case("not-calculated", "cement", {"Source streams!E7": Shows("not calculated")},
         {"Source streams!Z7": Shows("not calculated")}),
    Case("value-missing", "cement", {"Source streams:0:quantity": ""}, {"Goods:0:quantity": ""}),
    Case("number-expected", "cement", {"Source streams:0:quantity": "some"}, {"Source streams:0:note": "some"}),
    Case("date-expected", "cement", {"Installation:period_start": "soon"},
         {"Installation:period_start": date(2024, 1, 1)}),
    Case("text-expected", "cement", {"Source streams:1:name": date(2024, 5, 1)}, {"Source streams:1:name": "5-1"}),
    Case("choice-unknown", "cement", {"Electricity:0:ef_source": "D.9"}, {"Electricity:0:ef_source": "d.4(A) "}),
    Case("unit-unknown", "cement", {"Source streams:0:quantity_unit": "furlong"},
         {"Source streams:0:quantity_unit": "kg", "Source streams:0:quantity": 1e8}),
    Case("unit-unfit", "cement", {"Source streams:0:ncv_unit": "GJ/1000Nm3"}, {"Source streams:0:ncv_unit": "MJ/kg"}),
    Case("number-range", "cement", {"Source streams:0:conversion": 101.0}, {"Source streams:0:conversion": 100.0}),
    Case("carbon-share", "cement", {"Source streams:+": [carbon("Coke", "Kiln", 1000.0, 88.0)]},
         {"Source streams:+": [carbon("Coke", "Kiln", 1000.0, 0.88)]}),
    Case("form-incomplete", "cement", {"Installation:street": ""}, {"Installation:economic_activity": ""}),
    Case("fraction-typed", "cement", {"Source streams:0:conversion": 0.98}, {"Source streams:0:conversion": 98.0}),
    Case("zero-missing", "cement", {"Source streams:2:density": 0.0}, {"Source streams:2:density": ""}),
    Case("zero-missing", "cement", {"Source streams:2:ncv": 0.0}, {"Source streams:2:ncv": ""}),
    Case("zero-reason", "cement", {"Electricity:0:ef": 0.0},
         {"Electricity:0:ef": 0.0, "Electricity:0:note": "wind farm, contract 7"}),
    Case("negative", "cement", {"Source streams:0:quantity": -5.0},
         {"Source streams:+": [carbon("Dust", "Kiln", -5.0, 0.1)]}),
    Case("remaining-unknown", "cement", {"Heat and waste gas:+": [heat("Outside", "Mill", "remaining", ef=60.0)]},
         {"Heat and waste gas:+": [heat("Outside", "Mill", 5.0, ef=60.0)]}),
    Case("remaining-twice", "cement", {"Material flows:+": [flow("Kiln", "Non-CBAM use", "remaining")]},
         {"Material flows:+": [flow("Kiln", "Non-CBAM use", 1000.0)]}),
    Case("remaining-negative", "cement", {"Material flows:+": [flow("Kiln", "Non-CBAM use", 160001.0)]},
         {"Material flows:+": [flow("Kiln", "Non-CBAM use", 160000.0)]}),
    # names
    Case("name-twice", "cement", {"Goods:+": [{"name": "cem  i", "process": "Mill", "cn_code": "25232900"}]},
         {"Goods:+": [{"name": "CEM II", "process": "Mill", "cn_code": "25232900"}]}),
    Case("name-reserved", "cement", {"Goods:0:name": "market "}, {"Goods:0:name": "Markets"}),
    Case("name-unknown", "cement", {"Source streams:2:process": "Mlil"}, {"Source streams:2:process": " mill "}),
    Case("name-odd", "cement", {"Processes:1:alias": "Mill_1"}, {"Processes:1:alias": "Mill-1"}),
    Case("name-alike", "cement", {"Processes:0:alias": "Works", "Processes:1:alias": "works "},
         {"Processes:0:alias": "Works", "Processes:1:alias": "Works 2"}),
    # period and installation
    Case("period-short", "cement", period(date(2024, 1, 1), date(2024, 3, 27)),
         period(date(2024, 1, 1), date(2025, 2, 3))),
    Case("period-part", "cement", period(date(2024, 7, 1), date(2024, 12, 31)),
         period(date(2024, 7, 1), date(2025, 6, 29))),
    Case("period-early", "cement", period(date(2021, 1, 1), date(2021, 12, 31)),
         period(date(2022, 1, 1), date(2022, 12, 31))),
    Case("period-order", "cement", period(date(2024, 12, 31), date(2024, 1, 1)),
         period(date(2024, 1, 1), date(2024, 12, 31))),
    Case("country-unknown", "cement", {"Installation:country": "Atlantis"}, {"Installation:country": " türkiye"}),
    Case("country-exempt", "cement", {"Installation:country": "Norway", "Installation:unlocode": "NO OSL"},
         {"Installation:country": "Serbia", "Installation:unlocode": "RS BEG"}),
    Case("unlocode-country", "cement", {"Installation:unlocode": "DE IZM"}, {"Installation:unlocode": "trizm"}),
    # processes and goods
    Case("no-process", "cement", {**NOTHING, "Electricity": [],
                                  "Processes": [{"name": "Yard", "category": OTHER, "quantity": 1.0}]},
         {**NOTHING, "Electricity:0:target": "Kiln", "Processes": [KILN], "Source streams": [COAL, MEAL]}),
    Case("route-mixed", "steel_eaf", {"Processes:+": [{"name": "Melt shop", "category": "Crude steel",
                                                       "route": "Basic oxygen steelmaking", "quantity": 10.0}]},
         {"Processes:0:route": "Basic oxygen steelmaking"}),
    Case("route-free", "steel_eaf", {"Processes:0:route": "Crucible"}, {"Processes:0:route": ""}),
    Case("joint-not-allowed", "cement", {"Processes:+": [{"name": "Mill", "category": "Urea"}]},
         {"Processes:+": [{"name": "Mill", "category": "Cement clinker"}]}),
    Case("joint-sold", "cement", {"Processes:+": [{"name": "Mill", "category": "Cement clinker"}],
                                  "Goods:+": [{"name": "Clinker", "process": "Mill", "cn_code": "25231000"}]},
         {"Processes:+": [{"name": "Mill", "category": "Cement clinker"}]}),
    Case("bubble-indicative", "cement", {"Processes": [KILN, {"name": "Mill", "category": "Urea", "quantity": 1.0},
                                                       MILL]},
         {"Processes": [KILN, {"name": "Mill", "category": "Cement clinker"}, MILL]}),
    Case("production-missing", "cement", {"Processes:1:quantity": ""},
         {"Processes:+": [{"name": "Yard", "category": OTHER}]}),
    Case("idle-process", "cement", {"Processes:+": [{"name": "Mill 2", "category": "Cement", "quantity": 0.0}]},
         {"Processes:+": [{"name": "Yard", "category": OTHER, "quantity": 0.0}]}),
    Case("emissions-missing", "cement", {"Source streams:2:process": ""},
         {"Source streams:2:process": "", "Processes:1:direct_entered": 5610.0}, ("stream-unassigned",)),
    Case("stated-and-streams", "cement", {"Processes:1:direct_entered": 5610.0},
         {"Processes:1:direct_entered": 5610.0, "Source streams:2": None}),
    Case("cn-unknown", "cement", {"Goods:0:cn_code": "72042100"}, {"Goods:0:cn_code": "2523 21 00"}),
    Case("cn-category", "cement", {"Goods:0:cn_code": "25231000"}, {"Goods:0:cn_code": "25232100"}),
    Case("parameter-missing", "cement", {"Goods parameters": []}, {"Goods parameters:0:target": "CEM I"}),
    Case("other-materials", "steel_eaf", {"Goods parameters:13:value": 5.1}, {"Goods parameters:13:value": 5.0}),
    Case("alloying-elements", "smelter", {"Goods parameters:2:value": 5.1}, {"Goods parameters:2:value": 5.0}),
    Case("carbonates-missing", "cement", {"Source streams:1": None},
         {"Source streams:1:method": "Mass Balance", "Source streams:1:carbon_content": 0.1}),
    Case("n2o-missing", "acid", {"Measured emissions": []},
         {"Measured emissions:0:concentration": 0.01}),
    Case("pfc-missing", "smelter", {"PFC": []}, {"PFC": [], "Processes:0:route": "Secondary melting (recycling)"}),
    Case("biomass-blank", "cement", {"Source streams:+": [stream("Wood chips", "Mill", 5.0, 112.0)]},
         {"Source streams:+": [stream("Wood chips", "Mill", 5.0, 112.0, biomass=100.0)]}),
    # material flows and precursors
    Case("not-a-precursor", "cement", {"Precursors:+": [clinker(5.0, 2.0, "Crude steel")],
                                       "Material flows:+": [flow("Bought", "Mill", 5.0)]},
         {"Precursors:+": [clinker(5.0, 2.0, "Crude steel")],
          "Material flows:+": [flow("Bought", "Non-CBAM use", 5.0)]}),
    Case("mass-open", "cement", {"Material flows:1:quantity": 159000.0}, {"Material flows:1:quantity": 160000.0}),
    Case("sold-open", "cement", {"Goods:0:quantity": 1.21e6}, {"Goods:0:quantity": 1.201e6}),
    Case("flow-to-self", "cement", {"Material flows:+": [flow("Mill", "Mill", 5.0), flow("Mill", "Market",
                                                                                         "remaining")]},
         {"Material flows:+": [flow("Mill", "Mill", 5.0, material="Dust", carbon_content=0.0)]}),
    Case("precursor-lacking", "cement", {"Material flows": []},
         {"Material flows": [flow("Kiln", "Mill", 840000.0), flow("Kiln", "Market", 160000.0)]}),
    Case("precursor-none", "cement", {"Processes": [MILL], "Source streams": [GAS], "Material flows": [],
                                      "Electricity:1": None},
         {"Processes": [MILL], "Source streams": [GAS], "Electricity:1": None, "Precursors": [clinker(840000.0)],
          "Material flows": [flow("Bought", "Mill", "remaining")]}),
    Case("by-product-twice", "cement", {
        "Source streams:+": [carbon("Dust", "Kiln", -5.0, 0.1)],
        "Material flows:+": [flow("Kiln", "Market", 5.0, material="dust ", carbon_content=0.1)]},
        {"Source streams:+": [carbon("Dust", "Kiln", -5.0, 0.1)],
         "Material flows:+": [flow("Kiln", "Market", 5.0, material="Dust", carbon_content=0.0)]}),
    Case("by-product-carbon", "cement", {"Material flows:+": [flow("Kiln", "Mill", 5.0, material="Dust")]},
         {"Material flows:+": [flow("Kiln", "Mill", 5.0, material="Dust", carbon_content=0.0)]}),
    Case("precursor-unused", "cement", {"Precursors:+": [clinker(5.0)]},
         {"Precursors:+": [clinker(5.0)], "Material flows:+": [flow("Bought", "Mill", 5.0)]}),
    Case("default-justification", "steel_eaf", {"Installation:default_justification": "",
                                                "Precursors:1:justification": ""},
         {"Installation:default_justification": "", "Precursors:1:justification": "Data gaps"}),
    Case("yield", "cement", {"Precursors:+": [clinker(3e6)], "Material flows:+": [flow("Bought", "Mill", 3e6)]},
         {"Precursors:+": [clinker(6e4)], "Material flows:+": [flow("Bought", "Mill", 6e4)]}),
    Case("clinker-used", "cement", {"Goods parameters:0:value": 59.0}, {"Goods parameters:0:value": 61.0}),
    Case("loop-near", "mills", {"Material flows:2:quantity": 970.0, "Material flows:4:quantity": 970.0},
         {"Material flows:2:quantity": 930.0, "Material flows:4:quantity": 930.0}),
    # energy
    Case("electricity-missing", "cement", {"Electricity": []}, {"Electricity:0:quantity": 0.0}),
    Case("electricity-none", "hydrogen", {"Electricity:0": None}, {"Electricity:0:quantity": 0.0}),
    Case("factor-missing", "cement", {"Heat and waste gas:+": [heat("Outside", "Mill", 5.0)]},
         {"Heat and waste gas:+": [heat("Outside", "Mill", 5.0, fuel="Natural gas")]}),
    Case("factor-ignored", "hydrogen", {"Heat and waste gas:2:ef": 60.0}, {"Heat and waste gas:0:ef": 60.0}),
    Case("gas-to-self", "cement", {"Heat and waste gas:+": [heat("Kiln", "Kiln", 5.0, "Waste gas")]},
         {"Heat and waste gas:+": [heat("Kiln", "Mill", 5.0, "Waste gas")]}),
    Case("ends-outside", "cement", {"Electricity:+": [{"source": "Grid", "target": "Outside", "quantity": 5.0}]},
         {"Electricity:+": [{"source": "Kiln", "target": "Outside", "quantity": 5.0, "ef": 0.5}]}),
    Case("unit-efficiency", "hydrogen", {"Source streams:1:quantity": 73.7}, {"Source streams:1:quantity": 73.8}),
    Case("unit-efficiency", "cement", {"Energy units": [BOILER], "Heat and waste gas": [heat("Boiler", "Mill", 5.0)],
                                       "Source streams:+": [stream("Gas", "Boiler", 4.5, 56.1)]},
         {"Energy units": [BOILER], "Heat and waste gas": [heat("Boiler", "Mill", 5.0)],
          "Source streams:+": [stream("Gas", "Boiler", 4.6, 56.1)]}),
    Case("nitric-heat", "acid", {"Heat and waste gas": [heat("Acid", "Outside", 5.0, ef=60.0)]},
         {"Heat and waste gas": [heat("Acid", "Outside", 5.0)]}),
    Case("unit-without-fuel", "cement", {"Energy units": [BOILER], "Heat and waste gas": [heat("Boiler", "Mill", 5.0)]},
         {"Energy units": [BOILER], "Heat and waste gas": [heat("Boiler", "Mill", 5.0)],
          "Source streams:+": [stream("Gas", "Boiler", 6.0, 56.1)]}),
    Case("unit-output", "hydrogen", {"Energy units:0:heat": 44.0}, {"Energy units:0:heat": 45.0}),
    Case("unit-unused", "cement", {"Energy units": [BOILER], "Source streams:+": [stream("Gas", "Boiler", 6.0, 56.1)]},
         {"Energy units": [BOILER], "Source streams:+": [stream("Gas", "Boiler", 0.0, 56.1)]}),
    Case("heat-losses", "hydrogen", {"Energy units:0:heat": 50.0}, {"Energy units:0:heat": 45.0}),
    Case("power-losses", "hydrogen", {"Energy units:0:electricity": 8100.0}, {"Energy units:0:electricity": 8000.0}),
    Case("waste-gas-capped", "cement", {"Energy units": [BOILER], "Heat and waste gas": [heat("Boiler", "Mill", 5.0)],
                                        "Source streams:+": [stream("Blast furnace gas", "Boiler", 6.0, 260.0)]},
         {"Energy units": [BOILER], "Heat and waste gas": [heat("Boiler", "Mill", 5.0)],
          "Source streams:+": [stream("Coke oven gas", "Boiler", 6.0, 44.4)]}),
    Case("efficiency-low", "smelter", {"PFC:0:current_efficiency": 0.95}, {"PFC:0:current_efficiency": 94.0}),
    # shared streams
    Case("not-shared", "cement", {"Shared streams": [SPLIT]},
         {"Shared streams": [SPLIT | {"weight": 100.0}], "Source streams:2:process": "Shared"}),
    Case("share-missing", "steel_eaf", {"Shared streams:1": None, "Shared streams:0:weight": 0.0},
         {"Shared streams:1:weight": 288e6}),
    Case("share-reason", "cement", {"Shared streams": [SPLIT | {"basis": "Operating hours"}],
                                    "Source streams:2:process": "Shared"},
         {"Shared streams": [SPLIT | {"basis": "Operating hours", "note": "log"}],
          "Source streams:2:process": "Shared"}),
    Case("meters-apart", "cement", {"Shared streams": [SPLIT | {"weight": 94.0}], "Source streams:2:process": "Shared"},
         {"Shared streams": [SPLIT | {"weight": 100.0}], "Source streams:2:process": "Shared"}),
    Case("meters-apart", "cement", {"Shared streams": [SPLIT | {"weight": 94e3}], "Source streams:2:process": "Shared"},
         {"Shared streams": [SPLIT | {"weight": 96e3}], "Source streams:2:process": "Shared"}),
    Case("meters-apart", "cement", {"Shared streams": [SPLIT | {"weight": 0.05}], "Source streams:2:process": "Shared"},
         {"Shared streams": [SPLIT | {"weight": 3.6}], "Source streams:2:process": "Shared"}),
    Case("meters-apart", "steel_eaf", {"Shared streams:1:weight": 268e6}, {"Shared streams:1:weight": 288e6}),
    Case("reconciled", "steel_eaf", {"Shared streams:1:weight": 270e6}, {"Shared streams:1:weight": 288e6}),
    Case("reconciled", "cement", {"Shared streams": [SPLIT | {"weight": 96.0}], "Source streams:2:process": "Shared"},
         {"Shared streams": [SPLIT | {"weight": 100.0}], "Source streams:2:process": "Shared"}),
    Case("stream-unassigned", "cement", {"Source streams:+": [stream("Diesel", "", 1.0, 74.1)]},
         {"Source streams:+": [stream("Diesel", "Mill", 1.0, 74.1)]}),
    # plausibility
    Case("implausible", "cement", {"Electricity:0:ef": 3.1}, {"Electricity:0:ef": 2.9}),
    Case("implausible", "cement", {"Heat and waste gas:+": [heat("Outside", "Mill", 5.0, ef=0.06)]},
         {"Heat and waste gas:+": [heat("Outside", "Mill", 5.0, ef=0.6)]}),
    Case("implausible", "cement", {"Source streams:+": [IN_M3 | {"name": "Natural gas", "density": 0.8}]},
         {"Source streams:+": [IN_M3 | {"name": "Natural gas", "density": 0.8, "density_unit": "kg/m3"}]}),
    Case("implausible", "cement", {"Source streams:+": [IN_M3 | {"name": "natural GAS", "density": 0.8}]},
         {"Source streams:+": [IN_M3 | {"name": "Natural gas", "density": 0.45}]}),  # liquefied
    Case("implausible", "cement", {"Source streams:+": [IN_M3 | {"name": "Refinery gas", "density": 720.0,
                                                                 "density_unit": "kg/m3"}]},
         {"Source streams:+": [IN_M3 | {"name": "Gas oil", "density": 840.0, "density_unit": "kg/m3"}]}),
    Case("ncv-reference", "cement", {"Source streams:0:name": "Lignite", "Source streams:0:ncv": 30.0},
         {"Source streams:0:name": "Lignite", "Source streams:0:ncv": 29.0}),
    Case("ef-reference", "cement", {"Source streams:2:name": "Natural gas", "Source streams:2:ef": 85.0},
         {"Source streams:2:name": "Natural gas", "Source streams:2:ef": 84.0}),
    Case("see-default", "cement", {"Source streams:1:quantity": 3e6, "Source streams:1:ef": 2.0},
         {"Source streams:1:quantity": 3e6, "Source streams:1:ef": 1.8}, ("carbonates-many",)),
    Case("precursor-see", "cement", {"Precursors:+": [clinker(5.0, 0.00085)],
                                     "Material flows:+": [flow("Bought", "Mill", 5.0)]},
         {"Precursors:+": [clinker(5.0, 8.2)], "Material flows:+": [flow("Bought", "Mill", 5.0)]}),
    Case("see-benchmark", "cement_2026", {"Source streams:0:quantity": 1000.0, "Source streams:1:ef": 0.002},
         {"Source streams:0:quantity": 1000.0, "Source streams:1:ef": 0.1}),
    Case("stoichiometry", "acid", {"Processes:0:quantity": 1.07e5, "Goods:0:quantity": 1.07e5},
         {"Processes:0:quantity": 1.06e5, "Goods:0:quantity": 1.06e5}),
    Case("stoichiometry", "hydrogen", {"Material flows:1:quantity": 7600.0}, {"Material flows:1:quantity": 7700.0}),
    Case("carbonates-many", "cement", {"Source streams:1:ef": 0.425}, {"Source streams:1:ef": 0.415}),
    Case("mass-gained", "mills", {"Goods": COILS, "Processes:0:quantity": 1125.0},
         {"Goods": COILS, "Processes:0:quantity": 1120.0}, ("parameter-missing",)),
    Case("pfc-metal", "smelter", {"PFC:0:aluminium": 5.26e5}, {"PFC:0:aluminium": 5.24e5}),
    Case("tonnes-apart", "mills", {"Source streams:+": [carbon("Strip", "A", -1000.0, 0.001),
                                                        carbon("strip ", "B", 405.0, 0.001)]},
         {"Source streams:+": [carbon("Strip", "A", -1000.0, 0.001), carbon("strip ", "B", 403.0, 0.001)]}),
    Case("carbon-sign", "mills", {"Source streams:+": [carbon("Strip", "B", 1000.0, 0.001)]},
         {"Source streams:+": [carbon("Slab", "B", 700.0, 0.001), carbon("Scrap", "B", 1001.0, 0.001)]}),
    Case("default-differs", "steel_eaf", {"Precursors:1:see_direct": 3.52}, {"Precursors:1:see_direct": 1.44}),
    Case("default-differs", "steel_eaf", {"Precursors:1:electricity_ef": 0.5}, {"Precursors:1:electricity_ef": 1.0}),
    Case("country-named", "cement", {"Precursors:+": [clinker(5.0) | {"name": "Clinker, Vietnam"}],
                                     "Material flows:+": [flow("Clinker, Vietnam", "Mill", 5.0)]},
         {"Precursors:+": [clinker(5.0) | {"name": "Clinker, China"}],
          "Material flows:+": [flow("Clinker, China", "Mill", 5.0)]}),
    Case("cn-parameter", "ammonia", {"Goods:0:cn_code": "28142000"},
         {"Goods:0:cn_code": "28142000", "Goods parameters:0:value": 25.0}),
    Case("see-default", "cement", {"Processes:1:quantity": 1.2e9, "Material flows:0:quantity": 8.4e8,
                                   "Processes:0:quantity": 1e9, "Material flows:1:quantity": 1.6e8},
         {"Processes:1:quantity": 1.2e8, "Material flows:0:quantity": 8.4e7, "Processes:0:quantity": 1e8,
          "Material flows:1:quantity": 1.6e7}),
    Case("energy-use", "smelter", {"Electricity:0:quantity": 4.9e6}, {"Electricity:0:quantity": 5.1e6}),
    Case("energy-use", "cement", {"Electricity:0:quantity": 5e7}, {"Electricity:0:quantity": 5e6}),
    Case("energy-use", "cement", {"Heat and waste gas": [heat("Outside", "Mill", 125000.0, ef=0.5)]},
         {"Heat and waste gas": [heat("Outside", "Mill", 119000.0, ef=0.5)]}),
    Case("fraction-typed", "cement", {"Source streams:+": [stream("Wood chips", "Mill", 5.0, 112.0, biomass=0.95)]},
         {"Source streams:+": [stream("Wood chips", "Mill", 5.0, 112.0, biomass=95.0)]}),
    Case("rebate-high", "cement", {"Carbon price": [PRICE | {"rebate": 12.1}]}, {"Carbon price": [PRICE]}),
    Case("fraction-typed", "cement", {"Carbon price": [PRICE | {"share": 0.6, "rebate": 0.1}]},
         {"Carbon price": [PRICE]}),
    Case("hours-many", "cement", {"Measured emissions": [STACK | {"hours": 8785.0}]}, {"Measured emissions": [STACK]}),
    # double counting
    Case("fuel-twice", "cement", {"Energy units": [BOILER], "Heat and waste gas": [heat("Boiler", "Mill", 50.0)],
                                  "Source streams:+": [stream("Gas", "Boiler", 100.0, 56.1)]},
         {"Energy units": [BOILER], "Heat and waste gas": [heat("Boiler", "Mill", 50.0)],
          "Source streams:+": [stream("Gas", "Boiler", 101.0, 56.1)]}),
    Case("heat-twice", "cement", {"Heat and waste gas": [heat("Outside", "Mill", 5.0, ef=60.0),
                                                         heat("Kiln", "Mill", 5.0, ef=60.0)]},
         {"Heat and waste gas": [heat("Outside", "Mill", 5.0, ef=60.0), heat("Kiln", "Mill", 5.1, ef=60.0)]}),
    Case("gas-twice", "cement", {"Heat and waste gas": [heat("Kiln", "Mill", 50.0, "Waste gas")],
                                 "Source streams:+": [stream("Blast furnace gas", "Mill", 50.2, 260.0)]},
         {"Heat and waste gas": [heat("Kiln", "Mill", 50.0, "Waste gas")],
          "Source streams:+": [stream("Blast furnace gas", "Mill", 55.0, 260.0)]}),
    Case("gas-taken-off", "cement", {"Heat and waste gas": [heat("Kiln", "Mill", 50.0, "Waste gas")],
                                     "Source streams:+": [carbon("Blast furnace gas", "Kiln", -5.0, 0.1)]},
         {"Heat and waste gas": [heat("Kiln", "Mill", 50.0, "Waste gas")],
          "Source streams:+": [carbon("Coke", "Kiln", -5.0, 0.1)]}),
    Case("carbon-twice", "steel_eaf", {"Source streams:9": None, "Source streams:10:name": "Crude steel"},
         {"Source streams:10:name": "Crude steel"}),
    Case("carbon-sign", "steel_eaf", {"Source streams:9:quantity": 620000.0}, {"Source streams:9:quantity": -620000.0}),
    # balances and results
    Case("loop-endless", "mills", {"Material flows:2:quantity": 1000.0, "Material flows:4:quantity": 1000.0},
         {"Material flows:2:quantity": 900.0, "Material flows:4:quantity": 900.0}),
    Case("floored", "cement", {"Heat and waste gas": [heat("Mill", "Outside", 94.0, ef=60.0)]},
         {"Heat and waste gas": [heat("Mill", "Outside", 93.0, ef=60.0)]}),
    Case("gas-left-out", "cement", {"Heat and waste gas": [heat("Mill", "Kiln", 60.0, "Waste gas", ef=110.0)]},
         {"Heat and waste gas": [heat("Mill", "Kiln", 50.0, "Waste gas", ef=110.0)]}),
    Case("carbon-open", "cement", {"Source streams:+": [carbon("Soot", "Mill", -1600.0, 1.0)]},
         {"Source streams:+": [carbon("Soot", "Mill", -1500.0, 1.0)]}),
    Case("total-overridden", "cement", {"Installation:co2_entered": 770000.0}, {"Installation:co2_entered": 768110.0}),
    Case("balance-open", "cement", {"Installation:indirect_entered": 30000.0},
         {"Installation:indirect_entered": 25500.0}),
    Case("fuel-open", "cement", {"Installation:fuel_cbam": 2750.0}, {"Installation:fuel_cbam": 2600.0}),
    # from 2026
    Case("period-calendar", "cement_2026", period(date(2025, 7, 1), date(2026, 6, 30)),
         period(date(2026, 1, 1), date(2026, 12, 31))),
    Case("joint-leaves", "mills_2026", {"Processes": [{"name": "A", "category": "Crude steel", "quantity": 1.0},
                                                      *MILLS["Processes"]]},
         {"Processes": [{"name": "A", "category": "Crude steel"}, *MILLS["Processes"]]}),
    Case("goods-alike", "mills_2026", {"Material flows": [flow("Slab", end, 700.0) for end in "AB"]},
         {"Material flows": [flow("Slab", "A", 701.0), flow("Slab", "B", 699.0)]}),
    Case("waste-gas-evidence", "cement_2026", {"Heat and waste gas": [heat("Kiln", "Mill", 5.0, "Waste gas")]},
         {"Heat and waste gas": [heat("Kiln", "Mill", 5.0, "Waste gas", note="meter 7, contract")]}),
    Case("grid-factor-missing", "cement_2026", {"Own figures": []}, {"Own figures": [], "Electricity:0:ef": 0.5}),
    Case("default-missing", "steel_2026", {"Precursors:0:cn_code": ""}, {"Precursors:0:cn_code": "72139120"}),
    Case("precursor-unverified", "steel_2026", {"Precursors:1:verification": ""}, {"Precursors:1:verification": "7"}),
    Case("edition-unknown", "cement_2026", {"Installation:default_value_edition": "2025-01-01"},
         {"Installation:default_value_edition": ""}),
    Case("edition-old", "cement_2026", {"Installation:default_value_edition": "2025-12-31"},
         {"Installation:default_value_edition": ""}),
    Case("figure-year", "cement_2026", {"Own figures:0:year": 2024.0}, {"Own figures:0:year": 2025.0}),
    Case("content-missing", "cement_2026", {"Goods:2:quantity": ""}, {"Goods:0:quantity": ""}),
    Case("unit-split", "cement_2026", {"Goods:1:process": "Mill 2", "Processes:+": [
        {"name": "Mill 2", "category": "Cement", "quantity": 400000.0, "direct_entered": 5.0}],
        "Processes:1:quantity": 400000.0, "Electricity:+": [POWER_2], "Material flows": [
            flow("Kiln", "Mill", 280000.0), flow("Kiln", "Mill 2", 380000.0), flow("Kiln", "Market", 140000.0)]},
        {"Goods:1:process": "Mill 2", "Goods:1:cn_code": "25232100", "Processes:+": [
            {"name": "Mill 2", "category": "Cement", "quantity": 400000.0, "direct_entered": 5.0}],
         "Processes:1:quantity": 400000.0, "Electricity:+": [POWER_2], "Material flows": [
             flow("Kiln", "Mill", 280000.0), flow("Kiln", "Mill 2", 380000.0), flow("Kiln", "Market", 140000.0)]}),
    Case("benchmark-missing", "cement_2026", {"Goods:0:benchmark_route": ""}, {"Goods:0:benchmark_route": "B"}),
    Case("routes-weighed", "cement_2026", {"Goods:0:quantity": 70000.0, "Goods:+": [
        {"name": "White", "process": "Kiln", "cn_code": "25231000", "quantity": 70000.0, "benchmark_route": "B"}]},
        {"Goods:0:quantity": 70000.0, "Goods:+": [
            {"name": "White", "process": "Kiln", "cn_code": "25231000", "quantity": 70000.0,
             "benchmark_route": "A"}]}),
    Case("joint-allocation", "cement_2026", {"Processes:+": [{"name": "Mill", "category": "Cement clinker"}]},
         {"Processes:+": [{"name": "Mill", "category": "Cement"}]}),
    Case("price-missing", "cement_2026", {**period(date(2027, 1, 1), date(2027, 12, 31))},
         {**period(date(2027, 1, 1), date(2027, 12, 31)), "Own figures:+": [
             {"kind": "Certificate price", "of": "2027 Q1", "value": 80.0, "year": 2027.0, "source": "made up"}]}),
    Case("exchange-rate-missing", "cement_2026", {"Carbon price": [
        {"target": "CEM I 42.5", "share": 60.0, "price": 2.0, "currency": "USD", "per": "t"}]},
        {"Carbon price": [{"target": "CEM I 42.5", "share": 60.0, "price": 2.0, "currency": "USD", "per": "t"}],
         "Own figures:+": [
             {"kind": "Exchange rate", "of": "USD", "value": 1.1, "year": 2026.0, "source": "ECB, 31 December"}]}),
    Case("composition-range", "cement_2026", {"Goods:0:content_range": 0.2}, {"Goods:0:content_range": 0.1}),
    Case("carbon-price-open", "steel_2026", {"Carbon price": [
        {"target": "Wire rod, trader", "share": 60.0, "price": 2.0, "currency": "EUR", "per": "t"}]},
        {"Carbon price": [
            {"target": "Wire rod, neighbour", "share": 60.0, "price": 2.0, "currency": "EUR", "per": "t"}]}),
)  # fmt: skip

ELSEWHERE: Mapping[str, str] = {
    "period-missing": "of Commission files; tests/test_communication.py",
    "period-act": "needs --law; tests/test_checks.py",
    "efficiency-fraction": "of Commission files; tests/test_communication.py",
    "stream-incomplete": "of Commission files; tests/test_communication.py",
    "negative-see": "needs --as-template; tests/test_checks.py",
    "no-room": "told on sending; tests/test_communicate.py",
    "template-act": "told on sending; tests/test_communicate.py",
    "sent-packed": "told on sending; tests/test_communicate.py",
    "sent-renamed": "told on sending; tests/test_communicate.py",
    "not-sent": "told on sending; tests/test_communicate.py",
    "not-kept": "told on importing; tests/test_exchange.py",
    "version-unknown": "of Commission files; tests/test_communication.py",
    "verification-unknown": "of Commission files; tests/test_definitive.py",
    "unit-open": "of one CN code; tests/test_open_points.py",
    "reason-lapsed": "of an earlier run; tests/test_acknowledgements.py",
}
"""Findings that no workbook of ours can have, and where they are tested."""

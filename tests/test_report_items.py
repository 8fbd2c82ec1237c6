"""Sheets Cost and Report items: filled under the act of 2026 as far as the data go, empty under the earlier one."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from plants import emits, flow, heat, plant, power, process
from test_definitive import CRUDE_STEEL, PIG_IRON, good, lot, of

from cbam_xl import model as m
from cbam_xl import options, road
from cbam_xl.attribution import recalculate
from cbam_xl.books import FileBook
from cbam_xl.package import Package
from cbam_xl.sheets import report_items
from cbam_xl.sheets.declare import FIRST_ROW
from cbam_xl.sheets.report_items import FILLED, MISSING, NONE, Item
from cbam_xl.sheets.report_lines import LACKING


def found(*records: Any, **site: Any) -> dict[tuple[str, str], Item]:
    installation = plant(*records, **{**of(2026), **site})
    items = report_items.items(installation, recalculate(installation))
    return {(i.part, i.number or i.content): i for i in items}


def test_all_items_stand_there_and_the_choices() -> None:
    items = found(*PIG_IRON, *CRUDE_STEEL)
    assert [key for key in items if key[0] == "report"] == [("report", str(n)) for n in range(1, 36)]
    assert [key for key in items if key[0] == "summary"] == [("summary", str(n)) for n in range(1, 17)]
    assert len([key for key in items if key[0] == "choice"]) == len(options.CHOICES) == 12
    assert {i.state for i in items.values()} <= {FILLED, MISSING, NONE}
    for item in items.values():
        assert item.state != FILLED or (item.says and LACKING not in item.says)
        assert item.state != MISSING or not item.says or LACKING in item.says
        assert item.state != NONE or not item.says
    assert all(i.where and i.cites for i in items.values())


def test_they_fill_themselves() -> None:
    items = found(*PIG_IRON, *CRUDE_STEEL, good("72071210", "Steel", 5.0, "Slab", benchmark_route="C"),
                  power(m.GRID, m.OUTSIDE, 1.0, 0.5), name_en="Works", name="Works")  # fmt: skip
    assert items["report", "7"].says == "1,600,000 t CO2e"
    assert "Slab: 1.88625 direct, 0.04275 indirect" in items["report", "15"].says
    assert "SEFA" in items["summary", "4"].says
    assert "Pig to Steel: 950,000 t" in items["report", "19"].says
    assert "Sinter, CN ?, TR, report VR-1, Bureau X: 0.25 t CO2e/t" in items["report", "23"].says
    assert items["report", "22"].state == NONE
    assert items["summary", "1"].state == MISSING
    assert "Installation" in items["summary", "1"].where


def test_who_operates_it_is_no_representative_and_what_is_blank_is_listed() -> None:
    site: dict[str, Any] = {"operator": "Works Ltd", "operator_registration": "HRB 7", "representative": "A. Person"}
    operator = found(process("P"), **site)["summary", "1"]
    assert (operator.says, operator.state) == ("Works Ltd, HRB 7; missing: Operator: address", MISSING)
    operator = found(process("P"), **site, operator_address="Road 1, Town")["summary", "1"]
    assert (operator.says, operator.state) == ("Works Ltd, HRB 7, Road 1, Town", FILLED)
    installation = found(process("P"), **site, name_en="Works")["report", "1"]
    assert installation.says.startswith(
        "Works Ltd, HRB 7, Works, Türkiye; missing: Operator: address, Identifier of the inst"
    )


def test_goods_of_annex_ii_are_not_asked_for_indirect_emissions() -> None:
    numbers = [str(n) for n in (3, 9, 10, 11, 12)]
    steel = found(process("P"), emits("P", 1.0), power(m.GRID, "P", 5.0, 0.4))
    assert {steel["report", n].state for n in numbers} == {NONE}
    assert steel["report", "26"].says == "P: 5 MWh"
    both = found(
        process("P"), process("Q", 1000.0, "Cement"), power(m.GRID, "P", 5.0, 0.4), power(m.GRID, "Q", 7.0, 0.4)
    )
    assert both["report", "10"].says == "Q: 7 MWh"
    assert both["report", "9"].says == "12 MWh"
    assert found(process("Q", 1000.0, "Cement"))["report", "9"].state == MISSING


def test_sources_of_electricity_and_the_share_of_default_factors() -> None:  # D20
    items = found(process("P", 1000.0, "Cement"), emits("P", 1.0), good("25232900", content=0.9),
                  power(m.GRID, "P", 60.0, 0.605),
                  power(m.PURCHASE_AGREEMENT, "P", 25.0, 0.0), power(m.DIRECT_LINE, "P", 15.0, 0.36))  # fmt: skip
    assert items["report", "12"].says.endswith("; all of them: 100 MWh at 0.417 t CO2/MWh")
    assert "electricity 60.0 % by default and 40.0 % by actual factors" in items["report", "15"].says


def test_per_kg_of_nitrogen_all_digits_stay() -> None:  # D02, B1
    items = found(
        process("P", 400.0, "Urea"), emits("P", 400 * 1.246548), good("31021019", quantity=400.0, content=460.0)
    )
    assert "1.24655 direct, 0.00000 indirect t CO2e/t (0.00270989 and 0 per kg N)" in items["report", "15"].says
    assert items["report", "34"].says == "P: all production routes, 400 t, 184,000 kg N"


def test_the_activity_level_stands_there_in_functional_units() -> None:
    kiln = (
        process("K", 1000.0, "Cement clinker"),
        emits("K", 800.0),
        good("25231000", "K", 300.0, benchmark_route="A"),
    )
    mill = (process("M", 800.0, "Cement"), flow("K", "M", 600.0), good("25232900", "M", 100.0, "I", content=0.9),
            good("25239000", "M", 300.0, "II", content=0.7))  # fmt: skip
    kiln_says, mill_says = found(*kiln, *mill)["report", "34"].says.split("; ")
    assert kiln_says == "K: all production routes, 1,000 t, 1,000 t clinker"
    assert mill_says == "M: all production routes, 800 t, 600 t clinker"


def test_precursors_of_one_code_from_several_installations_are_weighed() -> None:  # D18
    lots = [lot(name, see, country=country, cn_code="72071111", verification=verification)
            for name, see, country, verification in (
                ("A", 1.9, "TR", "VR"), ("B", 2.4, "TR", "VR"), ("C", 1.5, "FR", ""))]  # fmt: skip
    flows = [flow(name, "P", mass) for name, mass in (("A", 12_000.0), ("B", 8_000.0), ("C", 5_000.0))]
    items = found(process("P", 25_000.0), *lots, *flows)
    assert items["report", "25"].says == (
        "P, CN 72071111, 3 sources by mass (Art. 14(2)): 1.68 t CO2e/t direct, 0 t CO2e/t indirect")  # fmt: skip
    assert found(process("P", 25_000.0), lots[0], flows[0])["report", "25"].state == NONE


def test_the_plan_names_the_largest_of_all_kinds() -> None:
    streams = [m.Stream(m.Cell(""), name, "P", m.COMBUSTION, t, "t", ncv, 90.0)
               for name, t, ncv in (("Peat", 300.0, 0.01), ("Coal", 200.0, 0.025))]  # fmt: skip
    coke = m.Stream(m.Cell(""), "Coke", "P", m.MASS_BALANCE, 100.0, "t", carbon_content=0.8)
    stack = m.Measured(m.Cell(""), "Stack", "P", "N2O", 1.0, 10.0, 1.0)
    items = found(process("P"), *streams, emits("P", 290.0, "Lime"), coke, stack, heat("P", m.OUTSIDE, 2.0, 60.0),
                  good("72142000", quantity=5.0), process("Q", 1.0, included=("Pig iron",)),
                  good("72142000", "Q"))  # fmt: skip
    says = items["report", "2"].says
    assert "P, Iron or steel products: Good of P, 72142000, CN 72142000; " in says
    assert "largest fuels: Coal, Peat; largest process materials: Coke, Lime; largest measured sources: Stack" in says
    assert says.endswith("heat P to Outside: 2 TJ")
    assert "Coal (Combustion): 200 t, 0.025 TJ/t, 90 t CO2/TJ" in items["report", "16"].says
    assert "Pig iron: made and used in “Q”" in items["report", "31"].says
    assert items["report", "8"].state == NONE


def test_a_new_installation_says_its_months() -> None:
    assert found(process("P"), period_start=date(2026, 7, 1))["report", "8"].says == "6 months"


def test_what_is_missing_is_said_and_a_choice_is_named() -> None:
    items = found(process("P"), flow("P", m.MARKET, 5.0), inherited_indirect="Not counted")
    assert (items["report", "1"].state, items["report", "16"].state) == (MISSING, MISSING)
    chosen = items["choice", "Indirect emissions inherited over two steps"].says
    assert chosen == "Not counted (the default is: Counted)"
    default = items["choice", "Exported waste gas without evidence"].says
    assert default == "Not deducted (the default; or: Deducted)"


def test_long_lists_end_in_a_count() -> None:
    many = [process(f"P{n}") for n in range(20)]
    assert found(*many, *(emits(p.name, 1.0) for p in many))["report", "30"].says.endswith("… and 8 more")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copy(road.example("steel_2026"), tmp_path / "wire.xlsx"))


def rows(path: Path, sheet: str) -> list[list[Any]]:
    return [row[1:] for row in FileBook(path).rows(sheet)[FIRST_ROW - 1 :]]


def test_the_sheets_are_written_and_emptied_again(copy: Path) -> None:
    cost = rows(copy, "Cost")
    assert [row[0] for row in cost] == ["Galvanised wire, coils", "Galvanised wire, cut"]
    # SEFA: 0.975 x 0.071 + (20 000 x 0.975 x 1.364 + 15 000 x 1.2) / 40 000; 76 EUR per certificate
    sefa = 0.975 * 0.071 + (20_000 * 0.975 * 1.364 + 15_000 * 1.2) / 40_000
    assert cost[0][5] == pytest.approx(sefa, rel=1e-12)
    assert cost[0][8] == pytest.approx((2.6145 - sefa) * 76, rel=1e-12)
    # default value of Türkiye 2.310 x 1.1, benchmark of the whole chain 1.397
    assert cost[0][12] == pytest.approx((2.541 - 0.975 * 1.397) * 76, rel=1e-12)
    assert len(rows(copy, "Report items")) == 35 + 16 + len(options.CHOICES)
    installation = road.read(copy)
    earlier = {**installation.site.values, "period_start": date(2025, 1, 1), "period_end": date(2025, 12, 31)}
    installation = installation._replace(site=installation.site._replace(values=earlier))
    road.write(Package(copy), copy, installation, recalculate(installation))
    assert rows(copy, "Cost") == rows(copy, "Report items") == []


def test_results_show_goods_per_functional_unit(tmp_path: Path) -> None:
    cement, steel = (rows(road.example(name), "Results") for name in ("cement_2026", "cement"))
    kind, per_unit = "Category", "Per unit (direct)"
    header = next(row for row in cement if kind in row)
    goods = {row[0]: dict(zip(header, row, strict=False)) for row in cement[cement.index(header) + 2 :]}
    assert goods["CEM II/B 32.5"][kind] == "Cement, per t clinker"
    assert goods["CEM II/B 32.5"][per_unit] == pytest.approx(0.837625, rel=1e-12)
    assert goods["CEM II/B 32.5"]["SEE (direct)"] == pytest.approx(0.7 * 0.837625, rel=1e-12)
    header = next(row for row in steel if kind in row)
    assert {row[header.index(per_unit)] for row in steel[steel.index(header) + 2 :]} == {""}


def test_a_workbook_without_these_sheets_is_written_too(copy: Path, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    book = load_workbook(copy)
    del book["Cost"], book["Report items"]
    book.save(tmp_path / "old.xlsx")
    installation = road.read(tmp_path / "old.xlsx")
    road.write(Package(tmp_path / "old.xlsx"), tmp_path / "out.xlsx", installation, recalculate(installation))
    assert rows(tmp_path / "out.xlsx", "Results")[0][0] == "Wire line"

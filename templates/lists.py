"""Sheet Lists: standard factors, CN codes, categories and choice lists, printed from the reference sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import blocks
import look
import names
import rules
from blocks import Block, Head

from cbam_xl import reference
from cbam_xl.model import NOT_CBAM, UNKNOWN_ORIGIN, WORDS
from cbam_xl.sheets import choices, inputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

NAME = "Lists"
PURPOSE = "Standard factors, CN codes and the entries of every drop-down, with their sources."
REMARK = "A print for people and drop-downs; nothing is calculated from it. An own factor goes into its input row."
SOURCE = (Head("Source", 44), Head("Edition", 21))
CATEGORY = Head("Aggregated goods category", 27)
LABELS = {
    "data_sources": "Data sources, best first", "ef_sources": "Source of electricity EF",
    "measured": "Source of values",
    "cp_types": "Carbon price instruments", "rebates": "Types of rebate", "per": "Price per",
    "bases": "Bases of sharing", "pfc_methods": "PFC methods", "heat_or_gas": "Heat or waste gas",
    "stream_names": "Source streams known by name", "yes_no": "Yes or no", "reserved": "Reserved words",
}  # fmt: skip


def number(text: str) -> float | int | None:
    """A figure of a reference sheet as the number that a cell holds.

    >>> number("44.20"), number("101"), number("")
    (44.2, 101, None)
    """
    if not text.strip():
        return None
    value = float(text)
    return int(value) if value.is_integer() else value


def source(row: reference.Row) -> tuple[str, str]:
    return f"{row['act']}, {row['provision']}", row["edition"]


def factors() -> Iterator[tuple[object, ...]]:
    """Fuels, biomass, carbonates and materials of Annex VIII, one below the other."""
    for sheet, label in (("fuels", "Fuel"), ("biomass", "Biomass")):
        for r in reference.rows(sheet):
            figures = (number(r["ef"]), r["ef_unit"], number(r["ncv"]), r["ncv_unit"] if r["ncv"] else None)
            yield (r["fuel"], label, *figures, None, None, *source(r))
    for r in reference.rows("carbonates"):
        yield (r["substance"], f"Method {r['method']}", number(r["ef"]), r["ef_unit"], *[None] * 4, *source(r))
    for r in reference.rows("materials"):
        content = (number(r["carbon_content"]), r["carbon_content_unit"])
        yield (r["material"], "Material", number(r["ef"]), r["ef_unit"], None, None, *content, *source(r))


def figures() -> Iterator[tuple[object, ...]]:
    """Global warming potentials, PFC factors and the parameters of the law."""
    for r in reference.rows("gwp"):
        yield (f"{r['name']} ({r['gas']})", "Global warming potential", number(r["value"]), r["unit"], *source(r))
    for r in reference.rows("pfc"):
        short = (r["technology"], r["method"])
        if r["factor"]:
            yield (" · ".join(short), "SEF(CF4)" if "AE" in r["factor_unit"] or "anode" in r["factor_unit"] else "OVC",
                   number(r["factor"]), r["factor_unit"], *source(r))  # fmt: skip
            yield (" · ".join(short), "F(C2F6)", number(r["c2f6_per_cf4"]), "t C2F6/t CF4", *source(r))
    for r in reference.rows("parameters"):
        if not r["id"].startswith("gwp_"):
            yield (r["name"], "Parameter", number(r["value"]), r["unit"], *source(r))


def efficiencies() -> Iterator[tuple[object, ...]]:
    for r in reference.rows("annex_ix"):
        fuel = f"{r['code']}  {r['fuel']}"
        yield (fuel, r["output"], r["built"], r["medium"] or None, number(r["value"]), *source(r))


def goods_units() -> dict[str, str]:
    """The unit of each goods parameter."""
    return {r["parameter"]: r["unit"] for r in reference.rows("goods_parameters")}


def ordered_codes() -> list[reference.Row]:
    """The CN codes of the template, those of one category together."""
    order = {name: place for place, name in enumerate(choices.entries("categories"))}
    offered = [r for r in reference.rows("cn_codes") if r["in_template"] == "yes"]
    return sorted(offered, key=lambda r: (order[r["category"]], r["cn_code"]))


def categories() -> Iterator[tuple[object, ...]]:
    """Each category with the places of its routes and CN codes in their lists, which the drop-downs use."""
    routes, codes = ([r["category"] for r in rows] for rows in (reference.rows("routes"), ordered_codes()))
    for r in reference.rows("categories"):
        name = r["category"]
        yield (name, r["sector"], r["unit"], *span(routes, name), *span(codes, name), *source(r))
    yield (NOT_CBAM, None, None, 1, 1, 1, len(codes), "only needed to close the balances", None)


def span(keys: list[str], key: str) -> tuple[int, int]:
    """First place (from 1) and number of the entries that bear a key; the entries of a key stand together."""
    return keys.index(key) + 1, keys.count(key)


class Shelf:
    """Sheet Lists while it is being filled: blocks are laid side by side, with a narrow column between them."""

    def __init__(self, ws: Worksheet) -> None:
        self.ws, self.column, self.laid = ws, 4, list[Block]()

    def lay(self, title: str, heads: Sequence[Head], rows: Iterable[Sequence[object]], gap: bool = True) -> Block:
        block = blocks.lay(self.ws, self.column, title, heads, rows)
        self.laid.append(block)
        self.column = block.end + 1
        if gap:
            look.widths(self.ws, 3, first=self.column)
            self.column += 1
        return block


def build(wb: Workbook, neighbours: look.Links) -> dict[str, str]:
    """Fill sheet Lists. Returns the formula from which a drop-down takes each choice list; "Sheet.field" goes first."""
    ws = wb[NAME]
    look.page(ws, "Reference", titles="4:6")
    shelf = Shelf(ws)
    first = printed(shelf)
    ranges, kinds, routes, codes, asked = offered(shelf)
    for place, (key, entries) in enumerate(plain().items()):
        label = LABELS.get(key, key.replace("_", " ").capitalize())
        head = Head(label, min(60, max(12, *(len(e) + 3 for e in entries))))
        block = shelf.lay("" if place else "Choice lists", (head,), ((e,) for e in entries), gap=False)
        ranges[key] = block.cells()
    shelf.column += 1
    ranges |= names.build(shelf, kinds, codes)
    ranges |= dependent(ranges, kinds, routes, asked)
    finish(ws, shelf, first, neighbours)
    return ranges


def printed(shelf: Shelf) -> Block:
    """The figures, for people to look up: factors, figures of the law, efficiencies. Returns the first block."""
    first = shelf.lay("Standard factors", (
        Head("Name", 38), Head("Kind", 19), Head("Emission factor", 11, "", "0.0###"), Head("EF Unit", 10),
        Head("Net calorific value", 12, "", "0.0##"), Head("NCV Unit", 10), Head("Carbon content", 11, "", "0.0000"),
        Head("Unit", 8), *SOURCE), factors())  # fmt: skip
    shelf.lay("Other figures of the law", (
        Head("Name", 60), Head("Kind", 25), Head("Value", 12, "", "General"), Head("Unit", 46), *SOURCE),
        figures())  # fmt: skip
    shelf.lay("Reference efficiencies (CHP)", (
        Head("Fuel", 62), Head("Output", 11), Head("Built", 19), Head("Medium", 32), Head("Efficiency", 11, "%", "0.0"),
        *SOURCE), efficiencies())  # fmt: skip
    shelf.lay("Relevant precursors", (
        CATEGORY, Head("Counts this precursor", 27), Head("Condition", 62), *SOURCE),
        ((r["category"], r["precursor"], r["condition"] or None, *source(r))
         for r in reference.rows("relevant_precursors")))  # fmt: skip
    shelf.lay("Parameters asked for", (CATEGORY, Head("Parameter", 46), Head("Value is", 10), *SOURCE),
              ((r["category"], r["parameter"], r["unit"], *source(r))
               for r in reference.rows("goods_parameters")))  # fmt: skip
    shelf.lay("Units", (
        Head("Spelling", 18), Head("Quantity", 30), Head("Is", 16, "", "General"), Head("of", 12), *SOURCE),
        ((r["spelling"], r["dimension"], number(r["factor"]), r["canonical"], *source(r))
         for r in reference.rows("units")))  # fmt: skip
    return first


def offered(shelf: Shelf) -> tuple[dict[str, str], Block, Block, Block, Block]:
    """The blocks that drop-downs are taken from; those that a drop-down narrows are returned as well."""
    codes = shelf.lay("CN codes", (Head("CN code", 13), Head("Name", 110), CATEGORY),
                      ((r["cn_code"], r["name"], r["category"]) for r in ordered_codes()))  # fmt: skip
    counts = (Head(text, 8, "", "0") for text in ("First route", "Routes", "First code", "Codes"))
    kinds = shelf.lay("Categories", (CATEGORY, Head("Sector", 16), Head("Per", 7), *counts, *SOURCE), categories())
    routes = shelf.lay("Production routes", (Head("Production route", 60), CATEGORY),
                       ((r["route"], r["category"]) for r in reference.rows("routes")))  # fmt: skip
    nations = shelf.lay("Countries", (Head("Country", 36), Head("Code", 8)),
                        (*((r["name"], r["code"]) for r in reference.rows("countries")),
                         ("origin not known, from 2026", UNKNOWN_ORIGIN)))  # fmt: skip
    money = shelf.lay("Currencies", (Head("Currency", 10), Head("Name", 40)),
                      ((r["code"], r["name"]) for r in reference.rows("currencies")))  # fmt: skip
    letters = shelf.lay("Benchmark routes", (Head("Benchmark route", 10), Head("Stands for", 62), *SOURCE),
                        ((r["route"], r["meaning"], *source(r))
                         for r in reference.rows("benchmark_routes")))  # fmt: skip
    asked = shelf.lay("Goods parameters", (Head("Parameter", 46), Head("Value is", 10)), goods_units().items())
    ranges = {"categories": kinds.cells(0), "cn_codes": codes.cells(0), "country_codes": nations.cells(1),
              "currencies": money.cells(0), "parameters": asked.cells(0),
              "benchmark_letters": letters.cells(0)}  # fmt: skip
    return ranges, kinds, routes, codes, asked


def plain() -> dict[str, tuple[str, ...]]:
    """The choice lists that are one column of words: those of the declaration that no other block holds."""
    fixed = dict(choices.FIXED)
    for key in ("sectors", "routes", "technologies", "fuels", "stream_names", "countries", "finishing_steps"):
        fixed[key] = choices.entries(key)
    return fixed | {"yes_no": ("yes", "no"), "reserved": WORDS}


def dependent(ranges: dict[str, str], kinds: Block, routes: Block, asked: Block) -> dict[str, str]:
    """Lists that depend on another cell of the row: categories of the sector, routes of the category, values."""
    row = blocks.FIRST_ROW
    sector = f"${rules.letter(inputs.PROCESSES, 'sector')}{row}"
    sectors = kinds.cells(1)
    some = f"OFFSET({kinds.cell(0)},MATCH({sector},{sectors},0)-1,0,COUNTIF({sectors},{sector}),1)"
    made = {"Processes.category": f'IF({sector}="",{kinds.cells(0)},{some})'}
    table = kinds.cells(0, 6)
    for sheet in (inputs.PROCESSES, inputs.PRECURSORS):
        own = f"${rules.letter(sheet, 'category')}{row}"
        made[f"{sheet.name}.route"] = (
            f"IF(COUNTIF({kinds.cells(0)},{own})=0,{ranges['routes']},"
            f"OFFSET({routes.cell(0)},VLOOKUP({own},{table},4,FALSE)-1,0,VLOOKUP({own},{table},5,FALSE),1))"
        )
    name = f"${rules.letter(inputs.PARAMETERS, 'parameter')}{row}"
    unit = f"VLOOKUP({name},{asked.cells(0, 1)},2,FALSE)"
    nothing = f"{NAME}!$A$1"
    made["Goods parameters.value"] = (
        f'IF(COUNTIF({asked.cells(0)},{name})=0,{nothing},IF({unit}="choice",{ranges["reducing_agents"]},'
        f'IF({unit}="yes/no",{ranges["yes_no"]},{nothing})))'
    )
    return made


def finish(ws: Worksheet, shelf: Shelf, first: Block, neighbours: look.Links) -> None:
    """Contents at the left, the title band, freezing, printing, protection."""
    look.widths(ws, 3, 29, 3)
    titled = [b for b in shelf.laid if b.title]
    blocks.lay(ws, 2, "On this sheet", (Head("Go to", 29),), ((b.title,) for b in titled))
    for row, block in enumerate(titled, blocks.FIRST_ROW):
        cell = look.link(look.put(ws, row, 2), NAME, block.cell(0, blocks.TITLE_ROW).split("!")[1].replace("$", ""))
        look.dress(cell, look.font(10, look.LEVELS["note"][2]))
    look.band(ws, "Reference", first.end, PURPOSE, REMARK, neighbours)
    ws.row_dimensions[blocks.TITLE_ROW].height, ws.row_dimensions[blocks.HEADER_ROW].height = 24, 30
    ws.freeze_panes = "C7"
    area = first.cells(0, len(first.heads) - 1).split("!")[1]
    ws.print_area = area.replace(f"${blocks.FIRST_ROW}:", f"${blocks.TITLE_ROW}:")
    look.lock(ws)

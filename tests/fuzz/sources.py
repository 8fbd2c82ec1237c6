"""The sound workbooks that are changed: every edition of ours, the Commission's template, the default values."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from . import container, witness
from .pool import CHECKOUT

OURS, OFFICIAL, DEFAULTS = "installation workbook", "Commission template", "default values"
EXAMPLES = ("cement", "cement_2026", "steel_bf_bof", "hydrogen", "fertiliser_npk", "aluminium", "steel_2026")
FILLED = ("ec_example_1_cement_v2.1_FILLED", "ec_example_2_steel1_blast_furnace_v2.1_FILLED")
HANDED_ON = ("Goods parameters", "Carbon price")
"""Sheets whose numbers enter no figure: they are handed on to the Commission's file."""
SHARED = Path(os.environ.get("CBAM_XL_SHARED") or CHECKOUT.parent / "shared")
TEMPLATE = SHARED / "official" / "cbam_communication_template_v2.1.1_en_20241213_EMPTY.xlsx"


class Typed(NamedTuple):
    """A cell in use of an input sheet."""

    sheet: str
    part: str
    address: str
    value: object
    header: str
    counts: bool
    """Whether it enters a figure; else it is handed on to the Commission's file, or multiplied by 0."""


class Source:
    """A sound workbook: its bytes, its parts, and where its inputs stand."""

    def __init__(self, kind: str, name: str, data: bytes) -> None:
        self.kind, self.name, self.data = kind, name, data
        self.ending = name[name.rindex(".") :]

    @cached_property
    def parts(self) -> container.Parts:
        """The parts by name; don't change them, they are shared."""
        return container.parts_of(self.data)

    @cached_property
    def sheets(self) -> dict[str, str]:
        """The parts of the sheets that are read, by the sheets' names."""
        from cbam_xl.sheets import inputs

        from .worker import OFFICIAL as SHEETS

        sheets = witness.sheets_of(self.parts)
        if self.kind == DEFAULTS:
            return sheets
        return {sheet: part for sheet, part in sheets.items() if sheet in inputs.BY_NAME or sheet in SHEETS}

    @property
    def inputs(self) -> list[str]:
        """The parts of the sheets that are read."""
        return list(self.sheets.values())

    @cached_property
    def numbers(self) -> list[Typed]:
        """The cells that hold a number."""
        return [cell for cell in self.typed if isinstance(cell.value, float)]

    @cached_property
    def names(self) -> list[str]:
        """The names of processes, energy units, streams and precursors."""
        named = ("process", "name", "from", "to")
        return sorted({str(cell.value) for cell in self.typed if cell.header.rstrip("* ").casefold() in named})

    @cached_property
    def units(self) -> list[Typed]:
        """The cells that hold a unit."""
        return [cell for cell in self.typed if isinstance(cell.value, str) and "unit" in cell.header.casefold()]

    @cached_property
    def typed(self) -> list[Typed]:
        """The cells below the headers of our input tables that hold something, with the header above them."""
        from cbam_xl.package import column_letters
        from cbam_xl.sheets.declare import FIRST_ROW, HEADER_ROW

        found = []
        for sheet, part in self.sheets.items() if self.kind == OURS else ():
            cells = witness.cells_of(self.parts, part)
            gas = {row for (row, _), value in cells.items() if value == "Waste gas"}  # counts as natural gas (Eq. 53)
            power = {column for (row, column), value in cells.items() if value == "Specific electricity consumption"}
            head = {str(value): column for (row, column), value in cells.items() if row == HEADER_ROW}
            carbonless = {row for (row, column) in cells if column == head.get("By-product")
                          and not cells.get((row, head.get("Carbon content", 0)))}  # fmt: skip
            unpowered = {row for (row, column), value in cells.items() if column in power and value == 0}
            for (row, column), value in cells.items():
                header = str(cells.get((HEADER_ROW, column), ""))
                if row >= FIRST_ROW and column > 1 and header.strip():
                    counts = sheet not in HANDED_ON and not (row in gas and header == "Emission factor")
                    counts = counts and not (row in carbonless and header == "Amount *")
                    counts = counts and not (row in unpowered and "lectricity" in header)
                    found.append(Typed(sheet, part, f"{column_letters(column)}{row}", value, header, counts))
        return found


def ours() -> Iterator[Source]:
    """Worked examples as .xlsx; the empty workbook in its three editions; one example with live cells, as .xlsm."""
    templates = CHECKOUT / "templates"
    for name in EXAMPLES:
        yield Source(OURS, f"{name}.xlsx", (templates / "examples" / f"{name}.xlsx").read_bytes())
    for name in ("cbam_installation.xlsx", "cbam_installation_live.xlsx", "cbam_installation.xlsm"):
        data = (templates / name).read_bytes()
        yield Source(OURS, name, data)
        if name != "cbam_installation.xlsx":
            yield Source(OURS, f"live_cement{Path(name).suffix}", _filled(data))


def _filled(live: bytes) -> bytes:
    """A live workbook with the input sheets of an example."""
    example = container.parts_of((CHECKOUT / "templates" / "examples" / "cement.xlsx").read_bytes())
    parts = container.parts_of(live)
    from cbam_xl.sheets import inputs

    there, here = witness.sheets_of(example), witness.sheets_of(parts)
    for sheet in inputs.BY_NAME:
        rows = example[there[sheet]].partition(b"<sheetData>")[2].partition(b"</sheetData>")[0]
        head, _, rest = parts[here[sheet]].partition(b"<sheetData>")
        parts[here[sheet]] = head + b"<sheetData>" + rows + b"</sheetData>" + rest.partition(b"</sheetData>")[2]
    return container.built(parts)


def official() -> Iterator[Source]:
    """Filled templates of the Commission; none where the folder isn't there."""
    for name in FILLED:
        path = SHARED / "official" / "examples" / f"{name}.xlsx"
        if path.is_file():
            yield Source(OFFICIAL, path.name, path.read_bytes())


def default_values() -> Source:
    """A workbook of default values, laid out as the Commission's of August 2026."""
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Overview"
    head = ["Product CN Code", "Description", "Default Value\n(direct emissions)",
            "Default Value (indirect emissions)", "Default Value (total emissions)",
            "Production route indicator"]  # fmt: skip
    tables: dict[str, list[list[str | float]]] = {
        "China": [["Cement"], ["2523 10 00 10", "White clinker", 1.24, 0.06, 1.3, "(B)"],
                  ["2523100090", "Grey clinker", "1,350", "0,040", "1,400", "(A)"], ["Iron and steel"],
                  [7208.0, "Flat-rolled", 3.2, "N/A", 3.2, "(C)/(F)"], ["2808 00 00", "Nitric acid", "–", "–", "–",
                                                                        ""]],
        "Türkiye": [["7208", "Flat-rolled", 2.1, "N/A", 2.1, "(C)"]],
        "_Other Countries and Territorie": [["7208", "Flat-rolled", 4.049, "N/A", 4.049, "C"]],
    }  # fmt: skip
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in ([name], head, *rows):
            sheet.append(row)
    last = book.create_sheet("Annex IV")
    last.append(["CN Code", "Description", "Highest default value", "Production route"])
    last.append(["7208", "Flat-rolled", 8.5, "C"])
    stream = BytesIO()
    book.save(stream)
    return Source(DEFAULTS, "DVs_v20260806.xlsx", stream.getvalue())


def everything() -> list[Source]:
    """Every source there is on this machine."""
    return [*ours(), *official(), default_values()]

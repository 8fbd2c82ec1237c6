"""One input table: headers in row 5, units in row 6, 500 rows laid out below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import entry
import look
import rules
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table, TableColumn

from cbam_xl.sheets.declare import FIRST_ROW, HEADER_ROW, LAST_ROW, REQUIRED, UNIT_ROW, Column, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

ROW_HEIGHT = 17
WIDE = 200  # characters beyond which a sheet is shown smaller


def build(wb: Workbook, sheet: Sheet, ranges: Mapping[str, str], neighbours: look.Links, step: str) -> None:
    """Lay out one input table on its (empty) sheet."""
    ws: Worksheet = wb[sheet.name]
    last = rules.FIRST_FIELD + len(sheet.columns) - 1
    look.widths(ws, 3, *(c.width for c in sheet.columns))
    zoom = 85 if sum(c.width for c in sheet.columns) > WIDE else 100
    look.page(ws, sheet.group, zoom, f"{HEADER_ROW}:{UNIT_ROW}")
    look.band(ws, sheet.group, last, sheet.purpose, f"One row: {sheet.row}.", neighbours, step)
    heads(ws, sheet)
    columns(ws, sheet)
    rules.paint(ws, sheet)
    for column in sheet.columns:
        own = rules.letter(sheet, column.field)
        rule = entry.validation(column, f"{own}{FIRST_ROW}", ranges, f"{sheet.name}.{column.field}")
        entry.add(ws, rule, f"{own}{FIRST_ROW}:{own}{LAST_ROW}")
    ws.add_table(listobject(sheet, f"B{FIRST_ROW}:{get_column_letter(last)}{LAST_ROW}"))
    area = f"'{sheet.name}'!$B${HEADER_ROW}:${get_column_letter(last)}${LAST_ROW}"
    wb.defined_names[sheet.range_name] = DefinedName(sheet.range_name, attr_text=area)
    look.begin(ws, f"C{FIRST_ROW}", f"B{FIRST_ROW}", "bottomLeft")


def heads(ws: Worksheet, sheet: Sheet) -> None:
    """Rows 4 to 6: a gap, the headers with their notes, the units."""
    tall = any(len(unit_text(sheet, c)) > c.width * 1.35 for c in sheet.columns)
    ws.row_dimensions[4].height, ws.row_dimensions[HEADER_ROW].height = 7, 42
    ws.row_dimensions[UNIT_ROW].height = 25 if tall else 15
    for number in range(1, rules.FIRST_FIELD + len(sheet.columns)):
        look.dress(look.put(ws, 4, number), look.font(), look.WHITE, border=look.BARE)
    look.header(look.put(ws, HEADER_ROW, 1), "", sheet.group, right=False).value = None
    look.unit_row(look.put(ws, UNIT_ROW, 1), "", right=False)
    for number, column in enumerate(sheet.columns, rules.FIRST_FIELD):
        text = column.header + (" *" if column.need == REQUIRED else "")
        cell = look.header(look.put(ws, HEADER_ROW, number), text, sheet.group, column.numeric)
        cell.comment = entry.note(column)
        look.unit_row(look.put(ws, UNIT_ROW, number), unit_text(sheet, column), column.numeric)


def columns(ws: Worksheet, sheet: Sheet) -> None:
    """Cells are laid out by the style of their column, so that the file holds no empty cells."""
    ws.sheet_format.defaultRowHeight, ws.sheet_format.customHeight = ROW_HEIGHT, True
    for number, column in enumerate(sheet.columns, rules.FIRST_FIELD):
        whole = ws.column_dimensions[get_column_letter(number)]
        whole.font = look.font()
        whole.border = look.BOXED
        whole.number_format = look.pad(column.format)
        if column.numeric:
            whole.alignment = look.place("right")
        else:  # the last column may run over: nothing stands beside it
            whole.alignment = look.place("left", 1) if column is sheet.columns[-1] else look.shrunk()
    ws.column_dimensions["A"].font = look.font()


def unit_text(sheet: Sheet, column: Column) -> str:
    """What row 6 says: the unit, an arrow to the column that holds it, or "choose".

    >>> from cbam_xl.sheets.inputs import STREAMS as s
    >>> [unit_text(s, s.column(f)) for f in ("quantity", "quantity_unit", "opening", "carbon_content", "method")]
    ['→', 't ▾', 'in AD Unit', 'tC/t or /1000Nm3', 'choose ▾']
    """
    if column.unit_in:
        following = sheet.columns[sheet.columns.index(column) + 1 :][:1]
        if following and following[0].field == column.unit_in:
            return "→"
        return f"in {sheet.column(column.unit_in).header}"
    if column.kind == "unit":
        return f"{column.default or 'choose'} ▾"
    if column.choices:
        return "choose ▾" if column.width > 9 else "▾"
    return column.unit


def listobject(sheet: Sheet, area: str) -> Table:
    """The Excel table over the data rows; it has no header row of its own, the headers stand above the units."""
    table = Table(displayName=sheet.range_name.replace("in_", "tbl_", 1), ref=area, headerRowCount=0)
    for number, column in enumerate(sheet.columns, 1):
        table.tableColumns.append(TableColumn(id=number, name=column.header))
    return table

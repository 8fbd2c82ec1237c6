"""Sheets of the live editions: Functions, which lists the worksheet functions, and the hidden texts of the wizard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import look
from cbam_udfs import FUNCTIONS

from cbam_xl.hosts.excel.bake import FIRST_FUNCTION, FUNCTIONS_SHEET
from cbam_xl.hosts.excel.functions import COLUMNS, INTELLISENSE, listed_rows, wizard_rows
from cbam_xl.sheets.declare import HEADER_ROW, UNIT_ROW

if TYPE_CHECKING:
    from openpyxl import Workbook

PURPOSE = "The worksheet functions, for cells of your own."
REMARK = "Copy an example into a cell. “installation” is the name of the packed inputs on sheet Start."


def build(wb: Workbook, neighbours: look.Links) -> None:
    """Add both sheets at the end of a workbook."""
    ws = wb.create_sheet(FUNCTIONS_SHEET)
    look.widths(ws, 3, *(width for _, width in COLUMNS))
    look.page(ws, "Reference", 85, f"{HEADER_ROW}:{UNIT_ROW}")
    look.band(ws, "Reference", len(COLUMNS) + 1, PURPOSE, REMARK, neighbours)
    for row, height in ((4, 7), (HEADER_ROW, 26), (UNIT_ROW, 4)):
        ws.row_dimensions[row].height = height
    for number, (text, _) in enumerate(COLUMNS, 2):
        look.header(look.put(ws, HEADER_ROW, number), text, "Reference", right=False)
        whole = ws.column_dimensions[ws.cell(HEADER_ROW, number).column_letter]
        whole.font, whole.border = look.font(10, bold=number == 2), look.UNDER
        whole.alignment = look.place("left", 1, wrap=True, vertical="top")
    for row, texts in enumerate(listed_rows(FUNCTIONS), FIRST_FUNCTION):
        for column, text in enumerate(texts, 2):
            cell = look.put(ws, row, column, text)
            look.same(cell, ws.column_dimensions[cell.column_letter])
            cell.data_type = "s"  # an example begins with "=" and is a text
    ws.sheet_format.defaultRowHeight, ws.sheet_format.customHeight = 30, True
    ws.freeze_panes = f"C{FIRST_FUNCTION}"
    look.lock(ws)
    hidden = wb.create_sheet(INTELLISENSE)
    for row_texts in wizard_rows(FUNCTIONS):
        hidden.append(row_texts)
    hidden.sheet_state = "veryHidden"

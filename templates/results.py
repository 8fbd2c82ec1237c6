"""The output sheets Results, Balances, Trace and Issues: headers and looks; their rows are written by "recalculate".

Data cells take the style of their column; lines, bold and colours follow from what a row says (conditional formats).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import look
import rules
from openpyxl.styles import Protection
from openpyxl.utils import get_column_letter

from cbam_xl.sheets import outputs, reasons
from cbam_xl.sheets.declare import FIRST_ROW, HEADER_ROW, UNIT_ROW

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from cbam_xl.sheets.outputs import Output

LAST = 20000  # last row that the colours reach
KEY_RESULTS = {"see_direct", "see_indirect", "see_total"}


def build(wb: Workbook, output: Output, neighbours: look.Links) -> None:
    """Lay out one output sheet."""
    ws: Worksheet = wb[output.name]
    columns = output.blocks[0][1]
    last = output.width + 1
    look.widths(ws, 3, *(c.width for c in columns))
    look.page(ws, "Results", 85 if sum(c.width for c in columns) > 215 else 100, f"{HEADER_ROW}:{UNIT_ROW}")
    look.band(ws, "Results", last, output.purpose, output.note, neighbours)
    titled = len(output.blocks) > 1
    ws.row_dimensions[4].height, ws.row_dimensions[HEADER_ROW].height = (24, 30) if titled else (7, 30)
    ws.row_dimensions[UNIT_ROW].height = 15
    title = look.font(12, look.GROUPS["Results"], bold=True)
    for number in range(1, last + 1):
        look.dress(look.put(ws, 4, number), title, look.WHITE, look.place(), look.BARE)
    for row in (HEADER_ROW, UNIT_ROW):
        look.put(ws, row, 1).border = look.BARE
    if titled:
        look.put(ws, 4, 2, output.blocks[0][0])
    for number, column in enumerate(columns, 2):
        look.header(look.put(ws, HEADER_ROW, number), column.header, "Results", column.numeric)
        look.unit_row(look.put(ws, UNIT_ROW, number), column.unit, column.numeric)
        style(ws, output, number)
    paint(ws, output, get_column_letter(last))
    if output is outputs.ISSUES:
        ws.sheet_format.defaultRowHeight, ws.sheet_format.customHeight = 30, True
    if not titled:
        ws.auto_filter.ref = f"B{UNIT_ROW}:{get_column_letter(last)}{LAST}"
    ws.freeze_panes = f"C{FIRST_ROW}"
    look.lock(ws)


def style(ws: Worksheet, output: Output, number: int) -> None:
    """The looks of a column's data; text of a further block takes those of column B."""
    column = output.blocks[0][1][number - 2]
    whole = ws.column_dimensions[get_column_letter(number)]
    linked = (output.name, column.field) in (("Issues", "where"), ("Trace", "cell"), ("Trace", "further"))
    ink = look.LEVELS["note"][2] if linked else look.RESULT_INK if column.numeric else look.INK
    whole.font, whole.number_format = look.font(10, ink), look.pad(column.format)
    if column.numeric:
        whole.alignment = look.place("right")
    elif output is outputs.REPORT_ITEMS:  # its sentences are long, and a row is as high as they need
        whole.alignment = look.place("left", 1, wrap=True)
    elif column.width > 40 and output is not outputs.ISSUES:  # only rows of Issues have room for two lines
        whole.alignment = look.shrunk()
    else:
        whole.alignment = look.place("left", 1, wrap=column.width > 40)
    if column.header == reasons.HEADER:
        whole.protection = Protection(locked=False)


def paint(ws: Worksheet, output: Output, last: str) -> None:
    """Lines below rows, and what a row's own words say: level, state, sum."""
    first = FIRST_ROW
    columns = output.blocks[0][1]
    letters = {c.field: get_column_letter(n) for n, c in enumerate(columns, 2)}
    if output is outputs.RESULTS:
        for field in sorted(KEY_RESULTS):
            own = letters[field]
            area = f"{own}{first}:{own}{LAST}"
            rules.add(ws, area, f'AND($B{first}<>"",ISNUMBER({own}{first}))',
                      rules.style(look.RESULT, look.INK, bold=True, line=look.HAIR))  # fmt: skip
        rules.add(ws, f"B{first}:B{LAST}", f'AND($B{first}<>"",COUNT($C{first}:${last}{first})>0)',
                  rules.style(bold=True, line=look.HAIR))  # fmt: skip
    if output is outputs.ISSUES:
        for level, (_, ground, ink) in look.LEVELS.items():
            test = f'ISNUMBER(SEARCH("{level}",$B{first}))'
            rules.add(ws, f"B{first}:B{LAST}", test, rules.style(ground, ink, bold=True, line=look.HAIR))
        own = letters["acknowledged"]
        rules.add(ws, f"{own}{first}:{own}{LAST}", f'AND($B{first}="warning",${own}{first}="")',
                  rules.style(look.PAPER, line=look.HAIR))  # fmt: skip
    if output is outputs.BALANCES:
        own = letters["state"]
        for sign, ground, ink in (look.DONE, *look.LEVELS.values()):
            test = f'LEFT(${own}{first},1)="{sign}"'
            rules.add(ws, f"{own}{first}:{own}{LAST}", test, rules.style(ground, ink, bold=True, line=look.HAIR))
    if output is outputs.TRACE:
        test = f'LEFT(${letters["step"]}{first},1)="="'
        rules.add(ws, f"B{first}:{last}{LAST}", test, rules.style(bold=True, line=look.HAIR))
    rules.add(ws, f"B{first}:{last}{LAST}", f'$B{first}<>""', rules.style(line=look.HAIR))

"""Conditional formats of an input table, generated from what the declaration says about each column.

Five colours: yellow (fill in), grey (this row has no use for it), red edge (passed by), the mark of a finding, and the
decimals of an amount that isn't whole. LibreOffice applies only the first rule that holds, Excel all of them; so each
column has one ordered list, and a rule carries everything that has to be seen together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import look
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils import get_column_letter

from cbam_xl.sheets.declare import FIRST_ROW, LAST_ROW, REQUIRED, Column, Sheet, When

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

CODES: dict[str, int] = {}
"""Numbers of the formats that conditional styles use, in the order in which they are met."""
FIRST_FIELD = 2  # the number of the column in which the first field stands: B


def letter(sheet: Sheet, field: str) -> str:
    """Column letter of a field of a table.

    >>> from cbam_xl.sheets.inputs import GOODS
    >>> letter(GOODS, "cn_code")
    'D'
    """
    return get_column_letter(FIRST_FIELD + [c.field for c in sheet.columns].index(field))


def last_letter(sheet: Sheet) -> str:
    return get_column_letter(FIRST_FIELD + len(sheet.columns) - 1)


def style(
    ground: str = "", ink: str = "", bold: bool = False, edge: str = "", line: str = "", code: str = "",
) -> DifferentialStyle:  # fmt: skip
    """A conditional style: ground and text colour, left edge, line below, number format."""
    border = None
    if edge or line:
        border = Border(left=Side("thin", edge) if edge else None, bottom=Side("thin", line) if line else None)
    return DifferentialStyle(
        font=Font(color=ink or None, bold=bold or None) if ink or bold else None,
        fill=PatternFill("solid", bgColor=ground) if ground else None,
        border=border,
        numFmt=NumberFormat(CODES.setdefault(code, 900 + len(CODES)), code) if code else None,
    )


def add(ws: Worksheet, cells: str, formula: str, looks: DifferentialStyle, stop: bool = False) -> None:
    ws.conditional_formatting.add(cells, Rule("expression", formula=[formula], dxf=looks, stopIfTrue=stop or None))


def found(level: str, sheet: str, row: str = "ROW()", where: str = "") -> str:
    """Formula: does sheet Issues hold a finding of this level about this row (or this cell)?"""
    place = f',Issues!$D$7:$D$2000,"*{where}"' if where else ""
    return f'COUNTIFS(Issues!$B$7:$B$2000,"*{level}*",Issues!$G$7:$G$2000,"{sheet}",Issues!$H$7:$H$2000,{row}{place})>0'


def at_cell(level: str, sheet: str, column: str) -> str:
    """Formula: is this the level of the first finding about this cell? Sheet Issues has the worst ones first."""
    place = f'MATCH("{sheet}!{column}"&ROW(),Issues!$D$7:$D$2000,0)'
    return f'INDEX(Issues!$B$7:$B$2000,{place})="{level}"'


def holds(sheet: Sheet, when: When, row: int) -> str:
    """The condition of a column as a formula for one row, the same that :meth:`When.holds` asks.

    >>> from cbam_xl.sheets.inputs import PFC
    >>> holds(PFC, PFC.column("sef").need, 7)
    '$D7="Slope method"'
    """
    cell = f"${letter(sheet, when.field)}{row}"
    if not when.values:
        return f'{cell}<>""'
    tests = [f'{cell}="{value}"' for value in when.values]
    return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"


def idle(sheet: Sheet, when: When, row: int) -> str:
    """Formula: the row has said what it is (method, kind), and the column isn't asked for."""
    cell = f"${letter(sheet, when.field)}{row}"
    if not when.values:
        return f'AND({cell}="",{used(sheet, row)})'
    others = ",".join(f'{cell}<>"{value}"' for value in when.values)
    return f'AND({cell}<>"",{others})'


def used(sheet: Sheet, row: int) -> str:
    return f"COUNTA($B{row}:${last_letter(sheet)}{row})>0"


def passed(sheet: Sheet, column: Column, row: int) -> str:
    """Formula: the cell is empty, and something was entered to its right or in the row below."""
    own, last = letter(sheet, column.field), last_letter(sheet)
    following = used(sheet, row + 1)
    if own != last:
        after = get_column_letter(FIRST_FIELD + sheet.columns.index(column) + 1)
        following = f"OR(COUNTA({after}{row}:${last}{row})>0,{following})"
    return f'AND({own}{row}="",{following})'


def mark(ws: Worksheet, sheet: Sheet) -> None:
    """Column A shows the colour of the row's worst finding; its sign stands before the first cell's text.

    The cell that the finding is about has that colour, too.
    """
    for level, (sign, ground, ink) in look.LEVELS.items():
        shown = f'"{sign}  "'
        add(ws, f"A{FIRST_ROW}:A{LAST_ROW}", found(level, sheet.name), style(ground), stop=True)
        code = ";".join([shown + "General"] * 3 + [shown + "@"])
        add(ws, f"B{FIRST_ROW}:B{LAST_ROW}", found(level, sheet.name), style(ground, ink, bold=True, code=code))
        for own in (letter(sheet, column.field) for column in sheet.columns[1:]):
            looks = style(ground, ink, edge=ink)
            add(ws, f"{own}{FIRST_ROW}:{own}{LAST_ROW}", at_cell(level, sheet.name, own), looks)


def paint(ws: Worksheet, sheet: Sheet) -> None:
    """All rules of one table."""
    mark(ws, sheet)
    row = FIRST_ROW
    for column in sheet.columns:
        own = letter(sheet, column.field)
        cells = f"{own}{row}:{own}{LAST_ROW}"
        error = style(look.LEVELS["error"][1], edge=look.LEVELS["error"][2])
        if column.used:
            add(ws, cells, idle(sheet, column.used, row), style(look.OFF))
        wanted = ""
        if column.need == REQUIRED:
            wanted = f"OR({used(sheet, row)},COUNTA($B{row - 1}:${last_letter(sheet)}{row - 1})>0)"
            add(ws, cells, passed(sheet, column, row), error)
        elif isinstance(column.need, When):
            wanted = holds(sheet, column.need, row)
            add(ws, cells, f"AND({wanted},{passed(sheet, column, row)})", error)
        if column.format == "#,##0":
            broken, code = f"AND(ISNUMBER({own}{row}),{own}{row}<>ROUND({own}{row},0))", look.pad("#,##0.0##")
            if wanted:
                add(ws, cells, f"AND({wanted},{broken})", style(look.PAPER, code=code))
            add(ws, cells, broken, style(code=code))
        if wanted:
            add(ws, cells, wanted, style(look.PAPER))

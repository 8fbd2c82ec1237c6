"""Sheet Installation: two panels of label and value, read as label–value pairs (B–C and E–F)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import entry
import look
import rules
from openpyxl.workbook.defined_name import DefinedName

from cbam_xl.sheets.declare import REQUIRED, Column, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

FIRST = 5
LABELS = {"L": 2, "R": 5}  # number of the column with the labels of a panel; its values stand one to the right
REMARK = "One field per line. Yellow: required. White: optional. Totals stay blank if the other sheets give them."


class Field(NamedTuple):
    """Where a field of the form stands."""

    column: Column
    row: int
    label: int  # number of the label's column

    @property
    def value(self) -> int:
        return self.label + 1


def fields(sheet: Sheet) -> tuple[Field, ...]:
    """The place of every field: a title line per section, a free line between sections.

    >>> from cbam_xl.sheets.inputs import INSTALLATION
    >>> [(f.row, f.value) for f in fields(INSTALLATION) if f.column.field in ("period_start", "fuel_total")]
    [(6, 3), (20, 6)]
    """
    placed, row = [], {"L": FIRST, "R": FIRST}
    for _, panel, names in sheet.sections:
        for number, name in enumerate(names, row[panel] + 1):
            placed.append(Field(sheet.column(name), number, LABELS[panel]))
        row[panel] += len(names) + 2
    return tuple(placed)


def build(wb: Workbook, sheet: Sheet, ranges: Mapping[str, str], neighbours: look.Links, step: str) -> None:
    """Lay out the form."""
    ws: Worksheet = wb[sheet.name]
    look.widths(ws, 3, 50, 44, 3, 50, 34, 38)
    look.page(ws, sheet.group)
    look.band(ws, sheet.group, 7, sheet.purpose, REMARK, neighbours, step)
    ws.row_dimensions[4].height = 7
    placed = fields(sheet)
    last = max(f.row for f in placed)
    for row in range(FIRST, last + 1):
        ws.row_dimensions[row].height = 18
    titles(ws, sheet)
    for field in placed:
        lay(ws, field)
        cell = look.put(ws, field.row, field.value)
        place = f"{sheet.name}.{field.column.field}"
        entry.add(ws, entry.validation(field.column, cell.coordinate, ranges, place), cell.coordinate)
    for label, value, side in (("B", "C", "A"), ("E", "F", "D")):
        paint(ws, sheet, label, value, side, last)
    area = f"'{sheet.name}'!$B${FIRST}:$F${last}"
    wb.defined_names[sheet.range_name] = DefinedName(sheet.range_name, attr_text=area)
    ws.print_area = f"A1:G{last}"
    look.begin(ws, f"A{FIRST}", f"C{FIRST + 1}", "bottomLeft")


def titles(ws: Worksheet, sheet: Sheet) -> None:
    row = {"L": FIRST, "R": FIRST}
    color = look.GROUPS[sheet.group]
    for title, panel, names in sheet.sections:
        for number in range(LABELS[panel], LABELS[panel] + (3 if panel == "R" else 2)):
            look.put(ws, row[panel], number).border = look.ruled(color)
        look.dress(look.put(ws, row[panel], LABELS[panel], title), look.font(11, color, bold=True), at=look.place())
        row[panel] += len(names) + 2


def lay(ws: Worksheet, field: Field) -> None:
    """Label with its note, value cell, and beside it the unit and what blank means."""
    column = field.column
    label = look.put(ws, field.row, field.label, column.header + (" *" if column.need == REQUIRED else ""))
    look.dress(label, look.font(), at=look.place(), code='@"  ▾"' if column.choices else "@")
    label.comment = entry.note(column)
    ground = look.PAPER if column.need == REQUIRED else look.WHITE
    at = look.place("right") if column.numeric else look.place("left", 1)
    code = look.pad(column.format)
    look.dress(look.put(ws, field.row, field.value), look.font(), ground, at, look.FRAMED, code)
    if column.numeric or column.default:
        text = f"{column.unit}   blank: {column.default}".strip() if column.default else column.unit
        beside = look.put(ws, field.row, field.value + 1, text)
        look.dress(beside, look.font(8.5, look.GREY, italic=True), at=look.place("left", 1))


def paint(ws: Worksheet, sheet: Sheet, label: str, value: str, side: str, last: int) -> None:
    """Findings about a cell of the form: sign before its label, tint beside it and on the cell."""
    for level, (sign, ground, ink) in look.LEVELS.items():
        test = rules.found(level, sheet.name, where=f'{value}"&ROW()&"')
        rows = f"{FIRST + 1}:{{}}{last}"
        shown = rules.style(ink=ink, bold=True, code=f'"{sign}  "@')
        rules.add(ws, f"{label}{rows.format(label)}", test, shown)
        rules.add(ws, f"{value}{rows.format(value)}", test, rules.style(ground, edge=ink))
        rules.add(ws, f"{side}{rows.format(side)}", test, rules.style(ground))

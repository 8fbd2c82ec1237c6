"""The look of the workbook: palette, type, number formats, title band, page. Nothing here knows a sheet's content."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, Literal

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    Links = list[tuple[str, str]]

FACE = "Calibri"
INK, GREY, SOFT, WHITE = "1F2933", "5F6B76", "F4F6F8", "FFFFFF"
PAPER, RESULT, RESULT_INK, OFF = "FFF6D6", "EAF0F4", "24414F", "E6E9EC"
HAIR, THIN, RULE = "DDE3E8", "C3CCD4", "8A97A3"
GROUPS = {
    "Start": "1F2933", "What": "2B5C8A", "Emissions": "9A4A24", "Energy": "7A5C00", "Materials": "2F6B4F",
    "Results": "37474F", "Reference": "5F6B76",
}  # fmt: skip
"""Colour of the band, the headers and the tab of each group of sheets."""
LEVELS = {"error": ("✖", "FBE3E0", "9B1C1C"), "warning": ("▲", "FFEFD1", "7A4B00"), "note": ("i", "E4EEF9", "1D4E89")}
"""Sign, ground and text colour of each level of finding."""
DONE = ("✔", "E3F1E8", "1F5F3D")
BARS = ("9A4A24", "E0A458", "2F6B4F", "9CC5AE")
"""Colours of the chart: own direct, own indirect, own precursors, bought precursors."""


def font(size: float = 10, color: str = INK, bold: bool = False, italic: bool = False) -> Font:
    return Font(name=FACE, size=size, color=color, bold=bold, italic=italic)


def fill(color: str) -> PatternFill:
    return PatternFill("solid", start_color=color, end_color=color)


def side(color: str = HAIR, style: str = "thin") -> Side:
    return Side(style=style, color=color)  # type: ignore[arg-type]


def place(horizontal: str = "left", indent: int = 0, wrap: bool = False, vertical: str = "center") -> Alignment:
    return Alignment(horizontal=horizontal, vertical=vertical, indent=indent, wrap_text=wrap)


def shrunk() -> Alignment:
    """For text that may be longer than its cell: small rather than cut off."""
    return Alignment(horizontal="left", vertical="center", indent=1, shrink_to_fit=True)


BARE = Border()
UNDER = Border(bottom=side())
BOXED = Border(bottom=side(), right=side())
FRAMED = Border(left=side(), right=side(), top=side(), bottom=side())


def ruled(color: str) -> Border:
    """The line below a heading."""
    return Border(bottom=side(color, "medium"))


def pad(code: str) -> str:
    """A number format with some air at the right, in every section and for text ("remaining") as well.

    >>> pad("0.0#")
    '0.0#_i_i;"−"0.0#_i_i;0.0#_i_i;@_i_i'
    >>> pad("yyyy-mm-dd")
    'yyyy-mm-dd'
    """
    if code in ("General", "@") or "yy" in code:
        return code
    sections = code.split(";")
    if len(sections) == 1:
        sections = [code, "−" + code, code]
    quoted = (section.replace("−", '"−"').replace("–", '"–"') for section in [*sections, "@"])
    return ";".join(section + "_i_i" for section in quoted)


def dress(
    cell: Cell, face: Font | None = None, ground: str = "", at: Alignment | None = None, border: Border | None = None,
    code: str = "",
) -> Cell:  # fmt: skip
    """Give a cell its looks; what isn't named stays as it is."""
    if face:
        cell.font = face
    if ground:
        cell.fill = fill(ground)
    if at:
        cell.alignment = at
    if border:
        cell.border = border
    if code:
        cell.number_format = code
    return cell


def same(target: object, model: object) -> None:
    """Give a cell all the looks of another cell, or of a column."""
    target._style = copy(model._style)  # type: ignore[attr-defined]


def put(ws: Worksheet, row: int, column: int, value: object = None) -> Cell:
    """The cell at a place, with a value when one is given."""
    cell: Cell = ws.cell(row, column)  # type: ignore[assignment]
    if value is not None:
        cell.value = value  # type: ignore[assignment]
    return cell


def link(cell: Cell, sheet: str, address: str = "A1", text: str | None = None) -> Cell:
    """Make the cell a link to a place in this workbook (a true hyperlink, no formula)."""
    if text is not None:
        cell.value = text
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet}'!{address}")
    return cell


def page(ws: Worksheet, group: str, zoom: int = 100, titles: str = "") -> None:
    """Tab colour, no grid lines, A4 landscape, one page wide, footer with file, sheet and page."""
    ws.sheet_view.showGridLines = False
    ws.sheet_view.zoomScale = ws.sheet_view.zoomScaleNormal = zoom
    ws.sheet_properties.tabColor = GROUPS[group]
    ws.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", 9
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    margins = ws.page_margins
    margins.left = margins.right = margins.top = 0.394
    margins.bottom, margins.header, margins.footer = 0.55, 0.2, 0.25
    footer: Any = ws.oddFooter
    for part, text in ((footer.left, "&F"), (footer.center, "&A"), (footer.right, "page &P of &N")):
        part.text, part.size, part.font, part.color = text, 8, f"{FACE},Regular", GREY
    if titles:
        ws.print_title_rows = titles


def begin(ws: Worksheet, frozen: str, cell: str, pane: Literal["bottomLeft", "bottomRight"]) -> None:
    """Freeze above and left of a cell, and set the cursor on the first cell to fill in."""
    ws.freeze_panes = frozen
    ws.sheet_view.pane.activePane = pane  # type: ignore[union-attr]
    for selection in ws.sheet_view.selection:
        selection.activeCell = selection.sqref = cell


def widths(ws: Worksheet, *sizes: float, first: int = 1) -> None:
    for number, size in enumerate(sizes, first):
        ws.column_dimensions[get_column_letter(number)].width = size


def lock(ws: Worksheet) -> None:
    """Protect without a password; columns may be widened and filters used."""
    ws.protection.sheet = True
    ws.protection.formatColumns = ws.protection.formatRows = ws.protection.autoFilter = ws.protection.sort = False


def band(ws: Worksheet, group: str, last: int, purpose: str, remark: str, neighbours: Links, step: str = "") -> None:
    """Rows 1 to 3: title on the group's colour with the links, what the sheet is for, one sentence more."""
    for row, height in ((1, 30), (2, 17), (3, 15)):
        ws.row_dimensions[row].height = height
    for column in range(1, last + 1):
        for row in (1, 2, 3):
            dress(put(ws, row, column), font(), GROUPS[group] if row == 1 else WHITE, border=BARE)
    dress(put(ws, 1, 2, ws.title), font(17, WHITE, bold=True), at=place())
    dress(put(ws, 2, 2, purpose), font(11), at=place())
    dress(put(ws, 3, 2, remark), font(9, GREY), at=place())
    if step:
        dress(put(ws, 2, last, step), font(9.5, GREY), at=place("right", 1))
    right = last
    for sheet, text in reversed(neighbours):
        left, room = right, ws.column_dimensions[get_column_letter(right)].width
        while room < len(text) + 3:
            left -= 1
            room += ws.column_dimensions[get_column_letter(left)].width
        jump(ws, left, right, sheet, text)
        right = left - 1


def jump(ws: Worksheet, left: int, right: int, sheet: str, text: str) -> None:
    """A link in the band. It is a number whose format is its words: linked text LibreOffice repaints in dark blue."""
    cell = link(put(ws, 1, left, 1), sheet)
    ground = str(put(ws, 1, 1).fill.start_color.rgb)[-6:]
    dress(cell, font(10, WHITE, bold=True), ground, place("right", 1), BARE, f'"{text}"_i_i')
    if left < right:
        ws.merge_cells(start_row=1, start_column=left, end_row=1, end_column=right)
        for column in range(left + 1, right + 1):
            same(ws.cell(1, column), cell)


def header(cell: Cell, text: str, group: str, right: bool) -> Cell:
    """A column's header in row 5."""
    cell.value = text
    return dress(cell, font(10, WHITE, bold=True), GROUPS[group], place("right" if right else "left", 1, wrap=True))


def unit_row(cell: Cell, text: str, right: bool) -> Cell:
    """What stands below a header in row 6: unit, "choose", or nothing."""
    cell.value = text or None
    at = place("right" if right else "left", 1, wrap=True)
    return dress(cell, font(8.5, GREY), SOFT, at, Border(bottom=side(THIN)))

"""Sheet Start: what to fill in, in which order, what is missing, and what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import findings
import functions
import glossary
import lists
import look
import rules
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties
from openpyxl.utils import column_index_from_string as number_of

from cbam_xl.hosts.excel.bake import FUNCTIONS_SHEET
from cbam_xl.sheets import outputs
from cbam_xl.sheets.inputs import SHEETS
from cbam_xl.sheets.live import HANDLES, NOW, STAMPED, STATE, WORDS
from cbam_xl.sheets.outputs import OUTPUTS, START

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

LAST = 13  # column M
HEAD_ROW = outputs.START_ROWS - 1
READ_ROW = HEAD_ROW + len(SHEETS) + 2
LEGEND_ROW = outputs.HEADLINE_ROW + outputs.HEADLINE_ROWS + 2
TITLE, RULE = look.font(11, bold=True), look.ruled(look.RULE)
LEGEND = (
    ("12,500", look.PAPER, look.INK, "required: fill in"),
    ("", look.WHITE, look.INK, "optional: may stay blank"),
    ("", look.OFF, look.INK, "not asked for in this row"),
    ("t ▾", look.SOFT, look.GREY, "choose from a list; blank means t"),
    ("✖  Coal", *look.LEVELS["error"][1:], "error: see sheet Issues"),
    ("▲  Coal", *look.LEVELS["warning"][1:], "warning: please look"),
    ("i  Coal", *look.LEVELS["note"][1:], "note: good to know"),
)
RULES = (
    "A name is typed once, on its own sheet, and chosen everywhere else.",
    "Percentages are typed as they are spoken: 95 means 95 %.",
    "Blank is unknown, 0 is zero. “remaining” is a valid amount.",
)
HEAD_HEIGHT = 28
BAR_HEIGHT = 19  # points: a bar of the chart stands in line with its row of the table
SHARES = ("own direct", "own indirect", "own precursors", "bought precursors")


def build(wb: Workbook) -> None:
    """Lay out sheet Start."""
    ws: Worksheet = wb[START]
    for row in range(HEAD_ROW, outputs.SHARES_ROW + outputs.HEADLINE_ROWS):
        ws.row_dimensions[row].height = 19
    look.widths(ws, 3, 5, 24, 72, 38, 8, 18, 3, 24, 12, 12, 12, 12)
    look.page(ws, "Start")
    head(ws)
    steps(ws)
    results(ws)
    legend(ws)
    last = shares(ws)
    ws.print_area = f"A1:M{last}"
    ws.page_setup.fitToHeight = 1
    ws.sheet_view.tabSelected = True
    ws.freeze_panes = "A5"
    look.lock(ws)


def live(ws: Worksheet) -> None:
    """Beside the print area: where the live cells pack the inputs; and the line of sheet Functions."""
    line(ws, READ_ROW + len(OUTPUTS) + 4, "▸", "Reference", FUNCTIONS_SHEET, functions.PURPOSE)
    first, last = number_of(WORDS), number_of(HANDLES[-1])
    heading(ws, HEAD_ROW, first, last, "Live cells: the inputs, packed")
    look.widths(ws, 24, *[12] * len(HANDLES), first=first)
    rows = [*range(outputs.START_ROWS, outputs.START_ROWS + len(SHEETS)), *(int(c[1:]) for c in (NOW, STAMPED, STATE))]
    for row in rows:
        for column in range(first, last + 1):
            at = look.place("left") if column == first else look.place("fill")
            look.dress(look.put(ws, row, column), look.font(9, look.GREY), at=at)
    for cell, text in ((NOW, "inputs now"), (STAMPED, "inputs of the last run"), (STATE, "so the results are")):
        ws[f"{WORDS}{cell[1:]}"].value = text


def head(ws: Worksheet) -> None:
    """The band: title, and the two lines that the recalculation writes."""
    for row, height in ((1, 34), (2, 18), (3, 18), (4, 8)):
        ws.row_dimensions[row].height = height
        for column in range(1, LAST + 1 if row < 4 else 1):
            look.dress(look.put(ws, row, column), look.font(), look.GROUPS["Start"])
    look.dress(look.put(ws, 1, 2, "CBAM installation workbook"), look.font(21, look.WHITE, bold=True), at=look.place())
    first, second = (ws[place] for place in outputs.START_BAND)
    look.dress(first, look.font(12, "FFE9A8", bold=True), at=look.place())
    look.dress(second, look.font(10, "CBD5DD"), at=look.place())
    first.value = "Embedded emissions of an installation under the EU’s Carbon Border Adjustment Mechanism"
    second.value = "Not calculated yet. Fill in the sheets from top to bottom, then run:  cbam-xl recalculate FILE"


def heading(ws: Worksheet, row: int, first: int, last: int, text: str) -> None:
    for column in range(first, last + 1):
        look.put(ws, row, column).border = RULE
    look.dress(look.put(ws, row, first, text), TITLE, at=look.place())
    ws.row_dimensions[row].height = 20


def line(ws: Worksheet, row: int, sign: str | int, group: str, name: str, text: str, shown: str = "") -> None:
    """One sheet of the list: number on its colour, link, what it holds."""
    ws.row_dimensions[row].height = 19
    badge = look.put(ws, row, 2, sign)
    look.dress(badge, look.font(10, look.WHITE, bold=True), look.GROUPS[group], look.place("center"))
    cell = look.link(look.put(ws, row, 3), name, text=name)
    look.dress(cell, look.font(11, look.GROUPS[group], bold=True), at=look.place("left", 1))
    look.dress(look.put(ws, row, 4, text), look.font(10, shown or look.INK), at=look.place())
    for column in range(2, 8):
        look.put(ws, row, column).border = look.UNDER


def steps(ws: Worksheet) -> None:
    """Left: the input sheets with rows and state, then the sheets to read."""
    heading(ws, HEAD_ROW, 2, 7, "Fill in, from top to bottom")
    rows, state = (number_of(outputs.START_COLUMNS[key]) for key in ("rows", "state"))
    for column, text, where in ((5, "Needed", "left"), (rows, "Rows", "right"), (state, "Check", "left")):
        look.dress(look.put(ws, HEAD_ROW, column, text), TITLE, at=look.place(where, int(column == state)))
    for number, sheet in enumerate(SHEETS, 1):
        row = outputs.START_ROWS + number - 1
        shade = look.INK if sheet.when == "always" else look.GREY
        line(ws, row, number, sheet.group, sheet.name, sheet.purpose, shade)
        look.dress(look.put(ws, row, 5, sheet.when), look.font(10, shade), at=look.place())
        look.dress(look.put(ws, row, rows, "–"), look.font(10, look.GREY), at=look.place("right"), code=look.pad("0"))
        look.dress(look.put(ws, row, state, "not yet checked"), look.font(10, look.GREY), at=look.place("left", 1))
    first, last = outputs.START_ROWS, outputs.START_ROWS + len(SHEETS) - 1
    area = f"{outputs.START_COLUMNS['state']}{first}:{outputs.START_COLUMNS['state']}{last}"
    cell = f"${outputs.START_COLUMNS['state']}{first}"
    rules.add(ws, area, f'LEFT({cell},1)="{look.DONE[0]}"', rules.style(ink=look.DONE[2]))
    for sign, ground, ink in look.LEVELS.values():
        rules.add(ws, area, f'LEFT({cell},1)="{sign}"', rules.style(ground, ink, bold=True))
    count = f"${outputs.START_COLUMNS['rows']}{first}"
    used = f"AND(ISNUMBER({count}),N({count})>0)"
    rules.add(ws, f"D{first}:{outputs.START_COLUMNS['rows']}{last}", used, rules.style(ink=look.INK))
    heading(ws, READ_ROW, 2, 7, "Then read, or look up")
    more = [(o.name, o.purpose, "Results") for o in OUTPUTS]
    more += [(lists.NAME, lists.PURPOSE, "Reference"), (glossary.NAME, glossary.PURPOSE, "Reference"),
             (findings.NAME, findings.PURPOSE, "Reference")]  # fmt: skip
    for row, (name, purpose, group) in enumerate(more, READ_ROW + 1):
        line(ws, row, "▸", group, name, purpose)


def results(ws: Worksheet) -> None:
    """Right, top: the specific embedded emissions of the first processes."""
    columns = outputs.HEADLINE_COLUMNS
    first = number_of(columns["name"])
    heading(ws, HEAD_ROW, first, LAST, "Specific embedded emissions")
    for key, text in (("see_direct", "direct"), ("see_indirect", "indirect"), ("see_total", "total")):
        look.dress(look.put(ws, HEAD_ROW, number_of(columns[key]), text), TITLE, at=look.place("right", 1))
    for row in range(outputs.HEADLINE_ROW, outputs.HEADLINE_ROW + outputs.HEADLINE_ROWS):
        for column in range(first, LAST + 1):
            look.dress(look.put(ws, row, column), look.font(11), at=look.place(), border=look.UNDER)
        for key, name in columns.items():
            if key != "name":
                face = look.font(11, look.RESULT_INK, bold=key == "see_total")
                look.dress(ws[f"{name}{row}"], face, look.RESULT, look.place("right"), code=look.pad("0.00000"))
    text = f"tCO2e per tonne of good (electricity: per MWh); the first {outputs.HEADLINE_ROWS}, all on Results"
    row = outputs.HEADLINE_ROW + outputs.HEADLINE_ROWS
    look.dress(look.put(ws, row, first, text), look.font(9, look.GREY, italic=True), at=look.place())


def legend(ws: Worksheet) -> None:
    """Right, middle: what the cells mean, and three rules."""
    heading(ws, LEGEND_ROW, 9, LAST, "What the cells mean")
    for row, (sample, ground, ink, text) in enumerate(LEGEND, LEGEND_ROW + 1):
        sign = sample[:1] in "✖▲i" and bool(sample)
        face = look.font(10, ink, bold=sign)
        look.dress(look.put(ws, row, 9, sample or None), face, ground, look.place("left", 1), look.FRAMED)
        look.dress(look.put(ws, row, 10, text), look.font(), at=look.place("left", 1))
    for row, text in enumerate(RULES, LEGEND_ROW + len(LEGEND) + 2):
        look.dress(look.put(ws, row, 9, text), look.font(10, look.GREY), at=look.place())


def shares(ws: Worksheet) -> int:
    """Below: where the emissions of one tonne come from, as a table and a chart. Returns the last row."""
    columns = outputs.SHARES_COLUMNS
    top, last = outputs.SHARES_ROW - 1, outputs.SHARES_ROW + outputs.HEADLINE_ROWS - 1
    first = number_of(columns["name"])
    heading(ws, top, 2, 7, "Where the emissions of one tonne come from")
    heading(ws, top, first, LAST, "tCO2e per tonne")
    ws.row_dimensions[top].height = HEAD_HEIGHT
    for column, text in zip(range(first + 1, LAST + 1), SHARES, strict=True):
        look.dress(look.put(ws, top, column, text), look.font(9, look.GREY), at=look.place("right", 1, wrap=True))
    for row in range(outputs.SHARES_ROW, last + 1):
        ws.row_dimensions[row].height = BAR_HEIGHT
        for name in columns.values():
            at = look.place("left" if name == columns["name"] else "right")
            look.dress(ws[f"{name}{row}"], look.font(9.5, look.GREY), at=at, border=look.UNDER,
                       code=look.pad("0.000;−0.000;–"))  # fmt: skip
    hint = ws[outputs.CHART_CELL]
    hint.value = f'=IF({columns["name"]}{outputs.SHARES_ROW}="","{outputs.CHART_HINT}","")'
    look.dress(hint, look.font(10, look.GREY, italic=True), at=look.place("center"))
    ws.add_chart(chart(ws, top, last), f"B{top}")
    return last + 2


def text_of(size: int, color: str) -> RichText:
    properties = CharacterProperties(sz=size, solidFill=color, latin=Font(typeface=look.FACE))
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=properties), endParaRPr=properties)])


def chart(ws: Worksheet, top: int, last: int) -> BarChart:
    """A stacked bar for each process, without grid, frame or ground."""
    made = BarChart()
    made.type, made.grouping, made.overlap, made.gapWidth = "bar", "stacked", 100, 60
    first = number_of(outputs.SHARES_COLUMNS["name"])
    made.add_data(Reference(ws, first + 1, top, LAST, last), titles_from_data=True)
    made.set_categories(Reference(ws, first, top + 1, first, last))
    for series, color in zip(made.series, look.BARS, strict=True):
        series.graphicalProperties = GraphicalProperties(solidFill=color)
        series.graphicalProperties.line.noFill = True
        series.invertIfNegative = False
    bars, rest = BAR_HEIGHT * outputs.HEADLINE_ROWS, 2
    total = HEAD_HEIGHT + bars + rest
    made.legend.position = "t"
    made.legend.layout = Layout(manualLayout=ManualLayout(xMode="edge", yMode="edge", x=0.58, y=4 / total))
    made.legend.txPr = text_of(900, look.GREY)
    plot = ManualLayout(layoutTarget="inner", xMode="edge", yMode="edge", x=0.17, w=0.81)
    plot.y, plot.h = HEAD_HEIGHT / total, bars / total
    made.layout = Layout(manualLayout=plot)
    for axis in (made.x_axis, made.y_axis):
        axis.delete, axis.majorGridlines, axis.majorTickMark = axis is made.y_axis, None, "none"
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
        axis.txPr = text_of(900, look.GREY)
    made.x_axis.scaling.orientation = "maxMin"
    made.y_axis.scaling.min = 0
    made.graphical_properties = GraphicalProperties(noFill=True)
    made.graphical_properties.line.noFill = True
    made.width, made.height, made.roundedCorners = 31.5, round(total * 2.54 / 72, 2), False  # type: ignore[assignment]
    return made

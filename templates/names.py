"""Names in use: helper columns on sheet Lists that offer, while somebody types, the names entered on other sheets.

A source is a column of names on an input sheet. Its names are counted once each and drawn together without gaps; a
choice list is its reserved words and then the names of its sources, one below the other. Plain formulas, nothing that
is recalculated when its sources didn't change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import blocks
import look
import rules
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

from cbam_xl.model import SHARED
from cbam_xl.sheets import choices, inputs, live
from cbam_xl.sheets.declare import FIRST_ROW, LAST_ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blocks import Block
    from lists import Shelf

TOTAL = f"{{0}}${blocks.HINT_ROW}"  # row 6 of a helper column: how many names it holds


class Source(NamedTuple):
    """A column of names: sheet and field, and the field that has to say "Shared" for a name to count."""

    sheet: str
    field: str = "name"
    shared: str = ""


SHARED_THINGS = (
    Source("Source streams", "name", "process"), Source("Measured emissions", "name", "process"),
    Source("PFC", "technology", "process"), Source("Electricity", "source", "target"),
)  # fmt: skip


def build(shelf: Shelf, kinds: Block, codes: Block) -> dict[str, str]:
    """Lay the helper columns; returns the formula of each list of names."""
    title(shelf)
    lists = {key: ([Source(s) for s in kept.sheets], kept.words) for key, kept in choices.NAMES.items()}
    lists["shared_things"] = (list(SHARED_THINGS), ())
    columns: dict[Source, str] = {}
    for sources, _ in lists.values():
        for source in sources:
            if source not in columns:
                columns[source] = compact(shelf, source)
                if source.sheet == inputs.PROCESSES.name:
                    table = process_codes(shelf, columns[source], kinds, codes)
    own = columns[Source(inputs.PROCESSES.name)]
    area = f"{shelf.ws.title}!${own}${FIRST_ROW}:${own}${LAST_ROW}"
    shelf.ws.parent.defined_names[live.NAMES] = DefinedName(live.NAMES, attr_text=area)  # type: ignore[union-attr]
    ranges = {key: joined(shelf, key, [columns[s] for s in sources], words) for key, (sources, words) in lists.items()}
    cell = f"${rules.letter(inputs.GOODS, 'process')}{FIRST_ROW}"
    ranges["Goods.cn_code"] = (
        f'IF(OR({cell}="",COUNTIF({table[0]},{cell})=0),{codes.cells(0)},OFFSET({codes.cell(0)},'
        f"VLOOKUP({cell},{table[1]},3,FALSE)-1,0,VLOOKUP({cell},{table[1]},4,FALSE),1))"
    )
    return ranges


def title(shelf: Shelf) -> None:
    """The heading over the helper columns, as a block of no columns, so that the contents list it."""
    text = "Names in use"
    blocks.title(shelf.ws, shelf.column, text)
    shelf.laid.append(blocks.Block(shelf.ws.title, text, shelf.column, (), 0))


def helper(shelf: Shelf, text: str, width: float, cells: Sequence[object], total: str = "") -> str:
    """One helper column: header, its total in row 6, its cells; returns the column's letter."""
    own = get_column_letter(shelf.column)
    shelf.ws.column_dimensions[own].width = width
    look.header(look.put(shelf.ws, blocks.HEADER_ROW, shelf.column), text, "Results", right=False)
    look.unit_row(look.put(shelf.ws, blocks.HINT_ROW, shelf.column), "", right=False).value = total or None
    grey = look.dress(look.put(shelf.ws, FIRST_ROW, shelf.column), look.font(9, look.GREY), at=look.place("left", 1))
    for row, value in enumerate(cells, FIRST_ROW):
        look.same(look.put(shelf.ws, row, shelf.column, value), grey)
    shelf.column += 1
    return own


def data(sheet: str, field: str) -> str:
    """Absolute reference of the data of a field.

    >>> data("Energy units", "name")
    "'Energy units'!$B$7:$B$506"
    """
    own = rules.letter(inputs.BY_NAME[sheet], field)
    return f"'{sheet}'!${own}${FIRST_ROW}:${own}${LAST_ROW}"


def compact(shelf: Shelf, source: Source) -> str:
    """Two columns: a running count of the different names, and the names without gaps. Returns the second's letter."""
    own = rules.letter(inputs.BY_NAME[source.sheet], source.field)
    flag = rules.letter(inputs.BY_NAME[source.sheet], source.shared) if source.shared else ""
    count = get_column_letter(shelf.column)
    cells: list[object] = []
    for row in range(FIRST_ROW, LAST_ROW + 1):
        above = f"{count}{row - 1}+" if row > FIRST_ROW else ""
        here, so_far = f"'{source.sheet}'!{own}{row}", f"'{source.sheet}'!{own}${FIRST_ROW}:{own}{row}"
        same = f"--({so_far}={here})"
        skip = f'{here}=""'
        if flag:
            word = f'"{SHARED}"'
            same += f",--('{source.sheet}'!{flag}${FIRST_ROW}:{flag}{row}={word})"
            skip = f"OR({skip},'{source.sheet}'!{flag}{row}<>{word})"
        cells.append(f"={above}IF({skip},0,IF(SUMPRODUCT({same})=1,1,0))")
    helper(shelf, "count", 9, cells, f"={count}{LAST_ROW}")
    place = f"ROW()-{FIRST_ROW - 1}"
    nth = f"INDEX({data(source.sheet, source.field)},MATCH({place},{count}${FIRST_ROW}:{count}${LAST_ROW},0))"
    names = [f'=IF({place}>{TOTAL.format(count)},"",{nth})'] * len(cells)
    return helper(shelf, source.sheet, 22, names, f"={count}{LAST_ROW}")


def process_codes(shelf: Shelf, named: str, kinds: Block, codes: Block) -> tuple[str, str]:
    """Beside each process its leaving category and the place of that category's CN codes; returns names and table."""
    sheet = inputs.PROCESSES.name
    here, category = data(sheet, "name"), data(sheet, "category")
    amount = rules.letter(inputs.PROCESSES, "quantity")
    own = rules.letter(inputs.PROCESSES, "name")
    letters = [get_column_letter(shelf.column + n) for n in range(4)]
    rows = range(FIRST_ROW, LAST_ROW + 1)
    leaves = f"${letters[3]}${FIRST_ROW}:${letters[3]}${LAST_ROW}"
    first, other = (f"INDEX({category},MATCH({named}{{0}},{column},0))" for column in (leaves, here))
    found = f'IFERROR({first},{other})&""'
    helper(shelf, "leaves as", 22, [f'=IF({named}{r}="","",{found.format(r)})' for r in rows])
    for place, text, default in ((6, "first code", 1), (7, "codes", codes.rows)):
        cells = [f'=IF({named}{r}="","",IFERROR(VLOOKUP({letters[0]}{r},{kinds.cells(0, 6)},{place},FALSE),{default}))'
                 for r in rows]  # fmt: skip
        helper(shelf, text, 8, cells)
    helper(shelf, "row with production", 22, [f"=IF('{sheet}'!{amount}{r}=\"\",\"\",'{sheet}'!{own}{r})" for r in rows])
    area = f"{shelf.ws.title}!${named}${FIRST_ROW}:${{0}}${LAST_ROW}"
    return area.format(named), area.format(letters[2])


def joined(shelf: Shelf, key: str, columns: list[str], words: tuple[str, ...]) -> str:
    """One list: its words, then up to 500 names of its sources. Returns the formula of its filled part."""
    place = f"ROW()-{FIRST_ROW - 1 + len(words)}"
    formula, before = '""', [TOTAL.format(column) for column in columns]
    for number in reversed(range(len(columns))):
        own, nth = columns[number], "-".join([place, *before[:number]])
        index = f"INDEX({own}${FIRST_ROW}:{own}${LAST_ROW},{nth})"
        formula = f"IF({place}<={'+'.join(before[: number + 1])},{index},{formula})"
    rows = LAST_ROW - FIRST_ROW + 1
    total = "+".join([str(len(words)), *before])
    own = helper(shelf, key.replace("_", " "), 22, [*words, *["=" + formula] * rows], "=" + total)
    first = f"{shelf.ws.title}!${own}$"
    return f"OFFSET({first}{FIRST_ROW},0,0,MAX(1,{first}{blocks.HINT_ROW}),1)"

"""The handle is the data: the rows of one input sheet, packed into a text that a plain cell can hold.

``cbam1:<sheet>:<first row>:<16 hex of blake2b over the JSON>:<part>/<parts>:<base64 of zlib of the JSON>``. What stands
before the part is the same for the same rows, in every spreadsheet program and on every machine.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cbam_xl.addresses import column_letters
from cbam_xl.entries import as_date, nearest
from cbam_xl.model import fold
from cbam_xl.sheets.cells import header_text
from cbam_xl.sheets.declare import HEADER_ROW, IMPORTED, IMPORTED_HANDLE, OPTIONAL, PART, Column, Sheet
from cbam_xl.sheets.inputs import BY_NAME

from .cells import ERROR_TEXTS, canonical, rows_of
from .function import CellError

MARK = "cbam1"
KEY = 64  # characters that hold everything before the packed data
KEPT = 128
LARGEST = 1 << 26  # bytes of JSON that one handle may hold

TWINS = frozenset((0.0, 1.0, "yes", "no"))
"""In canonical form, what is equal to something else before."""

Rows = list[list[float | str]]


class Packed(NamedTuple):
    """The rows of a range as they were last handed over, where a 0 or 1 stood and of which type, and their handle."""

    given: object
    twins: tuple[tuple[int, int, type], ...]
    parts: tuple[str, ...]


class Read(NamedTuple):
    """The rows of a sheet from its first row and column A, and its error values by address."""

    rows: Rows
    faults: dict[str, str]


_last: dict[str, Packed] = {}
_reads: dict[str, Read] = {}


def read(sheet: str, rows: object, part: float, parts: float | None) -> str:
    """What ``CBAM_READ`` puts into a cell: one part of the handle of an input sheet, "" where no such part is needed.

    Raises CellError for a sheet that isn't an input sheet, and in the last of ``parts`` when they aren't enough.
    """
    known = {fold(name): name for name in BY_NAME}
    name = known.get(fold(sheet))
    if name is None:
        raise CellError("name-unknown", f"There is no input sheet “{sheet[:40]}”.{nearest(sheet, list(BY_NAME))}")
    number, packed = int(part), pack(name, rows)
    if number < 1:
        raise CellError("number-range", f"part is {part:g}: parts are counted from 1.")
    if parts is not None and number == int(parts) < len(packed):
        raise CellError("parts", f"“{name}” needs {len(packed)} parts: add a cell with part {number + 1} to the block "
                        "named installation.")  # fmt: skip
    return packed[number - 1] if number <= len(packed) else ""


def pack(sheet: str, rows: Any) -> tuple[str, ...]:
    """The handle of a sheet in as many parts as it needs; rows that are those of the last call aren't looked at."""
    last = _last.get(sheet)
    if last is not None and rows == last.given and all(type(rows[r][c]) is kind for r, c, kind in last.twins):
        return last.parts
    import json
    import zlib
    from binascii import b2a_base64
    from hashlib import blake2b

    given = rows_of(rows)
    cells = [_canonical(row) for row in given]
    twins = tuple(_twins(given, cells))
    first, plain = _plain(BY_NAME[sheet], cells)
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    start = f"{MARK}:{sheet}:{first}:{blake2b(text, digest_size=8).hexdigest()}:"
    data = b2a_base64(zlib.compress(text), newline=False).decode()
    count = -(-len(data) // PART)
    found = tuple(f"{start}{k + 1}/{count}:{data[k * PART : (k + 1) * PART]}" for k in range(count))
    kept = rows if isinstance(rows, tuple) and rows and isinstance(rows[0], tuple) else given
    _last[sheet] = Packed(kept, twins, found)
    _keep(start, _placed(first, plain))
    return found


def _canonical(row: list[object]) -> list[float | str]:
    """The cells of a row in canonical form; [] for a blank row, of which a laid-out range has hundreds."""
    if row and row[0] in (None, "") and row.count(row[0]) == len(row):
        return []
    return [cell.strip() if type(cell) is str else "" if cell is None else canonical(cell) for cell in row]


def _twins(given: list[list[object]], cells: Rows) -> Iterable[tuple[int, int, type]]:
    """Where a 0 or 1 stands: yes and no are equal to them, and an equal range may differ there."""
    for r, row in enumerate(cells):
        if not TWINS.isdisjoint(row):
            yield from ((r, c, type(given[r][c])) for c, cell in enumerate(row) if cell in TWINS)


def _plain(sheet: Sheet, found: Rows) -> tuple[int, Rows]:
    """The row in which the range begins, and its cells without blank ends."""
    first = HEADER_ROW
    if sheet.sections:
        if found and all("" not in row and row for row in found):  # blank cells came as 0: see _zeros_are_blanks
            found = [["" if cell == 0 else cell for cell in row] for row in found]
        _dates(sheet, found)
    else:
        headers = {header_text(c.header): c for c in sheet.columns}
        above = next((k for k, row in enumerate(found[:HEADER_ROW]) if headers.keys() & set(map(header_text, row))), 0)
        first -= above
        columns = [headers.get(header_text(cell)) for cell in found[above]] if found else []
        if _zeros_are_blanks(found[above + 1 :], columns):
            found[above + 1 :] = (_without_zeros(row, columns) for row in found[above + 1 :])
    for row in found:
        while row and row[-1] == "":
            row.pop()
    while found and not found[-1]:
        found.pop()
    return first, found


def _dates(sheet: Sheet, rows: Rows) -> None:
    """The dates of the form, which most programs hand over as numbers of days, become texts."""
    labels = {header_text(c.header) for c in sheet.columns if c.kind == "date"}
    for row in rows:
        for place, cell in enumerate(row[1:], 1):
            if isinstance(cell, float) and header_text(row[place - 1]) in labels and (day := as_date(cell)):
                row[place] = day.isoformat()


def _zeros_are_blanks(rows: Rows, columns: Sequence[Column | None]) -> bool:
    """Whether the program hands blank cells over as 0: no cell is blank, and a column of texts has a 0."""
    texts = [place for place, c in enumerate(columns) if c is not None and not c.numeric]
    return bool(rows) and all("" not in row and row for row in rows) and any(row[k] == 0 for row in rows for k in texts)


def _without_zeros(row: list[float | str], columns: Sequence[Column | None]) -> list[float | str]:
    """A row of such a program: 0 is blank, but in a required column of numbers it is what the column says."""
    kept = [c is not None and c.numeric and c.need != OPTIONAL for c in columns]
    if all(cell == 0 for cell in row):
        return []
    return ["" if cell == 0 and not keep else cell for cell, keep in zip(row, kept, strict=False)]


def _placed(first: int, rows: Rows) -> Read:
    """Rows at their place on the sheet: from row 1, and from column A, while the range begins in column B."""
    placed: Rows = [[] for _ in range(first - 1)]
    placed += (["", *row] for row in rows)
    faults = {f"{column_letters(column)}{number}": cell for number, row in enumerate(placed, 1)
              if not ERROR_TEXTS.isdisjoint(row)
              for column, cell in enumerate(row, 1) if cell in ERROR_TEXTS}  # fmt: skip
    return Read(placed, faults)


def _keep(start: str, found: Read) -> Read:
    """Remember the rows of a handle; the oldest of many are forgotten."""
    _reads.pop(start, None)
    _reads[start] = found
    if len(_reads) > KEPT:
        _reads.pop(next(iter(_reads)), None)
    return found


def unpack(texts: Iterable[str]) -> dict[str, Read]:
    """The sheets of a block of handles. Raises CellError when a part is missing, or a text is no handle or damaged."""
    parts: dict[str, dict[int, str]] = {}
    counts: dict[str, int] = {}
    for text in texts:
        if text == IMPORTED_HANDLE:
            continue
        if text.startswith("#"):
            raise CellError("handle", text.removeprefix("#CBAM "))
        if not text.startswith(f"{MARK}:"):
            raise CellError("handle", f"“{text[:20]}” is no handle: the block named installation holds cells with "
                            "=CBAM_READ(sheet, range) and nothing else.")  # fmt: skip
        try:
            _, sheet, first, digest, part, data = text.split(":", 5)
            number, count = map(int, part.split("/"))
        except ValueError:
            raise CellError("handle", f"The handle “{text[:40]}…” is damaged: recalculate its cell.") from None
        start = f"{MARK}:{sheet}:{first}:{digest}:"
        parts.setdefault(start, {})[number] = data
        counts[start] = count
    found: dict[str, Read] = {}
    for start, each in parts.items():
        sheet = start.split(":")[1]
        if sheet not in BY_NAME:
            raise CellError("handle", f"“{sheet[:40]}” is no input sheet: its handle doesn't belong into the block.")
        if len(each) < counts[start]:
            raise CellError("parts", f"“{sheet}” needs {counts[start]} parts, here are {len(each)}: add cells with the "
                            "other parts to the block named installation.")  # fmt: skip
        if sheet in found:
            raise CellError("handle", f"Two different handles of “{sheet}” stand in the block named installation.")
        data = "".join(each[number] for number in sorted(each))
        found[sheet] = _reads.get(start) or _keep(start, _unpacked(start, data))
    return found


def _unpacked(start: str, data: str) -> Read:
    """The rows of a handle whose parts are complete; its digest must be that of its data."""
    import json
    import zlib
    from binascii import Error, a2b_base64
    from hashlib import blake2b

    _, sheet, first, digest, _ = start.split(":")
    try:
        text = zlib.decompressobj().decompress(a2b_base64(data), LARGEST)
        if blake2b(text, digest_size=8).hexdigest() == digest and 1 <= int(first) <= HEADER_ROW:
            return _placed(int(first), [list(map(canonical, row)) for row in json.loads(text)])
    except (Error, zlib.error, ValueError, TypeError, RecursionError):
        pass
    raise CellError("handle", f"The handle of “{sheet}” is damaged: recalculate its cell.")


class HandleBook:
    """A Book over handles: it takes the road that a file takes."""

    def __init__(self, sheets: Mapping[str, Read], *, imported: bool = False) -> None:
        self._sheets = sheets
        self._last_rows = {BY_NAME[name].range_name: len(each.rows) for name, each in sheets.items()}
        if imported:
            self._last_rows[IMPORTED] = HEADER_ROW

    @property
    def names(self) -> tuple[str, ...]:
        """The sheets that the handles hold."""
        return tuple(self._sheets)

    def rows(self, sheet: str, last_row: int | None = None) -> Rows:
        """The rows of a sheet from row 1 and column A; they are shared, so don't change them."""
        rows = self._sheets[sheet].rows
        return rows if last_row is None else rows[:last_row]

    def faults(self, sheet: str) -> dict[str, str]:
        """Cells that show an error, by address."""
        return self._sheets[sheet].faults

    def last_row(self, range_name: str) -> int | None:
        """The last row that was handed over: a handle holds its range and nothing below it; of the mark of an imported
        workbook any."""
        return self._last_rows.get(range_name)

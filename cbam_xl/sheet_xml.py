"""One sheet part patched: rows, cells and elements put in place of those that stand there.

A sheet is never parsed into a tree; only the places that change are found, and everything else is copied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .addresses import column_letters, column_number, parted
from .cell_xml import CELL, Value, cell, row_xml, simple, string
from .locks import BookError

MAX_COLUMN = 16_384
"""Most columns in a sheet."""

DAMAGED = "A sheet of this workbook is damaged: open it in Excel, save it, and try again."

# Patterns are compiled when first used, which keeps the import short.
_ADDRESS = "([A-Z]{1,3})([1-9][0-9]{0,6})"
_ROW = rb"<row\b([^>]*?)(/?)>"
_FORMULA = rb"(?s)<f\b[^>]*?/>|<f\b[^>]*>.*?</f>"
_SHARED = rb"<f\b[^>]*\bref=\"(\w+):(\w+)\""
_ONE_ATTRIBUTE = rb"""(?:^|\s)%b\s*=\s*(?:"([^"]*)"|'([^']*)')"""
_ATTRIBUTE = rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')"""


class _Row(NamedTuple):
    """Where a row stands in the part."""

    number: int
    attributes: bytes
    start: int
    content: int
    """Where its cells begin."""
    close: int
    """Where its cells end."""
    end: int


def data_span(xml: bytes) -> tuple[bytes, int, int]:
    """The part with `<sheetData>` written out, and where its rows begin and end.

    Raises:
        BookError: the part is written in an unusual way (a prefix, comments), which can't be patched safely.
    """
    if b"<!" not in xml:
        xml = re.sub(rb"<sheetData\s*/>", b"<sheetData></sheetData>", xml, count=1)
        opening = re.search(rb"<sheetData\b[^>]*>", xml)
        end = xml.rfind(b"</sheetData>")
        if opening is not None and end >= opening.end():
            return xml, opening.end(), end
    raise BookError("A sheet of this workbook is written in an unusual way: open it in Excel, save it, and try again.")


def _rows(xml: bytes, start: int, end: int) -> Iterator[_Row]:
    """The rows between two places; a row without a number follows the one before."""
    pattern = re.compile(_ROW)
    number = 0
    while match := pattern.search(xml, start, end):
        stated = _attribute(match[1], b"r")
        number = _number(stated) if stated else number + 1
        close = match.end() if match[2] else xml.find(b"</row>", match.end(), end)
        if close < 0:
            raise BookError(DAMAGED)
        start = close if match[2] else close + len(b"</row>")
        yield _Row(number, match[1], match.start(), match.end(), close, start)


def _number(text: str) -> int:
    if not text.isdecimal():
        raise BookError(DAMAGED)
    return int(text)


def _attributes(tag: bytes) -> dict[str, str]:
    return {name.decode(): (double or single).decode() for name, double, single in re.findall(_ATTRIBUTE, tag)}


def _attribute(tag: bytes, name: bytes) -> str:
    """One attribute, "" for none."""
    found = re.search(_ONE_ATTRIBUTE % name, tag)
    return (found[1] or found[2] or b"").decode() if found else ""


def formula_cells(xml: bytes) -> frozenset[str]:
    """The addresses of the cells that hold a formula."""
    if b"<f" not in xml:
        return frozenset()
    return frozenset(
        _attributes(match[1]).get("r", "")
        for match in re.finditer(CELL, xml)
        if match[2] is not None and re.search(_FORMULA, match[2])
    )


def replace_rows(xml: bytes, first_row: int, rows: bytes) -> bytes:
    """The part with every row from `first_row` on replaced by the XML of other rows; the used range follows.

    Rows above, merged cells, links, formats and all else stay.
    """
    last, columns = 0, 1
    written = rows.rfind(b"<row ")
    if written >= 0:
        last = int(_attribute(rows[written : rows.index(b">", written)], b"r"))
        placed = rows.rfind(b'<c r="', written)
        if placed >= 0:
            letters, _ = parted(_attribute(rows[placed : rows.index(b">", placed)], b"r"))
            columns = column_number(letters) + rows.count(b"<c", placed + 1)
    before, after = around_rows(xml, first_row, last, columns)
    return before + rows + after


def around_rows(xml: bytes, first_row: int, last_row: int = 0, last_column: int = 1) -> tuple[bytes, bytes]:
    """What stands in the part before the rows from `first_row` on, and behind them; those rows are left out.

    The used range goes as far as said: `last_row` is that of the rows to come, 0 for none.
    """
    xml, start, end = data_span(xml)
    place, last = end, 0
    for row in _rows(xml, start, end):
        if row.number >= first_row:
            place = row.start
            break
        last = row.number
    return _with_dimension(xml[:place], start, last_row or last, last_column, shrink=True), xml[end:]


def _with_dimension(xml: bytes, head: int, last_row: int, last_column: int, shrink: bool = False) -> bytes:
    """The part whose `<dimension>` says which rows and columns are in use, at least; `head` ends where rows begin."""
    match = re.search(rb'(<dimension\b[^>]*\bref=")([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?"', xml[:head])
    if match is None:
        return xml
    left, top = match[2].decode(), int(match[3])
    right, bottom = (match[4] or match[2]).decode(), int(match[5] or match[3])
    bottom = last_row if shrink else max(bottom, last_row)
    corner = f"{column_letters(max(last_column, column_number(right)))}{max(bottom, top)}"
    return xml[: match.start()] + match[1] + f'{left}{top}:{corner}"'.encode() + xml[match.end() :]


def set_cells(
    xml: bytes, values: Mapping[str, Value | None], keep_formula: bool = True, date1904: bool = False
) -> bytes:
    """The part with single cells set, by address; they keep their style, and are made where they don't exist.

    A formula stays and gets the value as its stored result, or gives way to the value when `keep_formula` is False.
    None and '' make a cell blank; as the result of a formula None means "not calculated".

    Raises:
        BookError: an address isn't one, or a formula would be removed that other cells share.
    """
    wanted: dict[int, dict[int, Value | None]] = {}
    for address, value in values.items():
        match = re.fullmatch(_ADDRESS, address)
        if match is None:
            raise BookError(f"{address!r} is not a cell: write it like B7.")
        wanted.setdefault(int(match[2]), {})[column_number(match[1])] = value
    if not wanted:
        return xml
    xml, start, end = data_span(xml)
    pieces, done = [], 0
    rows = _rows(xml, start, end)
    row = next(rows, None)
    for number, cells in sorted(wanted.items()):
        while row is not None and row.number < number:
            row = next(rows, None)
        if row is not None and row.number == number:
            pieces += [xml[done : row.start], _row_with(xml, row, cells, keep_formula, date1904)]
            done = row.end
        else:
            place = end if row is None else row.start
            new = [(column_letters(column), value, None) for column, value in sorted(cells.items())]
            pieces += [xml[done:place], row_xml(number, new, date1904).encode()]
            done = place
    pieces.append(xml[done:])
    last_column = max(max(cells) for cells in wanted.values())
    return _with_dimension(b"".join(pieces), start, max(wanted), last_column)


def _row_with(xml: bytes, row: _Row, values: Mapping[int, Value | None], keep_formula: bool, date1904: bool) -> bytes:
    """The XML of a row with some of its cells set, by column number."""
    attributes = re.sub(rb'\s+spans="[^"]*"', b"", row.attributes)
    style = _attributes(row.attributes)
    row_style = _number(style["s"]) if "s" in style and style.get("customFormat") in ("1", "true") else None
    pieces, done, column = [b"<row" + attributes + b">"], row.content, 0
    missing = sorted(values)

    def new_cells_before(limit: int) -> list[bytes]:
        new = []
        while missing and missing[0] < limit:
            at = missing.pop(0)
            new.append(cell(column_letters(at), row.number, values[at], row_style, date1904).encode())
        return new

    for match in re.compile(CELL).finditer(xml, row.content, row.close):
        if not missing:
            break
        stated = _attribute(match[1], b"r")
        column = column_number(stated.rstrip("0123456789")) if stated else column + 1
        pieces += [xml[done : match.start()], *new_cells_before(column)]
        if missing and missing[0] == column:
            at = missing.pop(0)
            pieces.append(_changed(match, f"{column_letters(at)}{row.number}", values[at], keep_formula, date1904))
        else:
            pieces.append(match[0])
        done = match.end()
    return b"".join([*pieces, *new_cells_before(MAX_COLUMN + 1), xml[done : row.close], b"</row>"])


def _changed(match: re.Match[bytes], address: str, value: Value | None, keep_formula: bool, date1904: bool) -> bytes:
    """The XML of an existing cell with another value."""
    shown = _attribute(match[1], b"s")
    style = _number(shown) if shown else None
    formula = re.search(_FORMULA, match[2]) if match[2] and b"<f" in match[2] else None
    letters, row = parted(address)
    if formula is None:
        return cell(letters, row, value, style, date1904).encode()
    if not keep_formula:
        shared = re.match(_SHARED, formula[0])
        if shared is not None and shared[1] != shared[2]:
            raise BookError(f"Cell {address} holds a formula that other cells share: it can't be replaced by a value.")
        return cell(letters, row, value, style, date1904).encode()
    attributes = _attributes(match[1])
    kept = "".join(f' {name}="{attributes[name]}"' for name in ("s", "cm") if name in attributes)
    kind, result = _result(value, date1904)
    return f'<c r="{address}"{kept}{kind}>'.encode() + formula[0] + f"{result}</c>".encode()


def _result(value: Value | None, date1904: bool) -> tuple[str, str]:
    """The kind and the `<v>` element of a formula's stored result."""
    plain = "" if value == "" else simple(value, date1904)
    if isinstance(plain, str):
        return ' t="str"', f"<v>{string(plain)}</v>"
    if isinstance(plain, bool):
        return ' t="b"', f"<v>{int(plain)}</v>"
    if plain is None or plain - plain != 0:
        return "", ""
    return "", f"<v>{plain!r}</v>"

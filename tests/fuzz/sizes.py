"""Workbooks that are larger than any plant: rows beyond the range, empty rows, wide columns, deep and long XML."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from . import container
from .sources import Source

MAIN = b' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def of_size(chance: Random, source: Source) -> tuple[bytes, str]:
    """One part grows beyond measure."""
    parts = dict(source.parts)
    how = chance.choice(ROWS if chance.random() < 0.7 else ELSEWHERE)
    if how in ROWS:
        part = chance.choice(source.inputs)
        large = chance.choice((300, 3000, 30_000))
        parts[part] = re.sub(rb"</sheetData>", lambda end: how(chance, large) + end[0], parts[part], count=1)
        return container.built(parts), f"{part}: {how.__name__.strip('_')} {large}"
    how(chance, 0, parts)
    return container.built(parts), how.__name__.strip("_")


def _rows_below(chance: Random, large: int) -> bytes:
    """Filled rows far below the range that is laid out."""
    first = chance.choice((1100, 20_000, 1_048_576 - large))
    row = b'<row r="%d"><c r="B%d" t="inlineStr"><is><t>x</t></is></c><c r="F%d"><v>1</v></c></row>'
    return b"".join(row % (n, n, n) for n in range(first, first + large))


def _empty_rows(chance: Random, large: int) -> bytes:
    return b"".join(b'<row r="%d" ht="17"/>' % n for n in range(1100, 1100 + 20 * large))


def _styled_cells(chance: Random, large: int) -> bytes:
    return b"".join(
        b'<row r="%d"><c r="B%d" s="1"/><c r="ZZ%d" s="1"/></row>' % (n, n, n) for n in range(1100, 1100 + 10 * large)
    )


def _wide_row(chance: Random, large: int) -> bytes:
    from cbam_xl.package import column_letters

    cells = b"".join(b'<c r="%b1100"><v>1</v></c>' % column_letters(n).encode() for n in range(1, min(large, 16_384)))
    return b'<row r="1100">' + cells + b"</row>"


def _far_cell(chance: Random, large: int) -> bytes:
    place = chance.choice(
        (b"XFD1048576", b"B1048576", b"AAA1100", b"XFE1101", b"B1048577", b"ZZZ9999999", b"A4294967296", b"ZZ9000")
    )
    row = re.sub(rb"[A-Z]+", b"", place)
    form = chance.choice((b'<row r="%b"><c r="%b"><v>1</v></c></row>', b"<row r='%b'><c r = '%b'><v>1</v></c></row>",
                          b'<row r="%b"><c r="%b" t="inlineStr"><is><t>x</t></is></c></row>'))  # fmt: skip
    return form % (row, place)


def _open_cells(chance: Random, large: int) -> bytes:
    """Tags that never end, which make a careless pattern take for ever."""
    what = (b"<c ", b"<c>", b'<c r="A1">', b'<c t="e">', b"<row ", b"<row>", b"<c><f>", b'<c r="A1"><f>1', b"<f",
            b"<v>", b"<!--", b'<c r="',
            b'<c t="e"><f>', b"<c r='A1' t='e'><v>", b"</f>", b"</f> ", b"</f>  <v>")  # fmt: skip
    return chance.choice(what) * (30 * large)


def _blanks(chance: Random, large: int) -> bytes:
    return chance.choice((b" ", b"\n", b"</f>" + b" " * 500, b"<c " + b" " * 900, b'<c r="A1"' + b" t" * 300)) * large


def _formulas(chance: Random, large: int) -> bytes:
    return b"".join(b'<row r="%d"><c r="B%d"><f>1+1</f></c></row>' % (n, n) for n in range(1100, 1100 + 10 * large))


def _errors(chance: Random, large: int) -> bytes:
    text = chance.choice((b"#N/A", b"#SPILL!"))
    return b"".join(
        b'<row r="%d"><c r="B%d" t="e"><v>%b</v></c></row>' % (n, n, text) for n in range(1100, 1100 + 10 * large)
    )


def _deep(chance: Random, large: int) -> bytes:
    name = chance.choice((b"a", b"row", b"c", b"is"))
    return (b"<" + name + b">") * (10 * large) + (b"</" + name + b">") * (10 * large)


def _long_text(chance: Random, large: int) -> bytes:
    text = chance.choice((b"x", b"&amp;", b"\xc3\xa4", b"_x0041_", b" ", b"1", b"=")) * (100 * large)
    return b'<row r="900"><c r="B900" t="inlineStr"><is><t>' + text + b"</t></is></c></row>"


def _runs(chance: Random, large: int) -> bytes:
    return b'<row r="900"><c r="B900" t="inlineStr"><is>' + b"<r><t>x</t></r>" * (10 * large) + b"</is></c></row>"


ROWS: tuple[Callable[..., bytes], ...] = (
    _rows_below, _empty_rows, _styled_cells, _wide_row, _far_cell, _open_cells, _open_cells, _blanks, _formulas,
    _errors, _deep,
    _long_text, _runs,
)  # fmt: skip


def _many_texts(chance: Random, _: int, parts: container.Parts) -> None:
    count = chance.choice((b"1", b"99999999999", b"400000"))
    table = b'<sst count="1" uniqueCount="' + count + b'"' + MAIN + b">" + b"<si><t>x</t></si>" * 400_000 + b"</sst>"
    parts["xl/sharedStrings.xml"] = table


def _many_styles(chance: Random, _: int, parts: container.Parts) -> None:
    if "xl/styles.xml" in parts:
        parts["xl/styles.xml"] = parts["xl/styles.xml"].replace(b"</cellXfs>", b"<xf/>" * 200_000 + b"</cellXfs>")


def _many_names(chance: Random, _: int, parts: container.Parts) -> None:
    """Defined names by the thousand, and some made for patterns that look for them."""
    name = chance.choice((b'<definedName name="n%d">Processes!$B$5:$X$%d</definedName>',
                          b'<definedName name="n%d">%d:A:B:C',
                          b"<definedName %d name=%d ",
                          b'<definedName name="in_goods" %d>Goods!$A$1:$B$%d</definedName>'))  # fmt: skip
    many = b"".join(name % (n, n) for n in range(30_000))
    parts["xl/workbook.xml"] = re.sub(
        rb"</sheets>", b"</sheets><definedNames>" + many + b"</definedNames>", parts["xl/workbook.xml"]
    )


def _many_sheets(chance: Random, _: int, parts: container.Parts) -> None:
    sheet = b'<sheet name="n%d" sheetId="%d" r:id="rId1"/>'
    many = b"".join(sheet % (n, n) for n in range(100, 20_100))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</sheets>", many + b"</sheets>")


def _many_relations(chance: Random, _: int, parts: container.Parts) -> None:
    name = "xl/_rels/workbook.xml.rels"
    link = chance.choice((b'<Relationship Id="n%d" Type="x" Target="../%d"/>', b"<Relationship %d %d"))
    parts[name] = parts[name].replace(
        b"</Relationships>", b"".join(link % (n, n) for n in range(50_000)) + b"</Relationships>"
    )


ELSEWHERE: tuple[Callable[..., None], ...] = (_many_texts, _many_styles, _many_names, _many_sheets, _many_relations)

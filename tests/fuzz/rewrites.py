"""The same workbook written in another way, as other programs write it: the report may not change."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from xml.sax.saxutils import escape, unescape

from . import container
from .container import Parts
from .sources import Source

INLINE = re.compile(rb'(?s)<c ([^>]*?)t="inlineStr"([^>]*)><is><t[^>]*>([^<]*)</t></is></c>')


def of_same(chance: Random, source: Source) -> tuple[bytes, str]:
    """One to three rewritings that mean nothing."""
    parts = dict(source.parts)
    inputs = list(source.inputs)
    words = []
    for how in chance.sample(REWRITES, chance.choice((1, 2, 3))):
        how(chance, parts, inputs)
        words.append(how.__name__.strip("_"))
    names = list(parts)
    if chance.random() < 0.3:
        chance.shuffle(names)
    packed = chance.choice((None, True, False))
    data = container.zipped([container.entry(name, parts[name], packed) for name in names])
    return data, ", ".join(words)


def _quotes(chance: Random, parts: Parts, inputs: list[str]) -> None:
    for part in inputs:
        parts[part] = re.sub(rb'="([^"\'<>]*)"', rb"='\1'", parts[part])


def _spaces(chance: Random, parts: Parts, inputs: list[str]) -> None:
    """Line ends between elements, and blanks inside tags."""
    for part in inputs:
        xml = re.sub(rb"(</row>|</c>|<sheetData>)", rb"\1\n  ", parts[part])
        parts[part] = re.sub(rb"<(row|c) ", rb"<\1\n\t", xml)


def _prefix(chance: Random, parts: Parts, inputs: list[str]) -> None:
    """Every element of the main namespace with a prefix."""
    for part in inputs:
        xml = re.sub(rb"<(/?)(\w+)(?=[\s/>])", rb"<\1x:\2", parts[part])
        parts[part] = xml.replace(b"xmlns=", b"xmlns:x=", 1)


def _shared_texts(chance: Random, parts: Parts, inputs: list[str]) -> None:
    """Inline texts become shared ones."""
    if "xl/sharedStrings.xml" in parts:
        return
    texts: dict[bytes, int] = {}

    def shared(cell: re.Match[bytes]) -> bytes:
        return b'<c %bt="s"%b><v>%d</v></c>' % (cell[1], cell[2], texts.setdefault(cell[3], len(texts)))

    for part in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        parts[part] = INLINE.sub(shared, parts[part])
    items = b"".join(b'<si><t xml:space="preserve">%b</t></si>' % text for text in texts)
    main = b'"http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    parts["xl/sharedStrings.xml"] = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<sst xmlns=' + main + b">" + items + b"</sst>"
    )
    for name, old, new in (
        ("[Content_Types].xml", b"</Types>", b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
         b'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'),
        ("xl/_rels/workbook.xml.rels", b"</Relationships>",
         b'<Relationship Id="rIdT" Type="http://schemas.openxmlformats'
         b'.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>'),
    ):  # fmt: skip
        parts[name] = parts[name].replace(old, new)


def _runs(chance: Random, parts: Parts, inputs: list[str]) -> None:
    """Texts in two runs, with a phonetic guide."""

    def split(cell: re.Match[bytes]) -> bytes:
        text = unescape(cell[3].decode())
        runs = "".join(f'<r><t xml:space="preserve">{escape(piece)}</t></r>' for piece in (text[:2], text[2:]))
        guide = '<rPh sb="0" eb="1"><t>guide</t></rPh>'
        return b'<c %bt="inlineStr"%b><is>%b</is></c>' % (cell[1], cell[2], (runs + guide).encode())

    for part in inputs:
        parts[part] = INLINE.sub(split, parts[part])


def _text_results(chance: Random, parts: Parts, inputs: list[str]) -> None:
    """Texts as the results of formulas."""

    def formula(cell: re.Match[bytes]) -> bytes:
        return b'<c %bt="str"%b><f>"x"</f><v>%b</v></c>' % (cell[1], cell[2], cell[3])

    for part in inputs:
        parts[part] = INLINE.sub(formula, parts[part])


def _numbers(chance: Random, parts: Parts, inputs: list[str]) -> None:
    """Numbers in another spelling of the same value."""
    for part in inputs:
        parts[part] = re.sub(rb"<v>(\d+)(\.\d+)?</v>(?=</c>)", _spelt, parts[part])


def _spelt(found: re.Match[bytes]) -> bytes:
    before = found.string[max(found.start() - 90, 0) : found.start()]
    if b't="' in before.rpartition(b"<c ")[2].replace(b't="n"', b""):
        return found[0]
    return b"<v>%b%bE+0</v>" % (found[1], found[2] or b".0")


def _no_addresses(chance: Random, parts: Parts, inputs: list[str]) -> None:
    """Cells and rows count from the one before; blanks are written out."""
    for part in inputs:
        if b"<f" not in parts[part]:
            parts[part] = re.sub(rb"<row .*?</row>", _filled_row, parts[part], flags=re.S)


def _filled_row(found: re.Match[bytes]) -> bytes:
    from cbam_xl.package import column_number

    cells = re.findall(rb'(?s)<c r="([A-Z]+)\d+"([^>]*?/>|[^>]*>.*?</c>)', found[0])
    pieces, column = [found[0][: found[0].index(b">") + 1]], 0
    for letters, rest in cells:
        number = column_number(letters.decode())
        pieces.append(b"<c/>" * (number - column - 1) + b"<c" + rest)
        column = number
    return b"".join((*pieces, b"</row>"))


def _values_first(chance: Random, parts: Parts, inputs: list[str]) -> None:
    """Attributes of cells in another order."""
    for part in inputs:
        parts[part] = re.sub(rb'<c r="(\w+)" s="(\d+)"', rb'<c s="\2" r="\1"', parts[part])


def _moved_parts(chance: Random, parts: Parts, inputs: list[str]) -> None:
    """Sheet parts under other names, named absolutely."""
    links = "xl/_rels/workbook.xml.rels"
    for part in list(inputs):
        new = part.replace("worksheets/sheet", "worksheets/Blatt ").replace(" ", "_")
        short, moved = part.removeprefix("xl/").encode(), b"/" + new.encode()
        targets = (
            parts[links]
            .replace(b'"/xl/' + short + b'"', b'"' + moved + b'"')
            .replace(b'"' + short + b'"', b'"' + moved + b'"')
        )
        if targets == parts[links]:
            continue
        parts[links] = targets
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
            b'"/' + part.encode() + b'"', b'"' + moved + b'"'
        )
        parts[new] = parts.pop(part)
        related = part.replace("worksheets/", "worksheets/_rels/") + ".rels"
        if related in parts:
            parts[new.replace("worksheets/", "worksheets/_rels/") + ".rels"] = parts.pop(related)
        inputs[inputs.index(part)] = new


def _sheet_order(chance: Random, parts: Parts, inputs: list[str]) -> None:
    xml = parts["xl/workbook.xml"]
    sheets = re.findall(rb"<sheet [^>]*/>", xml)
    if b"localSheetId" in xml or len(sheets) < 2:
        return
    chance.shuffle(sheets)
    start, end = xml.index(b"<sheets>") + 8, xml.index(b"</sheets>")
    parts["xl/workbook.xml"] = xml[:start] + b"".join(sheets) + xml[end:]


def _strangers(chance: Random, parts: Parts, inputs: list[str]) -> None:
    """Parts and elements of other makers."""
    parts["customXml/item99.xml"] = b"<own><v>5</v></own>"
    parts["xl/media/image99.png"] = b"\x89PNG" + bytes(50)
    for part in inputs:
        extension = b'<extLst><ext uri="x"><y:z xmlns:y="urn:y" a="1"/></ext></extLst></worksheet>'
        if b"<extLst" not in parts[part]:
            parts[part] = parts[part].replace(b"</worksheet>", extension)


def _comments(chance: Random, parts: Parts, inputs: list[str]) -> None:
    for part in inputs:
        parts[part] = parts[part].replace(b"</row>", b"</row><!-- a > b -->", 1)


def _no_dimension(chance: Random, parts: Parts, inputs: list[str]) -> None:
    for part in inputs:
        new = chance.choice((b"", b'<dimension ref="A1"/>', b'<dimension ref="A1:XFD1048576"/>'))
        parts[part] = re.sub(rb"<dimension [^>]*/>", new, parts[part])


REWRITES: tuple[Callable[[Random, Parts, list[str]], None], ...] = (
    _quotes, _spaces, _shared_texts, _runs, _text_results, _numbers, _no_addresses, _values_first, _moved_parts,
    _sheet_order,
    _strangers, _comments, _no_dimension, _prefix,
)  # fmt: skip

"""Damage to the XML of a part: elements, attributes, entities, names of elements, and how it is written down."""

from __future__ import annotations

import re
from random import Random

from . import container
from .sources import Source

TAG = re.compile(rb"<[^>]+>")
ATTRIBUTE = re.compile(rb'\s([\w:]+)="([^"]*)"')
VALUES = (b"", b"0", b"-1", b"1", b"99999", b"4294967296", b"A1", b"XFD1048576", b"A0", b"1A", b"AAAA1", b"rId999",
          b"s", b"e",
          b"b", b"str", b"d", b"inlineStr", b"n", b"z", b"true", b"&amp;", b"&#0;", b"&#x41;", b"&lol;",
          b"../../etc/passwd",
          b"1e5", "\u0661".encode(), b" 7 ", b"x" * 5000)  # fmt: skip
TEXTS = (b"", b"&#x41;", b"&lol;", b"&#0;", b"&#xFFFF;", b"<![CDATA[5]]>", b"<!-- 5 -->", b"<?x y?>", b"]]>", b"\0",
         b"\xff",
         b"\xc3", b"<v>5</v>", b"<f>1+1</f>", b"\x0b", b"  ", "\u202e".encode(), b"1e308", b"NaN", b"-", b"_x0000_",
         b"_xD800_",
         b"7" * 400)  # fmt: skip
DOCTYPE = b'<!DOCTYPE a [<!ENTITY lol "ha"><!ENTITY lol2 "&lol;&lol;&lol;">]>'


def of_part(chance: Random, source: Source) -> tuple[bytes, str]:
    """One to three changes of one part, more often of one that is read."""
    parts = dict(source.parts)
    head = [p for p in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/sharedStrings.xml",
                        "xl/styles.xml") if p in parts]  # fmt: skip
    others = [p for p in parts if p.endswith((".xml", ".rels", ".vml"))]
    part = chance.choice(chance.choices((source.inputs, head, others), (6, 3, 1))[0])
    words = []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        how = chance.choice(CHANGES)
        parts[part] = how(chance, parts[part])
        words.append(how.__name__.strip("_"))
    return container.built(parts), f"{part}: {', '.join(words)}"


def _tag(chance: Random, xml: bytes) -> re.Match[bytes]:
    """Any tag, more often one inside the rows."""
    tags = list(TAG.finditer(xml))
    inside = [
        t for t in tags if t[0].startswith((b"<c", b"<row", b"<v", b"<is", b"<t", b"</c", b"</row", b"<sheet", b"<si"))
    ]
    chosen = chance.choice(inside if inside and chance.random() < 0.7 else tags or [None])
    return chosen if chosen is not None else re.match(b"", xml)  # type: ignore[return-value]


def _element(chance: Random, xml: bytes) -> tuple[int, int]:
    """Where an element begins and ends, told by the first closing tag of its name."""
    tag = _tag(chance, xml)
    name = re.match(rb"</?([\w:]+)", tag[0])
    if name is None or tag[0].endswith(b"/>"):
        return tag.span()
    close = xml.find(b"</" + name[1] + b">", tag.end())
    return tag.start(), close + len(name[1]) + 3 if close >= 0 else tag.end()


def _drop_tag(chance: Random, xml: bytes) -> bytes:
    tag = _tag(chance, xml)
    return xml[: tag.start()] + xml[tag.end() :]


def _drop_element(chance: Random, xml: bytes) -> bytes:
    start, end = _element(chance, xml)
    return xml[:start] + xml[end:]


def _double_element(chance: Random, xml: bytes) -> bytes:
    start, end = _element(chance, xml)
    return xml[:end] + xml[start:end] * chance.choice((1, 1, 3)) + xml[end:]


def _move_element(chance: Random, xml: bytes) -> bytes:
    start, end = _element(chance, xml)
    piece, rest = xml[start:end], xml[:start] + xml[end:]
    place = _tag(chance, rest).end() if rest else 0
    return rest[:place] + piece + rest[place:]


def _nest(chance: Random, xml: bytes) -> bytes:
    start, end = _element(chance, xml)
    name = re.match(rb"<([\w:]+)", xml[start:end])
    around = (
        name[1] if name and chance.random() < 0.6 else chance.choice((b"a", b"mc:AlternateContent", b"sheetData", b"c"))
    )
    depth = chance.choice((1, 2, 50))
    return xml[:start] + (b"<" + around + b">") * depth + xml[start:end] + (b"</" + around + b">") * depth + xml[end:]


def _attribute_value(chance: Random, xml: bytes) -> bytes:
    return _with_attribute(chance, xml, lambda name, value: b' %b="%b"' % (name, chance.choice(VALUES)))


def _attribute_gone(chance: Random, xml: bytes) -> bytes:
    return _with_attribute(chance, xml, lambda name, value: b"")


def _attribute_twice(chance: Random, xml: bytes) -> bytes:
    return _with_attribute(chance, xml, lambda name, value: b' %b="%b" %b="%b"' % (name, value, name, value))


def _attribute_odd(chance: Random, xml: bytes) -> bytes:
    """The same said in another way, or nearly so."""
    forms = (b" %b='%b'", b'\n%b\t=  "%b"', b' %b="%b "', b" %b=%b", b' x:%b="%b"', b' %b = "%b"')
    form = chance.choice(forms)
    return _with_attribute(chance, xml, lambda name, value: form % (name, value))


def _with_attribute(chance: Random, xml: bytes, change: object) -> bytes:
    tag = _tag(chance, xml)
    found = list(ATTRIBUTE.finditer(tag[0]))
    if not found:
        return xml
    one = chance.choice(found)
    at = tag.start()
    new: bytes = change(one[1], one[2])  # type: ignore[operator]
    return xml[: at + one.start()] + new + xml[at + one.end() :]


def _text(chance: Random, xml: bytes) -> bytes:
    """What stands between two tags, changed."""
    tag = _tag(chance, xml)
    end = xml.find(b"<", tag.end())
    end = len(xml) if end < 0 else end
    old = xml[tag.end() : end]
    new = chance.choice((chance.choice(TEXTS), old + chance.choice(TEXTS), chance.choice(TEXTS) + old))
    return xml[: tag.end()] + new + xml[end:]


def _name(chance: Random, xml: bytes) -> bytes:
    """An element under another name, at its start or throughout."""
    tag = _tag(chance, xml)
    name = re.match(rb"</?([\w:]+)", tag[0])
    if name is None:
        return xml
    new = chance.choice((name[1].upper(), b"x:" + name[1], name[1] + b"x", b"c", b"v", b"row", b"f", b"is"))
    if chance.random() < 0.5:
        return re.sub(rb"(</?)" + re.escape(name[1]) + rb"(?=[\s/>])", rb"\g<1>" + new, xml)
    return xml[: tag.start()] + tag[0].replace(name[1], new, 1) + xml[tag.end() :]


def _namespace(chance: Random, xml: bytes) -> bytes:
    found = re.search(rb'xmlns(:\w+)?="([^"]*)"', xml)
    if found is None:
        return xml
    new = chance.choice((b"", b"urn:x", b"http://purl.oclc.org/ooxml/spreadsheetml/main", found[2] + b"/"))
    return xml[: found.start(2)] + new + xml[found.end(2) :]


def _head(chance: Random, xml: bytes) -> bytes:
    """The first bytes: marks, declarations, document types."""
    xml = re.sub(rb"^\s*<\?xml[^>]*\?>", b"", xml)
    new = chance.choice((DOCTYPE, b"\xef\xbb\xbf", b"\xff\xfe", b' <?xml version="1.0"?>', b'<?xml version="1.1"?>',
                         b'<?xml version="1.0" encoding="latin-1"?>', b'<?xml version="1.0" encoding="utf-16"?>',
                         b"\n\n",
                         b"<!-- x -->", b"<?xml?>", b"<x/>"))  # fmt: skip
    return new + xml


def _encoding(chance: Random, xml: bytes) -> bytes:
    return xml.decode("utf-8", "replace").encode(chance.choice(("utf-16", "utf-16-le", "utf-32", "utf-7")), "replace")


def _cut(chance: Random, xml: bytes) -> bytes:
    return xml[: chance.randrange(len(xml) + 1)]


def _tail(chance: Random, xml: bytes) -> bytes:
    return xml + chance.choice((b"x", b"<a/>", b"\0", b"\n", xml[-200:], xml))


def _bytes(chance: Random, xml: bytes) -> bytes:
    content = bytearray(xml)
    for _ in range(chance.choice((1, 3))):
        at = chance.randrange(len(content) + 1)
        content[at : at + chance.choice((0, 1, 5))] = chance.choice((*VALUES, *TEXTS))[:40]
    return bytes(content)


def _comment_out(chance: Random, xml: bytes) -> bytes:
    """An element that a reader of the standard doesn't see."""
    start, end = _element(chance, xml)
    left, right = chance.choice(((b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?x ", b"?>")))
    return xml[:start] + left + xml[start:end] + right + xml[end:]


def _second_rows(chance: Random, xml: bytes) -> bytes:
    """A second table of rows, before or behind the first, or inside an extension."""
    found = re.search(rb"(?s)<sheetData\b.*</sheetData>", xml)
    if found is None:
        return xml
    again = re.sub(rb"<v>\d", b"<v>7", found[0])
    form = chance.choice((b"%b", b"<extLst><ext>%b</ext></extLst>", b"<!--%b-->", b"<x:y>%b</x:y>"))
    place = chance.choice((found.start(), found.end()))
    return xml[:place] + form % again + xml[place:]


CHANGES = (_drop_tag, _drop_element, _double_element, _move_element, _nest, _attribute_value, _attribute_value,
           _attribute_gone,
           _attribute_twice, _attribute_odd, _text, _text, _name, _namespace, _head, _encoding, _cut, _tail, _bytes,
           _comment_out,
           _second_rows)  # fmt: skip

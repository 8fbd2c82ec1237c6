"""Cells that say something else: another number, another kind of cell, another unit, a name made to do harm."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from random import Random
from xml.sax.saxutils import escape, quoteattr

from . import container
from .sources import Source, Typed

NUMBERS = ("0", "-0", "-1", "1e308", "-1e308", "1e309", "1e-320", "5e-324", "NaN", "nan", "INF", "-Infinity", "1,5",
           "1.234,5",
           "1'000", "1_000", " 12 ", "+7", "0x1F", "\uff11\uff12", "\u0661", "1e", "1.", ".5", "1e5", "1E+05",
           "12 000", "1d5",
           "00012", "9" * 400, "0." + "3" * 400, "1\t2", "", " ", "-", "45000.5", "-1000000", "2958466",
           "99999999")  # fmt: skip
TEXTS = ("", " ", "\u00a0", "\u200b", "0", "12", "1,5", "70 %", "1e3", "n/a", "N/A", "-", "–", "?", "nan", "inf",
         "TRUE", "remaining",
         "Remaining ", "=1+1", "'5", "\ufeff5", "a\nb", "a\x0bb", "\u202eabc", "😀", "_x0041_", "_x000D_", "#N/A",
         "#REF!",
         "x" * 40_000, "{0}", "%s%n", "<b>&amp;", "2024-12-31", "31.12.2024", "Kiln", "Market", "Grid", "Outside",
         "Shared")  # fmt: skip
ERRORS = ("#N/A", "#REF!", "#DIV/0!", "#SPILL!", "#CALC!", "#GETTING_DATA", "", "5", "x")
NASTY = ("=1+1", "+1", "-1", "@SUM(1)", "=HYPERLINK(\"http://x.invalid\",\"y\")", "=cmd|' /C calc'!A0", "\t=1", "\r=1",
         "http://x.invalid",
         "mailto:x@x.invalid", "file:///etc/passwd", "\\\\x.invalid\\y", "<a href='http://x.invalid'>y</a>",
         "javascript:1",
         "<script>1</script>", "]]>", "&lt;b&gt;", "a\"b'c", "%0A=1", "{=1}", "=1;DDE", "n" * 40_000, "\u202ea",
         "\x1b[31m", "a\x00b",
         "a\r\nb", "_x003D_1+1", "'=1", "😀" * 300, "{}", "%d", "\ud800", "Market", "remaining", " ", "a" * 31,
         "\u00a0", "#REF!",
         "Kiln!A1", "'Results'!A1", "[1]x!A1")  # fmt: skip
"""Names made to do harm; what XML can't hold is left out when they are written."""
UNITS = ("t", "kg", "kt", "lb", "TJ", "GJ", "MWh", "kWh", "1000Nm3", "Nm3", "GJ/t", "MJ/kg", "kcal/kg", "tCO2/TJ",
         "tCO2/t", "kgCO2/GJ",
         "%", "T", " t ", "tons", "m3", "furlong", "t/", "/", "1", "t t", "\u00b5t", "kg\u00b2", "t" * 5000, "{}",
         "10t")  # fmt: skip


HANDED_ON = " (handed on)"
"""What a change says of a number that enters no figure."""


def written(text: str) -> str:
    """A text as XML holds it, without the characters that it can't hold."""
    kept = "".join(c for c in text if c in "\t\n\r" or " " <= c < "\ud800" or "\ue000" <= c <= "\ufffd" or c > "\uffff")
    return escape(kept, {"\r": "&#13;", "\t": "&#9;"})


@cache
def _cell(address: str) -> re.Pattern[bytes]:
    return re.compile(rb'(?s)<c r="%b"([^>]*?)(?:/>|>.*?</c>)' % address.encode())


def put(xml: bytes, address: str, inner: str, kind: str | None = None) -> bytes:
    """The part with other content in a cell that is there; its style stays."""

    def new(found: re.Match[bytes]) -> bytes:
        style = re.search(rb'\bs="\d+"', found[1])
        typed = "" if kind is None else f" t={quoteattr(kind)}"
        about = (
            f'<c r="{address}"'.encode() + (b" " + style[0] if style else b"") + typed.encode("utf-8", "surrogatepass")
        )
        return about + b">" + inner.encode("utf-8", "surrogatepass") + b"</c>"

    return _cell(address).sub(new, xml, count=1)


def inline(text: str) -> str:
    """The content of a cell with an inline text."""
    return f'<is><t xml:space="preserve">{written(text)}</t></is>'


def of_number(chance: Random, source: Source) -> tuple[bytes, str]:
    """One typed number is another: the result has to be another, or something has to be said."""
    cell = chance.choice(source.numbers)
    assert isinstance(cell.value, float)
    typed = cell.value or 1.0
    value = chance.choice((typed * 0.83, typed * 0.999, typed * 1.0001 + 1e-3))
    return _with(source, cell, f"<v>{value!r}</v>", None), _words(cell, value)


def of_unit(chance: Random, source: Source) -> tuple[bytes, str]:
    """One unit is another, that isn't the same by another spelling."""
    cell = chance.choice(source.units)
    unit = chance.choice([unit for unit in UNITS if not _same_unit(str(cell.value), unit)])
    return _with(source, cell, inline(unit), "inlineStr"), _words(cell, unit)


def _same_unit(one: str, other: str) -> bool:
    from cbam_xl.errors import CbamError
    from cbam_xl.units import convert

    try:
        return convert(1.0, other, one) == 1.0
    except CbamError:
        return False


def _words(cell: Typed, new: object) -> str:
    where = f"{cell.sheet} {cell.address} {cell.header.rstrip('* ')}"
    return f"{where}: {cell.value} is {str(new)[:20]!r}{HANDED_ON * (not cell.counts)}"


def of_value(chance: Random, source: Source) -> tuple[bytes, str]:
    """One to four cells of another kind, with values at the edge of what is possible."""
    parts = dict(source.parts)
    words = []
    for _ in range(chance.choice((1, 1, 2, 4))):
        if source.typed and chance.random() < 0.8:
            cell = chance.choice(source.typed)
            part, address = cell.part, cell.address
        else:
            part = chance.choice(source.inputs)
            addresses = re.findall(rb'<c r="([A-Z]+\d+)"', parts[part])
            address = chance.choice(addresses).decode() if addresses else "B7"
        inner, kind = chance.choice(KINDS)(chance)
        parts[part] = put(parts[part], address, inner, kind)
        words.append(f"{part} {address} {kind or 'n'} {inner[:40]!r}")
    return container.built(parts), "; ".join(words)


def _typed_number(chance: Random) -> tuple[str, str | None]:
    return f"<v>{chance.choice(NUMBERS)}</v>", chance.choice((None, "n"))


def _typed_text(chance: Random) -> tuple[str, str | None]:
    text = chance.choice((*TEXTS, *NASTY))
    return chance.choice(((inline(text), "inlineStr"), (f"<v>{written(text)}</v>", "str")))


def _shared(chance: Random) -> tuple[str, str | None]:
    return f"<v>{chance.choice(('0', '5', '-1', '999999', '1.0', '', 'x', ' 0 ', '1e0'))}</v>", "s"


def _yes(chance: Random) -> tuple[str, str | None]:
    return f"<v>{chance.choice(('0', '1', '2', 'true', 'false', '', 'x', ' 1'))}</v>", "b"


def _error(chance: Random) -> tuple[str, str | None]:
    return f"<v>{chance.choice(ERRORS)}</v>", "e"


def _day(chance: Random) -> tuple[str, str | None]:
    texts = ("2024-12-31", "2024-12-31T25:00:00", "2024-02-30", "0000-00-00", "99999-01-01", "x", "")
    return f"<v>{chance.choice(texts)}</v>", "d"


def _odd_kind(chance: Random) -> tuple[str, str | None]:
    return "<v>5</v>", chance.choice(("", "N", "z", "number", "inlineStr", "\u0131"))


def _formula(chance: Random) -> tuple[str, str | None]:
    text = chance.choice(
        ("1+1", "A1", "", "SUM(A1:XFD1048576)", "WEBSERVICE(&quot;http://x.invalid&quot;)", "x" * 9000, "&lt;")
    )
    form = chance.choice(
        ("<f>{}</f>", '<f t="shared" si="0" ref="A1:Z99">{}</f>', '<f t="array" ref="A1">{}</f>', "<f/>")
    )
    value = chance.choice(("", "<v/>", "<v></v>", "<v>7</v>", "<v> </v>", "<v>x</v>"))
    order = chance.choice(("{0}{1}", "{0}{1}", "{1}{0}"))
    return order.format(form.format(text), value), chance.choice((None, "str", "n", "b", "e"))


def _rich(chance: Random) -> tuple[str, str | None]:
    inner = chance.choice(("<is><r><t>12</t></r><r><t>3</t></r></is>", "<is/>", "<is><t/></is>",
                           "<is><t>a</t><t>b</t></is>",
                           "<is><t>a</t><rPh sb=\"0\" eb=\"1\"><t>x</t></rPh></is>", "<v>1</v><v>2</v>",
                           "<is><t>a</t></is><v>5</v>",
                           "<is><t>a</t></is><is><t>b</t></is>", "<v><x/>5</v>", "<v>5<!-- 6 --></v>",
                           "<v><![CDATA[5]]></v>",
                           "<extLst><ext><v>9</v></ext></extLst>",
                           "<v>5</v><extLst><ext><v>9</v></ext></extLst>"))  # fmt: skip
    return inner, chance.choice((None, "inlineStr", "str"))


KINDS: tuple[Callable[[Random], tuple[str, str | None]], ...] = (
    _typed_number, _typed_number, _typed_text, _typed_text, _shared, _yes, _error, _day, _odd_kind, _formula, _rich,
)  # fmt: skip


def _with(source: Source, cell: Typed, inner: str, kind: str | None) -> bytes:
    parts = dict(source.parts)
    parts[cell.part] = put(parts[cell.part], cell.address, inner, kind)
    return container.built(parts)


def of_name(chance: Random, source: Source) -> tuple[bytes, str]:
    """A name that several rows mention is another one, wherever it stands."""
    old, new = chance.choice(source.names), chance.choice(NASTY)
    return renamed(source, old, new), f"{old!r} is {new[:30]!r}"


def renamed(source: Source, old: str, new: str) -> bytes:
    """The workbook with a text in place of another, in every input cell that holds it."""
    parts = dict(source.parts)
    for cell in source.typed:
        if cell.value == old:
            parts[cell.part] = put(parts[cell.part], cell.address, inline(new), "inlineStr")
    return container.built(parts)

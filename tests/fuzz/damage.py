"""Damage to the file and to its container. Checksums protect what a part says: it is as it was, or refused."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from random import Random

from . import container
from .container import Entry, entry
from .sources import Source

EXTREMES = (0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF)


def of_bytes(chance: Random, source: Source) -> tuple[bytes, str]:
    """Bytes flipped, lost, doubled, zeroed, or taken from elsewhere."""
    data = bytearray(source.data)
    how = chance.choice((_flip, _cut, _lose, _double, _zero, _splice, _lie))
    times = chance.choice((1, 1, 1, 2, 5)) if how in (_flip, _zero, _splice, _lie) else 1
    for _ in range(times):
        how(chance, data)
    return bytes(data), how.__name__.strip("_")


def _span(chance: Random, data: bytearray) -> slice:
    start = chance.randrange(len(data))
    return slice(start, start + chance.choice((1, 4, 30, 500, 20_000)))


def _flip(chance: Random, data: bytearray) -> None:
    place = chance.choice((chance.randrange(len(data)), -1 - chance.randrange(min(3000, len(data)))))
    data[place] ^= 1 << chance.randrange(8)


def _cut(chance: Random, data: bytearray) -> None:
    del data[chance.choice((chance.randrange(len(data)), len(data) - 1 - chance.randrange(60))) :]


def _lose(chance: Random, data: bytearray) -> None:
    del data[_span(chance, data)]


def _double(chance: Random, data: bytearray) -> None:
    where = _span(chance, data)
    data[where.start : where.start] = data[where]


def _zero(chance: Random, data: bytearray) -> None:
    where = _span(chance, data)
    data[where] = bytes(len(data[where]))


def _splice(chance: Random, data: bytearray) -> None:
    where, other = _span(chance, data), _span(chance, data)
    data[where] = data[other]


def _lie(chance: Random, data: bytearray) -> None:
    """A field of a header says something extreme."""
    mark = chance.choice((b"PK\3\4", b"PK\1\2", b"PK\5\6"))
    places = [at for at in range(len(data) - 30) if data[at] == 0x50 and data[at : at + 4] == mark] or [0]
    at = chance.choice(places) + chance.randrange(4, 46)
    width = chance.choice((1, 2, 4))
    value = (chance.choice(EXTREMES) & ((1 << 8 * width) - 1)).to_bytes(width, "little")
    data[at : at + width] = value


def of_container(chance: Random, source: Source) -> tuple[bytes, str]:
    """Parts renamed, doubled, dropped, exchanged, packed in another way; headers that lie."""
    entries = container.entries_of(source.parts)
    how = chance.choice(CONTAINER)
    comment = how(chance, entries) or b""
    return container.zipped(entries, comment), how.__name__.strip("_")


def _pick(chance: Random, entries: list[Entry]) -> int:
    """Any part, more often one that matters."""
    wanted = [i for i, e in enumerate(entries) if b"worksheets/sheet" in e.name or b"workbook" in e.name
              or e.name.endswith((b"Types].xml", b"Strings.xml", b"styles.xml"))]  # fmt: skip
    return chance.choice(wanted) if wanted and chance.random() < 0.8 else chance.randrange(len(entries))


def _rename(chance: Random, entries: list[Entry]) -> None:
    i = _pick(chance, entries)
    name = entries[i].name
    new = chance.choice((name.upper(), b"/" + name, b"./" + name, b"../" + name, name.replace(b"/", b"\\"), name + b" ",
                         name + b"\0", b"", name[:-1], "ä/ø".encode() + name, b"x" * 60_000, name.replace(b"/", b"//"),
                         b"C:" + name, name + b".bak", b"xl/worksheets/sheet1.xml", b"xl/workbook.bin",
                         b"\xff\xfe"))  # fmt: skip
    entries[i] = entries[i]._replace(name=new)


def _two_names(chance: Random, entries: list[Entry]) -> None:
    i = _pick(chance, entries)
    entries[i] = entries[i]._replace(named=chance.choice(entries).name)


def _double_part(chance: Random, entries: list[Entry]) -> None:
    i, j = _pick(chance, entries), _pick(chance, entries)
    entries.insert(chance.randrange(len(entries)), entries[j]._replace(name=entries[i].name))


def _drop(chance: Random, entries: list[Entry]) -> None:
    del entries[_pick(chance, entries)]


def _exchange(chance: Random, entries: list[Entry]) -> None:
    i, j = _pick(chance, entries), _pick(chance, entries)
    one, two = entries[i], entries[j]
    entries[i], entries[j] = one._replace(name=two.name), two._replace(name=one.name)


def _checksum(chance: Random, entries: list[Entry]) -> None:
    i = _pick(chance, entries)
    entries[i] = entries[i]._replace(crc=entries[i].crc ^ (1 << chance.randrange(32)))


def _flags(chance: Random, entries: list[Entry]) -> None:
    i = _pick(chance, entries)
    entries[i] = entries[i]._replace(flags=chance.choice((1, 8, 0x20, 0x40, 0x800, 0x2000, 0xFFFF)))


def _method(chance: Random, entries: list[Entry]) -> None:
    i = _pick(chance, entries)
    entries[i] = entries[i]._replace(method=chance.choice((0, 1, 8, 9, 12, 14, 99, 0xFFFF)))


def _size(chance: Random, entries: list[Entry]) -> None:
    i = _pick(chance, entries)
    entries[i] = entries[i]._replace(size=chance.choice((0, 1, entries[i].size - 1, entries[i].size + 1, *EXTREMES)))


def _body(chance: Random, entries: list[Entry]) -> None:
    """Packed bytes that say something else than the checksum."""
    i = _pick(chance, entries)
    body = bytearray(entries[i].body) or bytearray(1)
    body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    entries[i] = entries[i]._replace(body=bytes(body))


def _bomb(chance: Random, entries: list[Entry]) -> None:
    """A part that unpacks to a hundred MiB; the directory says so, or says less."""
    i = _pick(chance, entries)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = bytes(1 << 20) if chance.random() < 0.5 else b"<c>" * 349_525
    size = chance.choice((20, 100))
    body = b"".join(packer.compress(block) for _ in range(size)) + packer.flush()
    said = chance.choice((size * len(block), 1000, 15 << 20))
    entries[i] = Entry(entries[i].name, body, 8, chance.randrange(1 << 32), said)


def _extra(chance: Random, entries: list[Entry]) -> None:
    i = _pick(chance, entries)
    wide = struct.pack("<2H3Q", 1, 24, chance.choice(EXTREMES), chance.choice(EXTREMES), chance.choice(EXTREMES))
    extra = chance.choice((wide, wide[:9], b"\x01\0\xff\xff", b"UT\5\0\3abcd", bytes(3), bytes(40_000)))
    entries[i] = entries[i]._replace(extra=extra, size=chance.choice((entries[i].size, 0xFFFFFFFF)))


def _many(chance: Random, entries: list[Entry]) -> None:
    entries += [entry(f"xl/media/{n}", b"", False) for n in range(chance.choice((300, 21_000, 66_000)))]


def _order(chance: Random, entries: list[Entry]) -> None:
    chance.shuffle(entries)


def _comment(chance: Random, entries: list[Entry]) -> bytes:
    return chance.choice((b"x", b"PK\5\6" + bytes(18), b"PK\6\7" + bytes(16), b"y" * 65_535))


def _inside(chance: Random, entries: list[Entry]) -> None:
    """A workbook inside the workbook, and parts nobody knows."""
    entries.append(entry("xl/embeddings/a.xlsx", container.zipped(entries[:3])))
    entries.append(entry("[trash]/0000.dat", bytes(9)))


CONTAINER: tuple[Callable[[Random, list[Entry]], bytes | None], ...] = (
    _rename, _two_names, _double_part, _drop, _exchange, _checksum, _flags, _method, _size, _body, _bomb, _extra, _many,
    _order, _comment, _inside,
)  # fmt: skip

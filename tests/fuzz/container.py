"""A ZIP container taken apart and put together again, truthfully or not."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import NamedTuple

Parts = dict[str, bytes]
"""The parts of a workbook by name, unpacked."""

STORED_FROM = 100_000
"""Parts of so many bytes are stored as they are: packing them would take most of the time."""


class Entry(NamedTuple):
    """One part as a container has it: what its local header and its directory record say."""

    name: bytes
    body: bytes
    method: int = 0
    crc: int = 0
    size: int = 0
    flags: int = 0
    extra: bytes = b""
    named: bytes | None = None
    """Its name in the directory, when that is another."""


def parts_of(data: bytes) -> Parts:
    """The parts of a sound workbook."""
    with zipfile.ZipFile(BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


class Lazy(Mapping[str, bytes]):
    """The parts of a workbook, unpacked when they are asked for; a damaged one is empty."""

    def __init__(self, data: bytes) -> None:
        self._file = zipfile.ZipFile(BytesIO(data))

    def __getitem__(self, name: str) -> bytes:
        try:
            return self._file.read(name)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
            return b""

    def __contains__(self, name: object) -> bool:
        return name in self._file.NameToInfo

    def __iter__(self) -> Iterator[str]:
        return iter(self._file.namelist())

    def __len__(self) -> int:
        return len(self._file.namelist())


def packed_parts(data: bytes) -> dict[str, tuple[int, int, bytes]]:
    """Every part as it lies in the file, sound or not: how it is packed, its checksum, its packed bytes."""
    found = {}
    with zipfile.ZipFile(BytesIO(data)) as file:
        for about in file.infolist():
            lengths = struct.unpack_from("<2H", data, about.header_offset + 26)
            body = about.header_offset + 30 + sum(lengths)
            found[about.filename] = about.compress_type, about.CRC, data[body : body + about.compress_size]
    return found


def entry(name: str, content: bytes, packed: bool | None = None) -> Entry:
    """A part as an honest program writes it."""
    packed = len(content) < STORED_FROM if packed is None else packed
    body = content
    if packed:
        packer = zlib.compressobj(1, zlib.DEFLATED, -15)
        body = packer.compress(content) + packer.flush()
    utf8 = 0 if name.isascii() else 0x800
    return Entry(
        name.encode("utf-8", "surrogatepass"), body, 8 if packed else 0, zlib.crc32(content), len(content), utf8
    )


def entries_of(parts: Mapping[str, bytes]) -> list[Entry]:
    """Every part as an honest program writes it."""
    return [entry(name, content) for name, content in parts.items()]


def zipped(entries: list[Entry], comment: bytes = b"") -> bytes:
    """A container of these entries; what they say isn't checked."""
    pieces, records, at = [], [], 0
    for each in entries:
        about = (20, each.flags, each.method, 0, 33, each.crc, len(each.body), each.size & 0xFFFFFFFF)
        local = struct.pack("<4s5H3L2H", b"PK\3\4", *about, len(each.name), len(each.extra))
        named = each.name if each.named is None else each.named
        record = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, *about, len(named), len(each.extra), 0, 0, 0, 0, at)
        records.append(record + named + each.extra)
        pieces += [local, each.name, each.extra, each.body]
        at += len(local) + len(each.name) + len(each.extra) + len(each.body)
    directory = b"".join(records)
    count = len(entries) & 0xFFFF
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), at & 0xFFFFFFFF, len(comment))
    return b"".join((*pieces, directory, end, comment))


def built(parts: Mapping[str, bytes]) -> bytes:
    """A truthful container of these parts."""
    return zipped(entries_of(parts))

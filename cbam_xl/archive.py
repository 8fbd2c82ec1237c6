"""The ZIP container of a workbook: its directory, its parts, and the same container with a few parts replaced.

Everything is checked before anything is unpacked, because a workbook comes by e-mail from people one doesn't know.
The standard library's `zipfile` isn't used: it can't copy a part as the compressed bytes it is, and its import takes
as long as reading a small workbook.
"""

from __future__ import annotations

import os
import stat
import struct
import zlib
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import NamedTuple

from .locks import BookError, StrPath

MAX_FILE = 256 << 20
"""Largest workbook file, bytes."""
MAX_PART = 512 << 20
"""Largest part after unpacking, bytes: about a million rows of a dozen cells."""
MAX_TOTAL = 1 << 30
"""Largest sum of all parts after unpacking, bytes."""
MAX_ENTRIES = 20_000
"""Most parts in a workbook."""
MAX_RATIO = 200
"""Most bytes unpacked from one packed byte, for parts over `RATIO_FROM`; formatted empty rows reach 30."""
RATIO_FROM = 16 << 20
"""Parts smaller than this, in bytes, may be packed as tightly as they like."""

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_NONE16, _NONE32 = 0xFFFF, 0xFFFFFFFF
_ENCRYPTED, _UTF8 = 0x1, 0x800


class Entry(NamedTuple):
    """One part in the container; offsets count bytes of the file."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int
    """Where its local header begins."""
    body: int
    """Where its packed bytes begin."""
    end: int
    """Where the next part begins: its packed bytes, and a data descriptor when there is one, end before."""
    record: bytes
    """Its record in the central directory, as it stands there."""


def state(path: StrPath) -> tuple[int, int]:
    """What tells whether a file was written since: time of the last change in ns, and size; `OSError` if it is gone."""
    status = os.stat(path)
    return status.st_mtime_ns, status.st_size


def check_unchanged(path: StrPath, known: tuple[int, int]) -> None:
    """Raise `BookError` when a file isn't in the `state` any more in which it was read."""
    try:
        same = state(path) == known
    except OSError:
        same = False
    if not same:
        name = os.path.basename(os.fspath(path))
        raise BookError(f"{name} was changed by another program since it was read: run the command again.")


def load(path: StrPath) -> tuple[bytes, tuple[int, int]]:
    """The bytes of a workbook file, and its `state` before it was read.

    Raises:
        BookError: missing, not a file, too large, protected by a password, or not a workbook.
    """
    name = os.path.basename(os.fspath(path))
    try:
        status = os.stat(path)
        data = b""
        if stat.S_ISREG(status.st_mode) and status.st_size <= MAX_FILE:
            with open(path, "rb") as file:
                data = file.read(MAX_FILE + 1)
    except FileNotFoundError as error:
        raise BookError(f"{path or 'The file'} does not exist: check the name and the folder.") from error
    except PermissionError as error:
        raise BookError(f"{name} may not be read: ask for permission, or close the program that holds it.") from error
    except (OSError, ValueError) as error:
        raise BookError(f"{path} can't be read ({error}).") from error
    if stat.S_ISDIR(status.st_mode):
        raise BookError(f"{name or path} is a folder: name the workbook in it.")
    if not stat.S_ISREG(status.st_mode):
        raise BookError(f"{name} is not a file: name a workbook.")
    if max(status.st_size, len(data)) > MAX_FILE:
        raise BookError(f"{name} is larger than {MAX_FILE >> 20} MiB, which no installation needs: split it.")
    if not data.startswith(b"PK\3\4"):
        raise BookError(f"{name} {_looks_like(data)}")
    return data, (status.st_mtime_ns, status.st_size)


def _looks_like(data: bytes) -> str:
    """Why a file that is no ZIP container is no workbook, as the end of a sentence."""
    if not data:
        return "is empty: get the file again."
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "is protected by a password: open it, remove the password (File, Info), and save it."
        return "is an old .xls workbook: open it in Excel or LibreOffice and save it as .xlsx."
    if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return "is a web page or an XML text, not a workbook: open it in Excel or LibreOffice and save it as .xlsx."
    return "is not a workbook: give an .xlsx, .xlsm or .ods file."


class _Damaged(Exception):
    """The container contradicts itself."""


def directory(data: bytes, name: str) -> dict[str, Entry]:
    """The parts of a container in the order of its directory, by name; `name` is the file's, for messages.

    Raises:
        BookError: cut off, damaged, encrypted, twice the same part, a path that leaves the container, or a bomb.
    """
    try:
        entries = _entries(data)
    except (struct.error, UnicodeDecodeError, _Damaged) as error:
        raise BookError(f"{name} is damaged or cut off: get it again, or open it in Excel and save it.") from error
    _check_names(entries, name)
    _check_sizes(entries, name)
    return {entry.name: entry for entry in entries}


def _entries(data: bytes) -> list[Entry]:
    """The parts as the directory and their own headers agree on them; none overlaps another."""
    count, at, end = _central_directory(data)
    entries = []
    for _ in range(count):
        fields = _CENTRAL.unpack_from(data, at)
        name_end = at + _CENTRAL.size + fields[10]
        next_at = name_end + fields[11] + fields[12]
        raw_name = data[at + _CENTRAL.size : name_end]
        (size, packed, start), _ = _wide(data[name_end : name_end + fields[11]], (fields[9], fields[8], fields[16]))
        local = _LOCAL.unpack_from(data, start)
        body = start + _LOCAL.size + local[9] + local[10]
        local_name = data[start + _LOCAL.size : start + _LOCAL.size + local[9]]
        if fields[0] != b"PK\1\2" or local[0] != b"PK\3\4" or next_at > end:
            raise _Damaged
        if local_name != raw_name or local[3] != fields[4]:
            raise _Damaged
        text = raw_name.decode("utf-8" if fields[3] & _UTF8 else "cp437")
        record = data[at:next_at]
        entries.append(Entry(text, fields[3], fields[4], fields[7], packed, size, start, body, body + packed, record))
        at = next_at
    if at != end:
        raise _Damaged
    limit = end - sum(len(entry.record) for entry in entries)
    whole = {}
    for entry in sorted(entries, key=lambda entry: entry.start, reverse=True):
        if entry.end > limit:
            raise _Damaged
        whole[entry.start] = entry._replace(end=limit)
        limit = entry.start
    return [whole[entry.start] for entry in entries]


def _central_directory(data: bytes) -> tuple[int, int, int]:
    """Number of parts, and where the directory begins and ends."""
    at = data.rfind(b"PK\5\6", max(0, len(data) - _END.size - _NONE16))
    if at < 0:
        raise _Damaged
    _, disk, first_disk, _, count, length, start, comment = _END.unpack_from(data, at)
    end = at
    if data[at - 20 : at].startswith(b"PK\6\7"):
        end = int.from_bytes(data[at - 12 : at - 4], "little")
        mark, _, _, _, _, _, _, count, length, start = _END64.unpack_from(data, min(end, at))
        if mark != b"PK\6\6":
            raise _Damaged
    if at + _END.size + comment != len(data) or disk or first_disk or start + length != end or count > MAX_ENTRIES:
        raise _Damaged
    return count, start, end


def _wide(extra: bytes, narrow: tuple[int, int, int]) -> tuple[tuple[int, int, int], int]:
    """Size, packed size and offset with those of a Zip64 field in place of the marks for "too large".

    Second: where in `extra` the wide offset stands, -1 when the narrow one counts.
    """
    values, offset_at, at = list(narrow), -1, 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<2H", extra, at)
        at += 4
        if tag == 1:
            place = at
            for index, value in enumerate(narrow):
                if value == _NONE32:
                    (values[index],) = struct.unpack_from("<Q", extra, place)
                    offset_at = place if index == 2 else -1
                    place += 8
        at += length
    return (values[0], values[1], values[2]), offset_at


def _check_names(entries: list[Entry], name: str) -> None:
    seen = set()
    for entry in entries:
        part = entry.name
        if entry.flags & _ENCRYPTED:
            raise BookError(f"{name} is protected by a password: open it, remove the password, and save it.")
        if part.startswith("/") or "\\" in part or "\0" in part or ":" in part[:2] or ".." in part.split("/"):
            raise BookError(f"{name} holds a part with a name that leaves the workbook ({part[:60]!r}): don't use it.")
        if part.casefold() in seen:
            raise BookError(f"{name} holds the part {part[:60]!r} twice: open it in Excel and save it.")
        seen.add(part.casefold())


def _check_sizes(entries: list[Entry], name: str) -> None:
    for entry in entries:
        tight = entry.size > RATIO_FROM and entry.size > entry.packed * MAX_RATIO
        if entry.size > MAX_PART or tight:
            raise BookError(
                f"{name} would unpack one part to {entry.size >> 20} MiB, more than any workbook needs: don't use it."
            )
    total = sum(entry.size for entry in entries)
    if total > MAX_TOTAL:
        raise BookError(f"{name} would unpack to {total >> 20} MiB, more than any workbook needs: don't use it.")


def inflate(data: bytes, entry: Entry) -> bytes | None:
    """The bytes of one part; None when they aren't what the directory says (never more than it says)."""
    packed = data[entry.body : entry.body + entry.packed]
    if entry.method == 8:
        unpacker = zlib.decompressobj(-15)
        try:
            plain = unpacker.decompress(packed, entry.size + 1)
        except zlib.error:
            return None
    elif entry.method == 0:
        plain = packed
    else:
        return None
    return plain if len(plain) == entry.size and zlib.crc32(plain) == entry.crc else None


class Packed(NamedTuple):
    """A part as it will stand in a container."""

    body: list[bytes]
    """Its deflated bytes, in pieces."""
    packed: int
    size: int
    crc: int


def pack(pieces: Iterable[bytes]) -> Packed:
    """Deflate a part, piece after piece; a long one in a second thread, while the next piece is made."""
    coming = iter(pieces)
    first = next(coming, b"")
    second = next(coming, None)
    if second is None:
        return _deflated((first,))
    from queue import SimpleQueue
    from threading import Thread

    queue: SimpleQueue[bytes | None] = SimpleQueue()
    done: list[Packed] = []
    thread = Thread(target=lambda: done.append(_deflated(iter(queue.get, None))))
    thread.start()
    try:
        for piece in chain((first, second), coming):
            queue.put(piece)
    finally:
        queue.put(None)
        thread.join()
    return done[0]


def _deflated(pieces: Iterable[bytes]) -> Packed:
    """At the fastest level: on a workbook's XML the others take several times as long for a quarter less."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    size, crc, body = 0, 0, []
    for piece in pieces:
        size += len(piece)
        crc = zlib.crc32(piece, crc)
        body.append(packer.compress(piece))
    body.append(packer.flush())
    return Packed(body, sum(map(len, body)), size, crc)


def unpacked(part: Packed) -> bytes:
    """The content of a part that was packed."""
    return zlib.decompress(b"".join(part.body), -15)


def assembled(
    data: bytes, entries: Iterable[Entry], replaced: Mapping[str, Packed], removed: frozenset[str] = frozenset()
) -> list[bytes | memoryview]:
    """The same container with some parts replaced or left out, in pieces to be written one after the other.

    Every other part is copied as the compressed bytes, header and descriptor it is; order and dates stay.
    """
    view = memoryview(data)
    kept = [entry for entry in entries if entry.name not in removed]
    pieces: list[bytes | memoryview] = []
    records = []
    at = 0
    for entry in sorted(kept, key=lambda entry: entry.start):
        if part := replaced.get(entry.name):
            header, record = _headed(entry, part, at)
            pieces += [header, *part.body]
            length = len(header) + part.packed
        else:
            record = _moved(entry, at)
            pieces.append(view[entry.start : entry.end])
            length = entry.end - entry.start
        records.append((entry, record))
        at += length
    place = {entry.name: index for index, entry in enumerate(kept)}
    blob = b"".join(record for _, record in sorted(records, key=lambda pair: place[pair[0].name]))
    pieces.append(blob)
    pieces.append(_END.pack(b"PK\5\6", 0, 0, len(kept), len(kept), len(blob), at, 0))
    return pieces


def _headed(entry: Entry, part: Packed, at: int) -> tuple[bytes, bytes]:
    """Local header, and directory record, of a part that has new content."""
    fields = list(_CENTRAL.unpack_from(entry.record))
    name_length, extra_length = fields[10], fields[11]
    name = entry.record[_CENTRAL.size : _CENTRAL.size + name_length]
    comment = entry.record[_CENTRAL.size + name_length + extra_length :]
    flags = entry.flags & _UTF8
    local = (20, flags, 8, fields[5], fields[6], part.crc, part.packed, part.size, name_length, 0)
    record = [*fields[:2], *local[:8], name_length, 0, *fields[12:16], at]
    return _LOCAL.pack(b"PK\3\4", *local) + name, _CENTRAL.pack(*record) + name + comment


def _moved(entry: Entry, at: int) -> bytes:
    """The directory record of a part that now begins at `at`."""
    record = entry.record
    if record[42:46] != b"\xff\xff\xff\xff":
        return record[:42] + at.to_bytes(4, "little") + record[46:]
    fields = _CENTRAL.unpack_from(record)
    extra_at = _CENTRAL.size + fields[10]
    _, wide_at = _wide(record[extra_at : extra_at + fields[11]], (fields[9], fields[8], fields[16]))
    if wide_at < 0:
        return record[:42] + struct.pack("<L", at) + record[46:]
    wide_at += extra_at
    return record[:wide_at] + struct.pack("<Q", at) + record[wide_at + 8 :]

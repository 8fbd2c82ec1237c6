"""Writing a file so that nobody loses one: look for the locks of spreadsheet programs, replace in one step."""

from __future__ import annotations

import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, TypeAlias

from .errors import CbamError

StrPath: TypeAlias = str | os.PathLike[str]

SLOTS = 8
"""Names a temporary file may take; as many programs can save the same file at the same moment."""


class BookError(CbamError):
    """A workbook file cannot be read or written; the text says what is wrong and what to do."""


class LockedError(BookError):
    """The workbook is open in a spreadsheet program, so that writing it would lose work."""


def check_unlocked(path: StrPath) -> None:
    """Raise `LockedError` when Excel or LibreOffice has the file open; reading an open file is fine.

    Excel leaves `~$name.xlsx`, LibreOffice `.~lock.name.xlsx#` beside the file while it is open there.
    """
    text = os.fspath(path)
    for place in dict.fromkeys((os.path.abspath(text), os.path.realpath(text))):
        folder, name = os.path.split(place)
        for program, lock in (("Excel", f"~${name}"), ("LibreOffice", f".~lock.{name}#")):
            if os.path.lexists(os.path.join(folder, lock)):
                raise LockedError(
                    f"{name} is open in {program}: close it, or press Recalculate there. "
                    f"If it isn't open anywhere, delete the file {lock}."
                )


def check_new(path: StrPath) -> None:
    """Raise `BookError` when something bears this name already."""
    if os.path.lexists(path):
        raise BookError(f"{os.fspath(path)} exists already: choose another name, or remove it first.")


def write_atomically(
    path: StrPath, pieces: Iterable[bytes | memoryview], check: Callable[[], None] = lambda: None
) -> None:
    """Write `pieces` into the file `path`: killed at any moment, the old or the new file stands there, whole.

    A symbolic link stays and its target is replaced; the permissions of an existing file are kept. The temporary
    file stands in the same folder; one that a killed program left behind is removed by the next save.
    `check` is called at the very end, when no other run of this program can replace a file in that folder; what it
    raises leaves everything as it was.

    Raises:
        BookError: the file or its folder is write-protected, the disk is full, or the folder is missing.
        LockedError: another program holds the file (Windows).
    """
    target = os.path.realpath(os.fspath(path))
    folder, name = os.path.split(target)
    old = _status(target)
    if old is not None and not stat.S_ISREG(old.st_mode):
        raise BookError(f"{name} is not a file: choose another name for the workbook.")
    if old is not None and not os.access(target, os.W_OK):
        raise BookError(f"{name} is write-protected: remove the protection, or write to another file with -o.")
    try:
        file, temporary = _temporary(folder, name)
        done = False
        try:
            with file:
                for piece in pieces:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
                _keep_permissions(temporary, old)
                if os.name == "nt":  # there an open file can't be moved; elsewhere the lock holds until it is
                    file.close()
                with _sole(folder, name):
                    check()
                    _replace(temporary, target)
                done = True
        finally:
            if not done and os.path.lexists(temporary):
                os.unlink(temporary)
    except OSError as error:
        raise BookError(_sentence(error, name, folder)) from error


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except OSError:
        return None


def _temporary(folder: str, name: str) -> tuple[BinaryIO, str]:
    """A new, locked file beside the target; remains of killed programs are removed on the way."""
    taken: tuple[BinaryIO, str] | None = None
    for slot in range(SLOTS):
        path = os.path.join(folder, f".cbam-{zlib.crc32(name.encode('utf-8', 'surrogateescape')):08x}-{slot}.tmp")
        if os.path.lexists(path):
            _remove_remains(path)
        if taken is None:
            try:
                file = open(path, "xb")  # noqa: SIM115 - handed to the caller, who closes it
            except FileExistsError:
                continue
            if _lock(file, path):
                taken = file, path
            else:
                file.close()
    if taken is None:
        raise BookError(f"{name} is being saved by other programs: wait a moment and try again.")
    return taken


def _lock(file: BinaryIO, path: str) -> bool:
    """Mark the temporary file as in use; False when it was taken for remains and removed in between."""
    if sys.platform == "win32":
        return True  # an open file can't be removed there
    import fcntl

    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks: there nobody takes a file for remains either
    now = _status(path)
    return now is not None and os.path.samestat(now, os.fstat(file.fileno()))


@contextmanager
def _sole(folder: str, name: str) -> Iterator[None]:
    """Until the end no other run of this program replaces a file in a folder; not on Windows, which can't lock one."""
    if sys.platform == "win32":
        yield
        return
    import fcntl
    from time import sleep

    place = os.open(folder or ".", os.O_RDONLY)
    try:
        for pause in (0.02, 0.1, 0.3, 0.6, 0.0):
            try:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                sleep(pause)
            except OSError:
                break  # a file system without locks
        else:
            raise BookError(f"{name} is being saved by another program: wait a moment and try again.")
        yield
    finally:
        os.close(place)


def _remove_remains(path: str) -> None:
    """Remove a temporary file that no living program holds."""
    try:
        if sys.platform == "win32":
            os.unlink(path)  # fails while a program has it open
            return
        import fcntl

        with open(path, "rb") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.stat(path), os.fstat(file.fileno())):
                os.unlink(path)
    except OSError:
        return


def _keep_permissions(temporary: str, old: os.stat_result | None) -> None:
    """Give the new file the mode, and where allowed the owner, of the one it replaces."""
    if old is None:
        return
    new = os.stat(temporary)
    if sys.platform != "win32" and (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        with suppress(OSError):
            os.chown(temporary, old.st_uid, old.st_gid)
    os.chmod(temporary, stat.S_IMODE(old.st_mode))


def _replace(temporary: str, target: str) -> None:
    """`os.replace`, waiting a little for virus scanners and indexers that hold a file on Windows."""
    from time import sleep

    for pause in (0.05, 0.15, 0.4):
        try:
            return os.replace(temporary, target)
        except PermissionError:
            sleep(pause)
    try:
        return os.replace(temporary, target)
    except PermissionError as error:
        raise LockedError(
            f"{os.path.basename(target)} is held by another program: close it there and try again."
        ) from error


def _sentence(error: OSError, name: str, folder: str) -> str:
    """What an operating system error means for the person who wants to save."""
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{name} was not written: the disk is full. The file is as it was; free some space and try again."
    if error.errno == errno.ENOENT:
        return f"{name} was not written: the folder {folder} is missing. Make it, or choose another place."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{name} was not written: the folder {folder} is write-protected. Choose another place with -o."
    return f"{name} was not written ({error.strerror or error}). The file is as it was; choose another place with -o."

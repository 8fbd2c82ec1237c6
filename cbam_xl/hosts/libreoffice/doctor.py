"""``cbam-xl doctor``, for LibreOffice: whether it is here, and whether it has the extension of this version."""

from __future__ import annotations

from collections.abc import Iterator

from ...libreoffice import program
from ...locks import BookError
from ..excel.doctor import Line
from . import install
from .extension import OLDEST


def examine(*options: str) -> Iterator[Line]:
    """LibreOffice and its extension; ``options`` name another profile than the user's."""
    from ... import __version__

    adder = program("unopkg")
    try:
        found = install.office_version()
        if adder is None or found is None:
            yield Line(None, "LibreOffice wasn't found here")
            return
        words = f"LibreOffice {'.'.join(map(str, found))}"
        if found and found < install.version(OLDEST):
            yield Line(None, f"{words}: live cells need {OLDEST} or newer")
            return
        added = install.added(adder, *options)
    except BookError as error:
        yield Line(None, str(error))
        return
    if not added:
        yield Line(None, f"{words}, without the extension for live cells: cbam-xl install --libreoffice")
    else:
        other = f", but this is {__version__}: cbam-xl install --libreoffice"
        yield Line(added == __version__, f"{words} with the extension {added}" + other * (added != __version__))

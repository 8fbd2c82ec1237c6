"""The extension ``cbam_xl.oxt``: declarations, the component, and the Python that it runs, packed into one file.

It needs no Python but LibreOffice's own and no other package, because the way of a live cell is standard library.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ..container import container
from . import declaration

OLDEST = "25.2"
"""The first LibreOffice known to find the functions when it opens a workbook; 7.4 doesn't."""
IDENTIFIER = "org.cbamxl.extension"
COMPONENT = "cbam_component.py"
LEFT_OUT = ("__pycache__", "excel", "_data")
"""Folders of cbam_xl that LibreOffice has no use for."""

_TYPES = {
    "CbamFunctions.idl": "application/vnd.sun.star.uno-typelibrary;type=RDB",
    "CalcAddIns.xcu": "application/vnd.sun.star.configuration-data",
    "Addons.xcu": "application/vnd.sun.star.configuration-data",
    "CalcWindowState.xcu": "application/vnd.sun.star.configuration-data",
    "ProtocolHandler.xcu": "application/vnd.sun.star.configuration-data",
    "cbam.components": "application/vnd.sun.star.uno-components",
}
_COMPONENTS = f"""<?xml version="1.0" encoding="UTF-8"?>
<components xmlns="http://openoffice.org/2010/uno-components">
 <component loader="com.sun.star.loader.Python" uri="{COMPONENT}">
  <implementation name="{declaration.SERVICE}Impl"><service name="{declaration.SERVICE}"/></implementation>
  <implementation name="{declaration.COMMANDS_SERVICE}Impl">
   <service name="com.sun.star.frame.ProtocolHandler"/></implementation>
 </component>
</components>
"""
_DESCRIPTION = """<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006"
 xmlns:dep="http://openoffice.org/extensions/description/2006" xmlns:lo="http://libreoffice.org/extensions/description/2011">
 <identifier value="{identifier}"/><version value="{version}"/>
 <display-name><name lang="en">CBAM: embedded emissions (cbam_xl)</name></display-name>
 <dependencies><lo:LibreOffice-minimal-version value="{oldest}" dep:name="LibreOffice {oldest}"/></dependencies>
</description>
"""


def parts() -> dict[str, bytes]:
    """What the extension holds, by path."""
    from cbam_udfs import FUNCTIONS

    from ... import __version__

    texts = {
        "CbamFunctions.idl": declaration.interface(FUNCTIONS),
        "CalcAddIns.xcu": declaration.function_help(FUNCTIONS),
        "Addons.xcu": declaration.menu(),
        "CalcWindowState.xcu": declaration.toolbar(),
        "ProtocolHandler.xcu": declaration.handler(),
        "cbam.components": _COMPONENTS,
        "description.xml": _DESCRIPTION.format(identifier=IDENTIFIER, version=__version__, oldest=OLDEST),
        "META-INF/manifest.xml": _manifest(),
    }
    found = {path: text.encode() for path, text in texts.items()}
    found[COMPONENT] = Path(__file__).with_name("component.py").read_bytes()
    return found | {f"pythonpath/{path}": content for path, content in _python()}


def _manifest() -> str:
    entries = "".join(f' <manifest:file-entry manifest:media-type="{kind}" manifest:full-path="{path}"/>\n'
                      for path, kind in _TYPES.items())  # fmt: skip
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n{entries}</manifest:manifest>\n'
    )


def _python() -> Iterator[tuple[str, bytes]]:
    """The packages cbam_xl and cbam_udfs, the reference sheets, and the empty workbook."""
    import cbam_udfs

    from ... import reference
    from ...road import templates

    for package, folder in (("cbam_xl", Path(reference.__file__).parent), ("cbam_udfs", Path(cbam_udfs.__path__[0]))):
        for path in sorted(folder.rglob("*.py")):
            inside = path.relative_to(folder)
            if not set(inside.parts) & set(LEFT_OUT):
                yield f"{package}/{inside.as_posix()}", path.read_bytes()
    empty = "templates/cbam_installation.xlsx"  # an import fills it
    yield f"cbam_xl/_data/{empty}", (templates().parent / empty).read_bytes()
    sheets = Path(reference.folder())
    for path in sorted(sheets.glob("*.csv")):
        yield f"cbam_xl/_data/reference_sheets/{path.name}", path.read_bytes()


def build() -> bytes:
    """The extension as a file; the same sources give the same parts."""
    return container(parts())


def unpack(folder: str | os.PathLike[str]) -> None:
    """Write the parts into a folder, from which LibreOffice can load them without an installation."""
    for path, content in parts().items():
        target = Path(folder) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

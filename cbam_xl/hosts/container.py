"""The file that holds a workbook or an extension: the same bytes for the same parts, on any day and any machine."""

from __future__ import annotations

from collections.abc import Mapping

STAMP = (2024, 1, 1, 0, 0, 0)
"""The date that every part bears."""


def container(parts: Mapping[str, bytes]) -> bytes:
    """A file from its parts, in their order."""
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, STAMP)
            entry.create_system, entry.external_attr = 0, 0
            file.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()

"""Pictures of the workbook for the documentation: ``python templates/pictures.py`` (needs LibreOffice and poppler).

Each picture is one sheet of a worked example, printed on one page by LibreOffice and cut to what is on it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from openpyxl import load_workbook
from openpyxl.styles import Border
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).parent
DOTS = 130  # per inch
MARGIN = 12  # dots left around what is on the page


class Picture(NamedTuple):
    """A picture, the example and the sheet that it shows, and down to which row."""

    name: str
    example: str
    sheet: str
    last_row: int = 0


PICTURES = (
    Picture("start", "cement", "Start"),
    Picture("source_streams", "steel_bf_bof", "Source streams", 26),
    Picture("material_flows", "cement", "Material flows", 20),
    Picture("results", "cement", "Results", 18),
)


def single_page(picture: Picture, path: Path) -> None:
    """A copy of the example in which the picture's sheet stands first, on one page without footer."""
    wb = load_workbook(HERE / "examples" / f"{picture.example}.xlsx")
    ws: Worksheet = wb[picture.sheet]
    wb.move_sheet(ws, -wb.index(ws))
    for link in ws.merged_cells.ranges:  # loading gives merged cells the border of their column
        for row, column in link.cells:
            ws.cell(row, column).border = Border()
    ws.HeaderFooter.oddFooter = HeaderFooterItem()
    ws.page_setup.fitToHeight = 1
    if picture.last_row:
        ws.print_area = f"A1:{get_column_letter(ws.max_column)}{picture.last_row}"
    wb.save(path)


def run(*command: str | Path) -> bytes:
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, timeout=180).stdout


def extent(page: bytes) -> tuple[int, int, int, int]:
    """Left, top, width and height of what isn't white on a page (a grey bitmap, PGM)."""
    _, size, _, pixels = page.split(b"\n", 3)
    width, height = map(int, size.split())
    rows = [pixels[y * width : (y + 1) * width] for y in range(height)]
    inked = [y for y, row in enumerate(rows) if row.strip(b"\xff")]
    left = min(width - len(rows[y].lstrip(b"\xff")) for y in inked)
    right = max(len(rows[y].rstrip(b"\xff")) for y in inked)
    x, y = max(left - MARGIN, 0), max(inked[0] - MARGIN, 0)
    return x, y, min(right + MARGIN, width) - x, min(inked[-1] + MARGIN, height) - y


def draw(picture: Picture, folder: Path) -> Path:
    """Make one picture; returns its path."""
    book = folder / f"{picture.name}.xlsx"
    single_page(picture, book)
    run("soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, book)
    pdf = book.with_suffix(".pdf")
    page = run("pdftoppm", "-r", str(DOTS), "-gray", "-f", "1", "-l", "1", pdf)
    x, y, width, height = map(str, extent(page))
    out = HERE / f"{picture.name}.png"
    run("pdftoppm", "-r", str(DOTS), "-png", "-singlefile", "-x", x, "-y", y, "-W", width, "-H", height, pdf,
        out.with_suffix(""))  # fmt: skip
    return out


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        for picture in PICTURES:
            print(draw(picture, Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

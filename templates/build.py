"""Builds the installation workbook and the worked examples: ``python templates/build.py [--check]``.

Everything comes from the declaration in :mod:`cbam_xl.sheets` and from the reference sheets. The same sources give the
same file, byte by byte; ``--check`` says whether the files in the tree are those that the sources give.
"""

from __future__ import annotations

import io
import os
import re
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

os.environ["OPENPYXL_LXML"] = "False"  # with it openpyxl writes the same workbook in other bytes
HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent)] if str(HERE.parent) not in sys.path else []
sys.path[:0] = [str(HERE)] if str(HERE) not in sys.path else []

import findings  # noqa: E402
import form  # noqa: E402
import functions  # noqa: E402
import glossary  # noqa: E402
import lists  # noqa: E402
import lite  # noqa: E402
import look  # noqa: E402
import mistakes  # noqa: E402
import results  # noqa: E402
import rules  # noqa: E402
import start  # noqa: E402
import tables  # noqa: E402
from openpyxl import Workbook  # noqa: E402

from cbam_xl.hosts.container import container  # noqa: E402
from cbam_xl.sheets.declare import FIRST_ROW  # noqa: E402
from cbam_xl.sheets.inputs import BY_NAME, INSTALLATION, SHEETS  # noqa: E402
from cbam_xl.sheets.outputs import OUTPUTS, START  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

TEMPLATE = HERE / "cbam_installation.xlsx"
LIVE = "cbam_installation_live.xlsx"
MACROS = "cbam_installation.xlsm"
EXAMPLES = HERE / "examples"
README = EXAMPLES / "README.md"
ORDER = [START, *(s.name for s in SHEETS), *(o.name for o in OUTPUTS), lists.NAME, glossary.NAME, findings.NAME]
ABOUT = ("title", "about", "expect", "allow")  # keys of an example that aren't inputs
TEXTS = b'<ignoredErrors><ignoredError sqref="A1:ZZ5000" numberStoredAsText="1"/></ignoredErrors>'
"""CN codes and post codes are text; Excel needn't mark each of them."""
WHEN = "2024-01-01T00:00:00Z"


def neighbours(name: str) -> list[tuple[str, str]]:
    """The sheets that a sheet's band links to, with the words of the link: Start, the one before, the one after."""
    place = ORDER.index(name)
    before = ORDER[1:place][-1:]
    return [*((n, f"◂ {n}") for n in (START, *before)), *((n, f"{n} ▸") for n in ORDER[place + 1 : place + 2])]


def workbook(live: bool = False) -> Workbook:
    """The empty installation workbook; ``live`` with the sheets of the functions and room for live cells."""
    wb = Workbook()
    wb.remove(wb.worksheets[0])
    for name in ORDER:
        wb.create_sheet(name)
    ranges = lists.build(wb, neighbours(lists.NAME))
    glossary.build(wb, neighbours(glossary.NAME))
    findings.build(wb, neighbours(findings.NAME))
    for number, sheet in enumerate(SHEETS, 1):
        lay_out = form.build if sheet is INSTALLATION else tables.build
        lay_out(wb, sheet, ranges, neighbours(sheet.name), f"step {number} of {len(SHEETS)}")
    for output in OUTPUTS:
        results.build(wb, output, neighbours(output.name))
    start.build(wb)
    if live:
        start.live(wb[START])
        functions.build(wb, [(START, f"◂ {START}"), (findings.NAME, f"◂ {findings.NAME}")])
    wb.calculation.fullCalcOnLoad = True
    wb.properties.creator, wb.properties.title = "cbam_xl", "CBAM installation workbook"
    return wb


def enter(wb: Workbook, data: Mapping[str, Sequence[Mapping[str, object]]], values: Mapping[str, object]) -> None:
    """Write inputs, by sheet and field name, into an empty workbook. Raises KeyError for a name that isn't declared."""
    places = {f.column.field: f for f in form.fields(INSTALLATION)}
    for field, value in values.items():
        wb[INSTALLATION.name].cell(places[field].row, places[field].value).value = value  # type: ignore[assignment]
    for name, entries in data.items():
        sheet, ws = BY_NAME[name], wb[name]
        for row, entry in enumerate(entries, FIRST_ROW):
            for field, value in entry.items():
                write(ws, f"{rules.letter(sheet, field)}{row}", value)


def write(ws: Worksheet, address: str, value: object) -> None:
    """A value in a table cell, with the looks of its column."""
    cell = ws[address]
    cell.value = value
    look.same(cell, ws.column_dimensions[cell.column_letter])


def packed(wb: Workbook) -> bytes:
    """The workbook as a file, with nothing in it that depends on the day or the machine."""
    raw = io.BytesIO()
    wb.save(raw)
    return settled(raw.getvalue())


def settled(file: bytes) -> bytes:
    """A workbook file with one fixed date and one way of packing."""
    with zipfile.ZipFile(io.BytesIO(file)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    for name, content in parts.items():
        if name.startswith("xl/worksheets/sheet") and TEXTS not in content:
            parts[name] = content.replace(b"</headerFooter>", b"</headerFooter>" + TEXTS)
        if name == "docProps/core.xml":
            parts[name] = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", WHEN.encode(), content)
    return container(parts)


def build(path: Path = TEMPLATE) -> None:
    """Write the empty workbook."""
    path.write_bytes(packed(workbook()))


def build_live(folder: Path) -> list[Path]:
    """Write the editions with live cells: for Lite and LibreOffice, and for Excel with macros and ribbon."""
    from cbam_udfs import FUNCTIONS, call

    from cbam_xl import __version__, attribution, road
    from cbam_xl.books import FileBook
    from cbam_xl.hosts.excel import bake
    from cbam_xl.package import Package
    from cbam_xl.sheets import live, used_names

    plain, macros = folder / LIVE, folder / MACROS
    plain.write_bytes(packed(workbook(live=True)))
    book = Package(plain)
    source = FileBook(plain)
    used_names.fill(book, source)
    live.write(book, source, attribution.recalculate(road.read_book(source)), call, stamp=False)
    book.save(plain)
    plain.write_bytes(settled(plain.read_bytes()))
    macros.write_bytes(settled(bake.baked(Package(plain), FUNCTIONS, __version__)))
    plain.write_bytes(settled(container(lite.with_lite(Package(plain), __version__))))
    return [plain, macros]


def fill(path: Path, data: Mapping[str, Sequence[Mapping[str, object]]], values: Mapping[str, object]) -> None:
    """Write a workbook with inputs: ``data`` by table and field, ``values`` of the form by field."""
    wb = workbook()
    enter(wb, data, values)
    path.write_bytes(packed(wb))


def recalculate(path: Path) -> None:
    """Fill the result sheets of an example. Raises ValueError when its inputs have errors."""
    from cbam_xl import attribution, road
    from cbam_xl.package import Package
    from cbam_xl.sheets import results as written

    installation = road.read(path)
    report = attribution.recalculate(installation)
    if errors := [str(i) for i in report.issues if i.level == "error"]:
        raise ValueError(f"{path.name} has errors:\n" + "\n".join(errors))
    book = Package(path)
    written.write(book, installation, report, "when this example was built")
    book.save(path)
    path.write_bytes(settled(path.read_bytes()))


def example(source: Path, path: Path) -> None:
    """Write the workbook of one worked example from its TOML file: tables by sheet, the form as "Installation".

    One with mistakes has no results: its user is to find them.
    """
    data = {name: part for name, part in mistakes.example(source).items() if name not in ABOUT}
    fill(path, data, data.pop(INSTALLATION.name, {}))
    if not mistakes.read(source):
        recalculate(path)


def write_all(folder: Path) -> list[Path]:
    """Write template and examples below ``folder`` as they lie below templates/; returns their paths there."""
    made = [folder / TEMPLATE.name]
    build(made[0])
    made += build_live(folder)
    (folder / EXAMPLES.name).mkdir(exist_ok=True)
    for source in sorted(EXAMPLES.glob("*.toml")):
        made.append(folder / EXAMPLES.name / f"{source.stem}.xlsx")
        example(source, made[-1])
    return made


def parts(path: Path) -> dict[str, bytes]:
    """The parts of a workbook file; compression doesn't count, because it differs between versions of zlib."""
    if not path.exists():
        return {}
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def stale() -> list[Path]:
    """Files in the tree, of text those parts that are made, that differ from what the sources give."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        fresh = write_all(Path(folder))
        old = [p for p in (f.relative_to(folder) for f in fresh) if parts(Path(folder) / p) != parts(HERE / p)]
    return old if mistakes.written(README) == README.read_text(encoding="utf-8") else [*old, README.relative_to(HERE)]


def main(arguments: list[str]) -> int:
    """Build, or with ``--check`` compare; 1 when a file in the tree is out of date."""
    if arguments == ["--check"]:
        old = stale()
        for path in old:
            print(f"templates/{path} isn't what the sources give; run: python templates/build.py", file=sys.stderr)
        return 1 if old else 0
    for path in write_all(HERE):
        print(path)
    README.write_text(mistakes.written(README), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

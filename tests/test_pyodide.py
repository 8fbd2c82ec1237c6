"""The built wheel in Pyodide, the Python of xlwings Lite: the function path needs nothing but its standard library."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import xl_engine
from conftest import CHECKOUT, missing
from live import ranges
from live_books import filled
from test_wheel import wheel as wheel

import cbam_xl
from cbam_xl import attribution
from cbam_xl.books import FileBook
from cbam_xl.sheets.declare import FIRST_ROW

PROGRAM = """
import sys, time
sys.path.insert(0, "/wheel")
start = time.perf_counter()
from cbam_udfs import FUNCTIONS, call
imported = time.perf_counter() - start
import json
cells = json.loads(CELLS)
start = time.perf_counter()
block = [[call("CBAM_READ", sheet, rows)] for sheet, rows in cells.items()]
see = [call("CBAM_SEE_TOTAL", name, block) for name in NAMES]
solved = time.perf_counter() - start
heavy = sorted({"numpy", "pandas", "pint", "openpyxl", "xlwings", "python_calamine"} & set(sys.modules))
print(json.dumps({"see": see, "functions": len(FUNCTIONS), "heavy": heavy, "platform": sys.platform,
                  "energy": call("CBAM_COMBUSTION", 252000, 45, 73), "imported": imported, "solved": solved,
                  "explained": len(call("CBAM_EXPLAIN", "", NAMES[0], block))}))
"""


LITE = """
import sys, time
sys.path.insert(0, "/wheel")
import xlwings
start = time.perf_counter()
import cbam_udfs.lite
imported = time.perf_counter() - start
heavy = sorted({"numpy", "pandas", "pint", "openpyxl", "python_calamine"} & set(sys.modules))
import json, zipfile
from xml.etree import ElementTree
import xl_engine
with zipfile.ZipFile("/wheel/plant.xlsx") as file:
    extension = ElementTree.fromstring(file.read("xl/webextensions/webextension1.xml"))
(code,) = (p.attrib["value"] for p in extension.iter() if p.attrib.get("name") == "main.py")
main = {}
exec(json.loads(code), main)
app = xl_engine.started()
book = xlwings.Book("/wheel/plant.xlsx")
start = time.perf_counter()
main["recalculate_installation"](book)
ran = time.perf_counter() - start
from pyodide.ffi import jsnull
print(json.dumps({"told": app.alerts, "imported": imported, "ran": ran, "heavy": heavy,
                  "trace": book.sheets["Trace"].used_range.last_cell.row,
                  "blank": main["CBAM_COMBUSTION"](252000, jsnull, 73),
                  "left_out": main["CBAM_COMBUSTION"](1, 45, 73, jsnull),
                  "not_free": [m for m in sys.modules if m.startswith(("xlwings.pro", "xlwings.server"))]}))
"""


@pytest.fixture(scope="module")
def pyodide() -> tuple[str, Path]:
    """Node, and the folder of the npm package pyodide: CBAM_XL_PYODIDE, or .ci/node_modules of the checkout."""
    node = shutil.which("node") or missing("Node isn't installed.")
    folder = Path(os.environ.get("CBAM_XL_PYODIDE") or CHECKOUT / ".ci" / "node_modules" / "pyodide")
    if not (folder / "pyodide.mjs").is_file():
        missing(f"Pyodide isn't in {folder}: npm install --no-save pyodide@314.0.7")
    return node, folder


def run(node: str, folder: Path, program: str, *wheels: Path) -> dict[str, Any]:
    """What a program prints last, as JSON."""
    done = subprocess.run([node, CHECKOUT / "tests" / "pyodide.mjs", folder, *wheels], input=program, text=True,
                          capture_output=True, timeout=280)  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_functions_run_in_the_browsers_python(pyodide: tuple[str, Path], wheel: Path) -> None:
    report = attribution.recalculate(cbam_xl.read(cbam_xl.example("cement")))
    cells = {sheet: [["" if v is None else v.isoformat() if isinstance(v, date) else v for v in row] for row in rows]
             for sheet, rows in ranges(FileBook(cbam_xl.example("cement"))).items()}  # fmt: skip
    names = [b.name for b in report.processes]
    node, folder = pyodide
    program = f"CELLS = {json.dumps(cells)!r}\nNAMES = {names!r}\n{PROGRAM}"
    found = run(node, folder, program, wheel)
    print(f"Pyodide: import {found['imported']:.2f} s, first figures {found['solved']:.2f} s")
    assert found["see"] == pytest.approx([b.see_total for b in report.processes], rel=1e-12)
    assert (found["platform"], found["heavy"]) == ("emscripten", [])
    assert found["energy"] == 827_820.0
    assert found["functions"] > 60
    assert found["explained"] > 10


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    """What takes the place of Lite: the free part of xlwings, the engine for files, and a filled workbook."""
    path = tmp_path / "stand_in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("xlwings", "openpyxl", "et_xmlfile"):
            spec = find_spec(name)
            assert spec is not None
            assert spec.origin is not None
            package = Path(spec.origin).parent
            for module in package.rglob("*.py"):
                if (package / "pro") not in module.parents:
                    archive.write(module, module.relative_to(package.parent))
        archive.write(xl_engine.__file__, "xl_engine.py")
        archive.write(filled(tmp_path / "plant.xlsx"), "plant.xlsx")
    return path


def test_a_script_of_the_workbook_runs_in_the_browsers_python(
    pyodide: tuple[str, Path], wheel: Path, stand_in: Path
) -> None:
    report = attribution.recalculate(cbam_xl.read(cbam_xl.example("cement")))
    found = run(*pyodide, LITE, wheel, stand_in)
    print(f"Pyodide: import of cbam_udfs.lite {found['imported']:.2f} s, recalculation {found['ran']:.2f} s")
    (told,) = found["told"]
    for balance in report.processes:
        assert f"{balance.name}: {balance.see_total:.5f}" in told
    assert found["trace"] == len(report.terms) + FIRST_ROW - 1
    assert (found["heavy"], found["not_free"]) == ([], [])
    assert found["blank"].startswith("#CBAM value-missing: ncv")
    assert found["left_out"] == pytest.approx(3.285)

"""The built wheel in Pyodide, the Python of xlwings Lite: the function path needs nothing but its standard library."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from conftest import CHECKOUT, missing
from live import ranges
from test_wheel import wheel as wheel

import cbam_xl
from cbam_xl import attribution
from cbam_xl.books import FileBook

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


@pytest.fixture(scope="module")
def pyodide() -> tuple[str, Path]:
    """Node, and the folder of the npm package pyodide: CBAM_XL_PYODIDE, or .ci/node_modules of the checkout."""
    node = shutil.which("node") or missing("Node isn't installed.")
    folder = Path(os.environ.get("CBAM_XL_PYODIDE") or CHECKOUT / ".ci" / "node_modules" / "pyodide")
    if not (folder / "pyodide.mjs").is_file():
        missing(f"Pyodide isn't in {folder}: npm install --no-save pyodide@314.0.7")
    return node, folder


def test_functions_run_in_the_browsers_python(pyodide: tuple[str, Path], wheel: Path) -> None:
    report = attribution.recalculate(cbam_xl.read(cbam_xl.example("cement")))
    cells = {sheet: [["" if v is None else v.isoformat() if isinstance(v, date) else v for v in row] for row in rows]
             for sheet, rows in ranges(FileBook(cbam_xl.example("cement"))).items()}  # fmt: skip
    names = [b.name for b in report.processes]
    node, folder = pyodide
    program = f"CELLS = {json.dumps(cells)!r}\nNAMES = {names!r}\n{PROGRAM}"
    done = subprocess.run([node, CHECKOUT / "tests" / "pyodide.mjs", folder, wheel], input=program, text=True,
                          capture_output=True, timeout=280)  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"Pyodide: import {found['imported']:.2f} s, first figures {found['solved']:.2f} s")
    assert found["see"] == pytest.approx([b.see_total for b in report.processes], rel=1e-12)
    assert (found["platform"], found["heavy"]) == ("emscripten", [])
    assert found["energy"] == 827_820.0
    assert found["functions"] > 60
    assert found["explained"] > 10

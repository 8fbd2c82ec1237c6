"""The VBA wrappers, compiled and called from cells by LibreOffice; a VBA class stands in for the Python process."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cbam_udfs import FUNCTIONS
from conftest import missing
from openpyxl import Workbook

from cbam_xl.hosts.excel import bake
from cbam_xl.hosts.excel import vba_project as vba
from cbam_xl.package import Package

STAND_IN = """\
Attribute VB_Name = "StandIn"
Public Function CallUDF(module, name, given)
    Dim k, text
    text = module & "." & name
    For k = LBound(given) To UBound(given)
        If IsArray(given(k)) Then
            text = text & "|" & given(k)(3, 1) & " of " & UBound(given(k), 1)
        Else
            text = text & "|" & given(k)
        End If
    Next k
    CallUDF = text
End Function
"""
DRIVER = """\
import json, subprocess, sys, time
import uno
from com.sun.star.beans import PropertyValue

program, profile, path, cells = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])
pipe = f"cbam{abs(hash(profile))}"
office = subprocess.Popen([program, f"-env:UserInstallation={profile}", "--headless", "--norestore",
                           f"--accept=pipe,name={pipe};urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    for _ in range(120):
        try:
            there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            break
        except Exception:
            time.sleep(0.5)
    desktop = there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
    options = []
    for name, value in (("Hidden", True), ("MacroExecutionMode", 4)):  # run the macros, don't ask
        option = PropertyValue()
        option.Name, option.Value = name, value
        options.append(option)
    document = desktop.loadComponentFromURL(path, "_blank", 0, tuple(options))
    sheet = document.Sheets.getByIndex(0)
    document.calculateAll()
    first = {c: sheet.getCellRangeByName(c).String for c in cells}
    sheet.getCellRangeByName("A1").Value = 9
    print(json.dumps([first, {c: sheet.getCellRangeByName(c).String for c in cells}]))
    document.close(True)
    try:
        desktop.terminate()
    except Exception:
        pass
    office.wait(60)
finally:
    office.kill()
"""


@pytest.fixture(scope="module")
def python_with_uno() -> str:
    """A Python that can speak to LibreOffice."""
    for python in ("/usr/bin/python3", "python3"):
        if subprocess.run([python, "-c", "import uno"], capture_output=True).returncode == 0:
            return python
    return missing("No Python has the module uno: install python3-uno.")


def with_stand_in(path: Path, cells: dict[str, str]) -> None:
    """A workbook with these formulas, our wrappers under other names, and a stand-in for Python.

    Other names, because an installed extension of LibreOffice may have the functions already.
    """
    book = Workbook()
    assert book.active is not None
    for cell, value in {"A1": "5", "A2": "x", "A3": "7", **cells}.items():
        book.active[cell] = float(value) if value.isdigit() else value
    book.save(path)
    path.write_bytes(bake.baked(Package(path), FUNCTIONS, "0.1.0"))
    package = Package(path)
    project = vba.unpacked(package.read(bake.PROJECT))
    modules = [m for m in project.modules if m.name not in ("xlwings", "Dictionary")]  # their DLL can't run here
    changed: dict[str, Callable[[str], str]] = {
        "CbamRibbon": lambda t: (
            t.replace("Private Function CbamText", "Public Function CbamText")
            .replace("CbamText", "TryText")
            .replace("= XLPy()", "= New StandIn")
            .replace("    KillPy\n", "")
            .replace("Value2", "Value")
        ),
        "CbamFunctions": lambda t: re.sub(r"\bCBAM_(?!VERSION)", "TRY_", t),
    }
    modules = [m._replace(text=changed.get(m.name, str)(m.text)) for m in modules]
    project = vba.Project((*modules, vba.Module("StandIn", vba.CLASS, STAND_IN)), project.references)
    package.replace(bake.PROJECT, vba.packed(project))
    package.save(path)


def shown_twice(folder: Path, soffice: str, python: str, cells: dict[str, str]) -> list[dict[str, str]]:
    """What the cells show, and what they show when A1 is 9."""
    path = folder / "wrappers.xlsm"
    with_stand_in(path, cells)
    command = [
        python,
        "-c",
        DRIVER,
        soffice,
        (folder / "profile").as_uri(),
        path.as_uri(),
        json.dumps(list(cells)),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=240)
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


def test_a_path_reaches_python_as_it_is(tmp_path: Path, soffice: str, python_with_uno: str) -> None:
    """The macro writes it as a literal of Python that every code page can hold."""
    paths = [r"C:\Users\O'Brien\new\x.xlsx", "/data/Würth & Söhne/工場 {1}.xlsx", "a\"b'\\'", "plain-1_2.xlsx"]
    cells = {f"B{row}": '=TRYTEXT("' + path.replace('"', '""') + '")' for row, path in enumerate(paths, 1)}
    shown, _ = shown_twice(tmp_path, soffice, python_with_uno, cells)
    assert [ast.literal_eval(text) for text in shown.values()] == paths
    assert all(text.isascii() for text in shown.values())


def test_every_wrapper_is_called_from_a_cell_with_its_arguments(
    tmp_path: Path, soffice: str, python_with_uno: str
) -> None:
    cells: dict[str, str] = {}
    wanted: dict[str, list[str]] = {}
    for row, function in enumerate(FUNCTIONS, 1):
        name = function.name.replace("CBAM_", "TRY_")
        arguments = ["A1:A3" if a.matrix else ("A1", "A2")[k % 2] for k, a in enumerate(function.arguments)]
        handed = ["7 of 3" if a.matrix else ("{}", "x")[k % 2] for k, a in enumerate(function.arguments)]
        cells[f"B{row}"] = f"={name}({','.join(arguments)})"
        wanted[f"B{row}"] = [f"cbam_udfs.excel.{name}", *handed]
    before, after = shown_twice(tmp_path, soffice, python_with_uno, cells)
    for first, shown in ((5, before), (9, after)):  # and each follows its argument
        assert {c: text.split("|") for c, text in shown.items()} == {
            c: [part.format(first) for part in parts] for c, parts in wanted.items()
        }

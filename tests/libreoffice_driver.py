"""Drives a LibreOffice without window: one request per line as JSON, one answer per line with its seconds.

Run with the system's Python, which has LibreOffice's module ``uno``; :mod:`tests.libreoffice` starts it and asks.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

ERRORS = {503: "#NUM!", 519: "#VALUE!", 521: "#NULL!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 32767: "#N/A"}
FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "pdf": "calc_pdf_Export"}
START = 60.0
"""Seconds within which the program must answer."""


class Driver:
    """A running LibreOffice, and the workbook that is open in it."""

    def __init__(self, soffice: str, profile: str, extensions: str) -> None:
        import uno

        self._uno = uno
        pipe = f"cbam{uuid.uuid4().hex[:12]}"
        self._process = subprocess.Popen(
            [soffice, "--headless", "--norestore", "--nologo", "--nodefault", f"--accept=pipe,name={pipe};urp;",
             f"-env:UserInstallation={uno.systemPathToFileUrl(profile)}",
             f"-env:BUNDLED_EXTENSIONS={uno.systemPathToFileUrl(extensions)}",
             f"-env:UNO_SHARED_PACKAGES_CACHE={uno.systemPathToFileUrl(profile)}/shared"],  # none of the machine's
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        self._context = self._connected(pipe)
        self._desktop = self._service("com.sun.star.frame.Desktop")
        self._book: Any = None

    def _connected(self, pipe: str) -> Any:
        local = self._uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        end = time.monotonic() + START
        while True:
            try:
                return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            except Exception:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def _service(self, name: str) -> Any:
        return self._context.ServiceManager.createInstanceWithContext(name, self._context)

    def _property(self, name: str, value: object) -> Any:
        made = self._uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        made.Name, made.Value = name, value
        return made

    def open(self, path: str) -> list[str]:
        """Open a workbook in place of the one before; the names of its sheets."""
        self.close()
        url = self._uno.systemPathToFileUrl(path)
        self._book = self._desktop.loadComponentFromURL(url, "_blank", 0, (self._property("Hidden", True),))
        return list(self._book.Sheets.ElementNames)

    def close(self) -> None:
        """Close the workbook without saving."""
        if self._book is not None:
            self._book.close(True)
            self._book = None

    def calculate(self) -> None:
        """Calculate every formula anew."""
        self._book.calculateAll()

    def _cells(self, sheet: str, address: str) -> Any:
        return self._book.Sheets.getByName(sheet).getCellRangeByName(address)

    def put(self, sheet: str, address: str, value: float | str | None) -> None:
        """Write a number, a text or a blank into a cell; a formula when the text begins with "="."""
        cell = self._cells(sheet, address)
        if isinstance(value, str) and value.startswith("="):
            cell.Formula = value
        elif isinstance(value, str):
            cell.String = value
        elif value is None:
            cell.clearContents(1 | 2 | 4 | 16)
        else:
            cell.Value = value

    def array(self, sheet: str, address: str, formula: str) -> None:
        """Write one formula over a fixed range."""
        self._cells(sheet, address).ArrayFormula = formula

    def fill(self, sheet: str, address: str, formulas: list[list[str]]) -> None:
        """Write a block of formulas."""
        self._cells(sheet, address).FormulaArray = tuple(map(tuple, formulas))

    def get(self, sheet: str, address: str) -> list[list[float | str]]:
        """The values of a range, rows of cells; errors as texts."""
        cells = self._cells(sheet, address)
        rows = [list(row) for row in cells.DataArray]
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value is None:
                    number = cells.getCellByPosition(c, r).getError()
                    row[c] = ERRORS.get(number, f"Err:{number}")
        return rows

    def formulas(self, sheet: str, address: str) -> list[list[str]]:
        """The formulas of a range, as the formula bar shows them."""
        return [list(row) for row in self._cells(sheet, address).FormulaArray]

    def used(self, sheet: str) -> str:
        """The address from A1 to the last cell in use."""
        cursor = self._book.Sheets.getByName(sheet).createCursor()
        cursor.gotoEndOfUsedArea(False)
        end: str = cursor.AbsoluteName.split(".")[-1].split(":")[-1].replace("$", "")
        return f"A1:{end}"

    def dispatch(self, command: str, files: dict[str, str] | None = None) -> None:
        """What a click on a menu entry does; what it would ask for is handed over, as a macro can."""
        frame, given = (
            self._book.CurrentController.Frame,
            tuple(self._property(*item) for item in (files or {}).items()),
        )
        self._service("com.sun.star.frame.DispatchHelper").executeDispatch(frame, command, "_self", 0, given)

    def documents(self) -> list[str]:
        """The addresses of all documents that are open."""
        return [document.URL for document in self._desktop.Components]

    def protected(self) -> list[str]:
        """The sheets that are protected."""
        return [sheet.Name for sheet in self._book.Sheets if sheet.isProtected()]

    def timed(self, sheet: str, cell: str, values: list[float], shown: str) -> list[float]:
        """Seconds from typing each value until the figures in other cells can be read."""
        inputs, result = self._cells(sheet, cell), self._cells(*shown.rsplit("!", 1))
        taken = []
        for value in values:
            start = time.perf_counter()
            inputs.Value = value
            _ = result.DataArray
            taken.append(time.perf_counter() - start)
        return taken

    def save(self, path: str) -> None:
        """Save under another name; the ending says the format."""
        kind = FILTERS[path.rsplit(".", 1)[1]]
        self._book.storeToURL(self._uno.systemPathToFileUrl(path), (self._property("FilterName", kind),))

    def functions(self) -> dict[str, list[str]]:
        """What the function wizard says of the functions whose names begin with CBAM: description, then arguments."""
        found = {}
        descriptions = self._service("com.sun.star.sheet.FunctionDescriptions")
        for number in range(descriptions.Count):
            of = {p.Name: p.Value for p in descriptions.getByIndex(number)}
            if of["Name"].startswith("CBAM"):
                found[of["Name"]] = [of["Description"], *(f"{a.Name}: {a.Description}" for a in of["Arguments"])]
        return found

    def stop(self) -> None:
        """End the program."""
        try:
            self.close()
            self._desktop.terminate()
        except Exception:  # the connection goes while it answers
            pass
        self._process.wait(30)


def main(soffice: str, profile: str, extensions: str) -> None:
    """Answer requests until the input ends."""
    driver = Driver(soffice, profile, extensions)
    print(json.dumps({"found": None, "seconds": 0.0}), flush=True)
    try:
        for line in sys.stdin:
            name, *given = json.loads(line)
            do: Callable[..., object] = getattr(driver, name)
            start = time.perf_counter()
            try:
                answer: dict[str, object] = {"found": do(*given)}
            except Exception as error:
                answer = {"failed": f"{name}: {type(error).__name__}: {error}"}
            print(json.dumps(answer | {"seconds": time.perf_counter() - start}), flush=True)
    finally:
        driver.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])

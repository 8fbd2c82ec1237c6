"""Every function through xlwings' own ``call_udf``, on any system: only what Windows would bring is stood in for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from cbam_udfs import FUNCTIONS
from live import block, ranges
from test_functions import FIGURES, REPORT, SAMPLE

import cbam_xl
from cbam_xl.books import FileBook

MISSING = -2147352572
"""What COM hands over for an optional argument that was left out."""
CELLS = ranges(FileBook(cbam_xl.example("cement")))
ENGINE = SimpleNamespace(name="excel", type="desktop", prepare_xl_data_element=lambda value, options: value)
Udf = Callable[..., Any]


class ExcelRange:
    """A range as xlwings' Windows engine hands it over: one cell is a scalar, more are tuples of tuples."""

    def __init__(self, value: Any) -> None:
        self.raw_value = value
        self.address = "$A$1"
        self.max_cells_per_read = None
        self.sheet = SimpleNamespace(book=SimpleNamespace(app=SimpleNamespace(engine=ENGINE, pid=1)))

    @property
    def shape(self) -> tuple[int, int]:
        return (len(self.raw_value), len(self.raw_value[0])) if isinstance(self.raw_value, tuple) else (1, 1)


@pytest.fixture(scope="module")
def call_udf() -> Iterator[Udf]:
    """xlwings' call_udf with cbam_udfs.excel as it would be imported on Windows; everything is put back afterwards."""
    before = dict(sys.modules)
    import xlwings as xw

    stand_ins = {name: ModuleType(name) for name in ("pythoncom", "pywintypes", "win32com", "win32com.client",
                                                     "xlwings._xlwindows", "xlwings.com_server")}  # fmt: skip
    vars(stand_ins["pythoncom"]).update(CoInitialize=lambda: None, IID_IDispatch=None)
    vars(stand_ins["pywintypes"]).update(com_error=OSError)
    vars(stand_ins["win32com.client"]).update(Dispatch=None)
    windows = stand_ins["xlwings._xlwindows"]
    vars(windows).update(Range=lambda xl: xl, is_range_instance=lambda value: isinstance(value, ExcelRange))
    vars(stand_ins["xlwings.com_server"]).update(loop=None)
    sys.modules.update(stand_ins)
    xw.engines.engines_by_name["excel"] = SimpleNamespace(impl=ENGINE)
    kept = xw.func, xw.arg, xw.ret
    udfs = importlib.import_module("xlwings.udfs")
    xw.func, xw.arg, xw.ret = udfs.xlfunc, udfs.xlarg, udfs.xlret
    vars(xw)["_xlwindows"] = windows
    sys.modules.pop("cbam_udfs.excel", None)
    caller = ExcelRange(None)

    def called(name: str, *arguments: Any) -> Any:
        shown = udfs.call_udf("cbam_udfs.excel", name, arguments, None, caller)
        one = isinstance(shown, list) and len(shown) == len(shown[0]) == 1
        return shown[0][0] if one else shown

    yield called
    xw.func, xw.arg, xw.ret = kept
    del xw.engines.engines_by_name["excel"], vars(xw)["_xlwindows"]
    for name in (*stand_ins, "xlwings.udfs", "cbam_udfs.excel"):
        sys.modules.pop(name, None)
    sys.modules.update({name: module for name, module in before.items() if name not in sys.modules})


def handed(text: str) -> Any:
    """An argument of an example as the VBA side hands it over."""
    if not text:
        return MISSING
    if text[0] == '"':
        return text[1:-1]
    return SAMPLE[text] if text in SAMPLE else float(text)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_every_function_takes_its_arguments_through_xlwings(function: Any, call_udf: Udf) -> None:
    texts = function.example.partition("(")[2].removesuffix(")").split(",")
    arguments = [handed(text.strip()) for text in texts]
    arguments += [MISSING] * (len(function.arguments) - len(arguments))
    shown = call_udf(function.name, *arguments)
    assert not str(shown).startswith("#")
    assert isinstance(shown, list) == function.spills
    if function.name in FIGURES:
        wanted = FIGURES[function.name]
        assert shown == (pytest.approx(wanted, rel=1e-9) if isinstance(wanted, float) else wanted)


def test_ranges_arrive_as_ranges_too(call_udf: Udf) -> None:
    """Where VBA passes Range objects instead of their values."""
    rows = tuple((call_udf("CBAM_READ", sheet, ExcelRange(cells), MISSING, MISSING),) for sheet, cells in CELLS.items())
    assert rows == block(CELLS)
    shown = call_udf("CBAM_SEE_DIRECT", ExcelRange("Clinker kiln"), ExcelRange(rows))
    assert shown == REPORT.processes[0].see_direct


def test_without_the_handle_the_cell_shows_the_long_form(call_udf: Udf) -> None:
    assert "=CBAM_SEE_DIRECT(process, installation)" in call_udf("CBAM_SEE_DIRECT", "Clinker kiln", MISSING)


def test_xlwings_knows_help_and_category_of_each(call_udf: Udf) -> None:
    excel = sys.modules.get("cbam_udfs.excel") or importlib.import_module("cbam_udfs.excel")
    assert excel.__all__ == [f.name for f in FUNCTIONS]
    for function in FUNCTIONS:
        info = getattr(excel, function.name).__xlfunc__
        assert (info["ret"]["doc"], info["category"]) == (function.description, function.category)
        assert [a["name"] for a in info["args"]] == [a.name for a in function.arguments]
        assert [a["doc"] for a in info["args"]] == [a.help for a in function.arguments]
        assert ["optional" in a for a in info["args"]] == [a.optional for a in function.arguments]
        assert not info["volatile"]
        assert all(a["options"] == {"convert": "raw"} for a in info["args"])
        assert info["ret"]["options"] == {}


def test_without_windows_they_are_plain_functions() -> None:
    """What xlwings makes of them on macOS and Linux; xlwings' paid parts are never imported."""
    sys.modules.pop("cbam_udfs.excel", None)
    excel = importlib.import_module("cbam_udfs.excel")
    assert excel.CBAM_GWP("N2O") == 265.0
    assert not {"xlwings.pro", "xlwings.server"} & sys.modules.keys()

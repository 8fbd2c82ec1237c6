"""What xlwings Lite does around the functions and scripts of a workbook, for tests: only its rules, none of its code.

Functions: every argument comes as rows, which a range of one cell or of one row sheds again; whole numbers are ints,
blank cells 0, None or the browser's null, error values are objects; what comes back goes into JSON.
Scripts: values are those from before the script, writes wait until it has ended, formulas can't be read, and the
program has no status bar.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from inspect import Parameter, signature
from typing import Any

import pytest
import xl_engine
from cbam_udfs.cells import ERROR_TEXTS

DAY_ZERO = date(1899, 12, 30)
LONGEST = 32_767
"""Characters in a cell."""


class JsNull:
    """A blank cell as a browser hands it over."""


def described(module: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The list of functions that the add-in gives to Excel; a module without a legal one fails here."""
    found = []
    for name, function in sorted(module.items()):
        if name.startswith("CBAM_"):
            kinds = list(signature(function).parameters.values())
            assert all(p.kind is Parameter.POSITIONAL_OR_KEYWORD for p in kinds)
            found.append({"id": name.upper(), "name": name, "description": function.__doc__,
                          "result": {"dimensionality": "matrix", "type": "any"},
                          "parameters": [{"name": p.name, "dimensionality": "matrix", "type": "any",
                                          "optional": p.default is None} for p in kinds]})  # fmt: skip
    listed: list[dict[str, Any]] = json.loads(json.dumps(found))
    return listed


def called(function: Callable[..., Any], arguments: Sequence[Any], blank: Any) -> list[list[Any]]:
    """What the cells show; ``blank`` stands for every blank cell."""
    names = list(signature(function).parameters)
    given = [_shed(_rows(argument, blank)) if argument is not None else None for argument in arguments]
    shown = function(*given, *[None] * (len(names) - len(given)))
    rows = shown if isinstance(shown, list) else [[shown]]
    assert all(isinstance(row, list) and len(row) == len(rows[0]) for row in rows)
    assert all(len(cell) <= LONGEST for row in rows for cell in row if isinstance(cell, str))
    back: list[list[Any]] = json.loads(json.dumps(rows, allow_nan=False))
    return back


def _rows(argument: Any, blank: Any) -> list[list[Any]]:
    rows = argument if isinstance(argument, list | tuple) else ((argument,),)
    return [[_cell(value, blank) for value in row] for row in rows]


def _cell(value: Any, blank: Any) -> Any:
    if value is None:
        return blank
    if isinstance(value, date):
        return (value - DAY_ZERO).days
    if isinstance(value, str) and value in ERROR_TEXTS:
        return {"type": "Error", "basicType": "Error", "basicValue": value}
    return _whole(value)


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _shed(rows: list[list[Any]]) -> Any:
    if len(rows) > 1:
        return rows
    return rows[0][0] if len(rows[0]) == 1 else rows[0]


@contextmanager
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The engine for files behaves as Lite's; writes happen at the end."""
    queue: list[Callable[[], None]] = []

    def wait(method: Callable[..., None]) -> Callable[..., None]:
        return lambda *arguments: queue.append(lambda: method(*arguments))

    def refuse(*_: object) -> None:
        raise NotImplementedError

    clean, data = xl_engine.Engine.clean_value_data, "clean_value_data"
    with monkeypatch.context() as lite:
        for method in ("_set", "clear_contents"):
            lite.setattr(xl_engine.Range, method, wait(getattr(xl_engine.Range, method)))
        for owner, missing in ((xl_engine.App, "status_bar"), (xl_engine.Range, "formula")):
            lite.setattr(owner, missing, property(refuse, refuse))
        lite.setattr(xl_engine.App, "screen_updating", property(refuse, lambda app, value: None))
        lite.setattr(xl_engine.Engine, data, staticmethod(lambda *a: [list(map(_whole, row)) for row in clean(*a)]))
        yield
    for write in queue:
        write()

"""Books in memory from a declaration by sheet and field name, and the worked examples that are declared that way."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cbam_xl.addresses import column_letters
from cbam_xl.sheets import inputs
from cbam_xl.sheets.declare import UNIT_ROW

EXAMPLES = Path(__file__).parents[1] / "templates" / "examples"
BESIDE = ("title", "about", "expect", "allow")
"""Keys of an example that are no sheets: its text, and what is asserted of it."""


class Rows(dict[str, list[list[Any]]]):
    """A book made of rows, laid out as the template is: headers in row 5, units in row 6, data from row 7."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self)

    def rows(self, sheet: str, last_row: int | None = None) -> list[list[Any]]:
        return self[sheet][:last_row]

    def faults(self, sheet: str) -> dict[str, str]:
        return {}

    def last_row(self, range_name: str) -> int | None:
        return None


def book_of(data: Mapping[str, Any]) -> Rows:
    """A book from rows by sheet and field name: ``{"Installation": {field: value}, "Processes": [{field: value}]}``.

    Raises KeyError for a sheet or a field that isn't declared.
    """
    if unknown := set(data) - set(inputs.BY_NAME) - set(BESIDE):
        raise KeyError(f"no sheet is called {', '.join(sorted(unknown))}")
    book = Rows()
    for sheet in inputs.SHEETS:
        entered = data.get(sheet.name, {} if sheet.sections else [])
        fields = {c.field for c in sheet.columns}
        for row in [entered] if sheet.sections else entered:
            if unknown := set(row) - fields:
                raise KeyError(f"sheet {sheet.name} has no field {', '.join(sorted(unknown))}")
        above: list[list[Any]] = [[] for _ in range(UNIT_ROW - 2)]
        if sheet.sections:
            book[sheet.name] = [*above, *(["", c.header, cell(entered.get(c.field, ""))] for c in sheet.columns)]
        else:
            headers = ["", *(c.header for c in sheet.columns)]
            body = [["", *(cell(row.get(c.field, "")) for c in sheet.columns)] for row in entered]
            book[sheet.name] = [*above, headers, [""] * len(headers), *body]
    return book


def cell(value: Any) -> Any:
    """A value as a file hands it over: every number is a float."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def address(sheet: str, field: str, row: int) -> str:
    """Address of a field in the row with this number from 0."""
    columns = [c.field for c in inputs.BY_NAME[sheet].columns]
    return f"{column_letters(columns.index(field) + 2)}{row + UNIT_ROW + 1}"


def examples() -> list[str]:
    """Names of the worked examples that are declared with sheets of their own, without mistakes."""
    return sorted(p.stem for p in EXAMPLES.glob("*.toml") if "extends" not in example(p.stem))


@cache
def example(name: str) -> dict[str, Any]:
    """The declaration of a worked example. Don't change it: it is shared."""
    with (EXAMPLES / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)

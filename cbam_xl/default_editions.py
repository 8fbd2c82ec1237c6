"""Loads the Commission's workbook of default values into a new edition (``cbam-xl update-defaults``).

Two layouts are known: of February 2026 with three columns of marked-up values, and without them since August 2026. A
sheet is a country, other countries, or Annex IV; its columns are told by their headings. Anything else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from . import reference
from .definitive import defaults
from .entries import Book
from .errors import CbamError
from .model import fold

NOT_TABLES = ("overview", "version history")
OTHER_COUNTRIES = "other countries"
HEADINGS = {"cn_code": ("cn code",), "name": ("description",), "indirect": ("indirect",), "direct": ("direct",),
            "total": ("total", "default value"), "route": ("route",)}  # fmt: skip
"""Words by which a column is known; the first of these columns that fits a heading."""
MARKED = re.compile(r"20(26|27|28)|mark-?up")
NO_VALUE = frozenset(("", "-", "–", "—", "_", "see below"))
SPLIT = {("25231000", "white"): "2523100010", ("25231000", ""): "2523100090", ("25239000", "white"): "2523900010",
         ("25239000", ""): "2523900090", ("25070080", ""): "2507008080"}  # fmt: skip
"""The first layout has one code for white and grey; TARIC codes tell them apart."""
LARGEST = 1000
"""No default value, in t CO2e/t, comes near it; the highest is below a hundred."""
FIGURES = ("route", "direct", "indirect", "total")


class Entry(NamedTuple):
    """One row of a table, as the reference sheet writes it."""

    country: str
    cn_code: str
    route: str
    direct: str
    indirect: str
    total: str


class Update(NamedTuple):
    """What an edition changes: rows to be added, a line about each, and the tables that the file doesn't have."""

    edition: str
    rows: tuple[Mapping[str, str], ...]
    lines: tuple[str, ...]
    absent: tuple[str, ...]


def read(book: Book) -> list[Entry]:
    """Every row with a code of every table. CbamError says the sheet, and what isn't known in it."""
    if not any(fold(sheet.strip("_ ")).startswith(OTHER_COUNTRIES) for sheet in book.names):
        raise CbamError("The workbook has no sheet of other countries and territories: this isn't the Commission's "
                        "workbook of default values, or its layout has changed.")  # fmt: skip
    return [entry for sheet in book.names if fold(sheet) not in NOT_TABLES for entry in _table(sheet, book.rows(sheet))]


def _country(sheet: str) -> str:
    """The code of the table on a sheet; names of sheets are cut at 31 characters."""
    name = sheet.strip("_ ")
    if fold(name).startswith(OTHER_COUNTRIES):
        return defaults.OTHER
    if fold(name).startswith("annex iv"):
        return defaults.UNKNOWN
    code = defaults.country_code(name)
    if code is None:
        raise CbamError(f"Sheet “{sheet}” is no country known here: add the name to reference_sheets/countries.csv.")
    return code


def _table(sheet: str, rows: Sequence[Sequence[object]]) -> Iterable[Entry]:
    country = _country(sheet)
    head = next((n for n, row in enumerate(rows[:8]) if any("cn code" in _text(c).casefold() for c in row)), None)
    if head is None:
        raise CbamError(f"Sheet “{sheet}” has no heading “CN code” in its first rows: its layout has changed.")
    places = _places(sheet, [_text(cell).casefold() for cell in rows[head]], country)
    for number, row in enumerate(rows[head + 1 :], head + 2):
        digits = re.sub(r"\s|\.0$", "", _text(row[places["cn_code"]])) if len(row) > places["cn_code"] else ""
        if not digits.isdigit():
            continue  # heading of a sector, or a remark
        if len(digits) not in (4, 6, 8, 10):
            raise CbamError(f"Sheet “{sheet}”, row {number}: {digits} is no CN or TARIC code.")

        def cell(field: str, row: Sequence[object] = row) -> object:
            place = places.get(field, -1)
            return row[place] if 0 <= place < len(row) else ""

        white = "white" if "white" in _text(cell("name")).casefold() else ""
        figures = {field: _figure(cell(field), sheet, number) for field in ("direct", "indirect", "total")}
        route = "/".join(re.findall(r"[A-L]", _text(cell("route"))))
        yield Entry(country, SPLIT.get((digits, white), digits), route, figures["direct"].replace("N/A", ""),
                    figures["indirect"], figures["total"].replace("N/A", ""))  # fmt: skip


def _places(sheet: str, headings: Sequence[str], country: str) -> dict[str, int]:
    """Field -> position of its column; CbamError for a heading that isn't known, or one that is missing."""
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        if not heading:
            continue
        field = next((f for f, words in HEADINGS.items() if f not in found and any(w in heading for w in words)), "")
        if MARKED.search(heading) and "route" not in heading:
            continue
        if not field:
            raise CbamError(f"Sheet “{sheet}” has a column “{heading}” that isn't known: the layout has changed.")
        found[field] = place
    wanted = {"cn_code", "total", "route"} if country == defaults.UNKNOWN else set(HEADINGS) - {"name"}
    if lacking := sorted(wanted - found.keys()):
        raise CbamError(f"Sheet “{sheet}” lacks the columns {', '.join(lacking)}: the layout has changed.")
    return found


def _text(cell: object) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""


def _figure(cell: object, sheet: str, number: int) -> str:
    """A value with three decimals, rounded half up; "" for none, N/A for one that doesn't apply."""
    from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

    text = _text(cell)
    if text.casefold() in NO_VALUE:
        return ""
    if text.casefold().replace("/", "") == "na":
        return defaults.NOT_APPLICABLE
    try:
        value = Decimal(text.replace(",", "."))
        if not 0 <= value < LARGEST:
            raise InvalidOperation
        return str(value.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP))
    except InvalidOperation:
        raise CbamError(f"Sheet “{sheet}”, row {number}: “{text[:30]}” is no figure: the layout has changed.") from None


def edition_in(name: str) -> str:
    """The day in a file name such as DVs as adopted_v20260204.xlsx; "" if it has none.

    >>> edition_in("DVs as adopted_v20260204 .xlsx")
    '2026-02-04'
    """
    found = re.search(r"(20\d\d)-?([01]\d)-?([0-3]\d)", name)
    return "-".join(found.groups()) if found else ""


def compare(entries: Iterable[Entry], edition: str) -> Update:
    """What these tables change of the edition before; a code that a table of the file doesn't have loses its value."""
    if not re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", edition):
        raise CbamError(f"“{edition}” is no edition: say its day, such as --edition 2026-08-06.")
    if edition <= defaults.editions()[0]:
        raise CbamError(f"Edition {edition} is older than the act: say the day on which the file was published.")
    new: dict[str, dict[str, Entry]] = {}
    for e in entries:
        new.setdefault(e.country, {})[e.cn_code] = e
    before = max(day for day in defaults.editions() if day < edition)
    rows, lines = [], []
    for country, table in new.items():
        old = defaults.table(country, before)
        for code in sorted(old.keys() | table.keys()):
            now = table.get(code, Entry(country, code, "", "", "", ""))
            was = old.get(code, dict.fromkeys(FIGURES, ""))
            if any(not _same(was[f], getattr(now, f)) for f in FIGURES):
                rows.append(_row(now, edition))
                lines.append(f"{country} {code}: {_words(was)} -> {_words(now._asdict())}")
    absent = {row["country"] for row in reference.rows(defaults.SHEET)} - new.keys()
    return Update(edition, tuple(rows), tuple(lines), tuple(sorted(absent)))


def _same(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return one == other


def _words(row: Mapping[str, str]) -> str:
    return f"{row['total'] or 'no value'}{' (' + row['route'] + ')' if row['route'] else ''}"


def _row(e: Entry, edition: str) -> dict[str, str]:
    annex = "Annex IV" if e.country == defaults.UNKNOWN else "Annex I"
    return {**e._asdict(), "printed_2026": "", "printed_2027": "", "printed_2028": "",
            "act": "Commission: workbook of default values", "provision": f"IR (EU) 2025/2621, {annex}",
            "edition": edition, "valid_from": reference.DEFINITIVE_FROM, "valid_to": "",
            "note": "Informational; the Official Journal counts."}  # fmt: skip


def write(update: Update, folder: str) -> str:
    """Add the edition to the reference sheet in this folder, in place of one of the same day; the path written."""
    import csv
    import io
    import os

    from .archive import check_unchanged, state
    from .locks import write_atomically

    path = os.path.join(folder, f"{defaults.SHEET}.csv")
    known = state(path)
    kept = [row for row in reference.load(path) if row["edition"] != update.edition]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(kept[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted([*kept, *update.rows], key=lambda r: (r["country"], r["cn_code"], r["edition"])))
    write_atomically(path, [text.getvalue().encode()], lambda: check_unchanged(path, known))
    return path

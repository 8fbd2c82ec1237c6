"""Synthetic installations of any size: valid figures, workbooks of our own layout, and the system they stand for.

Each of the P processes has 5 source streams, 2 heat links, 1 waste-gas link, 3 precursors from other processes (one in
twenty feeds back, so there are loops), 2 bought precursors and electricity from the grid.
"""

from __future__ import annotations

import random
import re
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from cbam_xl import model as m
from cbam_xl.books import RowsBook
from cbam_xl.package import Package, Value, column_letters, replace_rows, row_xml, set_cells, set_defined_name
from cbam_xl.road import read, templates
from cbam_xl.sheets import inputs
from cbam_xl.sheets.declare import FIRST_ROW, HEADER_ROW, LAST_ROW
from cbam_xl.sheets.results import Styles

WINDOW = 50  # processes between which links run
MARKET_SHARE = 0.1  # at least this part of what a process makes is sold
CARBON_FACTOR, NATURAL_GAS_EF, WASTE_GAS_CORRECTION = 3.664, 56.1, 0.667
TYPES = b"application/vnd.openxmlformats-officedocument.spreadsheetml"
RELATIONS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CATEGORY, BOUGHT = "Crude steel", ("Pig iron", "Direct reduced iron")
SITE: Mapping[str, Value] = {
    "period_start": date(2024, 1, 1), "period_end": date(2024, 12, 31), "name": "Synthetic works",
    "name_en": "Synthetic works", "street": "Harbour road 1", "post_code": "34000", "po_box": "–", "city": "Istanbul",
    "country": "Turkey", "unlocode": "TR IST", "latitude": "41.01", "longitude": "28.97",
    "data_quality": "Mostly measurements & analyses", "quality_assurance": "Internal audits",
}  # fmt: skip

Row = dict[str, Value]


class Synthetic(NamedTuple):
    """Rows of every table by field, and the system ``AL·SEE - M·SEE = attributed + bought`` behind them.

    ``levels`` are the AL in t, ``links`` the M in t by (user, maker), ``direct`` and ``indirect`` the right sides in
    t CO2e; all worked out by themselves, without the package.
    """

    rows: Mapping[str, list[Row]]
    levels: list[float]
    links: Mapping[tuple[int, int], float]
    direct: list[float]
    indirect: list[float]


def draw(size: int, seed: int = 1, back: float = 0.05) -> Synthetic:
    """An installation of ``size`` processes; ``back``: share of precursor links that feed back."""
    r = random.Random(seed)
    names = [f"Process {i + 1:05d}" for i in range(size)]
    levels = [round(r.uniform(1e5, 1e6), 1) for _ in names]
    direct, indirect = [0.0] * size, [0.0] * size
    rows: dict[str, list[Row]] = defaultdict(list)
    for i, name in enumerate(names):
        rows["Processes"].append({"name": name, "category": CATEGORY, "quantity": levels[i], "quantity_unit": "t"})
        for k in range(5):
            row, emitted = _stream(r, name, k)
            rows["Source streams"].append(row)
            direct[i] += emitted
        for kind in (m.HEAT, m.HEAT, m.WASTE_GAS):
            _transfer(r, rows, names, i, kind, direct)
        mwh, ef = round(r.uniform(1e2, 1e5), 1), round(r.uniform(0.1, 0.9), 4)
        rows["Electricity"].append({"source": m.GRID, "target": name, "quantity": mwh, "quantity_unit": "MWh", "ef": ef,
                                    "ef_source": "D.4(a)", "data_source": "Third-party meter"})  # fmt: skip
        indirect[i] += mwh * ef
        for k, category in enumerate(BOUGHT):
            mass = round(r.uniform(0.02, 0.3) * levels[i], 2)
            see, power, power_ef = (round(r.uniform(0.1, most), 4) for most in (3, 1, 0.9))
            bought = f"{category} {2 * i + k + 1:05d}"
            rows["Precursors"].append({
                "name": bought, "category": category, "country": "TR", "quantity": mass, "quantity_unit": "t",
                "see_direct": see, "see_direct_source": "Measured",
                "electricity": power, "electricity_source": "Measured",
                "electricity_ef": power_ef, "electricity_ef_source": "D.4(a)"})  # fmt: skip
            rows["Material flows"].append(_flow(bought, name, mass))
            direct[i] += mass * see
            indirect[i] += mass * power * power_ef
    links = _links(r, levels, back)
    for (to, source), mass in links.items():
        rows["Material flows"].append(_flow(names[source], names[to], mass))
    for name in names:
        rows["Material flows"].append({"source": name, "target": m.MARKET, "quantity": m.REMAINING})
    return Synthetic(rows, levels, links, direct, indirect)


def _stream(r: random.Random, process: str, k: int) -> tuple[Row, float]:
    """A source stream and its fossil emissions in t CO2: by turns combustion, process emissions, mass balance."""
    amount, unit = round(r.uniform(1e4, 1e5), 2), r.choice(("t", "kg"))
    biomass = round(r.uniform(1, 90), 1) if r.random() < 0.2 else 0.0
    row: Row = {"name": f"Stream {k + 1}", "process": process, "quantity": amount if unit == "t" else amount * 1000,
                "quantity_unit": unit, "data_source": "Own meter"}  # fmt: skip
    if biomass:
        row["biomass"] = biomass
    match r.choice((m.COMBUSTION, m.PROCESS_EMISSIONS, m.MASS_BALANCE)):
        case m.COMBUSTION:
            ncv, ef, oxidised = round(r.uniform(10, 50), 3), round(r.uniform(40, 110), 2), round(r.uniform(95, 100), 2)
            row |= {"method": m.COMBUSTION, "ncv": ncv, "ncv_unit": "GJ/t" if unit == "t" else "MJ/kg", "ef": ef,
                    "ef_unit": "tCO2/TJ", "conversion": oxidised}  # fmt: skip
            gross = amount * ncv / 1000 * ef * oxidised / 100
        case m.PROCESS_EMISSIONS:
            ef, converted = round(r.uniform(0.1, 0.8), 4), round(r.uniform(95, 100), 2)
            row |= {"method": m.PROCESS_EMISSIONS, "ef": ef, "ef_unit": "tCO2/t", "conversion": converted}
            gross = amount * ef * converted / 100
        case _:
            content = round(r.uniform(0.05, 0.9), 4)
            row |= {"method": m.MASS_BALANCE, "carbon_content": content}
            gross = amount * content * CARBON_FACTOR
    return row, gross * (1 - biomass / 100)


def _transfer(r: random.Random, rows: dict[str, list[Row]], names: Sequence[str], i: int, kind: str,
              direct: list[float]) -> None:  # fmt: skip
    """A heat or waste-gas link to process ``i`` from a neighbour, on the sheet and in the balances of both."""
    if len(names) == 1:
        return
    source = _other(r, len(names), i, 0.3)
    energy, ef = round(r.uniform(0.1, 5), 3), round(r.uniform(50, 75), 3)
    row: Row = {"kind": kind, "source": names[source], "target": names[i], "quantity": energy, "quantity_unit": "TJ",
                "data_source": "Own meter"}  # fmt: skip
    if kind == m.HEAT:
        row["ef"] = ef
        added = taken = energy * ef
    else:
        added, taken = energy * NATURAL_GAS_EF, energy * NATURAL_GAS_EF * WASTE_GAS_CORRECTION
    rows["Heat and waste gas"].append(row)
    direct[i] += added
    direct[source] -= taken


def _other(r: random.Random, size: int, i: int, back: float) -> int:
    """Another process near ``i``: one before it, or with the chance ``back`` (and for the first one) one behind it."""
    if i == 0 or (i < size - 1 and r.random() < back):
        return r.randint(i + 1, min(size - 1, i + WINDOW))
    return r.randint(max(0, i - WINDOW), i - 1)


def _links(r: random.Random, levels: Sequence[float], back: float) -> dict[tuple[int, int], float]:
    """Masses by (user, maker), scaled so that every maker keeps a part of its goods for the market."""
    size = len(levels)
    drawn: dict[tuple[int, int], float] = {}
    handed_on = [0.0] * size
    for to in range(size):
        for _ in range(3 if size > 1 else 0):
            source = _other(r, size, to, back)
            if (to, source) in drawn or (source > to and not back):
                continue
            drawn[to, source] = mass = r.uniform(0.02, 0.3) * levels[to]
            handed_on[source] += mass
    most = [(1 - MARKET_SHARE) * level for level in levels]
    scale = [min(1.0, limit / out) if out else 1.0 for limit, out in zip(most, handed_on, strict=True)]
    return {(to, source): round(mass * scale[source], 2) for (to, source), mass in drawn.items()}


def _flow(source: str, target: str, mass: float) -> Row:
    return {"source": source, "target": target, "quantity": mass, "quantity_unit": "t", "data_source": "Own meter"}


def write(path: Path, installation: Synthetic) -> None:
    """The workbook of an installation: the empty template with rows, as far down as they go.

    Blank cells of a row are written with their style, and texts are shared, as spreadsheet programs do.
    """
    book = Package(templates() / "cbam_installation.xlsx")
    form = book.part(inputs.INSTALLATION.name)
    places = read(book.path).site.at.columns
    book.replace(form, set_cells(book.read(form), {places[field]: value for field, value in SITE.items()}))
    workbook = book.read("xl/workbook.xml")
    for sheet in inputs.TABLES:
        rows = installation.rows.get(sheet.name, [])
        part = book.part(sheet.name)
        xml = book.read(part)
        styles = Styles(xml).column
        columns = [(c.field, column_letters(i), styles.get(i)) for i, c in enumerate(sheet.columns, 2)]
        data = "".join(
            row_xml(number, [(letters, row.get(field), style) for field, letters, style in columns])
            for number, row in enumerate(rows, FIRST_ROW)
        ).encode()
        book.replace(part, replace_rows(xml, FIRST_ROW, data))
        last = max(LAST_ROW, FIRST_ROW - 1 + len(rows))
        area = f"'{sheet.name}'!$B${HEADER_ROW}:${columns[-1][1]}${last}"
        workbook = set_defined_name(workbook, sheet.range_name, area)
    book.replace("xl/workbook.xml", workbook)
    book.save(path)
    share_strings(path)


def share_strings(path: Path) -> None:
    """Move the texts of a workbook into its table of shared strings, where Excel keeps them."""
    numbers: dict[bytes, int] = {}

    def shared(cell: re.Match[bytes]) -> bytes:
        number = numbers.setdefault(cell[2], len(numbers))
        return b'%b t="s"><v>%d</v></c>' % (cell[1], number)

    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(rb'(<c[^>]*) t="inlineStr"><is>(<t[^>]*>[^<]*</t>)</is></c>', shared, content)
            elif name == "[Content_Types].xml":
                part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%b.sharedStrings+xml"/></Types>'
                content = content.replace(b"</Types>", part % TYPES)
            elif name == "xl/_rels/workbook.xml.rels":
                part = b'<Relationship Id="texts" Type="%b/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
                content = content.replace(b"</Relationships>", part % RELATIONS)
            new.writestr(name, content)
        texts = b"".join(b"<si>%b</si>" % text for text in numbers)
        new.writestr("xl/sharedStrings.xml", b'<sst xmlns="%b">%b</sst>' % (MAIN, texts))


def book(installation: Synthetic) -> RowsBook:
    """The same rows as a book in memory; up to the rows that the template lays out."""
    above: list[list[Value | None]] = [[] for _ in range(HEADER_ROW - 1)]
    form: list[list[Value | None]] = [["", c.header, SITE.get(c.field)] for c in inputs.INSTALLATION.columns]
    sheets: dict[str, list[list[Value | None]]] = {inputs.INSTALLATION.name: above + form}
    for sheet in inputs.TABLES:
        headers: list[list[Value | None]] = [["", *(c.header for c in sheet.columns)], []]
        rows = [["", *(row.get(c.field) for c in sheet.columns)] for row in installation.rows.get(sheet.name, [])]
        sheets[sheet.name] = [*above, *headers, *rows]
    return RowsBook(sheets)


def endless(size: int, seed: int) -> Synthetic:
    """A ring in which every process uses as much of the one before it as that one makes: no SEE exists."""
    drawn = draw(size, seed)
    level = 1000.0
    names = [str(row["name"]) for row in drawn.rows["Processes"]]
    rows = {sheet: [row for row in of if row.get("source") not in names] for sheet, of in drawn.rows.items()}
    rows["Processes"] = [row | {"quantity": level} for row in drawn.rows["Processes"]]
    ring = {((i + 1) % size, i): level for i in range(size)}
    rows["Material flows"] += [_flow(names[maker], names[user], mass) for (user, maker), mass in ring.items()]
    return drawn._replace(rows=rows, levels=[level] * size, links=ring)

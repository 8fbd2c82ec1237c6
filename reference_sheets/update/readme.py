"""The table of sheets in reference_sheets/README.md, made from the sheets themselves.

python reference_sheets/update/readme.py
"""

from __future__ import annotations

from pathlib import Path

from cbam_xl.reference import KEYS, load

SHEETS = Path(__file__).parents[1]
BEGIN, END = "<!-- sheets: made by update/readme.py -->\n", "<!-- end of sheets -->"
COMMON = ("act", "provision", "edition", "valid_from", "valid_to", "note")

ABOUT = {
    "annex_ix": "Reference efficiencies of heat and electricity made apart: they split CHP (Eq. 40, 41).",
    "benchmark_routes": "Letters of the production routes that a CBAM benchmark may depend on.",
    "benchmarks": "CBAM benchmarks by code, column (A own process, B whole chain) and route; looked up, not printed.",
    "biomass": "Preliminary emission factors and calorific values of biomass.",
    "carbonates": "Emission factors of carbonates (method A) and of the oxides made from them (method B).",
    "categories": "Aggregated goods categories: the Commission's words, and the names in Annex II.",
    "certificate_prices": "Prices of CBAM certificates that are known; a workbook may add others.",
    "cn_codes": "Goods, subheadings and headings with their category; the longest code that fits counts.",
    "countries": "Countries that the communication template knows.",
    "currencies": "Currencies that the communication template knows.",
    "default_values_definitive": (
        "Default values by country and code, in editions; an edition holds what it changed. Looked up, not printed."
    ),
    "default_values_transitional": "Default embedded emissions, by code or heading; the longest code that fits counts.",
    "exempt_origins": "Countries whose precursors count zero.",
    "finishing_steps": "Finishing steps of products that count, and those that don't.",
    "fuels": "Emission factors and net calorific values of fossil fuels; names that people use for them.",
    "functional_units": "Functional units other than a tonne of goods, by code or heading.",
    "glossary": "The terms of the law, each in one plain sentence.",
    "goods_parameters": "What the communication must say about a good, by category; `place` is the template's column.",
    "gwp": "Global warming potentials.",
    "joint_processes": "What a joint production process may also make, and whether none of that may be sold.",
    "mark_ups": "Mark-ups on default values by sector and year.",
    "materials": "Emission factors and carbon contents of iron and steel materials.",
    "parameters": "Constants of the law, by the short name that the calculation uses.",
    "pfc": "Factors of the slope and the overvoltage method by cell technology; `instead` stands in for a blank.",
    "provisions": "Provisions of the act of 2023 that are cited, and where they stand in the act of 2026.",
    "relevant_precursors": "Precursors whose emissions a category inherits, by Annex II; the template has fewer.",
    "report_items": "What the operator's emissions report and its summary must hold.",
    "routes": "Production routes of each category, in the Commission's order.",
    "units": "The closed list of unit spellings; factor to the canonical unit, the same as a fraction, and its proof.",
}
"""One sentence per sheet."""


def table() -> str:
    """The table in Markdown: sheet, what it holds, key and other columns, number of rows, acts and editions."""
    lines = ["| sheet | holds | columns (key in bold) | rows | act, edition |", "|---|---|---|---:|---|"]
    for sheet, key in KEYS.items():
        rows = load(SHEETS / f"{sheet}.csv")
        own = [column for column in rows[0] if column not in COMMON]
        columns = ", ".join(f"**{column}**" if column in key else column for column in own)
        sources = "; ".join(dict.fromkeys(f"{row['act']}, {row['edition']}" for row in rows))
        lines.append(f"| `{sheet}` | {ABOUT[sheet]} | {columns} | {len(rows)} | {sources} |")
    return "\n".join(lines) + "\n"


def current(readme: str) -> str:
    """The text of the page with the table as it must be now."""
    before, _, rest = readme.partition(BEGIN)
    return before + BEGIN + table() + END + rest.partition(END)[2]


if __name__ == "__main__":
    page = SHEETS / "README.md"
    page.write_text(current(page.read_text(encoding="utf-8")), encoding="utf-8")

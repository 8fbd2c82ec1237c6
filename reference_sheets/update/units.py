"""units.csv: pint works out every factor from the column `pint`. Run it after adding a spelling:

    python reference_sheets/update/units.py reference_sheets/units.csv --write

SOURCE has the columns of units.csv; what stands in its columns `factor` and `exact` doesn't matter.
"""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import changes

from cbam_xl.units import registry


def read(source: Path) -> list[dict[str, str]]:
    """The rows of SOURCE with the factor to the canonical unit, exactly (a fraction) and as a float."""
    units = registry(exact=True)
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    one = {row["spelling"]: Fraction(1) * units.parse_expression(row["pint"]) for row in rows}
    for row in rows:
        canonical = one[row["canonical"]]
        exact = one[row["spelling"]].m_as(canonical.units) / canonical.magnitude
        if not isinstance(exact, Fraction):
            raise SystemExit(f"{row['spelling']}: pint gave {exact!r}, which is no fraction.")
        row["exact"], row["factor"] = str(exact), repr(float(exact))
    return rows


if __name__ == "__main__":
    chosen = changes.options(__doc__, "a CSV with the columns of units.csv").parse_args()
    changes.show("units", read(chosen.source), chosen)

"""What the scripts of this folder share: compare new rows with a sheet, print what differs, write it on request."""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cbam_xl.reference import KEYS, SOURCE

SHEETS = Path(__file__).parents[1]
Row = Mapping[str, str]


def options(about: str | None, source: str) -> argparse.ArgumentParser:
    """The command line of every script: SOURCE [--write] [--folder]."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help=source)
    parser.add_argument("--write", action="store_true", help="replace the sheets (otherwise only show what differs)")
    parser.add_argument("--folder", type=Path, default=SHEETS, help="folder of the sheets (default: this checkout's)")
    return parser


def shipped(sheet: str, folder: Path) -> list[dict[str, str]]:
    """The rows of a sheet as they lie in the folder."""
    with (folder / f"{sheet}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def key(sheet: str, row: Row) -> str:
    """What names a row: its key, and the first day on which it applies."""
    return " / ".join(row[column] for column in (*KEYS[sheet], "valid_from") if row[column])


def differences(sheet: str, old: Iterable[Row], new: Iterable[Row]) -> list[str]:
    """One line per removed row, added row and changed cell, in the order of the sheets; one line per new edition."""
    before, after = ({key(sheet, row): row for row in rows} for rows in (old, new))
    lines = [f"{sheet}: removed {name}" for name in before if name not in after]
    lines += [f"{sheet}: added {name}" for name in after if name not in before]
    editions: Counter[str] = Counter()
    for name, row in before.items():
        for column, was in row.items() if name in after else ():
            now = after[name][column]
            if now != was and column == "edition":
                editions[f"{was} -> {now}"] += 1
            elif now != was:
                lines.append(f"{sheet}: changed {name}: {column}: {was or '(blank)'} -> {now or '(blank)'}")
    return lines + [f"{sheet}: edition {step} ({count} rows)" for step, count in editions.items()]


def show(sheet: str, new: Sequence[Row], chosen: argparse.Namespace) -> None:
    """Prints how the new rows differ from the sheet; with --write replaces it. A row without a source is refused."""
    for row in new:
        if lacking := [column for column in SOURCE if not row[column]]:
            sys.exit(f"{sheet}: {key(sheet, row)} has no {' and no '.join(lacking)}; nothing was written.")
    lines = differences(sheet, shipped(sheet, chosen.folder), new)
    print("\n".join(lines) or f"{sheet}: no difference")
    if chosen.write and lines:
        with (chosen.folder / f"{sheet}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(new[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(new)

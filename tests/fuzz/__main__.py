"""``python -m tests.fuzz --minutes N --seed S``: a long run, and a table of its figures."""

from __future__ import annotations

import sys
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from itertools import count
from pathlib import Path

from .campaign import KINDS, Campaign, Outcome

ENDS = ("refused", "findings", "computed", "crash", "silent", "lost")


def main() -> int:
    """Run until the time is over; 1 if anything happened that never may."""
    parser = ArgumentParser("python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, metavar="NUMBER", help="one file of this seed")
    parser.add_argument("--kind", choices=tuple(KINDS), help="one kind of change")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where files that go wrong are kept")
    options = parser.parse_args()
    end = time.monotonic() + 60 * options.minutes
    kinds = (options.kind,) if options.kind else tuple(KINDS)
    done: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder, Campaign(Path(folder), options.seed, options.keep) as campaign:
        for number in count() if options.only is None else (options.only,):
            try:
                outcome = campaign.one(number, kinds)
            except KeyboardInterrupt:
                break
            done.append(outcome)
            if outcome.bad or options.only is not None:
                print(_line(outcome), flush=True)
            if time.monotonic() > end:
                break
            if number % 50 == 0 and sys.stderr.isatty():
                left = (end - time.monotonic()) / 60
                print(
                    f"\r{number} files, {sum(o.bad for o in done)} bad, {left:.1f} min left ", end="\r", file=sys.stderr
                )
        restarts = campaign.worker.restarts
    print("\n".join(table(done)))
    print(
        f"seed {options.seed}, {len(done)} files in {options.minutes:g} min, {restarts} restarts of the child process"
    )
    return int(any(outcome.bad for outcome in done))


def _line(outcome: Outcome) -> str:
    return (f"{outcome.ended.upper()} {outcome.number} {outcome.kind}: {outcome.source}, {outcome.change[:200]!r}, "
            f"{outcome.command}: {outcome.why[-700:]}")  # fmt: skip


def table(done: list[Outcome]) -> list[str]:
    """How many files of each kind ended in which way, the slowest, and the largest memory."""
    ended = Counter((outcome.kind, outcome.ended) for outcome in done)
    lines = [
        "| Changed | Files | " + " | ".join(f"{end}" for end in ENDS) + " | Slowest, s |",
        "|---" * (len(ENDS) + 3) + "|",
    ]
    for kind in KINDS:
        of = [outcome for outcome in done if outcome.kind == kind]
        if of:
            counts = " | ".join(f"{ended[kind, end]:,}" for end in ENDS)
            lines.append(f"| {kind} | {len(of):,} | {counts} | {max(outcome.seconds for outcome in of):.2f} |")
    slowest, largest = max(done, key=lambda o: o.seconds), max(done, key=lambda o: o.memory)
    return [*lines, "", f"Slowest: {slowest.seconds:.2f} s ({slowest.kind}, {slowest.change[:80]}). "
            f"Largest memory: {largest.memory / 2**20:.0f} MiB."]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())

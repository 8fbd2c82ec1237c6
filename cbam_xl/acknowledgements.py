"""Reasons for leaving a warning as it is: typed on sheet Issues, kept from run to run, shown to the verifier.

A reason holds for one finding: the same code, sheet and sentence with the same figures. When the figures change it has
lapsed and is asked for again; a lapsed reason stays on the list as a note until it is deleted there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from .errors import CbamError
from .findings import FINDINGS, issue, one_line
from .model import WARNING, Issue

LAPSED = "reason-lapsed"


def kept(issues: Sequence[Issue], typed: Iterable[Issue]) -> tuple[Issue, ...]:
    """The findings with the reasons that were typed beside those of the last run, lapsed ones as notes at the end.

    A row that was moved is known by the name in the sentence; without a name in it the cell has to be the same.
    """
    left = list(typed)
    exact = {(i.code, i.sheet, i.cell, i.message): i for i in left}
    moved = {(i.code, i.sheet, i.message): i for i in left if "“" in i.message}
    counts = Counter((i.code, i.sheet, i.message) for i in issues) if left else Counter()
    found = []
    for i in issues:
        same = exact.get((i.code, i.sheet, i.cell, i.message))
        if same is None and counts[i.code, i.sheet, i.message] == 1:
            same = moved.get((i.code, i.sheet, i.message))
        if same in left:
            left.remove(same)
            i = i._replace(acknowledged=same.acknowledged)
        found.append(i)
    return (*found, *map(_lapsed, left))


def _lapsed(typed: Issue) -> Issue:
    """A reason whose finding is there no more, or has other figures."""
    words = typed.message
    if typed.code != LAPSED:
        words = f"Found no more in these words (blank the reason to drop this row): {typed._replace(acknowledged='')}"
    return issue(LAPSED, words)._replace(acknowledged=typed.acknowledged)


def given(issues: Iterable[Issue], texts: Iterable[str]) -> tuple[Issue, ...]:
    """The findings with reasons for the warnings that have none: ``CODE=REASON`` for those of a code, or for all.

    Raises CbamError for a code that isn't known, and for a blank reason.
    """
    reasons: dict[str, str] = {}
    for text in texts:
        code, sign, reason = text.partition("=")
        if not sign or not code.replace("-", "").isalpha() or not code.islower():
            code, reason = "", text
        if code and code not in FINDINGS:
            raise CbamError(f"There is no finding “{one_line(code, 40)}”: cbam-xl check FILE shows their codes.")
        if not reason.strip():
            raise CbamError("Say why the warnings may stay: --acknowledge REASON, or CODE=REASON for one code.")
        reasons[code] = reason.strip()
    return tuple(
        i if i.level != WARNING or i.acknowledged
        else i._replace(acknowledged=reasons.get(i.code, reasons.get("", "")))
        for i in issues
    )  # fmt: skip


def waiting(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """The warnings without a reason: nothing is sent as long as there are any."""
    return tuple(i for i in issues if i.level == WARNING and not i.acknowledged)

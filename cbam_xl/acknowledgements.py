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


def readable(text: str) -> str:
    """A reason without blanks at its ends; "" where there is nothing to be seen.

    >>> readable(" a trial run\\n"), readable("\\u200b \\x01")
    ('a trial run', '')
    """
    return text.strip() if any(c.isprintable() and c != " " for c in text) else ""


def kept(issues: Sequence[Issue], typed: Iterable[Issue]) -> tuple[Issue, ...]:
    """The findings with the reasons that were typed beside those of the last run, lapsed ones as notes at the end.

    A row that was moved is known by the name in the sentence; without a name in it the cell has to be the same.
    """
    left = dict(enumerate(typed))
    exact = {(i.code, i.sheet, i.cell, i.message): n for n, i in left.items()}
    moved = {(i.code, i.sheet, i.message): n for n, i in left.items() if "“" in i.message}
    counts = Counter((i.code, i.sheet, i.message) for i in issues) if left else Counter()
    found = []
    for i in issues:
        place = exact.get((i.code, i.sheet, i.cell, i.message))
        if place is None and counts[i.code, i.sheet, i.message] == 1:
            place = moved.get((i.code, i.sheet, i.message))
        same = left.pop(place, None) if place is not None else None
        found.append(i._replace(acknowledged=same.acknowledged) if same else i)
    return (*found, *map(_lapsed, left.values()))


def _lapsed(typed: Issue) -> Issue:
    """A reason whose finding is there no more, or has other figures."""
    words = typed.message
    if typed.code != LAPSED:
        words = f"Found no more in these words (blank the reason to drop this row): {typed._replace(acknowledged='')}"
    return issue(LAPSED, words)._replace(acknowledged=typed.acknowledged)


def given(issues: Iterable[Issue], texts: Iterable[str]) -> tuple[Issue, ...]:
    """The findings with reasons for the warnings that have none: ``CODE=REASON`` for those of a code, or for all.

    Raises CbamError for a code that isn't known, for a blank reason, and for two.
    """
    reasons: dict[str, str] = {}
    for text in texts:
        code, sign, reason = text.partition("=")
        if not sign or not code.replace("-", "").isalpha() or not code.islower():
            code, reason = "", text
        if code and code not in FINDINGS:
            raise CbamError(f"There is no finding “{one_line(code, 40)}”: cbam-xl check FILE shows their codes.")
        if not readable(reason):
            raise CbamError("Say why the warnings may stay: --acknowledge REASON, or CODE=REASON for one code.")
        if code in reasons:
            raise CbamError(f"Two reasons for {code or 'all warnings'}: give one, or CODE=REASON for those of a code.")
        reasons[code] = readable(reason)
    return tuple(
        i if i.level != WARNING or i.acknowledged
        else i._replace(acknowledged=reasons.get(i.code, reasons.get("", "")))
        for i in issues
    )  # fmt: skip


def waiting(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """The warnings without a reason: nothing is sent as long as there are any."""
    return tuple(i for i in issues if i.level == WARNING and not i.acknowledged)

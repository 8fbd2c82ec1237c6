"""Sheet Findings: every finding there is, with its provision and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import blocks
import look
import rules
from blocks import Head

from cbam_xl import catalogue

if TYPE_CHECKING:
    from openpyxl import Workbook

NAME = "Findings"
PURPOSE = "Every finding that sheet Issues may tell: what it means, where it stands in the law, what to do."
REMARK = "Errors block results and sending. Roman numbers are annexes of Regulation (EU) 2023/1773, 956 is 2023/956."
HEADS = (Head("Code", 25), Head("Level", 11), Head("Provision", 38), Head("What it means", 88, wrap=True),
         Head("What to do", 66, wrap=True), Head("Group", 30))  # fmt: skip


def build(wb: Workbook, neighbours: look.Links) -> None:
    ws = wb[NAME]
    rows = (
        (code, level, cites or None, reason, remedy, group)
        for group, code, level, cites, reason, remedy in catalogue.rows()
    )
    block = blocks.page(ws, HEADS, rows, PURPOSE, REMARK, neighbours)
    for row in range(blocks.FIRST_ROW, blocks.FIRST_ROW + block.rows):
        ws.row_dimensions[row].height = 18
    levels = block.cells(1).split("!")[1].replace("$", "")
    for level, (_, ground, ink) in look.LEVELS.items():
        rules.add(ws, levels, f'$C{blocks.FIRST_ROW}="{level}"', rules.style(ground, ink))
    ws.auto_filter.ref = f"B{blocks.HINT_ROW}:G{blocks.FIRST_ROW + block.rows - 1}"
    look.lock(ws)

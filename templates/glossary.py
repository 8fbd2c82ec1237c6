"""Sheet Glossary: the words and symbols of the law, one row each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import blocks
import look
from blocks import Head

from cbam_xl import reference

if TYPE_CHECKING:
    from openpyxl import Workbook

NAME = "Glossary"
PURPOSE = "The words, symbols and units of the law, as this workbook uses them."
REMARK = "In alphabetical order, with the provision in which each of them is defined or used."
HEADS = (Head("Term", 40, wrap=True), Head("Symbol", 18), Head("Unit", 20), Head("Meaning", 100, wrap=True),
         Head("Source", 52), Head("Edition", 14))  # fmt: skip


def build(wb: Workbook, neighbours: look.Links) -> None:
    ws = wb[NAME]
    rows = (
        (r["term"], r["symbol"] or None, r["unit"] or None, r["meaning"], f"{r['act']}, {r['provision']}", r["edition"])
        for r in sorted(reference.rows("glossary"), key=lambda r: r["term"].casefold())
    )
    block = blocks.page(ws, HEADS, rows, PURPOSE, REMARK, neighbours)
    for row in range(blocks.FIRST_ROW, blocks.FIRST_ROW + block.rows):
        text = str(look.put(ws, row, 5).value)
        ws.row_dimensions[row].height = 18 if len(text) <= 120 else 31
    look.lock(ws)

"""xlwings Lite: functions for cells, and the scripts of its task pane. A workbook's main.py takes all of them:

from cbam_udfs.lite import *

Lite runs Python in Excel's own browser, without files, processes and a ribbon; the scripts are the ribbon's buttons in
an ``xlwings.Book`` that Lite hands over. What a script writes stands in the workbook when it has ended.
"""

import xlwings as xw

from . import excel, ribbon
from .excel import *  # noqa: F403

UNREAD = ["Lists", "Glossary", "Findings", "Functions", "_IntelliSense_"]
"""Sheets that no script looks at: Lite needn't hand over what stands there."""


@xw.script(name="Recalculate installation", exclude=UNREAD)
def recalculate_installation(book: xw.Book) -> None:
    """Reads and checks the inputs, and fills Results, Balances, Trace and Issues; with errors only Issues."""
    print(ribbon.recalculate_installation(book))


@xw.script(name="Check inputs", exclude=UNREAD)
def check_inputs(book: xw.Book) -> None:
    """Writes the findings onto sheet Issues; no figure is touched."""
    print(ribbon.check_inputs(book))


@xw.script(name="Explain cell", exclude=UNREAD)
def explain_cell(book: xw.Book) -> None:
    """Tells how the figures of the selected row come about: formula, figures, provision."""
    print(ribbon.explain_cell(book))


@xw.script(name="Undo recalculation", exclude=UNREAD)
def undo_recalculation(book: xw.Book) -> None:
    """Puts back what stood on the output sheets before the last recalculation, until Lite is restarted."""
    print(ribbon.undo(book))


@xw.script(name="Switch on live formulas", exclude=UNREAD)
def switch_on_live_formulas(book: xw.Book) -> None:
    """Writes the formulas of Start and Results anew, once: figures then follow the inputs as they are typed."""
    print(ribbon.switch_on_live_formulas(book))


SCRIPTS = ("recalculate_installation", "check_inputs", "explain_cell", "undo_recalculation", "switch_on_live_formulas")
__all__ = [*excel.__all__, *SCRIPTS]

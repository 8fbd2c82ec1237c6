"""xlwings Lite: functions for cells, and the scripts of its task pane. A workbook's main.py takes all of them:

from cbam_udfs.lite import *

Lite runs Python in Excel's own browser, without files, processes and a ribbon. Its scripts are the ribbon's buttons
that ask for no file, in an ``xlwings.Book`` that Lite hands over. What a script writes stands in the workbook when it
has ended.
"""

from collections.abc import Callable

import xlwings as xw

from . import excel, ribbon
from .buttons import BUTTONS, ENGINE, Button
from .excel import *  # noqa: F403

UNREAD = ["Lists", "Glossary", "Findings", "Functions", "_IntelliSense_"]
"""Sheets that no script looks at: Lite needn't hand over what stands there."""
SWITCH_ON = Button("live", "Switch on live formulas", "Writes the formulas of Start and Results anew, once: figures "
                   "then follow the inputs as they are typed.", "", ENGINE, "switch_on_live_formulas")  # fmt: skip
"""What only Lite needs: elsewhere the formulas live as soon as the workbook is open."""


def script(button: Button) -> Callable[[xw.Book], None]:
    """A button as a script, which bears the name of its task."""
    work: Callable[[xw.Book], str] = getattr(ribbon, button.task)

    def run(book: xw.Book) -> None:
        print(work(book))

    run.__name__ = run.__qualname__ = button.task
    run.__doc__ = button.tip
    made: Callable[[xw.Book], None] = xw.script(name=button.label, exclude=UNREAD)(run)
    return made


SCRIPTS = tuple(button for button in (*BUTTONS, SWITCH_ON) if button.task and not button.asks)
__all__ = [*excel.__all__, *(button.task for button in SCRIPTS)]
globals().update({button.task: script(button) for button in SCRIPTS})

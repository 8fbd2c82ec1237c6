"""The one list of buttons, from which Excel's ribbon with its macros and LibreOffice's menu and toolbar are made."""

from typing import NamedTuple

EXAMPLE, OPEN, SAVE, NEW = "example", "open", "save", "new"
"""What a button can ask for: a worked example, a workbook to read, a workbook to write, a new installation workbook."""


class Ask(NamedTuple):
    """Something a button asks for before it does its work; ``suggested``: the name of a file, without its ending."""

    kind: str
    name: str
    title: str
    suggested: str = ""


class Button(NamedTuple):
    """One button. ``task``: the function of :mod:`cbam_udfs.ribbon` that does its work, which takes the workbook and
    what was asked for; without one it is a matter of Excel alone, done by a macro of the button's name.

    ``image``: the name of a picture of Office; ``large``: so on the ribbon; ``toolbar``: LibreOffice's toolbar has it.
    """

    key: str
    label: str
    tip: str
    image: str
    group: str
    task: str = ""
    asks: tuple[Ask, ...] = ()
    large: bool = False
    toolbar: bool = False

    @property
    def macro(self) -> str:
        """The macro in Excel.

        >>> Button("undo", "", "", "", "", "undo").macro, Button("help", "", "", "", "").macro
        ('CbamPressUndo', 'CbamHelp')
        """
        return f"Cbam{'Press' * bool(self.task)}{self.key.title()}"


INSTALLATION, COMMISSION, WORKBOOK, ENGINE = "Installation", "Commission's template", "Workbook", "Engine"

BUTTONS = (
    Button("recalculate", "Recalculate installation", "Reads and checks all inputs, attributes the emissions, and "
           "fills Results, Balances, Trace and Issues. With errors only Issues is written.", "CalculateNow",
           INSTALLATION, "recalculate_installation", large=True, toolbar=True),
    Button("check", "Check inputs", "Writes the findings onto sheet Issues; no figure is touched.",
           "ReviewAcceptChange", INSTALLATION, "check_inputs", toolbar=True),
    Button("explain", "Explain cell", "Says how the figures of the selected row come about: equation, numbers, "
           "provision, cell.", "TracePrecedents", INSTALLATION, "explain_cell"),
    Button("undo", "Undo", "Takes back what the last recalculation wrote, or the last import of a supplier's file.",
           "Undo", INSTALLATION, "undo"),
    Button("communicate", "Fill the Commission's template …", "Fills a downloaded communication template v2.1 or "
           "v2.1.1 with the inputs as they are now. What is written in another way is listed on sheet Issues; with "
           "errors, or a warning without a reason there, nothing is sent.", "FileSaveAs", COMMISSION, "communicate",
           (Ask(OPEN, "Template", "The communication template, as downloaded from the Commission"),
            Ask(SAVE, "Output", "The filled template to write", "communication"))),
    Button("import", "Import a filled template …", "Makes a new installation workbook of a filled communication "
           "template. What has no place in it is listed on its sheet Issues.", "FileOpen", COMMISSION,
           "import_template",
           (Ask(OPEN, "Template", "The filled communication template"),
            Ask(NEW, "Output", "The installation workbook to write", "plant"))),
    Button("precursors", "Import a supplier's file as precursors …", "Adds the goods of a supplier's filled "
           "communication template to sheet Precursors, with their specific embedded emissions and evidence.",
           "GetExternalDataFromOtherSources", COMMISSION, "import_supplier",
           (Ask(OPEN, "Template", "The supplier's filled communication template"),)),
    Button("examples", "New from example", "A new workbook with the inputs of a worked example.", "FileNew", WORKBOOK,
           "new_from_example",
           (Ask(EXAMPLE, "Example", "The worked example"), Ask(NEW, "Output", "The workbook to write")), large=True),
    Button("help", "Help", "The functions with their arguments and an example each.", "Help", WORKBOOK),
    Button("restart", "Restart Python", "Ends the Python process of this workbook and calculates all cells anew.",
           "Refresh", ENGINE),
)  # fmt: skip

"""The commands of ``cbam-xl``, a module each: ``options`` declares what it takes, ``run`` does it."""

COMMANDS = {
    "new": "write an empty installation workbook, or a worked example",
    "recalculate": "read, check, solve, and write the result sheets",
    "check": "findings only",
    "explain": "the trace of one process, what its SEE is made of, or where emissions end",
    "materiality": "the inputs that can move a good's SEE by 5 %, and what hangs on each finding",
    "compare-laws": "both acts side by side, with the reason for each difference",
    "update-defaults": "load the Commission's workbook of default values as a new edition",
    "communicate": "fill the Commission's communication template",
    "import": "make an installation workbook of a filled communication template",
    "convert": "a value from one unit to another",
    "install": "set up live cells and buttons for this user's Excel or LibreOffice",
    "refresh": "renew macros, ribbon and functions of a workbook",
    "doctor": "say what works here, and what doesn't",
    "functions": "the worksheet functions, or one of them",
}
"""What each of them does, in a few words. Its module bears its name."""

"""The worksheet functions as Excel wants them: VBA wrappers, the wizard's texts, the rows of sheet Functions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cbam_udfs.function import Argument, Function

MODULE = "cbam_udfs.excel"
"""The Python module whose functions the wrappers call."""
INSTALLATION = "installation"
INTELLISENSE = "_IntelliSense_"
MOST = 255
"""Most characters of a text in the function wizard."""
RESERVED = frozenset((
    "and", "as", "boolean", "byref", "byte", "byval", "call", "case", "cbool", "cbyte", "ccur", "cdate", "cdbl",
    "cint", "clng", "const", "csng", "cstr", "currency", "cvar", "cverr", "date", "debug", "declare", "dim",
    "do", "double", "each", "else", "elseif", "empty", "end", "enum", "eqv", "erase", "error", "event", "exit",
    "false", "for", "friend", "function", "get", "global", "gosub", "goto", "if", "imp", "implements", "in",
    "input", "integer", "is", "let", "lib", "like", "lock", "long", "loop", "lset", "me", "mod", "new", "next",
    "not", "nothing", "null", "object", "on", "open", "option", "optional", "or", "paramarray", "preserve",
    "print", "private", "property", "public", "put", "raiseevent", "redim", "rem", "resume", "return", "rset",
    "seek", "select", "set", "shared", "single", "spc", "static", "stop", "string", "sub", "tab", "then",
    "time", "to", "true", "type", "typeof", "unlock", "until", "variant", "wend", "while", "with", "write",
    "xor",
))  # fmt: skip
"""Words that no argument of a VBA function may be called."""


def wrapped(functions: Iterable[Function], version: str) -> str:
    """The text of the VBA module with one wrapper for each function."""
    head = "Option Explicit\n' One wrapper for each worksheet function.\nPublic Const CBAM_VERSION As String = "
    return f'{head}"{version}"\n' + "".join(map(wrapper, functions))


def wrapper(function: Function) -> str:
    """The VBA function that hands its arguments to Python; a fault of Python becomes a text in the cell."""
    name = function.name
    signature = ", ".join(("Optional " if a.optional else "") + variable(a) for a in function.arguments)
    values = ", ".join(value(a) for a in function.arguments)
    description = quoted(function.description)
    return f"""
Public Function {name}({signature})
Attribute {name}.VB_Description = {description}
Attribute {name}.VB_ProcData.VB_Invoke_Func = " \\n14"
    On Error GoTo failed
    {name} = CbamPython().CallUDF("{MODULE}", "{name}", Array({values}))
    Exit Function
failed:
    {name} = CbamFailed(Err.Description)
End Function
"""


def variable(argument: Argument) -> str:
    """The name of an argument in VBA, which reserves some words."""
    return f"{argument.name}_" if argument.name.casefold() in RESERVED else str(argument.name)


def value(argument: Argument) -> str:
    """What goes to Python for an argument; a missing installation is read from the workbook."""
    way = "CbamInstallation" if argument.name == INSTALLATION else "CbamValue"
    return f"{way}({variable(argument)})"


def quoted(text: str) -> str:
    '''A text as VBA writes it, in the letters that the editor knows.

    >>> quoted("t CO₂e “net”")
    '"t CO2e ""net"""'
    '''
    plain = text.translate(
        {0x2080 + n: str(n) for n in range(10)} | {0x201C: '"', 0x201D: '"', 0x2212: "-", 0x2192: "->"}
    )
    plain = plain.encode("cp1252", "replace").decode("cp1252")
    return '"' + " ".join(plain.split())[:MOST].replace('"', '""') + '"'


def help_text(argument: Argument) -> str:
    """What an argument is, as much of it as Excel shows."""
    return str(argument.told)[:MOST]


def wizard_rows(functions: Iterable[Function]) -> list[list[str]]:
    """Sheet _IntelliSense_ as the add-in of that name reads it: function, description, help topic, arguments."""
    rows = [["FunctionInfo", "1.0"]]
    for function in functions:
        pairs = [text for a in function.arguments for text in (f"[{a.name}]" * a.optional or a.name, help_text(a))]
        rows.append([function.name, function.description[:MOST], "", *pairs])
    return rows


COLUMNS = (
    ("Function", 60.0), ("What it gives", 70.0), ("Arguments", 90.0), ("Example", 56.0), ("Provision", 24.0),
    ("Group", 18.0),
)  # fmt: skip
"""Headers and widths of sheet Functions."""


def listed_rows(functions: Iterable[Function]) -> list[list[str]]:
    """The rows of sheet Functions."""
    return [
        [f.form.removeprefix("="), f.description, "; ".join(f"{a.name}: {help_text(a)}" for a in f.arguments),
         f.example, f.provision, f.category]
        for f in functions
    ]  # fmt: skip

"""What LibreOffice is told of the extension: the functions with their help, the menu, the toolbar. All of it is text.

Every function is declared under three names, because a workbook stores the one of the program that wrote it: the plain
one, that of an add-in in JavaScript (xlwings Lite), and that of an XLL. Saving leaves each as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from cbam_udfs.buttons import Button
    from cbam_udfs.function import Function

MODULE = "org.cbamxl"
SERVICE, COMMANDS_SERVICE = f"{MODULE}.CbamFunctions", f"{MODULE}.CbamCommands"
PROTOCOL = f"{MODULE}.commands:"
_CONFIGURATION = """<?xml version="1.0" encoding="UTF-8"?>
<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 oor:name="{name}" oor:package="{package}">
{nodes}
</oor:component-data>
"""


class Name(NamedTuple):
    """One name of a function: its method in the add-in, what a cell shows, and what a workbook stores."""

    method: str
    shown: str
    stored: str


def names(function: Function) -> tuple[Name, ...]:
    """The names of a function, the plain one first.

    >>> from cbam_udfs import BY_NAME
    >>> [name.stored for name in names(BY_NAME["CBAM_SEE_DIRECT"])]
    ['CBAM_SEE_DIRECT', '_xldudf_CBAM_SEE_DIRECT', '_xll.CBAM_SEE_DIRECT']
    """
    space, _, rest = function.name.partition("_")
    method = space.lower() + rest.title().replace("_", "")
    return (
        Name(method, function.name, function.name),
        Name(f"{method}Js", f"{space}.{rest}", f"_xldudf_{function.name}"),
        Name(f"{method}Xll", f"{function.name}_XLL", f"_xll.{function.name}"),
    )


def takes_document(function: Function) -> bool:
    """Whether the workbook is handed over too, so that the installation may be left out; a table needs its handle."""
    from cbam_udfs.function import INSTALLATION

    return not function.spills and any(a.name == INSTALLATION for a in function.arguments)


def interface(functions: Iterable[Function]) -> str:
    """The methods of the add-in as IDL text, which LibreOffice reads as it is. Every argument may be anything."""
    lines = []
    for function in functions:
        document = ["[in] com::sun::star::beans::XPropertySet theDocument"] * takes_document(function)
        arguments = ", ".join((*document, *(f"[in] any {_identifier(a.name)}" for a in function.arguments)))
        gives = "sequence< sequence< any > >" if function.spills else "any"
        lines += [f"    {gives} {name.method}( {arguments} );" for name in names(function)]
    methods = "\n".join(lines)
    return (f"module org {{ module cbamxl {{\ninterface XCbamFunctions\n{{\n{methods}\n}};\n"
            "service CbamFunctions: XCbamFunctions;\n}; };\n")  # fmt: skip


def _identifier(argument: str) -> str:
    """The name of an argument in IDL, which reserves words and knows no underscores at the ends.

    >>> _identifier("f_c2f6"), _identifier("sheet")
    ('argFC2F6', 'argSheet')
    """
    return "arg" + argument.title().replace("_", "")


def function_help(functions: Iterable[Function]) -> str:
    """The configuration behind the function wizard: names, descriptions, arguments."""
    nodes = "\n".join(node for function in functions for name in names(function) for node in _function(function, name))
    group = _node(SERVICE, f'<node oor:name="AddInFunctions">\n{nodes}\n</node>')
    return _configuration("CalcAddIns", f'<node oor:name="AddInInfo">{group}</node>')


def _function(function: Function, name: Name) -> Iterator[str]:
    """One name of one function."""
    yield f'<node oor:name="{name.method}" oor:op="replace">'
    yield _property("DisplayName", name.shown) + _property("Description", _described(function, name))
    yield '<prop oor:name="Category"><value>Add-In</value></prop>'
    yield _property("CompatibilityName", name.stored, "en-US")
    yield '<node oor:name="Parameters">'
    hidden = ["theDocument"] * takes_document(function)
    for argument in hidden:
        yield _node(argument, _property("DisplayName", argument) + _property("Description", "The workbook."))
    for a in function.arguments:
        shown = _property("DisplayName", a.name) + _property("Description", a.told)
        yield _node(_identifier(a.name), shown)
    yield "</node></node>"


def _described(function: Function, name: Name) -> str:
    """What the wizard says of a function; of its other names, where they come from."""
    if name.stored == function.name:
        return f"{function.description} Example: {function.example}"
    writer = "xlwings Lite" if name.shown.startswith("CBAM.") else "an XLL add-in"
    return f"{function.name}, as a workbook of {writer} stores it. {function.description}"


def commands() -> dict[str, Button]:
    """The buttons that work in LibreOffice, by key: an example has its menu in Excel's ribbon alone."""
    from cbam_udfs.buttons import BUTTONS, EXAMPLE

    return {b.key: b for b in BUTTONS if b.task and all(ask.kind != EXAMPLE for ask in b.asks)}


def menu() -> str:
    """Menu CBAM and the toolbar of that name."""
    entries = "\n".join(_node(f"m{n}", _command(button)) for n, button in enumerate(commands().values()))
    context = '<prop oor:name="Context"><value>com.sun.star.sheet.SpreadsheetDocument</value></prop>'
    bar = _node(f"{MODULE}.menu", f'{_property("Title", "CBAM")}{context}<node oor:name="Submenu">\n{entries}\n</node>')
    buttons = "\n".join(_node(f"b{n}", _command(button) + context)
                        for n, button in enumerate(commands().values()) if button.toolbar)  # fmt: skip
    tools = _node(f"{MODULE}.toolbar", buttons)
    return _configuration("Addons", f'<node oor:name="AddonUI">\n<node oor:name="OfficeMenuBar">{bar}</node>\n'
                          f'<node oor:name="OfficeToolBar">{tools}</node>\n</node>')  # fmt: skip


def _command(button: Button) -> str:
    return (f'<prop oor:name="URL"><value>{PROTOCOL}{button.key}</value></prop>{_property("Title", button.label)}'
            '<prop oor:name="Target"><value>_self</value></prop>')  # fmt: skip


def toolbar() -> str:
    """How the toolbar first stands: docked at the top, with words on its buttons."""
    state = (f'{_property("UIName", "CBAM")}<prop oor:name="Visible"><value>true</value></prop>'
             '<prop oor:name="Docked"><value>true</value></prop><prop oor:name="DockingArea"><value>0</value></prop>'
             '<prop oor:name="Style"><value>1</value></prop>')  # fmt: skip
    node = _node(f"private:resource/toolbar/addon_{MODULE}.toolbar", state)
    nodes = f'<node oor:name="UIElements"><node oor:name="States">{node}</node></node>'
    return _configuration("CalcWindowState", nodes, "org.openoffice.Office.UI")


def handler() -> str:
    """Who carries out the commands."""
    protocols = f'<prop oor:name="Protocols" oor:type="oor:string-list"><value>{PROTOCOL}*</value></prop>'
    node = _node(f"{COMMANDS_SERVICE}Impl", protocols)
    return _configuration("ProtocolHandler", f'<node oor:name="HandlerSet">{node}</node>')


def _node(name: str, content: str) -> str:
    return f'<node oor:name={quoteattr(name)} oor:op="replace">{content}</node>'


def _property(name: str, value: str, language: str = "en") -> str:
    return f'<prop oor:name="{name}"><value xml:lang="{language}">{escape(value)}</value></prop>'


def _configuration(name: str, nodes: str, package: str = "org.openoffice.Office") -> str:
    return _CONFIGURATION.format(name=name, package=package, nodes=nodes)

"""What LibreOffice loads: the worksheet functions as an add-in, and the commands of menu and toolbar.

A function without its handle reads the input sheets of the workbook itself and answers anew when they change. This
module runs inside LibreOffice alone; ``uno`` and the types of the add-in exist there.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Sequence
from typing import Any

import uno
import unohelper
from cbam_udfs import FUNCTIONS, call
from cbam_udfs.buttons import OPEN, Ask
from cbam_udfs.cells import ERROR_TEXTS
from cbam_udfs.function import Function
from com.sun.star.frame import XDispatch, XDispatchProvider
from com.sun.star.lang import XInitialization, XServiceInfo
from com.sun.star.sheet import ResultEvent, XVolatileResult
from com.sun.star.ui.dialogs.ExecutableDialogResults import OK
from com.sun.star.ui.dialogs.TemplateDescription import FILEOPEN_SIMPLE, FILESAVE_AUTOEXTENSION
from com.sun.star.util import XModifyListener
from org.cbamxl import XCbamFunctions

from cbam_xl.hosts.libreoffice import declaration
from cbam_xl.hosts.libreoffice.document import ERRORS, Document, Uno, input_ranges
from cbam_xl.sheets.declare import IMPORTED
from cbam_xl.sheets.inputs import SHEETS

SHOWN_ERROR = os.environ.get("CBAM_XL_ERRORS", "")
"""Error value, such as #N/A, that cells show in place of a text with a code."""
NUMBERS = {text: number for number, text in ERRORS.items()}
PICKER = "com.sun.star.ui.dialogs.FilePicker"
HANDLERS = "com.sun.star.frame.ProtocolHandler"

_watched: dict[str, Inputs] = {}


def cell_value(value: object) -> object:
    """A value as a cell takes it. An error is a NaN that carries its number; so LibreOffice stores errors itself."""
    if isinstance(value, list | tuple):
        return tuple(tuple(map(cell_value, row)) for row in value)
    if isinstance(value, str) and value in ERROR_TEXTS:
        error: float = struct.unpack("<d", struct.pack("<II", NUMBERS.get(value, 519), 0x7FF80000))[0]
        return error
    return "" if value is None else value


def answer(function: Function, given: tuple[object, ...]) -> object:
    """What the cell shows."""
    found = call(function.name, *given, errors=SHOWN_ERROR)
    if isinstance(found, float):
        return found
    shown = cell_value(found)
    return ((shown,),) if function.spills and not isinstance(shown, tuple) else shown


def ready(texts: Sequence[int], given: tuple[object, ...]) -> tuple[object, ...]:
    """The arguments; a blank cell comes as 0, which is no text. ``texts`` are the places of those that are texts."""
    if not texts:
        return given
    return tuple("" if place in texts and value == 0 else value for place, value in enumerate(given))


def method(function: Function) -> Callable[..., object]:
    """The function as a method of the add-in."""
    texts = [place for place, a in enumerate(function.arguments) if not a.unit and not a.matrix]
    if not declaration.takes_document(function):
        return lambda self, *given: answer(function, ready(texts, given))

    def with_document(self: object, document: Uno, *arguments: object) -> object:
        given = ready(texts, arguments)
        if given[-1] is not None:
            return answer(function, given)
        inputs = _watched.get(document.RuntimeUID)
        if inputs is None:
            inputs = _watched[document.RuntimeUID] = Inputs(document)
        return inputs.result(function, given[:-1])

    return with_document


class Inputs(unohelper.Base, XModifyListener):
    """The input sheets of a workbook, for functions without a handle: read once, and again after a change."""

    def __init__(self, document: Uno) -> None:
        self._uid = document.RuntimeUID
        self._cells = input_ranges(document, {s.name: s.range_name for s in SHEETS})
        self._rows: dict[str, object] = {}
        self._marks = {IMPORTED: None} if document.NamedRanges.hasByName(IMPORTED) else {}
        self._results: dict[tuple[object, ...], Result] = {}
        for cells in self._cells.values():
            cells.addModifyListener(self)

    def result(self, function: Function, given: tuple[object, ...]) -> Result:
        """The answer that changes with the inputs; cells that ask the same share it."""
        key = (function.name, *given)
        if key not in self._results:
            self._results[key] = Result(lambda: self._answer(function, given))
        return self._results[key]

    def _answer(self, function: Function, given: tuple[object, ...]) -> object:
        for sheet, cells in self._cells.items():
            if sheet not in self._rows:
                self._rows[sheet] = cells.DataArray
        return cell_value(call(function.name, *given, book=self._rows | self._marks, errors=SHOWN_ERROR))

    def modified(self, event: Uno) -> None:
        """An input sheet was changed: everything that was asked is answered anew."""
        self._rows.clear()
        for result in list(self._results.values()):
            result.tell()

    def disposing(self, event: Uno) -> None:
        """The workbook was closed."""
        _watched.pop(self._uid, None)


class Result(unohelper.Base, XVolatileResult):
    """An answer that LibreOffice listens to."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self._ask = ask
        self._listeners: list[Uno] = []

    def addResultListener(self, listener: Uno) -> None:
        self._listeners.append(listener)
        listener.modified(self._event())

    def removeResultListener(self, listener: Uno) -> None:
        if listener in self._listeners:
            self._listeners.remove(listener)

    def tell(self) -> None:
        """Say the answer that holds now."""
        if self._listeners:
            event = self._event()
            for listener in list(self._listeners):
                listener.modified(event)

    def _event(self) -> Uno:
        event = ResultEvent()
        event.Source, event.Value = self, self._ask()
        return event


class CbamFunctions(unohelper.Base, XCbamFunctions, XServiceInfo):
    """The add-in; its methods are made from the registry."""

    def __init__(self, context: Uno, *_: object) -> None:
        self._context = context

    def getImplementationName(self) -> str:
        return f"{declaration.SERVICE}Impl"

    def supportsService(self, name: str) -> bool:
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return declaration.SERVICE, "com.sun.star.sheet.AddIn"


for _function in FUNCTIONS:
    for _name in declaration.names(_function):
        setattr(CbamFunctions, _name.method, method(_function))


class CbamCommands(unohelper.Base, XServiceInfo, XDispatchProvider, XDispatch, XInitialization):
    """Carries out the commands in the window where they were given."""

    def __init__(self, context: Uno, *_: object) -> None:
        self._context = context
        self._frame: Uno = None

    def initialize(self, given: tuple[Any, ...]) -> None:
        self._frame = given[0] if given else None

    def getImplementationName(self) -> str:
        return f"{declaration.COMMANDS_SERVICE}Impl"

    def supportsService(self, name: str) -> bool:
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return (HANDLERS,)

    def queryDispatch(self, url: Uno, target: str, flags: int) -> CbamCommands | None:
        return self if url.Protocol == declaration.PROTOCOL and url.Path in declaration.commands() else None

    def queryDispatches(self, requests: tuple[Any, ...]) -> tuple[CbamCommands | None, ...]:
        return tuple(self.queryDispatch(r.FeatureURL, r.FrameName, r.SearchFlags) for r in requests)

    def addStatusListener(self, listener: Uno, url: Uno) -> None:
        """The commands are always there."""

    def removeStatusListener(self, listener: Uno, url: Uno) -> None:
        """Nothing was added."""

    def dispatch(self, url: Uno, arguments: tuple[Any, ...]) -> None:
        from cbam_udfs import ribbon

        button = declaration.commands()[url.Path]
        files = {given.Name: given.Value for given in arguments}
        try:
            asked: list[str] = []
            for ask in button.asks:
                if not (path := files.get(ask.name) or self._file(ask)):
                    return
                asked.append(path)
            getattr(ribbon, button.task)(Document(self._frame.Controller.Model, self._tell), *asked)
        except Exception as error:  # whatever goes wrong has to be seen: LibreOffice would pass over it
            self._tell(f"The command failed: {type(error).__name__}: {error}", "CBAM")

    def _file(self, ask: Ask) -> str:
        """The path of a file, asked for unless a macro has handed it over; "" when the question is cancelled."""
        picker = self._context.ServiceManager.createInstanceWithContext(PICKER, self._context)
        picker.initialize((FILEOPEN_SIMPLE if ask.kind == OPEN else FILESAVE_AUTOEXTENSION,))
        picker.Title = ask.title
        picker.appendFilter("Excel workbook (.xlsx)", "*.xlsx")
        if ask.kind != OPEN:
            picker.DefaultName = f"{ask.suggested}.xlsx"
        chosen: str = uno.fileUrlToSystemPath(picker.SelectedFiles[0]) if picker.execute() == OK else ""
        return chosen

    def _tell(self, message: str, title: str) -> None:
        """A message box."""
        window = self._frame.ContainerWindow
        kind = uno.Enum("com.sun.star.awt.MessageBoxType", "INFOBOX")
        window.Toolkit.createMessageBox(window, kind, 1, title, message).execute()


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(CbamFunctions, f"{declaration.SERVICE}Impl", (declaration.SERVICE,))
g_ImplementationHelper.addImplementation(CbamCommands, f"{declaration.COMMANDS_SERVICE}Impl", (HANDLERS,))

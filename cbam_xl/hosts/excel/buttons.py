"""The buttons of ``cbam_udfs`` as Excel wants them: the ribbon's XML, and the macro behind each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from .functions import quoted

if TYPE_CHECKING:
    from cbam_udfs.buttons import Ask, Button

STATUS = '<labelControl id="cbamStatus" getLabel="CbamStatus"/>'
"""What the last group ends with: whether Python runs."""
_RIBBON = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui" onLoad="CbamOnLoad">
  <ribbon>
    <tabs>
      <tab id="cbamTab" label="CBAM" insertAfterMso="TabData">
{groups}
      </tab>
    </tabs>
  </ribbon>
</customUI>
"""


def ribbon(buttons: Sequence[Button], examples: Iterable[str]) -> str:
    """The XML of tab CBAM; a button that asks for an example is a menu of them."""
    names = list(examples)
    groups = [(label, [_control(button, names) for button in group])
              for label, group in groupby(buttons, key=lambda button: button.group)]  # fmt: skip
    groups[-1][1].append(STATUS)
    lines = []
    for number, (label, controls) in enumerate(groups, 1):
        lines += [f'        <group id="cbamGroup{number}" label={quoteattr(label)}>']
        lines += [f"          {control}" for control in controls]
        lines += ["        </group>"]
    return _RIBBON.format(groups="\n".join(lines))


def _control(button: Button, examples: Sequence[str]) -> str:
    from cbam_udfs.buttons import EXAMPLE

    label, tip = quoteattr(button.label), quoteattr(button.tip)
    size = ' size="large"' if button.large else ""
    looks = (f'id="cbam{button.key.title()}" label={label} imageMso="{button.image}"{size} screentip={label} '
             f"supertip={tip}")  # fmt: skip
    if all(ask.kind != EXAMPLE for ask in button.asks):
        return f'<button {looks} onAction="{button.macro}"/>'
    items = "".join(f'\n            <button id="cbamExample_{name}" tag="{name}" label="{name.replace("_", " ")}" '
                    f'onAction="{button.macro}"/>' for name in examples)  # fmt: skip
    return f"<menu {looks}>{items}\n          </menu>"


def macros(buttons: Iterable[Button]) -> str:
    """The text of the VBA module with the macro of each button that Python does the work of."""
    head = (
        "Option Explicit\n' One macro for each button that Python works for: it asks for files and hands them over.\n"
    )
    return head + "".join(_macro(button) for button in buttons if button.task)


def _macro(button: Button) -> str:
    body = "".join(f"    {line}\n" for number, ask in enumerate(button.asks, 1) for line in _asked(ask, f"x{number}"))
    variables = [f"x{number}" for number in range(1, len(button.asks) + 1)]
    declared = f"    Dim {', '.join(f'{x} As String' for x in variables)}\n" if variables else ""
    given = "".join(f", {x}" for x in variables)
    return (f"\nPublic Sub {button.macro}(control As Object)\n{declared}{body}"
            f'    CbamRun "{button.task}"{given}\nEnd Sub\n')  # fmt: skip


def _asked(ask: Ask, variable: str) -> Iterator[str]:
    """The lines that ask; a button whose question is cancelled does nothing."""
    from cbam_udfs.buttons import EXAMPLE, NEW, OPEN

    if ask.kind == EXAMPLE:
        yield f"{variable} = control.Tag"
        return
    if ask.kind == OPEN:
        yield f"{variable} = CbamOpen({quoted(ask.title)})"
    else:
        ending = "xlsm" if ask.kind == NEW else "xlsx"
        name = quoted(f"{ask.suggested}.{ending}") if ask.suggested else f'control.Tag & ".{ending}"'
        yield f'{variable} = CbamSave({quoted(ask.title)}, {name}, "{ending}", {ask.kind != NEW})'
    yield f"If Len({variable}) = 0 Then Exit Sub"

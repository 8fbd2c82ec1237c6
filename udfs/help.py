"""The function reference, for the command line and for README.md; ``python -m cbam_udfs.help`` prints the latter's."""

from collections.abc import Iterator

from cbam_xl.entries import nearest
from cbam_xl.errors import CbamError
from cbam_xl.model import fold

from .function import Function
from .registry import BY_NAME, FUNCTIONS

WIDTH = 44


def _groups() -> Iterator[tuple[str, list[Function]]]:
    for category in dict.fromkeys(f.category for f in FUNCTIONS):
        yield category, [f for f in FUNCTIONS if f.category == category]


def summary() -> Iterator[str]:
    """Every function by category: how it is written, and what it gives."""
    for category, functions in _groups():
        yield f"\n{category}"
        for f in functions:
            yield f"  {f.form.removeprefix('='):{WIDTH}}"
            yield f"      {f.description}"
    yield "\nOne of them: cbam-xl functions NAME. What may be left out stands in brackets."


def described(name: str) -> Iterator[str]:
    """One function with its arguments. Raises CbamError, with the nearest name, when there is none."""
    known = {fold(n): f for n, f in BY_NAME.items()} | {fold(n.removeprefix("CBAM_")): f for n, f in BY_NAME.items()}
    function = known.get(fold(name))
    if function is None:
        raise CbamError(f"There is no function “{name}”.{nearest(name, list(BY_NAME))} All: cbam-xl functions.")
    return _described(function)


def _described(function: Function) -> Iterator[str]:
    yield function.form
    yield f"  {function.description}"
    for a in function.arguments:
        yield f"  {a.name:16} {a.told}"
    if function.provision:
        yield f"  Provision        {function.provision}"
    yield f"  Example          {function.example}"


def markdown() -> Iterator[str]:
    """The tables of README.md."""
    for category, functions in _groups():
        yield f"\n### {category}\n"
        yield "| Function | Gives |"
        yield "|---|---|"
        for f in functions:
            yield f"| `{f.form.removeprefix('=')}` | {f.description.replace('|', '/')} |"


if __name__ == "__main__":
    print("\n".join(markdown()))

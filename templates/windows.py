"""Pictures of LibreOffice's window for the documentation: ``python templates/windows.py``.

A worked example is opened in the real program on a virtual screen, with the extension, and handled by keys. Needs
LibreOffice 25.2 with its GTK interface, Xvfb, openbox, xdotool and ImageMagick (Debian: libreoffice-gtk3 xvfb openbox
xdotool imagemagick).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

from live_books import recalculated  # noqa: E402

from cbam_xl.hosts.libreoffice import extension  # noqa: E402

DISPLAY = ":87"
SIZE = (1500, 940)
EXAMPLE = "fertiliser_npk"
WAIT = 60
"""Seconds within which the window must stand."""
SETTINGS = {
    "org.openoffice.Office.Common/Misc": {"ShowTipOfTheDay": "false", "FirstRun": "false"},
    "org.openoffice.Office.Linguistic/SpellChecking": {"IsSpellAuto": "false"},
    "org.openoffice.Setup/Product": {"ooSetupLastVersion": "99.9"},
}
"""No greetings in a new profile, no red lines under names."""


class Scene(NamedTuple):
    """A picture: the cell to go to, what is typed and pressed there, and the dialogue that then opens."""

    name: str
    cell: str
    typed: str = ""
    keys: tuple[str, ...] = ()
    dialogue: str = ""


SCENES = (
    Scene("libreoffice_start", "Start.A1"),
    Scene("libreoffice_results", "Results.M7"),
    Scene(
        "libreoffice_wizard", "Processes.O7", "=CBAM_SEE_DIRECT(B7;installation)", ("Up", "ctrl+F2"), "Function Wizard"
    ),
    Scene("libreoffice_explain", "'Source streams'.E9", "", ("F10", *["Right"] * 9, "Down", "Down", "Down", "Return")),
    Scene("libreoffice_menu", "'Source streams'.E7", "", ("F10", *["Right"] * 9, "Down")),
)


def settings() -> str:
    """The settings as LibreOffice keeps them."""
    items = "\n".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, properties in SETTINGS.items()
        for name, value in properties.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    return f"{head}\n{items}\n</oor:items>\n"


def run(*command: str) -> str:
    environment = os.environ | {"DISPLAY": DISPLAY}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=WAIT).stdout


@contextmanager
def started(*command: str) -> Iterator[None]:
    """A program that runs beside, and ends with the block."""
    environment = os.environ | {"DISPLAY": DISPLAY, "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "gtk3"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(WAIT)


def window(title: str) -> str:
    """The window whose title has this, as soon as it stands."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        found = run("xdotool", "search", "--onlyvisible", "--name", title).split()
        if found:
            return found[-1]
        time.sleep(0.5)
    raise SystemExit(f"No window “{title}” within {WAIT} s.")


def press(*keys: str) -> None:
    for key in keys:
        run("xdotool", "key", key)
        time.sleep(0.25)


def show(scene: Scene) -> None:
    """Go to the cell, press the keys, take the picture."""
    press("Escape", "ctrl+shift+t", "ctrl+a")
    run("xdotool", "type", "--delay", "15", scene.cell)
    press("Return")
    time.sleep(1)
    if scene.typed:
        run("xdotool", "type", "--delay", "15", scene.typed)
        press("Return")
    press(*scene.keys)
    if scene.dialogue:
        dialogue = window(scene.dialogue)
        run("xdotool", "windowsize", dialogue, "1100", "640", "windowmove", dialogue, "200", "180")
    time.sleep(2)
    run("import", "-window", "root", "-colors", "96", f"png8:{HERE / scene.name}.png")
    press("Escape", "Escape", "Escape")
    time.sleep(0.5)


def main() -> None:
    """Write all pictures."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        book, _ = recalculated(folder / "fertilisers.xlsx", EXAMPLE)
        extension.unpack(folder / "extensions" / "cbam_xl")
        (folder / "profile" / "user").mkdir(parents=True)
        (folder / "profile" / "user" / "registrymodifications.xcu").write_text(settings())
        width, height = SIZE
        with started("Xvfb", DISPLAY, "-screen", "0", f"{width}x{height}x24"):
            time.sleep(2)
            office = ("soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--norestore", "--nologo",
                      f"-env:BUNDLED_EXTENSIONS={(folder / 'extensions').as_uri()}", "--calc", str(book))  # fmt: skip
            with started("openbox"), started(*office):
                main_window = window("LibreOffice Calc")
                time.sleep(8)
                run("xdotool", "windowsize", main_window, str(width), str(height - 24))
                run("xdotool", "windowmove", main_window, "0", "0")
                run("xdotool", "windowfocus", "--sync", main_window)
                press("ctrl+F5")  # without the side bar
                time.sleep(2)
                for scene in SCENES:
                    show(scene)
                    print(f"{scene.name}.png", flush=True)
                press("ctrl+q", "alt+n")
                time.sleep(3)


if __name__ == "__main__":
    main()

"""LibreOffice as an independent calculator: it recalculates a workbook in a profile that is thrown away afterwards."""

from __future__ import annotations

import os

from .errors import CbamError
from .locks import StrPath

FOLDERS = (r"C:\Program Files\LibreOffice\program", "/Applications/LibreOffice.app/Contents/MacOS",
           "/usr/lib/libreoffice/program")  # fmt: skip
"""Where LibreOffice's programs lie when they aren't on the path."""
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""
"""Always recalculate: else LibreOffice shows the results that a file of another program was saved with."""


def program(name: str) -> str | None:
    """The path of a program of LibreOffice, such as soffice; None when it isn't installed."""
    from shutil import which

    return which(name) or which(name, path=os.pathsep.join(FOLDERS))


def recalculated(file: StrPath, folder: StrPath, deadline: float = 300.0) -> str:
    """Path of a copy of a workbook in ``folder`` in which every formula was calculated anew.

    Raises CbamError when LibreOffice isn't there, gives no file, or needs more than ``deadline`` seconds.
    """
    import subprocess
    from pathlib import Path

    office = program("soffice") or program("libreoffice")
    if office is None:
        raise CbamError("LibreOffice isn't installed, and nothing else here recalculates the file: install it from "
                        "libreoffice.org (soffice must be on the PATH), or leave out --prove.")  # fmt: skip
    profile, out = Path(folder) / "profile", Path(folder) / "recalculated"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE, "utf-8")
    command = [office, f"-env:UserInstallation={profile.absolute().as_uri()}", "--headless", "--norestore",
               "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), os.fspath(file)]  # fmt: skip
    name = os.path.basename(os.fspath(file))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True) as process:
        try:
            said, _ = process.communicate(timeout=deadline)
        except BaseException as error:
            _end(process.pid)
            if isinstance(error, subprocess.TimeoutExpired):
                raise CbamError(f"LibreOffice needed more than {deadline:g} seconds for {name} and was stopped: try "
                                "again when the machine is less busy.") from error  # fmt: skip
            raise
    made = out / Path(name).with_suffix(".xlsx").name
    if not made.is_file():
        raise CbamError(f"LibreOffice gave no recalculated {name}: {said.decode(errors='replace').strip()[:120]}")
    return str(made)


def _end(process: int) -> None:
    """Ends the program and what it started: the script soffice starts the real program as a child."""
    import signal
    from contextlib import suppress

    with suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process, signal.SIGKILL)
        else:
            os.kill(process, signal.SIGTERM)

"""install makes a lasting Python where the one that runs won't do: for real, from a wheel, with pip and an index."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from conftest import CHECKOUT, missing
from test_wheel import wheel as wheel

from cbam_xl.hosts.excel import environment

UNREACHABLE = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}
ONE_CELL = "from cbam_udfs import call; print(call('CBAM_COMBUSTION', 252000, 45, 73))"


class Run:
    """A cbam_xl that uvx or pipx run would keep in a cache: installed from a wheel, with a home folder of its own."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.folder, self.own = folder, folder / "home" / ".local" / "share" / "cbam_xl"
        venv.create(folder / "home" / ".cache" / "env", with_pip=False)
        self.python = next((folder / "home" / ".cache" / "env").glob("bin/python"))
        site = next((folder / "home" / ".cache" / "env").glob("**/site-packages"))
        with zipfile.ZipFile(wheel) as file:
            file.extractall(site)
        (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")

    def install(self, **variables: str) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "XDG_", "COV_", "COVERAGE_"))}
        kept |= {"HOME": str(self.folder / "home"), "PIP_NO_COMPILE": "1"}
        command = [str(self.python), "-P", "-m", "cbam_xl", "install", "--folder", str(self.folder / "CBAM")]
        return subprocess.run(command, capture_output=True, text=True, cwd=self.folder, timeout=600,
                              env=kept | variables)  # fmt: skip

    def made(self) -> list[Path]:
        return list(self.own.iterdir()) if self.own.exists() else []


@pytest.fixture
def run(tmp_path: Path, wheel: Path) -> Run:
    if sys.platform in ("win32", "darwin"):
        pytest.skip("The folders of this test are those of Linux.")
    return Run(tmp_path, wheel)


def test_without_an_index_nothing_is_left_behind_and_the_reason_is_told(run: Run) -> None:
    done = run.install(**UNREACHABLE)
    assert done.returncode == 2
    assert "it lies in a cache" in done.stdout
    assert "pip reached no package index. Check network and proxy" in done.stderr
    assert run.made() == []
    refused = "WARNING: old\nERROR: Could not find a version\nERROR: No matching distribution\nnotice"
    assert environment._refusal(refused).startswith("pip says: ERROR: No matching distribution. Mend that")


def test_a_lasting_environment_is_made_once_and_computes_a_cell(run: Run, wheel: Path) -> None:
    half = run.own / identity(run)
    venv.create(half, with_pip=False)  # as after a power cut
    done = run.install(PIP_FIND_LINKS=str(wheel.parent))
    if "reached no package index" in done.stderr:
        missing("There is no package index here.")
    assert done.returncode == 0, done.stderr
    assert run.made() == [half]
    python = half / "bin" / "python"
    assert f"Python at {python}" in done.stdout
    computed = subprocess.run([python, "-I", "-c", ONE_CELL], capture_output=True, text=True, check=True)
    assert float(computed.stdout) == pytest.approx(252000 * 45 * 73 / 1000)
    before = (half / "pyvenv.cfg").stat().st_mtime_ns
    again = run.install(**UNREACHABLE)
    assert again.stdout == done.stdout
    assert (half / "pyvenv.cfg").stat().st_mtime_ns == before
    inside = subprocess.run([python, "-I", "-m", "cbam_xl", "install"], capture_output=True, text=True, check=True)
    assert "won't do" not in inside.stdout


def identity(run: Run) -> str:
    words = [str(run.python), "-I", "-c", "from cbam_xl.hosts.excel import environment as e; print(e.identity())"]
    return str(subprocess.run(words, capture_output=True, text=True, check=True).stdout).strip()


def test_a_python_that_fails_is_found_out(tmp_path: Path, run: Run) -> None:
    site = next((tmp_path / "home" / ".cache" / "env").glob("**/site-packages"))
    moved = (tmp_path / "home" / ".cache").rename(tmp_path / "home" / "kept")
    python = moved / "env" / "bin" / "python"
    site = moved / site.relative_to(tmp_path / "home" / ".cache")
    said = environment.fault(python, tmp_path / "own")
    assert said.startswith("it has cbam_xl") or not said  # a checkout has more or fewer modules than its wheel
    pinned = next(site.glob("cbam_xl-*.dist-info")) / "METADATA"
    pinned.write_text(pinned.read_text().replace(f"xlwings=={environment.pinned()}", "xlwings==0.0.1"))
    assert environment.fault(python, tmp_path) == f"it has xlwings {version('xlwings')}, but 0.0.1 is needed"
    (site / "cbam_udfs" / "call.py").unlink()
    assert "can't calculate a cell (ModuleNotFoundError: No module named 'cbam_udfs.call')" in environment.fault(
        python, tmp_path / "own"
    )
    assert "lies in a cache" in environment.fault(tmp_path / "Cache" / "python", tmp_path / "own")


ORIGINS = [
    pytest.param({"url": "file:///a/cbam_xl-0.1.0-py3-none-any.whl", "archive_info": {}},
                 "cbam_xl @ file:///a/cbam_xl-0.1.0-py3-none-any.whl", id="wheel"),
    pytest.param({"url": "https://a.example/r", "vcs_info": {"vcs": "git", "commit_id": "0af"}, "subdirectory": "p"},
                 "cbam_xl @ git+https://a.example/r@0af#subdirectory=p", id="repository"),
    pytest.param(None, "cbam_xl==0.1.0", id="index"),
]  # fmt: skip


@pytest.mark.parametrize(("came", "wanted"), ORIGINS)
def test_it_is_installed_from_where_it_came(run: Run, came: object, wanted: str) -> None:
    information = next(run.python.parents[1].glob("**/cbam_xl-*.dist-info"))
    if came is not None:
        (information / "direct_url.json").write_text(json.dumps(came))
    words = [str(run.python), "-I", "-c", "from cbam_xl.hosts.excel import environment as e; print(e.origin())"]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    assert said == wanted
    assert environment.origin() == f"cbam_xl @ {CHECKOUT.as_uri()}"


def test_each_system_has_its_place_for_what_belongs_to_a_user(tmp_path: Path) -> None:
    given = {"LOCALAPPDATA": str(tmp_path / "L"), "XDG_DATA_HOME": str(tmp_path / "X")}
    assert environment.user_folder("win32", given, tmp_path) == tmp_path / "L" / "cbam_xl"
    assert environment.user_folder("win32", {}, tmp_path) == tmp_path / "AppData" / "Local" / "cbam_xl"
    assert environment.user_folder("linux", given, tmp_path) == tmp_path / "X" / "cbam_xl"

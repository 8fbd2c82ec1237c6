"""The built wheel, in an empty environment: what it brings, and that it finds its template and reference sheets."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, ROOT],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return next(folder.glob("cbam_xl-*.whl"))


def test_the_wheel_brings_its_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = file.namelist()
    assert {n.partition("/")[0] for n in names if ".dist-info" not in n} == {"cbam_udfs", "cbam_xl"}
    assert {f"cbam_udfs/{p.name}" for p in (ROOT / "udfs").glob("*.py")} <= set(names)
    assert "cbam_xl/_data/templates/cbam_installation.xlsx" in names
    assert any(n.startswith("cbam_xl/_data/templates/examples/") and n.endswith(".xlsx") for n in names)
    assert {f"cbam_xl/_data/reference_sheets/{p.name}" for p in (ROOT / "reference_sheets").glob("*.csv")} <= set(names)


def test_it_runs_where_no_checkout_is(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=False)
    python = next(p for p in (tmp_path / "env/bin/python", tmp_path / "env/Scripts/python.exe") if p.exists())
    site = next((tmp_path / "env").glob("**/site-packages"))
    with zipfile.ZipFile(wheel) as file:
        file.extractall(site)

    def run(*arguments: str) -> str:
        command = [str(python), "-I", "-m", "cbam_xl", *arguments]
        return str(subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path).stdout)

    assert run("functions", "gwp").startswith("=CBAM_GWP(gas)")
    run("new", "plant.xlsx")
    assert (tmp_path / "plant.xlsx").read_bytes() == (ROOT / "templates/cbam_installation.xlsx").read_bytes()
    assert run("convert", "1", "Gcal", "GJ").strip() == "1 Gcal = 4.1868 GJ"
    assert "cement" in run("new", "--example", "list", "unused.xlsx").split()


def test_an_editable_install_uses_the_functions_of_the_checkout(tmp_path: Path) -> None:
    """Their folder bears another name there; a copy of it would be out of date after the next edit."""
    build = "import sys, hatchling.build; print(hatchling.build.build_editable(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", build, str(tmp_path)], check=True, capture_output=True, text=True,
                          cwd=ROOT)  # fmt: skip
    with zipfile.ZipFile(tmp_path / done.stdout.split()[-1]) as file:
        file.extractall(tmp_path / "site")
    code = "import site, sys; site.addsitedir(sys.argv[1]); import cbam_udfs.handle as h; print(h.__file__)"
    shown = subprocess.run([sys.executable, "-I", "-S", "-c", code, str(tmp_path / "site")], check=True,
                           capture_output=True, text=True, cwd=tmp_path)  # fmt: skip
    assert Path(shown.stdout.strip()) == ROOT / "udfs" / "handle.py"

"""Every command that writes, killed at every call, disturbed by another writer, without room, rights or lock."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from . import container
from .pool import CHECKOUT
from .sources import SHARED, TEMPLATE, default_values
from .stopped import Commands

if sys.platform == "win32":
    pytest.skip("signals and forks of POSIX systems", allow_module_level=True)

EXAMPLE = CHECKOUT / "templates" / "examples" / "cement.xlsx"
OFFICIAL = SHARED / "official" / "examples" / "ec_example_1_cement_v2.1_FILLED.xlsx"


class Writing(NamedTuple):
    """A command that writes, and the files that it writes; the first is its purpose."""

    arguments: tuple[str, ...]
    writes: tuple[str, ...]
    needs_shared: bool = False


WRITINGS = {
    "recalculate": Writing(("recalculate", "plant.xlsx"), ("plant.xlsx",)),
    "recalculate -o": Writing(("recalculate", "plant.xlsx", "-o", "older.xlsx"), ("older.xlsx",)),
    "check --write": Writing(("check", "plant.xlsx", "--write"), ("plant.xlsx",)),
    "refresh": Writing(("refresh", "live.xlsm"), ("live.xlsm",)),
    "new": Writing(("new", "fresh.xlsx"), ("fresh.xlsx",)),
    "update-defaults": Writing(("update-defaults", "DVs_v20260806.xlsx"), ("reference/default_values_definitive.csv",)),
    "communicate": Writing(("communicate", "plant.xlsx", "--template", "empty.xlsx", "-o", "sent.xlsx"),
                           ("sent.xlsx", "plant.xlsx"), True),
    "import": Writing(("import", "official.xlsx", "-o", "fresh.xlsx"), ("fresh.xlsx",), True),
    "import --as-precursors": Writing(("import", "official.xlsx", "-o", "plant.xlsx", "--as-precursors"),
                                      ("plant.xlsx",), True),
}  # fmt: skip
SLOW = ("refresh", "communicate", "import", "import --as-precursors", "update-defaults")
each_writing = pytest.mark.parametrize("name", WRITINGS)


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    child = Commands()
    yield child
    child.stop()


class Desk:
    """A folder with everything that the commands read, put back in order between two runs."""

    def __init__(self, origin: Path, folder: Path, commands: Commands) -> None:
        self.origin, self.folder, self.commands = origin, folder, commands
        self._first = {path.relative_to(origin): path.read_bytes() for path in origin.rglob("*") if path.is_file()}
        self._seen: dict[Path, tuple[int, int, int]] = {}
        self.tidy()

    def tidy(self) -> None:
        """Every file as it was at first."""
        for path in self._all():
            name = path.relative_to(self.folder)
            if name not in self._first or not self._untouched(name):
                path.unlink()
        for name, content in self._first.items():
            if not (self.folder / name).exists():
                (self.folder / name).parent.mkdir(exist_ok=True)
                (self.folder / name).write_bytes(content)
                (self.folder / name).chmod(0o666)
                self._seen[name] = self._state(name)

    def _all(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if not path.is_dir()]

    def _state(self, name: Path) -> tuple[int, int, int]:
        status = (self.folder / name).stat()
        return status.st_ino, status.st_mtime_ns, status.st_size

    def _untouched(self, name: Path) -> bool:
        return self._seen.get(name) == self._state(name)

    def run(self, arguments: tuple[str, ...], **how: object) -> dict[str, object]:
        """Run a command here; `between` is another command's arguments."""
        if between := how.get("between"):
            how["between"] = self.placed(between)  # type: ignore[arg-type]
        answer = self.commands.run(*self.placed(arguments), reference=self.folder / "reference", **how)
        assert "Traceback" not in str(answer["err"]), answer["err"]
        return answer

    def placed(self, arguments: tuple[str, ...]) -> list[str]:
        """Names of files as paths in this folder."""
        return [str(self.folder / a) if a.endswith((".xlsx", ".xlsm")) else a for a in arguments]

    def files(self) -> dict[str, bytes]:
        """Every file but remains of killed commands, with its content."""
        names = [path.relative_to(self.folder) for path in self._all() if ".cbam-" not in path.name]
        return {str(name): self._first[name] if self._untouched(name) else (self.folder / name).read_bytes()
                for name in names}  # fmt: skip

    def remains(self) -> list[str]:
        """What killed commands left behind."""
        return [path.name for path in self._all() if ".cbam-" in path.name]


@pytest.fixture
def desk(tmp_path: Path, commands: Commands) -> Desk:
    origin = tmp_path / "origin"
    (origin / "reference").mkdir(parents=True)
    for path in (CHECKOUT / "reference_sheets").glob("*.csv"):
        shutil.copy(path, origin / "reference")
    shutil.copy(EXAMPLE, origin / "plant.xlsx")
    shutil.copy(EXAMPLE.with_name("hydrogen.xlsx"), origin / "older.xlsx")
    macros = container.parts_of((CHECKOUT / "templates" / "cbam_installation.xlsm").read_bytes())
    ribbon = next(name for name in macros if name.startswith("customUI/"))
    (origin / "live.xlsm").write_bytes(container.built({**macros, ribbon: macros[ribbon] + b"<!-- older -->"}))
    (origin / "DVs_v20260806.xlsx").write_bytes(default_values().data)
    if SHARED.is_dir():
        shutil.copy(TEMPLATE, origin / "empty.xlsx")
        shutil.copy(OFFICIAL, origin / "official.xlsx")
    (tmp_path / "desk").mkdir()
    return Desk(origin, tmp_path / "desk", commands)


@pytest.fixture
def writing(name: str, request: pytest.FixtureRequest) -> Writing:
    if WRITINGS[name].needs_shared:
        request.getfixturevalue("shared")
    return WRITINGS[name]


def points(calls: int, slow: bool) -> list[int]:
    """The first calls, some in between, and the last ones, among which the file is replaced."""
    last = 4 if slow else 6
    return sorted({1, 3, calls // 3, *range(max(1, calls - last), calls + 1)})


@each_writing
def test_killed_at_every_call(name: str, writing: Writing, desk: Desk) -> None:
    """Before and after each: the old or the new file stands there, whole; the next run clears the remains."""
    old = desk.files()
    whole = desk.run(writing.arguments)
    assert whole["status"] == 0, whole["err"]
    new = desk.files()
    assert {file for file in old.keys() | new.keys() if old.get(file) != new.get(file)} == set(writing.writes)
    left_behind = 0
    for at in points(int(str(whole["calls"])), name in SLOW):
        desk.tidy()
        killed = desk.run(writing.arguments, at=at)
        assert killed["status"] == -9
        now = desk.files()
        for file in old.keys() | new.keys() | now.keys():
            assert now.get(file) in (old.get(file), new.get(file)), (at, file)
        left_behind += bool(desk.remains())
        if now.get(writing.writes[0]) == new[writing.writes[0]]:
            continue  # it is done
        assert desk.run(writing.arguments)["status"] == 0
        assert desk.files()[writing.writes[0]] == new[writing.writes[0]]
        assert desk.remains() == []
    assert left_behind


@each_writing
def test_killed_at_a_random_moment(name: str, writing: Writing, desk: Desk) -> None:
    old = desk.files()
    assert desk.run(writing.arguments)["status"] == 0
    new = desk.files()
    chance = Random(name)
    for _ in range(2 if name in SLOW else 6):
        desk.tidy()
        desk.run(writing.arguments, after=chance.uniform(0.002, 0.6 if name in SLOW else 0.08))
        now = desk.files()
        assert all(now.get(file) in (old.get(file), new.get(file)) for file in old.keys() | new.keys() | now.keys())


@each_writing
def test_no_room(name: str, writing: Writing, desk: Desk) -> None:
    """The first bytes fit onto the disk and the rest doesn't."""
    before = desk.files()
    answer = desk.run(writing.arguments, largest=5000)
    assert answer["status"] == 2
    assert "was not written" in str(answer["err"])
    assert (desk.files(), desk.remains()) == (before, [])


@each_writing
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a command as another user")
def test_a_folder_that_may_not_be_written_into(name: str, writing: Writing, desk: Desk) -> None:
    before = desk.files()
    folder = (desk.folder / writing.writes[0]).parent
    for above in desk.folder.parents:
        above.chmod(above.stat().st_mode | 0o055)
    for path in [*desk.folder.rglob("*"), desk.folder]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    answer = desk.run(writing.arguments, user=65534)
    assert answer["status"] == 2
    assert "write-protected" in str(answer["err"])
    assert (desk.files(), desk.remains()) == (before, [])
    assert folder.is_dir()


@pytest.mark.parametrize("name", [name for name in WRITINGS if name not in ("new", "update-defaults")])
@pytest.mark.parametrize("lock", ["~${}", ".~lock.{}#"])
def test_a_file_that_is_open_elsewhere(name: str, writing: Writing, lock: str, desk: Desk) -> None:
    target = desk.folder / writing.writes[0]
    (desk.folder / lock.format(target.name)).write_bytes(b"")
    before = desk.files()
    answer = desk.run(writing.arguments)
    assert answer["status"] == 2
    assert f"{target.name} is open in " in str(answer["err"])
    assert (desk.files(), desk.remains()) == (before, [])


OTHERS = {
    "recalculate": ("recalculate", "plant.xlsx"),
    "check --write": ("check", "plant.xlsx", "--write"),
    "import --as-precursors": ("import", "official.xlsx", "-o", "plant.xlsx", "--as-precursors"),
}


@pytest.mark.parametrize("name", ["recalculate", "check --write", "import --as-precursors"])
def test_another_writer_at_every_call(name: str, writing: Writing, desk: Desk, shared: Path) -> None:
    """Whoever says that it wrote has written: nobody's work is lost under another's."""
    calls = int(str(desk.run(writing.arguments)["calls"]))
    other = OTHERS["import --as-precursors" if name != "import --as-precursors" else "recalculate"]
    for at in (1, calls // 2, calls - 4, calls - 3, calls - 1):
        desk.tidy()
        answer = desk.run(writing.arguments, at=at, between=other)
        between = answer["between"]
        assert isinstance(between, dict)
        statuses = {writing.arguments: answer["status"], other: between["status"]}
        assert all(status in (0, 1, 2) for status in statuses.values()), answer
        assert 0 in statuses.values()
        texts = _texts(desk.folder / "plant.xlsx")
        for arguments, status in statuses.items():
            assert (MARKS[arguments[0]] in texts) == (status == 0), (at, arguments, answer)


MARKS = {"recalculate": "recalculated 2026-01-01", "check": "Inputs checked 2026-01-01", "import": "official.xlsx"}


def _texts(path: Path) -> str:
    """All texts of a workbook that a run can leave there."""
    parts = container.parts_of(path.read_bytes())
    return "".join(parts[name].decode() for name in sorted(parts) if "worksheets/sheet" in name)


@pytest.mark.parametrize("name", ["new", "import"])
def test_a_name_that_is_taken_in_between(name: str, writing: Writing, desk: Desk) -> None:
    """What another program saves under that name in the meantime stays."""
    calls = int(str(desk.run(writing.arguments)["calls"]))
    for at in (1, calls - 4, calls - 3, calls - 1):
        desk.tidy()
        answer = desk.run(writing.arguments, at=at, between=("new", "fresh.xlsx", "--example", "hydrogen"))
        between = answer["between"]
        assert isinstance(between, dict)
        assert sorted((answer["status"], between["status"])) == [0, 2], (at, answer)
        theirs = (CHECKOUT / "templates" / "examples" / "hydrogen.xlsx").read_bytes()
        assert (desk.files()["fresh.xlsx"] == theirs) == (between["status"] == 0)

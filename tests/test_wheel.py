from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked in a place of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_has_everything_the_program_reads(wheel: Path) -> None:
    files = {p.relative_to(wheel).as_posix() for p in wheel.rglob("*") if p.is_file()}
    data = {
        p.relative_to(ROOT).as_posix()
        for p in (ROOT / "kit").rglob("*")
        if p.is_file() and p.suffix != ".pyc"
    }
    texts = {f"kit/{p.relative_to(ROOT).as_posix()}" for p in (ROOT / "templates").rglob("*.*")}

    assert data | texts <= files
    assert not any(name.startswith(("tests/", "examples/")) for name in files)


def test_the_wheel_runs_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(wheel)}
    for arguments in (
        ["--version"],
        ["import", str(ROOT / "examples/google.vcf")],
        ["choose", "--everyone-else"],
        ["facts"],
        ["guide", "--to", "guide", "--for", "me"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "kit", *arguments],
            cwd=tmp_path,
            env=environment,
            check=False,
            capture_output=True,
        )
        assert done.returncode in (0, 3), done.stderr
    planned = subprocess.run(
        [sys.executable, "-m", "kit", "plan", "--from", "Li Ming"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )

    assert "segments: 2 (UCS-2)" in planned.stdout

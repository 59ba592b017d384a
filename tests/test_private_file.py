"""Files that only their owner may read, wherever they are written."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from kit import private_file

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_what_somebody_laid_in_the_way_gets_nothing_of_it(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("mine")
    page = tmp_path / "page.html"
    (tmp_path / f"page.html.{os.getpid()}{private_file.UNFINISHED}").symlink_to(theirs)
    private_file.write(page, "names and numbers")

    assert theirs.read_text() == "mine"
    assert page.read_text() == "names and numbers"
    assert not page.is_symlink()
    assert stat.S_IMODE(page.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="no modes on Windows")
def test_a_file_that_others_can_read_is_not_written_into(tmp_path: Path) -> None:
    left = tmp_path / f"page.html.{os.getpid()}{private_file.UNFINISHED}"
    left.touch()
    left.chmod(0o666)
    private_file.write(tmp_path / "page.html", "names and numbers")

    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o600


def test_a_disk_without_links_keeps_what_is_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", no_links)
    private_file.write(tmp_path / "salt", "first", keep=True)
    private_file.write(tmp_path / "salt", "second", keep=True)

    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("salt", "first")]

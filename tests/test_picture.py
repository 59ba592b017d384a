from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kit.actions.picture import Picture, picture
from kit.errors import FileTakenError, PictureError
from kit.model import E164, Form

if TYPE_CHECKING:
    from pathlib import Path

    from kit.actions.store import Store

OWN = E164("+8613800000999")


def test_a_picture_that_cannot_be_taken_away_is_said(tmp_path: Path) -> None:
    with pytest.raises(PictureError):
        Picture(tmp_path).clear()


def test_what_a_link_points_to_is_never_written_over(store: Store, tmp_path: Path) -> None:
    mine, path = tmp_path / "mine.png", tmp_path / "code.png"
    with picture(store, path) as shown:
        shown.show(Form.TEXT, OWN, "text")
        mine.write_bytes(path.read_bytes())
    before = mine.read_bytes()
    path.symlink_to(mine)

    with pytest.raises(FileTakenError), picture(store, path):
        pass
    assert mine.read_bytes() == before
    assert path.is_symlink()

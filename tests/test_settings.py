from __future__ import annotations

from pathlib import Path

import pytest

from kit.settings import load


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "zh-Hans"),
        ({"LANG": "C.UTF-8"}, "zh-Hans"),
        ({"LANG": "POSIX"}, "zh-Hans"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-Hans"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh-Hans"),
        ({"LANG": "zh_CN.UTF-8", "KIT_LANG": "en"}, "en"),
    ],
)
def test_the_program_speaks_the_readers_language(environ: dict[str, str], language: str) -> None:
    assert load(environ).language == language


def test_everything_moves_with_kit_home(tmp_path: Path) -> None:
    assert load({"KIT_HOME": str(tmp_path)}).home == tmp_path
    assert load({"KIT_HOME": "~/kit"}).home == Path("~/kit").expanduser()
    assert load({}).home.name == "contact-notification-kit"


def test_no_secret_is_in_the_repr() -> None:
    shown = repr(load({"KIT_PASSPHRASE": "geheim", "KIT_FROM": "小明"}))

    assert "geheim" not in shown
    assert "小明" not in shown

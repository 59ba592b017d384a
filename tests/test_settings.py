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
        ({"LANG": "C", "LC_ALL": ""}, "zh-Hans"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-Hans"),
        ({"LANG": "zh_CN.GB18030"}, "zh-Hans"),
        ({"LANG": "zh_SG.UTF-8"}, "zh-Hans"),
        ({"LANG": "zh_TW.UTF-8"}, "zh-Hant"),
        ({"LANG": "zh_TW.Big5"}, "zh-Hant"),
        ({"LANG": "zh_HK"}, "zh-Hant"),
        ({"LANG": "zh_MO.UTF-8"}, "zh-Hant"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_HK.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh-Hans"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, "zh-Hant"),
        ({"LC_MESSAGES": "zh_TW.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_TW:zh:en"}, "zh-Hant"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en_US:zh_CN"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "KIT_LANG": "en"}, "en"),
        ({"LANGUAGE": "en", "KIT_LANG": "zh"}, "zh-Hans"),
        ({"LANG": "zh_TW.UTF-8", "KIT_LANG": "zh-Hans"}, "zh-Hans"),
        ({"LANG": "zh_CN.UTF-8", "KIT_LANG": "zh-Hant"}, "zh-Hant"),
        ({"KIT_LANG": "zh-hant-hk"}, "zh-Hant"),
        ({"KIT_LANG": "zh-Hans-HK"}, "zh-Hans"),
        ({"KIT_LANG": "zh_Hant_CN.UTF-8"}, "zh-Hant"),
        ({"KIT_LANG": "zh-HK"}, "zh-Hant"),
        ({"KIT_LANG": "zh-MY"}, "zh-Hans"),
        ({"KIT_LANG": "Chinese (Simplified)_China.936"}, "zh-Hans"),
        ({"KIT_LANG": "Chinese (Simplified)_Hong Kong SAR.936"}, "zh-Hans"),
        ({"KIT_LANG": "Chinese (Traditional)_Taiwan.950"}, "zh-Hant"),
        ({"KIT_LANG": "Chinese (Traditional)_Macao SAR.950"}, "zh-Hant"),
        ({"KIT_LANG": "Chinese_Hong Kong.950"}, "zh-Hant"),
        ({"KIT_LANG": "English_Hong Kong SAR.1252"}, "en"),
        ({"KIT_LANG": "中文", "LANG": "zh_TW.UTF-8"}, "zh-Hant"),
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


@pytest.mark.parametrize(
    ("environ", "no_colour", "dumb"),
    [
        ({}, False, False),
        ({"NO_COLOR": "", "TERM": "xterm-256color"}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, False, True),
    ],
)
def test_what_the_terminal_can_do_is_read(
    environ: dict[str, str], no_colour: bool, dumb: bool
) -> None:
    settings = load(environ)

    assert (settings.no_colour, settings.dumb) == (no_colour, dumb)

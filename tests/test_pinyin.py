"""Names in pinyin: which texts find whom, how names are read, and that it stays small."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from conftest import bare_environment

from kit.contacts.pinyin import spelt


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("王小芳", ["wangxiaofang", "wxf", "xiaofang", "xf", "fang"]),
        ("单雪梅", ["shanxuemei", "danxuemei", "sxm"]),
        ("曾国强", ["zengguoqiang", "cengguoqiang", "zgq"]),
        ("仇英", ["qiuying", "chouying", "qy"]),
        ("解晓东", ["xiexiaodong", "jiexiaodong", "xxd"]),
        ("尉迟恭", ["yuchigong", "ycg"]),
        ("万俟雅", ["moqiya", "mqy"]),
        ("老曾", ["laozeng", "lz", "zeng"]),
        ("吕绿", ["lvlv", "lulu", "ll"]),
        ("劉德華", ["liudehua", "ldh"]),
        ("A妈妈", ["amama", "mama", "mm"]),
        ("Anna 李", ["annali", "al", "li"]),
        ("王🌸小芳\u200b", ["wangxiaofang", "wxf"]),
        ("小王88", ["xiaowang88", "xw8"]),
        ("\U00020000", ["he"]),
    ],
)
def test_a_name_is_found_by_its_pinyin_and_its_initials(name: str, texts: list[str]) -> None:
    assert set(texts) - set(spelt(name)) == set()


def test_a_surname_is_read_as_one_first_and_only_where_it_is_one() -> None:
    assert spelt("单雪梅")[0] == "shanxuemei"
    assert spelt("尉迟恭")[0] == "yuchigong"
    assert spelt("小单")[0] == "xiaodan"


def test_what_nobody_can_read_is_found_by_nothing() -> None:
    assert spelt("") == ()
    assert spelt("🌸!?\u202e") == ()
    assert spelt("김철수") == ()


@pytest.mark.parametrize("name", ["单" * 500, "行长重朝乐仇解区查朴繁能", "a 单 " * 200])
def test_the_ways_to_read_a_name_are_few_whatever_it_is(name: str) -> None:
    texts = spelt(name)

    assert len({text for text in texts if len(text) > 12}) <= 8 * 12
    assert sum(map(len, texts)) < 10_000


def test_ten_thousand_names_take_well_below_a_second() -> None:
    surnames, given = "王李张刘陈单曾仇解乐", "芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚"
    names = [f"{a}{b}{c}" for a in surnames for b in given for c in given for _ in range(3)]
    spelt("王")
    started = time.process_time()
    for name in names:
        spelt(name)

    assert len(names) > 10_000
    assert time.process_time() - started < 1


def test_only_the_table_of_single_characters_is_loaded() -> None:
    program = (
        "import sys\nfrom kit.contacts.pinyin import spelt\n"
        "assert spelt('王小芳')\n"
        "print([m for m in sys.modules if m.startswith('pypinyin')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, env=bare_environment()
    )

    assert done.stdout.split() == [b"[]"]

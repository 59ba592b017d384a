"""What can be brought in, and what is said of everything else."""

from __future__ import annotations

import errno
import io
import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bounded
import pytest
from conftest import EXAMPLES, card
from hypothesis import given
from hypothesis import strategies as st

from kit.actions import people
from kit.actions.importing import check_charset, import_files
from kit.actions.sources import noting, sources
from kit.errors import UnknownCharsetError
from kit.model import Card, CardNumber, NumberKind
from kit.vcard import Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from click.testing import Result

    from kit.actions.store import Store
    from kit.model import Problem

    Kit = Callable[..., Result]
    Book = Callable[..., Path]

MOTHER = card("妈妈", "13800000001")
FRIEND = card("王小芳", "13800000004")
GOOGLE = "First Name,Last Name,Phone 1 - Label,Phone 1 - Value\n小芳,王,Mobile,13800000004\n"


def zipped(path: Path, *files: tuple[str, str | bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return path


def said(problems: list[Problem]) -> list[str]:
    return [str(problem) for problem in problems]


def brought_in(store: Store, *named: Path) -> tuple[list[str], list[str]]:
    """Names in the book afterwards, and what was said."""
    done = import_files(store, named)
    return [contact.name for contact in people.contacts(store)], said(list(done.problems))


OTHERS = "exports Other files in it, which are no .vcf and no .csv: 3. They are left out."


# --- folders ----------------------------------------------------------------------------


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """A folder as a phone may leave it."""
    folder = tmp_path / "exports"
    (folder / "b").mkdir(parents=True)
    (folder / "王小芳.vcf").write_text(FRIEND, encoding="utf-8")
    (folder / "b" / "妈妈.VCF").write_text(MOTHER + card("", "10086"), encoding="utf-8")
    return folder


def test_a_folder_is_every_vcf_file_in_it_named_by_number(store: Store, exports: Path) -> None:
    names, problems = brought_in(store, exports)

    assert names == ["妈妈", "王小芳"]
    sources = [contact.sources for contact in people.contacts(store)]
    assert sources == [("exports/1:1",), ("exports/2:1",)]
    assert not any("妈妈" in line or "王小芳" in line for line in problems)


def test_other_and_hidden_files_of_a_folder_are_counted_on_one_line(
    store: Store, exports: Path
) -> None:
    for name in ("a.jpg", "notes.txt", ".hidden.vcf", ".DS_Store", "._b.vcf"):
        (exports / name).write_text(card("谁", "13800000005"), encoding="utf-8")
    names, problems = brought_in(store, exports)

    assert names == ["妈妈", "王小芳"]
    assert OTHERS in problems


def test_a_folder_without_an_address_book_says_so(store: Store, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"\xff\xd8\xff")

    assert brought_in(store, tmp_path / "photos") == (
        [],
        ["photos There is no .vcf or .csv file in it. Is it the right one?"],
    )


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_in_a_folder_are_not_followed_and_a_loop_ends(store: Store, exports: Path) -> None:
    (exports / "loop").symlink_to(exports)
    (exports / "loop.vcf").symlink_to(exports / "loop.vcf")
    os.mkfifo(exports / "pipe.vcf")
    names, problems = brought_in(store, exports)

    assert names == ["妈妈", "王小芳"]
    assert OTHERS in problems


def test_folders_too_deep_are_said_and_the_rest_is_read(store: Store, exports: Path) -> None:
    deep = exports.joinpath(*"abcdefghijklmnop")
    deep.mkdir(parents=True)
    (deep / "x.vcf").write_text(card("谁", "13800000005"), encoding="utf-8")
    names, problems = brought_in(store, exports)

    assert "谁" not in names
    assert "王小芳" in names
    assert any("too much in it" in line for line in problems)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_a_folder_without_rights_costs_only_itself(
    store: Store, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may do everything is refused by hand: the tests may run as root."""
    shut = exports / "b"
    real = os.scandir

    def refusing(path: str | int) -> Any:  # noqa: ANN401 (an iterator that os keeps to itself)
        if not isinstance(path, int) and os.fspath(path) == os.fspath(shut):
            raise PermissionError(errno.EACCES, "no", os.fspath(shut))
        return real(path)

    monkeypatch.setattr(os, "scandir", refusing)
    names, problems = brought_in(store, exports)

    assert names == ["王小芳"]
    assert problems == ["exports A folder in it cannot be read: access is not allowed."]

    shut = exports
    assert brought_in(store, exports)[1] == [
        "exports The file cannot be read: access is not allowed."
    ]


# --- zips -------------------------------------------------------------------------------


def test_a_zip_is_its_vcf_and_csv_files_named_by_number(store: Store, tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "contacts.zip",
        ("Takeout/Contacts/王小芳.csv", GOOGLE.encode()),
        ("../../妈妈.vcf", MOTHER + card("移动", "10086")),
        ("__MACOSX/._妈妈.vcf", b"\0\5\26\7"),
        ("Takeout/a.jpg", b"\xff\xd8\xff"),
    )
    names, problems = brought_in(store, path)

    assert names == ["妈妈", "移动", "王小芳"]
    assert problems == [
        "contacts.zip Other files in it, which are no .vcf and no .csv: 1. They are left out.",
        "contacts.zip/1:9 This is a short or service number, not a person's.",
    ]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["contacts.zip", "home"]


def with_flag(path: Path, flag: int) -> Path:
    """The zip with a flag set on its last file, as one with a password has it."""
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= flag
    path.write_bytes(data)
    return path


def test_a_zip_with_a_password_says_what_to_do(store: Store, tmp_path: Path) -> None:
    path = with_flag(zipped(tmp_path / "a.zip", ("a.vcf", MOTHER)), 1)

    assert brought_in(store, path) == (
        [],
        ["a.zip The zip has a password. Unpack it first, then bring in the .vcf files."],
    )


def test_a_zip_within_a_zip_is_not_opened(store: Store, tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", ("a.vcf", MOTHER)).read_bytes()
    names, problems = brought_in(
        store,
        zipped(tmp_path / "a.zip", ("inner.zip", inner), ("b.vcf", inner), ("c.vcf", FRIEND)),
    )

    assert names == ["王小芳"]
    assert problems == [
        "a.zip/1 A zip must be named by itself, as in kit import contacts.zip.",
        "a.zip Other files in it, which are no .vcf and no .csv: 1. They are left out.",
    ]


def test_a_damaged_file_in_a_zip_costs_only_itself(store: Store, tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.vcf", MOTHER), ("b.vcf", FRIEND), how=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"13800000001", b"13800000009", 1))
    names, problems = brought_in(store, path)

    assert names == ["王小芳"]
    assert problems == [
        "a.zip/1 This file in the zip is damaged; nothing of it was used. Please pack it once more."
    ]


def test_a_damaged_zip_has_one_line(store: Store, tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.vcf", MOTHER))
    path.write_bytes(path.read_bytes()[:-30])
    names, problems = brought_in(store, path, EXAMPLES / "google.vcf")

    assert "王小芳" in names
    assert problems[0] == (
        "a.zip The zip is damaged and cannot be opened. Please pack or export it once more."
    )


def test_a_file_packed_in_an_unusual_way_has_one_line(store: Store, tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.vcf", MOTHER), how=zipfile.ZIP_BZIP2)

    assert brought_in(store, path)[1] == [
        "a.zip/1 This file in the zip is packed in an unusual way. Unpack the zip first."
    ]


def test_a_zip_of_too_many_files_is_not_opened(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    listed = 200_000
    end = b"PK\x05\x06" + b"\0" * 8 + (listed * 46).to_bytes(4, "little") + b"\0" * 6
    path.write_bytes(b"PK\x03\x04" + b"\0" * 100 + end)

    assert "too many files" in brought_in(store, path)[1][0]


def test_an_office_file_is_known_and_what_to_do_is_said(store: Store, tmp_path: Path) -> None:
    path = zipped(tmp_path / "contacts.xlsx", ("[Content_Types].xml", "<x/>"), ("xl/a.xml", "x"))

    (line,) = brought_in(store, path)[1]
    assert line.startswith("contacts.xlsx This is a Word or Excel file.")
    assert line.endswith("else export a .vcf file on the phone.")


@pytest.fixture
def bomb(tmp_path: Path) -> Path:
    """A zip of half a megabyte that says it holds 500 MB, and a good file beside it."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("a.vcf", "w") as file:
            for _ in range(500):
                file.write(b"BEGIN:VCARD\nTEL:1\nEND:VCARD\n" * 36_000)
        archive.writestr("b.vcf", FRIEND)
    return path


def test_a_zip_bomb_takes_little_memory_and_the_rest_is_read(kit: Kit, bomb: Path) -> None:
    done = bounded.bring_in(bomb)

    assert done.returncode == 3
    assert "bomb.zip/1  This file in the zip grows beyond measure" in done.stderr
    assert "1 cards read" in done.stdout
    assert "王小芳" in kit("contacts").stdout


def test_many_files_that_are_a_bomb_together_are_left_out(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.vcf", b"\n" * 40_000_000)

    assert brought_in(store, path) == (
        [],
        ["bomb.zip The zip grows beyond measure when unpacked; it is left out."],
    )


@given(st.data())
def test_a_zip_with_any_damage_gives_books_and_problems_and_no_exception(
    data: st.DataObject,
) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.vcf", MOTHER)
        archive.writestr("b.csv", GOOGLE)
    damaged = bytearray(whole.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(4, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    folder = Path(os.environ["KIT_HOME"]).parent
    path = folder / "damaged.zip"
    path.write_bytes(damaged)
    problems: list[Problem] = []
    for source in sources([path], problems):
        with noting(source.where, problems):
            source.stream.read()

    assert {problem.where.split("/")[0] for problem in problems} <= {"damaged.zip"}


# --- what else may be named ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\r\n", "The file is empty."),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 999, "This is a picture"),
        (b"\0\0\0\x18ftypheic" + b"x" * 99, "This is a picture or a video"),
        (b"%PDF-1.7\n1 0 obj", "This is a PDF"),
        (b"SQLite format 3\0" + b"\0" * 999, "This is a database"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 999, "This is a Word or Excel file."),
        (b"Rar!\x1a\x07\x01\0", "This is a packed file, but no zip."),
        (b"hello", "There is no contact in this file"),
        (b"a,b\n1,2\n", "There is no contact in this file"),
    ],
)
def test_what_is_no_address_book_has_one_line_and_the_rest_is_read(
    kit: Kit, book: Book, tmp_path: Path, content: bytes, what: str
) -> None:
    wrong = tmp_path / "wrong.dat"
    wrong.write_bytes(content)
    result = kit("import", wrong, book(MOTHER))

    assert result.exit_code == 3
    assert result.stderr.count("wrong.dat") == 1
    assert f"wrong.dat  {what}" in result.stderr
    assert "妈妈" in kit("contacts").stdout


def test_a_csv_that_is_not_of_contacts_is_refused_with_one_line(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "bill.csv"
    path.write_text("Date,Amount\n2026-11-01,100\n", encoding="utf-8")

    assert brought_in(store, path)[1] == [
        "bill.csv This CSV is no export of contacts from Google or Outlook; better export a .vcf."
    ]


@pytest.mark.parametrize("is_folder", [True, False])
def test_the_backup_of_a_mac_is_refused_with_how_to_export(
    store: Store, tmp_path: Path, *, is_folder: bool
) -> None:
    path = tmp_path / "通讯录.abbu"
    if is_folder:
        path.mkdir()
        (path / "AddressBook-v22.abcddb").write_bytes(b"SQLite format 3\0")
    else:
        path.write_bytes(b"anything")
    zip_of_it = zipped(tmp_path / "a.zip", ("x.abbu/Metadata/a.abcdp", b"bplist00"))
    (tmp_path / "outer").mkdir()
    (tmp_path / "outer" / "old.abbu").mkdir()

    for one in (path, zip_of_it, tmp_path / "outer"):
        (line,) = brought_in(store, one)[1]
        assert "backup of a Mac's address book" in line
        assert "choose vCard (.vcf)" in line


@pytest.mark.skipif(os.name == "nt", reason="a device of POSIX")
def test_a_device_is_not_read_for_ever(store: Store) -> None:
    assert stat.S_ISCHR(Path("/dev/zero").stat().st_mode)
    assert brought_in(store, Path("/dev/zero"))[1] == [
        "zero This is no file. Please choose the .vcf file."
    ]


def test_of_two_files_of_which_one_is_missing_the_other_is_read(
    kit: Kit, book: Book, tmp_path: Path
) -> None:
    result = kit("import", tmp_path / "gone.vcf", book(MOTHER))

    assert result.exit_code == 3
    assert "gone.vcf  The file cannot be read: there is no such file." in result.stderr
    assert "妈妈" in kit("contacts").stdout


# --- standard input -----------------------------------------------------------------------


@pytest.mark.parametrize("content", [MOTHER.encode(), MOTHER.encode("utf-16"), GOOGLE.encode()])
def test_standard_input_is_read_as_bytes(kit: Kit, content: bytes) -> None:
    command = [sys.executable, "-m", "kit", "import", "-"]
    done = subprocess.run(command, input=content, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr
    (contact,) = map(json.loads, kit("contacts", "--json").stdout.splitlines())
    assert contact["name"] in ("妈妈", "王小芳")
    assert contact["sources"][0].startswith("-:")


def test_a_zip_at_standard_input_is_to_be_named(tmp_path: Path) -> None:
    content = zipped(tmp_path / "a.zip", ("a.vcf", MOTHER)).read_bytes()
    command = [sys.executable, "-m", "kit", "import", "-"]
    done = subprocess.run(command, input=content, capture_output=True, check=False, text=False)

    assert done.returncode == 1
    assert "-  A zip must be named by itself" in done.stderr.decode()


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
def test_a_closed_standard_input_is_an_empty_file() -> None:
    shell = f"{sys.executable} -m kit import - <&-"
    done = subprocess.run(shell, shell=True, capture_output=True, check=False, text=True)  # noqa: S602

    assert done.returncode == 1
    assert "The file is empty." in done.stderr


# --- character sets -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "charset"),
    [
        ("UTF8", "utf-8"),
        ("gbk", "gb18030"),
        ("GB2312", "gb18030"),
        ("big5", "big5"),
        ("Shift-JIS", "shift_jis"),
        ("euc-kr", "euc_kr"),
        ("utf-16", "utf-16"),
    ],
)
def test_a_character_set_may_be_said_as_people_say_it(name: str, charset: str) -> None:
    assert check_charset(name) == charset


@pytest.mark.parametrize("name", ["latin-1", "klingon", "rot13", "a\0b"])
def test_any_other_character_set_is_refused(name: str) -> None:
    with pytest.raises(UnknownCharsetError, match="it can be: utf-8, gbk, big5"):
        check_charset(name)


def test_a_character_set_that_is_refused_is_wrong_usage(kit: Kit, book: Book) -> None:
    result = kit("import", "--charset", "klingon", book(MOTHER))

    assert result.exit_code == 2
    assert "“klingon”" in result.stderr
    assert kit("contacts", "--json").stdout == ""


KOREAN = "First Name,Mobile Phone\n엄마,13800000001\n김철수,13800000002\n".encode("euc-kr")


def test_the_character_set_that_is_said_is_taken(kit: Kit, book: Book) -> None:
    result = kit("import", "--json", "--charset", "euc-kr", book(KOREAN, name="k.csv"))

    assert json.loads(result.stdout)["charset"] == "euc_kr"
    assert "not certain" not in result.stderr
    assert "엄마" in kit("contacts").stdout


def test_with_nobody_there_a_doubt_is_said_and_the_likeliest_is_taken(kit: Kit, book: Book) -> None:
    result = kit("import", "--json", book(KOREAN, name="k.csv"))

    assert json.loads(result.stdout)["charset"] == "gb18030"
    assert "k.csv: in which character set it is, is not certain; gb18030 was taken." in (
        result.stderr
    )
    assert "--charset big5" in result.stderr
    assert "엄마" not in result.stderr


def test_a_doubt_is_asked_once_for_all_files_of_a_zip(store: Store, tmp_path: Path) -> None:
    asked: list[tuple[str, Mapping[str, tuple[str, ...]]]] = []

    def decide(name: str, texts: Mapping[str, tuple[str, ...]]) -> str:
        asked.append((name, texts))
        return "euc_kr"

    path = zipped(tmp_path / "a.zip", ("1.csv", KOREAN), ("2.csv", KOREAN))
    done = import_files(store, [path, path], decide=decide)

    assert [name for name, _ in asked] == ["a.zip/1", "a.zip/1"]
    assert list(asked[0][1]) == ["gb18030", "big5", "euc_kr"]
    assert asked[0][1]["euc_kr"] == ("엄마", "김철수")
    assert done.charsets == ("euc_kr",)


class HandMade:
    """A scan in whose character set there is a doubt."""

    charset = "gb18030"
    doubt = (Sample("gb18030", ("妈妈",)), Sample("big5", ("镣",)))

    def __init__(self) -> None:
        self.asked_for: list[str] = []

    def cards(self, charset: str = "") -> Iterator[Card]:
        self.asked_for.append(charset)
        number = CardNumber(text="13800000001", types=frozenset(), where="a.vcf:3")
        yield Card(where="a.vcf:1", version="2.1", full_name="妈妈", numbers=(number,))


@pytest.mark.parametrize(("charset", "taken"), [("", "gb18030"), ("big5", "big5")])
def test_what_is_decided_is_how_the_cards_are_read(
    store: Store, book: Book, monkeypatch: pytest.MonkeyPatch, charset: str, taken: str
) -> None:
    scan = HandMade()
    monkeypatch.setattr("kit.vcard.scan", lambda *_: scan)
    done = import_files(store, [book(MOTHER)], charset=charset)

    assert scan.asked_for == [taken]
    assert done.charsets == (taken,)


def test_at_a_terminal_the_names_are_shown_in_each_set_and_one_is_chosen(
    kit: Kit, book: Book, terminal: Callable[..., Any]
) -> None:
    child = terminal("import", book(KOREAN, name="k.csv"))
    child.expect("Which one is right")
    child.expect("1  决付 / 辫枚荐  .gb18030.")
    child.expect("3  엄마 / 김철수  .euc_kr.")
    child.expect("Number of the right line .Enter: 1.: ")
    child.sendline("7")
    child.expect("Number of the right line .Enter: 1.: ")
    child.sendline("3")
    child.expect("This told nobody")

    assert "엄마" in kit("contacts").stdout


# --- region -------------------------------------------------------------------------------


HONG_KONG = [card(f"a{n}", f"+852 5123 456{n}") for n in range(8)] + [card("阿明", "5123 4570")]


def test_a_region_that_nobody_said_is_said_once(kit: Kit, book: Book) -> None:
    result = kit("import", "--json", book(MOTHER))

    assert json.loads(result.stdout)["region"] == "CN"
    assert "當作中國大陸的號碼" in kit("import", book(MOTHER), KIT_LANG="zh-Hant").stderr
    assert result.stderr.count("read as numbers of mainland China.") == 1


def test_a_region_that_was_said_is_kept_and_not_said_again(kit: Kit, book: Book) -> None:
    first = kit("import", "--region", "hk", book(card("阿明", "5123 4567")))
    again = kit("import", "--json", book(MOTHER))

    assert "--region says otherwise" not in first.stderr + again.stderr
    assert json.loads(again.stdout)["region"] == "HK"


def test_what_was_inferred_is_inferred_anew(kit: Kit, book: Book) -> None:
    first = kit("import", "--json", book(*HONG_KONG))
    again = kit("import", "--json", book(MOTHER, FRIEND))

    assert json.loads(first.stdout)["region"] == "HK"
    assert "read as numbers of Hong Kong" in first.stderr
    assert json.loads(again.stdout)["region"] == "CN"


# --- what is said -------------------------------------------------------------------------


def test_import_as_json_counts_kinds_of_numbers_and_names_character_sets(
    kit: Kit, book: Book
) -> None:
    legacy = card("王小芳", "13800000004", "010-55500101").encode("gbk")
    (line,) = kit(
        "import", "--json", book(MOTHER), book(legacy, name="b.vcf"), book(MOTHER, name="c.vcf")
    ).stdout.splitlines()
    done = json.loads(line)

    assert done["kinds"] == {NumberKind.MOBILE: 2, NumberKind.FIXED: 1}
    assert (done["cards"], done["contacts"], done["new"]) == (3, 2, 2)
    assert done["charset"]
    assert done["problems"] == []


def test_many_problems_of_one_kind_are_counted_and_json_lists_them_all(
    kit: Kit, book: Book
) -> None:
    path = book(*(card("移动", "10086") for _ in range(50)), MOTHER, card("x", "一二三"))
    result = kit("import", path)

    what = "This is a short or service number, not a person's."
    assert result.stderr.count(f"  {what}") == 5
    assert f"And 45 more of these (--json lists them all): {what}" in result.stderr
    assert "This is not a telephone number." in result.stderr
    assert "Please note (51):" in result.stderr
    problems = json.loads(kit("import", "--json", path).stdout)["problems"]
    assert len(problems) == 51


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_the_help_says_how_phones_export_as_far_as_it_is_known(kit: Kit, language: str) -> None:
    shown = "".join(kit("import", "--help", KIT_LANG=language).stdout.split())

    assert people.ways_to_export(language)
    for way in people.ways_to_export(language):
        assert "".join(way.split()) in shown
    for kind in (".vcf", "zip", "CSV", "Outlook", "-"):
        assert kind in shown


CALM = """\
读到 1 张名片；现有联系人 2 位，其中新增 1 位。
没写国家代码的号码，都当作中国大陆的号码。
如果不是，请加上地区再导入一次，例如香港：--region HK
请留意（2 处）：
photo.vcf  这是图片或视频，不是通讯录。请选 .vcf 文件。
bill.csv  这个 CSV 不是谷歌通讯录或 Outlook 导出的联系人；请改为导出 .vcf 文件。
导出的文件还在原来的地方；不再需要时，请自己删掉。
这一步没有告诉任何人。下一步：kit choose
"""


def test_what_a_first_user_reads_is_short_and_calm(kit: Kit, book: Book) -> None:
    photo = book(b"\xff\xd8\xff\xe0", name="photo.vcf")
    bill = book(b"a,b\n1,2\n", name="bill.csv")
    kit("import", book(MOTHER))
    result = kit("import", photo, bill, book(FRIEND), KIT_LANG="zh-Hans")

    assert result.output == CALM

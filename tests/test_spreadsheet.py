"""Choosing by spreadsheet: what is written, and every way in which it may come back."""

from __future__ import annotations

import csv
import io
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import Clock, card, no_passphrase
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.actions import people, spreadsheet
from kit.actions.spreadsheet import Labels
from kit.actions.store import open_store
from kit.errors import FileTakenError, NoContactsError, SpreadsheetError
from kit.model import E164, Contact, Group
from kit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from click.testing import Result

    from kit.actions.spreadsheet import Read
    from kit.actions.store import Store

    Kit = Callable[..., Result]
    Book = Callable[..., Path]

CHINESE = Labels(
    columns={
        "id": "编号",
        "name": "姓名",
        "numbers": "号码或邮箱",
        "choice": "选择（紧急联系人／其他人／不告诉／未选择）",
    },
    groups={
        Group.UNDECIDED: "未选择",
        Group.EMERGENCY: "紧急联系人",
        Group.EVERYONE: "其他人",
        Group.NOBODY: "不告诉",
    },
)
ENGLISH = Labels(
    columns={"id": "id", "name": "name", "numbers": "number or e-mail", "choice": "choice (…)"},
    groups={
        Group.UNDECIDED: "not chosen yet",
        Group.EMERGENCY: "emergency contact",
        Group.EVERYONE: "everyone else",
        Group.NOBODY: "never tell",
    },
)
BOTH = (CHINESE, ENGLISH)

FAMILY = [
    Contact(id="0123456789ab", names=("妈妈",), numbers=(E164("+8613800000001"),)),
    Contact(id="000000000123", names=("王,小\"芳'",)),
    Contact(id="123e45678901", names=("老房东", "周先生"), group=Group.EVERYONE),
    Contact(id="ffffffffffff", names=("前任",), group=Group.NOBODY),
]
MOTHER, FANG, LANDLORD, EX = (f"#{contact.id}" for contact in FAMILY)
HEADINGS = ("编号", "姓名", "号码或邮箱", "选择")


@pytest.fixture
def family(store: Store) -> Store:
    store.book.save(FAMILY)
    return store


def groups(store: Store) -> list[Group]:
    return [contact.group for contact in store.book.contacts()]


def as_csv(*rows: Sequence[str], delimiter: str = ",", end: str = "\r\n") -> str:
    sheet = io.StringIO(newline="")
    csv.writer(sheet, delimiter=delimiter, lineterminator=end).writerows(rows)
    return sheet.getvalue()


def read(store: Store, data: str | bytes, labels: Sequence[Labels] = BOTH) -> Read:
    file = store.home / "choices.csv"
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return spreadsheet.read(store, file, labels)


def refused(store: Store, data: str | bytes) -> list[str]:
    """What is said to be wrong; that nothing was changed."""
    before = groups(store)
    with pytest.raises(SpreadsheetError) as refusal:
        read(store, data)
    assert groups(store) == before
    return [str(problem).removeprefix("choices.csv ") for problem in refusal.value.problems]


# --- what is written --------------------------------------------------------------------


def test_everybody_is_written_in_the_order_of_the_book(family: Store, tmp_path: Path) -> None:
    assert spreadsheet.write(family, tmp_path / "c.csv", CHINESE) == 4
    written = (tmp_path / "c.csv").read_bytes()
    headings, *rows = csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""))

    assert written.startswith(b"\xef\xbb\xbf")
    assert written.count(b"\r\n") == written.count(b"\n") == 5
    assert headings[3] == "选择（紧急联系人／其他人／不告诉／未选择）"
    assert rows[0] == ["#0123456789ab", "妈妈", "'+8613800000001", "未选择"]
    assert [row[0] for row in rows] == [MOTHER, FANG, LANDLORD, EX]


def test_oneself_is_left_out(family: Store, tmp_path: Path) -> None:
    people.choose(family, [], me="妈妈")

    assert spreadsheet.write(family, tmp_path / "c.csv", CHINESE) == 3
    assert "妈妈" not in (tmp_path / "c.csv").read_text("utf-8-sig")


def test_only_its_owner_may_read_it_and_it_is_remembered(family: Store, tmp_path: Path) -> None:
    spreadsheet.write(family, tmp_path / "c.csv", CHINESE)

    assert family.book.written() == [tmp_path / "c.csv"]
    assert os.name == "nt" or stat.S_IMODE((tmp_path / "c.csv").stat().st_mode) == 0o600


def test_it_is_remembered_before_it_is_written(family: Store, tmp_path: Path) -> None:
    with pytest.raises(SpreadsheetError) as refusal:
        spreadsheet.write(family, tmp_path / "no such folder" / "c.csv", CHINESE)

    assert [str(p) for p in refusal.value.problems] == [
        "c.csv The file cannot be written: there is no such file."
    ]
    assert family.book.written() == [tmp_path / "no such folder" / "c.csv"]


@pytest.mark.parametrize("kind", ["file", "folder", "link to nothing"])
def test_what_is_there_already_is_not_written_over(
    family: Store, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "c.csv"
    if kind == "file":
        path.write_text("edited")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FileTakenError):
        spreadsheet.write(family, path, CHINESE)
    assert kind != "file" or path.read_text() == "edited"
    assert not (tmp_path / "elsewhere").exists()
    assert family.book.written() == []


def test_an_empty_book_makes_no_spreadsheet(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NoContactsError):
        spreadsheet.write(store, tmp_path / "c.csv", CHINESE)
    assert not (tmp_path / "c.csv").exists()


@pytest.mark.parametrize(
    "first", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹢", "\t=", "\r=", " ="]
)
def test_no_cell_is_a_formula(store: Store, tmp_path: Path, first: str) -> None:
    name = f"{first}HYPERLINK(1)"
    store.book.save([Contact(id="aaa", names=(name,))])
    spreadsheet.write(store, tmp_path / "c.csv", CHINESE)
    written = io.StringIO((tmp_path / "c.csv").read_text("utf-8-sig"))
    _, (_, cell, _, _) = csv.reader(written)

    assert cell == f"'{name.strip()}"
    assert spreadsheet.read(store, tmp_path / "c.csv", BOTH).changed == 0


def test_a_hostile_name_stays_one_visible_cell(store: Store, tmp_path: Path) -> None:
    store.book.save([Contact(id="aaa", names=("a\nb\r\n\x00\x1b[31m\u202ec" + "y" * 200_000,))])
    spreadsheet.write(store, tmp_path / "c.csv", CHINESE)
    text = (tmp_path / "c.csv").read_bytes().decode("utf-8-sig")

    assert text.count("\n") == 2
    assert '"a b [31mcyyy' in text
    assert len(text) < 2_000
    assert spreadsheet.read(store, tmp_path / "c.csv", BOTH).missing == 0


@given(
    st.lists(
        st.tuples(
            st.lists(st.text(max_size=40), max_size=2),
            st.sampled_from(Group),
            st.sampled_from(BOTH),
        ),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=40)
def test_what_was_written_and_read_back_changes_nothing(
    drawn: list[tuple[list[str], Group, Labels]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        store = open_store(
            Settings(home=home, language="en", key_file=home / "key"), no_passphrase, Clock()
        )
        store.book.save(
            Contact(id=f"id{n}", names=tuple(names), group=group)
            for n, (names, group, _) in enumerate(drawn)
        )
        before = store.book.contacts()
        spreadsheet.write(store, home / "c.csv", drawn[0][2])
        done = spreadsheet.read(store, home / "c.csv", BOTH)
        after = store.book.contacts()
        store.close()

    assert (done.changed, done.emptied, done.missing, done.notes) == (0, 0, 0, ())
    assert after == before


# --- what comes back --------------------------------------------------------------------

EDITED = [
    HEADINGS,
    (MOTHER, "妈妈", "'+8613800000001", "紧急联系人"),
    (FANG, "王,小\"芳'", "", "其他人"),
    (LANDLORD, "老房东", "", "不告诉"),
    (EX, "前任", "", "不告诉"),
]
EDITED_GROUPS = [Group.EMERGENCY, Group.EVERYONE, Group.NOBODY, Group.NOBODY]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030", "big5"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_it_is_read_as_any_program_saves_it(
    family: Store, encoding: str, delimiter: str, end: str
) -> None:
    rows: list[Sequence[str]] = list(EDITED)
    if encoding == "big5":  # of a reader in Traditional Chinese
        words = str.maketrans("编号码邮选择紧联系诉东妈", "編號碼郵選擇緊聯繫訴東媽")
        rows = [[cell.translate(words) for cell in row] for row in EDITED]
        traditional = Labels(
            columns={c: w.translate(words) for c, w in CHINESE.columns.items()},
            groups={g: w.translate(words) for g, w in CHINESE.groups.items()},
        )
        labels = (CHINESE, traditional)
    text = as_csv(*rows, delimiter=delimiter, end=end)
    done = read(family, text.encode(encoding), labels if encoding == "big5" else BOTH)

    assert groups(family) == EDITED_GROUPS
    assert (done.changed, done.missing) == (3, 0)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_the_mark_at_the_beginning_may_have_been_saved_along(family: Store, encoding: str) -> None:
    read(family, f"\ufeff{as_csv(*EDITED)}".encode(encoding))
    assert groups(family) == EDITED_GROUPS


@pytest.mark.parametrize("line", ["sep=;\r\n", '"sep=;"\r\n', "sep=;\n"])
def test_a_line_that_names_the_delimiter_is_no_row(family: Store, line: str) -> None:
    read(family, line + as_csv(*EDITED, delimiter=";"))
    assert groups(family) == EDITED_GROUPS

    wrong = as_csv(*EDITED, (MOTHER, "", "", "也许"), delimiter=";")
    assert refused(family, line + wrong)[0].startswith("Row 6:")


def test_rows_may_be_sorted_and_columns_moved_or_added(family: Store) -> None:
    order = (3, 1, 0, 2)
    rows = [[f"n{n}", *(row[i] for i in order), ""] for n, row in enumerate(EDITED)]
    headings, *others = rows
    blank = [""] * 6
    text = as_csv([], blank, headings, *reversed(others[2:]), blank, [], *others[:2], blank)

    assert read(family, text + "\r\n\r\n").missing == 0
    assert groups(family) == EDITED_GROUPS


@pytest.mark.parametrize(
    "headings",
    [
        ("id", "name", "numbers", "choice"),
        (" ＩＤ ", "NAME", "whatever", "Choice (yes/no)"),
        ("编号", "name", "", "选择"),
    ],
)
@pytest.mark.parametrize(
    "word",
    ["紧急联系人", "emergency contact", "EMERGENCY", " ｅmergency　ＣＯＮＴＡＣＴ ", "emergency"],
)
def test_headings_and_choices_are_read_in_any_language_and_width(
    family: Store, headings: Sequence[str], word: str
) -> None:
    read(family, as_csv(headings, (MOTHER, "妈妈", "", word)))

    assert groups(family)[0] is Group.EMERGENCY


@pytest.mark.parametrize(
    "id_", ["#123e45678901", "123e45678901", "'#123E45678901", " ＃123e45678901 "]
)
def test_an_id_is_known_with_and_without_its_mark(family: Store, id_: str) -> None:
    read(family, as_csv(HEADINGS, (id_, "老房东", "", "紧急联系人")))

    assert groups(family)[2] is Group.EMERGENCY


def test_a_choice_that_was_emptied_tells_nobody_and_lifts_no_never(family: Store) -> None:
    done = read(family, as_csv(HEADINGS, *((id_, "", "", " ") for id_ in (MOTHER, LANDLORD, EX))))

    assert groups(family) == [Group.UNDECIDED] * 3 + [Group.NOBODY]
    assert (done.changed, done.emptied, done.missing) == (1, 2, 1)


def test_a_row_that_was_deleted_keeps_its_choice(family: Store) -> None:
    done = read(family, as_csv(HEADINGS, EDITED[1], ("", "", "", "")))

    assert groups(family) == [Group.EMERGENCY, Group.UNDECIDED, Group.EVERYONE, Group.NOBODY]
    assert done.missing == 3


def test_a_short_row_has_an_empty_choice(family: Store) -> None:
    read(family, as_csv(HEADINGS, (LANDLORD,)))

    assert groups(family)[2] is Group.UNDECIDED


def test_oneself_stays_untold_in_an_older_spreadsheet(family: Store) -> None:
    people.choose(family, [], me="妈妈")
    done = read(family, as_csv(*EDITED))

    assert groups(family)[0] is Group.NOBODY
    assert done.missing == 0


def test_a_row_that_stands_there_twice_alike_is_only_noted(family: Store) -> None:
    done = read(family, as_csv(*EDITED, EDITED[1]))

    assert [str(note) for note in done.notes] == [
        "choices.csv Row 6: the same id and choice as in row 2."
    ]
    assert groups(family) == EDITED_GROUPS


def test_an_alias_or_a_name_that_the_program_spoilt_is_no_problem(family: Store) -> None:
    rows = ((LANDLORD, "周先生", "", "不告诉"), (FANG, "王?", "", "不告诉"), (MOTHER, "", "", ""))
    read(family, as_csv(HEADINGS, *rows))

    assert groups(family)[1:3] == [Group.NOBODY, Group.NOBODY]


# --- what is wrong ----------------------------------------------------------------------

NOT_KNOWN = "this choice is not known; it can be: 未选择 / 紧急联系人 / 其他人 / 不告诉."


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        (
            [("#1.23E+50", "妈妈", "", "紧急联系人")],
            ["Row 3: nobody in the book has this id; write it anew with `kit choose --csv`."],
        ),
        (
            [(EX, "前任", "", "紧急联系人"), (EX, "前任", "", "不告诉")],
            ["Row 4: the same id as in row 3, with another choice."],
        ),
        (
            [(EX, "前任", "", "紧急")],
            [f"Row 3: {NOT_KNOWN}"],
        ),
        (
            [(EX, "老房东", "", "紧急联系人")],
            ["Row 3: id and name are not of one person; was one column sorted alone?"],
        ),
        (
            [("", "前任", "", "紧急联系人")],
            ["Row 3: a choice without an id; it is not known for whom."],
        ),
        (
            [("", "", "", ""), ("#x", "", "", ""), (FANG, "", "", "yes"), ("", "", "", "x")],
            [
                "Row 4: nobody in the book has this id; write it anew with `kit choose --csv`.",
                f"Row 5: {NOT_KNOWN}",
                "Row 6: a choice without an id; it is not known for whom.",
            ],
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_row_and_nothing_is_changed(
    family: Store, rows: list[Sequence[str]], problems: list[str]
) -> None:
    assert refused(family, as_csv(HEADINGS, EDITED[1], *rows)) == problems


def test_of_many_wrong_rows_the_first_are_named_and_the_rest_counted(family: Store) -> None:
    said = refused(family, as_csv(HEADINGS, *[("#x", "", "", "")] * 1_000))

    assert len(said) == 31
    assert said[0].startswith("Row 2: nobody in the book has this id")
    assert said[-1] == "More rows with something wrong: 970."


def test_one_column_sorted_alone_is_noticed(family: Store) -> None:
    ids = sorted(row[0] for row in EDITED[1:])
    rows = [(id_, *row[1:]) for id_, row in zip(ids, EDITED[1:], strict=True)]

    assert all("sorted alone" in problem for problem in refused(family, as_csv(HEADINGS, *rows)))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\r\n;;\r\n", "The file is empty."),
        (b"PK\x03\x04\x14\x00xl/workbook.xml", "This is a workbook;"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is a workbook;"),
        (b"%PDF-1.7\nid,name,choice", "This is no spreadsheet saved as CSV."),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "This is no spreadsheet saved as CSV."),
        (b"\x00" * 50 + b"id,name,choice", "This is no spreadsheet saved as CSV."),
        (
            bytes(range(1, 256)),
            "The row of headings is missing; its columns are: 编号 / 姓名 / 选择.",
        ),
        (as_csv(*EDITED[1:]).encode(), "The row of headings is missing;"),
        (as_csv(("编号", "姓名", "")).encode("gbk"), "The column “选择” is missing."),
        (as_csv(("姓名", "选择")).encode(), "The column “编号” is missing."),
        (as_csv((*HEADINGS, "choice")).encode(), "The column “选择” stands there twice."),
        (
            as_csv(*EDITED[:2]).encode() + f'{EX},"前任,,不告诉\r\n{FANG},,,\r\n'.encode(),
            "Row 3: the quotation marks do not fit;",
        ),
        (b"id,name,choice\r\n" + b"," * 50_000_000, "The file is too large"),
    ],
)
def test_a_file_that_is_no_such_spreadsheet_has_one_clear_sentence(
    family: Store, data: bytes, sentence: str
) -> None:
    (said,) = refused(family, data)

    assert said.startswith(sentence)


def test_one_damaged_character_does_not_hide_the_rest(family: Store) -> None:
    data = as_csv(*EDITED).encode("gbk").replace("老房东".encode("gbk"), b"\x80\xff")
    read(family, data)

    assert groups(family) == EDITED_GROUPS


# --- as commands ------------------------------------------------------------------------


@pytest.fixture
def imported(kit: Kit, book: Book) -> None:
    kit("import", book(card("妈妈", "13800000001"), card("王小芳", "13800000004")))


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    ("written", "read_back", "mother"),
    [("zh-Hans", "en", "紧急联系人"), ("en", "zh-Hans", "emergency contact")],
)
def test_it_goes_out_in_one_language_and_comes_back_in_another(
    kit: Kit, tmp_path: Path, written: str, read_back: str, mother: str
) -> None:
    file = tmp_path / "my choices.csv"
    out = kit("choose", "--csv", file, KIT_LANG=written)
    assert (out.exit_code, out.stdout) == (0, "")
    assert f'kit choose --from-csv "{file}"' in out.stderr

    headings, *rows = csv.reader(io.StringIO(file.read_text("utf-8-sig")))
    rows[0][3] = mother
    file.write_text(as_csv(headings, *rows), "gb18030", newline="")
    back = kit("choose", "--from-csv", file, KIT_LANG=read_back)

    assert back.exit_code == 0
    assert back.stdout.count("1") == 3  # changed, emergency, undecided
    assert "妈妈" not in back.output
    assert '"group": "emergency"' in kit("contacts", "--json").stdout.splitlines()[0]


@pytest.mark.usefixtures("imported")
def test_problems_are_said_without_a_name_and_nothing_is_changed(kit: Kit, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    kit("choose", "--csv", file)
    file.write_text(file.read_text("utf-8-sig").replace("not chosen yet", "perhaps"), "utf-8")
    result = kit("choose", "--from-csv", file)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "nobody's choice was changed" in result.stderr
    assert "c.csv  Row 2: this choice is not known; it can be: not chosen yet" in result.stderr
    assert "c.csv  Row 3:" in result.stderr
    assert "妈妈" not in result.stderr
    assert kit("contacts", "--json").stdout.count('"undecided"') == 2


@pytest.mark.usefixtures("imported")
def test_what_was_left_out_or_emptied_is_said(kit: Kit, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    kit("choose", "--everyone-else")
    kit("choose", "--csv", file)
    first, second, _ = file.read_text("utf-8-sig").splitlines()
    file.write_text(f"{first}\n{second.replace('everyone else', '')}\n", "utf-8")
    result = kit("choose", "--from-csv", file)

    assert "Cells that are empty: 1." in result.stderr
    assert "People who are not in the spreadsheet: 1." in result.stderr
    assert "This told nobody." in result.stderr


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    "other", [("--everyone-else",), ("--emergency", "妈妈"), ("--me", "妈妈"), ("--from-csv", "x")]
)
def test_a_spreadsheet_stands_alone(kit: Kit, tmp_path: Path, other: tuple[str, ...]) -> None:
    result = kit("choose", "--csv", tmp_path / "c.csv", *other)

    assert result.exit_code == 2
    assert "stand alone" in result.stderr
    assert not (tmp_path / "c.csv").exists()


@pytest.mark.usefixtures("imported")
def test_a_spreadsheet_that_is_not_there_is_said(kit: Kit, tmp_path: Path) -> None:
    for file in (tmp_path / "gone.csv", tmp_path):
        result = kit("choose", "--from-csv", file)

        assert result.exit_code == 1
        assert "The file cannot be read: " in result.stderr

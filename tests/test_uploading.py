"""What a page is given is read in a process of its own, as the command line reads files."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
import tempfile
import threading
import zipfile
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import address_books
import pytest
from conftest import EXAMPLES, Clock, bare_environment, card, no_passphrase
from hypothesis import given
from hypothesis import strategies as st

from kit.actions import people, upload_wire
from kit.actions.importing import Imported, import_files
from kit.actions.reading import Read, read_books
from kit.actions.store import Store, open_store
from kit.actions.upload_wire import Answer, NonsenseError, answer, question
from kit.actions.uploading import Doubt, Limits, Upload, import_uploads, read_uploads
from kit.errors import (
    KitError,
    LargeUploadError,
    SlowUploadError,
    UnknownCharsetError,
    UnknownRegionError,
    UploadError,
)
from kit.model import Card, CardNumber, Problem, Relation
from kit.settings import bare_variables, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Standin = Callable[[str], None]

MOTHER = card("妈妈", "13800000001")
FRIEND = card("王小芳", "13800000004")
KOREAN = "First Name,Mobile Phone\n엄마,13800000001\n김철수,13800000002\n".encode("euc-kr")
CARDS = Path(__file__).parent / "cards"


@pytest.fixture
def other(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """A second store, to compare with."""
    home = tmp_path / "other"
    environ = {"KIT_HOME": str(home), "KIT_KEY_FILE": str(home / "key")}
    opened = open_store(load(environ), no_passphrase, clock, clock.rest)
    yield opened
    opened.close()


def uploads(*paths: Path) -> list[Upload]:
    return [Upload(path.name, path.read_bytes()) for path in paths]


def done(given: Imported | tuple[Doubt, ...]) -> Imported:
    assert isinstance(given, Imported)
    return given


def doubts(given: object) -> tuple[Doubt, ...]:
    assert isinstance(given, tuple)
    return given


def kept(store: Store) -> list[dict[str, object]]:
    """Everything the Book has but the ids, which are random."""
    return [
        {field.name: getattr(one, field.name) for field in fields(one) if field.name != "id"}
        for one in people.contacts(store)
    ]


def zipped(*files: tuple[str, str | bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return whole.getvalue()


# --- the same as from the command line ----------------------------------------------------


def test_the_example_books_are_brought_in_as_from_the_command_line(
    store: Store, other: Store
) -> None:
    paths = sorted(EXAMPLES.glob("*.vcf"))
    expected = import_files(other, paths)

    assert import_uploads(store, uploads(*paths)) == expected
    assert expected.cards > 40
    assert kept(store) == kept(other)


@pytest.mark.parametrize("seed", [2100, 2101])
def test_a_damaged_book_is_brought_in_as_from_the_command_line(
    store: Store, other: Store, tmp_path: Path, seed: int
) -> None:
    path = tmp_path / "book.vcf"
    address_books.make(seed, 300, damage=0.3, photos=True).write(path)
    expected = import_files(other, [path])

    assert import_uploads(store, uploads(path)) == expected
    assert expected.problems
    assert kept(store) == kept(other)


def test_every_card_we_know_of_comes_back_as_it_was_read() -> None:
    paths = sorted(CARDS.glob("*.vcf"))
    expected = read_books(paths, "", lambda _, texts: next(iter(texts)))
    read = read_uploads([replace(one, charset="gb18030") for one in uploads(*paths)])

    assert len(paths) > 40
    assert read == expected


ODD = {
    "a.zip": zipped(("b/王小芳.vcf", FRIEND), ("c.csv", "a,b\n1,2\n"), ("d.jpg", b"\xff\xd8\xff")),
    "locked-or-cut.zip": zipped(("a.vcf", MOTHER))[:-20],
    "bomb.zip": zipped(("a.vcf", b"\n" * 110_000_000), ("b.vcf", MOTHER)),
    "office.xlsx": zipped(("[Content_Types].xml", "<x/>")),
    "google.csv": "First Name,Phone 1 - Label,Phone 1 - Value\n小芳,Mobile,13800000004\n".encode(),
    "bill.csv": b"Date,Amount\n2026-11-01,100\n",
    "BILL.CSV": b"Date,Amount\n2026-11-01,100\n",
    "empty.vcf": b"",
    "photo.vcf": b"\xff\xd8\xff\xe0\0",
    "nonsense.vcf": bytes(range(256)) * 99,
    "mac.abbu": b"anything",
    "broken.vcf": b"BEGIN:VCARD\nEND:VCARD\n" * 9 + b"BEGIN:VCARD\nTEL:\0",
    "good.vcf": MOTHER.encode("utf-16"),
}


def test_zips_tables_and_what_is_no_book_have_the_problems_of_the_command_line(
    store: Store, other: Store, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in ODD]
    for path in paths:
        path.write_bytes(ODD[path.name])
    expected = import_files(other, paths)

    assert import_uploads(store, uploads(*paths)) == expected
    assert len(expected.problems) > 9
    assert kept(store) == kept(other)


def test_nothing_uploaded_is_nothing_read(store: Store) -> None:
    assert done(import_uploads(store, [])).cards == 0


def test_what_is_said_is_checked_before_anything_is_read(store: Store) -> None:
    unread = [Upload("a.vcf", MOTHER.encode())]
    with pytest.raises(UnknownRegionError):
        import_uploads(store, unread, region="Atlantis")
    with pytest.raises(UnknownCharsetError):
        import_uploads(store, unread, charset="klingon")

    assert done(import_uploads(store, unread, region="hk", charset="UTF8")).region == "HK"


# --- what a file is called ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("contacts.vcf", "contacts.vcf"),
        ("通讯录 备份.vcf", "通讯录 备份.vcf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\小明\\a.vcf", "a.vcf"),
        ("a\0\r\n\x1b[2J.vcf", "a[2J.vcf"),
        ("a\u202efcv.exe", "afcv.exe"),
        ("folder/", "-"),
        ("", "-"),
        (" \t", "-"),
        ("x" * 100_000 + ".vcf", "x" * 251 + ".vcf"),
    ],
)
def test_of_a_name_only_the_last_part_is_shown(name: str, where: str) -> None:
    upload = Upload(name, MOTHER.encode())
    read = read_uploads([upload])

    assert isinstance(read, Read)
    assert [one.where for one in read.cards] == [f"{where}:1"]
    assert repr(upload) == "Upload(charset='')"


def test_files_in_a_zip_are_called_by_number(store: Store) -> None:
    content = zipped(("王小芳.vcf", card("移动", "10086")))
    problems = done(import_uploads(store, [Upload("a.zip", content)])).problems

    assert [one.where for one in problems] == ["a.zip/1:4"]


# --- character sets -----------------------------------------------------------------------


def test_a_doubt_comes_back_as_a_value_and_nothing_is_brought_in(store: Store) -> None:
    given = [Upload("m.vcf", FRIEND.encode()), Upload("k.csv", KOREAN)]
    (doubt,) = doubts(import_uploads(store, given))

    assert (doubt.position, doubt.where) == (1, "k.csv")
    assert list(doubt.texts) == ["gb18030", "big5", "euc_kr"]
    assert doubt.texts["euc_kr"] == ("엄마", "김철수")
    assert "엄마" not in repr(doubt)
    assert kept(store) == []


def test_with_the_set_that_was_chosen_all_of_them_are_brought_in(store: Store) -> None:
    given = [Upload("m.vcf", FRIEND.encode()), Upload("k.csv", KOREAN)]
    (doubt,) = doubts(import_uploads(store, given))
    given[doubt.position] = replace(given[doubt.position], charset="euc_kr")
    result = done(import_uploads(store, given))

    assert result.charsets == ("utf-8", "euc_kr")
    assert [one.name for one in people.contacts(store)] == ["王小芳", "엄마", "김철수"]


def test_every_upload_in_doubt_is_asked_about_at_once_and_a_zip_only_once() -> None:
    given = [
        Upload("k.csv", KOREAN),
        Upload("a.zip", zipped(("1.csv", KOREAN), ("2.csv", KOREAN))),
    ]
    asked = doubts(read_uploads(given))

    assert [(doubt.position, doubt.where) for doubt in asked] == [(0, "k.csv"), (1, "a.zip/1")]


def test_a_set_that_cannot_be_chosen_is_the_likeliest_one() -> None:
    read = read_uploads([Upload("k.csv", KOREAN, "utf-16")])

    assert isinstance(read, Read)
    assert read.charsets == ["gb18030"]


def test_a_character_set_for_all_leaves_no_doubt(store: Store) -> None:
    result = done(import_uploads(store, [Upload("k.csv", KOREAN)], charset="euc-kr"))

    assert result.charsets == ("euc_kr",)


# --- limits -------------------------------------------------------------------------------

HUGE = MOTHER.encode() * 400_000


def test_reading_that_takes_too_long_is_stopped_and_changes_nothing(store: Store) -> None:
    given = [Upload("妈妈.vcf", HUGE)]
    with pytest.raises(SlowUploadError) as error:
        import_uploads(store, given, limits=Limits(seconds=0.3))

    assert error.value.facts == {"where": "妈妈.vcf"}
    assert error.value.hint
    assert kept(store) == []
    assert store.book.setting("region") == ""


def test_reading_that_takes_too_much_memory_is_stopped_and_changes_nothing(store: Store) -> None:
    pytest.importorskip("resource")
    given = [Upload("a.vcf", FRIEND.encode()), Upload("b.vcf", b"\n" * 120_000_000)]
    with pytest.raises(LargeUploadError) as error:
        import_uploads(store, given, limits=Limits(memory=130_000_000))

    assert error.value.facts == {"where": "b.vcf"}
    assert kept(store) == []


def test_more_cards_than_anybody_has_are_not_taken(store: Store) -> None:
    given = [Upload("a.vcf", HUGE[:500_000])]
    with pytest.raises(LargeUploadError):
        import_uploads(store, given, limits=Limits(answer=100_000))

    assert kept(store) == []


def test_the_process_that_reads_can_write_into_no_file(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    program = (
        "import resource, sys\n"
        "from kit.actions.limits import limit\n"
        "limit(300_000_000, 7)\n"
        "for name in ('FSIZE', 'CORE', 'AS', 'CPU'):\n"
        "    print(*resource.getrlimit(getattr(resource, f'RLIMIT_{name}')))\n"
        "limit(900_000_000, 9)\n"
        "print(*resource.getrlimit(resource.RLIMIT_AS), flush=True)\n"
        "with open(sys.argv[1], 'w') as file:\n"
        "    file.write('x')\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "file")]
    ended = subprocess.run(
        command, capture_output=True, check=False, text=True, env=bare_environment()
    )

    rows = [line.split() for line in ended.stdout.splitlines()]
    assert rows[0] == ["0", "0"]
    assert rows[1] in (["0", "0"], ["1", "1"])  # too few bytes for a copy of the memory
    assert rows[2] == rows[4] == ["300000000", "300000000"]
    assert rows[3] == ["7", "7"]
    assert "File too large" in ended.stderr
    assert (tmp_path / "file").read_bytes() == b""


def test_nothing_is_written_anywhere(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    monkeypatch.setattr(tempfile, "tempdir", None)
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(empty))
    given = [Upload("a.zip", zipped(("a.vcf", MOTHER))), Upload("b.vcf", MOTHER.encode() * 999)]

    assert done(import_uploads(store, given)).contacts == 1
    assert list(empty.iterdir()) == []


def test_a_module_in_the_folder_of_the_reader_is_not_imported(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(1)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert done(import_uploads(store, [Upload("a.vcf", MOTHER.encode())])).cards == 1


# --- a process that is not to be trusted --------------------------------------------------


@pytest.fixture
def standin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Standin:
    """Something else in place of the Python that would read."""
    if os.name == "nt":
        pytest.skip("a script is no program on Windows")

    def stand(program: str) -> None:
        script = tmp_path / "standin"
        script.write_text(f"#!{real}\n{program}\n", encoding="utf-8")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr(sys, "executable", str(script))

    real = sys.executable
    return stand


def line(kind: str, value: object) -> bytes:
    return json.dumps([kind, value]).encode()


def as_json(card_: Card) -> dict[str, object]:
    value: dict[str, object] = json.loads(upload_wire._line("card", card_))[1]  # noqa: SLF001
    return value


ANY_CARD = Card(
    where="a.vcf:1",
    version="3.0",
    full_name="妈妈",
    relations=(Relation(kind="mother", who="x"),),
    numbers=(CardNumber(text="1", types=frozenset({"cell", "pref"}), where="a.vcf:2"),),
    notes=(Problem(where="a.vcf:3", what="A line ({property}).", facts={"property": "TEL"}),),
)
GOOD = as_json(ANY_CARD)


def said(*lines: bytes) -> str:
    whole = b"".join(one + b"\n" for one in lines)
    return f"import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write({whole!r})"


def test_what_a_sound_answer_says_is_taken(store: Store, standin: Standin) -> None:
    standin(said(line("card", GOOD), line("charset", "utf-8"), line("done", 0)))

    assert done(import_uploads(store, [Upload("a.vcf", b"")])).cards == 1


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.kill(os.getpid(), 9)",
        "import os, sys; sys.stdin.buffer.read(9); os.kill(os.getpid(), 11)",
        "raise SystemExit(0)",
        "raise SystemExit(3)",
        said(line("card", GOOD)),
        said(line("card", GOOD), b'["card", {"where": "a'),
        said(line("done", 0), line("done", 1), line("done", 2)),
        "print('妈妈' * 99)",
    ],
)
def test_a_process_that_ends_too_soon_changes_nothing(
    store: Store, standin: Standin, program: str
) -> None:
    standin(program)
    given = [Upload("a.vcf", MOTHER.encode() * 9_999), Upload("b.vcf", b"")]
    with pytest.raises(UploadError) as error:
        import_uploads(store, given)

    assert "妈妈" not in str(error.value)
    assert "kit import FILE" in error.value.hint
    assert kept(store) == []


def test_the_file_that_could_not_be_read_is_named(store: Store, standin: Standin) -> None:
    standin(said(line("card", GOOD), line("done", 0)))
    with pytest.raises(UploadError, match=r"^b\.vcf could not be read to its end"):
        import_uploads(store, [Upload("a.vcf", b""), Upload("b.vcf", b"")])


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("while True: pass", SlowUploadError),
        ("import sys; sys.stdout.close()\nwhile True: pass", SlowUploadError),
        ('while True: print(\'["charset", "utf-8"]\')', LargeUploadError),
    ],
)
def test_a_process_without_an_end_is_ended(
    store: Store, standin: Standin, program: str, error: type[KitError]
) -> None:
    standin(program)
    limits = Limits(seconds=0.3) if error is SlowUploadError else Limits(answer=99_000)
    with pytest.raises(error):
        import_uploads(store, [Upload("a.vcf", HUGE[:999_999])], limits=limits)

    assert kept(store) == []


def test_a_line_without_an_end_is_not_waited_for(store: Store, standin: Standin) -> None:
    standin("while True: print('[' * 99999, end='')")
    with pytest.raises(LargeUploadError):
        import_uploads(store, [Upload("a.vcf", b"")], limits=Limits(answer=10**12))


def test_no_process_and_no_thread_is_left(store: Store, standin: Standin, tmp_path: Path) -> None:
    at = tmp_path / "pid"
    standin(f"import os; open({str(at)!r}, 'w').write(str(os.getpid()))\nwhile True: print()")
    threads = threading.active_count()
    with pytest.raises(UploadError):
        import_uploads(store, [Upload("a.vcf", HUGE[:999_999])])

    with pytest.raises(ProcessLookupError):
        os.kill(int(at.read_text(encoding="utf-8")), 0)
    assert threading.active_count() == threads


def test_where_no_process_can_be_started_that_is_said(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    with pytest.raises(UploadError):
        import_uploads(store, [Upload("a.vcf", b"")])


def without(field: str) -> dict[str, object]:
    return {name: value for name, value in GOOD.items() if name != field}


def note(**changed: object) -> dict[str, object]:
    return {"where": "a.vcf", "what": "What.", "facts": {}} | changed


@pytest.mark.parametrize(
    "nonsense",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'["done"]',
        b'["done", 1]',
        b'["done", "0"]',
        b'["done", NaN]',
        b'["eval", "1"]',
        b"[" * 100_000,
        b'["done", ' + b"9" * 10_000 + b"]",
        line("card", None),
        line("card", []),
        line("card", without("where")),
        line("card", without("notes")),
        line("card", GOOD | {"__class__": "x"}),
        line("card", GOOD | {"where": 1}),
        line("card", GOOD | {"full_name": None}),
        line("card", GOOD | {"full_name": "\ud83d"}),
        line("card", GOOD | {"emails": ["\ud83d@x.test"]}),
        line("problem", note(what="{x}", facts={"x": "\ud83d"})),
        line("card", GOOD | {"has_note": 1}),
        line("card", GOOD | {"name_parts": ["", ""]}),
        line("card", GOOD | {"nicknames": "abc"}),
        line("card", GOOD | {"nicknames": {"a": 1}}),
        line("card", GOOD | {"emails": ["no address"]}),
        line("card", GOOD | {"emails": ["a@x.test\nBcc: b@x.test"]}),
        line("card", GOOD | {"relations": [{"kind": "mother"}]}),
        line("card", GOOD | {"numbers": [{"text": "1", "types": [1], "where": "", "label": ""}]}),
        line("card", GOOD | {"notes": [note(what="{property}")]}),
        line("problem", note(what="")),
        line("problem", note(what="{")),
        line("problem", note(what="{}")),
        line("problem", note(what="{0}")),
        line("problem", note(what="{{x}}", facts={"x": 1})),
        line("problem", note(what="{missing}")),
        line("problem", note(what="{x.__class__}", facts={"x": 1})),
        line("problem", note(what="{x:999999999}", facts={"x": 1})),
        line("problem", note(what="{x!r}", facts={"x": 1})),
        line("problem", note(facts={"x": 0.5})),
        line("problem", note(facts={"x": True})),
        line("problem", note(facts={"x": []})),
        line("problem", note(facts=[])),
        line("charset", "<b>utf-8</b>"),
        line("charset", 8),
        line("doubt", ["a.vcf", {}]),
        line("doubt", ["a.vcf", {"gbk\n": ["a"]}]),
        line("doubt", ["a.vcf", {"gbk": "a"}]),
        line("doubt", [None, {"gbk": ["a"]}]),
        line("doubt", {"gbk": ["a"]}),
    ],
)
def test_an_answer_of_another_shape_is_refused(nonsense: bytes) -> None:
    with pytest.raises(NonsenseError):
        Answer().take(nonsense)


def test_one_line_of_another_shape_spoils_the_answer(store: Store, standin: Standin) -> None:
    standin(said(line("card", GOOD), line("card", without("where")), line("done", 0)))
    with pytest.raises(UploadError):
        import_uploads(store, [Upload("a.vcf", b"")])

    assert kept(store) == []


_texts = st.text()
_several = st.lists(_texts, max_size=3).map(tuple)
_notes = st.builds(
    Problem,
    where=_texts,
    what=st.just("A line ({property}) is {count}."),
    facts=st.fixed_dictionaries({"property": _texts, "count": st.integers(-(2**63), 2**63)}),
)
_cards = st.builds(
    Card,
    where=_texts,
    version=_texts,
    full_name=_texts,
    name_parts=st.tuples(_texts, _texts, _texts, _texts, _texts),
    organisation=_texts,
    title=_texts,
    nicknames=_several,
    categories=_several,
    relations=st.lists(st.builds(Relation, kind=_texts, who=_texts), max_size=2).map(tuple),
    numbers=st.lists(
        st.builds(CardNumber, text=_texts, types=st.frozensets(_texts), where=_texts, label=_texts),
        max_size=2,
    ).map(tuple),
    emails=st.lists(st.sampled_from(["a@x.test", "妈妈@例子.cn"]), max_size=2).map(tuple),
    uid=_texts,
    revision=_texts,
    has_note=st.booleans(),
    has_photo=st.booleans(),
    is_group=st.booleans(),
    notes=st.lists(_notes, max_size=2).map(tuple),
)


@given(_cards)
def test_whatever_a_card_says_comes_back_as_it_was(one: Card) -> None:
    taken = Answer()
    taken.take(upload_wire._line("card", one))  # noqa: SLF001

    assert taken.read.cards == [one]


@given(st.lists(st.binary(max_size=200), max_size=3))
def test_any_bytes_are_answered_in_lines_that_are_taken(contents: list[bytes]) -> None:
    given = [Upload(f"{n}.vcf", content) for n, content in enumerate(contents)]
    asked = io.BytesIO(b"".join(question(given, "")))
    taken = Answer()
    for one in answer(asked):
        taken.take(one)

    assert taken.done == len(given)
    assert asked.read() == b""


# --- what it knows ------------------------------------------------------------------------


def test_the_process_that_reads_is_given_no_secret(
    store: Store, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("KIT_PASSPHRASE", "TWILIO_AUTH_TOKEN", "KIT_SMTP_URL", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "s3cret")
    standin(
        "import json, os, sys\n"
        "sys.stdin.buffer.read()\n"
        "for one in [*sys.argv, *map('='.join, os.environ.items())]:\n"
        "    print(json.dumps(['problem', {'where': one, 'what': 'x', 'facts': {}}]))\n"
        "print('[\"done\", 0]')\n"
    )
    result = done(import_uploads(store, [Upload("妈妈.vcf", MOTHER.encode())]))
    known = [problem.where for problem in result.problems]

    assert f"PATH={os.environ['PATH']}" in known
    assert not [one for one in known if "s3cret" in one or one.startswith(("KIT_", "TWILIO_"))]
    assert not [one for one in known if "妈妈" in one or "13800000001" in one]


@pytest.mark.parametrize("name", ["SYSTEMROOT", "PYTHONPATH", "LD_LIBRARY_PATH", "HOME"])
def test_what_a_python_needs_to_start_stays(name: str) -> None:
    assert bare_variables({name: "x", "KIT_KEY_FILE": "y", "DBUS_SESSION": "z"}) == {name: "x"}


# --- speed and size -----------------------------------------------------------------------

_MEASURED = """
import resource, sys
from pathlib import Path
from kit.actions import importing
from kit.actions.uploading import Upload, read_uploads
from kit.vcard import values
upload = Upload("a.vcf", Path(sys.argv[1]).read_bytes())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
read = read_uploads([upload])
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(len(read.cards), (after - before) // (1024 if sys.platform == "linux" else 1024 ** 2))
"""


def test_ten_thousand_cards_take_little_of_whoever_asks(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    path = tmp_path / "book.vcf"
    address_books.make(2102, 10_000).write(path)
    ended = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(path)],
        capture_output=True,
        check=True,
        text=True,
        env=bare_environment(),
    )
    cards, megabytes = map(int, ended.stdout.split())

    assert cards >= 9_900
    assert megabytes < 100

"""A copy of the record: whole and unchanged, or without names and numbers; or nothing at all."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pyrage
import pytest
from conftest import bare_environment
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kit import jurisdiction
from kit.actions import exhibits, exporting, recording, sealing
from kit.actions.exhibits import Handed
from kit.actions.exporting import Listed, Wish
from kit.actions.recording import Told
from kit.errors import (
    ExportTakenError,
    ExportUnwrittenError,
    FileTakenError,
    NoIncidentError,
    SealMissingError,
    SealTooLargeError,
)
from kit.model import (
    E164,
    Account,
    Contact,
    EntryKind,
    IncidentKind,
    Part,
    Relation,
)
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from kit.actions.exporting import Exported
    from kit.actions.store import Store

    Kit = Callable[..., Result]

pytestmark = pytest.mark.usefixtures("store")
AT = datetime(2026, 6, 1, 14, 30, 5, tzinfo=UTC)
PICTURE = b"\xff\xd8\xff a picture"
ROW = '<sms address="13800000124" body="还钱"/>'
#: What a copy for others has nowhere.
NAMED = ("王小芳", "芳芳", "二舅", "小明", "13800000", "138 0000", "0000 01", "<sms", "calls.xml")


def file(content: bytes = PICTURE, name: str = "芳芳 截图.jpg") -> Handed:
    return Handed(
        name=name, open=lambda: BytesIO(content), received_from="二舅", received_by="微信"
    )


@pytest.fixture
def told(store: Store) -> Store:
    """Two incidents, two files of the first, and one that was removed."""
    number = (E164("+8613800000001"),)
    store.book.save([Contact(id="a" * 12, names=("王小芳", "芳芳"), numbers=number)])
    store.book.set("sender", "小明")
    call = Told(
        kind=IncidentKind.CALL,
        at=AT,
        number="138 0000 0123",
        to="王小芳",
        said="<b>叫小明还钱</b>，\n不然找芳芳 13800000001",
        disclosed=True,
        by="王小芳",
    )
    recording.add(store, call, [file(), file(b"no kind at all", "笔记")])
    gone = recording.add(store, replace(call, at=AT + timedelta(hours=1), said="多余的"))
    recording.remove(store, EntryKind.INCIDENT, gone.incident.id)
    text = replace(call, kind=IncidentKind.TEXT, at=AT + timedelta(hours=2), to="我", by="")
    recording.add(store, replace(text, account=Account.LOG, source="calls.xml:17", original=ROW))
    return store


def export(store: Store, to: Path, **wish: object) -> Exported:
    return exporting.export(store, to, Wish(**wish), Words("zh-Hans"), "zh-Hans")  # type: ignore[arg-type]


def files(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def verify(folder: Path) -> tuple[int, str]:
    command = [sys.executable, "-I", "-S", str(folder / "verify.py")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.returncode, done.stdout


def test_a_full_copy_has_everything_unchanged(told: Store, tmp_path: Path) -> None:
    made = export(told, tmp_path / "copy")
    there = files(made.path)
    cards = unescape(there["incidents.html"].decode())

    assert set(there) == {
        *("index.html", "incidents.html", "report.html", "brief.html", "timeline.svg", "hours.svg"),
        *("manifest.json", "verify.py", "record/chain.jsonl"),
        *("exhibits/0002.jpg", "exhibits/0003.txt"),
    }
    assert there["exhibits/0002.jpg"] == PICTURE
    assert ROW in cards
    last = json.loads(there["record/chain.jsonl"].decode().splitlines()[-1])
    assert json.loads(last["content"])["original"] == ROW
    assert "<b>叫小明还钱</b>，\n不然找芳芳 13800000001" in cards
    assert "2026-06-01 22:30:05" in cards
    assert "Asia/Shanghai UTC+08:00" in cards
    assert "多余的" not in cards
    assert "#4" in there["index.html"].decode()  # the gap
    assert verify(made.path)[0] == 0
    assert made.sha256 in verify(made.path)[1]


def test_only_its_owner_may_read_a_copy_and_it_is_remembered(told: Store, tmp_path: Path) -> None:
    made = export(told, tmp_path / "copy")

    assert made.path in told.book.written()
    for path in (made.path, *made.path.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_a_page_loads_nothing_and_runs_nothing(told: Store, tmp_path: Path) -> None:
    there = files(export(told, tmp_path / "copy", redacted=True, ticked=("2",)).path)
    pages = [page.decode() for name, page in there.items() if name.endswith(".html")]

    assert len(pages) == 5
    for page in pages:
        assert "default-src 'none'; style-src 'sha256-" in page
        assert not re.search(r"<script|<img|<link|\son\w+=|\bsrc=|https?:", page)
        links = re.findall(r'href="([^"#]*)', page)
        assert [one for one in links if one and one not in there] == []


def test_a_later_copy_takes_the_place_of_an_earlier_one(told: Store, tmp_path: Path) -> None:
    first = export(told, tmp_path / "copy")
    second = export(told, tmp_path / "copy", redacted=True)

    assert verify(first.path)[0] == 0
    assert first.sha256 != second.sha256
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["copy"]


@pytest.mark.parametrize("name", ["notes.txt", "exhibits/mine.jpg", "verify.py.bak"])
def test_a_folder_with_anything_else_in_it_stays_as_it_is(
    told: Store, tmp_path: Path, name: str
) -> None:
    folder = export(told, tmp_path / "copy").path
    (folder / name).write_text("mine", encoding="utf-8")
    before = files(folder)

    with pytest.raises(ExportTakenError):
        export(told, folder)
    assert files(folder) == before


def test_a_place_that_has_no_name_of_its_own_is_refused_or_gets_one(
    told: Store, tmp_path: Path
) -> None:
    for to, as_zip in ((Path("/"), True), (Path("/"), False), (tmp_path / "home" / "..", False)):
        with pytest.raises(ExportTakenError):
            export(told, to, as_zip=as_zip)
    assert export(told, tmp_path / "home" / ".." / "copy" / ".", as_zip=True).path == (
        tmp_path / "copy.zip"
    )


def test_a_name_that_something_else_has_is_refused(told: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "file.zip").write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    for name in ("file", "link", "file/copy"):
        with pytest.raises((ExportTakenError, ExportUnwrittenError)):
            export(told, tmp_path / name)
    with pytest.raises(FileTakenError):
        export(told, tmp_path / "file", as_zip=True)
    assert (tmp_path / "file.zip").read_text("utf-8") == "mine"


def test_a_copy_for_others_names_nobody(told: Store, tmp_path: Path) -> None:
    ids = [one.id for one in recording.incidents(told)]
    made = export(told, tmp_path / "copy", redacted=True)
    there = files(made.path)
    everything = "\n".join(content.decode() for content in there.values())

    assert [
        word for word in (*NAMED, *ids, sha256(PICTURE).hexdigest()) if word in everything
    ] == []
    assert not [name for name in there if name.startswith("exhibits/")]
    assert "姓名和号码已换成代号" in there["brief.html"].decode()
    assert "[联系人 1]" in everything
    assert "[号码 A]" in everything
    assert "[本人]" in everything
    left_out = json.loads(there["manifest.json"])["left_out"]
    assert left_out == [1, 2, 3, 6]
    assert verify(made.path)[0] == 0


#: What whoever tells of something may type anywhere, with a name or number in it or without.
NAMES = ("王小芳", "小芳", "芳芳", "LI WEI", "小王", "豆豆", "小明", "Xiao Ming", "二舅", "老陈")
NUMBERS = ("13800000001", "+86 138 0000 0123", "4321", "fang@example.com", "１３８００００００７７")
WORDS = ("叫", "还钱，", "我是公安局的", "弄死你全家", "爆你通讯录，", "到学校闹", "<i>&amp;", "\n")
SAID = st.lists(st.sampled_from((*NAMES, *NUMBERS, *WORDS)), max_size=5).map("，".join)
TOLD = st.builds(
    Told,
    kind=st.sampled_from(IncidentKind),
    at=st.integers(0, 200).map(lambda hours: AT + timedelta(hours=hours)),
    number=st.sampled_from(("138 0000 0123", "4321", "95", "", "95588")),
    to=st.sampled_from((*NAMES[:4], "老陈", "13800000002", "13800000003", "我", "")),
    said=SAID,
    said_they_were=SAID,
    disclosed=st.booleans(),
    refused=st.booleans(),
    threatened=st.sampled_from((True, None)),
    by=st.sampled_from(("", "王小芳", "二舅", "13800000002")),
)


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(told=st.lists(TOLD, min_size=3, max_size=8))
def test_no_file_of_a_copy_for_others_has_a_name_or_a_number(
    store: Store, tmp_path_factory: pytest.TempPathFactory, told: list[Told]
) -> None:
    part = Part(where="a:1", nicknames=("芳芳",), relations=(Relation(kind="child", who="豆豆"),))
    numbers = [E164(f"+861380000000{n}") for n in range(4)]
    people = (("王小芳（同事）",), ("Li Wei",), ("小王",), ("小王",))
    store.book.save(
        Contact(id=f"{n:012}", names=names, numbers=(numbers[n],), parts=(part,) if n == 0 else ())
        for n, names in enumerate(people)
    )
    store.book.set("sender", "小明")
    store.book.set("sender_latin", "Xiao Ming")
    for one in (Told(kind=IncidentKind.CALL, at=AT, number="4321"), *told):
        recording.add(store, one, [file()])
    to = tmp_path_factory.mktemp("of") / "copy"
    folder = export(store, to, redacted=True, hidden=("老陈",)).path
    texts = {name: unescape(one.decode()) for name, one in files(folder).items()}
    counted = re.compile(
        r'\b[0-9a-f]{64}\b|"size":\d+|T[\d:.]+\+00:00|<style>.*?</style>', re.DOTALL
    )
    number = r"13800|138 ?0000|4321|95588|>95<|(?:为|：)95\b|example\.com|１３８"
    shown = re.compile(rf"(?i){number}|{'|'.join(NAMES)}")

    texts = {name: counted.sub("", text) for name, text in texts.items()}
    assert {name: found for name, text in texts.items() if (found := shown.findall(text))} == {}
    assert verify(folder)[0] == 0


def test_a_copy_for_others_has_the_files_that_were_ticked(told: Store, tmp_path: Path) -> None:
    made = export(told, tmp_path / "copy", redacted=True, ticked=("2",))
    there = files(made.path)

    assert there["exhibits/0002.jpg"] == PICTURE
    assert "exhibits/0003.txt" not in there
    assert "#3" in there["left-out.html"].decode()
    assert "#2<" not in there["left-out.html"].decode()
    assert [word for word in NAMED if any(word.encode() in one for one in there.values())] == []
    assert verify(made.path)[0] == 0


def test_only_a_file_can_be_ticked_and_no_digit_is_the_beginning_of_an_id(told: Store) -> None:
    beginnings = {one.id[0] for one in exhibits.exhibits(told)}
    assert beginnings & set("01456789"), "an id must begin with the number of something else"

    for which in ("", "#", *"01456789"):
        with pytest.raises(NoIncidentError):
            exporting.listed(told, Wish(redacted=True, ticked=(which,)))


def test_a_copy_for_others_says_as_much_of_the_chain_as_the_full_one(
    told: Store, tmp_path: Path
) -> None:
    def chain(folder: Path) -> list[dict[str, object]]:
        lines = (folder / "record/chain.jsonl").read_text("utf-8").splitlines()
        entries: list[dict[str, object]] = [json.loads(line) for line in lines]
        return [{**entry, "content": None} for entry in entries]

    full, redacted = export(told, tmp_path / "full"), export(told, tmp_path / "r", redacted=True)

    assert chain(full.path) == chain(redacted.path)


def test_what_is_in_a_copy_is_known_before_it_is_written(told: Store) -> None:
    size = len(PICTURE) + len(b"no kind at all")

    assert exporting.listed(told, Wish()) == Listed(
        incidents=2, exhibits=2, size=size, left_out=0, removed=1, knows_borrower=True
    )
    assert exporting.listed(told, Wish(redacted=True, ticked=("3",))) == Listed(
        incidents=2, exhibits=1, size=14, left_out=1, removed=1, knows_borrower=True
    )


def test_an_empty_record_has_a_copy_too(store: Store, tmp_path: Path) -> None:
    assert verify(export(store, tmp_path / "copy").path)[0] == 0


def test_a_zip_unpacks_into_a_copy(told: Store, tmp_path: Path) -> None:
    made = export(told, tmp_path / "copy", as_zip=True)
    stream = BytesIO()
    code = exporting.write_zip(told, stream, Wish(), Words("zh-Hans"), "zh-Hans")
    with zipfile.ZipFile(made.path) as archive, zipfile.ZipFile(stream) as other:
        assert all(re.fullmatch(r"(\w+/)?[\w.-]+", name) for name in archive.namelist())
        assert archive.namelist() == other.namelist()
        archive.extractall(tmp_path / "unpacked")

    assert made.path.name == "copy.zip"
    assert made.sha256 == code
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert verify(tmp_path / "unpacked")[0] == 0


def test_what_cannot_be_sealed_is_said_before_anything_is_written(
    told: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "LARGEST", 10)
    with pytest.raises(SealTooLargeError):
        export(told, tmp_path / "copy", passphrase="口令")
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(SealMissingError) as missing:
        export(told, tmp_path / "copy", passphrase="口令")

    assert "pip install 'contact-notification-kit[seal]'" in missing.value.hint
    assert not [path for path in tmp_path.iterdir() if path.name != "home"]


def test_a_large_file_is_never_held_in_memory(store: Store, tmp_path: Path) -> None:
    size = 24_000_000
    big = Handed(name="a.mp4", open=lambda: BytesIO(bytes(size)))
    told = Told(kind=IncidentKind.CALL, at=AT)
    recording.add(store, told, [big])
    tracemalloc.start()
    made = export(store, tmp_path / "copy")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (made.path / "exhibits/0002.bin").stat().st_size == size
    assert peak < size / 3


def test_findings_stand_beside_the_rules_each_of_which_is_there_once(
    store: Store, tmp_path: Path
) -> None:
    who = "\u202e<b>老陈</b>"
    for hour in range(3):
        call = Told(
            kind=IncidentKind.CALL, at=AT + timedelta(hours=hour), to=who, said="弄死你", by=who
        )
        recording.add(store, replace(call, number="4321", disclosed=True, threatened=True))
    facts = jurisdiction.facts("cn").by_id
    full, redacted = (
        files(export(store, tmp_path / f"{one}", redacted=one).path)["report.html"].decode()
        for one in (False, True)
    )

    assert "据&lt;b&gt;老陈&lt;/b&gt;提供的情况" in full
    assert "据[联系人 1]提供的情况" in redacted
    assert "显示的号码：[号码 A]" in redacted
    for page in (full, redacted):
        ids = re.findall(r'<div class="rule" id="([^"]+)">', page)
        assert ids
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
        assert 'href="incidents.html#e3"' in page
        for one in ids:
            assert facts[one].checked_on.isoformat() in page
            assert unescape(page).count(facts[one].statement) == 1


FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.argv = ["kit", *sys.argv[2:]]
from kit.cli import main
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="no file size limit on Windows")
@pytest.mark.parametrize("option", [[], ["--zip"]])
def test_a_disk_that_is_full_half_way_leaves_nothing_and_the_earlier_copy(
    told: Store, tmp_path: Path, option: list[str]
) -> None:
    recording.add(
        told, Told(kind=IncidentKind.CALL, at=AT, number="1"), [file(os.urandom(400_000))]
    )
    before = files(export(told, tmp_path / "copy").path)
    told.close()
    full = subprocess.run(
        [sys.executable, "-c", FULL, "300000", "evidence", "export", tmp_path / "copy", *option],
        check=False,
        capture_output=True,
        text=True,
        env=bare_environment(),
    )

    assert full.returncode == 1, full.stderr
    assert "The copy cannot be written: the disk is full." in full.stderr
    assert "Traceback" not in full.stderr
    assert files(tmp_path / "copy") == before
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["copy"]


KILLED = """
import os, pathlib, signal, sys
from kit.actions import packing
rename = pathlib.Path.rename
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "half-way":
    packing.Pack.close = die
else:
    pathlib.Path.rename = lambda one, to: die(rename(one, to))
sys.argv = ["kit", *sys.argv[2:]]
from kit.cli import main
main()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on Windows")
@pytest.mark.parametrize(
    ("when", "options"), [("half-way", []), ("half-way", ["--zip"]), ("making room", [])]
)
def test_of_a_killed_export_the_next_one_leaves_nothing_but_the_earlier_copy(
    told: Store, kit: Kit, tmp_path: Path, when: str, options: list[str]
) -> None:
    (tmp_path / "copy.1.new").write_text("mine", encoding="utf-8")
    before = files(export(told, tmp_path / "copy").path)
    told.close()
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, when, "evidence", "export", tmp_path / "copy", *options],
        check=False,
        capture_output=True,
        env=bare_environment(),
    )
    there = {path for path in tmp_path.iterdir() if path.name != "home"}

    assert killed.returncode == -signal.SIGKILL
    assert before in [files(path) for path in there if path.is_dir()]
    assert len(there) > 2

    assert kit("evidence", "export", tmp_path / "other").exit_code == 0
    assert {one.name for one in tmp_path.iterdir()} == {"home", "copy", "copy.1.new", "other"}
    assert files(tmp_path / "copy") == before


def test_the_command_says_what_is_in_it_and_the_code_to_keep(
    told: Store, kit: Kit, tmp_path: Path
) -> None:
    told.close()
    done = kit("evidence", "export", tmp_path / "copy")
    code = json.loads((tmp_path / "copy/manifest.json").read_bytes())["sha256"]

    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        f"Written: {tmp_path / 'copy'}",
        f"Code of the copy: {code}",
    ]
    assert done.stderr.startswith("In the copy: 2 incidents, 2 exhibits")
    assert "Write this code down" in done.stderr
    assert "python verify.py" in done.stderr


def test_the_command_leaves_out_what_was_not_ticked(told: Store, kit: Kit, tmp_path: Path) -> None:
    told.close()
    done = kit("evidence", "export", tmp_path / "copy", "--redacted", "--with", "3", "--zip")
    wrong = kit("evidence", "export", tmp_path / "other", "--with", "3")

    assert done.exit_code == 0
    assert "exhibits: 1." in done.stderr
    assert "exhibits/0003.txt" in zipfile.ZipFile(tmp_path / "copy.zip").namelist()
    assert wrong.exit_code == 2
    assert not (tmp_path / "other").exists()


def test_a_name_that_the_kit_does_not_know_goes_when_it_is_named(
    store: Store, kit: Kit, tmp_path: Path
) -> None:
    recording.add(store, Told(kind=IncidentKind.CALL, at=AT, to="我", said="阿明和老鬼，还钱"))
    store.close()
    blind = kit("evidence", "export", tmp_path / "copy", "--redacted")
    named = kit("evidence", "export", tmp_path / "n", "--redacted", "--hide", "阿明", "--hide=老鬼")
    full = kit("evidence", "export", tmp_path / "full", "--hide", "阿明")
    shown = (tmp_path / "n/incidents.html").read_text("utf-8")

    assert "阿明和老鬼" in (tmp_path / "copy/incidents.html").read_text("utf-8")
    assert "does not know your own name" in blind.stderr
    assert "does not know your own name" not in named.stderr
    assert "[contact 1]和[contact 2]，还钱" in shown
    assert full.exit_code == 2
    assert not (tmp_path / "full").exists()


def test_a_sealed_copy_opens_with_the_passphrase_of_the_settings(
    told: Store, kit: Kit, tmp_path: Path
) -> None:
    told.close()
    nobody = kit("evidence", "export", tmp_path / "copy", "--seal")
    sealed = kit("evidence", "export", tmp_path / "copy", "--seal", KIT_SEAL_PASSPHRASE="口令")
    blank = kit("evidence", "export", tmp_path / "blank", "--seal", KIT_SEAL_PASSPHRASE=" ")
    content = (tmp_path / "copy.zip.age").read_bytes()

    assert nobody.exit_code == blank.exit_code == 1
    assert not (tmp_path / "blank.zip.age").exists()
    assert "age --decrypt -o copy.zip copy.zip.age" in sealed.stderr
    assert "KIT_SEAL_PASSPHRASE" in nobody.stderr
    assert sealed.exit_code == 0
    assert content.startswith(b"age-encryption.org/v1\n")
    opened = pyrage.passphrase.decrypt(content, "口令")
    assert zipfile.ZipFile(BytesIO(opened)).read("exhibits/0002.jpg") == PICTURE

"""`kit audit`: a file or a phone goes in; what it says is shown, and no more."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from audits import ASKS, CHAT, DUMP, GRANTED, HEAD, HUAWEI, LOAN, access, called, package
from conftest import bare_environment
from drawn import NEEDS_A_FONT

from kit.actions import auditing, child
from kit.letters.accesses import accesses
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Kit = Callable[..., Result]

END = access(kind="intervalEnd", at="2026-01-05T22:33:12.813+08:00")
REPORT = access() + END + called("api.example", "2026-01-05T22:33:40+08:00")
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\0" * 500
pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def report(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of a phone."""

    def write(content: bytes | str, name: str = "report.ndjson") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def rows(done: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_an_object_for_each_app_and_kind_without_a_store(
    kit: Kit, report: Callable[..., Path], tmp_path: Path
) -> None:
    done = kit("audit", report(REPORT + access(app=CHAT, category="photos")), "--json")

    assert done.exit_code == 0
    assert rows(done) == [
        {
            "app": LOAN,
            "kind": "contacts",
            "count": 1,
            "first_at": "2026-01-05T14:30:00.896000+00:00",
            "last_at": "2026-01-05T14:33:12.813000+00:00",
            "domains": ["api.example"],
        },
        {
            "app": CHAT,
            "kind": "photos",
            "count": 1,
            "first_at": "2026-01-05T14:30:00.896000+00:00",
            "last_at": "2026-01-05T14:30:00.896000+00:00",
            "domains": [],
        },
    ]
    assert not (tmp_path / "home").exists()


def test_a_dump_says_what_was_asked_for_and_what_was_granted(
    kit: Kit, report: Callable[..., Path]
) -> None:
    done = kit("audit", report(DUMP, "apps.txt"), "--json")

    contacts, texts = rows(done)
    assert contacts == {
        "app": LOAN,
        "kind": "contacts",
        "count": None,
        "first_at": None,
        "last_at": None,
        "domains": [],
        "granted": True,
        "requested": True,
        "flags": ["USER_SET", "USER_SENSITIVE_WHEN_GRANTED"],
        "installed": "2026-01-02 10:00:00",
        "updated": "2026-01-03 11:00:00",
    }
    assert (texts["kind"], texts["requested"], texts["granted"]) == ("sms", True, False)


def test_the_table_stands_beside_the_rule_its_source_and_its_limits(
    kit: Kit, report: Callable[..., Path]
) -> None:
    done = kit("audit", report(REPORT + access(app=CHAT, category="photos")), KIT_LANG="zh-Hans")

    said = done.stdout
    assert said.index("通讯录") < said.index(LOAN) < said.index(CHAT)
    assert "api.example" in said
    for part in (
        "网络借贷类 App 的必要个人信息不包括通讯录",
        "逐项的清单没有核对到",
        "中国银行保险报",
    ):
        assert part in said
    assert "可以只选几个联系人" in said
    assert "iPhone：收回通讯录权限" in said
    assert "adb" not in said


def test_times_are_by_the_phone_and_what_a_report_cannot_know_is_said(
    kit: Kit, report: Callable[..., Path]
) -> None:
    photos = access(at="2026-01-05T22:30:00+05:45", category="photos")
    said = kit("audit", report(photos), KIT_LANG="en").stdout

    assert "2026-01-05 22:30" in said
    assert "It does not say that any app has read contacts." in said
    assert "seven days at most" in said
    said = kit("audit", report(called("api.example", "2026-01-05T22:30:00Z"))).stdout
    assert "It does not say that any app has read contacts." in said
    assert "seven days at most" in said
    assert "whether an app has read anything" in kit("audit", report(DUMP)).stdout


def test_no_app_is_called_guilty(kit: Kit, report: Callable[..., Path]) -> None:
    for content in (REPORT, DUMP.encode()):
        said = kit("audit", report(content), KIT_LANG="en").output
        ours = "\n".join(line for line in said.splitlines() if line.isascii())
        assert "illegal" not in ours
        assert "guilty" not in ours
        assert "not for us to say" in ours


def test_a_command_to_copy_is_of_an_app_that_somebody_let_in(
    kit: Kit, report: Callable[..., Path]
) -> None:
    text = DUMP + package("com.example.dialler", ASKS, HUAWEI)
    said = kit("audit", report(text), KIT_LANG="en").stdout
    copied = [line.strip() for line in said.splitlines() if "pm revoke" in line]

    assert copied == [f"adb shell pm revoke {LOAN} android.permission.READ_CONTACTS"]
    assert "com.example.dialler  it may; the phone's own app" in said


def test_a_work_profile_is_left_out_and_said(kit: Kit, report: Callable[..., Path]) -> None:
    text = HEAD + package(LOAN, ASKS, "", extra=f"    User 10: installed=true\n{GRANTED}")
    path = report(text)

    assert [one["granted"] for one in rows(kit("audit", path, "--json"))] == [False, False]
    assert "Left out, such as a work profile" in kit("audit", path).stdout
    assert "user 10" in kit("audit", path).stdout


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + REPORT,
        REPORT.decode().encode("utf-16"),
        REPORT.decode().encode("utf-16-le"),
        REPORT.replace(b"\n", b"\r\n"),
        b'ndle.id","type":"access"}\n' + REPORT,
    ],
    ids=["BOM", "UTF-16", "UTF-16 without a mark", "CR LF", "its beginning cut off"],
)
def test_a_report_is_read_as_it_was_saved(
    kit: Kit, report: Callable[..., Path], content: bytes
) -> None:
    done = kit("audit", report(content), "--json")

    (row,) = rows(done)
    assert (row["count"], row["domains"]) == (1, ["api.example"])


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_dump_is_read_as_it_was_saved(
    kit: Kit, report: Callable[..., Path], charset: str
) -> None:
    text = DUMP.replace("User 0:", "用户 0：").replace("  Package [", "  软件包 [")
    done = kit("audit", report(text.encode(charset)), "--json")

    assert [row["granted"] for row in rows(done)] == [True, False]


def test_broken_and_foreign_lines_are_named_together_and_cost_only_themselves(
    kit: Kit, report: Callable[..., Path]
) -> None:
    content = REPORT + b"{broken\n" * 9 + DUMP.encode() + access(app=CHAT)[:60]
    done = kit("audit", report(content), "--json")

    assert done.exit_code == 3
    assert len(rows(done)) == 1
    assert "report.ndjson:4, 5, 6, 7, 8, 9, 10, 11 … (10)  This line is cut off" in done.stderr
    assert LOAN not in done.stderr


def test_ten_megabytes_on_one_line_are_one_problem(kit: Kit, report: Callable[..., Path]) -> None:
    done = kit("audit", report(REPORT + b'{"a": "' + b"x" * 10_000_000 + b'"}\n' + END), "--json")

    assert (done.exit_code, len(rows(done))) == (3, 1)
    assert "report.ndjson:4  This line is longer" in done.stderr
    assert "report.ndjson:5" not in done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\r\n", "The file is empty."),
        (JPEG, "This is no text"),
        (gzip.compress(REPORT), "This is a packed file."),
        (b"PK\x03\x04" + b"\0" * 99, "This is a packed file."),
        (b"<!DOCTYPE html><p>", "This is a web page."),
        (b"BEGIN:VCARD\nFN:x\nEND:VCARD\n", "This is no App Privacy Report"),
        (access()[:80], "This line is cut off"),
        (json.dumps([{"a": 1}] * 200, indent=1).encode(), "x:2  This line is cut off"),
    ],
    ids=["empty", "blank", "JPEG", "gz", "zip", "HTML", "vCard", "one line cut off", "JSON"],
)
def test_what_is_none_is_said_and_nothing_is_shown(
    kit: Kit, report: Callable[..., Path], content: bytes, said: str
) -> None:
    done = kit("audit", report(content))

    assert (done.exit_code, done.stdout) == (1, "")
    assert said.replace("x:", "report.ndjson:") in done.stderr
    assert done.stderr.count("\n") < 6
    assert "adb shell dumpsys package > apps.txt" in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_file_is_not_waited_for_and_a_link_is_followed(
    kit: Kit, report: Callable[..., Path], tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(report(REPORT))

    assert "it is a device, no file" in kit("audit", tmp_path / "pipe").stderr
    assert "it is a folder" in kit("audit", tmp_path).stderr
    assert len(rows(kit("audit", tmp_path / "link", "--json"))) == 1


def test_what_to_look_at_has_to_be_said_and_only_once(
    kit: Kit, report: Callable[..., Path], tmp_path: Path
) -> None:
    path = report(REPORT)
    for wrong in (
        [],
        [path, "--checklist"],
        ["--adb", "--checklist"],
        [path, "--to", tmp_path],
        ["--checklist", "--picture", "x.svg"],
        ["--checklist", "--json"],
        [path, "--picture", tmp_path / "x.gif"],
    ):
        done = kit("audit", *wrong)
        assert (done.exit_code, done.stdout) == (2, ""), wrong


def test_a_picture_is_drawn_of_a_report_and_over_nothing(
    kit: Kit, report: Callable[..., Path], tmp_path: Path
) -> None:
    drawn = tmp_path / "apps.svg"
    path = report(REPORT)

    assert kit("audit", path, "--picture", drawn, "--json").exit_code == 0
    assert LOAN in drawn.read_text("utf-8")
    assert drawn.stat().st_mode & 0o077 == 0
    drawn.write_text("mine", "utf-8")
    assert kit("audit", path, "--picture", drawn).exit_code == 1
    assert drawn.read_text("utf-8") == "mine"
    done = kit("audit", report(DUMP, "apps.txt"), "--picture", tmp_path / "dump.svg", "--json")
    assert "there is nothing to draw" in done.stderr
    assert not (tmp_path / "dump.svg").exists()


@NEEDS_A_FONT
def test_the_picture_can_be_a_png(kit: Kit, report: Callable[..., Path], tmp_path: Path) -> None:
    drawn = tmp_path / "apps.png"

    assert kit("audit", report(REPORT), "--picture", drawn, "--json").exit_code == 0
    assert drawn.read_bytes().startswith(b"\x89PNG")


def test_the_picture_is_as_it_was_looked_over(
    report: Callable[..., Path], golden: Callable[[str, str], None]
) -> None:
    lines = [
        access(app=f"com.example.app{app:02}", identifier=f"{app} {day} {n}", at=at)
        for app in range(3)
        for day in range(1, 13)
        for n in range(app * day * 2)
        if (at := f"2026-01-{day:02}T08:00:00+08:00")
    ]
    hostile = access(app="</text><script>" + "w" * 90, category="photos")
    found = auditing.audit_file(report(b"".join(lines) + hostile))
    drawn = accesses(found.accesses, Words("zh-Hans"), "zh-Hans")

    assert "<script" not in drawn
    golden("accesses.svg", drawn)


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_the_checklist_is_shown_or_written(kit: Kit, tmp_path: Path, language: str) -> None:
    shown = kit("audit", "--checklist", KIT_LANG=language)
    written = kit("audit", "--checklist", "--to", tmp_path / "list", KIT_LANG=language)

    assert (shown.exit_code, written.exit_code) == (0, 0)
    assert sorted(one.name for one in (tmp_path / "list").iterdir()) == [
        "checklist.html",
        "checklist.txt",
    ]
    assert (tmp_path / "list/checklist.txt").read_text("utf-8").strip() == shown.stdout.strip()
    again = kit("audit", "--checklist", "--to", tmp_path / "list", KIT_LANG=language)
    assert again.exit_code == 0


# --- a phone on the cable -----------------------------------------------------------------

ADB = """#!{python}
import sys
from pathlib import Path
here = Path({here!r})
with (here / "asked").open("a") as asked:
    asked.write(" ".join(sys.argv[1:]) + "\\n")
if sys.argv[1:] == ["devices"]:
    print("* daemon started successfully *")
    print("List of devices attached")
    print((here / "devices").read_text())
elif sys.argv[1:] == ["shell", "dumpsys", "package"]:
    sys.stdout.write((here / "dump").read_text("utf-8"))
sys.exit({code})
"""


@pytest.fixture
def adb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A program of that name, which says what it is told and notes what it is asked."""

    def stand_in(devices: str, dump: str = DUMP, code: int = 0) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        (folder / "devices").write_text(devices, "utf-8")
        (folder / "dump").write_text(dump, "utf-8")
        program = folder / "adb"
        text = ADB.format(python=sys.executable, here=str(folder), code=code)
        program.write_text(text, "utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return folder / "asked"

    return stand_in


posix = pytest.mark.skipif(os.name == "nt", reason="a script is no program there")


@posix
def test_a_phone_is_only_asked_which_apps_it_has(kit: Kit, adb: Callable[..., Path]) -> None:
    asked = adb("ABC123\tdevice\n")
    done = kit("audit", "--adb", "--json")

    assert [row["granted"] for row in rows(done)] == [True, False]
    assert asked.read_text("utf-8").splitlines() == ["devices", "shell dumpsys package"]
    assert "ABC123" not in done.output


@posix
@pytest.mark.parametrize(
    ("devices", "dump", "code", "said"),
    [
        ("", DUMP, 0, "No phone is connected"),
        ("ABC123\tunauthorized\n", DUMP, 0, "does not let this computer in yet"),
        ("ABC123\tdevice\nDEF456\tdevice\n", DUMP, 0, "More than one phone is connected (2)"),
        ("ABC123\tdevice\n", "Can't find service: package\n", 0, "The phone gave no list"),
        ("ABC123\tdevice\n", DUMP, 1, "The phone gave no list"),
    ],
)
def test_why_a_phone_cannot_be_asked_is_said(
    kit: Kit, adb: Callable[..., Path], devices: str, dump: str, code: int, said: str
) -> None:
    adb(devices, dump, code)
    done = kit("audit", "--adb")

    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr


@posix
def test_what_adb_leaves_running_is_not_waited_for(
    kit: Kit, adb: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = adb("ABC123\tunauthorized\n").with_name("adb")
    os.mkfifo(tmp_path / "held")
    server = f"import os\nif not os.fork():\n    open({str(tmp_path / 'held')!r}).read()\n"
    program.write_text(program.read_text("utf-8").replace("sys.exit", f"{server}sys.exit"), "utf-8")
    monkeypatch.setattr(child, "_REST", 1.0)
    done = kit("audit", "--adb")
    os.close(os.open(tmp_path / "held", os.O_WRONLY))  # it ends

    assert "does not let this computer in yet" in done.stderr


@posix
def test_an_adb_that_hangs_is_ended(
    kit: Kit, adb: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = adb("ABC123\tdevice\n").with_name("adb")
    hangs = "import signal\nsignal.pause()\nsys.exit"
    program.write_text(program.read_text("utf-8").replace("sys.exit", hangs), "utf-8")
    monkeypatch.setattr(auditing, "_SECONDS", (0.3, 0.3))
    done = kit("audit", "--adb")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "The phone gave no list" in done.stderr


def test_without_adb_or_with_one_that_only_lies_here_none_is_run(
    kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "adb"
    here.write_text("#!/bin/sh\ntouch run\n", "utf-8")
    here.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    for path in ("", ".", str(tmp_path / "empty")):
        monkeypatch.setenv("PATH", path)
        done = kit("audit", "--adb")

        assert done.exit_code == 1
        assert "The program adb is not installed" in done.stderr
    assert not (tmp_path / "run").exists()


# --- memory -------------------------------------------------------------------------------

_LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]) * 1_000_000,) * 2)
from pathlib import Path
from kit.actions.auditing import audit_file
found = audit_file(Path(sys.argv[1]))
print(found.accesses[0].count)
"""


def test_many_lines_take_no_more_memory_than_few(tmp_path: Path) -> None:
    """What a million take, `make bench` says; here fewer, and less memory than they would fill."""
    pytest.importorskip("resource")
    path, pairs = tmp_path / "large.ndjson", 60_000
    with path.open("wb") as file:
        for n in range(pairs):
            at = f"2026-01-{n % 7 + 1:02}T{n % 24:02}:{n % 60:02}:00.000+08:00"
            file.write(access(identifier=f"{n:036}", at=at))
            file.write(access(identifier=f"{n:036}", at=at, kind="intervalEnd"))
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(path), "120"],
        check=False,
        capture_output=True,
        text=True,
        env=bare_environment(),
    )

    assert done.stdout == f"{pairs}\n", done.stderr[-500:]

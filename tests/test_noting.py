"""`kit evidence`: written down in a moment, looked at, taken out again, and seen to be whole."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import bare_environment, card

from kit.cli.talk import Talk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from click.testing import Result
    from conftest import Clock, Kit

    from kit.actions.store import Store

ADD = ("evidence", "add", "--kind", "call", "--at", "2026-11-01T22:30+08:00")
FULL_ADD = (
    *(*ADD, "--from", "138 0000 0123", "--to", "妈妈", "--said", "让她替我还钱"),
    *("--disclosed", "--refused"),
)
KILL_AT = Path(__file__).parent / "kill_at.py"


def listed(kit: Kit, *more: str) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in kit("evidence", "list", "--json", *more).stdout.splitlines()
    ]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "screen.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(3_000_000))
    return path


def test_a_call_is_written_down_once_with_what_shows_it(
    kit_then: Kit, book: Callable[..., Path], picture: Path
) -> None:
    kit_then("import", book(card("妈妈", "13800000001")))
    first = kit_then(*FULL_ADD, "--file", picture, "--handed-by", "妈妈", "--handed-how", "微信")
    again = kit_then(*FULL_ADD, "--file", picture)
    (one,) = listed(kit_then)
    (file,) = one.pop("exhibits")

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.stdout.strip() == again.stdout.strip() == one["id"]
    assert "This was there already, as number 1" in again.stderr
    assert one == {
        "id": one["id"],
        "number": 1,
        "kind": "call",
        "at": "2026-11-01T22:30:00+08:00",
        "zones": ["Asia/Shanghai"],
        "from": "138 0000 0123",
        "caller": "+8613800000123",
        "to": "妈妈",
        "to_borrower": False,
        "contact_id": one["contact_id"],
        "said_they_were": "",
        "said": "让她替我还钱",
        "disclosed": True,
        "refused": True,
        "answered": True,
        "threatened": None,
        "unidentified": None,
        "account": "borrower",
        "account_of": None,
        "account_name": "",
        "noted_at": "2026-11-21T02:00:00+00:00",
        "source": "",
    }
    assert one["contact_id"]
    assert (file["number"], file["media_type"], file["size"]) == (2, "image/png", 3_000_008)
    assert (file["received_from"], file["received_by"]) == ("妈妈", "微信")


def test_the_list_says_it_in_plain_words(kit_then: Kit, picture: Path) -> None:
    more = ["--threatened", "--unidentified", "--not-disclosed", "--handed-by", "姨妈"]
    whom = ["--to", "姨妈", "--by", "姨妈", "--as", "某某金融"]
    kit_then(*ADD, *whom, *more, "--file", picture)
    kit_then("evidence", "add", "--kind", "text", "--at", "2026-11-20T08:00+08:00", "--to", "me")
    kit_then("evidence", "remove", "3", "--yes")
    *lines, file, gap = kit_then("evidence", "list").stdout.splitlines()

    assert lines == [
        "1 · 2026-11-01 22:30 · call · (no number shown) → 姨妈",
        "  They said they were: 某某金融",
        "  Did somebody answer? yes",
        "  Was a debt named? no",
        "  Was somebody threatened? yes",
        "  Asked who they are, they did not say.",
        "  By the account of: 姨妈",
    ]
    assert file == "  2: file screen.png · image/png · 3 MB · handed over: 姨妈"
    assert re.fullmatch(r"3: removed by you on 2026-11-21 .{5} \(incident\)\. .*", gap)


def test_what_is_removed_stays_a_gap_and_the_record_whole(kit_then: Kit, picture: Path) -> None:
    kit_then(*ADD, "--file", picture)
    refused = kit_then("evidence", "remove", "1")
    gone = kit_then("evidence", "remove", "1", "--yes")
    verified = kit_then("evidence", "verify")

    assert (refused.exit_code, gone.exit_code, verified.exit_code) == (1, 0, 0)
    assert "kit evidence remove ID --yes" in refused.stderr
    assert "Entries: 4, incidents: 0, files: 0, removed by you: 2." in verified.stdout
    assert [(one["number"], one["kind"], one["was"]) for one in listed(kit_then)] == [
        (1, "removed", "incident"),
        (2, "removed", "exhibit"),
    ]


def test_a_file_is_attached_and_comes_out_unchanged(
    kit_then: Kit, picture: Path, tmp_path: Path
) -> None:
    incident = kit_then(*ADD).stdout.strip()
    page = tmp_path / "page.jpg"
    page.write_text("<html>")
    attached = kit_then("evidence", "attach", incident[:8], picture, page)
    out = tmp_path / "out.png"
    saved = kit_then("evidence", "save", "#2", out)

    assert (attached.exit_code, saved.exit_code) == (0, 0)
    assert "page.jpg  It is no picture, though its name says so." in attached.stderr
    assert out.read_bytes() == picture.read_bytes()
    assert kit_then("evidence", "save", "2", out).exit_code == 1
    assert [one["number"] for one in listed(kit_then, "--exhibits")] == [2, 3]


@pytest.mark.parametrize("command", ["attach", "save", "remove"])
@pytest.mark.parametrize("which", ["7", "abc", "", "#", "2"])
def test_what_is_not_there_is_not_guessed(
    kit_then: Kit, picture: Path, command: str, which: str
) -> None:
    kit_then(*ADD, "--file", picture)
    kit_then("evidence", "remove", "2", "--yes")
    more = {"attach": (picture,), "save": (picture,), "remove": ("--yes",)}[command]
    result = kit_then("evidence", command, which, *more)

    assert result.exit_code == 1
    assert result.stderr.startswith("There is no such entry")


def test_a_fault_is_told_on_a_line_and_refused(kit_then: Kit, picture: Path) -> None:
    kit_then(*ADD, "--file", picture)
    tamper = (
        "import sys; from sqlcipher3 import dbapi2; store = dbapi2.connect(sys.argv[1]);"
        'store.execute(f"PRAGMA key=\\"x\'{open(sys.argv[2]).read().strip()}\'\\"");'
        "store.execute('DROP TRIGGER record_part_stays');"
        "store.execute('UPDATE record_part SET bytes = zeroblob(9) WHERE part = 1'); store.commit()"
    )
    home = Path(os.environ["KIT_HOME"])
    subprocess.run([sys.executable, "-c", tamper, home / "kit.db", home / "key"], check=True)
    verified = kit_then("evidence", "verify")

    assert verified.exit_code == 1
    assert verified.stdout == "#2: The file is not as it was kept.\n"
    assert kit_then("evidence", "save", "2", picture.with_name("x")).exit_code == 3


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 1, "kit evidence add --kind call --at"),
        (("--said", "x"), 1, "kit evidence add --kind call --at"),
        (("--kind", "call"), 1, "kit evidence add --kind call --at"),
        (("--kind", "gossip", "--at", "now"), 2, "--kind can be one of these"),
        (("--kind", "call", "--at", "soon"), 2, "That is not a time."),
        (("--kind", "call", "--at", "2026-02-30T10:00+08:00"), 2, "That is not a time."),
        (("--kind", "call", "--at", "0001-01-01"), 2, "That is not a time."),
        (("--kind", "call", "--at", "2026-11-21T10:30+08:00"), 1, "is yet to come"),
        (("--kind", "call", "--at", "now", "--file", "gone.png"), 1, "File number 1 could not be"),
        (("--kind", "call", "--at", "now", "--file", "."), 1, "it is a folder"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_kept(
    kit_then: Kit, arguments: Sequence[str], code: int, said: str
) -> None:
    result = kit_then("evidence", "add", *arguments)

    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert listed(kit_then) == []


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("2026-11-01 22:30", "2026-11-01T22:30:00+08:00"),
        ("2026/11/1 22:30", "2026-11-01T22:30:00+08:00"),
        ("昨天 22:30", "2026-11-20T22:30:00+08:00"),
        ("2026-11-01 22：30", "2026-11-01T22:30:00+08:00"),
        ("２０２６年１１月１日 晚上十点半", "2026-11-01T22:30:00+08:00"),
        ("2026-11-01T14:30Z", "2026-11-01T22:30:00+08:00"),
        ("2026/11/1 23:30+09:00", "2026-11-01T22:30:00+08:00"),
        ("2026-11-01 7:30:05 -0700", "2026-11-01T22:30:05+08:00"),
    ],
)
def test_a_time_without_a_zone_is_by_ones_own_clock_and_that_is_said(
    kit_then: Kit, typed: str, at: str
) -> None:
    result = kit_then("evidence", "add", "--kind", "call", "--at", typed)

    assert listed(kit_then)[0]["at"] == at
    assert ("The time says no zone" in result.stderr) == (not typed.endswith(("Z", "00")))


@pytest.mark.parametrize(
    "typed",
    [
        *("2026-11-01", "20261101", "2026-W44-7", "2026-11-01T22.30", "2026-11-01T24:00"),
        *("2026-02-30T10:00", "0000-01-01T10:00", "0226-11-01T10:00", "1999-12-31T23:59Z"),
        *("2026-11-01T22:30+99:00", "2026-11-01T22:30+18:00", "1793543400"),
    ],
)
def test_what_is_half_a_time_is_never_taken_for_midnight(kit_then: Kit, typed: str) -> None:
    result = kit_then("evidence", "add", "--kind", "call", "--at", typed)

    assert result.exit_code == 2
    assert "That is not a time." in result.stderr
    assert listed(kit_then) == []


def test_halves_of_characters_are_no_fault_of_ours(kit_then: Kit) -> None:
    assert kit_then(*ADD, "--said", "a\udcff", "--to", "b\udcfe").exit_code == 0
    assert kit_then("evidence", "verify").exit_code == 0


def test_that_it_was_not_so_is_another_account(kit_then: Kit) -> None:
    kit_then(*ADD)
    kit_then(*ADD, "--not-disclosed")

    assert [one["disclosed"] for one in listed(kit_then)] == [None, False]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on Windows")
@pytest.mark.parametrize(
    ("boundary", "is_kept"),
    [
        ("part:before", False),
        ("part:unsaved", False),
        ("entry:unsaved", False),
        ("entry:after", True),
    ],
)
def test_killed_in_the_middle_all_of_it_is_there_or_nothing(
    kit: Kit, picture: Path, boundary: str, is_kept: bool
) -> None:
    kit("evidence", "verify")
    killed = subprocess.run(
        [sys.executable, KILL_AT, boundary, "2", *FULL_ADD, "--file", picture],
        check=False,
        capture_output=True,
        env=bare_environment(),
    )

    assert killed.returncode == -signal.SIGKILL
    assert kit("evidence", "verify").exit_code == 0
    assert [len(one["exhibits"]) for one in listed(kit)] == ([1] if is_kept else [])
    assert kit(*FULL_ADD, "--file", picture).exit_code == 0
    assert [len(one["exhibits"]) for one in listed(kit)] == [1]


FULL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
sys.argv = ["kit", *sys.argv[1:]]
from kit.cli import main
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="no file size limit on Windows")
def test_a_full_disk_half_way_is_said_and_keeps_nothing(kit: Kit, picture: Path) -> None:
    kit("evidence", "verify")
    full = subprocess.run(
        [sys.executable, "-c", FULL_DISK, *FULL_ADD, "--file", picture],
        check=False,
        capture_output=True,
        text=True,
        env=bare_environment(),
    )

    assert full.returncode == 1
    assert "disk is full" in full.stderr
    assert "Traceback" not in full.stderr
    assert listed(kit) == []
    assert kit("evidence", "verify").exit_code == 0
    assert kit(*FULL_ADD, "--file", picture).exit_code == 0


def interview(
    kit: Kit, monkeypatch: pytest.MonkeyPatch, answers: Sequence[str], *options: str
) -> Result:
    """The interview, with these lines typed."""
    lines = iter(answers)
    monkeypatch.setattr(Talk, "can_ask", property(lambda _: True))
    monkeypatch.setattr("click.prompt", lambda *_, **__: next(lines))
    return kit("evidence", "add", *options)


def test_a_short_interview_writes_down_what_was_answered(
    kit_then: Kit, monkeypatch: pytest.MonkeyPatch, picture: Path
) -> None:
    kit_then("evidence", "list")  # the key is there
    answers = ["９", "１", "soon", "今天 22:30", "昨天 22:30", "我", "13800000123", "某某金融"]
    answers += ["要找我妈，马上！", "maybe", "y", "n", f"'{picture}'", "gone.png", "", ""]
    done = interview(kit_then, monkeypatch, answers)
    (one,) = listed(kit_then)

    assert done.exit_code == 0, done.output
    assert "File number 2 could not be read to its end: there is no such file." in done.stderr
    assert one["at"] == "2026-11-20T22:30:00+08:00"
    assert (one["kind"], one["to_borrower"], one["from"]) == ("call", True, "13800000123")
    assert (one["said_they_were"], one["said"]) == ("某某金融", "要找我妈，马上！")
    assert (one["disclosed"], one["refused"]) == (True, False)
    assert [file["media_type"] for file in one["exhibits"]] == ["image/png"]


def test_every_question_can_be_left_out_and_no_keeps_nothing(
    kit_then: Kit, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    left_out = [""] * 10
    assert interview(kit_then, monkeypatch, [*left_out[:9], "n"]).exit_code == 0
    assert listed(kit_then) == []
    interview(kit_then, monkeypatch, left_out)
    (one,) = listed(kit_then)
    assert (one["kind"], one["to"], one["disclosed"]) == ("call", "", None)
    assert one["at"].startswith("2026-11-21T10:00")
    clock.go(hours=1)
    interview(kit_then, monkeypatch, ["今天 10:30"], "--kind", "visit")
    assert [one["kind"] for one in listed(kit_then)] == ["call", "visit"]


def test_somebody_of_whom_there_are_two_is_asked_for_again(
    kit_then: Kit, monkeypatch: pytest.MonkeyPatch, book: Callable[..., Path]
) -> None:
    kit_then("import", book(card("王伟", "13800000001"), card("王伟", "13800000002")))
    answers = ["", "", "王伟", "13800000002", *[""] * 7]
    done = interview(kit_then, monkeypatch, answers)

    assert "is more than one person" in done.stderr
    assert listed(kit_then)[0]["to"] == "王伟"


def test_at_a_real_terminal_it_asks_in_chinese(terminal: Callable[..., Any], kit: Kit) -> None:
    kit("evidence", "verify")
    child = terminal("evidence", "add", KIT_LANG="zh-Hans", LANG="C.UTF-8")
    for question, answer in (("是什么", "2"), ("什么时候", ""), ("找的是谁", "姨妈")):
        child.expect(question)
        child.expect(": ")
        child.sendline(answer)
    for _ in range(7):
        child.expect("： |: ")
        child.sendline("")
    child.expect("已记为第 1 条")

    assert [(one["kind"], one["to"]) for one in listed(kit)] == [("text", "姨妈")]


def test_a_damaged_record_is_no_fault_of_the_program_and_more_can_be_written_down(
    kit_then: Kit, store: Store
) -> None:
    kit_then(*ADD)
    change = store._file()._raw.execute  # noqa: SLF001 (somebody has the key)
    change("DROP TRIGGER record_content_stays")
    change("UPDATE record_content SET content = '{}'")
    shown = kit_then("evidence", "list")
    verified = kit_then("evidence", "verify")

    assert (shown.exit_code, verified.exit_code) == (1, 1)
    assert "it is not as it was written" in shown.stderr
    assert "#1: What the entry tells was changed." in verified.stdout
    assert kit_then(*ADD, "--said", "more").exit_code == 0

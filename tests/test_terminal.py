"""Scan and send as a person does it: a real terminal, keys, a camera."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import stat
import sys
from typing import TYPE_CHECKING, Any

import pytest
from conftest import AT_ONCE, PATIENCE_S, card, end, leave, press
from scanning import DARK, LIGHT, in_file, read, scanned, screen_of, screenshot

from kit import template
from kit.actions.turns import Sitting
from kit.cli.talk import width
from kit.model import Answer, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result

    from kit.actions.store import Store

    Kit = Callable[..., Result]
    Book = Callable[..., Path]


pexpect = pytest.importorskip("pexpect")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminal on Windows")

PEOPLE = [card("妈妈", "13800000001"), card("王小芳", "13800000004"), card("老房东", "13800000005")]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    running = []

    def start(
        *arguments: str,
        program: tuple[str, str] = ("-c", AT_ONCE),
        columns: int = 100,
        lines: int = 60,
        encoding: str = "utf-8",
    ) -> Any:  # noqa: ANN401 (pexpect has no types)
        child = pexpect.spawn(
            sys.executable,
            [*program, *arguments],
            encoding=encoding,
            dimensions=(lines, columns),
            timeout=PATIENCE_S,
            cwd=str(tmp_path),
            env=dict(os.environ),
        )
        child.logfile_read = io.StringIO(newline="")
        child.delaybeforesend = None
        running.append(child)
        return child

    yield start
    for child in running:
        end(child)


#: The program has the real clock: no line about quiet time comes or goes with it.
BY_NIGHT_TOO = ("--hours", "00:00-24:00")


@pytest.fixture
def planned(kit: Kit, book: Book) -> None:
    kit("import", book(*PEOPLE))
    kit("choose", "--emergency", "妈妈", "--everyone-else")
    kit("plan", "--from", "小明", *BY_NIGHT_TOO)


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "")


def code_on(screen: str) -> str:
    """What a camera reads from the code on the screen."""
    lines = [line for line in plain(screen).split("\n") if len(line) > 40]
    return scanned([line for line in lines if set(line) <= set("█▀▄ ")])


def display(child: Any) -> list[str]:  # noqa: ANN401 (the same)
    """The rows of the window as they are seen."""
    lines, columns = child.getwinsize()
    return [
        row.rstrip() for row in screen_of(child.logfile_read.getvalue(), columns, lines).display
    ]


def statuses(kit: Kit) -> list[str]:
    return re.findall(r'"status": "(\w+)"', kit("status", "--json").stdout)


@pytest.mark.usefixtures("planned")
def test_one_person_at_a_time_from_the_count_to_the_end(
    kit: Kit, terminal: Callable[..., Any]
) -> None:
    child = terminal("send")
    child.expect_exact("3 in this plan: 0 done, 3 to go. Type 3")
    child.sendline("3")
    child.expect_exact("0 stop")
    assert "妈妈 · emergency contact · +8613800000001 (example number) · 2 after this one" in plain(
        child.before
    )
    assert code_on(child.before).startswith("SMSTO:+8613800000001:我是小明。")
    press(child, "z")
    child.expect_exact("0 stop")
    assert "妈妈" in child.before
    press(child, "1")
    child.expect_exact("0 stop")
    assert "王小芳" in child.before
    press(child, "2")
    child.expect_exact("0 stop")
    press(child, "3")
    child.expect_exact("any other key: done")
    press(child, "\r")
    child.expect_exact("1 told now, 1 to go.")
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 0
    assert statuses(kit) == ["delivered", "planned", "planned"]
    assert "never tell" in kit("contacts").stdout


@pytest.mark.usefixtures("planned")
def test_a_slip_at_the_last_person_can_be_taken_back_too(
    kit: Kit, terminal: Callable[..., Any]
) -> None:
    kit("choose", "--nobody", "妈妈", "--nobody", "老房东")
    child = terminal("send", "--yes", "3")
    child.expect_exact("the last")
    child.expect_exact("0 stop")
    press(child, "2")
    child.expect_exact("9 back")
    press(child, "9")
    child.expect_exact("What became of this one?")
    press(child, "1")
    child.expect_exact("9 back")
    press(child, "0")
    child.expect_exact("1 told now, 0 to go.")

    assert statuses(kit) == ["planned", "delivered", "planned"]


@pytest.mark.usefixtures("planned")
def test_a_wrong_count_sends_nothing(kit: Kit, terminal: Callable[..., Any]) -> None:
    child = terminal("send")
    child.expect_exact("Type 3")
    child.sendline("yes")
    child.expect_exact("not a number")
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 1
    assert statuses(kit) == ["planned"] * 3


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("stop", ["0", "\x03", "\x04"])
def test_stopping_keeps_the_one_on_the_phone_and_asks_again(
    kit: Kit, terminal: Callable[..., Any], stop: str
) -> None:
    child = terminal("send", "--yes", "3")
    child.expect_exact("0 stop")
    press(child, stop)
    child.expect_exact("0 told now, 3 to go.")
    child.expect(pexpect.EOF)
    assert statuses(kit) == ["handed_over", "planned", "planned"]
    assert "Not confirmed yet: 1." in kit("status").stdout

    child = terminal("send", "--yes", "3")
    child.expect_exact("Did the text go out?")
    assert "妈妈" in child.before
    child.expect_exact("0 stop")
    press(child, "1")
    child.expect_exact("王小芳")
    press(child, "0")
    child.expect(pexpect.EOF)
    assert statuses(kit) == ["delivered", "handed_over", "planned"]


@pytest.mark.usefixtures("planned")
def test_what_the_page_has_recorded_meanwhile_is_said_and_stays(
    kit: Kit, terminal: Callable[..., Any], store: Store
) -> None:
    child = terminal("send", "--yes", "3")
    child.expect_exact("0 stop")
    attempt = store.ledger.open_attempts(store.ledger.real_notice(), "phone", Status.HANDED_OVER)[0]
    assert Sitting(store).answer(attempt.id, Answer.SENT)
    press(child, "2")
    child.expect_exact("Nothing was changed.")
    child.expect_exact("王小芳")
    press(child, "0")
    child.expect_exact("0 told now, 2 to go.")
    child.expect(pexpect.EOF)

    assert statuses(kit) == ["delivered", "handed_over", "planned"]


@pytest.mark.usefixtures("planned")
def test_a_kill_while_a_code_is_shown_loses_and_doubles_nobody(
    kit: Kit, terminal: Callable[..., Any]
) -> None:
    child = terminal("send", "--yes", "3")
    child.expect_exact("0 stop")
    child.close(force=True)

    assert statuses(kit) == ["handed_over", "planned", "planned"]


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize(("columns", "lines"), [(60, 60), (100, 24)])
def test_a_window_too_small_for_the_code_shows_the_text(
    terminal: Callable[..., Any], columns: int, lines: int
) -> None:
    child = terminal("send", "--yes", "3", columns=columns, lines=lines)
    child.expect_exact("too small for the code")
    child.expect_exact("0 stop")
    assert "我是小明。" in child.before
    assert "sms:+8613800000001?&body=%E6%88%91" in child.logfile_read.getvalue()
    assert "kit send --picture code.png" in child.before
    assert "█" not in child.before

    child.setwinsize(60, 100)
    press(child, "\r")
    child.expect_exact("0 stop")
    assert code_on(child.before).startswith("SMSTO:+8613800000001:")


@pytest.mark.usefixtures("planned")
def test_a_slip_can_be_taken_back(kit: Kit, terminal: Callable[..., Any]) -> None:
    child = terminal("send", "--yes", "3")
    child.expect_exact("0 stop")
    press(child, "3")
    child.expect_exact("9 back")
    press(child, "9")
    child.expect_exact("What became of this one?")
    assert "妈妈" in child.before
    child.expect_exact("0 stop")
    assert "█" not in child.before
    press(child, "１")
    child.expect_exact("9 back")
    assert "王小芳" in child.before
    press(child, "0")
    child.expect(pexpect.EOF)

    assert statuses(kit) == ["delivered", "handed_over", "planned"]
    assert "never tell" not in kit("contacts").stdout


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("keys", ["\x1b[1~", "\x1b[3~", "\x1b[15~", "13800000001", "11"])
def test_a_function_key_or_a_paste_answers_nothing(
    kit: Kit, terminal: Callable[..., Any], keys: str
) -> None:
    child = terminal("send", "--yes", "3")
    child.expect_exact("0 stop")
    press(child, keys)
    child.delaybeforesend = 0.7  # read by itself, not with the one before
    leave(child, "0")

    assert "0 told now, 3 to go." in child.logfile_read.getvalue()
    assert statuses(kit) == ["handed_over", "planned", "planned"]


#: The command line with a clock of its own: the first key comes in its time, then one too soon.
IN_ITS_TIME = """
import itertools, types
import kit.cli.handing
moments = itertools.chain([0, 0.61, 10, 10.59], itertools.count(20))
kit.cli.handing.time = types.SimpleNamespace(monotonic=moments.__next__)
from kit.cli import main
main()
"""


@pytest.mark.usefixtures("planned")
def test_a_key_pressed_too_soon_was_meant_for_the_one_before(
    kit: Kit, terminal: Callable[..., Any]
) -> None:
    child = terminal("send", "--yes", "3", program=("-c", IN_ITS_TIME))
    child.expect_exact("0 stop")
    press(child, "1")
    child.expect_exact("9 back")
    press(child, "1")
    child.delaybeforesend = 0.7  # read by itself, not with the one before
    leave(child, "0")

    assert statuses(kit) == ["delivered", "handed_over", "planned"]


@pytest.mark.usefixtures("planned")
def test_a_test_to_oneself_asks_for_the_number_twice(terminal: Callable[..., Any]) -> None:
    # kept for fiction in Sweden, which the kit does not know: to it, numbers somebody may have
    child = terminal("send", "--to-me", "+46701740605")
    child.expect_exact("once more")
    child.sendline("+46701740606")
    child.expect_exact("not the same both times")

    child = terminal("send", "--to-me", "+46701740605")
    child.expect_exact("once more")
    child.sendline("+46 70-174 06 05")
    child.expect_exact("the next one")
    assert code_on(child.before).startswith("SMSTO:+46701740605:【测试】我是小明。")


def test_the_first_start_asks_for_a_passphrase_twice(
    kit: Kit, book: Book, terminal: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(*PEOPLE)
    monkeypatch.delenv("KIT_KEY_FILE")
    child = terminal("import", str(path))
    child.expect_exact("Does anyone else use this computer account?")
    child.sendline("1")
    child.expect_exact("nobody can open it")
    for passphrase in ("口令一", "口令二", "口令一", "口令一"):
        child.expect_exact(("New passphrase", "The same again"))
        child.sendline(passphrase)
    child.expect_exact("3 contacts")
    assert "妈妈" in kit("contacts", KIT_PASSPHRASE="口令一").stdout

    child = terminal("contacts")
    child.expect_exact("Passphrase")
    child.sendline("口令一")
    child.expect_exact("妈妈")


@pytest.mark.usefixtures("planned")
def test_the_name_in_latin_letters_is_asked_for(
    kit: Kit, book: Book, terminal: Callable[..., Any]
) -> None:
    kit("import", book(card("Anna", "+12025550143")))
    kit("choose", "--everyone-else")
    child = terminal("plan")
    child.expect_exact("takes 5 segments instead of 2")
    child.expect_exact("Latin letters")
    child.sendline("Li Ming")
    child.expect(pexpect.EOF)

    assert "This is Li Ming." in kit("preview", "Anna").stdout


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_cannot_write_chinese_is_spoken_to_in_english_and_told_once(
    terminal: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setenv("KIT_LANG", "zh-Hans")
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    for arguments, said in [
        (("status",), "Told, by your word: 0"),
        (("plan", "-h"), "Who gets what: the dry run."),
        (("contacts", "--group", "friends"), "can be one of these"),
        (("preview", "Nobody"), "Write the whole name"),
    ]:
        child = terminal(*arguments)
        child.expect(pexpect.EOF)

        assert said in child.before
        assert child.before.count("This terminal cannot write Chinese") == 1


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_terminal_that_can_write_chinese_is_told_nothing_of_it(
    kit: Kit, terminal: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setenv("KIT_LANG", "zh-Hans")
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    child = terminal("status", encoding=encoding)
    child.expect(pexpect.EOF)

    assert plain(child.before) == kit("status").output


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_leaving_a_question_is_said_in_the_readers_language(
    terminal: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("KIT_LANG", "zh-Hans")
    child = terminal("send")
    child.expect_exact("确认请输入计划总数 3")
    leave(child, key)
    child.close()

    assert child.before.rstrip().endswith("已取消。")
    assert "Abort" not in child.before
    assert child.exitstatus == 1


@pytest.mark.parametrize("language", template.languages())
def test_a_screenshot_of_every_text_reads_back_on_dark_and_light(
    kit: Kit, book: Book, terminal: Callable[..., Any], language: str
) -> None:
    kit("import", book(*PEOPLE))
    kit("choose", "--emergency", "妈妈", "--emergency", "王小芳", "--everyone-else")
    sender = "W" * 16 if language == "en" else "王" * 16
    plan = ("plan", "--from", sender, "--open", "妈妈", "--language", language, "--json")
    planned = kit(*plan).stdout.splitlines()
    child = terminal("send", "--yes", "3", columns=80, lines=48)
    for message in map(json.loads, planned[:3]):
        child.expect_exact("/100\r\n")
        screen = screen_of(child.logfile_read.getvalue(), 80, 48)
        for colours in (DARK, LIGHT):
            assert read(screenshot(screen, colours)) == (
                f"SMSTO:{message['recipient']}:{message['text']}"
            )
        press(child, "1")


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ("NO_COLOR=1", "shows no colours"),
        ("TERM=dumb", "shows no colours"),
        ("PYTHONIOENCODING=ascii", "cannot write the blocks"),
    ],
)
def test_a_terminal_that_cannot_show_a_code_says_why_and_shows_the_link(
    terminal: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, environment: str, missing: str
) -> None:
    monkeypatch.setenv(*environment.split("="))
    child = terminal("send", "--yes", "3")
    child.expect_exact("0 stop")

    assert missing in child.before
    assert "kit send --picture code.png" in child.before
    assert "sms:+8613800000001?&body=%E6%88%91" in child.before
    assert "█" not in child.before
    assert ("\x1b" in child.before) is (environment != "TERM=dumb")


@pytest.mark.usefixtures("planned")
def test_a_terminal_that_cannot_write_the_text_for_wechat_says_so(
    terminal: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    child = terminal("send", "--yes", "3", "--app", "wechat")
    child.expect_exact("cannot write this text")
    child.expect_exact("4 another way")
    press(child, "4")
    child.expect_exact("kit send --picture code.png")


@pytest.mark.usefixtures("planned")
def test_a_window_of_40_columns_cuts_no_key_and_says_who_on_one_line(
    kit: Kit, terminal: Callable[..., Any]
) -> None:
    kit("choose", "--nobody", "妈妈")
    child = terminal("send", "--yes", "3", columns=40, lines=24)
    child.expect_exact("today 1/100")
    rows = display(child)
    said = {key for row in rows for key in row.split("   ")}

    assert "王小芳 · +8613800000004 (example number)" in rows
    assert "+8613800000004" in rows
    assert any(row.startswith("The window is too small") for row in rows)
    assert said >= {
        *("1 sent", "2 not sent, later", "3 not sent, never tell", "0 stop", "4 another way"),
        "this hour 1/20 · today 1/100",
    }


@pytest.mark.usefixtures("planned")
def test_a_long_name_leaves_room_for_the_number(
    kit: Kit, book: Book, terminal: Callable[..., Any]
) -> None:
    kit("import", book(card("刘洋（大学同学，住对面宿舍，二〇一九年）", "13800000006")))
    kit("choose", "--nobody", "妈妈", "--nobody", "王小芳", "--nobody", "老房东", "--everyone-else")
    kit("plan", *BY_NIGHT_TOO)
    child = terminal("send", "--yes", "1", columns=40)
    child.expect_exact("today 1/100")

    assert "刘洋（大学同学，住对面… · +8613800000006" in display(child)


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize(("lines", "on_screen"), [(60, True), (24, False)])
def test_a_picture_shows_the_code_of_the_moment_and_is_gone_at_the_end(
    terminal: Callable[..., Any], tmp_path: Path, lines: int, on_screen: bool
) -> None:
    picture = tmp_path / "code.png"
    child = terminal("send", "--yes", "3", "--picture", "code.png", lines=lines)
    child.expect_exact("must end in 0001.")
    child.expect_exact("0 stop")
    assert ("█" in child.logfile_read.getvalue()) is on_screen
    assert in_file(picture).startswith("SMSTO:+8613800000001:我是小明。")
    assert stat.S_IMODE(picture.stat().st_mode) == 0o600
    press(child, "1")
    child.expect_exact("must end in 0004.")
    child.expect_exact("0 stop")
    assert in_file(picture).startswith("SMSTO:+8613800000004:")
    press(child, "9")
    child.expect_exact("What became of this one?")
    child.expect_exact("0 stop")
    assert not picture.exists()
    press(child, "1")
    child.expect_exact("must end in 0004.")
    child.expect_exact("0 stop")
    press(child, "\x03")
    child.expect_exact("1 told now, 2 to go.")
    child.expect(pexpect.EOF)

    assert not picture.exists()


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("end", ["SIGHUP", "SIGTERM"])
def test_a_window_that_is_closed_takes_the_picture_with_it(
    kit: Kit, terminal: Callable[..., Any], tmp_path: Path, end: str
) -> None:
    child = terminal("send", "--yes", "3", "--picture", "code.png")
    child.expect_exact("4 another way")
    assert (tmp_path / "code.png").exists()
    child.kill(getattr(signal, end))
    child.wait()

    assert not (tmp_path / "code.png").exists()
    assert statuses(kit) == ["handed_over", "planned", "planned"]


@pytest.mark.usefixtures("planned")
def test_a_picture_that_a_kill_left_is_known_and_the_next_run_takes_it_away(
    terminal: Callable[..., Any], tmp_path: Path, store: Store
) -> None:
    picture = tmp_path / "code.png"
    child = terminal("send", "--yes", "3", "--picture", "code.png")
    child.expect_exact("4 another way")
    child.kill(signal.SIGKILL)
    child.wait()
    assert in_file(picture).startswith("SMSTO:+8613800000001:")
    assert store.book.written() == [picture]

    child = terminal("send", "--yes", "3", "--picture", "code.png")
    child.expect_exact("Did the text go out?")
    child.expect_exact("4 another way")
    press(child, "0")
    child.expect(pexpect.EOF)
    assert not picture.exists()


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        *((name, "There is a file of that name already") for name in ("code.png", "book.vcf", ".")),
        ("missing/code.png", "cannot be written: there is no such file"),
    ],
)
def test_a_file_that_is_not_the_kits_picture_is_left_as_it_is(
    kit: Kit, terminal: Callable[..., Any], tmp_path: Path, store: Store, name: str, said: str
) -> None:
    (tmp_path / "code.png").write_bytes(b"\x89PNG\r\n\x1a\n of somebody")
    before = {p: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()}
    child = terminal("send", "--yes", "3", "--picture", name)
    child.expect_exact(said)
    child.expect(pexpect.EOF)

    assert {p: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()} == before
    assert statuses(kit) == ["planned"] * 3
    assert store.book.written() == []


@pytest.mark.usefixtures("planned")
def test_a_text_of_ours_is_no_picture_and_is_left_as_it_is(
    terminal: Callable[..., Any], tmp_path: Path, store: Store
) -> None:
    ours = tmp_path / "people.csv"
    ours.write_text("a list that the kit wrote")
    store.book.remember_written(ours, store.clock())
    child = terminal("send", "--yes", "3", "--picture", "people.csv")
    child.expect_exact("There is a file of that name already")
    child.expect(pexpect.EOF)

    assert ours.read_text() == "a list that the kit wrote"


@pytest.mark.usefixtures("planned")
def test_another_way_is_the_link_then_the_text_and_stays_for_the_next(
    terminal: Callable[..., Any],
) -> None:
    child = terminal("send", "--yes", "3", columns=160, lines=90)
    child.expect_exact("4 another way")
    assert code_on(child.before).startswith("SMSTO:+8613800000001:")
    press(child, "4")
    child.expect_exact("4 another way")
    assert code_on(child.before).startswith("sms:+8613800000001?&body=%E6%88%91")
    press(child, "4")
    child.expect_exact("4 another way")
    rows = display(child)
    assert rows[1] == "+8613800000001"
    assert "".join(rows[2:5]).startswith("我是小明。")
    assert "█" not in child.before
    press(child, "1")
    child.expect_exact("9 back")
    assert "sms:+8613800000004?&body=" in child.before
    assert "█" not in child.before
    press(child, "４")
    child.expect_exact("9 back")
    assert code_on(child.before).startswith("SMSTO:+8613800000004:")


@pytest.mark.usefixtures("planned")
def test_the_code_of_the_link_is_passed_over_where_it_does_not_fit(
    terminal: Callable[..., Any],
) -> None:
    child = terminal("send", "--yes", "3", columns=80, lines=48)
    child.expect_exact("4 another way")
    press(child, "4")
    child.expect_exact("Send this text to this number")
    child.expect_exact("4 another way")
    press(child, "4")
    child.expect_exact("4 another way")
    assert code_on(child.before).startswith("SMSTO:+8613800000001:")


@pytest.mark.usefixtures("planned")
def test_with_a_picture_the_code_of_the_link_is_always_there(
    terminal: Callable[..., Any], tmp_path: Path
) -> None:
    child = terminal("send", "--yes", "3", "--picture", "code.png", columns=80, lines=48)
    child.expect_exact("4 another way")
    press(child, "4")
    child.expect_exact("4 another way")
    assert "too long for a code in a usual window" in child.before
    assert in_file(tmp_path / "code.png").startswith("sms:+8613800000001?&body=")
    press(child, "4")
    child.expect_exact("Send this text to this number")
    assert not (tmp_path / "code.png").exists()


@pytest.mark.usefixtures("planned")
def test_for_wechat_the_name_and_the_text_are_shown_and_the_text_alone_as_a_code(
    kit: Kit, terminal: Callable[..., Any]
) -> None:
    text = json.loads(kit("plan", "--json").stdout.splitlines()[0])["text"]
    child = terminal("send", "--yes", "3", "--app", "wechat")
    child.expect_exact("4 another way")
    assert f"\n{text}\r\nIn WeChat look for 妈妈, send them this text" in child.before
    assert "█" not in child.before
    assert "sms:" not in child.before
    press(child, "4")
    child.expect_exact("4 another way")
    assert code_on(child.before) == text
    press(child, "1")
    child.expect_exact("9 back")
    assert "In WeChat look for 王小芳" in child.before
    press(child, "2")
    child.expect_exact("老房东")
    press(child, "0")
    child.expect_exact("1 told now, 2 to go.")

    assert statuses(kit) == ["delivered", "planned", "handed_over"]


def test_what_cannot_be_done_with_app_and_picture_is_said(kit: Kit, book: Book) -> None:
    kit("import", book(*PEOPLE))
    kit("choose", "--everyone-else")
    kit("plan", "--from", "小明", "--via", "outbox")

    assert kit("send", "--app", "telegram").exit_code == 2
    for options in (("--app", "wechat"), ("--picture", "code.png")):
        refused = kit("send", "--to", "out", "--yes", "3", *options)
        assert refused.exit_code == 2
        assert "belong to scan and send; nothing was sent" in refused.stderr


@pytest.mark.usefixtures("planned")
def test_who_was_left_for_later_is_offered_once_more_at_the_end(
    kit: Kit, terminal: Callable[..., Any]
) -> None:
    child = terminal("send", "--yes", "3")
    for key in "212":
        child.expect("today [123]/100")
        press(child, key)
    child.expect_exact("Left for later just now: 2.")
    child.expect_exact("1 show them again   9 back to the one before, any other key: done")
    assert "█" not in "".join(display(child))
    press(child, "1")
    child.expect_exact("today 2/100")
    assert "妈妈" in child.before
    assert "1 after this one" in child.before
    assert "9 back" not in child.before
    press(child, "1")
    child.expect_exact("today 3/100")
    assert "老房东" in child.before
    press(child, "2")
    child.expect_exact("9 back to the one before, any other key: done")
    assert "show them again" not in child.before
    press(child, "1")
    child.expect_exact("2 told now, 1 to go.")
    child.expect(pexpect.EOF)

    assert statuses(kit) == ["delivered", "delivered", "planned"]


@pytest.mark.usefixtures("planned")
def test_a_slip_among_those_put_off_is_not_offered_again(
    kit: Kit, terminal: Callable[..., Any]
) -> None:
    kit("choose", "--nobody", "妈妈", "--nobody", "老房东")
    child = terminal("send", "--yes", "3")
    child.expect_exact("4 another way")
    press(child, "2")
    child.expect_exact("Left for later just now: 1.")
    press(child, "9")
    child.expect_exact("0 stop")
    press(child, "1")
    child.expect_exact("any other key: done")
    assert "show them again" not in child.before
    press(child, "1")
    child.expect_exact("1 told now, 0 to go.")

    assert statuses(kit) == ["planned", "delivered", "planned"]


@pytest.mark.usefixtures("planned")
def test_nobody_is_offered_again_when_the_pace_is_used_up(
    kit: Kit, terminal: Callable[..., Any]
) -> None:
    kit("plan", "--max-per-hour", "1", "--max-per-day", "0", *BY_NIGHT_TOO)
    child = terminal("send", "--yes", "3")
    child.expect_exact("this hour 1/1 · today 1\r\n")
    press(child, "2")
    child.expect_exact("this hour 1/1 · today 1\r\n")
    press(child, "1")
    child.expect_exact("1 messages have gone within an hour")
    child.expect_exact("any other key: done")
    assert "show them again" not in child.before
    assert "1 messages have gone within an hour" in "".join(display(child))
    press(child, "0")
    child.expect(pexpect.EOF)
    assert "goes on where you stopped" not in child.before


@pytest.mark.usefixtures("planned")
def test_what_was_on_the_screen_is_settled_by_word_and_not_by_rows_of_a_page(
    kit: Kit, terminal: Callable[..., Any]
) -> None:
    child = terminal("send", "--yes", "3")
    child.expect_exact("0 stop")
    press(child, "0")
    child.expect(pexpect.EOF)
    plan = kit("plan", "--via", "page").stdout
    back = kit("take-back").output

    assert "If it was sent: kit told WHO; if not: kit take-back" in plan
    assert "kit sync --page" not in plan
    assert "Planned again: 1." in back
    assert "page" not in back


def test_a_text_that_is_too_long_says_so(
    kit: Kit, book: Book, terminal: Callable[..., Any]
) -> None:
    kit("import", book(card("Anna", "+12025550143")))
    kit("choose", "--emergency", "Anna")
    kit("plan", "--from", "王" * 16, *BY_NIGHT_TOO)
    child = terminal("send", "--yes", "1", columns=80)
    child.expect_exact("4 another way")

    assert "8 segments, longer than usual" in display(child)[0]
    assert "too long for a code in a usual window: it needs 83 columns" in child.before
    assert "kit send --picture code.png" in child.before


@pytest.mark.usefixtures("planned")
def test_a_number_on_ones_own_card_is_not_asked_for_twice(
    kit: Kit, book: Book, terminal: Callable[..., Any], store: Store
) -> None:
    kit("import", book(card("我", "+46701740605")))
    store.book.set("me", store.book.contacts()[-1].id)
    child = terminal("send", "--to-me", "+46701740605")
    child.expect_exact("Test 1 of 2")
    child.expect_exact("Enter: the next one   4 another way")
    assert code_on(child.before).startswith("SMSTO:+46701740605:【测试】我是小明。")
    press(child, "4")
    child.expect_exact("sms:+46701740605?&body=")
    press(child, "\r")
    child.expect_exact("Test 2 of 2")
    press(child, "\r")
    child.expect_exact("it reached nobody else")

    assert statuses(kit) == ["planned"] * 3


@pytest.mark.usefixtures("planned")
def test_a_test_to_oneself_falls_back_and_has_its_picture_too(
    kit: Kit, terminal: Callable[..., Any], tmp_path: Path
) -> None:
    child = terminal("send", "--to-me", "13800000999", lines=24)
    child.expect_exact("too small for the code")
    child.expect_exact("sms:+8613800000999?&body=")

    child = terminal("send", "--to-me", "13800000999", "--picture", "code.png", lines=24)
    for last in ("Enter: the next one", "Enter: done"):
        child.expect_exact(last)
        assert in_file(tmp_path / "code.png").startswith("SMSTO:+8613800000999:【测试】")
        press(child, "\r")
    child.expect_exact("it reached nobody else")
    child.expect(pexpect.EOF)
    assert not (tmp_path / "code.png").exists()

    nobody = kit("send", "--to-me", "13800000999", "--picture", tmp_path / "code.png")
    assert nobody.exit_code == 1
    assert "needs a terminal" in nobody.stderr
    assert not (tmp_path / "code.png").exists()


def test_in_a_narrow_window_names_give_way_and_no_number_is_cut(
    kit: Kit, book: Book, terminal: Callable[..., Any]
) -> None:
    kit("import", book(card("王" * 30, "13800000001"), card("小芳", "13800000002")))
    kit("choose", "--everyone-else")
    child = terminal("plan", "--from", "小明", columns=100)
    child.expect(pexpect.EOF)
    rows = [line for line in plain(child.before).splitlines() if "+86138" in line]

    assert [re.findall(r"\+\d+", row) for row in rows] == [["+8613800000001"], ["+8613800000002"]]
    assert rows[0].startswith("王王王王")
    assert "…  +8613800000001" in rows[0]
    assert max(map(width, rows)) <= 100
    assert "王" * 30 in kit("plan", "--from", "小明").stdout

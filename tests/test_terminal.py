"""Scan and send as a person does it: a real terminal, keys, a camera."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest
from conftest import card
from scanning import scanned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result

    Kit = Callable[..., Result]
    Book = Callable[..., Path]

pexpect = pytest.importorskip("pexpect")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminal on Windows")

PEOPLE = [card("妈妈", "13800000001"), card("王小芳", "13800000004"), card("老房东", "13800000005")]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    running = []

    def start(*arguments: str, columns: int = 100, lines: int = 60, encoding: str = "utf-8") -> Any:  # noqa: ANN401 (pexpect has no types)
        child = pexpect.spawn(
            sys.executable,
            ["-m", "kit", *arguments],
            encoding=encoding,
            dimensions=(lines, columns),
            timeout=20,
            cwd=str(tmp_path),
            env={**os.environ, "TERM": "xterm-256color"},
        )
        child.delaybeforesend = 0.7  # as long as a person takes; a key before that is ignored
        running.append(child)
        return child

    yield start
    for child in running:
        child.close(force=True)


@pytest.fixture
def planned(kit: Kit, book: Book) -> None:
    kit("import", book(*PEOPLE))
    kit("choose", "--emergency", "妈妈", "--everyone-else")
    kit("plan", "--from", "小明")


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "")


def code_on(screen: str) -> str:
    """What a camera reads from the code on the screen."""
    lines = [line for line in plain(screen).split("\n") if len(line) > 40]
    return scanned([line for line in lines if set(line) <= set("█▀▄ ")])


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
    child.send("z")
    child.expect_exact("0 stop")
    assert "妈妈" in child.before
    child.send("1")
    child.expect_exact("0 stop")
    assert "王小芳" in child.before
    child.send("2")
    child.expect_exact("0 stop")
    child.send("3")
    child.expect_exact("any other key: done")
    child.send("\r")
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
    child.send("2")
    child.expect_exact("9 back")
    child.send("9")
    child.expect_exact("What became of this one?")
    child.send("1")
    child.expect_exact("9 back")
    child.send("0")
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
    child.send(stop)
    child.expect_exact("0 told now, 3 to go.")
    child.expect(pexpect.EOF)
    assert statuses(kit) == ["handed_over", "planned", "planned"]
    assert "Not confirmed yet: 1." in kit("status").stdout

    child = terminal("send", "--yes", "3")
    child.expect_exact("Did the text go out?")
    assert "妈妈" in child.before
    child.expect_exact("0 stop")
    child.send("1")
    child.expect_exact("王小芳")
    child.send("0")
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
    assert "█" not in child.before

    child.setwinsize(60, 100)
    child.send("\r")
    child.expect_exact("0 stop")
    assert code_on(child.before).startswith("SMSTO:+8613800000001:")


@pytest.mark.usefixtures("planned")
def test_a_slip_can_be_taken_back(kit: Kit, terminal: Callable[..., Any]) -> None:
    child = terminal("send", "--yes", "3")
    child.expect_exact("0 stop")
    child.send("3")
    child.expect_exact("9 back")
    child.send("9")
    child.expect_exact("What became of this one?")
    assert "妈妈" in child.before
    child.expect_exact("0 stop")
    assert "█" not in child.before
    child.send("１")
    child.expect_exact("9 back")
    assert "王小芳" in child.before
    child.send("0")
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
    child.send(keys)
    child.send("0")
    child.expect_exact("0 told now, 3 to go.")

    assert statuses(kit) == ["handed_over", "planned", "planned"]


@pytest.mark.usefixtures("planned")
def test_a_key_pressed_too_soon_was_meant_for_the_one_before(
    kit: Kit, terminal: Callable[..., Any]
) -> None:
    child = terminal("send", "--yes", "3")
    child.expect_exact("0 stop")
    child.send("1")
    child.delaybeforesend = None
    child.expect_exact("9 back")
    child.send("1")
    child.delaybeforesend = 0.7
    child.send("0")
    child.expect(pexpect.EOF)

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


def test_choosing_asks_first_whom_the_lender_was_given(
    kit: Kit, book: Book, terminal: Callable[..., Any]
) -> None:
    kit("import", book(*PEOPLE))
    child = terminal("choose")
    child.expect_exact("They will be rung first.")
    child.expect_exact("danger, choose never")
    child.sendline("王小")
    child.expect_exact("Not exactly one person")
    child.expect_exact("王小芳")
    child.sendline("妈妈")
    child.expect_exact("妈妈: not chosen yet → emergency contact")
    child.expect_exact("no more")
    child.sendline("")
    child.expect_exact("Who must never get a message?")
    child.sendline("老房东")
    child.expect_exact("no more")
    child.sendline("")
    child.expect_exact("王小芳")
    child.expect_exact("Tell these 1 too?")
    child.sendline("是")
    child.expect(pexpect.EOF)

    groups = re.findall(r'"group": "(\w+)"', kit("contacts", "--json").stdout)
    assert groups == ["emergency", "everyone", "nobody"]


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

    assert plain(child.before) == kit("status").stdout


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("key", ["c", "d"])
def test_leaving_a_question_is_said_in_the_readers_language(
    terminal: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("KIT_LANG", "zh-Hans")
    child = terminal("send")
    child.expect_exact("确认请输入计划总数 3")
    child.sendcontrol(key)
    child.expect(pexpect.EOF)
    child.close()

    assert child.before.rstrip().endswith("已取消。")
    assert "Abort" not in child.before
    assert child.exitstatus == 1

"""The first start and the later ones as a person lives them: a real terminal, typed answers."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from conftest import CHEAP, PATIENCE_S, card, end, leave

from kit.cli.talk import Talk
from kit.cli.unlocking import AtTerminal
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result
    from standins.keyring import SystemKeyring

    Start = Callable[..., Any]

pexpect = pytest.importorskip("pexpect")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminal on Windows")

PROGRAM = f"""{CHEAP}
from standins import keyring; keyring.meet()
from kit.cli import main; main()
"""
SHARED = "Does anyone else use this computer account?"
NEW, AGAIN, OLD = "New passphrase: ", "The same again: ", "Passphrase: "
DONE = "1 contacts"


@pytest.fixture
def start(
    ring: SystemKeyring,  # noqa: ARG001 (what is started meets it)
    book: Callable[..., Path],
    tmp_path: Path,
) -> Iterator[Start]:
    """Bring in a book at a terminal, or do what is said."""
    running = []
    path = book(card("妈妈", "13800000001"))

    def start(*arguments: str, **environment: str) -> Any:  # noqa: ANN401 (pexpect has no types)
        child = pexpect.spawn(
            sys.executable,
            ["-c", PROGRAM, *(arguments or ("import", str(path)))],
            encoding="utf-8",
            timeout=PATIENCE_S,
            cwd=str(tmp_path),
            env={**os.environ, **environment},
        )
        running.append(child)
        return child

    yield start
    for child in running:
        end(child)


def ended(child: Any) -> int:  # noqa: ANN401 (pexpect has no types)
    child.expect(pexpect.EOF)
    child.close()
    code: int = child.exitstatus
    return code


def answer(child: Any, *exchanges: tuple[str, str]) -> None:  # noqa: ANN401 (the same)
    for question, typed in exchanges:
        child.expect_exact(question)
        child.sendline(typed)


def files(home: Path) -> dict[str, bytes]:
    passing = ("at-work.lock", "wrong-tries.json", "journal.jsonl")
    return {path.name: path.read_bytes() for path in home.iterdir() if path.name not in passing}


@pytest.mark.parametrize("no", ["n", "NO", "２", "否", "没有", "沒有"])
def test_every_way_to_say_no_is_understood(start: Start, ring: SystemKeyring, no: str) -> None:
    child = start()
    answer(child, (SHARED, no))
    child.expect_exact(DONE)
    assert ended(child) == 0
    assert len(ring.entries) == 1


def test_somebody_alone_answers_one_question_and_is_asked_nothing_again(
    start: Start, ring: SystemKeyring
) -> None:
    child = start()
    answer(child, (SHARED, "2"))
    child.expect_exact(DONE)
    assert ended(child) == 0
    assert len(ring.entries) == 1

    child = start("contacts")
    child.expect_exact("妈妈")
    assert "?" not in child.before
    assert ended(child) == 0


@pytest.mark.parametrize("yes", ["y", "Yes", "１", "是", "有"])
def test_every_way_to_say_yes_is_understood(start: Start, ring: SystemKeyring, yes: str) -> None:
    child = start()
    answer(child, (SHARED, yes))
    child.expect_exact(NEW)
    assert ring.entries == {}


def test_who_shares_the_account_chooses_a_passphrase_and_is_told_what_it_means(
    start: Start, ring: SystemKeyring
) -> None:
    child = start()
    answer(child, (SHARED, "1"))
    child.expect_exact("If you forget it, nobody can open it.")
    answer(child, (NEW, "口令"), (AGAIN, "口令"))
    child.expect_exact(DONE)
    assert "口令" not in child.before
    assert ring.entries == {}

    child = start("contacts")
    answer(child, (OLD, "口令"))
    child.expect_exact("妈妈")
    assert ended(child) == 0


def test_anything_else_is_no_answer_and_it_asks_again(start: Start) -> None:
    child = start()
    for typed in ("", "maybe", "3", "y n"):
        answer(child, (SHARED, typed))
        child.expect_exact("Please type 1 or 2.")
    answer(child, (SHARED, "2"))
    child.expect_exact(DONE)


def test_it_asks_in_the_language_of_the_reader(start: Start, ring: SystemKeyring) -> None:
    ring.becomes("absent")
    child = start(KIT_LANG="zh-Hans")
    answer(child, ("除了您，还有别人用这台电脑的这个账户吗？1 有，2 没有", "没有"))
    child.expect_exact("这里用不了系统自带的密码库。")
    child.expect_exact("忘了密码，谁也打不开。")
    answer(child, ("新密码", "口令"), ("再输入一遍", "口令"))
    child.expect_exact("现有联系人 1 位")
    assert ended(child) == 0

    child = start("contacts", KIT_LANG="zh-Hans")
    answer(child, ("密码", "错"))
    answer(child, ("密码不对。还可以试 2 次", "口令"))
    child.expect_exact("妈妈")


@pytest.mark.parametrize(
    ("mood", "why"),
    [("absent", "can be used here"), ("locked", "is locked"), ("silent", "did not answer in time")],
)
def test_without_a_keyring_it_says_so_once_and_goes_on_with_a_passphrase(
    start: Start, ring: SystemKeyring, mood: str, why: str
) -> None:
    ring.becomes(mood)
    child = start()
    answer(child, (SHARED, "2"))
    child.expect_exact(why)
    assert child.readline() in (".\r\n", " here.\r\n", ", or did not let the kit in.\r\n")
    assert child.readline().startswith("A passphrase locks")
    answer(child, (NEW, "口令"), (AGAIN, "口令"))
    child.expect_exact(DONE)
    assert ended(child) == 0
    assert ring.entries == {}


def test_a_new_passphrase_has_three_tries(start: Start, tmp_path: Path) -> None:
    child = start()
    answer(child, (SHARED, "1"), (NEW, ""))
    child.expect_exact("The passphrase is empty")
    child.expect_exact("Tries left: 2")
    answer(child, (NEW, "口令"), (AGAIN, "别的"))
    child.expect_exact("differ; nothing was made")
    child.expect_exact("Tries left: 1")
    answer(child, (NEW, "口令"), (AGAIN, "别的"))
    child.expect_exact("differ; nothing was made")
    child.expect_exact("Run it again, and type the same passphrase twice.")
    assert ended(child) == 1
    assert files(tmp_path / "home") == {}

    child = start()
    answer(child, (SHARED, "1"), (NEW, ""), (NEW, "口令"), (AGAIN, "口令"))
    child.expect_exact(DONE)


def test_a_passphrase_typed_wrongly_three_times_opens_and_changes_nothing(
    start: Start, tmp_path: Path
) -> None:
    answer(child := start(), (SHARED, "1"), (NEW, "口令"), (AGAIN, "口令"))
    child.expect_exact(DONE)
    assert ended(child) == 0
    before = files(tmp_path / "home")

    child = start("contacts")
    answer(child, (OLD, "错"), ("Tries left: 2", "又错"), ("Tries left: 1", "还错"))
    child.expect_exact("does not open this store")
    child.expect_exact("Nothing was changed. A forgotten passphrase cannot be recovered.")
    assert ended(child) == 1
    assert files(tmp_path / "home") == before


def test_a_command_that_opens_twice_asks_for_the_passphrase_once() -> None:
    with CliRunner().isolation(input="错\n口令\n"):
        talk = Talk(load())
        who = AtTerminal(talk)
        wrong = who.passphrase()
        who.wrong_passphrase(2)
        right = [who.passphrase(), who.passphrase()]

    assert (wrong, right) == ("错", ["口令", "口令"])
    assert talk.answers is talk.answers


@pytest.mark.parametrize("stop", ["\x03", "\x04"])
@pytest.mark.parametrize("question", [SHARED, NEW, AGAIN])
def test_a_first_start_broken_off_at_any_question_stands_in_nobodys_way(
    start: Start, tmp_path: Path, stop: str, question: str
) -> None:
    child = start()
    for asked, typed in ((SHARED, "1"), (NEW, "口令"), (AGAIN, "口令")):
        child.expect_exact(asked)
        if asked == question:
            leave(child, stop)
            break
        child.sendline(typed)
    assert "Cancelled." in child.before
    assert ended(child) == 1
    assert files(tmp_path / "home") == {}

    child = start()
    answer(child, (SHARED, "2"))
    child.expect_exact(DONE)
    assert ended(child) == 0


def test_a_first_start_broken_off_while_the_keyring_is_silent_is_begun_again(
    start: Start, ring: SystemKeyring, tmp_path: Path, kit: Callable[..., Result]
) -> None:
    child = start()
    child.expect_exact(SHARED)
    ring.becomes("silent")  # after the program has looked how long it waits: it waits long
    child.sendline("2")
    child.expect_exact("\r\n")
    child.sendintr()
    child.expect_exact("Cancelled.")
    assert ended(child) == 1
    assert files(tmp_path / "home") == {}

    ring.becomes("open")
    child = start()
    answer(child, (SHARED, "2"))
    child.expect_exact(DONE)
    assert "妈妈" in kit("contacts").stdout


@pytest.mark.parametrize(
    ("mood", "what", "hint"),
    [
        ("locked", "The system's keyring is locked", "Unlock it"),
        ("absent", "No keyring of this system", "log in at the desktop"),
        ("silent", "did not answer in time", "If a window asks for a password"),
    ],
)
def test_a_keyring_that_does_not_give_the_key_later_says_what_to_do(
    start: Start, ring: SystemKeyring, mood: str, what: str, hint: str
) -> None:
    answer(child := start(), (SHARED, "2"))
    child.expect_exact(DONE)
    assert ended(child) == 0

    ring.becomes(mood)
    child = start("contacts")
    child.expect_exact(what)
    child.expect_exact(hint)
    assert ended(child) == 1
    ring.becomes("open")
    child = start("contacts")
    child.expect_exact("妈妈")


def test_with_nobody_there_a_first_start_names_the_settings(
    kit: Callable[..., Result], ring: SystemKeyring
) -> None:
    result = kit("contacts")

    assert result.exit_code == 1
    assert "Set KIT_PASSPHRASE or KIT_PASSPHRASE_FILE, or KIT_KEY_FILE" in result.stderr
    assert ring.entries == {}


def test_a_backup_is_typed_twice_restored_elsewhere_and_the_rest_is_asked(
    start: Start, ring: SystemKeyring, tmp_path: Path
) -> None:
    child = start()
    answer(child, (SHARED, "2"))
    assert ended(child) == 0
    path, elsewhere = str(tmp_path / "all.kit"), str(tmp_path / "second")
    child = start("backup", path)
    answer(child, (NEW, "口令"), (AGAIN, "口令"))
    child.expect_exact("It lacks the key of this store")
    assert ended(child) == 0

    child = start("restore", path, KIT_HOME=elsewhere)
    answer(child, ("Passphrase of the backup: ", "错"))
    child.expect_exact("Tries left: 2")
    answer(child, ("Passphrase of the backup: ", "口令"), (SHARED, "2"))
    child.expect_exact("1 contacts")
    assert ended(child) == 0
    assert len(ring.entries) == 2
    for arguments in (("choose", "--everyone-else"), ("plan", "--from", "小明")):
        assert ended(start(*arguments, KIT_HOME=elsewhere)) == 0

    child = start("sync", KIT_HOME=elsewhere)
    answer(child, ("I am not sure: ", "y"), ("I am not sure: ", ""))
    assert ended(child) == 3
    child = start("sync", KIT_HOME=elsewhere)
    answer(child, ("I am not sure: ", "y"))
    assert ended(child) == 0

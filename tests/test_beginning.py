"""`kit begin`, as somebody types it who has never seen a terminal; and `kit` with nobody there."""

from __future__ import annotations

import io
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import PATIENCE_S, card, end

from kit.cli.beginning import dragged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

    Kit = Callable[..., Result]
    Book = Callable[..., Path]

PEOPLE = [card("妈妈", "13800000001"), card("王小芳", "13800000004")]


def test_with_nobody_there_it_says_where_one_stands(
    kit: Kit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("KIT_KEY_FILE")
    said = kit()

    assert said.exit_code == 0
    assert "Nobody has been told anything." in said.stdout
    assert "Next: bring in your address book" in said.stderr
    assert not (tmp_path / "home").exists()


def test_the_next_step_is_said_at_every_step(kit: Kit, book: Book, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    steps: list[tuple[tuple[str, ...], str]] = [
        ((), "Next: bring in your address book: kit import contacts.vcf"),
        (("import", str(book(*PEOPLE))), "Next: choose whom to tell: kit choose"),
        (("choose", "--emergency", "妈妈"), "Next: who gets what: kit plan"),
        (("plan", "--via", "page", "--from", "小明"), "Next: kit send --to page.html"),
        (("send", "--to", str(page), "--yes", "1"), "On the page, and not confirmed yet: 1."),
        (("sync", "--page", "1"), "Everybody you chose has been dealt with."),
        (("choose", "--everyone-else"), "Next: who gets what: kit plan"),
        (("plan", "--via", "outbox"), "Next: who gets what: kit plan"),
        (("plan",), "Next: kit send"),
    ]
    for command, said in steps:
        if command:
            assert kit(*command).exit_code == 0
        assert said in kit().output
        assert said in kit("status").output


def test_who_is_not_chosen_is_counted(kit: Kit, book: Book) -> None:
    kit("import", book(*PEOPLE))
    kit("choose", "--emergency", "妈妈")

    assert "Not chosen yet, and told nothing: 1." in kit().stderr


def test_a_name_that_is_known_is_not_asked_for_again(kit: Kit, book: Book) -> None:
    kit("import", book(*PEOPLE))
    assert kit("choose", "--everyone-else").stderr.endswith("Next: kit plan --from NAME\n")
    kit("plan", "--from", "小明")
    assert kit("choose", "--nobody", "妈妈").stderr.endswith("Next: kit plan\n")


@pytest.mark.parametrize(
    "written",
    [
        "{path}",
        "'{path}'",
        '"{path}"',
        "{escaped}",
        "{path} ",
        "{url}",
    ],
)
def test_a_file_dropped_into_the_window_is_found(tmp_path: Path, written: str) -> None:
    path = tmp_path / "通讯录 (1) 'x'.vcf"
    path.write_text("")
    if written in ("'{path}'", '"{path}"'):
        path = tmp_path / "通讯录 (1).vcf"
    escaped = re.sub(r"([ ()'])", r"\\\1", str(path))
    typed = written.format(path=path, escaped=escaped, url=path.as_uri())

    assert dragged(typed.strip()) == [path]


def test_several_files_dropped_at_once_are_all_found() -> None:
    assert dragged("'a b.vcf' c.vcf") == [Path("a b.vcf"), Path("c.vcf")]
    assert dragged("it's.vcf") == [Path("it's.vcf")]


def test_what_no_file_can_be_called_is_a_file_that_is_not_there() -> None:
    assert dragged("~nobody-here/a.vcf") == [Path("~nobody-here/a.vcf")]
    assert dragged("通" * 300) == [Path("通" * 300)]


pexpect = pytest.importorskip("pexpect")
MOST_ANSWERS = 12


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """`kit begin` at a terminal; each answer at its prompt."""
    running = []

    def start(*answers: str, **environment: str) -> Any:  # noqa: ANN401 (pexpect has no types)
        child = pexpect.spawn(
            sys.executable,
            ["-m", "kit", "begin"],
            encoding="utf-8",
            dimensions=(60, 100),
            timeout=PATIENCE_S,
            env={**os.environ, "TERM": "xterm-256color", **environment},
        )
        running.append(child)
        child.logfile_read = io.StringIO(newline="")
        for answer in answers:
            child.expect(": $")
            child.sendline(answer)
        return child

    monkeypatch.setenv("KIT_FROM", "小明")
    yield start
    for child in running:
        end(child)


def seen(child: Any) -> str:  # noqa: ANN401 (the same)
    """All that was shown until the end."""
    child.expect(pexpect.EOF)
    return str(child.logfile_read.getvalue()).replace("\r", "")


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminal on Windows")
def test_on_the_way_no_command_is_named_that_follows_by_itself(
    begun: Callable[..., Any], book: Book
) -> None:
    said = seen(begun(str(book(*PEOPLE)), "1", "", "", "y", "", "0"))

    assert said.count("This told nobody.\n") == 2
    assert "Planning sent nothing. These are the texts:" in said
    assert "None of this sent anything." in said
    assert "Whenever you want to go on: kit begin" in said
    for command in ("kit import", "kit choose", "kit plan", "kit preview"):
        assert command not in said


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminal on Windows")
def test_where_one_stands_is_counted_and_not_listed(
    begun: Callable[..., Any], kit: Kit, book: Book
) -> None:
    kit("import", book(*PEOPLE))
    kit("choose", "--everyone-else")
    kit("plan")
    kit("told", "妈妈")
    said = seen(begun(""))

    assert "Told, by your word: 1\nStill to go: 1.\nOne by one: kit status\n" in said
    assert "王小芳" not in said


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminal on Windows")
def test_after_a_rehearsal_it_goes_on_to_the_real_plan(
    begun: Callable[..., Any], kit: Kit, book: Book, tmp_path: Path
) -> None:
    kit("import", book(*PEOPLE))
    kit("choose", "--everyone-else")
    kit("plan", "--via", "outbox")
    kit("send", "--to", str(tmp_path / "rehearsal"), "--yes", "2")
    said = seen(begun("", ""))

    assert "Rehearsed: 2. It reached nobody." in said
    assert "Still to go" not in said
    assert "By: scan and send" in said


def test_what_is_no_address_book_is_one_line(kit: Kit, tmp_path: Path) -> None:
    picture = tmp_path / "照片.jpg"
    picture.write_bytes(b"\xff\xd8\xff\xe0" * 20)
    kit("doctor")
    said = kit("import", str(picture), str(tmp_path / "no.vcf")).output.splitlines()

    assert [line.split("  ")[0] for line in said] == ["照片.jpg", "no.vcf"]


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminal on Windows")
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_from_the_first_start_to_the_first_code_in_at_most_12_answers(
    begun: Callable[..., Any], book: Book, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    from test_terminal import code_on

    monkeypatch.delenv("KIT_KEY_FILE")
    monkeypatch.delenv("KIT_FROM")
    path = book(*PEOPLE)
    answers = [
        *("y", "a passphrase", "a passphrase"),
        *("小明", str(path)),
        *("1", "", "2", "", ""),
        *("1",),
    ]
    child = begun(*answers, KIT_LANG=language)
    child.expect("   0 ")

    assert code_on(child.before).startswith("SMSTO:+8613800000001:我是小明。")
    assert len(answers) <= MOST_ANSWERS

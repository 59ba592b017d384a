"""What `kit doctor --report` shows and saves: enough to help, and nothing of anybody's."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from conftest import SEEDED, card

from kit import settings
from kit.actions import loose
from kit.journal import FILES
from kit.settings import NAMES, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import pytest
    from click.testing import Result
    from standins.android import AndroidPhone

    Kit = Callable[..., Result]

NAME, NUMBER = "阙窈娘", "13800000917"
PASSWORD, USER, HOST = "dumplings-with-vinegar", "niangniang", "mail.example.com"


def text_of(done: Result) -> str:
    assert done.exit_code == 0, done.output
    return done.stdout


def test_every_setting_of_ours_can_be_named() -> None:
    written = Path(settings.__file__).read_text(encoding="utf-8")

    assert set(NAMES) == set(re.findall(r'"((?:KIT|TWILIO)_[A-Z_]+)"', written))


def test_it_has_what_helps_and_nothing_of_anybodys(
    kit: Kit, book: Callable[..., Path], phone: AndroidPhone, tmp_path: Path
) -> None:
    kit("import", book(card(NAME, NUMBER), card("妈妈", "13800000001")))
    kit("choose", "--emergency", NAME)
    kit("plan", "--via", "outbox", "--from", NAME)
    shown = text_of(
        kit(
            "doctor",
            "--report",
            KIT_FROM=NAME,
            KIT_ANDROID_URL=phone.url,
            KIT_ANDROID_USER=USER,
            KIT_ANDROID_PASSWORD=PASSWORD,
            KIT_SMTP_URL=f"smtp://{USER}:{PASSWORD}@127.0.0.1:1/{HOST}",
            TWILIO_ACCOUNT_SID=USER,
        )
    )

    theirs = (NAME, NUMBER, PASSWORD, USER, HOST, "127.0.0.1", *SEEDED)
    assert not [one for one in (*theirs, str(tmp_path), tmp_path.name) if one in shown]
    for one in (
        "Settings that are set: KIT_HOME, KIT_LANG, KIT_FROM, KIT_KEY_FILE, TWILIO_ACCOUNT_SID,",
        "sqlcipher3 ",
        "kit.db ",
        "Steps of the store: book ",
        "contacts emergency 1, contacts undecided 1, messages by outbox 1",
        "something stands in the way:",
        "imported cards=2 contacts=2 new=2 problems=0",
        "ended command=kit plan code=",
    ):
        assert one in shown
    assert list((tmp_path / "home").glob("*report*")) == []


def test_it_is_saved_as_it_was_shown_and_remembered(
    kit: Kit, book: Callable[..., Path], tmp_path: Path
) -> None:
    kit("import", book(card(NAME, NUMBER)))
    path = tmp_path / "report.txt"
    alone = kit("doctor", "--report", path)
    assert (alone.exit_code, path.exists()) == (1, False)
    assert "it was not saved" in alone.stderr

    shown = text_of(kit("doctor", "--report", path, "--yes"))

    assert path.read_text(encoding="utf-8") == shown
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path in loose.remembered(load())

    again = kit("doctor", "--report", path, "--yes")
    assert again.exit_code == 1
    assert "already" in again.stderr
    assert path.read_text(encoding="utf-8") == shown


def test_what_cannot_be_opened_is_told_of_and_nothing_is_made(
    kit: Kit, book: Callable[..., Path], tmp_path: Path
) -> None:
    assert "Steps of the store: -" in text_of(kit("doctor", "--report"))
    assert not (tmp_path / "home").exists()

    kit("import", book(card(NAME, NUMBER)))
    (tmp_path / "home" / "kit.db").write_bytes(b"x" * 5000)
    shown = text_of(kit("doctor", "--report"))

    assert "Steps of the store: kit.errors.store.WrongKeyFileError" in shown
    assert "imported cards=1" in shown


def test_only_what_the_kit_wrote_is_shown_of_the_journal(
    kit: Kit, book: Callable[..., Path], tmp_path: Path
) -> None:
    kit("import", book(card(NAME, NUMBER)))
    with (tmp_path / "home" / FILES[0]).open("a", encoding="utf-8") as file:
        file.write(f'{{"event": "began", "command": "{NAME}"}}\n{NAME}\n')
    shown = text_of(kit("doctor", "--report"))

    assert NAME not in shown
    assert "Lines of the journal that cannot be read: 2" in shown


def test_the_last_fault_is_in_it(
    kit: Kit, book: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(NAME)

    kit("import", book(card(NAME, NUMBER)))
    with monkeypatch.context() as wrong:
        wrong.setattr("kit.cli.people.people.contacts", broken)
        failed = kit("contacts")
    shown = text_of(kit("doctor", "--report"))

    assert failed.exit_code == 70
    assert "kit doctor --report" in failed.stderr
    assert re.search(r"fault error=RuntimeError places=kit\.cli[\w.]*:\d+,kit", shown)
    assert NAME not in shown


def test_at_a_terminal_it_is_shown_before_anybody_is_asked(
    terminal: Callable[..., Any], tmp_path: Path
) -> None:
    child = terminal("doctor", "--report", "report.txt")
    child.expect_exact("The last events")
    child.expect_exact("Save this as report.txt?")
    child.sendline("")
    child.read()
    child.close()

    assert (child.exitstatus, (tmp_path / "report.txt").exists()) == (1, False)

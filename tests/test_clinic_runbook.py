"""The runbook of a clinic: every `kit` command in it is run, in order, as it stands there."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import card
from providers import of_twilio
from standins.twilio import TwilioStandin

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result
    from postgres import Database

ROOT = Path(__file__).parent.parent
CHINESE, ENGLISH = (ROOT / "CLINIC.md").read_text("utf-8").split("\n# Running a clinic")
BLOCK = re.compile(r"```\n(.*?)```", re.DOTALL)
#: What somebody answers who is asked.
ANSWERED = {"kit send": ("--yes", "1"), "kit case erase": ("--yes",)}


def lines(text: str) -> list[str]:
    """What the runbook has to be typed, or written into a file."""
    return [line for block in BLOCK.findall(text) for line in block.splitlines()]


def test_both_languages_have_the_same_commands() -> None:
    def plain(line: str) -> str:
        return line.replace("密码", "PASSWORD")

    assert list(map(plain, lines(CHINESE))) == lines(ENGLISH)


def test_every_command_of_the_runbook_does_what_it_is_there_for(
    kit: Callable[..., Result],
    database: Database,
    book: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KIT_SEAL_PASSPHRASE", "口令")
    monkeypatch.setenv("KIT_DATABASE_ADMIN_URL", database.admin_url)
    with TwilioStandin() as server:
        for name, value in of_twilio(server).settings.items():
            monkeypatch.setenv(name, value)
        for line in filter(lambda line: line.startswith("kit "), lines(ENGLISH)):
            if line.startswith("kit sync"):
                kit("migrate", "--restored")
            done = kit(*shlex.split(line)[1:], *ANSWERED.get(line, ()))
            assert done.exit_code == 0, (line, done.output)
            if line.startswith("kit case new"):
                made = json.loads(kit("case", "list", "--json").stdout)["id"]
                monkeypatch.setenv("KIT_CASE", made)
                kit("import", book(card("王阿姨", "13800000001")))
                kit("choose", "--everyone-else")
                kit("plan", "--via", "twilio", "--from", "小明", "--hours", "00:00-24:00")

    assert kit("case", "list").stdout == ""


@pytest.mark.parametrize("text", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_what_the_runbook_names_is_there(text: str) -> None:
    for name in re.findall(r"`(tests/\w+\.py)`", text):
        assert (ROOT / name).exists()
    assert "sslmode=verify-full" in text
    assert "pg_restore --no-owner --no-privileges" in text

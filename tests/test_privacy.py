from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import SEEDED, card

import kit
import kit.model

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

ROOT = Path(__file__).parent.parent

#: Fields of the nouns that say nothing about a person. A new field is personal until it is here.
HARMLESS = {
    "Problem": {"where", "what", "facts"},
    "CardNumber": {"where"},
    "Card": {"where", "has_note", "has_photo", "is_group", "notes"},
    "Relation": set(),
    "Part": {"where"},
    "Suggestion": {"group", "reason", "is_sure"},
    "Impression": {"kind", "because", "suggestion"},
    "Contact": {"id", "group"},
    "Message": {
        *("id", "contact_id", "channel", "group", "tone", "language", "encoding", "segments"),
        *("zones", "foreseen_at"),
    },
    "Pace": {"per_second", "per_hour", "per_day", "segments"},
    "Way": {"channel", "until", "segments"},
    "Skip": {"contact_id", "reason"},
    "Plan": {
        *("id", "notice_id", "channel", "rehearsal", "frozen_at", "finish_at"),
        *("price_per_segment", "currency", "messages", "skips"),
        *("hours", "pace", "registered_sender"),
    },
    "Attempt": {
        *("id", "message_id", "channel", "language", "n", "claimed_at", "until"),
        *("earlier", "provider_id"),
    },
    "Receipt": {"status", "at", "provider_id", "code", "fault"},
    "Reply": {"channel", "at", "provider_id", "attempt_id"},
    "Heard": {"reply", "contact_id", "meaning"},
    "Report": {"id", "at", "debt_named", "refused", "checked"},
    "Proposal": {"id", "report", "contact_id", "heard_by", "heard_at"},
    "Incident": {
        *("id", "kind", "at", "zones", "to_borrower", "contact_id", "disclosed", "refused"),
        *(
            "answered",
            "threatened",
            "unidentified",
            "account",
            "account_of",
            "noted_at",
        ),
    },
    "Exhibit": {
        *("id", "sha256", "size", "media_type", "taken_at", "taken_from", "incident_id"),
        "noted_at",
    },
    "Entry": {"number", "kind", "at", "digest", "previous", "hash"},
    "Finding": {"rule", "fact_ids", "incident_ids", "counted", "what", "more"},
    "Case": {"id", "opened_at", "closed_at", "paused", "moved_out_at"},
    "Filing": {"draft", "event", "on", "noted_at"},
    "Due": {"body", "due_on", "what", "fact_ids"},
    "Access": {"kind", "count", "first_at", "last_at"},
    "Permission": {"kind", "requested", "granted", "flags", "installed", "updated"},
    "Audit": {"form", "problems", "users"},
    "LogRow": {"kind", "at", "incoming", "answered", "duration_s"},
    "Try": {"attempt_id", "plan_id", "channel", "status", "fault", "code", "provider_id", "at"},
    "Standing": {
        *("message_id", "contact_id", "channel", "status", "provider_id", "at"),
        *("code", "fault"),
    },
}
#: What a field with something of a person's is called, wherever it is.
PERSONAL = {
    *("name", "names", "text", "texts", "recipient", "recipients", "numbers", "emails", "sender"),
    *("link", "words", "address", "addresses"),
}
#: Names of a country, a law, a character set, a letter and a line of the fact sheet, what a guide
#: says to everybody, and a count.
NO_PERSONS = {
    "_Bar": {"name"},
    "Caller": {"texts"},
    "Charset": {"name"},
    "Draft": {"name"},
    "Facts": {"name"},
    "Instrument": {"name"},
    "Line": {"text"},
    "Listed": {"name"},
    "Question": {"name"},
    "Route": {"name"},
    "Source": {"name"},
    "Table": {"name"},
    "Wanted": {"name"},
}
NOUNS = [n for n in vars(kit.model).values() if dataclasses.is_dataclass(n)]


@pytest.mark.parametrize("noun", NOUNS, ids=lambda n: n.__name__)
def test_a_personal_field_is_never_in_a_repr(noun: type) -> None:
    shown = {field.name for field in dataclasses.fields(noun) if field.repr}

    assert shown == HARMLESS[noun.__name__]


def dataclasses_of_the_program() -> list[type]:
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(kit.__path__, "kit.")
        if found.name != "kit.__main__"
    ]
    return [
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type)
        and dataclasses.is_dataclass(one)
        and one.__module__ == module.__name__
    ]


@pytest.mark.parametrize("value", dataclasses_of_the_program(), ids=lambda v: v.__qualname__)
def test_no_value_shows_what_only_a_person_has(value: type) -> None:
    shown = {field.name for field in dataclasses.fields(value) if field.repr}

    assert shown & PERSONAL - NO_PERSONS.get(value.__name__, set()) == set()


@pytest.mark.parametrize("noun", NOUNS, ids=lambda n: n.__name__)
def test_a_noun_is_frozen_slotted_and_keyword_only(noun: type) -> None:
    assert noun.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert hasattr(noun, "__slots__")
    assert all(field.kw_only for field in dataclasses.fields(noun))


def test_what_is_kept_can_be_read_only_with_the_key_and_only_by_its_owner(
    kit: Callable[..., Result], book: Callable[..., Path], tmp_path: Path
) -> None:
    kit("import", book(card("妈妈", "13800000001")))
    kit("choose", "--everyone-else")
    kit("plan", "--via", "outbox", "--from", "小明")
    kit("send", "--to", tmp_path / "out", "--yes", "1")

    home = tmp_path / "home"
    for path in home.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert not [s for s in SEEDED if s.encode() in path.read_bytes() or s in path.name]
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert not [s for s in SEEDED for path in (tmp_path / "out").iterdir() if s in path.name]


def test_no_file_of_the_repository_has_a_real_number() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    mobile = re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
    #: The neighbours of the invented range, and numbers that a test shows only to refuse.
    allowed = re.compile(r"138[ -]?0000[ -]?[01]\d{3}")
    found = [
        f"{name}: {number[0]}"
        for name in listed.stdout.splitlines()
        for number in mobile.finditer((ROOT / name).read_text(encoding="utf-8", errors="replace"))
        if not allowed.search(number[0])
    ]

    assert found == []

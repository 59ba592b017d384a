"""The rooms, the doors and the sizes, as CONTRIBUTING.md draws them."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import pytest
from conftest import bare_environment, card

import kit

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

SOURCE = Path(kit.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))

#: Which rooms a room may import. Errors and model may be imported by all.
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "model": set(),
    "phone": set(),
    "vcard": set(),
    "sms": set(),
    "template": set(),
    "settings": set(),
    "hours": set(),
    "mail_address": set(),
    "jurisdiction": set(),
    "inbox": set(),
    "words": set(),
    "private_file": set(),
    "journal": set(),
    "typeset": set(),
    "connector": {"private_file"},
    "contacts": {"mail_address", "phone"},
    "letters": {"clocks", "jurisdiction", "template"},
    "plan": {"hours", "phone", "sms", "template"},
    "clocks": set(),
    "evidence": {"clocks", "jurisdiction", "phone"},
    "audit": set(),
    "times": set(),
    "book": {"connector"},
    "ledger": {"connector", "times"},
    "cases": {"connector", "times"},
    "channels": {"journal", "mail_address", "phone", "private_file", "settings", "template"},
    "actions": {
        *("phone", "vcard", "sms", "template", "settings", "hours", "jurisdiction", "mail_address"),
        *("clocks", "journal"),
        *(
            "contacts",
            "plan",
            "inbox",
            "evidence",
            "audit",
            "letters",
            "book",
            "ledger",
            "cases",
            "channels",
            "connector",
            "private_file",
            "typeset",
        ),
    },
    # its queries run over the store's own connection, in the ledger's own transaction
    "clinic": {"actions", "connector", "journal", "settings"},
    "cli": {"actions", "journal", "settings", "words", "web", "clinic"},
    "web": {"actions", "journal", "settings", "words"},
}
#: Rooms in which time does not pass and nothing is read or written.
PURE = {
    *("errors", "model", "phone", "vcard", "sms", "hours", "clocks", "times", "mail_address"),
    *("inbox", "contacts", "plan", "evidence", "audit", "letters"),
}
IMPURE_MODULES = {"os", "socket", "subprocess", "time", "random", "pathlib", "tempfile", "logging"}

#: One library, one door.
DOORS = {
    "phonenumbers": "kit/phone/numbering.py",
    "vobject": "kit/vcard/grammar.py",
    "sqlcipher3": "kit/connector/__init__.py",
    "sqlite3": "kit/connector/lock.py",
    "keyring": "kit/connector/system_keyring.py",
    "segno": "kit/channels/phone.py",
    "platformdirs": "kit/settings.py",
    "twilio": "kit/channels/twilio_wire.py",
    "requests": "kit/channels/twilio_wire.py",
    "urllib3": "kit/channels/twilio_wire.py",
    "httpx": "kit/channels/android.py",
    "smtplib": "kit/channels/email.py",
    "imaplib": "kit/channels/mailbox.py",
    "rfc3161_client": "kit/channels/timestamp.py",
    "cryptography": "kit/channels/timestamp.py",
    "jinja2": "kit/template/html.py",
    "waitress": "kit/web/wire.py",
    "pypinyin": "kit/contacts/pinyin.py",
    "typst": "kit/typeset.py",
    "PIL": "kit/typeset.py",
    "exifread": "kit/evidence/pictures.py",
    "zipfile": "kit/actions/sources.py",
    "docx": "kit/letters/draft_document.py",
    "defusedxml": "kit/evidence/sms_backup.py",
    "pyrage": "kit/actions/sealing.py",
    "subprocess": "kit/actions/child.py",
    "resource": "kit/actions/limits.py",
    "logging": "kit/journal.py",
    "psycopg": "kit/connector/",
    "procrastinate": "kit/clinic/",
    "psycopg_pool": "kit/clinic/worker.py",
}
#: Of one that does two things, the second door: it seals values there.
SECOND_DOORS = {"kit/connector/seal.py": {"cryptography"}}
#: What can reach the network; taking an address apart (`urllib.parse`) cannot.
NETWORK = {"socket", "ssl", "http", "urllib.request", "smtplib", "imaplib", "httpx", "requests"}


def room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


@functools.cache
def imports(path: Path) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return frozenset(found)


def rooms_imported(path: Path) -> set[str]:
    parts = [name.split(".") for name in imports(path)]
    return {p[1] for p in parts if p[0] == "kit" and len(p) > 1 and p[1] != "__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    here = room(path)
    if here in ("__init__", "__main__"):
        return

    allowed = MAY_IMPORT[here] | {here, "errors", "model"}
    assert rooms_imported(path) - allowed == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_one_library_has_one_door(path: Path) -> None:
    name = path.relative_to(SOURCE.parent).as_posix()
    libraries = {module.split(".")[0] for module in imports(path)}

    behind = libraries & set(DOORS) - SECOND_DOORS.get(name, set())
    assert {one for one in behind if not name.startswith(DOORS[one])} == set()
    reaching = {one for one in NETWORK for module in imports(path) if module.startswith(one)}
    assert not reaching or room(path) == "channels"
    assert "asyncio" not in libraries or name == "kit/clinic/worker.py"
    assert "click" not in libraries or room(path) == "cli"
    assert "flask" not in libraries or room(path) == "web"


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) in PURE], ids=lambda p: p.name)
def test_a_pure_room_reads_no_clock_and_touches_nothing(path: Path) -> None:
    libraries = {module.split(".")[0] for module in imports(path)}
    text = path.read_text(encoding="utf-8")

    assert libraries & IMPURE_MODULES == set()
    assert not any(word in text for word in (".now(", "print(", "environ", "open("))


def test_only_settings_reads_the_environment() -> None:
    reading = {room(p) for p in MODULES if "environ" in p.read_text(encoding="utf-8")}

    assert reading == {"settings"}


def test_nothing_only_posix_has_is_needed() -> None:
    program = (
        "import sys, pkgutil, importlib\n"
        "for name in ('fcntl', 'pwd', 'resource', 'grp', 'termios'):\n"
        "    sys.modules[name] = None\n"
        "import kit\n"
        "for m in pkgutil.walk_packages(kit.__path__, 'kit.'):\n"
        "    if m.name != 'kit.__main__':\n"
        "        importlib.import_module(m.name)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr


def test_the_version_costs_no_more_than_click() -> None:
    program = (
        "import sys; sys.argv = ['kit', '--version']\n"
        "from kit.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & set(%r)))" % [*DOORS, "dataclasses"]
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        env=bare_environment(),
    )

    assert done.stdout.splitlines()[-1] in ("[]", "['dataclasses']")


@pytest.mark.parametrize(
    ("command", "heavy"),
    [
        (
            "contacts",
            ("vobject", "kit.vcard", "phonenumbers", "kit.contacts.pinyin", "kit.letters", "typst"),
        ),
        (
            "status",
            ("vobject", "kit.vcard", "kit.template.lint", "kit.contacts.pinyin", "kit.letters"),
        ),
    ],
)
def test_what_is_there_is_shown_without_what_only_reading_or_writing_needs(
    kit: Callable[..., Result],
    book: Callable[..., Path],
    command: str,
    heavy: tuple[str, ...],
) -> None:
    assert kit("import", book(card("妈妈", "13800000001"))).exit_code == 0
    kit("choose", "--emergency", "妈妈")
    assert kit("plan", "--from", "小明").exit_code == 0
    program = (
        f"import sys; sys.argv = ['kit', {command!r}]\n"
        "from kit.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([m for m in sys.modules if m.startswith({heavy!r})])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, env=bare_environment()
    )
    shown = done.stdout.decode()

    assert "妈妈" in shown
    assert shown.splitlines()[-1] == "[]"


def functions() -> list[tuple[str, int]]:
    return [
        (f"{path.relative_to(SOURCE)}:{node.lineno}", (node.end_lineno or 0) - node.lineno + 1)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]


def test_functions_and_modules_stay_small() -> None:
    lengths = dict(functions())

    assert {name: n for name, n in lengths.items() if n > 60} == {}
    assert median(lengths.values()) <= 9
    assert max(len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES) <= 500

"""Every door out of the kit, and hostile values before it: they come out as words, or not at all.

One book, one record and one fact sheet have all of them (`hostile.VALUES`); what goes out is read
by the parser of whoever would open it.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from audits import access, called
from conftest import Clock, no_passphrase
from defusedxml import ElementTree
from desks import sit_down
from hostile import FORGED, SEAL, VALUES, Page, steering

from kit.actions import drafting, importing, planning, recording, reporting
from kit.actions.exhibits import Handed
from kit.actions.planning import Request
from kit.actions.recording import Told
from kit.actions.store import open_store
from kit.actions.unlocking import Nobody
from kit.errors import KitError
from kit.model import E164, Group, Heard, IncidentKind, Meaning, Reply, SheetKey
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from click.testing import Result

    from kit.actions.store import Store

    Kit = Callable[..., Result]

#: A store keeps no half characters: whatever reads a file or a wire has taken them out.
WHOLE = [value.replace("\ud800", "\ufffd") for value in VALUES.values()]
AT = datetime(2026, 6, 1, 14, 30, tzinfo=UTC)
LENDER = "示例消费金融有限公司"
SHEET = {"name": "李明", "phone": "138 0000 0001", "lender": LENDER, "income": "8000"}
FREE = (SheetKey.AGENT, SheetKey.PRODUCT, SheetKey.HARDSHIP, SheetKey.ADDRESS)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ENDINGS = ("html", "txt", "docx")
#: They draw pictures, of nobody; they lock, or end the session.
SLOW = {"/help/pictures", "/unlock", "/evidence/export/copy", "/backup/file"}
FIELDS = ("fldChar", "instrText", "hyperlink", "object", "altChunk", "attachedTemplate")


def cards() -> str:
    """Each value in every field of a card."""
    return "".join(map(_card, range(len(WHOLE)), map(_escaped, WHOLE)))


def _card(number: int, value: str) -> str:
    fields = ("FN", "NICKNAME", "ORG", "TITLE", "NOTE", "TEL", "EMAIL", "CATEGORIES", "URL", "UID")
    lines = [f"{field}:{value}" for field in fields]
    tel = f"TEL;TYPE=CELL:13800000{number + 100}"
    named = f"N:{value};{value};;;"
    return "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", named, *lines, tel, "END:VCARD", ""])


def _escaped(value: str) -> str:
    """As a card has it (RFC 6350 section 3.4)."""
    for mark in "\\,;":
        value = value.replace(mark, f"\\{mark}")
    return re.sub(r"\r\n|\r|\n", r"\\n", value)


def furnish(store: Store, folder: Path) -> None:
    """Bring every value in, by each way that there is; some are refused."""
    for number, value in enumerate(WHOLE):  # before the book has them: each is nobody's name yet
        recording.add(store, _told(number, value), [_file(value)])
        with suppress(KitError):
            reporting.add(store, _report(value))
    file = folder / "a\x1b[2J\u202eb\nc.vcf"
    file.write_text(cards(), encoding="utf-8")
    importing.import_files(store, [file])
    for number, one in enumerate(store.book.contacts()):
        store.book.choose({one.id: Group.EMERGENCY if number % 2 else Group.EVERYONE})
        store.ledger.hear(_reply(number, WHOLE[number], one.id))
    drafting.fill(store, SHEET)
    for key, value in product(FREE, WHOLE):
        with suppress(KitError):  # the last of those that are not refused stays
            drafting.fill(store, {key: value})
    planning.freeze_plan(store, Request(channel="page", sender="小明"))


def _reply(number: int, value: str, contact_id: str) -> Heard:
    sender = E164(f"+8613800000{number + 100}")
    of = Reply(channel="twilio", sender=sender, text=value, at=AT, provider_id=f"{number}")
    return Heard(reply=of, contact_id=contact_id, meaning=Meaning.HARASSED)


def _told(number: int, value: str) -> Told:
    at = AT + timedelta(hours=number)
    told = Told(kind=IncidentKind.CALL, at=at, number=value, to=value, said=value, threatened=True)
    return replace(told, said_they_were=value, by=value, disclosed=True)


def _file(value: str) -> Handed:
    content = f"<?xml version='1.0'?><x>{value}</x>".encode()
    handed = Handed(name=value, open=lambda: io.BytesIO(content), received_from=value)
    return replace(handed, received_by=value)


def _report(value: str) -> str:
    line = " ".join(value.split())[:20]
    return f"【来电记录】\n时间：2026-01-05 14:30\n自称：{line}\n说了什么：{line}"


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home in which all of it stands."""
    folder = tmp_path_factory.mktemp("furnished")
    with pytest.MonkeyPatch.context() as given:
        given.setenv("KIT_HOME", str(folder / "home"))
        given.setenv("KIT_KEY_FILE", str(folder / "home" / "key"))
        given.setenv("KIT_LANG", "en")
        store = open_store(load(), no_passphrase, Clock())
        furnish(store, folder)
        store.close()
        yield folder / "home"


@pytest.fixture
def home(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same home, for one test."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(furnished, tmp_path / "home"))


def harmless(result: Result) -> Result:
    """What a command has said, and it steers no terminal."""
    assert result.exit_code in (0, 1, 3), ascii(result.stderr[-2000:])
    assert steering(result.stdout) == set()
    assert steering(result.stderr) == set()
    assert not any(line.startswith(FORGED) for line in result.output.splitlines())
    return result


SHOWN = (
    *("contacts", "contacts --services", "contacts --merged", "contacts --suggested any"),
    *("preview", "status", "replies", "inbox", "evidence list", "evidence collectors"),
    *("evidence accept", "evidence report", "evidence verify", "letter facts", "complaint next"),
)
LISTED = (
    *("contacts --json", "status --json", "replies --json", "inbox --json"),
    *("evidence list --json", "evidence accept --json", "evidence report --json"),
    *("letter facts --json", "complaint next --json", "plan --from 小明 --json"),
)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("command", SHOWN)
def test_what_a_command_shows_steers_no_terminal(kit_then: Kit, command: str) -> None:
    harmless(kit_then(*command.split()))


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("command", LISTED)
def test_a_line_for_a_program_is_one_object_and_steers_no_terminal(
    kit_then: Kit, command: str
) -> None:
    done = harmless(kit_then(*command.split()))

    assert all(isinstance(json.loads(line), dict) for line in done.stdout.split("\n")[:-1])


def test_the_table_for_a_spreadsheet_is_rows_of_words(kit_then: Kit, home: Path) -> None:
    harmless(kit_then("choose", "--csv", "table.csv"))
    text = (home.parent / "table.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))

    assert {len(row) for row in rows} == {4}
    assert len(rows) == 1 + len(WHOLE)
    assert [cell for row in rows for cell in row if re.match(r"[\s=+\-@＝＋－＠]", cell)] == []
    assert text.count("\r\n") == text.count("\n") == len(rows)
    assert steering(text, keeps="\r\n") == set()
    harmless(kit_then("choose", "--from-csv", "table.csv"))


def test_the_page_for_the_phone_is_a_page_of_our_own(kit_then: Kit, home: Path) -> None:
    count = json.loads(kit_then("plan", "--via", "page", "--json").stdout.splitlines()[-1])
    sent = kit_then("send", "--to", "page.html", "--yes", str(count["summary"]["messages"]))
    page = Page((home.parent / "page.html").read_text("utf-8"))
    links = [link for link in page.links if link.startswith("sms:")]

    assert harmless(sent).exit_code == 0
    assert page.wrong == []
    assert len(links) == len(WHOLE)
    assert all(re.fullmatch(r"sms:\+861380000\d{4}\?&body=[\w.~%-]+", link) for link in links)
    assert not [link for link in links if SEAL in unquote(link)]


def test_a_rehearsal_and_a_code_have_nothing_of_a_card(kit_then: Kit, home: Path) -> None:
    count = json.loads(kit_then("plan", "--via", "outbox", "--json").stdout.splitlines()[-1])
    harmless(kit_then("send", "--to", "out", "--yes", str(count["summary"]["messages"])))
    made = list((home.parent / "out").iterdir())

    assert len(made) == len(WHOLE)
    assert not [one for one in made if SEAL in one.name or SEAL in one.read_text("utf-8")]


def test_a_letter_has_words_and_nothing_else(kit_then: Kit, home: Path) -> None:
    for ending in ENDINGS:
        done = kit_then("complaint", "12378", "--to", f"letter.{ending}")
        assert harmless(done).exit_code == 0
    page = Page((home.parent / "letter.html").read_text("utf-8"))
    text = (home.parent / "letter.txt").read_text("utf-8-sig")
    with ZipFile(home.parent / "letter.docx") as made:
        document = {one: made.read(one) for one in made.namelist()}

    assert page.wrong == []
    assert SEAL in page.text
    assert SEAL in text
    assert steering(text, keeps="\r\n") == set()
    assert not any(line.startswith(FORGED) for line in text.splitlines())
    assert active(document) == []


def active(document: Mapping[str, bytes]) -> list[str]:
    """What a word processor would follow, fetch or run in a document, and what it cannot read."""
    trees = [ElementTree.fromstring(one) for name, one in document.items() if name.endswith("ml")]
    trees += [ElementTree.fromstring(one) for name, one in document.items() if ".rels" in name]
    every = [one for tree in trees for one in tree.iter()]
    words = "".join(ElementTree.fromstring(document["word/document.xml"]).itertext())
    assert SEAL in words
    return [
        *(one.tag for one in every if one.tag.removeprefix(W) in FIELDS),
        *(one.tag for one in every if one.get("TargetMode") == "External"),
        *(one.tag for one in every if one.get(f"{W}instr", "PAGE") not in ("PAGE", "NUMPAGES")),
        *(ascii(one) for one in steering(words, keeps="\n\t\r")),
        *(name for name in document if not re.fullmatch(r"[\w./\[\]-]+", name)),
    ]


@pytest.mark.parametrize("more", [(), ("--redacted",)])
def test_a_copy_of_the_record_has_pages_of_words_and_files_that_run_nothing(
    kit_then: Kit, home: Path, more: tuple[str, ...]
) -> None:
    assert harmless(kit_then("evidence", "export", "copy", *more)).exit_code == 0
    folder = home.parent / "copy"
    pages = [*folder.glob("*.html"), *folder.glob("*.svg")]
    files = [one for one in folder.rglob("*") if one.is_file()]

    for one in pages:
        assert (one.name, Page(one.read_text("utf-8")).wrong) == (one.name, [])
    for one in folder.glob("*.svg"):
        ElementTree.parse(one)
    for line in (folder / "record" / "chain.jsonl").read_text("utf-8").split("\n")[:-1]:
        assert isinstance(json.loads(line), dict)
    assert {one.suffix for one in files} == {".html", ".svg", ".py", ".json", ".jsonl"} | (
        set() if more else {".txt", ".bin"}
    )
    assert [one for one in files if not re.fullmatch(r"[\w.-]+", one.name)] == []


def test_pictures_of_the_record_are_drawings_of_words(kit_then: Kit, home: Path) -> None:
    harmless(kit_then("evidence", "picture", "pictures", "--png"))

    for one in (home.parent / "pictures").iterdir():
        if one.suffix != ".png":
            assert (one.name, Page(one.read_text("utf-8")).wrong) == (one.name, [])


REPORT = b"".join(
    access(app=value, category=value, identifier=f"{number}")
    + called(value, "2026-01-05T22:30:01.000+08:00", app=value)
    for number, value in enumerate(VALUES.values())
)


def test_an_audit_shows_names_of_apps_as_words(kit: Kit, tmp_path: Path) -> None:
    file = tmp_path / "a\x1b[2J\u202eb\nc.ndjson"
    file.write_bytes(REPORT)
    harmless(kit("audit", file))
    listed = harmless(kit("audit", file, "--json"))
    harmless(kit("audit", file, "--picture", tmp_path / "apps.svg"))

    assert listed.stdout.count(SEAL) > len(VALUES)
    assert all(isinstance(json.loads(line), dict) for line in listed.stdout.split("\n")[:-1])
    assert Page((tmp_path / "apps.svg").read_text("utf-8")).wrong == []


@pytest.mark.usefixtures("home")
def test_every_page_shows_them_as_words(clock: Clock) -> None:
    client = sit_down(clock)
    client.desk.open(Nobody())
    client.enter()
    rules = client.browser.application.url_map.iter_rules()
    plain = {one.rule for one in rules if "GET" in (one.methods or ()) and not one.arguments}
    one = recording.incidents(client.store)[0].id
    paths = {f"/evidence/entry/{one}", "/letters/12378", "/letters/12378/facts", "/letters/next"}
    seen = set()
    for path in sorted((plain | paths) - SLOW):
        answer = client.get(path)
        page = Page(answer.get_data(as_text=True) if answer.mimetype == "text/html" else "")
        assert (path, page.wrong) == (path, [])
        seen |= {path} if SEAL in page.text else set()
    client.desk.close()

    assert {"/went", "/evidence", "/evidence/report", "/letters/12378"} <= seen


#: Bad for a terminal and for a line of its own; an argument has no end of text, and no half of it.
WORST = "".join(value[:60] for value in VALUES.values() if "\0" not in value).replace(
    "\ud800", "\udcff"
)
ARGUMENTS = (
    *("{}", "--{}", "contacts --group {}", "contacts split {}", "choose --emergency {}"),
    *("choose --csv {}/x", "choose --from-csv {}", "preview {}", "import {}", "audit {}"),
    *(
        "plan --from {}",
        "plan --from 小明 --line {}",
        "plan --from 小明 --check {}",
        "send --to {}",
    ),
    *("send --to-me {}", "sync --page {}", "sync --nothing-by {}", "inbox add --from {} x"),
    *("inbox add {}", "stop {}", "told {}", "retry {}", "take-back {}", "guide --language {}"),
    *("facts {}", "facts --about {}", "backup {}/x", "restore {}"),
    *("evidence add --kind call --to me --at {}", "evidence save {} x", "evidence remove {} --yes"),
    *("evidence import {}", "evidence export {}/x/{}", "evidence picture --jurisdiction {} x"),
    *("letter {}", "letter stop --to {}", "letter facts --set {}", "letter sent {}"),
    *("erase --contacts --after {}", "key --file {}/x", "evidence collectors --add {}"),
)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("command", ARGUMENTS)
def test_what_is_said_of_a_wrong_argument_steers_no_terminal(kit_then: Kit, command: str) -> None:
    done = kit_then(*(part.replace("{}", WORST) for part in command.split()))

    assert done.exit_code in (0, 1, 2), ascii(done.stderr)
    assert steering(done.stdout) == steering(done.stderr) == set()


def plant(path: Path, kind: str) -> None:
    """Put something where a file is to be written."""
    match kind:
        case "file":
            path.write_text("mine")
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case _:
            path.symlink_to(path.parent / kind)


@pytest.mark.skipif(os.name == "nt", reason="links and pipes of POSIX")
@pytest.mark.parametrize("kind", ["file", "folder", "pipe", "nowhere", "home", "victim"])
def test_what_lies_where_a_file_is_to_be_stays_as_it_is(
    kit_then: Kit, home: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("KIT_SEAL_PASSPHRASE", "一二三四五六")
    (home.parent / "victim").write_text("theirs")
    places = [home.parent / name for name in ("a.csv", "b.html", "c.kit", "d.png", "e.zip", "f")]
    for path in places:
        plant(path, kind)
    before = [(told.st_ino, told.st_mode, told.st_size) for told in map(Path.lstat, places)]
    for command in (
        *("choose --csv a.csv", "letter stop --to b.html", "backup c.kit", "evidence save 2 d.png"),
        *(f"send --to b.html --yes {len(WHOLE)}", "evidence export e --zip", "key --file f"),
    ):
        assert (command, kit_then(*command.split()).exit_code) == (command, 1)

    assert [(told.st_ino, told.st_mode, told.st_size) for told in map(Path.lstat, places)] == before
    assert (home.parent / "victim").read_text() == "theirs"
    assert not (home.parent / "nowhere").exists()

"""The kit does all it can with seeded names, numbers and words; then the disk is searched."""

from __future__ import annotations

import base64
import json
import os
import quopri
import tempfile
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click
import pytest
from conftest import card
from desks import Client, sit_down
from postgres import dumped
from providers import of_twilio
from standins.twilio import TwilioStandin

from kit.actions import handing, loose
from kit.actions.picture import picture
from kit.actions.store import open_store
from kit.actions.unlocking import Nobody
from kit.cli import cli
from kit.model import Form
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from click.testing import Result
    from conftest import Clock
    from postgres import Database

    Kit = Callable[..., Result]

NAME, OTHER, OWN = "阙窈娘", "Zsófia Quetzal", "麹小满"
NUMBER, SECOND = "13800000917", "13800000918"
SAID, LINE, REPLY = "紫貂帽子的事要告诉全厂", "周六照旧吃饺子", "饺子我带醋"
SEALED = "七夕不吃香菜"
LENDER, REFERENCE, CLEAN = "示例消费金融有限公司", "投诉回执甲零七", "com.example.borrowed"
SECRETS = (NAME, OTHER, OWN, NUMBER, SECOND, SAID, LINE, REPLY, SEALED, LENDER, REFERENCE, CLEAN)

#: What only a clinic has.
CLINIC = ("migrate", "case", "worker")


def spelt(secret: str) -> set[bytes]:
    """How it may lie on a disk."""
    texts = {secret, quote(secret), quote(secret).lower(), quote(secret, encoding="gb18030")}
    if secret.isdecimal():
        texts |= {
            f"{secret[:3]} {secret[3:7]} {secret[7:]}",
            f"{secret[:3]}-{secret[3:7]}-{secret[7:]}",
        }
    escaped = secret.encode("ascii", "backslashreplace")
    encoded = {
        t.encode(c) for t in texts for c in ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "utf-7")
    }
    plain = secret.encode()
    packed = {plain.hex().encode(), plain.hex().upper().encode(), escaped, escaped.upper()}
    packed |= {secret.encode("ascii", "xmlcharrefreplace"), quopri.encodestring(plain)}
    # wherever it begins in what was encoded, these characters of it are the same
    packed |= {base64.b64encode(bytes(n) + plain)[4 if n else 0 :][:-4] for n in range(3)}
    return encoded | packed


SPELT = {one for secret in SECRETS for one in spelt(secret)}


def hits(*tops: Path) -> set[Path]:
    """Every file, folder and link that has one of them in its bytes or its name."""
    found = set()
    for top in tops:
        for path in (top, *top.rglob("*")):
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            target = os.fsencode(path.readlink()) if path.is_symlink() else b""
            whole = b"\n".join((content, target, os.fsencode(path.name)))
            if any(one in whole for one in SPELT):
                found.add(path)
    return found


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """All that a program may write to, under one folder."""
    top = tmp_path / "computer"
    for name in ("work", "tmp", "user"):
        (top / name).mkdir(parents=True)
    monkeypatch.chdir(top / "work")
    monkeypatch.setattr(tempfile, "tempdir", str(top / "tmp"))
    monkeypatch.setenv("TMPDIR", str(top / "tmp"))
    monkeypatch.setenv("HOME", str(top / "user"))
    monkeypatch.setenv("KIT_HOME", str(top / "home"))
    monkeypatch.setenv("KIT_SEAL_PASSPHRASE", SEALED)
    monkeypatch.setenv("KIT_KEY_FILE", str(top / "home" / "key"))
    yield top
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """What the borrower had before, and keeps: an address book, a screenshot, a log of calls."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    cards = card(NAME, NUMBER, note=SAID) + card(OTHER, SECOND) + card(OWN, "13800000919")
    (folder / "book.vcf").write_text(cards, encoding="utf-8")
    (folder / "shot.png").write_bytes(b"\x89PNG\r\n\x1a\n" + NAME.encode())
    who = f'number="{NUMBER}" contact_name="{NAME}"'
    calls = f'<calls><call {who} duration="9" date="1767600000000" type="1"/></calls>'
    begin = {"type": "access", "kind": "intervalBegin", "category": "contacts"}
    app = {"accessor": {"identifier": CLEAN}, "timeStamp": "2026-01-05T10:00:00.000+08:00"}
    (folder / "report.ndjson").write_text(json.dumps({**begin, **app}), encoding="utf-8")
    (folder / "calls.xml").write_text(calls, encoding="utf-8")
    return folder


class Does:
    """Runs commands, and knows which of all there are it ran."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        #: by the command's whole name: what it was run with
        self.ran: dict[str, tuple[str | Path, ...]] = {}

    def __call__(
        self, *arguments: str | Path, code: tuple[int, ...] = (0, 3), home: str = ""
    ) -> None:
        more = {"KIT_HOME": home, "KIT_KEY_FILE": f"{home}/key"} if home else {}
        self.ran[named(arguments)] = arguments
        done = self._kit(*arguments, **more)
        assert done.exit_code in code, (arguments, done.output)

    def said(self, *arguments: str) -> str:
        """What a command shows."""
        return self._kit(*arguments).stdout


def every_command(one: click.Command = cli, name: str = "") -> Iterator[str]:
    """The whole name of every command that does something."""
    if not isinstance(one, click.Group) or one.invoke_without_command:
        yield name
    if isinstance(one, click.Group):
        context = click.Context(one)
        for part in one.list_commands(context):
            below = one.get_command(context, part)
            assert below is not None
            yield from every_command(below, f"{name} {part}".strip())


def named(arguments: Sequence[str | Path]) -> str:
    """The whole name of the command that these words run."""
    every, name = set(every_command()), ""
    for word in arguments:
        longer = f"{name} {word}".strip()
        if not any(f"{one} ".startswith(f"{longer} ") for one in every):
            break
        name = longer
    return name


def by_command(do: Does, theirs: Path) -> None:
    """The way from the import to letters, with all that is written on it."""
    do("import", theirs / "book.vcf")
    do("choose", "--me", OWN, "--emergency", NAME, "--everyone-else")
    do("choose", "--csv", "table.csv")
    do("contacts", "--json")
    do("contacts", "split", NAME, code=(1,))
    do("plan", "--via", "outbox", "--from", OWN, "--line", LINE, "--open", NAME)
    do("preview", NAME)
    do("send", "--to", "rehearsal", "--yes", "2")
    for word in ("status", "begin", "sync", "replies", "doctor", "facts", "key"):
        do(word)
    do("doctor", "--report", "report.txt", "--yes")
    do()
    do("guide", "--to", "for-me", "--for", "me")
    do("audit", "--checklist", "--to", "checklist")
    do("audit", theirs / "report.ndjson", "--picture", "apps.svg")


def by_evidence(do: Does, theirs: Path) -> None:
    """What was told and what was kept of it, with copies and pictures."""
    said = f"【来电记录】\n时间：2026-01-06 14:30\n说了什么：{SAID}"
    for minute in "012":
        do("inbox", "add", "--from", NAME, said.replace("14:30", f"14:3{minute}"))
    do("inbox")
    at = ("--kind", "call", "--at", "2026-01-05T22:30+08:00", "--as", LENDER)
    do("evidence", "add", *at, "--to", NAME, "--said", SAID, "--file", theirs / "shot.png")
    do("evidence", "attach", "1", theirs / "shot.png", "--handed-by", OTHER)
    do("evidence", "import", theirs / "calls.xml", "--from", NUMBER)
    do("evidence", "collectors")
    do("evidence", "decline", waiting(do, 0))
    do("evidence", "accept", waiting(do, 1))
    do("evidence", "list", "--json")
    do("evidence", "report")
    do("evidence", "verify")
    do("evidence", "timestamp", "--list")
    do("evidence", "export", "copy")
    do("evidence", "export", "copy.zip", "--zip")
    do("evidence", "picture", "pictures", "--png")
    do("evidence", "save", "2", "out.png")
    do("evidence", "remove", "2", "--yes")


def by_letter(do: Does) -> None:
    """Every letter and complaint; one of each was sent, and answered."""
    facts = [f"name={OWN}", f"phone={NUMBER}", f"lender={LENDER}"]
    do("letter", "facts", *(part for one in facts for part in ("--set", one)))
    for ending in ("html", "txt", "docx"):
        do("letter", "stop", "--to", f"stop.{ending}")
    for kind, body in (("letter", "stop"), ("complaint", "12378")):
        do(kind, "sent", body, "--on", "2026-02-01", "--reference", REFERENCE)
        do(kind, "answered", body, "--on", "2026-02-03")
        do(kind, "not-sent", body, code=(0, 1))
    do("complaint", "next")
    for name in every_command():
        kind, _, draft = name.partition(" ")
        if kind in ("letter", "complaint") and name not in do.ran:
            do(kind, draft, "--to", f"{draft}.html", code=(0, 1))  # some lack a line of the sheet


def by_hand(do: Does) -> None:
    """What people say themselves, a page for the phone, another key, and a backup elsewhere."""
    home = Path(os.environ["KIT_HOME"])
    do("key", "--file", home / "other-key")
    (home / "other-key").replace(os.environ["KIT_KEY_FILE"])
    do("plan", "--via", "page")
    do("send", "--to", "page.html", "--yes", "2")
    do("take-back")
    do("told", NAME)
    do("retry", OTHER, code=(0, 1))
    do("stop", OTHER)
    do("backup", "all.kit")
    do("restore", "all.kit", home=f"{home}-2")


def waiting(do: Does, number: int) -> str:
    """The id of a report that waits."""
    return str(json.loads(do.said("inbox", "--json").splitlines()[number])["id"])


def by_picture(clock: Clock) -> None:
    """A code on the screen, as a file, when the power fails."""
    store = open_store(load(), Nobody(), clock, clock.rest)
    number, _ = handing.own_number(store, NUMBER)
    with picture(store, Path("code.png")) as shown:
        shown.show(Form.SMSTO, number, SAID)
        content = Path("code.png").read_bytes()
    Path("code.png").write_bytes(content)
    store.close()


def by_page(clock: Clock, theirs: Path) -> None:
    """The local page: an upload, every page, a search, a copy to be saved."""
    client: Client = sit_down(clock)
    client.desk.open(Nobody())
    client.enter()
    files = [(BytesIO((theirs / "book.vcf").read_bytes()), f"{NAME}.vcf")]
    assert client.post("/import", {"files": files}).status_code == 303
    for rule in list(client.browser.application.url_map.iter_rules()):
        if "GET" in (rule.methods or ()) and not rule.arguments:
            client.get(rule.rule)
    assert client.post("/choose", {"search": NAME}).status_code < 500
    typed = {"passphrase": SEALED, "again": SEALED}
    assert client.post("/backup", typed).status_code == 303
    home = client.desk.settings.home
    assert (home / "kit.db-wal").stat().st_size
    assert hits(home) == set()  # as the power would leave it
    client.desk.close()


def faults(kit: Kit, do: Does, monkeypatch: pytest.MonkeyPatch) -> str:
    """What each command says when the kit itself is wrong, with all of it in its hands."""

    def broken(*_: object, **__: object) -> None:
        words = (NAME, NUMBER, SAID)
        raise RuntimeError(*words)

    said, codes = [], Counter[int]()
    with monkeypatch.context() as wrong:
        for opening in ("cli.talk.Talk.open", "actions.cases.open_clinic", "actions.cases.migrate"):
            wrong.setattr(f"kit.{opening}", broken)
        for name in sorted(do.ran):
            done = kit(*name.split(), *(_bare(do.ran[name], name)))
            codes[done.exit_code] += 1
            said.append(done.output)
    assert codes[70] > 40
    return "".join(said)


def _bare(arguments: Sequence[str | Path], name: str) -> Sequence[str | Path]:
    """What the command was given, but for its name."""
    return arguments[len(name.split()) :]


def completion(kit: Kit) -> str:
    """What a shell offers: commands, and nobody."""

    def offered(words: str, place: int) -> str:
        asked = {"COMP_WORDS": words, "COMP_CWORD": f"{place}", "_KIT_COMPLETE": "bash_complete"}
        return kit(**asked).output

    assert "plain,stop" in offered("kit st", 1)
    asked = [("kit stop ", 2), (f"kit stop {NAME[:1]}", 2), ("kit preview ", 2)]
    return "".join(offered(words, place) for words, place in asked)


def test_nothing_of_it_is_anywhere_but_in_files_that_are_remembered_and_then_nowhere(
    kit: Kit,
    places: Path,
    theirs: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    do = Does(kit)
    by_command(do, theirs)
    by_evidence(do, theirs)
    by_letter(do)
    by_picture(clock)
    by_page(clock, theirs)
    by_hand(do)
    said = faults(kit, do, monkeypatch) + completion(kit)

    by_another_test = {one for one in every_command() if one.split(" ")[0] in CLINIC}
    assert set(every_command()) - set(do.ran) - by_another_test == {"serve", "erase"}  # see below
    settings = load()
    store = open_store(settings, Nobody(), clock)
    remembered = {*store.book.written(), *loose.remembered(settings)}
    store.close()
    assert len(hits(places)) > 25
    assert hits(places / "home", places / "home-2", places / "tmp", places / "user") == set()
    assert any(one.stat().st_size > 1000 for one in (places / "home").glob("journal*.jsonl"))
    files = {path for path in places.rglob("*") if path.is_file() and "home" not in path.parts[-2]}
    assert {one for one in files if remembered.isdisjoint({one, *one.parents})} == set()
    assert not any(one in f"{said}{caplog.text}" for one in SECRETS)

    do("erase", "--yes", code=(0,))
    do("erase", "--yes", code=(0,), home=f"{settings.home}-2")
    assert {path for path in places.rglob("*") if path.is_file()} == set()
    assert hits(places) == set()
    assert not any(one in caplog.text for one in SECRETS)


def in_a_clinic(do: Does, theirs: Path, case: str) -> None:
    """A case, from the import until a worker has sent what waits, and after."""
    do("import", theirs / "book.vcf")
    do("choose", "--me", OWN, "--emergency", NAME, "--everyone-else")
    fast = ("--hours", "00:00-24:00", "--max-per-second", "0")
    do("plan", "--via", "twilio", "--from", OWN, "--line", LINE, "--open", NAME, *fast)
    do("send", "--yes", "2", code=(0,))
    do("case", "pause", case, code=(0,))
    do("case", "resume", case, code=(0,))
    do("worker", "--until-idle", code=(0,))
    for word in ("status", "begin", "sync", "replies", "doctor"):
        do(word)
    by_evidence(do, theirs)
    by_letter(do)
    do("stop", OTHER)
    do("case", "list", "--json")
    do("case", "keys", "--to", "cases.keys", code=(0,))
    do("case", "keys", "--from", "cases.keys", code=(0,))
    do("case", "close", case, code=(0,))
    do("case", "move", "--out", "out.kit", case, code=(0,))
    do("case", "move", "out.kit", code=(0,))


def test_a_clinics_database_and_the_disks_beside_it_have_nothing_of_it(
    kit: Kit,
    places: Path,
    theirs: Path,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    do = Does(kit)
    monkeypatch.setenv("KIT_DATABASE_ADMIN_URL", database.admin_url)
    do("migrate", code=(0,))
    case = json.loads(kit("case", "new", NAME, "--json").stdout)["id"]
    do.ran["case new"] = ("case", "new", NAME)
    monkeypatch.setenv("KIT_CASE", case)
    with TwilioStandin() as server:
        for name, value in of_twilio(server).settings.items():
            monkeypatch.setenv(name, value)
        in_a_clinic(do, theirs, case)
        assert len(server.messages) == 2
        dump = dumped(database)
        do("case", "move", "--out", "case.kit", code=(0,))
        for message in server.messages:
            server.deliver(message["sid"])
        do("case", "erase", "--yes", code=(0,))
        assert server.messages == []
    files = {path for path in places.rglob("*") if path.is_file() and "home" not in path.parts[-2]}
    said = faults(kit, do, monkeypatch)

    ran = {one for one in every_command() if one.split(" ")[0] in CLINIC}
    assert ran - set(do.ran) == set()
    assert {path for path in files if path.name != "cases.keys"} == set()
    assert case.encode() in dump
    assert case.encode() not in dumped(database)
    assert not [one for one in SPELT if one in dump]
    assert hits(places / "home", places / "tmp", places / "user") == set()
    assert not any(one in f"{said}{caplog.text}" for one in SECRETS)

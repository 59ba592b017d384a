"""The kit does all it can with seeded names, numbers and words; then the disk is searched."""

from __future__ import annotations

import os
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from conftest import card
from desks import Client, sit_down

from kit.actions import handing
from kit.actions.picture import picture
from kit.actions.store import open_store
from kit.actions.unlocking import Nobody
from kit.model import Form
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result
    from conftest import Clock

    Kit = Callable[..., Result]

NAME, OTHER, OWN = "阙窈娘", "Zsófia Quetzal", "麹小满"
NUMBER, SECOND = "13800000917", "13800000918"
SAID, LINE, REPLY = "紫貂帽子的事要告诉全厂", "周六照旧吃饺子", "饺子我带醋"
SEALED = "七夕不吃香菜"
SECRETS = (NAME, OTHER, OWN, NUMBER, SECOND, SAID, LINE, REPLY, SEALED)


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
    return encoded | {escaped, escaped.upper()}


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
    (folder / "calls.xml").write_text(calls, encoding="utf-8")
    return folder


def do(kit: Kit, *arguments: str | Path, code: tuple[int, ...] = (0, 3)) -> None:
    done = kit(*arguments)
    assert done.exit_code in code, (arguments, done.output)


def by_command(kit: Kit, theirs: Path) -> None:
    """The way from the import to letters, with all that is written on it."""
    do(kit, "import", theirs / "book.vcf")
    do(kit, "choose", "--me", OWN, "--emergency", NAME, "--everyone-else")
    do(kit, "choose", "--csv", "table.csv")
    do(kit, "plan", "--via", "outbox", "--from", OWN, "--line", LINE, "--open", NAME)
    do(kit, "preview", NAME)
    do(kit, "send", "--to", "rehearsal", "--yes", "2")
    do(kit, "status")
    do(kit, "guide", "--to", "guide")
    do(
        kit,
        "inbox",
        "add",
        "--from",
        NAME,
        f"【来电记录】\n时间：2026-01-06 14:30\n说了什么：{SAID}",
    )
    do(
        kit,
        "evidence",
        "add",
        "--kind",
        "call",
        "--at",
        "2026-01-05T22:30+08:00",
        "--to",
        NAME,
        "--said",
        SAID,
        "--file",
        theirs / "shot.png",
    )
    do(kit, "evidence", "import", theirs / "calls.xml", "--from", NUMBER)
    do(kit, "evidence", "export", "copy")
    do(kit, "evidence", "export", "copy.zip", "--zip")
    do(kit, "evidence", "picture", "pictures", "--png")
    do(kit, "evidence", "save", "2", "out.png")
    facts = [f"name={OWN}", f"phone={NUMBER}", "lender=示例消费金融有限公司"]
    do(kit, "letter", "facts", *(part for one in facts for part in ("--set", one)))
    for ending in ("html", "txt", "docx"):
        do(kit, "letter", "stop", "--to", f"stop.{ending}")
    do(kit, "backup", "all.kit")
    do(kit, "key", "--file", Path(os.environ["KIT_HOME"], "other-key"))
    Path(os.environ["KIT_HOME"], "other-key").replace(os.environ["KIT_KEY_FILE"])
    do(kit, "plan", "--via", "page")
    do(kit, "send", "--to", "page.html", "--yes", "2")


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
    client.desk.close()


def a_fault(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is said when the kit itself is wrong, with all of it in its hands."""

    def broken(*_: object) -> None:
        words = (NAME, NUMBER, SAID)
        raise RuntimeError(*words)

    with monkeypatch.context() as wrong:
        wrong.setattr("kit.cli.people.people.contacts", broken)
        done = kit("contacts")
    assert done.exit_code == 70
    return done.output


def completion(kit: Kit) -> str:
    """What a shell offers after a command."""
    asked = {
        "COMP_WORDS": f"kit stop {NAME[:1]}",
        "COMP_CWORD": "2",
        "_KIT_COMPLETE": "bash_complete",
    }
    return kit(**asked).output


def test_nothing_of_it_is_anywhere_but_in_files_that_are_remembered_and_then_nowhere(
    kit: Kit,
    places: Path,
    theirs: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    by_command(kit, theirs)
    by_picture(clock)
    by_page(clock, theirs)
    said = a_fault(kit, monkeypatch) + completion(kit)

    store = open_store(load(), Nobody(), clock)
    remembered = set(store.book.written())
    store.close()
    found = hits(places)
    assert len(found) > 15
    journal = [path for path in places.rglob("journal*.jsonl") if path.stat().st_size > 1000]
    assert len(journal) == 1
    stray = {path for path in found if remembered.isdisjoint({path, *path.parents})}
    assert stray == set()
    assert not any(one in f"{said}{caplog.text}" for one in SECRETS)

    do(kit, "erase", "--yes", code=(0,))
    assert hits(places) == set()
    left = {path.relative_to(places).as_posix() for path in places.rglob("*") if path.is_file()}
    assert {one for one in left if not one.startswith("work/guide/")} == set()
    assert not any(one in caplog.text for one in SECRETS)

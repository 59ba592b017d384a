"""SECURITY.md claims nothing that no test shows; and what no other test shows is shown here."""

from __future__ import annotations

import ast
import contextlib
import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from conftest import card

from kit.actions import running
from kit.model import Answer
from kit.settings import load
from kit.web import create_app, wire
from kit.web.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from kit.actions.store import Store

    Kit = Callable[..., Result]

TESTS = Path(__file__).parent
SECURITY = (TESTS.parent / "SECURITY.md").read_text("utf-8")
CITED = re.compile(r"`tests/(\w+\.py)(?:::(\w+))?`")
WHO = SECURITY.split("\n## Who may come", 1)[1].split("\n### Against these nothing", 1)[0]
THREATS = {one.partition("\n")[0]: one for one in WHO.split("\n### ")[1:]}
#: Whom issue and reader look for.
FIRST = [
    "1. A family member at the same computer",
    "2. A stolen laptop",
    "3. A collector who gets the outbox, a text or the guide",
    "4. A hostile contact card",
    "5. A listener on the network",
    "6. A swindler who imitates the notice",
    "7. Somebody who loads a book that is not theirs",
    "8. The provider",
]


def test_the_eight_come_first() -> None:
    assert list(THREATS)[: len(FIRST)] == FIRST


@pytest.mark.parametrize("threat", THREATS)
def test_a_threat_says_what_protects_what_does_not_and_what_shows_it(threat: str) -> None:
    said = re.findall(r"^- \*\*(.+?)\*\*: *(\S?)", THREATS[threat], re.MULTILINE)

    assert [name for name, _ in said] == ["Protects", "Does not", "Shown by"]
    assert said[0][1]
    assert said[1][1]
    assert [name for _, name in CITED.findall(THREATS[threat]) if name]


def test_every_test_that_is_named_is_there() -> None:
    there = {
        (path.name, node.name)
        for path in {TESTS / name for name, _ in CITED.findall(SECURITY)}
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    }

    assert {(name, test) for name, test in CITED.findall(SECURITY) if test} - there == set()


def test_scan_and_send_a_page_and_a_rehearsal_need_no_network(
    kit_then: Kit,
    book: Callable[..., Path],
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even this computer is asked for anything."""
    reached: list[str] = []

    def reaches(*_: object, **__: object) -> NoReturn:
        reached.append("somebody")
        raise OSError

    for name in ("connect", "connect_ex", "sendto", "sendmsg", "bind"):
        monkeypatch.setattr(socket.socket, name, reaches)
    monkeypatch.setattr(socket, "getaddrinfo", reaches)

    def do(*arguments: str | Path) -> None:
        assert kit_then(*arguments).exit_code == 0, arguments

    do("import", book(card("妈妈", "13800000001"), card("姐姐", "13800000003")))
    do("choose", "--everyone-else")
    do("plan", "--via", "outbox", "--from", "小明")
    do("send", "--to", tmp_path / "rehearsal", "--yes", "2")
    do("plan")
    do("send", "--to-me", "13800000999")
    with running.run(store, store.current_plan(), 2) as run:
        first = next(iter(run.handing_over()))
        run.answer(first, Answer.SENT)
    do("plan", "--via", "page")
    do("send", "--to", tmp_path / "page.html", "--yes", "1")
    do("sync", "--page", "1")
    do("status")
    assert reached == []

    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", 9))
    assert reached  # it would have been seen


def test_the_page_is_there_for_this_computer_alone() -> None:
    server = wire.listen(create_app(Desk(load())), 0)
    heard = [one.socket.getsockname()[0] for one in server._map.values() if one.accepting]  # noqa: SLF001
    wire.close(server)

    assert heard == ["127.0.0.1"]

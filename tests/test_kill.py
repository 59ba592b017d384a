"""Promise 2: nothing lost, nothing doubled, whenever the program is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import card, no_passphrase

from kit.actions import progress
from kit.actions.store import open_store
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on Windows")

PEOPLE = 5
KILL_AT = Path(__file__).parent / "kill_at.py"


@pytest.mark.parametrize("time", [1, 3, PEOPLE])
@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("function", ["claim", "send", "record"])
def test_a_run_killed_at_any_boundary_goes_on_and_tells_each_once(
    kit: Callable[..., Result],
    book: Callable[..., Path],
    tmp_path: Path,
    function: str,
    side: str,
    time: int,
) -> None:
    kit("import", book(*(card(f"n{n}", f"1380000000{n}") for n in range(PEOPLE))))
    kit("choose", "--everyone-else")
    kit("plan", "--via", "outbox", "--from", "小明")
    out = tmp_path / "out"
    send = ["send", "--to", str(out), "--yes", str(PEOPLE)]

    killed = subprocess.run(
        [sys.executable, KILL_AT, f"{function}:{side}", str(time), *send],
        check=False,
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL
    assert kit(*send).exit_code == 0

    store = open_store(load(), no_passphrase)
    recipients = Counter(s.recipient for s in progress.standings(store) if s.status == "accepted")
    taken = "SELECT message_id, count(*) AS n FROM attempt a WHERE (SELECT status FROM receipt "
    taken += "WHERE attempt_id = a.id ORDER BY number DESC LIMIT 1) = 'accepted' GROUP BY 1"
    rows = store._connection.rows(taken)  # noqa: SLF001 (the ledger itself is the witness)
    store.close()
    assert set(recipients.values()) == {1}
    assert len(recipients) == PEOPLE
    assert [row["n"] for row in rows] == [1] * PEOPLE
    assert len(list(out.glob("*.txt"))) == PEOPLE


def test_ctrl_c_ends_the_run_after_the_message_on_its_way(
    kit: Callable[..., Result], book: Callable[..., Path], tmp_path: Path
) -> None:
    people = 400
    kit("import", book(*(card(f"n{n}", f"138000{n:05}") for n in range(people))))
    kit("choose", "--everyone-else")
    kit("plan", "--via", "outbox", "--from", "小明")
    out = tmp_path / "out"
    send = ["send", "--to", str(out), "--yes", str(people)]

    running = subprocess.Popen(
        [sys.executable, "-m", "kit", *send], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    while running.poll() is None and not list(out.glob("*.txt")):
        pass
    running.send_signal(signal.SIGINT)
    _, talk = running.communicate()

    assert running.returncode == 3
    assert b"Stopped; " in talk
    assert 0 < len(list(out.glob("*.txt"))) < people
    assert kit("status", "--json").stdout.count('"sending"') == 0
    assert kit(*send).exit_code == 0
    assert len(list(out.glob("*.txt"))) == people

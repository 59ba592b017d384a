"""The pattern report over 10,000 incidents, against reading what is kept of them as JSON.

    python -m benchmarks.finding prepare|report COUNT      with the store that KIT_HOME names

Each size has a process of its own, so that the memory is that of its report.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.delivering import peak_mb
from benchmarks.measures import Row

if TYPE_CHECKING:
    from kit.actions.recording import Told
    from kit.actions.store import Store

FEW, MANY = 1_000, 10_000
ROUNDS = 3
FIRST = datetime(2026, 1, 30, tzinfo=UTC)
SAID = (
    *("说要找人", "请转告他尽快处理", "再不还就上门找你家人麻烦", "我这里是法院", "会上征信", ""),
    *("让他回电话" * 20, "去法院起诉你"),
)


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        few, many = (_itself(f"{folder}/{count}", count) for count in (FEW, MANY))
    return [
        Row("times the seconds of reading their JSON", many["seconds"] / many["baseline"]),
        Row("seconds of the report, 10,000 incidents", many["seconds"], at_most=2),
        Row("seconds of the report, 1,000 incidents", few["seconds"]),
        Row("findings among 10,000 incidents", many["findings"], at_least=1_000),
        Row("MB of memory at most, 1,000 incidents", few["peak_mb"]),
        Row("MB of memory at most, 10,000 incidents", many["peak_mb"], at_most=150),
        Row("MB more than that for 9,000 more", many["peak_mb"] - few["peak_mb"], at_most=40),
        Row("MB that their text takes up by itself", many["text_mb"]),
    ]


def _itself(home: str, count: int) -> dict[str, Any]:
    environment = {**os.environ, "KIT_HOME": home, "KIT_KEY_FILE": f"{home}/key"}
    before = [sys.executable, "-m", "benchmarks.finding"]
    subprocess.run([*before, "prepare", str(count)], env=environment, check=True)
    done = subprocess.run(
        [*before, "report", str(count)],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _opened() -> Store:
    from kit.actions.store import open_store
    from kit.actions.unlocking import Nobody
    from kit.settings import load

    return open_store(load(), Nobody())


def _prepare(count: int) -> None:
    """Calls every 37 minutes, of eleven numbers, to seven people and the borrower."""
    from kit.actions import recording

    store = _opened()
    with store.changing():
        for number in range(count):
            recording.note(store, _told(number))
    store.close()


def _told(number: int) -> Told:
    from kit.actions.recording import Told
    from kit.model import Account, IncidentKind

    return Told(
        kind=IncidentKind.TEXT if number % 9 == 0 else IncidentKind.CALL,
        at=FIRST + timedelta(minutes=37 * number % 400_000, seconds=number % 60),
        number="" if number % 13 == 0 else f"138 0000 {number % 11:04}",
        to="我" if number % 3 == 0 else f"联系人 {number % 7}",
        said_they_were=("", "某某金融", "某某公安局")[number % 97 % 3],
        said=SAID[number % len(SAID)],
        disclosed=number % 4 == 0,
        refused=number % 50 == 0,
        answered=number % 2 == 0,
        account=Account.LOG if number % 2 else Account.BORROWER,
        source=f"calls.xml:{number}",
        original=secrets.token_hex(200),
    )


def _report(count: int) -> dict[str, Any]:
    from kit.actions import finding
    from kit.model import EntryKind

    store = _opened()
    found = finding.report(store)
    peak = peak_mb()
    assert len(found.incidents) == count
    findings = len(found.findings)
    del found
    seconds = min(_seconds(partial(finding.report, store)) for _ in range(ROUNDS))
    sizes = [len(one.content) for one in store.record.contents(EntryKind.INCIDENT)]
    baseline = min(_seconds(partial(_read, store)) for _ in range(ROUNDS))
    store.close()
    return {
        "seconds": seconds,
        "baseline": baseline,
        "findings": findings,
        "peak_mb": peak,
        "text_mb": sum(sizes) / 2**20,
    }


def _read(store: Store) -> int:
    """What is kept of them, as JSON and no more."""
    from kit.model import EntryKind

    return sum(len(json.loads(one.content)) for one in store.record.contents(EntryKind.INCIDENT))


def _seconds(action: partial[Any]) -> float:
    started = time.process_time()
    action()
    return time.process_time() - started


def main(what: str, count: int) -> None:
    if what == "prepare":
        _prepare(count)
    else:
        print(json.dumps(_report(count)))  # noqa: T201 (its result)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

"""Promise 2 in a clinic: many cases, several workers that are killed, a provider with faults.

    python tests/benchmarks/clinic.py --cases 10 --people 50 --workers 2 --kill-every 5

It starts a PostgreSQL of its own; `make clinic` runs it at length. The stand-in's own list is the
judge: nobody lost, nobody doubled, nothing left unknown, no minute in which a sender sent more than
it may. Exit 1 when it is not so. Only counts are printed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

import psycopg
from click.testing import CliRunner
from postgres import running
from standins.twilio import ACCOUNT, NUMBER, TOKEN, Step, TwilioStandin

from kit.cli import cli

if TYPE_CHECKING:
    from collections.abc import Sequence

    from postgres import Database, Server

#: Of all creates, what happens to that share.
FAULTS: list[Step] = [
    {"do": "store and cut", "share": 0.02},
    {"do": "cut", "share": 0.02},
    {"do": "fail", "status": 500, "share": 0.01},
    {"do": "store and fail", "status": 503, "share": 0.01},
    {"do": "store and html", "share": 0.01},
    {"do": "busy", "retry_after": 1, "share": 0.005},
]
#: None of these may be.
WRONG = ("doubled", "lost", "unknown", "unnoticed", "not sent", "too fast")
KIT = """
from kit.channels.twilio import TwilioChannel
TwilioChannel.__init__.__kwdefaults__["timeouts"] = (5.0, 1.5)
from kit.cli import main
main()
"""


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def kit(*arguments: str, **more: str) -> str:
    """A command in this process; what it says."""
    done = CliRunner(env=more).invoke(cli, arguments)
    if done.exit_code not in (0, 3):
        raise SystemExit(f"{arguments}: {done.output} {done.exception!r}")
    return done.stdout


def book(case: int, people: int) -> str:
    cards = []
    for n in range(people):
        number = 50_000_000 + case * 10_000 + n
        cards += ["BEGIN:VCARD", "VERSION:3.0", f"FN:n{n}", f"TEL;TYPE=CELL:+86139{number}"]
        cards += ["END:VCARD", ""]
    return "\r\n".join(cards)


def open_cases(count: int, people: int, per_second: float, folder: Path) -> list[str]:
    """Cases with a plan each, confirmed; all of them share one sender."""
    ids = []
    fast = ("--max-per-second", f"{per_second:g}", "--max-per-hour", "0", "--max-per-day", "0")
    for case in range(count):
        made = json.loads(kit("case", "new", f"case {case}", "--json"))
        ids.append(made["id"])
        file = folder / f"{case}.vcf"
        file.write_text(book(case, people))
        here = {"KIT_CASE": made["id"]}
        kit("import", str(file), **here)
        kit("choose", "--everyone-else", **here)
        kit("plan", "--via", "twilio", "--from", "小明", "--hours", "00:00-24:00", *fast, **here)
    for id_ in ids:
        kit("send", "--yes", str(people), KIT_CASE=id_)
    return ids


class Crowd:
    """Workers, each a process; one of them is killed now and then."""

    def __init__(self, count: int, log: Path, more: Sequence[str]) -> None:
        self._log = log.open("a")
        self._more = more
        self.kills = 0
        self.workers = [self._start() for _ in range(count)]

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", KIT, "worker", "--until-idle", *self._more]
        return subprocess.Popen(command, stdout=self._log, stderr=self._log)

    def kill_one(self) -> None:
        """The oldest dies without a word, and another takes its place."""
        oldest = self.workers.pop(0)
        if oldest.poll() is None:
            oldest.send_signal(signal.SIGKILL)
            self.kills += 1
        oldest.wait()
        self.workers.append(self._start())

    def are_done(self) -> bool:
        return all(one.poll() is not None for one in self.workers)


def run(crowd: Crowd, standin: TwilioStandin, server: Server, options: argparse.Namespace) -> float:
    """Until nothing is left; how many seconds from the first to the last create."""
    began = killed = time.monotonic()
    restarted = not options.restart
    while not crowd.are_done():
        time.sleep(0.1)
        now = time.monotonic()
        if not restarted and len(standin.messages) > options.cases * options.people / 3:
            server.restart()
            restarted = True
        is_far = len(standin.messages) < options.cases * options.people * 0.95
        if options.kill_every and now - killed > options.kill_every and is_far:
            crowd.kill_one()
            killed = now
        if now - began > options.longest:
            raise SystemExit("it hangs")
    return standin.came_at[-1] - standin.came_at[0]


@dataclass(frozen=True)
class Cost:
    """What the database has done so far."""

    wal_bytes: int
    bytes: int
    #: of all its processes; nothing where they are not on this computer
    processor_s: float

    @classmethod
    def now(cls) -> Cost:
        """As the owner of the database sees it."""
        with psycopg.connect(os.environ["KIT_DATABASE_ADMIN_URL"]) as raw:
            row = raw.execute(
                "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::BIGINT,"
                " pg_database_size(current_database()), current_setting('data_directory')"
            ).fetchone()
        assert row is not None
        return cls(row[0], row[1], _processor_s(Path(row[2])))


def _processor_s(data: Path) -> float:
    """Of the server and all that it started, also of what has ended."""
    try:
        server = (data / "postmaster.pid").read_text().split()[0]
    except OSError:
        return 0
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            of, parent, times = _ticks(stat.read_text())
            ticks += sum(times) if of == server else sum(times[:2]) if parent == server else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks(stat: str) -> tuple[str, str, list[int]]:
    """Whose it is, who started it; its own ticks, and those of its children that have ended."""
    fields = stat.rpartition(")")[2].split()
    return stat.split(maxsplit=1)[0], fields[1], [int(one) for one in fields[11:15]]


def most_in_a_minute(at: Sequence[float]) -> int:
    """How many at most in any minute, wherever it begins."""
    return max(bisect_left(at, one + 60) - n for n, one in enumerate(at))


def judge(ids: Sequence[str], standin: TwilioStandin, people: int) -> Counter[str]:
    """What the provider took, against what each case believes."""
    taken = Counter(m["to"] for m in standin.messages)
    counts = Counter(doubled=sum(n > 1 for n in taken.values()), lost=0, unknown=0, unnoticed=0)
    for id_ in ids:
        rows = [json.loads(line) for line in kit("status", "--json", KIT_CASE=id_).splitlines()]
        for row in rows:
            counts[f"status {row['status']}"] += 1
            told = row["status"] in ("accepted", "delivered")
            counts["unknown"] += row["status"] in ("unknown", "sending")
            counts["lost"] += told and not taken[row["recipient"]]
            counts["unnoticed"] += not told and bool(taken[row["recipient"]])
            counts["not sent"] += row["status"] == "planned"
        counts["lost"] += people - len(rows)
    counts["taken"] = taken.total()
    return counts


def tell(whose: str, amount: float, unit: str, counts: Counter[str]) -> None:
    say(f"{amount / max(1, counts['taken']):.1f} {unit} for each message ({whose})")


def tell_costs(before: Cost, after: Cost, counts: Counter[str]) -> None:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    tell("workers", (used.ru_utime + used.ru_stime) * 1000, "ms of a processor", counts)
    database_ms = (after.processor_s - before.processor_s) * 1000
    tell("database", database_ms, "ms of a processor", counts)
    tell("database", (after.wal_bytes - before.wal_bytes) / 1024, "KiB of its log", counts)
    tell("database", (after.bytes - before.bytes) / 1024, "KiB more than before", counts)


def too_fast(came_at: Sequence[float], seconds: float, per_second: float) -> int:
    """How many more went in the fullest minute than may."""
    most, may = most_in_a_minute(sorted(came_at)), 60 * per_second
    used = len(came_at) / seconds / per_second
    say(f"at most {most} in any minute of {may:g} that may; {used:.1%} of the rate used")
    return max(0, most - int(may))


def prove(
    options: argparse.Namespace, standin: TwilioStandin, server: Server, folder: Path
) -> Counter[str]:
    """Open the cases, let the workers do it, look what has become of it."""
    kit("migrate")
    began = time.monotonic()
    ids = open_cases(options.cases, options.people, options.per_second, folder)
    say(f"{time.monotonic() - began:.1f} s to open the cases")
    standin.conduct.latency_s = options.latency
    standin.conduct.rate = FAULTS if options.faults else []
    log = Path(options.log or folder / "log")
    began, before = time.monotonic(), Cost.now()
    crowd = Crowd(options.workers, log, ["--threads", str(options.threads)])
    seconds = run(crowd, standin, server, options)
    say(f"{time.monotonic() - began:.1f} s in all, {crowd.kills} kills")
    after, counts = Cost.now(), judge(ids, standin, options.people)
    tell_costs(before, after, counts)
    say(f"{len(standin.came_at) / seconds:.1f} creates a second over {seconds:.1f} s")
    if options.per_second:
        counts["too fast"] = too_fast(standin.came_at, seconds, options.per_second)
    say(dict(counts))
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, usual in {"cases": 10, "people": 50, "workers": 2, "threads": 8}.items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--kill-every", type=float, default=0)
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--per-second", type=float, default=0, help="what the sender may; 0: all")
    parser.add_argument("--longest", type=float, default=900)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--log", default="", help="where the workers say what they have to say")
    parser.add_argument("--restart", action="store_true", help="the database, once")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, TwilioStandin() as standin, running() as server:
        os.environ.update(settings(folder, standin.url, server.database))
        counts = prove(options, standin, server, Path(folder))
    sys.exit(any(counts[name] for name in WRONG))


def settings(folder: str, url: str, database: Database) -> dict[str, str]:
    return {
        "KIT_DATABASE_URL": database.url(),
        "KIT_DATABASE_ADMIN_URL": database.admin_url,
        "KIT_HOME": f"{folder}/home",
        "KIT_KEY_FILE": f"{folder}/home/key",
        "KIT_HEARTBEAT_S": os.environ.get("KIT_HEARTBEAT_S", "1"),
        "KIT_SETTLE_S": "3",
        "KIT_LANG": "en",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "KIT_TWILIO_SENDER": NUMBER,
        "KIT_TWILIO_BASE_URL": url,
    }


if __name__ == "__main__":
    main()

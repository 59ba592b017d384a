"""Promise 2 in a clinic: many cases, several workers that are killed, a provider with faults.

    python tests/benchmarks/clinic.py --cases 10 --people 50 --workers 2 --kill-every 5

It needs an empty PostgreSQL (KIT_DATABASE_ADMIN_URL, and KIT_DATABASE_URL for kit_app). The
stand-in's own list is the judge: nobody lost, nobody doubled, nothing left unknown. Exit 1 when it
is not so. Only counts are printed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from click.testing import CliRunner
from standins.twilio import ACCOUNT, NUMBER, TOKEN, Step, TwilioStandin

from kit.cli import cli

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Of all creates, what happens to that share.
FAULTS: list[Step] = [
    {"do": "store and cut", "share": 0.02},
    {"do": "cut", "share": 0.02},
    {"do": "fail", "status": 500, "share": 0.01},
    {"do": "store and fail", "status": 503, "share": 0.01},
    {"do": "store and html", "share": 0.01},
    {"do": "busy", "retry_after": 1, "share": 0.005},
]
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


def open_cases(count: int, people: int, folder: Path) -> list[str]:
    """Cases with a plan each, confirmed."""
    ids = []
    fast = ("--max-per-second", "0", "--max-per-hour", "0", "--max-per-day", "0")
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


def run(crowd: Crowd, standin: TwilioStandin, options: argparse.Namespace) -> float:
    """Until nothing is left; how many seconds from the first to the last create."""
    began = killed = time.monotonic()
    restarted = not options.restart
    while not crowd.are_done():
        time.sleep(0.1)
        now = time.monotonic()
        if not restarted and len(standin.messages) > options.cases * options.people / 3:
            subprocess.run(options.restart.split(), check=True)
            restarted = True
        is_far = len(standin.messages) < options.cases * options.people * 0.95
        if options.kill_every and now - killed > options.kill_every and is_far:
            crowd.kill_one()
            killed = now
        if now - began > options.longest:
            raise SystemExit("it hangs")
    return standin.came_at[-1] - standin.came_at[0]


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


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, usual in {"cases": 10, "people": 50, "workers": 2, "threads": 16}.items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--kill-every", type=float, default=0)
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--longest", type=float, default=900)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--log", default="", help="where the workers say what they have to say")
    parser.add_argument("--restart", default="", help="a command that restarts the database")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, TwilioStandin() as standin:
        settings: dict[str, Any] = {
            "KIT_HOME": f"{folder}/home",
            "KIT_KEY_FILE": f"{folder}/home/key",
            "KIT_HEARTBEAT_S": os.environ.get("KIT_HEARTBEAT_S", "1"),
            "KIT_SETTLE_S": "3",
            "KIT_LANG": "en",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "KIT_TWILIO_SENDER": NUMBER,
            "KIT_TWILIO_BASE_URL": standin.url,
        }
        os.environ.update(settings)
        kit("migrate")
        began = time.monotonic()
        ids = open_cases(options.cases, options.people, Path(folder))
        say(f"{time.monotonic() - began:.1f} s to open the cases")
        standin.conduct.latency_s = options.latency
        standin.conduct.rate = FAULTS if options.faults else []
        crowd = Crowd(
            options.workers,
            Path(options.log or f"{folder}/log"),
            ["--threads", str(options.threads)],
        )
        began = time.monotonic()
        seconds = run(crowd, standin, options)
        counts = judge(ids, standin, options.people)
        say(f"{time.monotonic() - began:.1f} s in all, {crowd.kills} kills")
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        each = (used.ru_utime + used.ru_stime) * 1000 / max(1, counts["taken"])
        say(f"{each:.1f} ms of a processor for each message, in the workers")
        say(f"{len(standin.came_at) / seconds:.1f} creates a second over {seconds:.1f} s")
        say(dict(counts))
        wrong = sum(
            counts[name] for name in ("doubled", "lost", "unknown", "unnoticed", "not sent")
        )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

"""Promise 2 at length: a provider that fails in every way it can, and kills; `make prove`.

Invented people are told through a stand-in for Twilio while `kit send` is killed at random moments
and begun again. Then the stand-in's own list is the judge: nobody lost, nobody doubled, nothing
left unknown, nobody told after wanting no more. Exit 1 when it is not so. Only counts are printed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from standins.twilio import ACCOUNT, NUMBER, TOKEN, Step, TwilioStandin

from kit.actions.store import open_store
from kit.actions.unlocking import Nobody
from kit.settings import load

SETTLE_S = 1
#: The command line as it is, but that it waits less long for an answer.
KIT = """
from kit.channels.twilio import TwilioChannel
TwilioChannel.__init__.__kwdefaults__["timeouts"] = (5.0, 1.5)
from kit.cli import main
main()
"""
#: A command that takes longer hangs.
LONGEST_S = 180

#: What happens to creates for that share of the people, once.
FAULTS: dict[str, tuple[float, Step]] = {
    "stored, then cut": (0.03, {"do": "store and cut"}),
    "cut before storing": (0.03, {"do": "cut"}),
    "stored, answer torn": (0.01, {"do": "store and tear"}),
    "500 before storing": (0.02, {"do": "fail", "status": 500}),
    "503 before storing": (0.02, {"do": "fail", "status": 503}),
    "stored, then 500": (0.02, {"do": "store and fail", "status": 500}),
    "stored, then 503": (0.02, {"do": "store and fail", "status": 503}),
    "stored, then time-out": (0.02, {"do": "take", "seconds": 4}),
    "429": (0.01, {"do": "busy"}),
    "429 with Retry-After": (0.01, {"do": "busy", "retry_after": 1}),
    "HTML before storing": (0.01, {"do": "html"}),
    "stored, then HTML": (0.01, {"do": "store and html"}),
    "unknown status word": (0.02, {"do": "take", "word": "pondering"}),
    "slow answer": (0.03, {"do": "take", "seconds": 0.3}),
}
#: What is refused to that share of the people, however often it is tried.
REFUSALS = {21211: 0.02, 21610: 0.02, 21614: 0.02}
OFTEN = 50
OPT_OUT = 21610
#: What the receipt says in the end; nothing: it never comes.
RECEIPTS: dict[tuple[str, int | None], float] = {
    ("delivered", None): 0.82,
    ("undelivered", 30003): 0.04,
    ("undelivered", 30005): 0.04,
    ("", None): 0.1,
}
GONE_ADDRESS = ("undelivered", 30005)


@dataclass
class Person:
    """Somebody invented: their numbers, what is refused to the first, and what its receipt says."""

    numbers: list[str]
    refusal: int = 0
    receipt: tuple[str, int | None] = ("", None)
    #: where in the stand-in's list their wish to get no more stands
    stopped_at: int | None = None

    @property
    def wants_none(self) -> bool:
        return self.refusal == OPT_OUT or self.stopped_at is not None

    @property
    def expected(self) -> list[str]:
        """The numbers at which the provider must have taken one message in the end."""
        gone = self.receipt == GONE_ADDRESS
        if self.wants_none:
            return []
        if self.refusal:
            return self.numbers[1:]
        return self.numbers if gone else self.numbers[:1]


@dataclass
class Town:
    """All the people, and the provider's conduct to them."""

    people: list[Person]
    script: dict[str, list[Step]]

    @classmethod
    def of(cls, count: int, chance: random.Random) -> Town:
        people, script = [], {}
        for n in range(count):
            second = [f"+86139{50_000_000 + n}"] if chance.random() < 0.1 else []
            person = Person([f"+86139{n:08}", *second])
            person.receipt = _drawn(chance, RECEIPTS) or ("", None)
            person.refusal = _drawn(chance, REFUSALS) or 0
            if person.refusal:
                refused = {"do": "refuse", "code": person.refusal}
                script[person.numbers[0]] = [refused] * OFTEN
            elif steps := _faults(chance):
                script[person.numbers[0]] = steps
            people.append(person)
        return cls(people, script)

    def cards(self) -> str:
        lines = []
        for n, person in enumerate(self.people):
            lines += ["BEGIN:VCARD", "VERSION:3.0", f"FN:n{n}"]
            lines += [f"TEL;TYPE=CELL:{number}" for number in person.numbers] + ["END:VCARD", ""]
        return "\r\n".join(lines)


def _drawn(chance: random.Random, shares: dict[Any, float]) -> Any:  # noqa: ANN401
    left = chance.random()
    for what, share in shares.items():
        left -= share
        if left < 0:
            return what
    return None


def _faults(chance: random.Random) -> list[Step]:
    """None, one, or a few after another."""
    steps = []
    while name := _drawn(chance, {name: share for name, (share, _) in FAULTS.items()}):
        steps.append(dict(FAULTS[name][1]))
    return steps


@dataclass
class Trial:
    """One borrower, one provider, and many deaths."""

    town: Town
    standin: TwilioStandin
    home: Path
    chance: random.Random
    count: Counter[str] = field(default_factory=Counter)
    exits: Counter[int] = field(default_factory=Counter)
    #: messages of the stand-in up to here have had their receipts
    receipts_to: int = 0
    doubled: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        inherited = ("KIT_", "TWILIO_", "LC_", "COVERAGE", "LANG")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(inherited)}
        self.environment = environment | {
            "KIT_HOME": str(self.home),
            "KIT_KEY_FILE": str(self.home / "key"),
            "KIT_LANG": "en",
            "KIT_SETTLE_S": str(SETTLE_S),
            "KIT_TWILIO_BASE_URL": self.standin.url,
            "KIT_TWILIO_SENDER": NUMBER,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
        }
        self.owner = {n: person for person in self.town.people for n in person.numbers}

    def prepare(self) -> None:
        """Import, choose, plan; the number to confirm is the plan's own."""
        book = self.home.parent / "people.vcf"
        book.write_text(self.town.cards(), encoding="utf-8")
        self.kit("import", str(book))
        self.kit("choose", "--everyone-else")
        always = ("--hours", "00:00-24:00", "--max-per-second", "0")
        self.kit("plan", "--via", "twilio", "--from", "小明", *always)
        self.send = ("send", "--yes", str(len(self.town.people)))
        self.standin.conduct.script = self.town.script
        if len(self.standings()) != len(self.town.people):
            sys.exit("Not everybody is in the plan.")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", KIT, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    def kit(self, *arguments: str) -> str:
        """Run a command to its end; what it says."""
        self.count[arguments[0]] += 1
        process = self.start(*arguments)
        try:
            said, _ = process.communicate(timeout=LONGEST_S)
        except subprocess.TimeoutExpired:
            self.count["hangs"] += 1
            process.kill()
            said, _ = process.communicate()
        self._look_at(process.returncode, said)
        return said

    def kill(self, most: int) -> None:
        """Kill a `kit send`: in its first seconds, or after some more creates."""
        self.count["send"] += 1
        early = self.chance.random() < 0.25
        seconds = self.chance.uniform(0, 2) if early else LONGEST_S
        creates = self.standin.requests["create"] + self.chance.randrange(max(2, 2 * most))
        process = self.start(*self.send)
        end = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < end:
            if not early and self.standin.requests["create"] >= creates:
                break
            _nap(process, 0.002)
        if not early:
            _nap(process, self.chance.uniform(0, 0.02))
        process.kill()
        said, _ = process.communicate()
        if process.returncode < 0:
            self.count["kills"] += 1
            self.count["hangs"] += not early and time.monotonic() > end
        else:
            self._look_at(process.returncode, said)

    def _look_at(self, code: int, said: str) -> None:
        """A fault of ours is one whatever became of the messages."""
        self.exits[code] += 1
        if code not in (0, 1, 3) or "Traceback" in said or "fault of the kit" in said:
            self.count["faults"] += 1
            sys.stderr.write(said[-2000:])

    def give_receipts(self, *, late: int) -> None:
        """The provider learns what became of all messages but the last ones."""
        end = max(self.receipts_to, len(self.standin.messages) - late)
        for message in self.standin.messages[self.receipts_to : end]:
            person = self.owner.get(message["to"])
            if person is None or message["to"] != person.numbers[0]:
                continue
            if any(self.standin.of(number) for number in person.numbers[1:]):
                self.doubled.add(id(person))  # the second number came while the first was open
            if person.receipt[0]:
                message.update(status=person.receipt[0], error_code=person.receipt[1])
        self.receipts_to = end

    def let_some_stop(self, most: int) -> None:
        """A few people say that they want none, most of them before they are told."""
        self._until_quiet()
        waiting = [p for p in self.town.people if not self.standin.of(p.numbers[0])]
        for person in self.chance.choices([*waiting, *self.town.people[:most]], k=most):
            if not person.wants_none:
                self.standin.reply(person.numbers[0], "退订")
                person.stopped_at = len(self.standin.messages)

    def _until_quiet(self) -> None:
        """What a killed command still had on the line has come in."""
        before = -1
        while before != (before := self.standin.requests["create"]):
            time.sleep(0.1)

    def finish(self) -> None:
        """What the user does in the end: sync and send until nothing changes."""
        before: list[tuple[str, str]] = []
        for _ in range(30):
            self.give_receipts(late=0)
            self.kit("sync")
            self.kit(*self.send)
            after = [(s["message_id"], s["status"]) for s in self.standings()]
            unknown = any(status in ("unknown", "sending") for _, status in after)
            if before == after and not unknown and self.receipts_to == len(self.standin.messages):
                return
            before = after

    def standings(self) -> list[dict[str, Any]]:
        lines = self.kit("status", "--json").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def judge(self) -> dict[str, int]:
        """What must be nothing, by the provider's own list."""
        standings = self.standings()
        taken = {m["sid"] for m in self.standin.messages}
        noted = Counter(s["provider_id"] for s in standings if s["provider_id"])
        statuses = Counter(s["status"] for s in standings)
        later = [p for p in self.town.people if p.wants_none and self._told_after(p)]
        return {
            "lost": sum(self._is_lost(person) for person in self.town.people),
            "doubled": sum(self._is_doubled(person) for person in self.town.people),
            "unknown left": statuses["unknown"] + statuses["sending"],
            "told after wanting no more": len(later),
            "of the ledger, not at the provider": len(set(noted) - taken),
            "faults of the program": self.count["faults"],
            "hangs": self.count["hangs"],
        }

    def _is_lost(self, person: Person) -> bool:
        return any(not self.standin.of(number) for number in person.expected)

    def _is_doubled(self, person: Person) -> bool:
        twice = any(len(self.standin.of(number)) > 1 for number in person.numbers)
        both = len(person.numbers) > 1 and all(self.standin.of(n) for n in person.numbers)
        return twice or id(person) in self.doubled or (both and person.receipt != GONE_ADDRESS)

    def _told_after(self, person: Person) -> bool:
        since = person.stopped_at or 0
        later = {id(m) for m in self.standin.messages[since:]}
        return any(id(m) in later for n in person.numbers for m in self.standin.of(n))

    def unknowns(self) -> tuple[int, int, int]:
        """Attempts that were ever unknown; of these, what was found taken, and what was not."""
        store = open_store(load(self.environment), Nobody())
        sql = (
            "SELECT status, code FROM tried WHERE attempt_id IN "
            "(SELECT attempt_id FROM receipt WHERE status = 'unknown')"
        )
        rows = store._connection.rows(sql)  # noqa: SLF001 (the ledger itself is the witness)
        store.close()
        not_taken = sum(row["status"] == "planned" for row in rows)
        unknown = sum(row["status"] == "unknown" for row in rows)
        return len(rows), len(rows) - not_taken - unknown, not_taken


def _nap(process: subprocess.Popen[str], seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def prove(messages: int, kills: int, seed: int) -> int:
    """Run the trial; the exit code."""
    started = time.monotonic()
    chance = random.Random(seed)  # noqa: S311 (it draws no secret)
    with tempfile.TemporaryDirectory() as folder, TwilioStandin() as standin:
        trial = Trial(Town.of(messages, chance), standin, Path(folder) / "home", chance)
        trial.prepare()
        while trial.count["kills"] < kills:
            trial.kill(most=messages // kills)
            trial.give_receipts(late=chance.randrange(messages // 10))
            if chance.random() < 0.1 or trial.count["kills"] == 1:
                trial.let_some_stop(max(5, messages // 500))
            if chance.random() < 0.1:
                trial.kit("sync")
        trial.finish()
        verdict = trial.judge()
        met, was_taken, not_taken = trial.unknowns()
    told = {
        "people": messages,
        "kills": trial.count["kills"],
        "kit send, begun": trial.count["send"],
        "kit sync": trial.count["sync"],
        "requests to send": standin.requests["create"],
        "messages taken": sum(m["direction"] != "inbound" for m in standin.messages),
        "people who want no more": sum(p.wants_none for p in trial.town.people),
        "unknown, met": met,
        "  settled: was taken": was_taken,
        "  settled: was not": not_taken,
        "seconds": round(time.monotonic() - started),
    }
    for what, number in told.items():
        print(f"{number:8,}  {what}")  # noqa: T201 (a table is its result)
    for what, number in verdict.items():
        print(f"{number:8,}  (must be 0)  {what}")  # noqa: T201
    return int(any(verdict.values()))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    return prove(given.messages, given.kills, given.seed)


if __name__ == "__main__":
    sys.exit(main())

"""Promises 1 and 2 over any order of planning, sending, crashing, receipts, replies and imports."""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conftest import Clock, card, no_passphrase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from standins.twilio import TwilioStandin
from twilio_account import settings

from kit.actions import forgetting, hearing, importing, people, planning, progress, running
from kit.actions.planning import Request
from kit.actions.store import open_store
from kit.channels.twilio import TwilioChannel
from kit.errors import KitError
from kit.model import Group, Meaning, Status

if TYPE_CHECKING:
    from kit.model import Attempt, Receipt

PEOPLE = 6
FAILED = ("undelivered", "failed")
#: Where the process dies: before the bytes leave, after they left, after the answer was read.
BOUNDARIES = ("before", "after")
WRONGS = st.sampled_from(
    [
        {"do": "cut"},
        {"do": "store and cut"},
        {"do": "fail", "status": 503},
        {"do": "store and fail", "status": 500},
        {"do": "busy", "retry_after": 1},
        {"do": "html"},
        {"do": "refuse", "code": 21211},
        {"do": "refuse", "code": 30003},
    ]
)


class CrashError(BaseException):
    """The process is gone: nothing more is written."""


def numbers(person: int) -> list[str]:
    """Every other person has a second number."""
    return [f"+861380000{n}{person:02}" for n in ((10, 20) if person % 2 else (10,))]


class Delivering(RuleBasedStateMachine):
    """One borrower, one provider, one clock."""

    @initialize()
    def begin(self) -> None:
        self.clock = Clock()
        self.stack = contextlib.ExitStack()
        home = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.provider = self.stack.enter_context(TwilioStandin(self.clock))
        self.settings = replace(settings(self.provider.url), home=home, key_file=home / "key")
        self.store = open_store(self.settings, no_passphrase, self.clock, self.clock.rest)
        self.stack.callback(self.store.close)
        self.book = home / "book.vcf"
        self.book.write_text("".join(card(f"p{n}", *numbers(n)) for n in range(PEOPLE)))
        self.wrong_numbers: set[str] = set()
        self.count_at_opt_out: dict[str, int] = {}
        self.forgotten = False
        self.import_again()
        people.choose(self.store, [], everyone_else=True)
        self.plan_again()

    @rule()
    def import_again(self) -> None:
        importing.import_files(self.store, [self.book])

    @rule()
    def forget_and_begin_anew(self) -> None:
        """What nobody knew of then counts as told: whoever was not reached may be lost."""
        forgetting.forget(self.store)
        assert not self.store.book.contacts()
        self.forgotten = True
        self.import_again()
        people.choose(self.store, [], everyone_else=True)
        self.plan_again()

    @rule()
    def plan_again(self) -> None:
        planning.freeze_plan(
            self.store,
            Request(channel="twilio", sender="小明", hours="00:00-24:00", max_per_second=0),
        )

    @rule()
    def send(self) -> None:
        plan = self.store.current_plan()
        with (
            contextlib.suppress(KitError),
            running.run(self.store, plan, len(plan.messages)) as run,
        ):
            list(run.sending())

    @rule(time=st.integers(1, PEOPLE), boundary=st.sampled_from(BOUNDARIES))
    def send_and_crash(self, time: int, boundary: str) -> None:
        real, calls = TwilioChannel.send, Counter[str]()

        def deadly(channel: TwilioChannel, attempt: Attempt) -> Receipt:
            calls["send"] += 1
            dies = calls["send"] >= time
            if dies and boundary == "before":
                raise CrashError
            receipt = real(channel, attempt)
            if dies:
                raise CrashError
            return receipt

        TwilioChannel.send = deadly  # type: ignore[assignment, method-assign]
        try:
            with contextlib.suppress(CrashError):
                self.send()
        finally:
            TwilioChannel.send = real  # type: ignore[method-assign]

    @rule(wrong=WRONGS)
    def something_goes_wrong(self, wrong: dict[str, Any]) -> None:
        self.provider.script("*", wrong)

    @rule(
        which=st.integers(0, 20),
        outcome=st.sampled_from([("delivered", None), ("undelivered", 30005), ("failed", 30003)]),
    )
    def a_receipt_comes(self, which: int, outcome: tuple[str, int | None]) -> None:
        sent = [m for m in self.outbound() if m["status"] == "queued"]
        if sent:
            self.provider.deliver(sent[which % len(sent)]["sid"], *outcome)

    @rule(person=st.integers(0, PEOPLE - 1), times=st.integers(1, 3))
    def somebody_wants_no_more(self, person: int, times: int) -> None:
        """Who said before that they are somebody else speaks for that number alone."""
        first = numbers(person)[0]
        self.provider.reply(first, "退订🙏", times)
        self.sync()
        theirs = {first} if first in self.wrong_numbers else set(numbers(person))
        for number in theirs:
            self.count_at_opt_out.setdefault(number, self.count(number))

    @rule(person=st.integers(0, PEOPLE - 1))
    def a_stranger_has_the_number(self, person: int) -> None:
        if any(m["to"] == numbers(person)[0] for m in self.outbound()):
            self.provider.reply(numbers(person)[0], "发错人了")
            self.wrong_numbers.add(numbers(person)[0])

    @rule()
    def sync(self) -> None:
        hearing.sync(self.store)

    @rule(minutes=st.sampled_from([1, 31, 400]))
    def time_passes(self, minutes: int) -> None:
        self.clock.go(minutes=minutes)

    def outbound(self) -> list[dict[str, Any]]:
        return [m for m in self.provider.messages if m["direction"] != "inbound"]

    def count(self, number: str) -> int:
        return sum(m["to"] == number for m in self.outbound())

    @invariant()
    def nobody_is_told_twice(self) -> None:
        if not hasattr(self, "store"):
            return
        reached = [m["to"] for m in self.outbound() if m["status"] not in FAILED]
        assert all(n == 1 for n in Counter(reached).values())
        for person in range(PEOPLE):
            right = [n for n in numbers(person) if n not in self.wrong_numbers]
            assert sum(n in reached for n in right) <= 1

    @invariant()
    def whoever_wants_no_more_gets_no_more(self) -> None:
        for number, count in getattr(self, "count_at_opt_out", {}).items():
            assert self.count(number) == count

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            with self.stack:
                self.in_the_end_everybody_was_told_once_or_it_is_known_why_not()

    def in_the_end_everybody_was_told_once_or_it_is_known_why_not(self) -> None:
        self.provider.conduct.script.clear()
        for _ in range(4):
            self.clock.go(hours=1)
            self.sync()
            self.plan_again()
            self.send()
            self.nobody_is_told_twice()
        if not self.forgotten:
            self.nobody_is_lost()

    def nobody_is_lost(self) -> None:
        standings = {s.contact_id: s for s in progress.standings(self.store)}
        reached = Counter(m["to"] for m in self.outbound() if m["status"] not in FAILED)
        for contact in self.store.book.contacts():
            person = int(contact.name[1:])
            standing = standings.get(contact.id)
            said = self.store.ledger.opted_out(numbers(person))  # type: ignore[arg-type]
            if Meaning.OPT_OUT in said.values() or contact.group is Group.NOBODY:
                continue
            dead = set(said) | set(
                self.store.ledger.dead(self.store.ledger.real_notice(), "twilio")
            )
            if set(numbers(person)) <= dead:
                continue
            assert standing is not None
            assert standing.status in (Status.ACCEPTED, Status.DELIVERED, Status.UNDELIVERED)
            if standing.status is not Status.UNDELIVERED:
                assert reached[standing.recipient] == 1


TestDelivering = Delivering.TestCase
TestDelivering.settings = hypothesis_settings(max_examples=150, stateful_step_count=30)

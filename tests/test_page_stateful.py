"""Whatever is done in whatever order while pages are out: nobody is told twice, nobody is lost."""

from __future__ import annotations

import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from conftest import Clock, card, no_passphrase
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kit.actions import hearing, importing, paging, people, planning, progress, running, steps
from kit.actions.planning import Request
from kit.actions.store import open_store
from kit.errors import KitError, OtherPageError, PaceError
from kit.model import Answer, Group
from kit.settings import Settings
from kit.words import Words

if TYPE_CHECKING:
    from kit.model import Contact

#: Numbers; cards with two of them make two people one.
NUMBERS = [f"+861380000000{n}" for n in range(1, 7)]
number = st.sampled_from(NUMBERS)
ROWS = st.sets(st.integers(1, 6), min_size=1)
#: Of each person shown in turn: it goes, and the run is killed before an answer.
ANSWERS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=8)
WAYS = ("page", "phone", "outbox", "android", "email", "twilio")
ROW = re.compile(r'href="sms:(\+\d+)[^"]*"><b>(\d+)')


class Pages(RuleBasedStateMachine):
    """A borrower who says what is true, though late; and what they have really sent."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        home = Path(self.folder.name)
        self.clock = Clock()
        self.store = open_store(
            Settings(home=home / "home", language="en", key_file=home / "home" / "key"),
            no_passphrase,
            self.clock,
            self.clock.rest,
        )
        self.file = home / "page.html"
        self.book = home / "book.vcf"
        #: what is in the borrower's hands on the page: number by row
        self.page: dict[int, str] = {}
        self.plan_of_page = ""
        #: rows that are out; shown on it as it is now; gone; gone, and the kit knows
        self.out: set[int] = set()
        self.shown: set[int] = set()
        self.left: set[int] = set()
        self.said: set[int] = set()
        #: numbers to which a text has left, and of which the kit was told so
        self.sent: list[str] = []
        self.known: set[str] = set()
        #: on the telephone, not answered, and whether it went
        self.held: dict[str, bool] = {}
        self.stopped: set[str] = set()
        for one in NUMBERS[:4]:
            self.add(one)
        self.store.book.choose({c.id: Group.EVERYONE for c in self.store.book.contacts()})

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    # --- who is who ---

    def owner(self, address: str) -> Contact:
        (found,) = [c for c in self.store.book.contacts() if address in c.numbers]
        return found

    def everywhere(self, address: str) -> set[str]:
        return set(self.owner(address).numbers)

    def may_not_go(self, address: str) -> str:
        theirs = self.everywhere(address)
        if theirs & self.known:
            return "told"
        if theirs & self.stopped:
            return "stopped"
        if self.owner(address).group not in (Group.EMERGENCY, Group.EVERYONE):
            return "not chosen"
        return ""

    # --- what a person does ---

    def add(self, *numbers: str) -> None:
        self.book.write_text(card("朋友" + numbers[0][-1], *numbers), "utf-8")
        importing.import_files(self.store, [self.book])

    @rule(some=st.lists(number, min_size=1, max_size=2, unique=True))
    def bring_in(self, some: list[str]) -> None:
        self.add(*some)
        people.choose(self.store, [], everyone_else=True)

    @rule(one=number, group=st.sampled_from(list(Group)))
    def choose(self, one: str, group: Group) -> None:
        for c in self.store.book.contacts():
            if one in c.numbers:
                self.store.book.choose({c.id: group})

    @rule(one=number)
    def stop(self, one: str) -> None:
        with suppress(KitError):
            hearing.stop(self.store, one)
            self.stopped.add(one)
            for c in self.store.book.contacts():
                if one in c.numbers:
                    self.stopped.update(c.numbers)

    @rule(one=number)
    def tell_in_person(self, one: str) -> None:
        with suppress(KitError):
            hearing.told(self.store, one)
            self.known.add(one)

    @rule(one=number)
    def retry(self, one: str) -> None:
        """Of whoever was told nobody says that they were not."""
        with suppress(KitError, ValueError):
            if not self.everywhere(one) & self.known:
                hearing.retry(self.store, one)

    @rule()
    def plan_and_make_page(self) -> None:
        self.plan_by("page")
        self.write()

    @rule(answers=ANSWERS)
    def plan_and_scan(self, answers: list[tuple[bool, bool]]) -> None:
        self.plan_by("phone")
        self.scan(answers)

    @rule(via=st.sampled_from(WAYS))
    def plan(self, via: str) -> None:
        self.plan_by(via)

    def plan_by(self, via: str) -> None:
        """A new plan tells nobody who must not be told, and loses nobody."""
        hands = self.in_hands()
        plan = planning.freeze_plan(self.store, Request(channel=via, sender="小明"))
        for m in plan.messages:
            if plan.rehearsal:
                continue
            assert self.may_not_go(m.recipient) == ""
            if via != "phone":
                assert not self.everywhere(m.recipient) & hands, "in the borrower's hands"
        assert len({self.owner(m.recipient).id for m in plan.messages}) == len(plan.messages)
        if via in ("phone", "page"):
            planned = {m.contact_id for m in plan.messages}
            left = [c for c in self.store.book.contacts() if c.id not in planned]
            lost = [
                c for c in left if not (set(c.numbers) & hands or self.may_not_go(c.numbers[0]))
            ]
            assert lost == []

    def in_hands(self) -> set[str]:
        hands = set(self.held)
        hands |= {self.page[n] for n in self.out}
        return hands

    @rule()
    def make_page(self) -> None:
        self.write()

    def write(self) -> None:
        """The page of the plan, where it has one: whoever is on it may be told, and once."""
        plan = self.store.ledger.current_plan()
        if plan is None or plan.channel != "page":
            return
        with running.run(self.store, plan, len(plan.messages), self.file) as run:
            try:
                run.make_page(Words("en"), "en")
            except OtherPageError:
                assert self.out
                return
        markup = self.file.read_text("utf-8")
        mine = {int(row): address for address, row in ROW.findall(markup)}
        assert len(mine) == markup.count("href=")
        for row, address in mine.items():
            assert self.may_not_go(address) == ""
            assert plan.messages[row - 1].recipient == address
        ids = [self.owner(a).id for a in mine.values()]
        assert len(ids) == len(set(ids)), "one person twice on a page"
        assert not set(mine.values()) & set(self.held)
        if plan.id != self.plan_of_page:
            self.left, self.said, self.out, self.page = set(), set(), set(), {}
            self.plan_of_page = plan.id
        self.page |= mine
        self.shown = set(mine)
        self.out |= self.shown

    @precondition(lambda self: self.page)
    @rule(some=ROWS)
    def send_rows(self, some: set[int]) -> None:
        self.tap(some)

    def tap(self, some: set[int]) -> None:
        """Only who is on the page as it is now, and not somebody who was told already."""
        for row in sorted(some & (self.shown - self.left - self.said)):
            if not self.everywhere(self.page[row]) & {*self.sent, *self.known, *self.stopped}:
                self.left.add(row)
                self.sent.append(self.page[row])

    @precondition(lambda self: self.page)
    @rule(some=ROWS)
    def say_which_went(self, some: set[int]) -> None:
        self.say(some)

    def say(self, some: set[int]) -> None:
        some = some & (self.left - self.said)
        if not some:
            return
        paging.confirm_rows(self.store, ",".join(map(str, some)))
        self.said |= some
        self.out -= some
        self.known |= {self.page[n] for n in some}

    @precondition(lambda self: self.page)
    @rule(some=ROWS)
    def slip(self, some: set[int]) -> None:
        """Rows are said to have gone that have not, and at once it is taken back."""
        for row in sorted(some & (self.shown - self.left - self.said)):
            address = self.page[row]
            if self.everywhere(address) & {*self.known, *self.sent}:
                continue
            paging.confirm_rows(self.store, str(row))
            hearing.unsay(self.store, address)
            self.out.discard(row)
            self.shown.discard(row)

    @rule(honest=st.booleans())
    def take_back(self, *, honest: bool) -> None:
        self.bring_back(honest=honest)

    def bring_back(self, *, honest: bool) -> None:
        """Some forget that a few had gone, and say so later."""
        if honest:
            self.say(self.left)
            for address, went in self.held.items():
                if went:
                    hearing.told(self.store, address)
                    self.known.add(address)
        elif any(self.held.values()):
            return
        paging.take_back(self.store)
        self.held = {}
        self.out, self.shown = set(), set()

    @rule(some=ROWS, answers=ANSWERS)
    def go_on_by_phone(self, some: set[int], answers: list[tuple[bool, bool]]) -> None:
        """Some rows have gone, all is taken back, and what went is only said later."""
        self.tap(some)
        self.bring_back(honest=False)
        self.plan_by("phone")
        self.scan(answers)
        self.say(some)
        self.scan(answers)

    @rule(answers=ANSWERS)
    def scan_and_send(self, answers: list[tuple[bool, bool]]) -> None:
        self.scan(answers)

    def scan(self, answers: list[tuple[bool, bool]]) -> None:
        """Scan and send: whoever is shown with a code may be told, and is on no page."""
        plan = self.store.ledger.current_plan()
        if plan is None or plan.channel != "phone":
            return
        with running.run(self.store, plan, len(plan.messages)) as run, suppress(PaceError):
            for (goes, is_killed), shown in zip(answers, run.handing_over(), strict=False):
                address = shown.attempt.recipient
                if shown.may_go:
                    assert self.may_not_go(address) == ""
                    assert not self.everywhere(address) & {self.page[n] for n in self.out}
                went = self.held.pop(address, False)
                if shown.may_go and not went:
                    went = goes
                    self.sent += [address] * went
                if is_killed:
                    self.held[address] = went
                    return
                run.answer(shown, Answer.SENT if went else Answer.NOT_NOW)
                if went:
                    self.known.add(address)

    @rule(hours=st.integers(-48, 80))
    def time_passes(self, hours: int) -> None:
        self.clock.go(hours=hours)

    @invariant()
    def status_can_be_said(self) -> None:
        steps.next_step(self.store)
        progress.standings(self.store)
        plan = self.store.ledger.current_plan()
        if plan is not None:
            progress.to_go(self.store, plan)
            progress.left_out(self.store, plan)


test_nobody_is_told_twice_or_lost_while_pages_are_out = settings(
    max_examples=40, stateful_step_count=15
)(Pages).TestCase

"""Promise 1 and the opt-outs, whatever becomes of the people: imports, splits, choices, replies."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conftest import Clock, no_passphrase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from standins.twilio import TwilioStandin
from twilio_account import settings

from kit.actions import hearing, importing, merging, people, planning, running
from kit.actions.planning import Request
from kit.actions.store import open_store
from kit.errors import KitError
from kit.model import TOLD_GROUPS, Group, Meaning

if TYPE_CHECKING:
    from kit.model import E164, Contact

MOBILES = [f"+861380000100{n}" for n in range(6)]
LANDLINE = "+861055501001"
FAILED = ("undelivered", "failed")
#: What a card of such a small world may say, so that any two often have something in common.
CARDS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["妈妈", "妈妈(旧号)", "王伟", "Wang", ""]),
        "numbers": st.lists(
            st.sampled_from([*MOBILES, *MOBILES, LANDLINE]), min_size=1, max_size=2, unique=True
        )
        | st.just([]),
        "uid": st.sampled_from(["", "", "", "a-uid", "b-uid"]),
        "org": st.sampled_from(["", "", "晨光贸易"]),
    }
)


def written(card: dict[str, Any]) -> str:
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{card['name']}"]
    lines += [f"TEL;TYPE=CELL:{number}" for number in card["numbers"]]
    lines += [f"{key.upper()}:{card[key]}" for key in ("uid", "org") if card[key]]
    return "\r\n".join([*lines, "END:VCARD", ""])


class PeopleAndPromises(RuleBasedStateMachine):
    """One borrower whose book changes all the time, and one provider."""

    @initialize(cards=st.lists(CARDS, min_size=4, max_size=6))
    def begin(self, cards: list[dict[str, Any]]) -> None:
        self.clock = Clock()
        self.stack = contextlib.ExitStack()
        self.home = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.provider = self.stack.enter_context(TwilioStandin(self.clock))
        self.settings = replace(
            settings(self.provider.url), home=self.home, key_file=self.home / "key"
        )
        self.store = open_store(self.settings, no_passphrase, self.clock, self.clock.rest)
        self.stack.callback(self.store.close)
        #: numbers to which nothing may go any more
        self.silent: set[str] = set()
        self.disowned: set[str] = set()
        self.import_a_book(cards, "one")
        self.choose_everyone_else()
        self.plan_again()

    @rule(cards=st.lists(CARDS, min_size=1, max_size=4), name=st.sampled_from(["one", "two"]))
    def import_a_book(self, cards: list[dict[str, Any]], name: str) -> None:
        file = self.home / f"{name}.vcf"
        file.write_text("".join(map(written, cards)), encoding="utf-8")
        self.import_again(name)

    @rule(name=st.sampled_from(["one", "two"]))
    def import_again(self, name: str) -> None:
        """Whoever was never told in part is never told whole."""
        file = self.home / f"{name}.vcf"
        if file.exists():
            before = self.refused()
            importing.import_files(self.store, [file], region="CN")
            assert before <= self.refused()

    @rule(which=st.integers(0, 10))
    def split(self, which: int) -> None:
        if contact := self.somebody(which):
            before = self.refused()
            with contextlib.suppress(KitError):
                merging.split(self.store, contact.id)
            assert before == self.refused()

    @rule(which=st.integers(0, 10), group=st.sampled_from([*TOLD_GROUPS, Group.NOBODY]))
    def choose(self, which: int, group: Group) -> None:
        if contact := self.somebody(which):
            people.choose(self.store, [(group, contact.id)])

    @rule()
    def choose_everyone_else(self) -> None:
        with contextlib.suppress(KitError):
            people.choose(self.store, [], everyone_else=True)

    @rule()
    def tell_everyone_else(self) -> None:
        self.choose_everyone_else()
        self.plan_again()
        self.send()

    @rule()
    def plan_again(self) -> None:
        wishes = Request(channel="twilio", sender="小明", hours="00:00-24:00", max_per_second=0)
        with contextlib.suppress(KitError):
            planning.freeze_plan(self.store, wishes)

    @rule()
    def send(self) -> None:
        """Nothing goes to who was told, wants nothing or is never told."""
        before, refused = self.outbound(), self.refused()
        told = {m["to"] for m in before if m["status"] not in FAILED} - self.disowned
        done = {c.id for c in self.store.book.contacts() if not told.isdisjoint(self.own(c))}
        if (plan := self.store.ledger.current_plan()) is None:
            return
        with (
            contextlib.suppress(KitError),
            running.run(self.store, plan, len(plan.messages)) as run,
        ):
            list(run.sending())
        new = [m["to"] for m in self.outbound()[len(before) :]]
        assert len(set(new)) == len(new)
        assert {m["to"] for m in before if m["status"] not in FAILED}.isdisjoint(new)
        assert refused.isdisjoint(new)
        assert self.silent.isdisjoint(new)
        for contact in self.store.book.contacts():
            reached = [n for n in self.own(contact) if n in new]
            assert len(reached) <= (contact.id not in done)

    @rule(which=st.integers(0, 10))
    def somebody_answers_stop(self, which: int) -> None:
        if number := self.reached(which):
            theirs = {number}
            if number not in self.disowned:
                owners = [c for c in self.store.book.contacts() if number in c.numbers]
                theirs |= set(owners[0].numbers) if len(owners) == 1 else set()
            self.provider.reply(number, "退订")
            hearing.sync(self.store)
            self.silent |= theirs

    @rule(which=st.integers(0, 10))
    def a_stranger_answers(self, which: int) -> None:
        if number := self.reached(which):
            self.provider.reply(number, "发错人了")
            hearing.sync(self.store)
            self.disowned.add(number)
            self.silent.add(number)

    @rule(which=st.integers(0, 10))
    def the_borrower_says_stop(self, which: int) -> None:
        if contact := self.somebody(which):
            with contextlib.suppress(KitError):
                hearing.stop(self.store, contact.id)
            self.silent |= set(contact.numbers)

    @rule(which=st.integers(0, 10))
    def the_borrower_told_them(self, which: int) -> None:
        if contact := self.somebody(which):
            with contextlib.suppress(KitError):
                hearing.told(self.store, contact.id)

    @rule(which=st.integers(0, 10))
    def it_did_not_arrive(self, which: int) -> None:
        sent = [m for m in self.outbound() if m["status"] == "queued"]
        if sent:
            self.provider.deliver(sent[which % len(sent)]["sid"], "undelivered", 30005)
            hearing.sync(self.store)

    @invariant()
    def whoever_is_kept_apart_is_in_the_book(self) -> None:
        if hasattr(self, "store"):
            ids = {contact.id for contact in self.store.book.contacts()}
            assert ids.issuperset(id_ for pair in self.store.book.apart() for id_ in pair)

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            with self.stack:
                for _ in range(3):
                    self.clock.go(hours=1)
                    hearing.sync(self.store)
                    self.plan_again()
                    self.send()
                self.nobody_is_lost()

    def nobody_is_lost(self) -> None:
        """Who is chosen and can be reached was told, by an address of theirs or by a word."""
        told_ids, told = self.store.ledger.told(self.store.ledger.real_notice())
        held = self.refused()
        dead = set(self.store.ledger.dead(self.store.ledger.real_notice(), "twilio"))
        for contact in self.store.book.contacts():
            said = self.store.ledger.opted_out(contact.numbers)
            if contact.group not in TOLD_GROUPS or Meaning.OPT_OUT in said.values():
                continue
            ways = [n for n in contact.numbers if n in MOBILES]
            ways = [n for n in ways if n not in said and n not in dead and n not in held]
            is_told = contact.id in told_ids or not told.isdisjoint(contact.numbers)
            assert is_told or not ways, (contact.id, contact.names, contact.numbers)

    def somebody(self, which: int) -> Contact | None:
        everybody = self.store.book.contacts()
        return everybody[which % len(everybody)] if everybody else None

    def reached(self, which: int) -> str:
        sent = [m["to"] for m in self.outbound() if m["status"] not in FAILED]
        return sent[which % len(sent)] if sent else ""

    def own(self, contact: Contact) -> list[E164]:
        """The numbers that are theirs alone."""
        return [n for n in contact.numbers if len(self.store.book.owners(n)) == 1]

    def refused(self) -> set[str]:
        everybody = self.store.book.contacts()
        return {n for c in everybody if c.group is Group.NOBODY for n in c.numbers}

    def outbound(self) -> list[dict[str, Any]]:
        return [m for m in self.provider.messages if m["direction"] != "inbound"]


TestPeopleAndPromises = PeopleAndPromises.TestCase
TestPeopleAndPromises.settings = hypothesis_settings(max_examples=25, stateful_step_count=25)

"""Scan and send, request by request: nobody's turn twice, and what comes late changes nothing."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import Clock, no_passphrase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from shop import person, plan, statuses

from kit.actions import hearing, paging, planning, progress, running
from kit.actions.delivery import way
from kit.actions.planning import Request
from kit.actions.store import open_store
from kit.actions.turns import Sitting, Stage, Turn, Whom
from kit.model import Answer, Attempt, Form, Group, Status, Way
from kit.settings import Settings

if TYPE_CHECKING:
    from kit.actions.store import Store

PEOPLE = 4


def number(n: int) -> str:
    return f"+8613800000{n:03}"


def fill(store: Store, *, emergency: int = 0, people: int = PEOPLE, **wishes: object) -> None:
    """A plan for so many people, the first of them emergency contacts."""
    groups = [Group.EMERGENCY] * emergency + [Group.EVERYONE] * (people - emergency)
    store.book.save(person(f"id{n}", number(n), group=group) for n, group in enumerate(groups))
    plan(store, "phone", **wishes)


def held(sitting: Sitting) -> Attempt:
    """What is held, as the page shows it."""
    turn = sitting.look()
    assert turn.stage is Stage.SHOWN
    assert turn.handover is not None
    return turn.handover.attempt


def say(sitting: Sitting, *answers: Answer) -> list[str]:
    """Answer one after the other; to which numbers they were."""
    seen = []
    for one in answers:
        attempt = held(sitting)
        assert sitting.answer(attempt.id, one)
        seen.append(str(attempt.recipient))
    return seen


def test_looking_claims_nobody(store: Store) -> None:
    fill(store)
    sitting = Sitting(store)

    assert {sitting.look().stage for _ in range(3)} == {Stage.BEGIN}
    assert statuses(store) == [Status.PLANNED] * PEOPLE


def test_whose_code_is_given_out_is_on_the_disk_first(store: Store, reopened: Store) -> None:
    fill(store)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)

    assert statuses(reopened) == [Status.HANDED_OVER, *[Status.PLANNED] * 3]
    assert held(sitting).recipient == number(0)
    assert sitting.look().handover == sitting.look().handover


def test_each_answer_is_recorded_and_the_next_ones_turn_begins(store: Store) -> None:
    fill(store)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    said = say(sitting, Answer.SENT, Answer.NOT_NOW, Answer.NEVER, Answer.SENT)

    assert said == [number(n) for n in range(PEOPLE)]
    assert statuses(store) == [
        Status.DELIVERED,
        Status.PLANNED,
        Status.PLANNED,
        Status.DELIVERED,
    ]
    assert [c.group for c in store.book.contacts()][2] is Group.NOBODY
    turn = sitting.look()
    assert (turn.stage, turn.told, turn.later, turn.others) == (Stage.OVER, 2, 1, 0)


def test_an_answer_that_comes_twice_changes_nothing(store: Store) -> None:
    fill(store)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    first = held(sitting).id
    sitting.answer(first, Answer.SENT)

    for late in Answer:
        assert not sitting.answer(first, late)
    assert statuses(store) == [Status.DELIVERED, Status.HANDED_OVER, *[Status.PLANNED] * 2]
    assert [c.group for c in store.book.contacts()] == [Group.EVERYONE] * PEOPLE


@pytest.mark.parametrize("nonsense", ["", "x", "0" * 36])
def test_an_answer_to_nothing_changes_nothing(store: Store, nonsense: str) -> None:
    fill(store)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)

    assert not sitting.answer(nonsense, Answer.NEVER)
    assert not sitting.correct(nonsense, Answer.NEVER)
    assert statuses(store) == [Status.HANDED_OVER, *[Status.PLANNED] * 3]


def test_a_second_program_shows_the_same_person_and_claims_no_other(
    store: Store, reopened: Store
) -> None:
    fill(store)
    here, there = Sitting(store), Sitting(reopened)
    here.begin(Whom.ALL)
    there.begin(Whom.ALL)

    assert held(here) == held(there)
    assert there.look().handover is not None
    assert there.look().handover.held_before  # type: ignore[union-attr]
    assert here.answer(held(here).id, Answer.SENT)
    assert held(here) == held(there)
    assert statuses(store).count(Status.HANDED_OVER) == 1


def test_many_at_once_claim_one_and_record_one_answer(store: Store, reopened: Store) -> None:
    fill(store, people=8)
    sittings = [Sitting(store), Sitting(reopened)] * 2
    start = threading.Barrier(len(sittings))
    recorded: list[bool] = []

    def press(sitting: Sitting) -> None:
        start.wait()
        sitting.begin(Whom.ALL)
        start.wait()
        attempt = store.ledger.open_attempts(notice, "phone", Status.HANDED_OVER)[0]
        start.wait()
        recorded.append(sitting.answer(attempt.id, Answer.SENT))

    notice = store.ledger.real_notice()
    threads = [threading.Thread(target=press, args=[one]) for one in sittings]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(recorded) == [False, False, False, True]
    assert statuses(store).count(Status.DELIVERED) == 1
    assert statuses(store).count(Status.HANDED_OVER) <= 1


def test_while_another_program_is_at_work_nobody_is_claimed_and_no_answer_lost(
    store: Store, reopened: Store
) -> None:
    fill(store)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    first = held(sitting).id
    with reopened.alone():
        assert sitting.look() == Turn(stage=Stage.BUSY)
        assert sitting.answer(first, Answer.SENT)
        sitting.begin(Whom.ALL)

        assert statuses(store) == [Status.DELIVERED, *[Status.PLANNED] * 3]
    assert sitting.look().stage is Stage.BEGIN
    sitting.begin()
    assert held(sitting).recipient == number(1)


@pytest.mark.parametrize("page", Answer)
@pytest.mark.parametrize("terminal", Answer)
def test_what_a_window_has_said_no_terminal_overrides(
    store: Store, reopened: Store, page: Answer, terminal: Answer
) -> None:
    fill(store)
    frozen = store.current_plan()
    with running.run(store, frozen, PEOPLE) as run:
        shown = run.handing_over()
        first = next(shown)
        assert Sitting(reopened).answer(first.attempt.id, page)
        before = (statuses(store), [c.group for c in store.book.contacts()])

        assert run.answer(first, terminal) is None
        assert (statuses(store), [c.group for c in store.book.contacts()]) == before
        second = next(shown)
        slip = run.answer(second, Answer.SENT)
        assert slip is not None
        assert run.answer(second, page, instead_of=slip) is not None
        assert run.answer(second, page, instead_of=slip) is None or page is Answer.SENT


def test_whom_another_window_has_spoken_of_a_terminal_does_not_show(
    store: Store, reopened: Store
) -> None:
    fill(store, people=2)
    frozen = store.current_plan()
    with running.run(store, frozen, 2) as run:
        shown = run.handing_over()
        held_ids = {next(shown).attempt.id, next(shown).attempt.id}  # nobody has answered
        asked_again = run.handing_over()
        (second,) = held_ids - {next(asked_again).attempt.id}
        assert Sitting(reopened).answer(second, Answer.SENT)

        assert list(asked_again) == []


def test_after_a_kill_the_one_held_is_asked_about_and_nobody_else_is_claimed(
    store: Store, reopened: Store
) -> None:
    fill(store)
    Sitting(store).begin(Whom.ALL)  # and no page was ever shown
    after = Sitting(reopened)
    turn = after.look()

    assert turn.handover is not None
    assert turn.handover.held_before
    assert after.answer(turn.handover.attempt.id, Answer.NOT_NOW)
    assert after.look().stage is Stage.BEGIN
    assert statuses(store) == [Status.PLANNED] * PEOPLE


@pytest.mark.parametrize("when", ["at the beginning", "in between", "at the end"])
def test_a_claim_that_was_cut_short_was_shown_to_nobody_and_goes_again(
    store: Store, clock: Clock, when: str
) -> None:
    fill(store, people=1 if when == "at the end" else PEOPLE)
    sitting = Sitting(store)
    if when == "in between":
        sitting.begin(Whom.ALL)
    frozen = store.current_plan()
    message = frozen.messages[when == "in between"]
    found = way(store, frozen, message, clock())
    assert isinstance(found, Way)
    store.ledger.claim(frozen, message, found, clock())
    assert Status.SENDING in statuses(store)
    if when == "in between":
        say(sitting, Answer.SENT)
    else:
        assert sitting.look().stage is Stage.BEGIN
        sitting.begin(Whom.ALL)

    assert (held(sitting).message_id, held(sitting).n) == (message.id, 2)


def test_what_was_taken_back_and_went_all_the_same_is_told(store: Store) -> None:
    fill(store, people=2)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    first = held(sitting).id
    paging.take_back(store)

    for said in (Answer.NOT_NOW, Answer.NEVER):
        assert not sitting.answer(first, said)
    assert sitting.answer(first, Answer.SENT)
    assert not sitting.answer(first, Answer.SENT)
    assert statuses(store) == [Status.DELIVERED, Status.HANDED_OVER]


def test_who_is_planned_again_after_the_end_can_be_told(store: Store) -> None:
    fill(store, people=2)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    say(sitting, Answer.SENT, Answer.SENT)
    assert sitting.look().stage is Stage.OVER
    hearing.unsay(store, "id1")
    turn = sitting.look()

    assert (turn.stage, turn.others) == (Stage.BEGIN, 1)
    sitting.begin(Whom.ALL)
    assert say(sitting, Answer.SENT) == [number(1)]


def test_what_is_held_is_asked_about_though_a_rehearsal_was_planned_meanwhile(store: Store) -> None:
    fill(store)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    first = held(sitting).id
    plan(store, "outbox")
    turn = sitting.look()

    assert turn.handover is not None
    assert not turn.handover.may_go
    assert sitting.answer(first, Answer.SENT)
    assert sitting.look().stage is Stage.NOTHING
    plan(store, "phone")
    assert sitting.look().others == PEOPLE - 1


def test_a_code_that_lay_there_for_long_may_have_been_scanned(store: Store, clock: Clock) -> None:
    fill(store)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)

    assert not sitting.look().handover.held_before  # type: ignore[union-attr]
    clock.go(minutes=11)
    assert sitting.look().handover.held_before  # type: ignore[union-attr]


def test_when_the_hour_is_full_it_says_from_when_it_goes_on(store: Store, clock: Clock) -> None:
    fill(store, max_per_hour=2)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    began = clock()
    clock.go(minutes=5)
    say(sitting, Answer.SENT, Answer.SENT)
    turn = sitting.look()

    assert (turn.stage, turn.most, turn.is_day) == (Stage.ENOUGH, 2, False)
    assert turn.goes_on_at is not None
    assert (turn.goes_on_at - began).total_seconds() >= 3600
    sitting.begin()
    assert sitting.look().stage is Stage.ENOUGH
    assert Sitting(store).look().stage is Stage.BEGIN
    clock.now = turn.goes_on_at
    assert sitting.look().stage is Stage.BEGIN
    sitting.begin()
    assert held(sitting).recipient == number(2)


def test_a_page_never_waits_for_the_pace_with_somebody_before_it(
    store: Store, clock: Clock
) -> None:
    fill(store, max_per_hour=1, max_per_second=0.02)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    clock.go(minutes=59, seconds=30)
    began = clock()
    say(sitting, Answer.SENT)

    assert clock() == began
    turn = sitting.look()
    assert turn.stage is Stage.ENOUGH
    assert turn.goes_on_at is not None
    clock.now = turn.goes_on_at
    sitting.begin()
    assert clock() == turn.goes_on_at
    assert held(sitting).recipient == number(1)


def test_when_the_day_is_full_it_says_so(store: Store) -> None:
    fill(store, max_per_day=1)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    say(sitting, Answer.SENT)
    turn = sitting.look()

    assert (turn.stage, turn.most, turn.is_day) == (Stage.ENOUGH, 1, True)


def test_emergency_contacts_alone_first_and_then_the_others(store: Store) -> None:
    fill(store, emergency=2)
    sitting = Sitting(store)
    sitting.begin(Whom.EMERGENCY)
    first = sitting.look().handover
    assert first is not None
    assert first.left == 1
    say(sitting, Answer.SENT, Answer.SENT)
    turn = sitting.look()

    assert (turn.stage, turn.only_emergency, turn.emergency, turn.others) == (
        Stage.OVER,
        True,
        0,
        2,
    )
    assert statuses(store).count(Status.HANDED_OVER) == 0
    sitting.begin(Whom.ALL)
    assert say(sitting, Answer.SENT, Answer.SENT) == [number(2), number(3)]
    assert sitting.look().stage is Stage.OVER


def test_who_was_put_off_comes_again_on_request_and_not_before(store: Store) -> None:
    fill(store)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    say(sitting, Answer.NOT_NOW, Answer.SENT, Answer.NOT_NOW, Answer.SENT)
    sitting.begin(Whom.ALL)
    assert sitting.look().stage is Stage.OVER
    assert sitting.look().later == 2

    sitting.begin(Whom.LATER)
    assert say(sitting, Answer.SENT, Answer.NOT_NOW) == [number(0), number(2)]
    turn = sitting.look()
    assert (turn.stage, turn.told, turn.later) == (Stage.OVER, 3, 1)


@pytest.mark.parametrize("first", Answer)
@pytest.mark.parametrize("last", Answer)
def test_the_last_answer_can_be_corrected(store: Store, first: Answer, last: Answer) -> None:
    fill(store)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    say(sitting, first)
    slip = sitting.last
    assert slip is not None
    assert sitting.correct(slip.handover.attempt.id, last)

    told = Status.DELIVERED if last is Answer.SENT else Status.PLANNED
    assert statuses(store)[:2] == [told, Status.HANDED_OVER]
    group = Group.NOBODY if last is Answer.NEVER else Group.EVERYONE
    assert store.book.contacts()[0].group is group
    assert held(sitting).recipient == number(1)
    assert sitting.look().told == (last is Answer.SENT)


def test_only_the_last_answer_can_be_corrected(store: Store) -> None:
    fill(store)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    first = held(sitting).id
    say(sitting, Answer.SENT, Answer.SENT)

    assert not sitting.correct(first, Answer.NOT_NOW)
    assert statuses(store)[:2] == [Status.DELIVERED] * 2


def test_what_was_settled_elsewhere_meanwhile_cannot_be_corrected(
    store: Store, reopened: Store
) -> None:
    fill(store)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    slip = held(sitting).id
    sitting.stop()
    assert sitting.answer(slip, Answer.NOT_NOW)
    assert sitting.last is not None
    Sitting(reopened).begin(Whom.ALL)

    assert sitting.last is None
    assert not sitting.correct(slip, Answer.SENT)
    assert statuses(store)[0] is Status.HANDED_OVER


def test_a_new_plan_is_not_begun_by_an_answer(store: Store) -> None:
    fill(store)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    first = held(sitting).id
    planning.freeze_plan(store, Request())

    assert sitting.look().replaced
    assert sitting.answer(first, Answer.SENT)
    turn = sitting.look()
    assert (turn.stage, turn.replaced, turn.others) == (Stage.BEGIN, True, 3)
    sitting.begin()
    assert not sitting.look().replaced
    assert held(sitting).recipient == number(1)


@pytest.mark.parametrize("channel", ["page", "outbox"])
def test_there_is_nothing_to_scan_where_the_plan_goes_another_way(
    store: Store, channel: str
) -> None:
    store.book.save([person("id0", number(0))])
    sitting = Sitting(store)
    assert sitting.look() == Turn(stage=Stage.NOTHING)
    plan(store, channel)
    sitting.begin(Whom.ALL)

    assert sitting.look() == Turn(stage=Stage.NOTHING)
    assert statuses(store) == [Status.PLANNED]


def test_what_is_held_can_be_answered_though_the_plan_goes_another_way_now(store: Store) -> None:
    fill(store)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    first = held(sitting).id
    plan(store, "page")
    turn = sitting.look()

    assert turn.handover is not None
    assert not turn.handover.may_go
    assert sitting.answer(first, Answer.SENT)
    assert sitting.look().stage is Stage.NOTHING


def test_whoever_wants_no_more_meanwhile_must_not_be_sent_it(store: Store) -> None:
    fill(store)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    hearing.stop(store, number(0))
    hearing.stop(store, number(1))

    assert not sitting.look().handover.may_go  # type: ignore[union-attr]
    assert say(sitting, Answer.NOT_NOW) == [number(0)]
    assert held(sitting).recipient == number(2)


def test_stopping_keeps_who_is_held_and_asks_about_them_first(store: Store) -> None:
    fill(store, emergency=2)
    sitting = Sitting(store)
    sitting.begin(Whom.EMERGENCY)
    sitting.stop()
    stopped = sitting.look()

    assert stopped.stage is Stage.STOPPED
    assert stopped.handover is not None
    assert sitting.answer(stopped.handover.attempt.id, Answer.NOT_NOW)  # by a window left open
    assert statuses(store) == [Status.PLANNED] * PEOPLE
    sitting.begin()
    again = sitting.look()
    assert (again.stage, again.only_emergency) == (Stage.SHOWN, True)
    sitting.stop()
    sitting.begin()
    assert sitting.look().handover.held_before  # type: ignore[union-attr]


def test_whom_the_plan_can_no_longer_tell_is_counted_at_the_end(store: Store) -> None:
    fill(store, people=2)
    sitting = Sitting(store)
    sitting.begin(Whom.ALL)
    store.book.choose({"id1": Group.EMERGENCY})
    say(sitting, Answer.SENT)
    turn = sitting.look()

    assert (turn.stage, turn.left_out) == (Stage.OVER, 1)


def test_another_way_goes_round_and_an_app_has_its_own(store: Store) -> None:
    sitting = Sitting(store)
    seen = []
    for _ in range(4):
        seen.append(sitting.form)
        sitting.other_way()
    sitting.use("wechat")

    assert seen == [Form.SMSTO, Form.LINK, Form.COPY, Form.SMSTO]
    assert sitting.form is Form.COPY


class Windows(RuleBasedStateMachine):
    """Two programs, each with windows that may be old: nobody is told twice."""

    @initialize()
    def begin_all(self) -> None:
        self.stack = contextlib.ExitStack()
        home = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        settings = Settings(home=home, language="en", key_file=home / "key")
        self.clock = Clock()
        self.stores = [open_store(settings, no_passphrase, self.clock) for _ in range(2)]
        for store in self.stores:
            self.stack.callback(store.close)
        fill(self.stores[0], emergency=2)
        self.sittings = [Sitting(store) for store in self.stores]
        #: attempts that some window still shows
        self.windows: list[Attempt] = []
        #: by message, what was said of it last
        self.said: dict[str, Answer] = {}

    @rule(which=st.integers(0, 1), whom=st.sampled_from([*Whom, None]))
    def press_begin(self, which: int, whom: Whom | None) -> None:
        self.sittings[which].begin(whom)

    @rule(which=st.integers(0, 1))
    def look(self, which: int) -> None:
        turn = self.sittings[which].look()
        if turn.handover is not None:
            assert self.said.get(turn.handover.attempt.message_id) is not Answer.SENT
            self.windows.append(turn.handover.attempt)

    @rule(which=st.integers(0, 1), window=st.integers(0, 50), said=st.sampled_from(Answer))
    def answer(self, which: int, window: int, said: Answer) -> None:
        if self.windows:
            attempt = self.windows[window % len(self.windows)]
            if self.sittings[which].answer(attempt.id, said):
                assert self.said.get(attempt.message_id) is not Answer.SENT
                self.said[attempt.message_id] = said

    @rule(which=st.integers(0, 1), said=st.sampled_from(Answer))
    def correct(self, which: int, said: Answer) -> None:
        last = self.sittings[which].last
        if last is not None:
            assert self.sittings[which].correct(last.handover.attempt.id, said)
            self.said[last.handover.attempt.message_id] = said

    @rule(which=st.integers(0, 1))
    def stop(self, which: int) -> None:
        self.sittings[which].stop()

    @rule(which=st.integers(0, 1))
    def crash(self, which: int) -> None:
        self.sittings[which] = Sitting(self.stores[which])

    @rule()
    def plan_again(self) -> None:
        planning.freeze_plan(self.stores[0], Request())

    @rule()
    def an_hour_passes(self) -> None:
        self.clock.go(hours=1)

    @invariant()
    def one_at_most_is_held_and_what_was_said_last_is_so(self) -> None:
        if not hasattr(self, "stores"):
            return
        now = {s.message_id: s.status for s in progress.standings(self.stores[0])}
        assert list(now.values()).count(Status.HANDED_OVER) <= 1
        told = {id_ for id_, status in now.items() if status is Status.DELIVERED}
        assert told == {id_ for id_, said in self.said.items() if said is Answer.SENT}

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()


TestWindows = Windows.TestCase
TestWindows.settings = hypothesis_settings(max_examples=25, stateful_step_count=20)

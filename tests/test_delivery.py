from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import SEEDED, Clock, no_passphrase
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from kit.actions import delivery, handing, planning, progress, running
from kit.actions.cases import open_clinic
from kit.actions.delivery import Outcome
from kit.actions.planning import Request
from kit.actions.store import Store, open_store
from kit.channels.phone import PhoneChannel
from kit.errors import (
    AlreadyRunningError,
    ChannelError,
    ChannelNotReadyError,
    DayFullError,
    FolderChangedError,
    FolderMissingError,
    HourFullError,
    NotARehearsalError,
    OutboxError,
    PlanReplacedError,
    WrongCountError,
)
from kit.model import E164, Answer, Contact, Group, Plan, Receipt, SkipReason, Status, Way
from kit.settings import load

if TYPE_CHECKING:
    from datetime import datetime

    from kit.model import Attempt, Message


pytestmark = pytest.mark.usefixtures("both_stores")


def person(number: int, group: Group = Group.EVERYONE) -> Contact:
    return Contact(
        id=f"id{number:03}",
        names=(f"name{number}",),
        numbers=(E164(f"+8613800000{number:03}"),),
        group=group,
    )


def way(message: Message, at: datetime) -> Way:
    return Way(
        channel=message.channel,
        recipient=message.recipient,
        addresses=frozenset(),
        until=at + timedelta(hours=4),
        segments=message.segments,
    )


def planned(store: Store, people: int, channel: str = "phone") -> Plan:
    store.book.save([person(n) for n in range(people)])
    return planning.freeze_plan(store, Request(sender="小明", channel=channel))


def statuses(store: Store) -> list[str]:
    return [standing.status.value for standing in progress.standings(store)]


def scan(store: Store, plan: Plan, *answers: Answer) -> list[str]:
    """Answer the first people with these; the last one shown stays on the phone."""
    seen = []
    with running.run(store, plan, len(plan.messages)) as run:
        left = iter(answers)
        for handover in run.handing_over():
            seen.append(handover.contact_id)
            if (said := next(left, None)) is None:
                break
            run.answer(handover, said)
    return seen


def test_everybody_in_a_rehearsal_gets_one_file_and_nobody_is_told(
    store: Store, tmp_path: Path
) -> None:
    plan = planned(store, 3, "outbox")
    with running.run(store, plan, 3, tmp_path / "out") as run:
        outcomes = list(run.sending())

    assert [o.receipt.status for o in outcomes if isinstance(o, Outcome) and o.receipt] == [
        Status.ACCEPTED
    ] * 3
    assert len(list((tmp_path / "out").iterdir())) == 3
    assert store.book.written() == [tmp_path / "out"]
    plan = planning.freeze_plan(store, Request())
    assert (len(plan.messages), plan.skips) == (3, ())


def test_a_second_rehearsal_writes_everybody_again(store: Store, tmp_path: Path) -> None:
    for _ in range(2):
        plan = planned(store, 2, "outbox")
        with running.run(store, plan, 2, tmp_path) as run:
            assert len(list(run.sending())) == 2


def test_an_answer_of_the_borrower_is_recorded_at_once(store: Store, reopened: Store) -> None:
    plan = planned(store, 4)
    scan(store, plan, Answer.SENT, Answer.NOT_NOW, Answer.NEVER)

    assert statuses(reopened) == ["delivered", "planned", "planned", "handed_over"]
    assert [c.group for c in reopened.book.contacts()][2] is Group.NOBODY


def test_who_was_held_is_asked_about_first_and_nobody_is_shown_twice(store: Store) -> None:
    plan = planned(store, 3)

    assert scan(store, plan, Answer.SENT) == ["id000", "id001"]
    assert scan(store, plan, Answer.NOT_NOW, Answer.SENT) == ["id001", "id002"]
    assert scan(store, plan, Answer.SENT) == ["id001"]
    assert statuses(store) == ["delivered"] * 3
    assert scan(store, plan) == []


def test_all_that_left_by_ones_own_number_is_counted_by_the_hour_and_the_day(
    store: Store, clock: Clock
) -> None:
    plan = planned(store, 5)
    by_android = replace(way(plan.messages[4], clock()), channel="android")
    store.ledger.claim(plan, plan.messages[4], by_android, clock())
    clock.go(hours=2)
    scan(store, plan, Answer.SENT, Answer.NOT_NOW, Answer.SENT)
    with running.run(store, plan, 5) as run:
        held = next(run.handing_over())

    assert (held.last_hour, held.per_hour) == (3, 20)
    assert (held.last_day, held.per_day) == (4, 100)


def test_who_was_put_off_may_be_shown_again_and_nobody_else(store: Store) -> None:
    plan = planned(store, 4)
    with running.run(store, plan, 4) as run:
        shown = run.handing_over()
        said = [
            run.answer(next(shown), one)
            for one in (Answer.NOT_NOW, Answer.SENT, Answer.NOT_NOW, Answer.NEVER)
        ]
        store.book.choose({"id002": Group.NOBODY})
        later = handing.put_off(store, plan, [one for one in said if one])
        again = [h.contact_id for h in handing.handing_over(store, plan, later)]

    assert later == [plan.messages[0].id]
    assert again == ["id000"]


def test_never_means_that_no_later_run_or_plan_shows_them(store: Store) -> None:
    plan = planned(store, 1)
    scan(store, plan, Answer.NEVER)

    assert scan(store, plan) == []
    again = planning.freeze_plan(store, Request())
    assert [s.reason for s in again.skips] == [SkipReason.NOBODY]


def test_whoever_is_moved_to_nobody_during_a_run_is_not_told(store: Store) -> None:
    plan = planned(store, 2)
    with running.run(store, plan, 2) as run:
        shown = run.handing_over()
        run.answer(next(shown), Answer.SENT)
        store.book.choose({"id001": Group.NOBODY})

        assert list(shown) == []
    assert statuses(store) == ["delivered", "planned"]
    assert progress.waiting(store, plan) == []


def test_a_new_plan_leaves_out_who_was_told_and_keeps_who_is_held(store: Store) -> None:
    scan(store, planned(store, 3), Answer.SENT)
    plan = planning.freeze_plan(store, Request())

    assert [m.contact_id for m in plan.messages] == ["id001", "id002"]
    assert [(s.contact_id, s.reason) for s in plan.skips] == [("id000", SkipReason.ALREADY_TOLD)]
    assert scan(store, plan, Answer.SENT) == ["id001", "id002"]
    assert statuses(store) == ["delivered", "handed_over", "delivered"]


def test_a_claim_that_a_crash_left_open_is_planned_again_because_nothing_was_shown(
    store: Store, clock: Clock
) -> None:
    plan = planned(store, 1)
    store.ledger.claim(plan, plan.messages[0], way(plan.messages[0], clock()), clock())
    assert statuses(store) == ["sending"]

    assert [m.contact_id for m in planning.freeze_plan(store, Request()).messages] == ["id000"]


def test_a_rehearsal_that_a_crash_broke_off_asks_the_folder(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    plan = planned(store, 3, "outbox")
    first, second, _ = plan.messages
    with running.run(store, plan, 3, tmp_path / "out") as run:
        written = store.ledger.claim(plan, first, way(first, clock()), clock())
        assert written is not None
        run.channels["outbox"].send(written)
        store.ledger.claim(plan, second, way(second, clock()), clock())

    with running.run(store, plan, 3, tmp_path / "out") as run:
        assert [o.message.id for o in run.sending() if isinstance(o, Outcome)] == [
            m.id for m in plan.messages[1:]
        ]
    assert statuses(store) == ["accepted"] * 3
    assert len(list((tmp_path / "out").iterdir())) == 3


class Refusing(PhoneChannel):
    """A channel that refuses."""

    def send(self, attempt: Attempt) -> Receipt:
        raise OutboxError(reason=f"no room for {attempt.n}")


def test_what_the_channel_surely_did_not_take_is_planned_again(store: Store, clock: Clock) -> None:
    plan = planned(store, 1)
    for _ in range(2):
        with pytest.raises(ChannelError):
            delivery.deliver(store, plan, plan.messages[0], {"phone": Refusing(clock)})

    assert statuses(store) == ["planned"]


def test_the_pace_of_the_hour_is_kept_and_goes_on_later(store: Store, clock: Clock) -> None:
    plan = planned(store, 22)
    with pytest.raises(HourFullError) as raised:
        scan(store, plan, *[Answer.SENT] * 22)

    assert statuses(store).count("delivered") == 20
    assert raised.value.facts["most"] == 20
    clock.go(hours=1)
    assert scan(store, plan, Answer.SENT, Answer.SENT) == ["id020", "id021"]


def test_the_pace_of_the_day_is_kept_too(store: Store, clock: Clock) -> None:
    plan = planned(store, 101)
    for _ in range(5):
        with pytest.raises((HourFullError, DayFullError)) as raised:
            scan(store, plan, *[Answer.SENT] * 101)
        clock.go(hours=1)

    assert raised.type is DayFullError
    assert statuses(store).count("delivered") == 100


def test_not_now_does_not_use_up_the_pace(store: Store) -> None:
    plan = planned(store, 25)

    assert len(scan(store, plan, *[Answer.NOT_NOW] * 25)) == 25


def test_the_count_is_that_of_the_plan_on_every_run(store: Store) -> None:
    plan = planned(store, 3)
    scan(store, plan, Answer.SENT)
    with pytest.raises(WrongCountError), running.run(store, plan, 2):
        pytest.fail("it ran")

    assert scan(store, plan, Answer.SENT, Answer.SENT) == ["id001", "id002"]


def test_two_cannot_be_at_work_at_once(store: Store, reopened: Store) -> None:
    plan = planned(store, 1)
    with running.run(store, plan, 1):
        with pytest.raises(AlreadyRunningError), running.run(reopened, plan, 1):
            pytest.fail("it ran")
        with pytest.raises(AlreadyRunningError):
            planning.freeze_plan(reopened, Request())


def test_what_does_not_belong_together_is_refused(store: Store, tmp_path: Path) -> None:
    plan = planned(store, 1)
    with pytest.raises(NotARehearsalError), running.run(store, plan, 1, tmp_path):
        pytest.fail("it ran")
    plan = planned(store, 1, "outbox")
    with pytest.raises(FolderMissingError), running.run(store, plan, 1):
        pytest.fail("it ran")


def test_the_plan_that_was_read_is_the_plan_that_is_sent(store: Store) -> None:
    plan = planned(store, 1)
    planning.freeze_plan(store, Request())
    with pytest.raises(PlanReplacedError), running.run(store, plan, 1):
        pytest.fail("it ran")


def test_a_rehearsal_stays_in_its_folder(store: Store, tmp_path: Path) -> None:
    plan = planned(store, 2, "outbox")
    with running.run(store, plan, 2, tmp_path / "one") as run:
        next(run.sending())
    with pytest.raises(FolderChangedError), running.run(store, plan, 2, tmp_path / "two"):
        pytest.fail("it ran")
    (tmp_path / "one" / f"{plan.id[:8]}-0000-0000-0000-000000000000.txt.1.new").write_text("half")
    with running.run(store, plan, 2, tmp_path / "one") as run:
        assert len(list(run.sending())) == 1
    assert sorted(p.suffix for p in (tmp_path / "one").iterdir()) == [".txt", ".txt"]


def merged(store: Store, *ids: str) -> None:
    """What an import does when it finds that these are one person: the oldest stays."""
    people = [c for c in store.book.contacts() if c.id in ids]
    numbers = tuple(n for c in reversed(people) for n in c.numbers)
    store.book.save([replace(people[0], numbers=numbers)], [c.id for c in people[1:]])


def test_whoever_was_told_is_not_told_again_after_a_merge(store: Store) -> None:
    plan = planned(store, 2)
    scan(store, plan, Answer.NOT_NOW, Answer.SENT)
    merged(store, "id000", "id001")

    assert progress.waiting(store, plan) == []
    assert scan(store, plan) == []
    assert planning.freeze_plan(store, Request()).messages == ()


def test_a_merge_during_a_run_tells_nobody_twice(store: Store) -> None:
    plan = planned(store, 2)
    with running.run(store, plan, 2) as run:
        shown = run.handing_over()
        run.answer(next(shown), Answer.SENT)
        merged(store, "id000", "id001")

        assert list(shown) == []


def test_a_person_held_under_one_number_is_not_shown_under_another(store: Store) -> None:
    scan(store, planned(store, 2), Answer.NOT_NOW)
    merged(store, "id000", "id001")
    plan = planning.freeze_plan(store, Request())

    assert len(plan.messages) == 1
    with running.run(store, plan, 1) as run:
        shown = run.handing_over()
        held = next(shown)
        assert (held.held_before, held.attempt.recipient) == (True, "+8613800000001")
        run.answer(held, Answer.SENT)
        assert list(shown) == []


def test_never_holds_for_whoever_has_the_number_after_a_merge(store: Store) -> None:
    plan = planned(store, 2)
    with running.run(store, plan, 2) as run:
        shown = run.handing_over()
        run.answer(next(shown), Answer.NOT_NOW)
        held = next(shown)
        merged(store, "id000", "id001")
        run.answer(held, Answer.NEVER)

    assert [c.group for c in store.book.contacts()] == [Group.NOBODY]


def test_whoever_is_in_another_group_now_is_left_out_and_counted(store: Store) -> None:
    plan = planned(store, 3)
    store.book.choose({"id000": Group.EMERGENCY, "id001": Group.NOBODY})

    assert [m.contact_id for m in progress.waiting(store, plan)] == ["id002"]
    assert progress.left_out(store, plan) == 1
    assert scan(store, plan, Answer.SENT) == ["id002"]
    assert (
        delivery.deliver(
            store, plan, plan.messages[0], {"phone": PhoneChannel(store.clock)}
        ).attempt
        is None
    )


def test_a_held_person_who_may_no_longer_be_told_is_asked_about_without_a_code(
    store: Store,
) -> None:
    plan = planned(store, 1)
    scan(store, plan)
    store.book.choose({"id000": Group.NOBODY})

    assert progress.to_go(store, plan) == 1
    with running.run(store, plan, 1) as run:
        held = next(run.handing_over())
        assert not held.may_go
        run.answer(held, Answer.NOT_NOW)
    assert progress.to_go(store, plan) == 0


def test_a_held_text_that_is_not_in_the_plan_any_more_is_not_shown_again(store: Store) -> None:
    store.book.save([person(1, Group.EMERGENCY)])
    open_ = planning.freeze_plan(store, Request(sender="小明", open_to=("emergency",)))
    assert scan(store, open_) == ["id001"]
    neutral = planning.freeze_plan(store, Request())

    with running.run(store, neutral, 1) as run:
        held = next(run.handing_over())
        assert (held.held_before, held.may_go) == (True, False)


def test_taking_back_never_does_not_undo_a_choice_made_meanwhile(store: Store) -> None:
    plan = planned(store, 1)
    with running.run(store, plan, 1) as run:
        held = next(run.handing_over())
        store.book.choose({"id000": Group.NOBODY})
        slip = run.answer(held, Answer.NEVER)
        run.answer(held, Answer.NOT_NOW, instead_of=slip)

    assert [c.group for c in store.book.contacts()] == [Group.NOBODY]


def test_a_held_person_who_was_merged_is_shown_under_the_name_they_have_now(store: Store) -> None:
    scan(store, planned(store, 2), Answer.NOT_NOW)
    merged(store, "id000", "id001")
    plan = planning.freeze_plan(store, Request())
    with running.run(store, plan, 1) as run:
        held = next(run.handing_over())
        slip = run.answer(held, Answer.NEVER)
        run.answer(held, Answer.NOT_NOW, instead_of=slip)

    assert (held.name, held.group) == ("name0", Group.EVERYONE)
    assert [c.group for c in store.book.contacts()] == [Group.EVERYONE]


def test_whoever_was_told_and_merged_is_not_counted_as_left_out(store: Store) -> None:
    plan = planned(store, 2)
    scan(store, plan, Answer.SENT)
    merged(store, "id000", "id001")

    assert progress.left_out(store, plan) == 0


def test_a_folder_that_was_refused_is_not_remembered(store: Store, tmp_path: Path) -> None:
    plan = planned(store, 1, "outbox")
    (tmp_path / "file").write_text("")
    with pytest.raises(ChannelNotReadyError), running.run(store, plan, 1, tmp_path / "file"):
        pytest.fail("it ran")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt.1.new").write_text("the user's own")
    with running.run(store, plan, 1, tmp_path / "mine") as run:
        assert len(list(run.sending())) == 1

    assert store.book.written() == [tmp_path / "mine"]
    assert (tmp_path / "mine" / "notes.txt.1.new").exists()


def test_a_number_that_became_somebodys_who_is_never_told_is_held_back(store: Store) -> None:
    plan = planned(store, 1)
    twin = replace(person(0, Group.NOBODY), id="twin")
    store.book.save([twin])

    assert progress.waiting(store, plan) == []
    assert progress.left_out(store, plan) == 1
    assert (
        delivery.deliver(
            store, plan, plan.messages[0], {"phone": PhoneChannel(store.clock)}
        ).attempt
        is None
    )


def test_a_channel_that_is_not_ready_sends_nothing(store: Store, tmp_path: Path) -> None:
    plan = planned(store, 1, "outbox")
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(ChannelNotReadyError) as raised,
        running.run(store, plan, 1, tmp_path / "file"),
    ):
        pytest.fail("it ran")

    assert [p.where for p in raised.value.problems] == ["file"]


@pytest.mark.parametrize("first", Answer)
@pytest.mark.parametrize("last", Answer)
def test_the_last_word_counts(store: Store, first: Answer, last: Answer) -> None:
    plan = planned(store, 1)
    with running.run(store, plan, 1) as run:
        held = next(run.handing_over())
        slip = run.answer(held, first)
        run.answer(held, last, instead_of=slip)

    told = "delivered" if last is Answer.SENT else "planned"
    group = Group.NOBODY if last is Answer.NEVER else Group.EVERYONE
    assert statuses(store) == [told]
    assert [c.group for c in store.book.contacts()] == [group]


def test_status_shows_what_went_before_the_plan(store: Store) -> None:
    scan(store, planned(store, 2), Answer.SENT, Answer.SENT)
    planned(store, 2, "outbox")

    assert [(s.channel, s.status.value) for s in progress.standings(store)] == [
        ("outbox", "planned"),
        ("outbox", "planned"),
        ("phone", "delivered"),
        ("phone", "delivered"),
    ]


def test_a_test_to_oneself_is_marked_and_recorded_nowhere(store: Store) -> None:
    store.book.save([person(1, Group.EMERGENCY), person(2), person(3)])
    planning.freeze_plan(store, Request(sender="小明"))
    own, invented = handing.own_number(store, "13800000999")
    texts = handing.texts_to_oneself(store, own)

    assert [message.group for message, _ in texts] == [Group.EMERGENCY, Group.EVERYONE]
    assert all(text == f"【测试】{message.text}" for message, text in texts)
    assert invented
    assert statuses(store) == ["planned"] * 3


def test_no_value_shows_a_name_a_number_or_a_text(store: Store) -> None:
    mother = Contact(id="m", names=("妈妈",), numbers=(E164("+8613800000001"),))
    store.book.save([replace(mother, group=Group.EMERGENCY)])
    plan = planning.freeze_plan(store, Request(sender="小明"))
    with running.run(store, plan, 1) as run:
        handover = next(run.handing_over())
        shown = repr([run, plan, handover, progress.standings(store), mother])

    assert not [seeded for seeded in (*SEEDED, "小明", "█") if seeded in shown]


class Telling(RuleBasedStateMachine):
    """Plan, send, crash, re-plan and choose in any order: nobody is told twice or lost."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        home, settings = Path(self.folder.name), load()
        self.clock = Clock()
        if settings.database_url:  # a case of the clinic whose keys are in the test's KIT_HOME
            with open_clinic(settings, no_passphrase, self.clock) as clinic:
                settings = replace(settings, case=clinic.new("小明").id)
        else:
            settings = replace(settings, home=home, key_file=home / "key")
        self.store = open_store(settings, no_passphrase, self.clock)
        self.plan = planned(self.store, 5)

    @rule()
    def plan_again(self) -> None:
        self.plan = planning.freeze_plan(self.store, Request())

    @rule()
    def send_one(self) -> None:
        with running.run(self.store, self.plan, len(self.plan.messages)) as run:
            handover = next(run.handing_over(), None)
            if handover is not None:
                self.told.append(handover.attempt.recipient)
                run.answer(handover, Answer.SENT)

    @rule()
    def not_now(self) -> None:
        with running.run(self.store, self.plan, len(self.plan.messages)) as run:
            handover = next(run.handing_over(), None)
            if handover is not None:
                run.answer(handover, Answer.NOT_NOW)

    @rule()
    def crash_while_held(self) -> None:
        with running.run(self.store, self.plan, len(self.plan.messages)) as run:
            next(run.handing_over(), None)

    @rule()
    def crash_after_the_claim(self) -> None:
        for message in progress.waiting(self.store, self.plan)[:1]:
            self.store.ledger.claim(self.plan, message, way(message, self.clock()), self.clock())

    @rule()
    def import_the_same_number_under_another_name(self) -> None:
        self.store.book.save([Contact(id="twin", numbers=(E164("+8613800000001"),))])
        self.store.book.choose({"twin": Group.EVERYONE})

    @rule()
    def an_hour_passes(self) -> None:
        self.clock.go(hours=1)

    @invariant()
    def nobody_is_told_twice(self) -> None:
        assert len(self.told) == len(set(self.told))

    @invariant()
    def nobody_is_lost(self) -> None:
        if not hasattr(self, "store"):
            return
        waiting = {m.recipient for m in progress.waiting(self.store, self.plan)}
        open_ = {s.recipient for s in progress.standings(self.store) if s.status is Status.SENDING}
        everybody = {f"+8613800000{n:03}" for n in range(5)}
        assert everybody <= waiting | open_ | set(self.told)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()


@pytest.mark.no_cover  # as whatever tries much
def test_in_any_order_nobody_is_told_twice_or_lost() -> None:
    examples = 8 if load().database_url else 25
    tries = hypothesis_settings(max_examples=examples, stateful_step_count=15)
    run_state_machine_as_test(Telling, settings=tries)

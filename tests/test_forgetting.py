"""The people are forgotten, by hand or in time; nobody is told twice who is brought in again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import card
from postgres import everything_in
from shop import opened, person, plan, send
from twilio_account import settings as twilio_settings

from kit.actions import (
    accepting,
    drafting,
    exporting,
    finding,
    forgetting,
    handing,
    hearing,
    importing,
    people,
    planning,
    progress,
    reporting,
    retention,
    tracking,
)
from kit.actions.planning import Request
from kit.actions.recording import Told, note
from kit.errors import AlreadyRunningError, NoPlanError, NotToBeTriedError, RetentionError
from kit.model import Group, IncidentKind, SkipReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result
    from conftest import Clock
    from standins.twilio import TwilioStandin

    from kit.actions.store import Store
    from kit.model import Contact, Skip

pytestmark = pytest.mark.usefixtures("both_stores")
ONE, TWO, THREE = "+8613800000101", "+8613800000102", "+8613800000103"
NAME, WORDS = "钱七妹", "我知道了，七妹收到"
DAY = timedelta(days=1)


@pytest.fixture
def shop(tmp_path: Path, clock: Clock, server: TwilioStandin) -> Iterator[Store]:
    made = opened(tmp_path / "home", clock, twilio_settings(server.url))
    yield made
    made.close()


def named() -> Contact:
    """Somebody whose name is known nowhere else."""
    return replace(person("a", ONE), names=(NAME,))


def begin_anew(store: Store, *cards: str, tmp_path: Path) -> dict[str, SkipReason]:
    """Forget, bring these in again, choose all, plan; who gets nothing, by name, and why."""
    forgetting.forget(store)
    book = tmp_path / "again.vcf"
    book.write_text("".join(cards), encoding="utf-8")
    importing.import_files(store, [book])
    people.choose(store, [], everyone_else=True)
    plan(store)
    return {_name(store, skip): skip.reason for skip in store.current_plan().skips}


def _name(store: Store, skip: Skip) -> str:
    contact = store.book.contact(skip.contact_id)
    assert contact is not None
    return contact.name


def test_nobody_is_told_again_under_whatever_number_and_an_opt_out_holds(
    shop: Store, server: TwilioStandin, tmp_path: Path
) -> None:
    shop.book.save([person("a", ONE, TWO), person("b", THREE), person("c", "+8613800000104")])
    plan(shop)
    hearing.stop(shop, "b")
    send(shop)

    # told at ONE; known again by TWO, by another name, and by both as two people
    skips = begin_anew(
        shop,
        card("别的名字", TWO),
        card("b", THREE),
        card("新", "+8613800000105"),
        tmp_path=tmp_path,
    )
    assert skips == {"别的名字": SkipReason.ALREADY_TOLD, "b": SkipReason.OPTED_OUT}
    send(shop)
    skips = begin_anew(
        shop, card("x", ONE), card("y", TWO), card("新", "+8613800000105"), tmp_path=tmp_path
    )
    assert set(skips.values()) == {SkipReason.ALREADY_TOLD}
    assert send(shop) == []
    assert [len(server.of(n)) for n in (ONE, TWO, THREE)] == [1, 0, 0]


@pytest.mark.parametrize("answer", ["cut", "handed"])
def test_what_nobody_knows_of_counts_as_told(
    shop: Store, server: TwilioStandin, tmp_path: Path, answer: str
) -> None:
    shop.book.save([person("a", ONE)])
    if answer == "cut":
        server.script(ONE, {"do": "cut"})
        plan(shop)
        send(shop)
    else:
        plan(shop, "phone")
        next(handing.handing_over(shop, shop.current_plan()))
    assert forgetting.scope(shop).held == (answer == "handed")

    assert begin_anew(shop, card("a", ONE), tmp_path=tmp_path) == {"a": SkipReason.ALREADY_TOLD}


def test_who_was_not_reached_is_told_after_it(
    shop: Store, server: TwilioStandin, tmp_path: Path
) -> None:
    shop.book.save([person("a", ONE), person("b", TWO)])
    server.script(ONE, {"do": "refuse", "code": 21211})
    plan(shop)
    send(shop)

    assert begin_anew(shop, card("a", ONE), tmp_path=tmp_path) == {}
    send(shop)
    assert len(server.of(ONE)) == 1


def test_the_borrowers_word_still_reaches_who_was_told_before(shop: Store, tmp_path: Path) -> None:
    shop.book.save([person("a", ONE)])
    plan(shop, "phone")
    hearing.told(shop, "a")
    begin_anew(shop, card("a", ONE), tmp_path=tmp_path)

    (standing,) = tracking.track(shop, progress.standings(shop))
    assert (standing.contact or person("")).name == "a"
    assert progress.tally(shop).waiting == 0
    with pytest.raises(NotToBeTriedError):
        hearing.retry(shop, "a")
    hearing.unsay(shop, "a")
    assert plan(shop, "phone") == 1


def test_a_reply_that_comes_later_is_heard_once_and_obeyed(
    shop: Store, server: TwilioStandin, tmp_path: Path, clock: Clock
) -> None:
    shop.book.save([person("a", ONE, TWO)])
    plan(shop)
    send(shop)
    server.reply(ONE, WORDS)
    hearing.sync(shop)
    forgetting.forget(shop)
    assert hearing.replies(shop) == []

    begin_anew(shop, card("a", ONE, TWO), tmp_path=tmp_path)
    clock.go(minutes=1)
    server.reply(ONE, "退订")
    assert [heard.reply.text for heard in hearing.sync(shop).replies] == ["退订"]
    assert set(shop.ledger.opted_out([ONE, TWO])) == {ONE, TWO}  # type: ignore[list-item]


def test_neither_names_nor_numbers_nor_words_of_people_stay_in_the_store(
    shop: Store, server: TwilioStandin, clock: Clock
) -> None:
    secret = (NAME, ONE, ONE[3:], WORDS)
    shop.book.save([named(), person("b", TWO, group=Group.NOBODY)])
    plan(shop)
    send(shop)
    server.reply(ONE, WORDS)
    hearing.sync(shop)
    drafting.fill(shop, {"name": "李明"})
    note(shop, Told(kind=IncidentKind.CALL, at=clock.now, to="me", said="还钱"))
    assert all(one in everything_in(shop) for one in secret)

    scope = forgetting.scope(shop)
    assert (scope.people, scope.never, scope.replies) == (2, 1, 1)
    assert (scope.messages, scope.has_record) == (2, True)
    assert forgetting.forget(shop) == []

    assert [one for one in secret if one in everything_in(shop)] == []
    assert shop.record.head()[0] == 1
    assert list(shop.book.sheet().values()) == ["李明"]
    with pytest.raises(NoPlanError):
        shop.current_plan()
    with pytest.raises(Exception, match="cannot be read"), shop.changing():
        shop._connection.write("DELETE FROM trace", {})  # noqa: SLF001 (as nothing of ours does)


def test_a_report_that_waits_stays_without_a_name_and_can_be_taken(
    shop: Store, server: TwilioStandin, clock: Clock
) -> None:
    shop.book.save([named(), person("b", TWO)])
    plan(shop)
    send(shop)
    server.reply(ONE, "有人打电话找你，说你欠钱")
    server.reply(TWO, "收到催收短信，骂人")
    hearing.sync(shop)
    first, second = accepting.waiting(shop)
    accepting.decline(shop, first.id)

    forgetting.forget(shop)

    (left,) = accepting.waiting(shop)
    assert left.id == second.id
    assert NAME not in everything_in(shop)
    taken = accepting.accept(shop, left.id, at=clock.now.astimezone())
    assert "骂人" in taken.said
    assert reporting.proposals(shop) == []
    assert hearing.sync(shop).replies == []


def test_who_is_brought_in_again_is_one_person_in_the_evidence(
    shop: Store, clock: Clock, tmp_path: Path
) -> None:
    def reached() -> int:
        call = Told(kind=IncidentKind.CALL, at=clock.now, to=NAME, said=f"找{NAME}")
        note(shop, call)
        clock.go(days=1)
        return len({one.contact_id for one in finding.incidents(shop)})

    shop.book.save([named()])
    assert reached() == 1
    begin_anew(shop, card(NAME, ONE), tmp_path=tmp_path)
    assert reached() == 1

    wish = exporting.Wish(redacted=True)
    exporting.export(shop, tmp_path / "copy", wish, str.format, "en")
    shown = (tmp_path / "copy" / "incidents.html").read_text(encoding="utf-8")
    assert ("[contact 1]" in shown, "[contact 2]" in shown) == (True, False)


def test_files_with_people_go_and_letters_and_evidence_stay(
    kit: Callable[..., Result], book: Callable[..., Path], tmp_path: Path
) -> None:
    kit("import", book(card(NAME, ONE)))
    kit("choose", "--csv", tmp_path / "table.csv")
    kit("choose", "--everyone-else")
    kit("plan", "--via", "outbox", "--from", "小明")
    kit("send", "--to", tmp_path / "rehearsal", "--yes", "1")
    kit("evidence", "export", tmp_path / "copy")
    kit("evidence", "picture", tmp_path / "pictures")

    assert kit("erase", "--contacts").exit_code == 1
    done = kit("erase", "--contacts", "--yes")

    assert done.exit_code == 0, done.output
    assert str(tmp_path / "book.vcf") in done.stderr
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"home", "book.vcf", "copy", "pictures"}
    assert NAME not in kit("contacts").output
    assert kit("erase", "--contacts", "--yes").stdout == "There is nobody to forget.\n"


def test_nobody_is_forgotten_while_somebody_sends(shop: Store, reopened: Store) -> None:
    shop.book.save([person("a", ONE)])
    with shop.alone(), pytest.raises(AlreadyRunningError):
        forgetting.forget(shop)

    assert shop.book.has_people()
    assert reopened.home.exists()


class TestInTime:
    @pytest.fixture
    def store(self, store: Store, tmp_path: Path) -> Store:
        book = tmp_path / "book.vcf"
        book.write_text(card("妈妈", "13800000001"), encoding="utf-8")
        importing.import_files(store, [book])
        people.choose(store, [], everyone_else=True)
        planning.freeze_plan(store, Request(sender="小明"))
        return store

    def test_it_is_said_a_week_before_and_then_done(self, store: Store, clock: Clock) -> None:
        frozen = clock.now
        clock.go(days=82.9)
        assert retention.when_opened(store) == retention.Notice()
        clock.go(days=0.1)
        assert retention.when_opened(store).on == frozen + 90 * DAY
        clock.go(days=6.9)
        assert retention.when_opened(store).on == frozen + 90 * DAY
        assert store.book.has_people()
        clock.go(days=0.1)
        assert retention.when_opened(store).forgotten
        assert not store.book.has_people()
        assert retention.when_opened(store) == retention.Notice()

    def test_whoever_was_away_has_a_week(self, store: Store, clock: Clock) -> None:
        clock.go(days=200)
        assert retention.when_opened(store).on == clock.now + 7 * DAY
        clock.go(days=7)
        assert retention.when_opened(store).forgotten

    def test_a_clock_that_was_ahead_takes_nobody_away(self, store: Store, clock: Clock) -> None:
        clock.go(days=3000)
        retention.when_opened(store)
        clock.go(days=-3000)
        assert retention.when_opened(store) == retention.Notice()
        clock.go(days=85)
        assert retention.when_opened(store).on == clock.now + 7 * DAY

    def test_a_clock_that_jumps_ahead_after_it_was_said_takes_nobody_away(
        self, store: Store, clock: Clock
    ) -> None:
        clock.go(days=85)
        retention.when_opened(store)
        clock.go(days=3000)
        assert not retention.when_opened(store).forgotten
        clock.go(days=-3000)
        assert retention.when_opened(store).on == clock.now + 7 * DAY

    def test_what_a_clock_wrote_that_was_ahead_keeps_nobody_for_years(
        self, store: Store, clock: Clock
    ) -> None:
        clock.go(days=3000)
        planning.freeze_plan(store, Request(sender="小明"))
        clock.go(days=-3000)
        seen = clock.now
        retention.when_opened(store)
        clock.go(days=83)
        assert retention.when_opened(store).on == seen + 90 * DAY

    def test_nobody_is_forgotten_within_a_week_of_a_sending(
        self, store: Store, clock: Clock
    ) -> None:
        retention.keep_for(store, "8")
        clock.go(days=7)
        retention.when_opened(store)
        hearing.told(store, "妈妈")
        clock.go(days=2)
        assert retention.when_opened(store).on == clock.now + 7 * DAY
        clock.go(days=6.9)
        assert not retention.when_opened(store).forgotten
        clock.go(days=0.1)
        assert retention.when_opened(store).forgotten

    def test_a_new_plan_or_import_begins_the_time_anew(
        self, store: Store, clock: Clock, tmp_path: Path
    ) -> None:
        clock.go(days=85)
        retention.when_opened(store)
        importing.import_files(store, [tmp_path / "book.vcf"])
        clock.go(days=20)
        assert retention.when_opened(store) == retention.Notice()
        planning.freeze_plan(store, Request(sender="小明"))
        clock.go(days=82)
        assert retention.when_opened(store) == retention.Notice()

    def test_it_is_kept_as_long_as_the_borrower_says(self, store: Store, clock: Clock) -> None:
        retention.keep_for(store, "8")
        clock.go(days=1)
        assert retention.when_opened(store).on == clock.now + 7 * DAY
        retention.keep_for(store, "never")
        clock.go(days=4000)
        assert retention.when_opened(store) == retention.Notice()

    @pytest.mark.parametrize("said", ["0", "-1", "3651", "９０", "bald", "", "1" * 5000])
    def test_what_is_no_time_changes_nothing(self, store: Store, said: str) -> None:
        with pytest.raises(RetentionError):
            retention.keep_for(store, said)

        assert retention.kept_for(store) == 90

    def test_while_somebody_sends_the_next_start_does_it(
        self, store: Store, reopened: Store, clock: Clock
    ) -> None:
        clock.go(days=200)
        retention.when_opened(store)
        clock.go(days=8)
        with reopened.alone():
            assert not retention.when_opened(store).forgotten
        assert retention.when_opened(store).forgotten

    def test_every_command_says_it_and_one_keeps_them(
        self, kit_then: Callable[..., Result], store: Store, clock: Clock
    ) -> None:
        clock.go(days=85)
        assert "will be forgotten on 2027-02-21" in kit_then("contacts").stderr
        clock.go(days=8)
        kept = kit_then("erase", "--contacts", "--after", "never")
        assert "not forgotten by themselves" in kept.stdout
        assert "forgotten" not in kit_then("contacts").stderr
        kit_then("erase", "--contacts", "--after", "90")
        clock.go(days=8)
        kit_then("contacts")
        clock.go(days=8)
        done = kit_then("contacts")
        assert "were forgotten" in done.stderr
        assert "妈妈" not in done.stdout
        assert store.home.exists()


def test_after_belongs_to_contacts(kit: Callable[..., Result]) -> None:
    assert kit("erase", "--after", "9").exit_code == 2
    assert kit("erase", "--contacts", "--unopened").exit_code == 2

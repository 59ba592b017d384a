"""A laptop's store becomes a case, and a case a laptop's store, and nothing is sent again."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from clinic_line import people, planned
from conftest import bare_environment, card
from providers import Provider, of_twilio
from standins.twilio import NUMBER
from test_backup import little_room, told

from kit.actions import backup_file, hearing, moving, queueing, restored, suggesting
from kit.actions.backing_up import back_up
from kit.actions.delivery import Why, deliver, way
from kit.actions.opening import open_channel
from kit.actions.store import open_store
from kit.actions.unlocking import Nobody
from kit.clinic import Queue
from kit.connector import Connection, key
from kit.connector.case_keys import CaseKeys
from kit.connector.moving import tables
from kit.errors import (
    AlreadyRunningError,
    BackupDamagedError,
    BackupTooNewError,
    BackupUnwrittenError,
    CaseClosedError,
    CaseHereError,
    CaseSendingError,
    DatabaseGoneError,
    FileTakenError,
    FullDiskError,
    KitError,
    NoBackupError,
    OlderStoreError,
    PassphraseEmptyError,
    WrongPassphraseError,
)
from kit.ledger.moving import POINTS_TO
from kit.model import E164, Meaning, Receipt, Status, Way
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from click.testing import Result
    from conftest import Clock
    from postgres import Database
    from standins.twilio import TwilioStandin

    from kit.actions.cases import Clinic
    from kit.actions.store import Store
    from kit.connector.moving import Table
    from kit.model import Attempt, Case, Message, Plan

    Opens = Callable[..., Store]

TESTS = Path(__file__).parent
TYPED = "口令"
LENDER = "示例消费金融有限公司"
FIRST = E164("+8613800000001")
PACE = ("--hours", "00:00-24:00", "--max-per-second", "0", "--max-per-hour", "3")


@dataclass
class Laptop:
    """A computer of the borrower's own."""

    folder: Path
    kit: Callable[..., Result]
    clock: Clock

    @property
    def environment(self) -> dict[str, str]:
        home = str(self.folder / "home")
        own = {"KIT_HOME": home, "KIT_KEY_FILE": f"{home}/key", "KIT_DATABASE_URL": ""}
        return {**own, "KIT_SEAL_PASSPHRASE": TYPED}

    def run(self, *arguments: str | Path, codes: Sequence[int] = (0, 3)) -> Result:
        done = self.kit(*arguments, **self.environment)
        assert done.exit_code in codes, done.output
        return done

    @contextlib.contextmanager
    def opened(self, **more: str) -> Iterator[Store]:
        settings = load({**os.environ, **self.environment, **more})
        with contextlib.closing(open_store(settings, Nobody(), self.clock, self.clock.rest)) as one:
            yield one

    def restored(self, path: Path) -> Laptop:
        """Another computer, with what that backup holds."""
        other = replace(self, folder=self.folder.with_name(f"after {self.folder.name}"))
        assert self.kit("restore", path, **other.environment).exit_code == 0
        return other

    def backup(self, name: str = "all.kit") -> Path:
        with self.opened() as store:
            return back_up(store, self.folder / name, TYPED)


@pytest.fixture
def provider(server: TwilioStandin, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """Whom the laptop and the clinic send by: the clinic's own number."""
    made = of_twilio(server)
    for name, value in {**made.settings, "KIT_SETTLE_S": "0"}.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def laptop(kit_then: Callable[..., Result], clock: Clock, tmp_path: Path) -> Laptop:
    made = Laptop(tmp_path / "laptop", kit_then, clock)
    made.folder.mkdir()
    return made


@pytest.fixture
def small(laptop: Laptop) -> Path:
    """The backup of a laptop with two people and a plan that was not begun."""
    with laptop.opened() as store:
        planned(store, 2)
    return laptop.backup()


def unlocked(path: Path, typed: str = TYPED) -> moving.Backup:
    found = moving.Backup(path)
    found.unlock(typed)
    return found


def moved_in(clinic: Clinic, path: Path) -> Case:
    return unlocked(path).move_in(clinic).case


def line_of(store: Store) -> Any:  # noqa: ANN401 (a file or a case)
    return store._connection  # noqa: SLF001 (all of it, whatever a store lets one see)


def rows_of(store: Store, like: list[Table]) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table; in their order where they have one."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in like:
        rows = [
            {name: row[name] for name in table.columns}
            for row in line_of(store).stream(table.select())
        ]
        found[table.name] = rows if table.is_numbered else sorted(rows, key=repr)
    return found


def alike(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The same without what is not to be the same: where files lie, and what is asked anew."""
    settings = [row for row in found["setting"] if row["value"]]
    rest = {name: rows for name, rows in found.items() if name not in ("written", "copied")}
    return {**rest, "setting": [row for row in settings if not row["name"].startswith("heard ")]}


def unnumbered(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The same without the numbers of other rows, which are others in a case."""
    return {
        table: [{name: row[name] for name in row if (table, name) not in POINTS_TO} for row in rows]
        for table, rows in found.items()
    }


def begun(laptop: Laptop, server: TwilioStandin) -> None:
    """Somebody was told and answered, who was forgotten since."""
    with laptop.opened() as store:
        send(store, planned(store, 2), 1)
    server.reply(FIRST, "你好")
    laptop.run("sync")


def gone_on(laptop: Laptop, server: TwilioStandin, book: Path) -> None:
    """What a borrower does in some weeks, so that no table is empty."""
    run = laptop.run
    run("sync", "--nothing-by", "another")
    run("erase", "--contacts", "--yes")
    run("import", book)
    run("choose", "--me", "李明", "--emergency", "妈妈", "--everyone-else")
    run("contacts", "split", "芳姐")
    run("plan", "--via", "twilio", "--from", "李明", *PACE)
    run("sync", "--nothing-by", "another")
    run("send", "--yes", "4")
    run("stop", "n2")
    server.reply(server.messages[-1]["to"], "TD")
    run("sync")
    call = "【来电记录】\n时间：2026-11-20 14:30\n说了什么：找你"
    for minute in ("30", "35"):
        run("inbox", "add", "--from", "n1", call.replace("30", minute))
    waiting = [json.loads(one)["id"] for one in run("inbox", "--json").stdout.splitlines()]
    run("evidence", "decline", waiting[0])
    run("evidence", "accept", waiting[1])
    shot = laptop.folder / "shot.png"
    shot.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)
    at = ("--kind", "call", "--at", "2026-11-20T22:30+08:00", "--as", LENDER, "--to", "n1")
    run("evidence", "add", *at, "--said", "找你", "--file", shot)
    run("evidence", "remove", "1", "--yes")
    run("letter", "facts", "--set", "name=李明", "--set", f"lender={LENDER}")
    run("letter", "sent", "stop", "--on", "2026-11-20")
    with laptop.opened() as store:
        store.record.name_collector("+861055500100", store.clock())
        suggesting.keep_looks(store)


def cards() -> list[str]:
    found = [card(f"n{n}", f"1380000001{n}", email=f"n{n}@example.com") for n in range(1, 3)]
    found += [card("芳姐", "13800000015"), card("小芳", "13800000015", "13800000016")]
    return [*found, card("妈妈", "13800000020"), card("李明", "13800000021")]


def send(store: Store, plan: Plan, count: int = 99) -> list[Why | None]:
    """Deliver so many messages of a plan; why each that did not go did not."""
    with contextlib.closing(open_channel(store, "twilio")) as line:
        return [
            deliver(store, plan, message, {"twilio": line}).why for message in plan.messages[:count]
        ]


def claimed(store: Store, plan: Plan, message: Message) -> Attempt:
    """A message that somebody claimed who then died."""
    found = way(store, plan, message, store.clock())
    assert isinstance(found, Way)
    attempt = store.ledger.claim(plan, message, found, store.clock())
    assert attempt is not None
    return attempt


@pytest.mark.usefixtures("provider")
def test_a_store_comes_in_and_goes_out_again_as_it_was(
    laptop: Laptop,
    clinic: Clinic,
    case_store: Opens,
    server: TwilioStandin,
    book: Callable[..., Path],
) -> None:
    other = case_store()  # so that the case is not numbered as the laptop is
    planned(other, 1)
    out = moving.move_out(clinic, other.settings.case, laptop.folder / "other.kit", TYPED)
    moved_in(clinic, out)
    begun(laptop, server)
    laptop = laptop.restored(laptop.backup())
    gone_on(laptop, server, book(*cards()))
    case = moved_in(clinic, laptop.backup())
    inside = case_store(case)
    moving.move_out(clinic, case.id, path := laptop.folder / "out.kit", TYPED)
    last = laptop.restored(path)
    with laptop.opened() as before, last.opened() as after:
        like = tables(line_of(before), line_of(inside))
        rows = [rows_of(one, like) for one in (before, inside, after)]
        made_at = [one.copies.made_at for one in (inside, after)]

    assert {name for name, found in rows[0].items() if not found} == set()
    assert alike(rows[0]) == alike(rows[2]) != alike(rows[1])
    assert unnumbered(alike(rows[0])) == unnumbered(alike(rows[1]))
    assert [len(one["copied"]) for one in rows] == [1, 2, 3]
    assert made_at[1] == clinic.case(case.id).moved_out_at
    for here in ({"KIT_CASE": case.id}, last.environment):
        assert last.kit("evidence", "verify", **here).exit_code == 0


def test_every_table_of_a_case_is_one_of_a_laptop(
    laptop: Laptop, case_store: Opens, database: Database
) -> None:
    with laptop.opened() as store, psycopg.connect(database.admin_url) as raw:
        own = {table.name for table in tables(line_of(store), line_of(case_store()))}
        sql = "SELECT tablename FROM pg_policies WHERE policyname = 'one_case'"
        assert own == {name for (name,) in raw.execute(sql)} - {"procrastinate_jobs"}


def test_what_no_laptop_has_stays_out_and_so_do_the_keys_of_another_clinic(
    laptop: Laptop, clinic: Clinic, case_store: Opens, database: Database
) -> None:
    with laptop.opened() as store:
        planned(store, 2)
        CaseKeys(line_of(store)).make("another clinic's")
        for sql in (
            "CREATE TABLE clinic_opt_out (hash, at)",
            "INSERT INTO clinic_opt_out VALUES ('hash', 'at')",
            "CREATE TABLE procrastinate_workers (id)",
            "INSERT INTO procrastinate_workers VALUES (1)",
            'CREATE TABLE "x; y" (z)',
            'ALTER TABLE setting ADD COLUMN "value) VALUES (1); --" TEXT',
        ):
            line_of(store).write(sql, {})
    inside = case_store(moved_in(clinic, laptop.backup()))

    assert len(inside.current_plan().skips) == 2
    with psycopg.connect(database.admin_url) as raw:
        for table in (b"clinic_opt_out", b"procrastinate_workers"):
            assert raw.execute(b"SELECT * FROM kit." + table).fetchall() == []


def test_what_went_before_the_backup_or_after_it_is_sent_to_nobody_again(
    laptop: Laptop, provider: Provider, clinic: Clinic, case_store: Opens, clock: Clock
) -> None:
    with laptop.opened() as store:
        plan = planned(store, 8)
        send(store, plan, 2)
        arrived, lost = (claimed(store, plan, message) for message in plan.messages[2:4])
        with contextlib.closing(open_channel(store, "twilio")) as line:
            line.send(arrived)
        path = laptop.backup()
        send(store, plan, 6)
    clock.go(minutes=5)
    inside = case_store(moved_in(clinic, path))
    plan = inside.current_plan()
    statuses = inside.ledger.statuses(plan.notice_id)
    assert list(statuses.values()).count(Status.SENDING) == 2
    assert inside.ledger.tries(lost.message_id)[0].attempt_id == lost.id
    assert set(send(inside, plan)) == {Why.RESTORED, Why.TOLD}
    assert restored.held_by(inside) == ["twilio", "another"]

    hearing.sync(inside, ["another"])
    clock.go(minutes=5)
    send(inside, plan)
    assert provider.taken() == {message.recipient: 1 for message in plan.messages}


def test_what_came_in_waits_for_a_worker_only_when_it_was_confirmed_here(
    laptop: Laptop, provider: Provider, clinic: Clinic, case_store: Opens, database: Database
) -> None:
    first = case_store()
    plan = planned(first, 2)
    queueing.enqueue(first, Queue(line_of(first)), plan)
    path = moving.move_out(clinic, first.settings.case, laptop.folder / "out.kit", TYPED)
    inside = replace(second := case_store(moved_in(clinic, path)), queue=Queue(line_of(second)))

    assert database.name
    assert provider.taken() == {}
    assert queueing.enqueue_again(inside) == 0
    hearing.sync(inside, ["another"])
    assert list(queueing.in_hand(inside)) == []
    assert queueing.enqueue(inside, Queue(line_of(inside)), inside.current_plan()) == 2


def test_a_store_is_one_open_case_and_goes_on_from_where_it_last_was(
    small: Path, laptop: Laptop, clinic: Clinic, clock: Clock
) -> None:
    first = moved_in(clinic, small)
    later = laptop.backup("later.kit")
    for path in (small, later):
        with pytest.raises(CaseHereError) as refused:
            moved_in(clinic, path)
        assert refused.value.facts["id"] == first.id
    clock.go(minutes=1)
    clinic.close(first.id)
    for path in (small, later):
        with pytest.raises(OlderStoreError):
            moved_in(clinic, path)
    out = moving.move_out(clinic, first.id, laptop.folder / "out.kit", TYPED)
    again = moving.move_out(clinic, first.id, laptop.folder / "again.kit", TYPED)
    with pytest.raises(OlderStoreError):
        moved_in(clinic, small)
    on_from_there = laptop.restored(again).backup("third.kit")
    second = moved_in(clinic, on_from_there)
    clinic.close(second.id)
    with pytest.raises(OlderStoreError):
        moved_in(clinic, out)

    assert [case.closed_at is None for case in clinic.cases.all()] == [False, False]
    assert (first.name, second.name) == ("小明", "小明")


def test_a_case_that_goes_out_is_closed_first_whatever_becomes_of_the_file(
    laptop: Laptop, provider: Provider, clinic: Clinic, case_store: Opens, clock: Clock
) -> None:
    store = case_store()
    plan = planned(store, 3)
    send(store, plan, 1)
    case_id, out = store.settings.case, laptop.folder / "out.kit"
    for refused, path, typed in (
        (PassphraseEmptyError, out, ""),
        (FileTakenError, store.home / "kit.db", TYPED),
    ):
        with pytest.raises(refused):
            moving.move_out(clinic, case_id, path, typed)
    assert clinic.case(case_id).closed_at is None

    claimed(store, plan, plan.messages[1])
    with pytest.raises(CaseSendingError) as sending:
        moving.move_out(clinic, case_id, out, TYPED)
    assert sending.value.facts["count"] == 1
    with pytest.raises(CaseClosedError):
        send(store, plan)
    clock.go(minutes=1)
    with pytest.raises(BackupUnwrittenError):
        moving.move_out(clinic, case_id, laptop.folder / "nowhere" / "out.kit", TYPED)
    moving.move_out(clinic, case_id, out, TYPED)
    with laptop.restored(out).opened() as after:
        assert after.ledger.statuses(plan.notice_id) == store.ledger.statuses(plan.notice_id)
        assert set(send(after, plan)) == {Why.RESTORED, Why.TOLD}
        hearing.sync(after, ["another"])
        send(after, after.current_plan())
    assert provider.taken() == {message.recipient: 1 for message in plan.messages}
    assert left_in(store.home) == set()


def left_in(home: Path) -> set[str]:
    return {path.name for path in home.iterdir() if "restoring" in path.name}


#: What may have become of the file, and what is said of it.
FAILURES: dict[str, tuple[Callable[[bytes], bytes], str, type[KitError]]] = {
    "something else": (lambda _: b"BEGIN:VCARD\r\n" * 900, TYPED, NoBackupError),
    "cut short": (lambda content: content[:-4097], TYPED, NoBackupError),
    "a byte of it changed": (
        lambda content: content[:9000] + bytes([content[9000] ^ 1]) + content[9001:],
        TYPED,
        BackupDamagedError,
    ),
    "of a newer version": (
        lambda content: told(content, steps={"book": 99}),
        TYPED,
        BackupTooNewError,
    ),
    "another passphrase": (lambda content: content, "別的", WrongPassphraseError),
}


def test_what_is_no_whole_backup_makes_no_case(small: Path, clinic: Clinic) -> None:
    for damage, typed, error in FAILURES.values():
        path = small.with_name("damaged.kit")
        path.write_bytes(damage(small.read_bytes()))
        with pytest.raises(error):
            unlocked(path, typed)

    assert clinic.cases.all() == []
    assert left_in(clinic.settings.home) == set()


def test_a_backup_of_an_older_version_comes_in(
    small: Path, laptop: Laptop, clinic: Clinic, case_store: Opens
) -> None:
    settings = load({**os.environ, **laptop.environment})
    own = key.from_file(settings.home / "key", make=False)
    names = (
        *("a_changed_contact_looks_otherwise", "another_own_card", "a_changed_own_card"),
        *("addresses_of_a_new_contact", "addresses_of_a_changed_contact"),
    )
    lock, older = backup_file.new_lock(TYPED), small.with_name("older.kit")
    with contextlib.closing(Connection(settings.home / "kit.db", own)) as file:
        with file.writing():
            file.write("DELETE FROM schema_step WHERE store = 'book' AND number = 6", {})
            for name in names:
                file.write(f"CREATE TRIGGER {name} DELETE ON look BEGIN SELECT 1; END", {})
        older.touch()
        file.copy_to(older, lock.key)
        backup_file.close_up(older, lock, file.steps_done())
    inside = case_store(moved_in(clinic, older))

    assert [one.id for one in inside.book.contacts()] == [one.id for one in people(2)]


def test_a_full_disk_makes_no_case_and_no_file(
    small: Path, clinic: Clinic, case_store: Opens, laptop: Laptop
) -> None:
    store = case_store()
    planned(store, 2)
    found = unlocked(small)
    with little_room(100_000):
        with pytest.raises(FullDiskError):
            found.move_in(clinic)
        with pytest.raises(FullDiskError):
            moving.move_out(clinic, store.settings.case, laptop.folder / "out.kit", TYPED)

    assert [case.id for case in clinic.cases.all()] == [store.settings.case]
    assert left_in(store.home) == set()
    assert not (laptop.folder / "out.kit").exists()
    moving.move_out(clinic, store.settings.case, laptop.folder / "out.kit", TYPED)
    assert found.move_in(clinic).found.people == 2


@contextlib.contextmanager
def stopped_at(database: Database, table: str) -> Iterator[Callable[[], list[int]]]:
    """Whoever reads or writes that table waits until the block ends; who they are."""
    with psycopg.connect(database.admin_url) as raw, psycopg.connect(database.admin_url) as other:
        raw.execute(f"LOCK TABLE kit.{table} IN ACCESS EXCLUSIVE MODE".encode())

        def waiting() -> list[int]:
            sql = "SELECT pid FROM pg_locks WHERE NOT granted AND locktype = 'relation'"
            return [pid for (pid,) in other.execute(sql.encode())]

        yield waiting


def test_a_database_that_is_lost_in_the_middle_has_no_case(
    small: Path, clinic: Clinic, database: Database
) -> None:
    found = unlocked(small)
    with ThreadPoolExecutor(1) as pool:
        with stopped_at(database, "contact") as waiting:
            moving_in = pool.submit(found.move_in, clinic)
            while not (pids := waiting()):
                assert not moving_in.done()
            database.run(f"SELECT pg_terminate_backend({pids[0]})")
        with pytest.raises(DatabaseGoneError):
            moving_in.result()

    assert clinic.cases.all() == []
    assert left_in(clinic.settings.home) == set()
    assert found.move_in(clinic).found.people == 2


MOVE = """
import sys
from conftest import CHEAP
exec(CHEAP)
from kit.cli import main
main()
"""


def killed(database: Database, *arguments: str | Path) -> None:
    """Run the command until it comes to the people of a store, and kill it there."""
    environment = bare_environment() | {"KIT_SEAL_PASSPHRASE": TYPED}
    with stopped_at(database, "contact") as waiting:
        child = subprocess.Popen(
            [sys.executable, "-c", MOVE, "case", "move", *arguments],
            env={**environment, "PYTHONPATH": os.pathsep.join(map(str, (TESTS, TESTS.parent)))},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            while not waiting():
                assert child.poll() is None, child.stderr and child.stderr.read()
        finally:
            child.send_signal(signal.SIGKILL)
            child.communicate()


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
def test_killed_in_the_middle_there_is_no_case_and_then_all_of_it(
    small: Path, clinic: Clinic, case_store: Opens, database: Database, laptop: Laptop
) -> None:
    killed(database, small)
    assert clinic.cases.all() == []
    assert left_in(clinic.settings.home)

    inside = case_store(moved_in(clinic, small))
    assert left_in(clinic.settings.home) == set()
    with laptop.opened() as store:
        assert inside.current_plan() == store.current_plan()


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
def test_killed_on_its_way_out_a_case_is_closed_and_goes_out_the_next_time(
    clinic: Clinic, case_store: Opens, database: Database, laptop: Laptop
) -> None:
    store, out = case_store(), laptop.folder / "out.kit"
    planned(store, 2)
    killed(database, "--out", out, store.settings.case)
    assert clinic.case(store.settings.case).closed_at is not None
    assert list(laptop.folder.iterdir()) == []

    moving.move_out(clinic, store.settings.case, out, TYPED)
    assert left_in(store.home) == set()
    with laptop.restored(out).opened() as after:
        assert after.current_plan() == store.current_plan()


def test_two_who_move_a_store_in_at_once_make_one_case(small: Path, clinic: Clinic) -> None:
    found = unlocked(small)
    with clinic.connection.holding("moving"), pytest.raises(AlreadyRunningError):
        found.move_in(clinic)

    assert clinic.cases.all() == []


def test_what_a_laptop_sent_lately_counts_for_the_clinics_sender_once(
    laptop: Laptop, provider: Provider, clinic: Clinic, case_store: Opens, clock: Clock
) -> None:
    with laptop.opened() as store:
        plan = planned(store, 5)
        send(store, plan, 1)
        clock.go(days=3)
        plan = planned(store, 5)
        send(store, plan, 3)
        store.ledger.record(
            claimed(store, plan, plan.messages[3]).id,
            Receipt(status=Status.PLANNED, at=clock(), code="not taken"),
        )
    other, since = case_store(), clock() - timedelta(days=1)
    path = laptop.backup()
    for _ in range(2):
        case = moved_in(clinic, path)
        assert len(other.ledger.gone_since(["twilio"], since, clock(), "twilio")) == 3
        assert len(other.ledger.claimed_between("twilio", since, clock())) == 4
        path = moving.move_out(clinic, case.id, laptop.folder / f"{case.id}.kit", TYPED)
    assert provider.taken().total() == 4


@pytest.mark.parametrize("sender", [NUMBER, "+12025550199"])
def test_who_wants_no_more_of_the_laptops_sender_wants_none_of_the_clinics_if_it_is_the_same(
    laptop: Laptop,
    provider: Provider,
    clinic: Clinic,
    case_store: Opens,
    server: TwilioStandin,
    sender: str,
) -> None:
    with laptop.opened(KIT_TWILIO_SENDER=sender) as store:
        send(store, planned(store, 2), 1)
        server.reply(FIRST, "退订", to=sender)
        hearing.sync(store)
        laptop.clock.go(days=30)
        hearing.sync(store)
        assert store.ledger.opted_out([FIRST])
    inside, other = case_store(moved_in(clinic, laptop.backup())), case_store()
    hearing.sync(inside)

    assert inside.ledger.opted_out([FIRST]) == {FIRST: Meaning.OPT_OUT}
    assert bool(other.ledger.opted_out([FIRST])) is (sender == NUMBER)
    assert len(hearing.replies(inside)) == 1
    assert provider.taken()[FIRST] == 1


def test_the_command_moves_in_and_out(
    small: Path, laptop: Laptop, kit: Callable[..., Result], clinic: Clinic
) -> None:
    typed = {"KIT_SEAL_PASSPHRASE": TYPED}
    came = kit("case", "move", small, "--name", "小红", "--json", **typed)
    assert came.exit_code == 0, came.output
    made = json.loads(came.stdout)
    assert (made["name"], clinic.case(made["id"]).name) == ("小红", "小红")
    for sentence in ("2 contacts", "Stop sending there", "kit sync", made["id"]):
        assert sentence in came.stderr
    twice = kit("case", "move", small, **typed)
    wrong = kit("case", "move", small, made["id"], **typed)
    asked = kit("case", "move", small)
    out = laptop.folder / "out.kit"
    went = kit("case", "move", "--out", out, KIT_CASE=made["id"], **typed)

    assert (twice.exit_code, made["id"] in twice.stderr) == (1, True)
    assert (wrong.exit_code, asked.exit_code) == (2, 1)
    assert (went.exit_code, out.exists()) == (0, True)
    assert "The case is closed" in went.stderr
    assert clinic.case(made["id"]).closed_at is not None
    assert kit("case", "move", "--out", out, **typed).exit_code == 1
    assert "小红" not in twice.output + wrong.output + went.output


def test_without_a_clinic_nothing_is_moved(small: Path, laptop: Laptop) -> None:
    refused = laptop.run("case", "move", small, codes=(1,))

    assert "This is for a clinic's database" in refused.stderr

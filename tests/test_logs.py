"""What phones and carriers wrote down: who rang is shown, what collectors sent is kept, once."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pytest
from conftest import bare_environment, card, end
from postgres import everything_in
from trickle import Trickle

from kit.actions import logs, recording
from kit.actions.exhibits import Handed
from kit.actions.importing import import_files
from kit.actions.log_files import Ways, read_map, read_zone
from kit.actions.recording import Told
from kit.errors import ColumnMapError, ExhibitUnreadableError, NoCollectorError, ZoneError
from kit.evidence import contents
from kit.evidence.chain import stamp
from kit.model import Account, EntryKind, IncidentKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from conftest import Kit

    from kit.actions.logs import Brought, Caller, Taken
    from kit.actions.store import Store

pytestmark = pytest.mark.usefixtures("store")
COLLECTOR, OTHER, MOTHER = "13800000123", "13800000456", "13800000001"
#: 2026-11-01 22:30:00.123 in China.
DATE = 1_793_543_400_123
MINUTE = 60_000


def call(number: str, minutes: int = 0, kind: int = 1, duration: int = 9, **more: int) -> str:
    date = DATE + minutes * MINUTE + more.get("milliseconds", 0)
    return f'<call number="{number}" duration="{duration}" date="{date}" type="{kind}" />'


def sms(number: str, text: str, minutes: int = 0, kind: int = 1) -> str:
    date = DATE + minutes * MINUTE
    return f'<sms address="{number}" date="{date}" type="{kind}" body="{text}" />'


CALLS = (
    call(COLLECTOR),
    call("+86 138 0000 0123", 1, kind=3, duration=0),
    call(OTHER, 2, kind=3, duration=0),
    call(MOTHER, 3),
    call(MOTHER, 4),
    call(MOTHER, 5),
    call(COLLECTOR, 6, kind=2),
    call("-1", 7, kind=5, duration=0),
)


def handed(content: str | bytes, name: str = "calls.xml") -> Handed:
    data = content if isinstance(content, bytes) else content.encode()
    return Handed(name=name, open=lambda: io.BytesIO(data))


def xml(*rows: str, name: str = "calls.xml") -> Handed:
    return handed(f"<calls count='{len(rows)}'>{''.join(rows)}</calls>", name)


def ways(store: Store, *columns: str) -> Ways:
    return Ways(columns=read_map(columns), zone=read_zone(store))


def read(store: Store, *files: Handed) -> Brought:
    return logs.read(store, files, ways(store))


def take(store: Store, *files: Handed, numbers: tuple[str, ...] = (COLLECTOR,)) -> Taken:
    return logs.take(store, files, numbers, ways(store))


def caller(brought: Brought, number: str) -> Caller:
    return next(one for one in brought.callers if one.number == number)


@pytest.fixture
def mother(store: Store) -> None:
    import_files(store, [io.BytesIO(card("妈妈", MOTHER).encode())])


@pytest.mark.usefixtures("mother")
def test_who_rang_is_counted_by_number_however_it_was_shown(store: Store) -> None:
    brought = read(store, xml(*CALLS))
    collector = caller(brought, COLLECTOR)

    assert brought.rows == 8
    assert [one.number for one in brought.callers] == [MOTHER, COLLECTOR, OTHER, ""]
    assert (collector.calls, collector.missed, collector.texts) == (2, 1, 0)
    assert collector.first == datetime(2026, 11, 1, 14, 30, 0, 123_000, tzinfo=UTC)
    assert [one.number for one in brought.callers if one.is_known] == [MOTHER]
    assert not [one for one in brought.callers if one.is_picked]
    assert recording.incidents(store) == []


def test_only_what_came_in_from_picked_numbers_is_written_down(store: Store) -> None:
    taken = take(store, xml(*CALLS))
    first, second = recording.incidents(store)

    assert (taken.rows, taken.new, taken.known) == (8, 2, 0)
    assert first.at == datetime(2026, 11, 1, 14, 30, tzinfo=UTC)
    assert (first.number, first.caller) == (COLLECTOR, "+8613800000123")
    assert (first.answered, second.answered) == (True, False)
    assert (first.account, first.to_borrower, first.zones) == (
        Account.LOG,
        True,
        ("Asia/Shanghai",),
    )
    assert first.source == "calls.xml:1"
    assert json.loads(first.original)["date"] == str(DATE)
    kept = "".join(one.content for one in store.record.contents(EntryKind.INCIDENT))
    assert OTHER not in kept
    assert MOTHER not in kept
    assert recording.verify(store) == []


def test_a_text_is_what_was_said(store: Store) -> None:
    take(store, handed(f"<smses>{sms(COLLECTOR, '还钱')}{sms(COLLECTOR, '我', 1, 2)}</smses>"))
    (incident,) = recording.incidents(store)

    assert (incident.kind, incident.said, incident.answered) == (IncidentKind.TEXT, "还钱", None)


def test_the_same_backup_twice_adds_nothing(store: Store) -> None:
    take(store, xml(*CALLS))
    before = store.record.head()
    again = take(store, xml(*CALLS))
    copied = take(store, xml(call("+8613800000123", milliseconds=400), name="older copy.xml"))

    assert (again.new, again.known) == (0, 2)
    assert (copied.new, copied.known) == (0, 1)
    assert store.record.head() == before


def test_a_call_in_a_bill_is_the_call_in_the_phones_backup(store: Store) -> None:
    bill = f"对方号码,起始时间,呼叫类型,通话时长\n{COLLECTOR},2026-11-01 22:30:00,被叫,9秒\n"
    take(store, xml(*CALLS))

    assert take(store, handed(bill.encode("gb18030"), "bill.csv")).known == 1


def test_what_the_borrower_removed_does_not_come_back(store: Store) -> None:
    take(store, xml(*CALLS))
    recording.remove(store, EntryKind.INCIDENT, recording.incidents(store)[0].id)
    again = take(store, xml(*CALLS))

    spelled_otherwise = take(store, xml(call("+8613800000123", milliseconds=400)))

    assert (again.new, again.known, again.removed) == (0, 1, 1)
    assert (spelled_otherwise.new, spelled_otherwise.removed) == (0, 1)


@pytest.mark.usefixtures("both_stores")
def test_of_what_was_removed_stays_nothing_that_can_be_guessed_without_the_key(
    store: Store,
) -> None:
    take(store, xml(*CALLS), handed(f"<smses>{sms(COLLECTOR, '还钱')}</smses>"))
    gone = recording.incidents(store)
    for one in gone:
        recording.remove(store, EntryKind.INCIDENT, one.id)
    everything = everything_in(store)

    assert len(gone) == 3
    for one in gone:
        for trace in (one.id, contents.same(one), one.source, stamp(one.at)):
            assert trace not in everything
    assert len(store.record.declined()) == 3


def test_a_number_once_picked_is_picked_in_the_next_file_until_it_is_forgotten(
    store: Store,
) -> None:
    take(store, xml(call(COLLECTOR)))

    assert caller(read(store, xml(*CALLS)), COLLECTOR).is_picked
    assert take(store, xml(call(COLLECTOR, 1)), numbers=()).new == 1
    logs.forget(store, "138 0000 0123")
    assert take(store, xml(call(COLLECTOR, 2)), numbers=()).new == 0
    with pytest.raises(NoCollectorError):
        logs.forget(store, COLLECTOR)


def test_the_caller_of_an_incident_that_was_told_is_picked(store: Store) -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    recording.add(store, Told(kind=IncidentKind.CALL, at=at, number="138-0000-0123", to="me"))

    assert take(store, xml(*CALLS), numbers=()).new == 2
    assert store.record.collectors() == ()


@pytest.mark.usefixtures("mother")
def test_a_contact_whom_somebody_took_for_a_caller_is_no_collector(store: Store) -> None:
    told = Told(kind=IncidentKind.CALL, at=store.clock(), number=MOTHER, to="老李", by="老李")
    recording.add(store, told)

    assert take(store, xml(*CALLS), numbers=()).new == 0
    assert not caller(read(store, xml(*CALLS)), MOTHER).is_picked
    assert take(store, xml(*CALLS), numbers=(MOTHER,)).new == 3


def test_calls_without_a_number_are_taken_when_asked_and_never_by_themselves(store: Store) -> None:
    assert take(store, xml(*CALLS), numbers=(logs.HIDDEN,)).new == 1
    assert take(store, xml(call("-2", 9)), numbers=()).new == 0


@pytest.mark.usefixtures("mother")
def test_a_log_of_a_contacts_phone_tells_of_the_contact(store: Store) -> None:
    logs.take(store, [xml(call(COLLECTOR))], [COLLECTOR], ways(store), "妈妈")
    (incident,) = recording.incidents(store)

    assert (incident.to, incident.to_borrower, incident.account) == ("妈妈", False, Account.LOG)


def test_what_is_yet_to_come_is_left_out_with_its_place(store: Store) -> None:
    taken = take(store, xml(call(COLLECTOR, 60 * 24 * 365), call(COLLECTOR)))

    assert taken.new == 1
    assert [str(one) for one in taken.problems] == [
        "calls.xml:1 Its time is yet to come; it is left out. Was the clock of the phone wrong?"
    ]


def test_what_a_phone_wrote_whose_clock_was_not_set_is_left_out(store: Store) -> None:
    taken = take(store, xml(call(COLLECTOR, -DATE // MINUTE + 1), call(COLLECTOR)))

    assert [(one.where, taken.new) for one in taken.problems] == [("calls.xml:1", 1)]
    assert "long before" in taken.problems[0].what


def test_many_bad_rows_are_counted_and_not_held(store: Store) -> None:
    brought = read(store, xml(*["<call />"] * 1_500))

    assert len(brought.problems) == 1_001
    assert str(brought.problems[-1]) == "calls.xml Other entries that cannot be used: 500."


BILL = "A,B,C\n{},2026-11-01 22:30,被叫\n"


def test_what_is_said_of_a_table_is_kept_for_its_headings(store: Store) -> None:
    said = Ways(columns=read_map(["number=A", "at=B", "direction=C"]), zone=read_zone(store))
    (unclear,) = read(store, handed(BILL.format(COLLECTOR), "bill.csv")).problems
    brought = logs.read(store, [handed(BILL.format(COLLECTOR), "bill.csv")], said)
    next_bill = read(store, handed(BILL.format(OTHER), "next.csv"))

    assert "headings" in unclear.what
    assert (brought.rows, next_bill.rows) == (1, 1)
    assert next_bill.problems == ()
    assert next_bill.files[0].is_by_zone
    with pytest.raises(ColumnMapError):
        read_map(["who=A"])


def test_the_year_that_is_said_counts_more_than_the_one_in_the_titles(store: Store) -> None:
    table = f"打印日期：2027-01-03\n对方号码,起始时间,呼叫类型\n{COLLECTOR},12-20 10:00,被叫\n"
    bill = handed(table, "bill.csv")
    said = Ways(zone=read_zone(store), year=2025)

    assert "yet to come" in take(store, bill).problems[0].what
    assert logs.take(store, [bill], [COLLECTOR], said).new == 1
    assert recording.incidents(store)[0].at == datetime(2025, 12, 20, 2, tzinfo=UTC)


def test_times_without_a_zone_need_one_where_the_region_has_several(store: Store) -> None:
    store.book.set("region", "US")
    bill = handed("number,date,direction\n2025550100,2026-11-01 22:30,in\n", "bill.csv")
    (problem,) = read(store, bill).problems
    named = Ways(zone=read_zone(store, "America/New_York"))

    assert "--zone" in problem.what
    assert logs.take(store, [bill], ["2025550100"], named).new == 1
    assert recording.incidents(store)[0].at == datetime(2026, 11, 2, 3, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "zone", [":00", "Asia", "Nowhere/None", "../etc", "+99:00", "x" * 300, "Asia/" * 3_000]
)
def test_what_is_no_zone_is_refused(store: Store, zone: str) -> None:
    with pytest.raises(ZoneError):
        read_zone(store, zone)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (b"PK\x03\x04rest", "Unpack it first"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b'{"calls": []}', "JSON"),
        (b"%PDF-1.7\n1 0 obj\n", "no backup and no table of calls"),
        (b"<catalog/>", "no backup of calls or texts"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no backup and no table"),
        (b"hello\n", "headings"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><calls/>', "declares entities"),
    ],
)
def test_what_is_no_log_is_said_to_be_none(store: Store, content: bytes, said: str) -> None:
    brought = read(store, handed(content))

    assert (brought.rows, len(brought.problems)) == (0, 1)
    assert said in brought.problems[0].what


@pytest.mark.parametrize(
    ("charset", "mark"), [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16", b""), ("gbk", b"")]
)
def test_a_table_is_read_in_its_character_set(store: Store, charset: str, mark: bytes) -> None:
    bill = f"运营商详单\n对方号码,起始时间,呼叫类型\n{COLLECTOR},2026-11-01 22:30,被叫\n"

    assert read(store, handed(mark + bill.encode(charset))).rows == 1


def test_a_pipe_is_asked_for_as_a_file(store: Store) -> None:
    pipe = Handed(name="-", open=lambda: cast("BinaryIO", Trickle(b"<calls/>", 8)))
    (problem,) = take(store, pipe).problems

    assert "read twice" in problem.what


def test_a_hostile_name_of_a_file_steers_nothing(store: Store) -> None:
    take(store, xml(call(COLLECTOR), name="../a\x1b[31m\u202e/b\n.xml"))

    assert recording.incidents(store)[0].source == "b.xml:1"


class Breaking(io.BytesIO):
    """A file on a stick that is pulled out after so many bytes."""

    def __init__(self, data: bytes, after: int) -> None:
        super().__init__(data)
        self._after = after

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= self._after:
            raise OSError(5, "pulled out")
        return super().read(min(size or -1, self._after) if size else size)


def test_of_a_file_that_breaks_off_while_it_is_read_nothing_is_kept(store: Store) -> None:
    data = f"<calls>{''.join(call(COLLECTOR, -one) for one in range(4_000))}</calls>".encode()
    broken = Handed(name="calls.xml", open=lambda: cast("BinaryIO", Breaking(data, 270_000)))

    with pytest.raises(ExhibitUnreadableError):
        take(store, broken)
    assert recording.incidents(store) == []
    assert store.record.collectors() == ()
    assert take(store, handed(data)).new == 4_000


def test_other_programs_write_while_a_file_is_read(store: Store, reopened: Store) -> None:
    class Meanwhile(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            reopened.book.set("meanwhile", "written")
            return super().read(size)

    data = b"<calls>" + "".join(CALLS).encode() + b"</calls>"
    taken = take(store, Handed(name="calls.xml", open=lambda: Meanwhile(data)))

    assert (taken.new, store.book.setting("meanwhile")) == (2, "written")


def test_more_than_can_be_held_is_taken_all_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_MOST_HELD", 1)

    assert take(store, xml(*(call(COLLECTOR, -one) for one in range(20)))).new == 20


def test_a_number_that_did_not_come_in_is_named_and_nothing_is_picked_of_no_log(
    store: Store,
) -> None:
    assert take(store, handed("neither"), numbers=(OTHER,)).rows == 0
    assert store.record.collectors() == ()

    taken = take(store, xml(call(COLLECTOR)), numbers=(COLLECTOR, "138 0000 0999"))
    assert taken.unseen == ("138 0000 0999",)


_KILLED = """
import os, signal, sys
from kit.actions import logs, recording
from kit.cli import main
keep, kept = recording.keep, []
def deadly(*arguments):
    kept.append(1)
    if len(kept) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return keep(*arguments)
recording.keep = deadly
sys.argv = ["kit", "evidence", "import", sys.argv[1], "--from", sys.argv[2]]
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_a_process_killed_in_the_middle_leaves_nothing(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "calls.xml"
    path.write_bytes(b"<calls>" + "".join(CALLS).encode() + b"</calls>")
    command = [sys.executable, "-c", _KILLED, str(path), COLLECTOR]
    done = subprocess.run(command, check=False, capture_output=True, env=bare_environment())

    assert done.returncode < 0
    assert recording.incidents(store) == []
    assert store.record.head()[0] == 0


class TestCommands:
    @pytest.fixture
    def calls(self, tmp_path: Path) -> Path:
        path = tmp_path / "calls.xml"
        path.write_bytes(b"<calls>" + "".join(CALLS).encode() + b"</calls>")
        return path

    @pytest.fixture
    def kit(self, kit_then: Kit, book: Callable[..., Path]) -> Callable[..., Result]:
        kit_then("import", book(card("妈妈", MOTHER)))
        return kit_then

    def test_with_nobody_there_and_nothing_picked_they_are_listed(
        self, kit: Callable[..., Result], calls: Path
    ) -> None:
        result = kit("evidence", "import", calls)

        assert result.exit_code == 0
        assert [line.split("texts")[0] for line in result.stdout.splitlines()] == [
            "1  13800000123        calls 2, of them not answered 1; ",
            "2  13800000456        calls 1, of them not answered 1; ",
            "3  (no number shown)  calls 1, of them not answered 1; ",
        ]
        assert result.stdout.count("texts 0  2026-11-01 – 2026-11-01") == 3
        assert "Nothing was written down" in result.stderr
        assert "Numbers in your contacts are not listed: 1. If" in result.stderr

    def test_numbers_that_are_named_are_taken_kept_and_forgotten(
        self, kit: Callable[..., Result], calls: Path
    ) -> None:
        first = kit("evidence", "import", calls, "--from", COLLECTOR, "--json")
        second = kit("evidence", "import", calls)
        listed = kit("evidence", "collectors", "--json")
        gone = kit("evidence", "collectors", "--forget", COLLECTOR)

        counted = {"rows": 8, "new": 2, "known": 0, "removed": 0}
        assert json.loads(first.stdout) == {**counted, "unseen": [], "problems": []}
        assert second.stdout.splitlines() == [
            "8 calls and texts read; written down: 0.",
            "Were there already: 2.",
        ]
        assert json.loads(listed.stdout) == {"number": "+8613800000123"}
        assert gone.exit_code == 0
        assert kit("evidence", "collectors", "--forget", COLLECTOR).exit_code == 1

    def test_of_a_table_it_is_said_how_it_was_read(
        self, kit: Callable[..., Result], tmp_path: Path
    ) -> None:
        bill = tmp_path / "bill.csv"
        rows = (f"{COLLECTOR},{at},被叫\n" for at in ("2026-11-01 22:30", "昨天"))
        bill.write_text("对方号码,起始时间,呼叫类型\n" + "".join(rows), encoding="utf-8")
        result = kit("evidence", "import", bill, "--from", COLLECTOR)

        assert result.exit_code == 3
        assert "columns were read so: number=对方号码" in result.stderr
        assert result.stderr.count("they are read by the clock of Asia/Shanghai") == 1
        assert "bill.csv:3  The entry has no time" in result.stderr

    def test_what_cannot_be_used_at_all_is_refused(
        self, kit: Callable[..., Result], tmp_path: Path
    ) -> None:
        other = tmp_path / "calls.zip"
        other.write_bytes(b"PK\x03\x04")

        empty = tmp_path / "empty.xml"
        empty.write_text("<calls count='0' />", encoding="utf-8")

        assert kit("evidence", "import", other).exit_code == 1
        assert "no call and no text" in kit("evidence", "import", empty).stderr
        assert "no call and no text" in kit("evidence", "import", empty, "--from", OTHER).stderr
        assert kit("evidence", "import", tmp_path / "gone.xml").exit_code == 2
        assert kit("evidence", "import", other, "--map", "x").exit_code == 2

    def test_at_a_terminal_the_borrower_picks_by_the_numbers_at_the_left(
        self, kit: Callable[..., Result], calls: Path, terminal: Callable[..., Any]
    ) -> None:
        assert kit("evidence", "collectors").exit_code == 0
        bill = calls.with_name("bill.csv")
        bill.write_text(f"号码,时间,类型\n{OTHER},2026-11-01 22:30,被叫\n", encoding="utf-8")
        child = terminal("evidence", "import", calls, bill)
        child.expect("columns were read so")
        child.expect("Enter: none")
        child.sendline("9")
        child.expect("Write the numbers")
        child.sendline("1")
        child.expect("written down: 2")
        end(child)

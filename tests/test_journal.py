"""What the kit did is kept as ids and counts, and nothing of anybody's can get in."""

from __future__ import annotations

import json
import logging
import os
import stat
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from conftest import bare_environment, card
from desks import sit_down
from providers import of_android

from kit import journal
from kit.actions.store import MADE
from kit.actions.unlocking import Nobody
from kit.channels import CAPABILITIES
from kit.errors import WrongKeyError
from kit.errors.fault import report
from kit.journal import FACTS, FILES, UNFIT, Event
from kit.ledger import IN_PERSON
from kit.model import Fault, Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from conftest import Clock
    from standins.android import AndroidPhone

    Kit = Callable[..., Result]

NAME, OTHER, SAID = "阙窈娘", "麹小满", "紫貂帽子的事要告诉全厂"
NUMBER, SECOND = "13800000917", "13800000918"
SECRETS = (NAME, OTHER, SAID, NUMBER, SECOND)
ATTEMPT = "0b7f1c52-3f0e-5c7f-9d55-6a3b0a4c2f10"
RUN = "0123abcd"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a store, as far as the journal looks."""
    folder = tmp_path / "place"
    folder.mkdir()
    (folder / MADE).touch()
    journal.keep(folder, MADE)
    return folder


def kept(home: Path) -> list[dict[str, object]]:
    return [json.loads(one) for one in (home / FILES[0]).read_text(encoding="ascii").splitlines()]


def test_what_is_declared_is_written_and_read_again(home: Path) -> None:
    journal.note(
        Event.ANSWERED,
        attempt=ATTEMPT,
        channel="twilio",
        status=Status.REJECTED,
        fault=Fault.OPT_OUT,
        code="21610",
    )
    journal.note(Event.ENDED, command="inbox add", code=1, ms=12, error=WrongKeyError)
    entries, strange = journal.read(home)

    assert strange == 0
    assert [(one.event, dict(one.facts)) for one in entries] == [
        (
            Event.ANSWERED,
            {
                "attempt": ATTEMPT,
                "channel": "twilio",
                "status": "rejected",
                "fault": "opt_out",
                "code": "21610",
            },
        ),
        (
            Event.ENDED,
            {
                "command": "inbox add",
                "code": 1,
                "ms": 12,
                "error": "kit.errors.store.WrongKeyError",
            },
        ),
    ]
    assert stat.S_IMODE((home / FILES[0]).stat().st_mode) == 0o600


@pytest.mark.parametrize("value", [*SECRETS, int(NUMBER), [NUMBER], {"a": NAME}, 1.5, f"a {NAME}"])
def test_no_fact_has_room_for_what_is_somebodys(value: object) -> None:
    for event, facts in FACTS.items():
        said = json.loads(journal.line(event, RUN, dict.fromkeys((*facts, NAME), value)))
        assert {said[name] for name in facts} == {UNFIT}, event
        assert set(said) == {"at", "run", "event", *facts, UNFIT}


def test_a_class_that_was_made_at_run_time_has_no_name_of_its_own() -> None:
    made = type(f"Error_{NUMBER}", (Exception,), {})

    assert json.loads(journal.line(Event.STOPPED, RUN, {"error": made}))["error"] == "Exception"


def test_every_channel_can_be_written_down() -> None:
    assert set(journal.CHANNELS) == {*CAPABILITIES, IN_PERSON}


def test_what_somebody_else_wrote_into_it_is_not_read(home: Path) -> None:
    journal.note(Event.BEGAN, command="kit send")
    good = json.loads((home / FILES[0]).read_text())
    with (home / FILES[0]).open("a", encoding="utf-8") as file:
        for wrong in (
            {**good, "command": NAME},
            {**good, "more": 1},
            {**good, "at": NUMBER},
            {**good, "run": NAME},
            {**good, "event": NAME},
            [good],
        ):
            file.write(f"{json.dumps(wrong)}\n")
        file.write(f"{NAME}\n{{")
    entries, strange = journal.read(home)

    assert ([one.facts for one in entries], strange) == ([{"command": "kit send"}], 8)


def _a_folder(file: Path, _: Path) -> None:
    file.mkdir()


def _a_link(file: Path, elsewhere: Path) -> None:
    file.symlink_to(elsewhere)


def _a_pipe(file: Path, _: Path) -> None:
    os.mkfifo(file)


def _a_full_disk(file: Path, _: Path) -> None:
    file.symlink_to("/dev/full")


@pytest.mark.skipif(os.name == "nt", reason="links and pipes are made otherwise there")
@pytest.mark.parametrize("lay", [_a_folder, _a_link, _a_pipe, _a_full_disk])
def test_what_cannot_be_written_stops_nothing_and_no_link_is_followed(
    home: Path, tmp_path: Path, lay: Callable[[Path, Path], None]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.touch()
    lay(home / FILES[0], elsewhere)
    journal.note(Event.BEGAN, command="kit send")

    assert elsewhere.read_bytes() == b""
    assert journal.read(home) == ([], 0)


def test_it_stays_small_and_has_what_was_last(home: Path) -> None:
    line = journal.line(Event.BEGAN, RUN, {"command": "kit plan"}) + "\n"
    for _ in range(3):
        with (home / FILES[0]).open("a") as file:
            file.write(line * ((journal.LARGEST - file.tell()) // len(line)))
        journal.note(Event.BEGAN, command="kit send")
        journal.note(Event.BEGAN, command="kit status")

    assert sum((home / name).stat().st_size for name in FILES) < 2.1 * journal.LARGEST
    assert {path.name for path in home.iterdir()} == {MADE, *FILES}
    said = [one.facts["command"] for one in journal.read(home)[0]]
    assert said[-2:] == ["kit send", "kit status"]


def test_several_programs_write_into_one_and_none_throws_away_what_another_wrote(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "LARGEST", 20_000)
    before = journal.LARGEST * 9 // 10
    writers = [journal._InFile(home, MADE) for _ in range(4)]  # noqa: SLF001 (each of a program)

    def write(one: journal._InFile) -> None:
        for number in range(200):
            text = journal.line(Event.TOOK_BACK, one.run, {"count": number})
            one.emit(logging.makeLogRecord({"msg": text}))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, writers))
    entries, strange = journal.read(home)

    assert strange == 0
    assert sum((home / name).stat().st_size for name in FILES) > before
    for one in writers:
        own = [entry.facts["count"] for entry in entries if entry.run == one.run]
        assert own == sorted(own)
        assert own[-1:] in ([], [199])


def test_lines_of_two_programs_do_not_mix(home: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from kit import journal\n"
        "journal.keep(Path(sys.argv[1]), 'made')\n"
        "for _ in range(400):\n"
        "    journal.note(journal.Event.BEGAN, command='kit status')\n"
    )
    command = [sys.executable, "-c", program, str(home)]
    with subprocess.Popen(command, env=bare_environment()) as other:
        while other.poll() is None:
            journal.note(Event.BEGAN, command="kit send")
    entries, strange = journal.read(home)

    assert strange == 0
    assert len({one.run for one in entries}) == 2
    assert sum(one.facts["command"] == "kit status" for one in entries) == 400


def test_nothing_is_written_where_there_is_no_store(home: Path) -> None:
    (home / MADE).unlink()
    journal.note(Event.BEGAN, command="kit send")

    assert list(home.iterdir()) == []


def test_a_whole_run_leaves_ids_and_counts_and_nobody(
    kit_then: Kit,
    book: Callable[..., Path],
    phone: AndroidPhone,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name, value in of_android(phone).settings.items():
        monkeypatch.setenv(name, value)
    cards = (card(NAME, NUMBER, note=SAID), card(OTHER, SECOND))
    kit_then("import", book(*cards, name=f"{NAME}.vcf"))
    kit_then("choose", "--emergency", NAME, "--everyone-else")
    assert kit_then("plan", "--via", "android", "--from", OTHER).exit_code == 0
    assert kit_then("send", "--yes", "2").exit_code == 0
    kit_then("sync")
    phone.faults["GET /messages"] = "500"
    kit_then("sync")
    shown = [json.loads(one) for one in kit_then("status", "--json").stdout.splitlines()]
    kit_then("stop", NAME)
    wrong = kit_then("stop", f"{NAME}{SAID}")

    assert wrong.exit_code == 1
    said = kept(tmp_path / "home")
    events = [one["event"] for one in said]
    assert {*events} >= {"began", "ended", "imported", "planned", "sending", "answered", "heard"}
    assert (events.count("began"), events.count("ended")) == (8, 9)  # first there was no store
    assert {"command": "kit stop", "code": 1}.items() <= said[-1].items()
    answered = [one for one in said if one["event"] == "answered"]
    assert {one["attempt"] for one in answered} == set(phone.texts)
    text = (tmp_path / "home" / FILES[0]).read_text(encoding="ascii")
    for one in shown:  # with both ids a number could be tried out
        assert str(one["message_id"]) not in text
        assert str(one["contact_id"]) not in text
    escaped = [json.dumps(secret)[1:-1] for secret in SECRETS]
    assert not [one for one in (*SECRETS, *escaped) if one in text]
    assert not [one for one in SECRETS if one in caplog.text]


def _broken(*_: object) -> None:
    """As our own code may be wrong, with all of it in its hands."""
    kind = type(NAME, (RuntimeError,), {"__str__": lambda _: SAID})
    try:
        try:
            raise KeyError(NUMBER)  # noqa: TRY301 (its chain is the point)
        except KeyError as error:
            raise kind(SECOND) from error
    except RuntimeError:
        raise ValueError(OTHER, {NAME: NUMBER})  # noqa: B904 (so that both are shown)


def test_a_fault_says_kinds_and_places_and_nothing_it_was_about(clock: Clock) -> None:
    def caught() -> ValueError:
        try:
            exec(compile("f()", f"/home/{NAME}/{NAME}.py", "exec"), {"f": _broken})  # noqa: S102
        except ValueError as error:
            return error
        raise AssertionError

    error = caught()
    said = report(error, clock())

    assert SAID not in said
    assert NAME in "".join(traceback.format_exception(error))
    assert not [one for one in (*SECRETS, "/", "home") if one in said]
    assert [one.split()[0] for one in said.split(" | ")[2:]] == [
        "ValueError",
        "Exception",
        "KeyError",
    ]


#: A program with every way to say too much; the command itself is wrong last.
_WRONG = """
import gc, logging, sys, threading, warnings
sys.path[:0] = sys.argv[1:]
from kit.cli import command, main
import test_journal as wrong

class Left:
    def __del__(self):
        wrong._broken()

def contacts(*_):
    logging.getLogger("httpx").warning("GET http://%s/%s", wrong.NAME, wrong.NUMBER)
    logging.getLogger("vobject.base").error(wrong.NAME)
    warnings.warn(wrong.SAID)
    thread = threading.Thread(target=wrong._broken, name=wrong.NAME)
    thread.start()
    thread.join()
    Left()
    gc.collect()
    import resource
    print(*resource.getrlimit(resource.RLIMIT_CORE), flush=True)
    wrong._broken()

import kit.cli.people
kit.cli.people.people.contacts = contacts
sys.argv = ["kit", "contacts"]
main()
"""


def test_nothing_on_the_screen_or_in_the_journal_says_what_a_fault_was_about(
    kit: Kit, book: Callable[..., Path], tmp_path: Path
) -> None:
    pytest.importorskip("resource")
    kit("import", book(card(NAME, NUMBER)))
    program = [sys.executable, "-c", _WRONG, *(path for path in sys.path if path)]
    done = subprocess.run(
        program, capture_output=True, check=False, text=True, env=bare_environment()
    )
    text = (tmp_path / "home" / FILES[0]).read_text(encoding="ascii")

    assert done.returncode == 70, done.stderr
    assert done.stdout.split() in (["0", "0"], ["1", "1"])
    assert done.stderr.count("ValueError") == 3
    assert "Traceback" not in done.stderr
    assert not [one for one in SECRETS if one in done.stderr + text]
    faults = [one for one in kept(tmp_path / "home") if one["event"] == "fault"]
    assert [one["error"] for one in faults] == ["ValueError", "Exception", "KeyError"] * 3
    assert [one for one in faults if one["places"]]
    assert kept(tmp_path / "home")[-1]["code"] == 70


def test_a_fault_of_the_page_is_written_down_without_a_word_of_it(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = sit_down(clock)
    client.desk.open(Nobody())
    client.enter()
    journal.keep(client.store.home, MADE)
    monkeypatch.setattr("kit.web.choosing.Listing", _broken)
    answer = client.get("/choose")
    client.post("/hide")
    said = kept(client.store.home)
    client.desk.close()

    assert answer.status_code == 500
    assert [one["event"] for one in said] == ["fault", "fault", "fault", "asked", "asked"]
    assert {"page": "choosing.show", "code": 500}.items() <= said[3].items()
    places = said[0]["places"]
    assert isinstance(places, list)
    assert places[-1].startswith("kit.web.choosing:")
    assert not [one for one in SECRETS if one in answer.text + caplog.text + json.dumps(said)]

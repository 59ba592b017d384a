"""The record on the page: what is written down, shown, handed out and removed, by requests."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from conftest import card
from desks import sit_down
from markupsafe import escape

from kit.actions import accepting, exhibits, recording, reporting
from kit.actions.exhibits import Handed
from kit.actions.recording import Told
from kit.actions.unlocking import Nobody
from kit.inbox.report import report_line
from kit.model import IncidentKind, Report, TakenFrom
from kit.web import passing_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result
    from conftest import Clock
    from desks import Client
    from werkzeug.test import TestResponse

    from kit.actions.store import Store
    from kit.model import Incident

PNG = b"\x89PNG\r\n\x1a\n a picture"
HOSTILE = "</bdi><script src='//x.example'></script>\u202e{{ 7 * 7 }}"
#: As a page of the morning of the clock has them.
FORM = {"kind": "call", "to": "me", "opened": "2026-11-21T10:00:00+08:00", "at": "2026-11-21T10:00"}


def body(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def file(content: bytes = PNG, name: str = "a.png") -> tuple[BytesIO, str, str]:
    return BytesIO(content), name, "image/jpeg"


def send(client: Client, *files: Any, **typed: object) -> TestResponse:  # noqa: ANN401
    return client.post("/evidence/add", {**FORM, "files": [*files], **typed})


def nothing_is_kept(store: Store) -> bool:
    return store.record.head()[0] == 0


def the_one(store: Store) -> Incident:
    (found,) = recording.incidents(store)
    return found


def keep(client: Client, content: bytes, name: str) -> str:
    """The address of a file that belongs to the one incident."""
    incident = recording.incidents(client.store)[0].id
    client.post("/evidence/files", {"which": incident, "files": file(content, name)})
    return f"/evidence/exhibit/{exhibits.exhibits(client.store)[-1].id}"


def test_three_taps_write_down_a_call_of_now_to_the_borrower(client: Client) -> None:
    form = body(client.get("/evidence/add"))
    assert 'name="at" required value="2026-11-21T10:00"' in form
    assert 'value="me" checked' in form
    answer = send(client)

    found = the_one(client.store)
    assert answer.status_code == 303
    assert answer.location == f"/evidence?of={found.id}#i-{found.id}"
    assert (found.kind, found.at, found.to_borrower) == ("call", client.store.clock(), True)
    assert "Written down." in body(client.get(answer.location))


def test_what_is_sent_twice_is_kept_once_and_two_calls_of_a_minute_are_two(client: Client) -> None:
    for _ in range(2):
        send(client, file())
    assert len(recording.incidents(client.store)) == len(exhibits.exhibits(client.store)) == 1
    assert "kept once" in body(client.get("/evidence"))
    send(client, opened="2026-11-21T10:00:30+08:00")

    assert len(recording.incidents(client.store)) == 2


def test_everything_that_can_be_said_is_kept(client: Client, people: Callable[..., None]) -> None:
    people(card("妈妈", "13800000001"))
    mother = client.store.book.contacts()[0].id
    said = {"number": "138 0000 0123", "said_they_were": "某某", "said": "还钱", "by": "reached"}
    answers = dict.fromkeys(("answered", "disclosed", "threatened", "unidentified"), "yes")
    send(client, kind="visit", to=mother, at="2026-11-20T21:59", refused="no", **said, **answers)

    found = the_one(client.store)
    assert found.at == datetime(2026, 11, 20, 13, 59, tzinfo=UTC)
    assert (found.contact_id, found.account_of, found.account) == (mother, mother, "contact")
    assert (found.number, found.said_they_were, found.said) == ("138 0000 0123", "某某", "还钱")
    assert found.answered
    assert found.disclosed
    assert found.threatened
    assert found.unidentified
    assert found.refused is False
    shown = body(client.get("/evidence"))
    for one in ("2026-11-20 21:59", "妈妈", "138 0000 0123", "某某", "还钱", "There was a threat."):
        assert one in shown


def test_whom_the_record_tells_of_is_offered_again(
    client: Client, people: Callable[..., None]
) -> None:
    people(card("妈妈", "13800000001"), card("王小芳", "13800000002"))
    client.post("/choose/put", put=f"{client.store.book.contacts()[1].id}:emergency")
    send(client, to="other", other="一个同事")

    shown = body(client.get("/evidence/add"))
    assert "一个同事" in shown
    assert "王小芳" in shown
    assert "妈妈" not in shown


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"at": "2026-11-22T10:00"}, "That time is yet to come"),
        ({"at": "yesterday"}, "That is not a time."),
        ({"at": "0001-01-01T00:00"}, "That is not a time."),
        ({"kind": ""}, "Choose first what happened."),
        ({"kind": "duel"}, "Choose first what happened."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: Client, wrong: dict[str, str], sentence: str
) -> None:
    answer = send(client, file(), said="再打就报警", number="138 0000 0123", **wrong)

    shown = body(answer)
    assert sentence in shown
    assert "再打就报警" in shown
    assert "138 0000 0123" in shown
    assert nothing_is_kept(client.store)
    key = shown.partition('name="kept" value="')[2].partition('"')[0]
    send(client, kept=key)
    assert [one.name for one in exhibits.exhibits(client.store)] == ["a.png"]


def test_files_that_were_left_are_asked_for_again(client: Client) -> None:
    shown = body(send(client, file(), at="x"))
    key = shown.partition('name="kept" value="')[2].partition('"')[0]
    client.get("/help")
    answer = send(client, kept=key)

    assert "no longer in memory" in body(answer)
    assert recording.incidents(client.store) == []


def test_a_page_that_asks_by_itself_drops_no_file(client: Client) -> None:
    client.post("/evidence/import", {"files": file(LOG, "calls.xml")})
    client.get("/send/watch")
    assert "13800000123" in body(client.get("/evidence/import"))
    key = body(send(client, file(), at="x")).partition('name="kept" value="')[2].partition('"')[0]
    client.get("/send/status")
    send(client, kept=key)

    assert [one.name for one in exhibits.exhibits(client.store)] == ["a.png"]


def test_of_two_of_one_name_it_asks_which(client: Client, people: Callable[..., None]) -> None:
    people(card("李雷", "13800000003"), card("李雷", "13800000004"))
    answer = send(client, file(), to="other", other="李雷", said="话")

    shown = body(answer)
    assert "Who of these?" in shown
    assert all(one.id in shown for one in client.store.book.contacts())
    assert "话" in shown
    assert recording.incidents(client.store) == []
    assert 'value="other" checked' not in shown
    assert "Choose whom they reached." in body(send(client, to=""))
    chosen = client.store.book.contacts()[1].id
    again = body(send(client, to=chosen, at="x"))
    assert f'value="{chosen}" checked><bdi class="personal">李雷</bdi>' in again


def test_what_somebody_without_a_name_told_is_not_the_borrowers_account(client: Client) -> None:
    send(client, to="other", other=" ", by="reached")

    assert the_one(client.store).account == "contact"


def test_while_the_store_is_busy_what_was_written_stays_on_the_page(
    client: Client, clock: Clock
) -> None:
    another = sit_down(clock)
    another.desk.open(Nobody())
    client.store._connection.rows("PRAGMA busy_timeout = 1")  # noqa: SLF001
    with another.store.changing():
        shown = body(send(client, file(), said="再打就报警"))
    another.desk.close()
    assert "try again in a moment" in shown
    assert "再打就报警" in shown
    key = shown.partition('name="kept" value="')[2].partition('"')[0]
    send(client, kept=key)

    assert [one.name for one in exhibits.exhibits(client.store)] == ["a.png"]


def test_of_several_files_only_the_one_that_cannot_be_kept_is_chosen_anew(client: Client) -> None:
    some = (file(name="a"), file(b"", "b"), file(b"other", "c"))
    shown = body(send(client, *some, said="话"))
    assert "File number 2 is empty; nothing was written down." in shown
    assert nothing_is_kept(client.store)
    key = shown.partition('name="kept" value="')[2].partition('"')[0]
    send(client, kept=key)

    assert [one.name for one in exhibits.exhibits(client.store)] == ["a", "c"]


def test_the_date_of_a_file_is_what_the_browser_says_and_no_more(client: Client) -> None:
    said = ["1763640000000", "9999999999999", "x", ""]
    send(client, *(file(bytes([n, 1]), f"{n}") for n in range(5)), changed=said)

    kept = exhibits.exhibits(client.store)
    assert kept[0].taken_at == datetime.fromtimestamp(1763640000, UTC)
    assert [one.taken_from for one in kept] == [TakenFrom.FILE, *[TakenFrom.NOWHERE] * 4]


def test_a_picture_is_shown_as_what_its_bytes_are_and_nothing_else_is_shown(client: Client) -> None:
    send(client)
    page = b"<!doctype html><script>alert(1)</script>"
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    picture = client.get(keep(client, PNG, "page.html"))
    assert picture.headers["Content-Type"] == "image/png"
    assert "Content-Disposition" not in picture.headers
    assert picture.data == PNG
    for content, name in (
        (page, "妈妈.jpg"),
        (drawing, "x.svg"),
        (page + b"\n", "x.html"),
        (b"x", "a.mp3"),
    ):
        answer = client.get(keep(client, content, name))
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        said = answer.headers["Content-Disposition"]
        assert said.startswith("attachment; filename=exhibit-")
        assert said.endswith((".jpg", ".bin", ".mp3"))
        assert answer.data == content
    assert body(client.get("/evidence")).count("<img") == 1
    assert client.get("/evidence/exhibit/x").status_code == 404


def test_a_file_that_is_not_what_its_name_says_is_kept_and_that_is_said(client: Client) -> None:
    send(client, file(b"<!doctype html><p>", "picture.jpg"))

    assert "It is no picture, though its name says so." in body(client.get("/evidence"))
    assert exhibits.exhibits(client.store)[0].media_type == "text/html"


def test_hostile_words_are_only_text(client: Client) -> None:
    send(client, file(name=HOSTILE), to="other", other=HOSTILE, said=HOSTILE, number=HOSTILE)
    one = the_one(client.store).id
    for path in ("/evidence", "/evidence/add", f"/evidence/entry/{one}"):
        shown = client.get(path).get_data(as_text=True)
        assert "<script src='//" not in shown
        assert "{{ 7 * 7 }}" in shown
    asked = client.post("/evidence/remove", which=one).get_data(as_text=True)
    assert "<script src='//" not in asked


def test_what_is_removed_is_asked_once_and_leaves_its_place(client: Client, clock: Clock) -> None:
    send(client, file())
    one = the_one(client.store).id
    clock.go(minutes=10)
    assert "cannot be brought back" in body(client.post("/evidence/remove", which=one))
    assert the_one(client.store).id == one
    client.post("/evidence/remove", which=one, sure="yes")

    assert recording.incidents(client.store) == []
    shown = body(client.get("/evidence"))
    removed = "was removed on 2026-11-21 10:10; it was written down on 2026-11-21 10:00."
    assert f"Number 1 {removed}" in shown
    assert f"Number 2, a file, {removed}" in shown
    assert "The record is whole" in body(client.get("/evidence/verify"))
    assert client.post("/evidence/remove", which=one, sure="yes").status_code == 303
    assert "It is not there any more" in body(client.get("/evidence"))


def test_one_file_is_removed_and_the_entry_stays(client: Client) -> None:
    send(client, file(), file(b"other", "b"))
    some = exhibits.exhibits(client.store)
    client.post("/evidence/remove", kind="exhibit", which=some[0].id, sure="yes")

    assert exhibits.exhibits(client.store) == some[1:]
    assert len(recording.incidents(client.store)) == 1


def test_a_file_is_added_later_or_the_form_says_what_is_missing(client: Client) -> None:
    send(client)
    one = the_one(client.store).id
    assert "No file was chosen." in body(client.post("/evidence/files", which=one))
    assert "File number 1 is empty" in body(
        client.post("/evidence/files", {"which": one, "files": file(b"")})
    )
    client.post("/evidence/files", {"which": one, "files": file()})
    assert [kept.incident_id for kept in exhibits.exhibits(client.store)] == [one]
    assert "There is no such entry" in body(client.post("/evidence/files", which="x"))
    assert client.get("/evidence/entry/x").status_code == 404


def test_what_was_changed_behind_its_back_is_seen(client: Client) -> None:
    send(client, file())
    connection = client.store._connection  # noqa: SLF001
    with connection.writing():
        connection.write("DROP TRIGGER record_part_stays", {})
        connection.write("UPDATE record_part SET bytes = :bytes", {"bytes": b"another"})

    shown = body(client.get("/evidence/verify"))
    assert "Something is not as it was written" in shown
    assert "#2" in shown


def test_a_long_record_is_shown_page_by_page(client: Client, clock: Clock) -> None:
    with client.store.changing():
        for _ in range(120):
            clock.go(seconds=1)
            recording.note(client.store, Told(kind=IncidentKind.CALL, at=clock.now, to="me"))
    oldest = recording.incidents(client.store)[0].id
    found = [body(client.get(f"/evidence{at}")) for at in ("", "?page=2", f"?of={oldest}#x")]

    assert [page.count('class="card"') for page in found] == [50, 50, 20]
    assert "Page 3 of 3" in body(client.get("/evidence?page=999999999999999999999"))
    assert "Page 1 of 3" in body(client.get("/evidence?page=-1"))
    assert "Page 1 of 3" in body(client.get("/evidence?page=x&of=nobody"))


def test_files_of_no_entry_are_shown_too(client: Client) -> None:
    exhibits.keep(client.store, Handed(name="帐单.pdf", open=lambda: BytesIO(b"%PDF-1.7")))

    assert "帐单.pdf" in body(client.get("/evidence"))


def test_whoever_only_reads_sees_all_and_finds_no_form(client: Client, clock: Clock) -> None:
    send(client, file())
    one = the_one(client.store).id
    reader = sit_down(clock, read_only=True, incognito=True)
    reader.desk.open(Nobody())
    reader.enter()
    for path in ("/evidence", "/evidence/add", f"/evidence/entry/{one}", "/evidence/verify"):
        shown = body(reader.get(path))
        main = shown.partition("<main")[2].partition("</main>")[0]
        assert "<form" not in main
        assert "/evidence/add" not in shown.partition("<main")[0]
    assert 'class="personal" src=' in body(reader.get("/evidence"))
    reader.desk.close()


@pytest.mark.parametrize("path", ["/import", "/choose", "/read", "/tell", "/went", "/help"])
def test_it_is_one_tap_away_from_every_page(client: Client, path: str) -> None:
    assert '<a class="button" href="/evidence/add">' in body(client.get(path))


def test_nothing_written_down_yet_says_so(client: Client) -> None:
    assert "Nothing is written down yet." in body(client.get("/evidence"))


def test_a_form_that_is_too_large_says_what_to_do(client: Client) -> None:
    answer = client.browser.post(
        "/evidence/add",
        base_url="http://127.0.0.1:8000",
        headers={"Sec-Fetch-Site": "same-origin"},
        environ_overrides={"CONTENT_LENGTH": "200000000"},
    )

    assert answer.status_code == 413
    assert "Keep the original where it is" in body(answer)


def test_the_report_says_what_the_command_says(
    client: Client, kit: Callable[..., Result], clock: Clock
) -> None:
    assert "Nothing is written down yet." in body(client.get("/evidence/report"))
    for hour in (1, 2, 3):
        send(client, at=f"2026-11-20T0{hour}:00", answered="yes", threatened="yes", to=HOSTILE)
    clock.go(minutes=1)
    told = json.loads(kit("evidence", "report", "--json").output.splitlines()[0])
    page = client.get("/evidence/report").get_data(as_text=True)

    assert str(escape(told["what"])) in page
    assert "What it may bear on:" in page
    assert "<script src='//" not in page
    for name in ("timeline.svg", "hours.svg"):
        drawn = client.get(f"/evidence/drawn/{name}")
        assert drawn.headers["Content-Type"].startswith("image/svg+xml")
        assert b"<script" not in drawn.data
    one_page = client.get("/evidence/drawn/brief.html")
    assert one_page.headers["Content-Disposition"] == "attachment; filename=brief.html"
    assert client.get("/evidence/drawn/x").status_code == 404


def test_drawings_are_made_anew_when_something_was_written_down(client: Client) -> None:
    send(client, at="2026-11-19T09:00")
    first = client.get("/evidence/drawn/timeline.svg").data
    assert client.get("/evidence/drawn/timeline.svg").data == first
    send(client, at="2026-11-20T09:00")

    assert client.get("/evidence/drawn/timeline.svg").data != first


def copied(client: Client, **form: object) -> dict[str, bytes]:
    form = {"whom": "others", **form}
    client.post("/evidence/export", form)
    answer = client.get("/evidence/export/copy")
    name = f"record-{'for-others' if form['whom'] == 'others' else 'with-names'}.zip"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    with ZipFile(BytesIO(answer.data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_a_copy_for_others_has_no_name_and_no_file_that_was_not_ticked(client: Client) -> None:
    send(client, file(PNG, "a.png"), file(b"other", "b"), to="other", other="一个同事小赵")
    ticked = exhibits.exhibits(client.store)[0].id
    everything, others = copied(client, whom="me"), copied(client, ticked=ticked)
    said = body(client.get("/evidence/export"))

    assert [one for one in others.values() if "小赵".encode() in one] == []
    assert any("小赵".encode() in one for one in everything.values())
    files = [[name for name in some if "exhibits/" in name] for some in (others, everything)]
    assert list(map(len, files)) == [1, 2]
    assert "verify.py" in others
    assert f"Code of the copy: {json.loads(others['manifest.json'])['sha256']}" in said
    client.get("/evidence")
    assert client.get("/evidence/export/copy").status_code == 303


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"passphrase": ""}, "The passphrase is empty"),
        ({"passphrase": "a", "again": "b"}, "The two passphrases differ"),
    ],
)
def test_a_passphrase_is_typed_twice(client: Client, typed: dict[str, str], sentence: str) -> None:
    send(client)
    answer = client.post("/evidence/export", {"sealed": "yes", **typed})

    assert answer.mimetype == "text/html"
    assert sentence in body(answer)
    assert 'role="alert"' in body(answer)


def test_what_contacts_report_is_taken_or_left(
    client: Client, people: Callable[..., None], clock: Clock
) -> None:
    people(card("妈妈", "13800000001"))
    mother = client.store.book.contacts()[0].id
    assert "Nothing waits." in body(client.get("/evidence/waiting"))
    for hour in (8, 9):
        report = Report(
            id="",
            at=clock.now.replace(hour=hour) - timedelta(days=1),
            number="138 0000 0123",
            said="找他",
            said_they_were="",
            debt_named=True,
            refused=None,
            checked=True,
        )
        reporting.add(client.store, report_line(report, UTC), mother)
    waits = accepting.waiting(client.store)
    shown = body(client.get("/evidence/waiting"))
    assert "找他" in shown
    assert "妈妈" in shown
    client.post("/evidence/accept", which=waits[0].id)
    client.post("/evidence/decline", which=waits[1].id)

    assert the_one(client.store).account_of == mother
    assert "Nothing waits." in body(client.get("/evidence/waiting"))
    for tapped_twice in ("accept", "decline"):
        client.post(f"/evidence/{tapped_twice}", which=waits[0].id)
        assert "That was settled already" in body(client.get("/evidence/waiting"))


LOG = b"""<?xml version="1.0"?><calls count="3">
<call number="13800000123" duration="30" date="1763600000000" type="1" />
<call number="13800000124" duration="30" date="1763600060000" type="1" />
<call number="13800000001" duration="30" date="1763600120000" type="1" /></calls>"""


def test_of_a_phones_log_only_what_came_from_collectors_is_written_down(
    client: Client, people: Callable[..., None]
) -> None:
    people(card("妈妈", "13800000001"))
    client.post("/evidence/import", {"files": file(LOG, "calls.xml")})
    shown = body(client.get("/evidence/import"))
    assert "13800000123" in shown
    assert "13800000001" not in shown
    assert nothing_is_kept(client.store)
    client.post("/evidence/pick")
    assert "no number was picked" in body(client.get("/evidence/import"))
    client.post("/evidence/pick", number="13800000123")

    assert the_one(client.store).number == "13800000123"
    client.get("/evidence")
    client.post("/evidence/pick", number="13800000124")
    assert "Choose them once more." in body(client.get("/evidence/import"))


def test_of_very_many_numbers_each_can_be_picked(client: Client) -> None:
    rows = (f"2026-11-20 09:00,1380000{n:04},被叫" for n in range(900))
    table = "\n".join(["时间,对方号码,类型", *rows]).encode()
    client.post("/evidence/import", {"files": file(table, "a.csv")})
    shown = body(client.get("/evidence/import"))

    assert "840 more, which rang less" in shown
    assert shown.count('type="checkbox"') == 900
    assert "<bdi>对方号码</bdi> (the other number)" in shown


def test_a_log_of_what_went_out_says_so(client: Client) -> None:
    out = LOG.replace(b'type="1"', b'type="2"')
    client.post("/evidence/import", {"files": file(out, "calls.xml")})
    shown = body(client.get("/evidence/import"))

    assert "Nothing in it came in" in shown
    assert "is one of your contacts" not in shown


def test_what_is_no_log_has_an_answer(client: Client) -> None:
    client.post("/evidence/import")
    assert "No file was chosen." in body(client.get("/evidence/import"))
    client.post("/evidence/import", {"files": file(b"<html>", "calls.xml")})

    assert "This is a web page" in body(client.get("/evidence/import"))
    client.post("/evidence/import", {"files": file("甲,乙\n1,2\n".encode(), "a.csv")})
    assert "somebody who knows a terminal can help" in body(client.get("/evidence/import"))


def test_a_copy_may_be_sealed(client: Client) -> None:
    age = pytest.importorskip("pyrage").passphrase
    send(client)
    typed = {"sealed": "yes", "passphrase": "冬天的第一场雪", "again": "冬天的第一场雪"}
    client.post("/evidence/export", typed)
    answer = client.get("/evidence/export/copy")

    assert answer.headers["Content-Disposition"].endswith("filename=record-for-others.zip.age")
    assert age.decrypt(answer.data, "冬天的第一场雪").startswith(b"PK")


def test_a_copy_that_is_too_large_for_the_page_is_made_elsewhere(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing_on, "LARGEST", len(PNG) - 1)
    send(client, file())

    assert "in a terminal: kit evidence export" in body(client.post("/evidence/export", whom="me"))
    assert copied(client)

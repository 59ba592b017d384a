"""Page 1 by requests: what is sent is read in memory, and every outcome has its answer."""

from __future__ import annotations

import io
import re
import socket
import tempfile
import threading
import tracemalloc
import zipfile
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from conftest import card, no_passphrase
from desks import FORM, OWN, Client, sit_down

from kit.actions import people
from kit.model import Group
from kit.settings import load
from kit.web.bringing import Visit
from kit.web.desk import Desk
from kit.web.guard import LARGEST_UPLOAD
from kit.web.serving import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Clock
    from werkzeug.test import TestResponse

    from kit.actions.store import Store

CARDS = Path(__file__).parent / "cards"
MOTHER = card("妈妈", "13800000001")
HOSTILE = "<img src=x onerror=alert(1)>\u202e.vcf"
BROKEN = "BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n"


def send(client: Client, *files: tuple[str, str | bytes]) -> TestResponse:
    """Choose these files, by name and content, and look at the page that comes of it."""
    sent = [(io.BytesIO(c.encode() if isinstance(c, str) else c), name) for name, c in files]
    answer = client.post("/import", {"files": sent})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/import")
    return client.get("/import")


def body(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def said(answer: TestResponse) -> str:
    """What a person reads of it."""
    return unescape(re.sub(r"<[^>]+>", "", body(answer)))


def zipped(*files: tuple[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def locked_zip() -> bytes:
    """A zip whose file says of itself that it has a password."""
    packed = bytearray(zipped(("a.vcf", MOTHER)))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


def test_the_first_visit_says_what_to_do_and_what_happens(client: Client) -> None:
    page = said(client.get("/import"))

    assert "export the address book as a .vcf file" in page
    assert "not verified" in page
    for way in people.ways_to_export("en"):
        assert way in page
    assert "Nobody is told by this." in page
    assert "delete it when you need it no more" in page


def test_what_is_sent_is_brought_in_and_nobody_is_chosen(client: Client) -> None:
    page = said(send(client, ("book.vcf", MOTHER + card("王小芳", "13800000002"))))

    assert "2 cards read; 2 contacts, 2 of them new." in page
    assert "This told nobody." in page
    assert "Nothing has been sent to anybody." in page
    assert {one.group for one in people.contacts(client.store)} == {Group.UNDECIDED}


def test_several_files_are_brought_in_at_once(client: Client) -> None:
    page = said(
        send(
            client,
            ("a.vcf", MOTHER),
            ("b.zip", zipped(("x.vcf", card("甲", "13800000003")))),
            ("c.png", b"\x89PNG\r\n"),
        )
    )

    assert "2 cards read; 2 contacts, 2 of them new." in page
    assert "This is a picture or a video" in page
    assert "c.png" in page


def test_a_second_file_adds_and_loses_nothing(client: Client) -> None:
    send(client, ("a.vcf", MOTHER))
    people.choose(client.store, [(Group.EMERGENCY, "妈妈")])
    client.get("/choose")

    assert "In the book: 1 contacts." in said(client.get("/import"))
    assert "1 cards read; 2 contacts, 1 of them new." in said(
        send(client, ("b.vcf", card("甲", "13800000003")))
    )
    assert [one.group for one in people.contacts(client.store, Group.EMERGENCY)]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.vcf", b"", "The file is empty."),
        ("photo.png", b"\x89PNG\r\n", "This is a picture or a video, no address book."),
        ("a.pdf", b"%PDF-1.7", "This is a PDF, no address book."),
        ("notes.csv", b"a,b\n1,2\n", "This CSV is no export of contacts from Google or Outlook"),
        ("notes.txt", b"hello", "There is no contact in this file"),
        ("locked.zip", locked_zip(), "The zip has a password."),
        ("other.zip", zipped(("a.txt", "x")), "There is no .vcf or .csv file in it."),
        ("cut.zip", zipped(("a.vcf", MOTHER))[:40], "The zip is damaged"),
        ("broken.vcf", BROKEN, "The card has no name, number or address; it is left out."),
    ],
)
def test_what_is_no_address_book_is_named_and_nothing_is_changed(
    client: Client, name: str, content: str | bytes, sentence: str
) -> None:
    page = said(send(client, (name, content)))

    assert sentence in page
    assert name in page
    assert people.count(client.store) == 0
    assert "Drop the exported file here" in page


@pytest.mark.parametrize("before", ["", MOTHER], ids=["nobody", "somebody"])
def test_a_file_in_which_every_card_is_broken_brings_in_nobody(client: Client, before: str) -> None:
    if before:
        send(client, ("a.vcf", before))
    page = said(send(client, ("broken.vcf", BROKEN * 3)))

    assert "Nothing could be brought in" in page
    assert "Where (3)" in page
    assert "broken.vcf line 1, 4, 7" in page
    assert "there already" not in page


def test_what_was_there_already_is_said_to_be(client: Client) -> None:
    send(client, ("a.vcf", MOTHER))

    page = said(send(client, ("a.vcf", MOTHER)))

    assert "1 cards read; 1 contacts, 0 of them new." in page
    assert "All of them were there already" in page


def test_without_a_file_nothing_happens_but_a_word(client: Client) -> None:
    for files in ({}, {"files": (io.BytesIO(), "")}):
        assert client.post("/import", files).status_code == 303
        assert "No file was chosen." in said(client.get("/import"))


def test_a_thousand_files_can_be_chosen_at_once(client: Client) -> None:
    files = [(f"{n}.vcf", card(f"n{n}", f"13800000{n % 1000:03}")) for n in range(1200)]

    assert "1200 cards read" in said(send(client, *files))


def test_a_hostile_file_name_is_only_text(client: Client) -> None:
    answer = send(client, (HOSTILE, MOTHER + BROKEN), ("../../\u2066x.png", b"\x89PNG"))

    assert "<img" not in body(answer)
    assert '<bdi class="personal">&lt;img src=x onerror=alert(1)&gt;.vcf</bdi>' in body(answer)
    assert "\u202e" not in body(answer)
    assert "x.png" in said(answer)


# --- character set and region ------------------------------------------------------------


def doubtful(name: str = "book.vcf") -> tuple[str, bytes]:
    return name, (CARDS / "korean-that-may-be-chinese.vcf").read_bytes()


def test_a_character_set_in_doubt_is_asked_for(client: Client) -> None:
    page = said(send(client, doubtful()))

    assert "Which names are right?" in page
    assert "김민수" in page
    assert people.count(client.store) == 0

    client.post("/import/again", {"charset-0": "euc_kr"})
    assert "cards read" in said(client.get("/import"))
    assert "김민수" in {one.name for one in people.contacts(client.store)}


def test_an_answer_that_is_missing_is_asked_for_again(client: Client) -> None:
    send(client, doubtful("a.vcf"), doubtful("b.vcf"))
    client.post("/import/again", {"charset-1": "euc_kr"})
    page = body(client.get("/import"))

    assert 'name="charset-0"' in page
    assert 'name="charset-1"' not in page
    assert people.count(client.store) == 0


def test_another_upload_takes_the_place_of_the_one_in_doubt(client: Client) -> None:
    send(client, doubtful())

    assert "1 cards read; 1 contacts" in said(send(client, ("a.vcf", MOTHER)))


@pytest.mark.parametrize("how", ["lock", "go on"])
def test_the_bytes_are_dropped_when_nobody_needs_them(client: Client, how: str) -> None:
    send(client, doubtful())
    if how == "lock":
        client.post("/lock")
        client.desk.open(no_passphrase)
    else:
        client.get("/choose")

    assert client.desk.of(Visit).last.uploads == ()
    client.post("/import/again", {"charset-0": "euc_kr"})
    assert "The files are no longer in memory." in said(client.get("/import"))
    assert people.count(client.store) == 0


def test_numbers_without_a_country_code_are_read_again_in_another_region(client: Client) -> None:
    page = send(client, ("hk.vcf", card("甲", "51234567") + MOTHER))

    assert "Numbers without a country code are read as numbers of mainland China." in said(page)
    assert '<option value="HK">Hong Kong</option>' in body(page)
    client.post("/import/again", region="HK", charset="")

    assert "read as numbers of Hong Kong" in said(client.get("/import"))
    found = {one.name: one.numbers for one in people.contacts(client.store)}
    assert found["甲"] == ("+85251234567",)


def test_names_are_read_again_in_another_character_set(client: Client) -> None:
    send(client, ("a.vcf", card("张三", "13800000004").encode("gbk")))
    client.post("/import/again", region="", charset="big5")
    wrong = [one.name for one in people.contacts(client.store)]
    client.post("/import/again", region="", charset="gbk")

    assert wrong != ["张三"]
    assert [one.name for one in people.contacts(client.store)] == ["张三"]


def test_a_region_that_does_not_exist_has_an_answer(client: Client) -> None:
    send(client, ("a.vcf", MOTHER))
    answer = client.post("/import/again", region="XX", charset="")

    assert answer.status_code == 400
    assert people.count(client.store) == 1


def test_what_was_not_read_can_still_be_seen_after_going_on(client: Client) -> None:
    send(client, ("a.vcf", MOTHER + BROKEN))
    client.get("/choose")
    page = said(client.get("/import"))

    assert "What was read the last time, and what was not" in page
    assert "a.vcf line 6" in page


# --- put together, taken apart -----------------------------------------------------------


def test_who_was_put_together_can_be_taken_apart(client: Client) -> None:
    page = said(send(client, ("a.vcf", card("小王", "13800000005") + card("老李", "13800000005"))))
    assert "Put together from several cards: 1; of these with different names: 1." in page

    (one,) = people.contacts(client.store)
    shown = client.get("/import/merged")
    assert "the same mobile number" in said(shown)
    assert {"小王", "老李"} <= set(re.findall(r"[小老][王李]", said(shown)))
    assert client.post("/import/split", who=one.id).status_code == 303

    page = said(client.get("/import/merged"))
    assert "Taken apart: 2 contacts now" in page
    assert "Nobody here came of several cards" in page
    assert "小王" not in page


def test_whoever_was_chosen_and_taken_apart_has_to_be_chosen_anew(client: Client) -> None:
    send(client, ("a.vcf", card("小王", "13800000005") + card("老李", "13800000005")))
    (one,) = people.contacts(client.store)
    people.choose(client.store, [(Group.EMERGENCY, one.id)])
    client.post("/import/split", who=one.id)

    assert "Not chosen yet, and told nothing: 1." in said(client.get("/import/merged"))


def test_what_cannot_be_taken_apart_has_an_answer(client: Client) -> None:
    send(client, ("a.vcf", MOTHER))
    (one,) = people.contacts(client.store)

    assert client.post("/import/split", who=one.id).status_code == 409
    assert client.post("/import/split", who="nobody at all").status_code == 400


def test_a_desk_for_reading_only_offers_no_form(clock: Clock, store: Store) -> None:
    reader = sit_down(clock, read_only=True)
    reader.desk.open(no_passphrase)
    reader.enter()
    pages = body(reader.get("/import")) + body(reader.get("/import/merged"))
    reader.desk.close()

    assert 'action="/import' not in pages
    assert store.home.exists()


# --- large, and in memory ----------------------------------------------------------------


@pytest.fixture
def no_temporary_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "there is no such folder"))
    with pytest.raises(FileNotFoundError):
        tempfile.mkdtemp()


@pytest.fixture
def wire(clock: Clock) -> Iterator[Callable[..., bytes]]:
    """Say a form to a real server, in its own session, and hear the answer."""
    desk = Desk(load(), clock=clock, rest=clock.rest)
    desk.open(no_passphrase)
    server = Server(desk)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    link = urlsplit(server.link)

    def ask(method: str, path: str, size: int = 0, *blocks: bytes, **headers: str) -> bytes:
        head = {
            "Host": link.netloc,
            "Origin": f"http://{link.netloc}",
            "Content-Length": str(size),
            "Connection": "close",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {said}" for name, said in head.items())]
        with socket.create_connection((str(link.hostname), link.port or 0), timeout=60) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode())
            for block in blocks:
                line.sendall(block)
            return b"".join(iter(lambda: line.recv(65536), b""))

    cookie = re.search(rb"Set-Cookie: ([^;]+)", ask("GET", link.path))
    assert cookie
    yield lambda *said, **more: ask(*said, Cookie=cookie[1].decode(), **more)
    server.end()
    thread.join()


@pytest.mark.usefixtures("no_temporary_files")
def test_nothing_that_is_sent_lies_in_a_temporary_file(wire: Callable[..., bytes]) -> None:
    photo = "PHOTO;ENCODING=b:" + "A" * 3_000_000
    cards = card("妈妈", "13800000001", photo="x").replace("PHOTO:x", photo)
    form = (
        "--edge\r\nContent-Disposition: form-data; name=files; filename=book.vcf\r\n"
        f"Content-Type: text/vcard\r\n\r\n{cards}\r\n--edge--\r\n"
    ).encode()
    kind = "multipart/form-data; boundary=edge"
    answer = wire("POST", "/import", len(form), form, Content_Type=kind)

    assert b" 303 " in answer.splitlines()[0]
    assert b"1 cards read; 1 contacts, 1 of them new." in wire("GET", "/import")


def test_half_a_gigabyte_is_heard_to_its_end_and_never_held(wire: Callable[..., bytes]) -> None:
    size, block = 500_000_000, bytes(1_000_000)
    tracemalloc.start()
    answer = wire("POST", "/import", size, *([block] * (size // len(block)))).decode()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert answer.split()[1] == "413"
    assert "That is too large. Nothing was read, and nothing was changed." in answer
    assert "without pictures" in answer
    assert 'href="/"' in answer
    assert most < 20_000_000
    assert "Bring in your address book" in wire("GET", "/import").decode()


def test_what_is_too_large_leads_back_to_the_page(client: Client) -> None:
    client.get("/import")
    answer = client.browser.post(
        "/import",
        base_url=OWN,
        headers=FORM,
        environ_overrides={"CONTENT_LENGTH": str(LARGEST_UPLOAD + 1)},
    )

    assert answer.status_code == 413
    assert "kit import FILE" in body(answer)
    assert 'href="/import"' in body(answer)


def test_what_is_being_read_when_the_desk_is_locked_is_read_to_its_end(
    client: Client, reopened: Store, clock: Clock
) -> None:
    visit = client.desk.of(Visit)
    sent = {"files": (io.BytesIO(MOTHER.encode()), "a.vcf")}
    reading = threading.Thread(target=client.post, args=("/import", sent))
    with reopened.changing():  # the import waits for its turn
        reading.start()
        while not visit.is_at_work:
            assert reading.is_alive()
        clock.now += timedelta(minutes=16)
        assert client.get("/import").headers["Location"] == "/unlock"
    reading.join()

    assert [one.name for one in people.contacts(reopened)] == ["妈妈"]
    assert visit.last.uploads == ()

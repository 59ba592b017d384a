"""The pages before the first one: the question, the passphrase, the lock."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from desks import Client, sit_down

from kit.actions import exhibits
from kit.errors import LockedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Clock
    from standins.keyring import SystemKeyring
    from werkzeug.test import TestResponse


def said(answer: TestResponse) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.get_data(as_text=True))))


@pytest.fixture
def newcomer(clock: Clock, ring: SystemKeyring) -> Iterator[Client]:
    """A desk without a store, and a browser that has the cookie."""
    made = sit_down(clock)
    made.enter()
    assert ring.entries == {}
    yield made
    made.desk.close()


def test_who_uses_the_computer_is_asked_first(newcomer: Client, ring: SystemKeyring) -> None:
    assert newcomer.get("/import").headers["Location"] == "/unlock"
    page = said(newcomer.get("/unlock"))
    assert "Does anyone else use this computer account?" in page
    assert "Nobody gets a message before you send it yourself." in page

    assert newcomer.post("/unlock").status_code == 200
    assert newcomer.post("/unlock", shared="perhaps").status_code == 200
    assert newcomer.desk.is_first_start
    assert newcomer.post("/unlock", shared="no").status_code == 303
    assert newcomer.get("/import").status_code == 200
    assert len(ring.entries) == 1


@pytest.mark.parametrize("mood", ["absent", "locked", "silent", "full", "forgetful", "broken"])
def test_a_keyring_that_refuses_is_named_and_a_passphrase_does_instead(
    newcomer: Client, ring: SystemKeyring, mood: str
) -> None:
    ring.becomes(mood)
    page = said(newcomer.post("/unlock", shared="no"))

    assert "keyring" in page
    assert "A passphrase will do instead." in page
    typed = {"shared": "yes", "passphrase": "correct", "again": "correct"}
    assert newcomer.post("/unlock", typed).status_code == 303
    assert newcomer.desk.asks_passphrase


@pytest.mark.parametrize(
    ("typed", "again", "sentence"),
    [
        ("", "", "The passphrase is empty; nothing was opened."),
        ("", "x", "The passphrase is empty; nothing was opened."),
        ("correct", "Correct", "The two passphrases differ; nothing was made."),
        ("correct", "", "The two passphrases differ; nothing was made."),
    ],
)
def test_a_new_passphrase_is_typed_twice(
    newcomer: Client, typed: str, again: str, sentence: str
) -> None:
    form = {"shared": "yes", "passphrase": typed, "again": again}
    answer = newcomer.post("/unlock", form)

    assert sentence in said(answer)
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    assert "If you forget it, nobody can open it." in said(answer)
    assert newcomer.desk.is_first_start


def test_no_passphrase_stands_on_a_page(newcomer: Client) -> None:
    form = {"shared": "yes", "passphrase": "secret-one", "again": "secret-two"}

    assert "secret" not in newcomer.post("/unlock", form).get_data(as_text=True)


@pytest.fixture
def keeper(newcomer: Client) -> Client:
    """A desk that a passphrase opens, on page 6."""
    form = {"shared": "yes", "passphrase": "correct", "again": "correct"}
    assert newcomer.post("/unlock", form).status_code == 303
    assert newcomer.get("/help").status_code == 200
    return newcomer


def test_after_idling_the_passphrase_opens_the_page_one_was_on(
    keeper: Client, clock: Clock
) -> None:
    clock.go(minutes=16)
    assert keeper.get("/import").headers["Location"] == "/unlock"
    page = said(keeper.get("/unlock"))
    assert "Nothing was lost. You come back to the page you were on." in page
    assert "Bring in" not in page

    wrong = keeper.post("/unlock", passphrase="wrong")
    assert "does not open this store" in said(wrong)
    assert "A forgotten passphrase cannot be recovered." in said(wrong)
    assert keeper.post("/unlock", passphrase="correct").headers["Location"] == "/help"


def test_what_was_written_of_a_call_waits_until_the_desk_is_open(
    keeper: Client, clock: Clock
) -> None:
    clock.go(minutes=16)
    typed = {"kind": "call", "to": "me", "said": "再不还就上门", "at": "2026-11-21T09:00"}
    files = [(BytesIO(b"\x89PNG\r\n\x1a\n"), "a.png")]
    late = keeper.post("/evidence/add", {**typed, "files": files})
    assert (late.status_code, "what you wrote is still there" in said(late)) == (401, True)
    assert "再不还就上门" not in said(late) + said(keeper.get("/unlock"))
    again = keeper.post("/unlock", passphrase="correct").headers["Location"]
    page = keeper.get(again).get_data(as_text=True)

    assert "再不还就上门" in page
    key = page.partition('name="kept" value="')[2].partition('"')[0]
    keeper.post("/evidence/add", {**typed, "kept": key})
    assert [one.name for one in exhibits.exhibits(keeper.store)] == ["a.png"]
    assert "再不还就上门" not in said(keeper.get("/evidence/add"))


def test_what_was_typed_for_a_letter_waits_until_the_desk_is_open(
    keeper: Client, clock: Clock
) -> None:
    clock.go(minutes=16)
    typed = {"name": "李明", "phone": "abc", "lender": "示例消费金融有限公司"}
    late = keeper.post("/letters/stop/facts", typed)
    assert (late.status_code, "what you wrote is still there" in said(late)) == (401, True)
    assert "李明" not in said(late) + said(keeper.get("/unlock"))
    again = keeper.post("/unlock", passphrase="correct").headers["Location"]
    assert "李明" not in said(keeper.get("/evidence/add"))
    page = keeper.get(again).get_data(as_text=True)

    assert again == "/letters/stop/facts"
    assert 'value="李明"' in page
    assert 'id="phone-wrong"' in page
    assert keeper.store.book.sheet() == {}
    assert "李明" not in keeper.get(again).get_data(as_text=True)


def test_whoever_types_is_there(keeper: Client, clock: Clock) -> None:
    for _ in range(3):
        clock.go(minutes=10)
        assert keeper.get("/evidence/add/stay").status_code == 204


def test_a_form_that_comes_too_late_changes_nothing_and_leads_to_the_lock(
    keeper: Client, clock: Clock
) -> None:
    clock.go(minutes=16)
    answer = keeper.post("/import/split", who="x")

    assert answer.status_code == 401
    assert "Nothing was changed." in said(answer)
    assert 'href="/help"' in answer.get_data(as_text=True)
    assert keeper.get("/help").headers["Location"] == "/unlock"


def test_a_locked_page_offers_no_second_lock(keeper: Client) -> None:
    assert 'action="/lock"' in keeper.get("/import").get_data(as_text=True)
    keeper.post("/lock")

    assert 'action="/lock"' not in keeper.get("/unlock").get_data(as_text=True)


def test_what_no_passphrase_opens_is_opened_by_starting_again(
    newcomer: Client, clock: Clock
) -> None:
    newcomer.post("/unlock", shared="no")
    clock.go(minutes=16)
    page = said(newcomer.get("/unlock"))

    assert "start kit again" in page
    assert newcomer.post("/unlock", shared="no").status_code == 401
    with pytest.raises(LockedError):
        _ = newcomer.desk.store

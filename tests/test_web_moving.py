"""A backup by the page, a store made of one on another computer, and what that one asks."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from browsing import TARGET, in_each_place, needs_chromium, overflow, targets
from conftest import card
from desks import Client, sit_down
from playwright.sync_api import expect

from kit.actions import restored
from kit.actions.planning import Request, freeze_plan
from kit.errors import LockedError
from kit.model import Group
from kit.settings import load
from kit.web import moving
from kit.web.serving import watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Clock
    from desks import Served
    from playwright.sync_api import Page
    from standins.keyring import SystemKeyring
    from werkzeug.test import TestResponse

    from kit.actions.store import Store

    Tidy = Callable[[Page], list[str]]

#: A telephone on this computer that does not answer.
SILENT = {
    "KIT_ANDROID_URL": "http://127.0.0.1:1",
    "KIT_ANDROID_USER": "sms",
    "KIT_ANDROID_PASSWORD": "x",
}
TWICE = {"passphrase": "口令", "again": "口令"}


def said(answer: TestResponse) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.get_data(as_text=True))))


def planned(store: Store, channel: str = "phone") -> None:
    store.book.choose(dict.fromkeys(store.book.groups(), Group.EVERYONE))
    freeze_plan(store, Request(sender="小明", channel=channel))


@pytest.fixture
def backup(client: Client, people: Callable[..., None]) -> bytes:
    """What a browser saved of a store with somebody in it, and a plan."""
    people(card("妈妈", "13800000001"))
    planned(client.store)
    assert client.post("/backup", TWICE).headers["Location"] == "/backup"
    assert "The backup is made" in said(client.get("/backup"))
    content: bytes = client.get("/backup/file").data
    return content


@pytest.fixture
def elsewhere(
    backup: bytes,
    clock: Clock,
    ring: SystemKeyring,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Client:
    """A browser before the first start of another computer."""
    monkeypatch.setenv("KIT_HOME", str(tmp_path / "second"))
    made = sit_down(clock)
    made.enter()
    assert (backup[:6] != b"SQLite", ring.entries) == (True, {})
    return made


def bring(browser: Client, content: bytes, **form: str) -> TestResponse:
    file = (BytesIO(content), "all.kit") if content else (BytesIO(), "")
    return browser.post("/restore", {"file": file, "sealed": "口令", **form})


def test_a_backup_is_saved_sealed_and_nothing_of_it_stays(client: Client, backup: bytes) -> None:
    assert "妈妈".encode() not in backup
    answer = client.get("/backup/file")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert not (client.store.home / "in-passing.kit").exists()

    client.get("/help")
    assert client.get("/backup/file").headers["Location"] == "/backup"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"passphrase": "", "again": ""}, "The passphrase is empty"),
        ({"passphrase": "a", "again": "b"}, "The two passphrases differ"),
    ],
)
def test_a_backup_is_never_made_without_a_passphrase(
    client: Client, form: dict[str, str], sentence: str
) -> None:
    assert sentence in said(client.post("/backup", form))
    assert client.get("/backup/file").status_code == 303


def test_what_is_too_large_for_the_page_is_left_to_the_terminal(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "LARGEST", 1)

    assert "Make it in a terminal: kit backup FILE" in said(client.post("/backup", TWICE))


def test_on_the_first_start_a_backup_is_restored_and_then_it_asks(
    elsewhere: Client, backup: bytes, ring: SystemKeyring
) -> None:
    assert "I have a backup from another computer" in said(elsewhere.get("/unlock"))
    assert elsewhere.get("/restore").status_code == 200
    assert bring(elsewhere, backup, shared="no").headers["Location"] == "/restored"

    assert len(ring.entries) == 1
    assert [one.name for one in elsewhere.store.book.contacts()] == ["妈妈"]
    assert "scan and send" in said(elsewhere.get("/restored"))
    assert "This came from a backup." in said(elsewhere.get("/tell"))
    began = {"only": "all", "plan": elsewhere.store.current_plan().id}
    assert "This store came from a backup of" in said(elsewhere.post("/scan/begin", began))
    assert restored.held_by(elsewhere.store) == ["phone", "another"]
    assert elsewhere.post("/restored/word", way="phone").status_code == 303
    assert elsewhere.post("/restored/word", way="another").status_code == 303
    assert "Nothing holds it back" in said(elsewhere.get("/restored"))
    assert "This came from a backup." not in said(elsewhere.get("/tell"))
    assert elsewhere.get("/restore").status_code == 303
    assert bring(elsewhere, backup, shared="no").headers["Location"] == "/"
    elsewhere.desk.close()


def test_whoever_shares_the_account_chooses_a_passphrase_for_it(
    elsewhere: Client, backup: bytes, ring: SystemKeyring
) -> None:
    differs = bring(elsewhere, backup, shared="yes", passphrase="a", again="b")
    assert "The two passphrases differ" in said(differs)
    assert elsewhere.desk.is_first_start
    made = bring(elsewhere, backup, shared="yes", passphrase="a", again="a")

    assert (made.status_code, ring.entries) == (303, {})
    assert elsewhere.desk.asks_passphrase
    elsewhere.desk.close()


@pytest.mark.parametrize(
    ("damage", "form", "sentence"),
    [
        (lambda content: content[:-1], {}, "This is no backup of the kit"),
        (lambda _: b"", {}, "This is no backup of the kit"),
        (lambda content: b"?" + content[1:], {}, "Something in this backup is not as"),
        (lambda content: content, {"sealed": "wrong"}, "does not open this backup"),
    ],
)
def test_what_cannot_be_restored_is_said_and_makes_nothing(
    elsewhere: Client,
    backup: bytes,
    damage: Callable[[bytes], bytes],
    form: dict[str, str],
    sentence: str,
) -> None:
    page = said(bring(elsewhere, damage(backup), shared="no", **form))

    assert sentence in page
    assert "Please choose the file again." in page
    assert elsewhere.desk.is_first_start
    assert not (elsewhere.desk.settings.home / "in-passing.kit").exists()


def test_a_keyring_that_refuses_makes_room_for_a_passphrase(
    elsewhere: Client, backup: bytes, ring: SystemKeyring
) -> None:
    ring.becomes("locked")

    assert "keyring is locked" in said(bring(elsewhere, backup, shared="no"))
    assert elsewhere.desk.is_first_start


def test_the_page_asks_the_providers_and_says_who_could_not_be_asked(
    elsewhere: Client, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SILENT.items():
        monkeypatch.setenv(name, value)
    planned(replace(client.store, settings=load()), "android")
    client.post("/backup", TWICE)
    guest = sit_down(elsewhere.desk.session._clock)  # type: ignore[arg-type]  # noqa: SLF001
    guest.enter()
    bring(guest, client.get("/backup/file").data, shared="no")

    assert guest.post("/restored/ask").headers["Location"] == "/restored"
    page = said(guest.get("/restored"))
    assert "could not be asked" in page
    assert "Ask now" in page
    guest.desk.close()


def test_a_store_from_no_backup_has_nothing_to_ask(client: Client) -> None:
    assert "This store came from no backup" in said(client.get("/restored"))


class Looks:
    """Time that passes between one look and the next, until it is over."""

    def __init__(self, clock: Clock, times: int) -> None:
        self.clock, self.left = clock, times

    def wait(self, _: float) -> bool:
        self.left -= 1
        self.clock.go(minutes=6)
        return self.left < 0


def test_a_desk_that_nobody_asks_for_anything_is_locked_all_the_same(
    client: Client, clock: Clock
) -> None:
    watch(client.desk, Looks(clock, 2))  # type: ignore[arg-type]
    assert client.desk.store.book.contacts() == []
    watch(client.desk, Looks(clock, 1))  # type: ignore[arg-type]

    with pytest.raises(LockedError):
        client.desk.store  # noqa: B018 (it is asked for)


def is_fit(page: Page, tidy: Tidy) -> bool:
    page.wait_for_load_state()
    for _ in in_each_place(page):
        assert tidy(page) == []
        assert overflow(page) <= 0
        heights = [height for _, height in targets(page, "main button, main .button")]
        assert not heights or min(heights) >= TARGET
    return True


@pytest.fixture
def saved(
    served: Served, people: Callable[..., None], store: Store, tidy: Tidy, tmp_path: Path
) -> Path:
    """A backup as a real browser saved it."""
    people(card("妈妈", "13800000001"))
    planned(store)
    page = served()
    at = urlsplit(page.url)
    page.goto(f"{at.scheme}://{at.netloc}/backup")
    assert is_fit(page, tidy)
    page.get_by_label("新密码").fill("口令")
    page.get_by_label("再输入一遍").fill("口令")
    page.get_by_role("button", name="做备份").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="all.kit").click()
    download.value.save_as(tmp_path / "all.kit")
    assert is_fit(page, tidy)
    return tmp_path / "all.kit"


@needs_chromium
def test_the_pages_are_fit_for_everybody(
    served: Served, saved: Path, tidy: Tidy, ring: SystemKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIT_HOME", str(saved.with_name("second")))
    page = served(opens=False)
    page.get_by_role("link", name="我有别的电脑上做的备份").click()
    assert is_fit(page, tidy)
    page.get_by_label("备份文件").set_input_files(saved)
    page.get_by_label("备份的密码").fill("口令")
    page.get_by_label("没有，只有我").check()
    page.get_by_role("button", name="恢复").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("这是从备份恢复的")
    assert is_fit(page, tidy)
    for way in page.get_by_role("checkbox").all():
        way.check()
    page.get_by_role("button", name="确定是这样").click()
    expect(page.locator("main .calm")).to_have_text("都问清了，可以接着用。")
    assert len(ring.entries) == 1

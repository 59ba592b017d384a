"""The whole way in a real browser, as somebody goes it who sees the kit for the first time."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import DESKTOP, follow, needs_chromium
from playwright.sync_api import expect

from kit.actions.importing import import_files
from kit.actions.people import choose
from kit.actions.planning import Request, freeze_plan
from kit.model import Status

if TYPE_CHECKING:
    from desks import Client, Served
    from playwright.sync_api import Page

    from kit.actions.store import Store

pytestmark = needs_chromium

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.vcf"))
MOST_CLICKS = 8


class Walker:
    """Somebody with a mouse; every click is counted, typing is not."""

    def __init__(self, shown: Page) -> None:
        self.shown = shown
        self.clicks = 0

    def press(self, name: str) -> None:
        """Click on the button or link of that name."""
        self.clicks += 1
        target = self.shown.get_by_role("button", name=name).or_(
            self.shown.get_by_role("link", name=name)
        )
        follow(target.first)

    def begin(self) -> None:
        """Begin to scan and send, with whoever is offered first."""
        self.clicks += 1
        follow(self.shown.locator('form[action="/scan/begin"] button').first)

    def bring_in(self) -> None:
        """Choose the example books; with script that is all."""
        self.clicks += 1
        self.shown.wait_for_load_state()
        with self.shown.expect_navigation():
            self.shown.locator("#files").set_input_files(EXAMPLES)
        self.shown.get_by_role("heading", name="通讯录已经导入").wait_for()


def heading(shown: Page) -> str:
    return shown.locator("h1").first.inner_text()


def test_the_first_code_is_few_clicks_away(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("KIT_KEY_FILE")
    monkeypatch.setenv("KIT_HOME", str(tmp_path / "first"))
    monkeypatch.setenv("KIT_PASSPHRASE_FILE", "")
    somebody = Walker(served(opens=False, viewport=DESKTOP))
    shown = somebody.shown
    somebody.press("有，还有别人用")
    shown.locator("#passphrase").fill("冬天的第一场雪")
    shown.locator("#again").fill("冬天的第一场雪")
    with shown.expect_navigation():
        shown.keyboard.press("Enter")
    somebody.bring_in()
    somebody.press("下一步")
    somebody.press("都选为紧急联系人")
    somebody.press("暂时只选他们")
    shown.locator("input[name=sender]").fill("小明")
    somebody.press("写好短信")
    expect(shown.locator("main")).to_contain_text("小明")
    somebody.press("下一步")
    somebody.begin()

    expect(shown.locator(".code svg")).to_be_visible()
    assert somebody.clicks <= MOST_CLICKS


def test_everybody_is_told_by_scan_and_send(served: Served, store: Store) -> None:
    somebody = Walker(served(viewport=DESKTOP))
    shown = somebody.shown
    somebody.bring_in()
    expect(shown.locator(".status")).to_contain_text("还没有发给任何人")
    somebody.press("下一步")
    somebody.press("都选为紧急联系人")
    somebody.press("暂时只选他们")
    shown.locator("input[name=sender]").fill("小明")
    somebody.press("写好短信")
    somebody.press("下一步")
    somebody.begin()
    before = ""
    count = len(store.current_plan().messages)
    for _ in range(count):
        shown.locator(".code svg").wait_for()
        now = heading(shown)
        assert now != before
        before = now
        follow(shown.get_by_role("button", name="1"))

    assert shown.locator(".code svg").count() == 0
    assert set(store.ledger.statuses(store.ledger.real_notice()).values()) == {Status.DELIVERED}
    assert f"{count}" in shown.locator(".status").inner_text()


PAGES = (
    *("/import", "/choose", "/read", "/tell", "/scan", "/send", "/went", "/help", "/unlock"),
    *("/evidence", "/evidence/add", "/evidence/report", "/evidence/export"),
)
ASSETS = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_small(client: Client, path: str) -> None:
    import_files(client.store, EXAMPLES)
    choose(client.store, [], everyone_else=True)
    freeze_plan(client.store, Request(sender="小明"))
    page = client.get(path).get_data(as_text=True)
    assets = [client.get(one).get_data() for one in set(ASSETS.findall(page))]

    assert len(page.encode()) + sum(map(len, assets)) <= 60_000

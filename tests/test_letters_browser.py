"""Letters and complaints in a real browser: few clicks, no script, and everybody can use it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from browsing import DESKTOP, PHONE, needs_chromium, overflow, targets
from playwright.sync_api import expect

from kit.actions import drafting, filing, recording
from kit.actions.recording import Told
from kit.model import FilingEvent, IncidentKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from browsing import Scheme
    from conftest import Clock
    from desks import Served
    from playwright.sync_api import Page, ViewportSize

    from kit.actions.store import Store

pytestmark = needs_chromium

COMPLAINT = "12378"
HOSTILE = "<img src=x onerror=alert(1)>" + "长" * 120
SHEET = {
    "name": "李明",
    "phone": "138 0000 0000",
    "lender": "示例消费金融有限公司",
    "lender_kind": "consumer_finance",
    "product": "示例贷",
    "account": "2025-0001",
}


def record(store: Store, clock: Clock, *said: str) -> None:
    """Write down what was said in as many calls."""
    for days, words in enumerate(said, 1):
        at = clock.now - timedelta(days=days)
        told = Told(kind=IncidentKind.CALL, at=at, number=words[:60], to=words[:60], said=words)
        recording.note(store, told)


def fill(shown: Page) -> None:
    """Answer everything that is needed."""
    for field in shown.locator("main input[required]").all():
        name = field.get_attribute("name") or ""
        if name == "lender_kind":
            shown.locator(f"[name=lender_kind][value={SHEET[name]}]").check()
        else:
            field.fill(SHEET[name])


def test_from_an_empty_sheet_to_a_complaint_that_was_sent_without_script(
    served: Served, store: Store, clock: Clock, tmp_path: Path
) -> None:
    record(store, clock, "今天不还就打给你单位")
    shown = served(script=False, viewport=PHONE)
    own = shown.url.rpartition("/")[0]
    shown.goto(f"{own}/letters")
    shown.locator(f'main a[href="/letters/{COMPLAINT}"]').click()
    expect(shown.locator("main input[required]").first).to_be_visible()
    assert shown.locator("main .question").count() <= 12
    fill(shown)
    shown.locator("main button.main").click()
    expect(shown.locator("article.letter")).to_contain_text("示例消费金融有限公司")
    with shown.expect_download() as download:
        shown.get_by_role("link", name="存成纯文本").click()
    download.value.save_as(tmp_path / "saved.txt")

    assert download.value.suggested_filename == f"{COMPLAINT}.txt"
    assert "今天不还就打给你单位" in (tmp_path / "saved.txt").read_text(encoding="utf-8")
    shown.get_by_role("button", name="我寄出了").click()
    expect(shown.get_by_text("记住了：2026-11-21 寄出。")).to_be_visible()
    expect(shown.get_by_role("heading", name="接下来做什么")).to_be_visible()
    assert [one.draft for one in filing.sent(store)] == [COMPLAINT]


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["360", "1280"]
)
def test_everybody_can_use_every_state_of_it(
    served: Served,
    store: Store,
    clock: Clock,
    tidy: Callable[[Page], list[str]],
    viewport: ViewportSize,
    scheme: Scheme,
) -> None:
    def faults() -> list[object]:
        shown.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        small = [
            size
            for size in targets(shown, "main button:visible, main .button, main nav a, main label")
            if min(size) < 44 and size[1] > 30
        ]
        return [*tidy(shown), *small, *filter(None, [overflow(shown)])]

    shown = served(viewport=viewport, scheme=scheme)
    own = shown.url.rpartition("/")[0]
    shown.goto(f"{own}/letters")
    assert faults() == []
    shown.goto(f"{own}/letters/stop")
    fill(shown)
    shown.locator("#phone").fill("abc")
    shown.locator("#lender").fill(HOSTILE)
    shown.locator("main button.main").click()
    expect(shown.locator("#lender-wrong")).to_be_visible()
    expect(shown.locator("#phone")).to_be_focused()
    assert faults() == []
    drafting.fill(store, SHEET)
    shown.goto(f"{own}/letters/{COMPLAINT}")
    expect(shown.locator("main .calm")).to_be_visible()
    assert faults() == []
    record(store, clock, HOSTILE, "今天不还就打给你单位")
    shown.goto(f"{own}/letters/{COMPLAINT}")
    shown.get_by_role("button", name="复制这些字").click()
    expect(shown.get_by_text("已复制")).to_be_visible()
    assert faults() == []
    filing.note(store, "stop", FilingEvent.SENT, "2026-09-01", "编号 7")
    for path in ("", "/facts"):
        shown.goto(f"{own}/letters{path}")
        assert faults() == []

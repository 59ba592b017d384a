"""The page of an audit: the table, the picture and the checklist are what the command gives."""

from __future__ import annotations

from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from audits import CHAT, DUMP, HEAD, LOAN, access, called
from browsing import DESKTOP, PHONE, follow, in_each_place, needs_chromium, overflow
from desks import sit_down
from playwright.sync_api import FilePayload, expect

from kit.actions.unlocking import Nobody

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from conftest import Clock
    from desks import Client, Served
    from playwright.sync_api import Page
    from werkzeug.test import TestResponse

HOSTILE = "</td><script>alert(1)</script>" + "w" * 150
REPORT = (
    access()
    + called("api.example", "2026-01-05T22:30:40+08:00")
    + access(app=HOSTILE, category="photos")
)
pytestmark = pytest.mark.usefixtures("today")


def send(client: Client, content: bytes, name: str = "report.ndjson") -> TestResponse:
    data: dict[str, Any] = {"files": (BytesIO(content), name)}
    return client.post("/audit", data)


def body(client: Client) -> str:
    answer = client.get("/audit")
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def test_a_report_is_shown_with_its_picture_and_the_rules(client: Client) -> None:
    assert send(client, REPORT).status_code == 303
    page = client.get("/audit").get_data(as_text=True)

    assert LOAN in page
    assert "api.example" in page
    assert "必要个人信息不包括通讯录" in page
    assert "<script>alert" not in page
    drawn = client.get("/audit/picture.svg")
    assert drawn.mimetype == "image/svg+xml"
    assert LOAN in drawn.get_data(as_text=True)
    assert "<script" not in drawn.get_data(as_text=True)


def test_a_dump_is_shown_with_what_to_copy_and_without_a_picture(client: Client) -> None:
    send(client, DUMP.encode(), "apps.txt")
    page = body(client)

    assert f"adb shell pm revoke {LOAN} android.permission.READ_CONTACTS" in page
    assert "asks, but was not given it" in page
    assert client.get("/audit/picture.svg").status_code == 404


def test_that_no_app_read_contacts_is_said_with_how_far_a_report_goes(client: Client) -> None:
    for content in (access(category="photos"), called("api.example", "2026-01-05T22:30:40+08:00")):
        send(client, content)
        page = body(client)

        assert "What apps have read, by the phone's own report" in page
        assert "It does not say that any app has read contacts." in page
        assert "seven days at most" in page
    send(client, HEAD.encode() + b"  Package [com.example.a] (1a):\n    User 0: installed=true\n")
    assert "No app in it asks for contacts" in body(client)


def test_what_is_none_is_said_and_what_was_there_is_gone(client: Client) -> None:
    send(client, REPORT)
    send(client, b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\0" * 99, "me.jpg")
    page = body(client)

    assert "This is no App Privacy Report of an iPhone" in page
    assert "This is no text" in page
    assert LOAN not in page
    assert client.get("/audit/picture.svg").status_code == 404
    assert client.post("/audit").status_code == 303
    assert "No file was chosen." in body(client)


def test_a_broken_line_is_named_beside_what_could_be_read(client: Client) -> None:
    send(client, REPORT + b"{\n")

    assert "report.ndjson" in body(client)
    assert "This line is cut off or damaged" in body(client)
    assert LOAN in body(client)


def test_nothing_of_it_is_there_after_the_desk_was_locked(client: Client, clock: Clock) -> None:
    send(client, REPORT)
    clock.go(minutes=16)
    assert client.get("/audit").status_code == 303
    client.desk.open(Nobody())

    assert LOAN not in body(client)


def test_the_checklist_is_what_the_command_writes(
    client: Client, kit: Callable[..., Result], tmp_path: Path
) -> None:
    assert kit("audit", "--checklist", "--to", tmp_path / "list").exit_code == 0
    for name in ("checklist.html", "checklist.txt"):
        answer = client.get(f"/audit/{name}")
        assert answer.data == (tmp_path / "list" / name).read_bytes()
        assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert client.get("/audit/guide.html").status_code == 404
    assert "/audit" in client.get("/help").get_data(as_text=True)


def test_a_desk_for_reading_only_has_the_checklist_and_no_form(clock: Clock) -> None:
    reader = sit_down(clock, read_only=True)
    reader.desk.open(Nobody())
    reader.enter()
    page = body(reader)
    reader.desk.close()

    assert 'type="file"' not in page
    assert 'id="checklist"' in page


@needs_chromium
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_everybody_can_use_it_from_the_help_page_on(
    served: Served, tidy: Callable[[Page], list[str]], *, script: bool
) -> None:
    page = served(script=script, viewport=DESKTOP if script else PHONE)
    follow(page.locator("nav.steps a").last)
    follow(page.locator("main a[href='/audit']"))
    lines = [access(app=CHAT, identifier=f"{n}") for n in range(30)]
    payload = FilePayload(
        name="report.ndjson", mimeType="application/json", buffer=REPORT + b"".join(lines) + b"{"
    )
    if script:
        expect(page.locator(".drop.scripted")).to_be_visible()
        with page.expect_navigation():
            page.locator("#files").set_input_files([payload])
    else:
        page.locator("#files").set_input_files([payload])
        follow(page.locator("#bring button"))

    expect(page.locator("table").first).to_contain_text(CHAT)
    expect(page.locator("table").first).to_contain_text(LOAN)
    seen = page.locator("figure img")
    seen.scroll_into_view_if_needed()
    expect(seen).to_be_visible()
    if script:
        for folded in page.locator("main summary").all():
            folded.click()
        for place in in_each_place(page):
            assert (place, tidy(page)) == (place, [])
            assert overflow(page) == 0

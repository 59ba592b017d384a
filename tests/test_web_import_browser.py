"""Page 1 and what stands before it, in a real browser."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from browsing import follow, in_each_place, needs_chromium, overflow, targets
from conftest import card
from playwright.sync_api import FilePayload, expect

from kit.actions import people

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Clock
    from desks import Served
    from playwright.sync_api import Page
    from standins.keyring import SystemKeyring

    from kit.actions.store import Store

pytestmark = needs_chromium

SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
MOTHER = card("妈妈", "13800000001")
TWO_NAMES = card("小王", "13800000005") + card("老李", "13800000005")
BROKEN = "BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n"
HOSTILE_NAMES = ("<img src=x onerror=alert(1)>.vcf", "\u202efcv.koob.vcf", "名" * 200 + ".vcf")
HOSTILE_CARDS = "".join(
    card(name, f"1380000010{n}")
    for n, name in enumerate(("<script>alert(1)</script>", "\u202e倒过来", "长" * 500, "👨‍👩‍👧"))
)


def file(content: str | bytes, name: str = "book.vcf", kind: str = "text/vcard") -> FilePayload:
    raw = content.encode() if isinstance(content, str) else content
    return FilePayload(name=name, mimeType=kind, buffer=raw)


def go(shown: Page, path: str) -> None:
    shown.goto("/".join(shown.url.split("/")[:3]) + path)


def choose(shown: Page, *files: FilePayload | str) -> None:
    """Choose the files, once the page is there."""
    shown.wait_for_load_state()
    shown.set_input_files("#files", list(files))  # type: ignore[arg-type]  # all of one kind


def bring_in(shown: Page, *files: FilePayload | str) -> None:
    """Choose the files; without script, then press the button; wait for the page that answers."""
    shown.wait_for_load_state()
    button = shown.locator("#bring button")
    is_pressed = button.is_visible()
    with shown.expect_navigation():
        choose(shown, *files)
        if is_pressed:
            button.click()


def drop(shown: Page, name: str, content: str) -> None:
    """Let a file fall on the page, beside the place for it."""
    shown.evaluate(
        """([name, content]) => {
            const moved = new DataTransfer();
            moved.items.add(new File([content], name));
            for (const kind of ["dragover", "drop"]) {
                const more = { dataTransfer: moved, bubbles: true, cancelable: true };
                document.querySelector("h1").dispatchEvent(new DragEvent(kind, more));
            }
        }""",
        [name, content],
    )


@SCRIPT
def test_a_chosen_file_is_brought_in(served: Served, store: Store, *, script: bool) -> None:
    shown = served(script=script)
    expect(shown.locator("#bring button")).to_be_visible(visible=not script)
    bring_in(shown, file(MOTHER), file(card("甲", "13800000003"), "b.vcf"))

    expect(shown.locator("h1")).to_have_text("通讯录已经导入")
    expect(shown.locator(".calm")).to_contain_text("读到 2 张名片")
    expect(shown.locator(".status")).to_contain_text("还没有发给任何人")
    assert people.count(store) == 2
    follow(shown.locator("main a.button.main"))
    shown.wait_for_url("**/choose")


def test_a_file_that_falls_on_the_page_is_brought_in(served: Served, store: Store) -> None:
    shown = served()
    with shown.expect_navigation():
        drop(shown, "book.vcf", MOTHER)

    expect(shown.locator("h1")).to_have_text("通讯录已经导入")
    assert people.count(store) == 1


def test_the_keyboard_chooses_a_file(served: Served) -> None:
    shown = served()
    shown.on("filechooser", lambda _: None)  # the browser hears of it long before the key
    expect(shown.locator("#bring.scripted")).to_be_visible()
    shown.locator("h1").click()
    shown.keyboard.press("Tab")
    expect(shown.locator("#files")).to_be_focused()
    expect(shown.locator("#bring")).to_have_css("outline-style", "solid")
    with shown.expect_file_chooser() as asked:
        shown.keyboard.press("Enter")

    assert asked.value.is_multiple()


def test_while_it_is_read_the_page_says_so(served: Served) -> None:
    shown = served()
    shown.evaluate(
        """() => new MutationObserver(([one]) => {
            const bar = one.target.querySelector("progress:indeterminate").ariaLabel;
            sessionStorage.said = `${one.target.role} ${one.target.innerText} ${bar}`;
        }).observe(document.querySelector(".said"), { childList: true })"""
    )
    bring_in(shown, file(MOTHER))
    expect(shown.locator("h1")).to_have_text("通讯录已经导入")

    assert re.fullmatch(
        r"status 正在读.*不会告诉任何人。\s+正在读", str(shown.evaluate("sessionStorage.said"))
    )


def test_a_file_that_is_too_large_is_not_sent(served: Served, tmp_path: Path, store: Store) -> None:
    large = tmp_path / "large.vcf"
    with large.open("wb") as empty:
        empty.truncate(500_000_000)
    shown = served()
    asked: list[str] = []
    shown.on("request", lambda request: asked.append(request.method))
    choose(shown, str(large))

    expect(shown.get_by_role("status").get_by_text("kit import")).to_be_visible()
    assert "POST" not in asked
    bring_in(shown, file(MOTHER))
    expect(shown.locator("h1")).to_have_text("通讯录已经导入")
    assert people.count(store) == 1


@SCRIPT
def test_half_a_gigabyte_that_is_sent_has_an_answer_and_a_way_back(
    served: Served, tidy: Callable[[Page], list[str]], tmp_path: Path, *, script: bool
) -> None:
    large = tmp_path / "large.vcf"
    with large.open("wb") as empty:
        empty.truncate(500_000_000)
    shown = served(script=script)
    if script:  # whoever measures there is wrong
        shown.evaluate("document.getElementById('bring').dataset.most = 1e12")
    bring_in(shown, str(large))

    expect(shown.locator("h1")).to_have_text("太大了。没有读取，也没有改动任何东西。")
    expect(shown.locator("main")).to_contain_text("不要带头像")
    assert not script or tidy(shown) == []
    shown.get_by_role("link").click()
    expect(shown.locator("#bring")).to_be_visible()


def test_a_folder_or_what_is_on_the_phone_is_not_sent(served: Served) -> None:
    shown = served()
    shown.evaluate("() => { Blob.prototype.arrayBuffer = () => Promise.reject(new Error()); }")
    choose(shown, file(MOTHER))

    expect(shown.get_by_role("status").get_by_text("这是文件夹")).to_be_visible()
    shown.wait_for_url("**/import")


@SCRIPT
def test_what_is_no_address_book_has_an_answer(served: Served, *, script: bool) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("x.txt", "x")
    shown = served(script=script)
    for sent, answer in (
        (file(b"\x89PNG\r\n", "a.png", "image/png"), "图片"),
        (file("a,b\n1,2\n", "a.csv", "text/csv"), "CSV"),
        (file(packed.getvalue(), "a.zip", "application/zip"), ".vcf"),
        (file(b""), "空"),
    ):
        bring_in(shown, sent)
        expect(shown.locator("h1")).to_have_text("没能导入")
        expect(shown.locator(".problems")).to_contain_text(answer)
        expect(shown.locator(".problems bdi")).to_have_text(sent["name"])
    bring_in(shown, file(BROKEN * 20))
    shown.locator(".problems summary").click()
    expect(shown.locator(".problems")).to_contain_text("第 1, 4, 7")


def test_hostile_names_are_only_text(served: Served, tidy: Callable[[Page], list[str]]) -> None:
    shown = served()
    bring_in(shown, *(file(HOSTILE_CARDS + TWO_NAMES + BROKEN, name) for name in HOSTILE_NAMES))
    expect(shown.locator("h1")).to_have_text("通讯录已经导入")
    for summary in shown.locator("main summary").all():
        summary.click()

    assert shown.locator("main img, main script").count() == 0
    assert overflow(shown) == 0
    assert tidy(shown) == []
    go(shown, "/import/merged")
    assert shown.locator("main img, main script").count() == 0
    assert overflow(shown) == 0
    assert "img" not in shown.url + shown.title()


def test_names_in_doubt_are_chosen_by_reading_them(served: Served, store: Store) -> None:
    korean = "".join(
        card(name, f"1380000020{n}") for n, name in enumerate(("김민수", "김영희", "엄마"))
    )
    shown = served()
    bring_in(shown, file(korean.encode("euc_kr")))
    shown.get_by_text("김민수").click()
    follow(shown.get_by_role("button", name="这一行是对的"))

    expect(shown.locator("h1")).to_have_text("通讯录已经导入")
    assert "김민수" in {one.name for one in people.contacts(store)}


def test_what_is_not_one_person_is_taken_apart(served: Served, store: Store) -> None:
    shown = served(script=False)
    bring_in(shown, file(TWO_NAMES))
    follow(shown.get_by_text("看看每位是不是同一个人"))
    shown.get_by_text("这不是同一个人").click()
    follow(shown.get_by_role("button", name="拆开"))

    expect(shown.locator(".note")).to_contain_text("已拆成 2 位")
    assert people.count(store) == 2


def test_every_state_fits_and_everybody_can_use_it(
    served: Served, tidy: Callable[[Page], list[str]]
) -> None:
    def is_fit(shown: Page) -> bool:
        shown.wait_for_load_state()
        for summary in shown.locator("main details:not([open]) > summary").all():
            if summary.is_visible():
                summary.click()
        hit = "main button:visible, main .button, main select, main summary:visible, main input"
        for _ in in_each_place(shown):
            assert [size for size in targets(shown, hit) if size[1] < 44 and size[1] > 22] == []
            assert tidy(shown) == []
            assert overflow(shown) == 0
        return True

    shown = served()
    assert is_fit(shown)
    bring_in(shown, file(b"\x89PNG", "a.png"))
    expect(shown.locator(".problems")).to_be_visible()
    assert is_fit(shown)
    bring_in(shown, file(TWO_NAMES + BROKEN * 9))
    expect(shown.locator(".calm")).to_be_visible()
    assert is_fit(shown)
    bring_in(shown, file(card("김민수", "13800000200").encode("euc_kr")))
    expect(shown.locator("fieldset, .calm")).to_be_visible()
    assert is_fit(shown)
    go(shown, "/import/merged")
    assert is_fit(shown)
    go(shown, "/choose")
    go(shown, "/import")
    assert is_fit(shown)


# --- before it ---------------------------------------------------------------------------


@pytest.fixture
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIT_KEY_FILE")


def test_the_first_start_without_a_passphrase(
    served: Served, ring: SystemKeyring, tidy: Callable[[Page], list[str]]
) -> None:
    shown = served(opens=False)
    expect(shown.locator("h2")).to_contain_text("还有别人在用吗")
    assert tidy(shown) == []
    follow(shown.get_by_role("button", name="没有，只有我"))

    expect(shown.locator("#bring")).to_be_visible()
    assert ring.entries


@pytest.mark.usefixtures("no_key")
def test_the_first_start_with_a_passphrase_and_the_way_back_after_lunch(
    served: Served, clock: Clock, tidy: Callable[[Page], list[str]]
) -> None:
    shown = served(opens=False)
    follow(shown.get_by_role("button", name="有，还有别人用"))
    for typed, again in (("correct", "different"), ("correct", "correct")):
        expect(shown.locator("h1")).to_have_text("设一个密码")
        expect(shown.locator("#passphrase")).to_be_focused()
        assert tidy(shown) == []
        shown.fill("#passphrase", typed)
        shown.fill("#again", again)
        follow(shown.locator("main button.main"))
    expect(shown.locator("#bring")).to_be_visible()

    go(shown, "/help")
    clock.go(minutes=16)
    follow(shown.get_by_role("link", name=re.compile("导入")))
    for typed in ("wrong", "correct"):
        expect(shown.locator("h1")).to_have_text("已锁上")
        assert shown.locator(".steps").count() == 0
        assert tidy(shown) == []
        shown.fill("#passphrase", typed)
        follow(shown.locator("main button.main"))
    expect(shown.locator(".steps")).to_be_visible()
    shown.wait_for_url("**/help")

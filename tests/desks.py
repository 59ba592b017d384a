"""The local web page as tests see it: by requests, and in a real browser."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from browsing import PHONE, looking

from kit.actions.importing import import_files
from kit.actions.unlocking import Nobody
from kit.settings import load
from kit.web import create_app
from kit.web.desk import Desk
from kit.web.serving import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browsing import Scheme
    from conftest import Clock
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize
    from werkzeug.test import TestResponse

    from kit.actions.store import Store

PORT = 8000
OWN = f"http://127.0.0.1:{PORT}"
#: What a browser says of a form of our own page.
FORM = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}


@dataclass
class Client:
    """A browser without a window."""

    desk: Desk
    browser: FlaskClient

    @property
    def store(self) -> Store:
        """The store that the desk has open."""
        return self.desk.store

    def get(self, path: str, **more: Any) -> TestResponse:  # noqa: ANN401 (as Werkzeug has it)
        """Look at a page."""
        return self.browser.get(path, base_url=OWN, buffered=True, **more)

    def post(self, path: str, data: Any = None, **form: Any) -> TestResponse:  # noqa: ANN401
        """Send a form of our own page."""
        return self.browser.post(path, base_url=OWN, headers=FORM, data=data or form)

    def enter(self) -> TestResponse:
        """Open the link."""
        return self.get(f"/begin/{self.desk.session.link_key}")


def sit_down(clock: Clock, **options: bool) -> Client:
    """A desk that nobody has opened yet, and the browser before it."""
    made = Desk(load(), clock=clock, rest=clock.rest, **options)
    browser = create_app(made).test_client()
    browser.environ_base["SERVER_PORT"] = str(PORT)
    return Client(made, browser)


@pytest.fixture
def client(clock: Clock) -> Iterator[Client]:
    """An open desk over the store of this test, and a browser that has the cookie."""
    made = sit_down(clock)
    made.desk.open(Nobody())
    assert made.enter().status_code == 303
    yield made
    made.desk.close()


class Served(Protocol):
    """A real server, and a page of a real browser at its link."""

    def __call__(
        self,
        *,
        script: bool = True,
        scheme: Scheme = "light",
        scale: float = 1,
        viewport: ViewportSize = PHONE,
        language: str = "zh-Hans",
        opens: bool = True,
        **options: bool,
    ) -> Page: ...


@pytest.fixture
def served(browser: Browser, clock: Clock) -> Iterator[Served]:
    """Each page is asked at the end what went wrong in it, and what it asked of others."""
    wrong: list[str] = []
    opened: list[tuple[Desk, Any, threading.Thread, BrowserContext]] = []

    def serve(
        *,
        script: bool = True,
        scheme: Scheme = "light",
        scale: float = 1,
        viewport: ViewportSize = PHONE,
        language: str = "zh-Hans",
        opens: bool = True,
        **options: bool,
    ) -> Page:
        settings = load({**os.environ, "KIT_LANG": language})
        desk = Desk(settings, clock=clock, rest=clock.rest, **options)
        if opens:
            desk.open(Nobody())
        server = Server(desk)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        context = looking(browser, viewport, scheme, scale, script=script)
        own = server.link.partition("/begin/")[0]
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        context.on("console", lambda said: wrong.extend(_complaint(said)))
        context.on("request", lambda asked: wrong.extend(_foreign(asked.url, own)))
        opened.append((desk, server, thread, context))
        page = context.new_page()
        page.goto(server.link)
        return page

    yield serve
    for _, server, thread, context in opened:
        context.close()
        server.end()
        thread.join()
    assert wrong == []


def _complaint(said: ConsoleMessage) -> list[str]:
    """What the browser calls an error; that it was answered “too large” is no surprise."""
    return [said.text] if said.type == "error" and "status of 413" not in said.text else []


def _foreign(url: str, own: str) -> list[str]:
    return [] if url.startswith((f"{own}/", "blob:")) else [url]


@pytest.fixture
def people(store: Store) -> Callable[..., None]:
    """Bring these cards into the book, as `people(card(…), card(…))`."""

    def bring(*cards: str) -> None:
        import_files(store, [BytesIO("".join(cards).encode())])

    return bring

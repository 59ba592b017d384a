"""Every route refuses what is not the borrower's own browser; a new route cannot forget."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import card
from desks import FORM, OWN, PORT, Client, sit_down

from kit.actions.unlocking import Nobody
from kit.errors import LockedError, StoreUnusableError
from kit.settings import load
from kit.web import create_app
from kit.web.bringing import Visit
from kit.web.desk import Desk
from kit.web.guard import HEADERS, LARGEST_BODY, LARGEST_UPLOAD

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Clock
    from werkzeug.routing import Rule
    from werkzeug.test import TestResponse

    from kit.actions.store import Store

SAFE = {"GET", "HEAD", "OPTIONS"}


def routes() -> list[tuple[str, str]]:
    """Every method and address of the app, with something in each place."""
    app = create_app(Desk(load({"KIT_HOME": "home"})))
    return sorted(
        (method, _address(rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def _address(rule: Rule) -> str:
    return "".join("x" if is_dynamic else text for is_dynamic, text in rule._trace).lstrip("|")  # noqa: SLF001


ROUTES = routes()
EVERY_ROUTE = pytest.mark.parametrize(("method", "path"), ROUTES)
BUT_THE_LINK = [one for one in ROUTES if not one[1].startswith("/begin/")]
#: What a locked desk answers all the same.
OPEN_WHEN_LOCKED = ("/hide", "/lock", "/unlock", "/language", "/restore")


def ask(client: Client, method: str, path: str, **headers: str) -> TestResponse:
    said = {**(FORM if method not in SAFE else {}), **headers}
    return client.browser.open(path, method=method, base_url=OWN, headers=said)


def body(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost:8000", "127.0.0.1", f"127.0.0.1:{PORT + 1}", ""]
)
def test_a_foreign_host_is_refused(client: Client, host: str) -> None:
    for method, path in ROUTES:
        assert ask(client, method, path, Host=host).status_code == 403, (method, path)


@pytest.mark.parametrize(
    "foreign",
    [
        {"Origin": "https://evil.example"},
        {"Origin": f"http://127.0.0.1:{PORT + 1}"},
        {"Origin": f"http://localhost:{PORT}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_foreign_page_is_refused(client: Client, foreign: dict[str, str]) -> None:
    for method, path in ROUTES:
        assert ask(client, method, path, **foreign).status_code == 403, (method, path)


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Sec-Fetch-Site": "none"}])
def test_a_change_needs_the_word_of_a_browser(client: Client, headers: dict[str, str]) -> None:
    for method, path in ROUTES:
        if method not in SAFE:
            answer = client.browser.open(path, method=method, base_url=OWN, headers=headers)
            assert answer.status_code == 403, (method, path)


@pytest.mark.parametrize("cookie", ["", "kit-8000=", "kit-8000=x", "kit-8000={link_key}"])
def test_without_the_session_nothing_is_answered(clock: Clock, cookie: str) -> None:
    stranger = sit_down(clock)
    tried = cookie.format(link_key=stranger.desk.session.link_key)
    for method, path in BUT_THE_LINK:
        answer = ask(stranger, method, path, Cookie=tried)

        assert answer.status_code in (401, 403), (method, path)
        assert "Location" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        assert "<form" not in body(answer)


def test_a_body_over_the_limit_is_refused(client: Client) -> None:
    claimed = {"CONTENT_LENGTH": str(LARGEST_UPLOAD + 1)}
    for method, path in BUT_THE_LINK:
        answer = client.browser.open(
            path, method=method, base_url=OWN, headers=FORM, environ_overrides=claimed
        )

        assert answer.status_code == 413, (method, path)


@EVERY_ROUTE
def test_every_answer_has_the_headers(client: Client, method: str, path: str) -> None:
    answers = [ask(client, method, path), ask(client, method, path, Host="evil.example")]

    for answer in answers:
        assert HEADERS.items() <= dict(answer.headers).items()
        assert answer.status_code != 500
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'self'; connect-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(("method", "path"), [one for one in ROUTES if one[0] not in SAFE])
def test_a_desk_for_reading_only_changes_nothing(clock: Clock, method: str, path: str) -> None:
    reader = sit_down(clock, read_only=True)
    reader.desk.open(Nobody())
    reader.enter()
    answer = ask(reader, method, path)
    reader.desk.close()

    if path in OPEN_WHEN_LOCKED:
        assert answer.status_code in (303, 401)
    else:
        assert answer.status_code == 403


def test_a_locked_desk_answers_with_nothing_but_the_lock(client: Client, clock: Clock) -> None:
    clock.go(minutes=16)
    for method, path in BUT_THE_LINK:
        if path.startswith("/static") or path in OPEN_WHEN_LOCKED:
            continue
        answer = ask(client, method, path, Accept="text/html")
        said = (answer.status_code, answer.headers.get("Location"))
        assert said in ((303, "/unlock"), (401, None)), (method, path)


def test_the_link_works_once_and_gives_one_cookie(clock: Clock) -> None:
    guest = sit_down(clock)
    first = guest.enter()

    assert first.status_code == 303
    (cookie,) = first.headers.getlist("Set-Cookie")
    assert cookie.startswith(f"kit-{PORT}=")
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    assert guest.enter().status_code == 403
    assert guest.get("/unlock").status_code == 200


def test_a_refused_request_does_not_use_the_link_up(clock: Clock) -> None:
    guest = sit_down(clock)
    path = f"/begin/{guest.desk.session.link_key}"

    assert ask(guest, "GET", path, Host="evil.example").status_code == 403
    assert ask(guest, "GET", path, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert guest.browser.head(path, base_url=OWN).status_code == 403
    assert guest.get("/begin/wrong").status_code == 403
    assert ask(guest, "POST", path).status_code == 401
    assert guest.enter().status_code == 303


def test_polling_does_not_keep_the_desk_open(client: Client, clock: Clock) -> None:
    for _ in range(4):
        clock.go(minutes=5)
        client.get("/static/page.css")

    assert client.get("/import").status_code == 303


def test_whoever_is_there_stays_in(client: Client, clock: Clock) -> None:
    for _ in range(4):
        clock.go(minutes=14)
        assert client.get("/import").status_code == 200


@pytest.mark.parametrize("by", [timedelta(minutes=16), timedelta(days=-1)])
def test_a_clock_that_jumps_locks(client: Client, clock: Clock, by: timedelta) -> None:
    clock.now += by

    assert client.get("/import").headers["Location"] == "/unlock"


def test_the_blank_page_stands_before_every_other(client: Client) -> None:
    client.post("/hide")
    for path in ("/", "/import", "/choose", "/unlock"):
        hidden = body(client.get(path))
        assert "steps" not in hidden
        assert "status" not in hidden
    client.post("/hide", show="yes")

    assert "status" in body(client.get("/import"))


def test_looking_changes_nothing(client: Client, people: Callable[..., None]) -> None:
    """Every page, asked in every way that is not to change anything."""
    people(*(card(f"甲{n}", f"1380000000{n}") for n in range(3)))
    for one in client.store.book.contacts()[:2]:
        client.post("/choose/put", put=f"{one.id}:emergency")
    client.post("/read/plan", sender="小明")
    client.post("/scan/begin", only="all")
    before = kept(client.store)
    for path in [path for method, path in ROUTES if method == "GET"]:
        for method in ("GET", "HEAD", "OPTIONS"):
            assert ask(client, method, path).status_code < 500
            assert kept(client.store) == before, f"{method} {path}"


def kept(store: Store) -> dict[str, list[dict[str, object]]]:
    """All that stands in the store."""
    rows = store.book._connection.rows  # noqa: SLF001
    tables = rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {one["name"]: rows(f"SELECT * FROM {one['name']}") for one in tables}  # noqa: S608


def test_hiding_twice_hides(client: Client) -> None:
    """Esc in a hurry, or in another tab that has not heard of it."""
    client.post("/hide")
    client.post("/hide")

    assert "status" not in body(client.get("/import"))


def test_a_cookie_that_somebody_else_set_beside_ours_locks_nobody_out(client: Client) -> None:
    """What else listens on this computer can set one; a browser sends both."""
    cookie = client.browser.get_cookie(f"kit-{PORT}", "127.0.0.1")
    assert cookie is not None
    for said in (f"kit-{PORT}=x; kit-{PORT}={cookie.value}", f"a=b;kit-{PORT}={cookie.value}"):
        answer = client.get("/import", environ_overrides={"HTTP_COOKIE": said})
        assert answer.status_code == 200


def test_a_form_may_be_large_only_where_files_are_taken(client: Client) -> None:
    answer = client.post("/language", {"language": "x" * LARGEST_BODY})

    assert answer.status_code == 413


def test_what_is_answered_while_somebody_locks_is_answered_to_its_end(clock: Clock) -> None:
    """The store is not closed under it, and not left open after it."""
    one = sit_down(clock)
    one.desk.open(Nobody())
    with one.desk.answering():
        store = one.desk.store
        one.desk.lock()
        with pytest.raises(LockedError):
            _ = one.desk.store
        assert store.book.contacts() == []

    with pytest.raises(StoreUnusableError):
        store.book.contacts()


def test_a_store_that_was_at_work_when_it_was_locked_is_closed_later(client: Client) -> None:
    store, visit = client.store, client.desk.of(Visit)
    with visit._turn:  # noqa: SLF001
        client.post("/lock")
        assert store.book.contacts() == []
    client.get("/unlock")

    with pytest.raises(StoreUnusableError):
        store.book.contacts()


def test_what_is_said_while_it_is_locked_stands_on_no_locked_page(client: Client) -> None:
    client.post("/lock")
    client.desk.note("Nothing new.")
    assert "Nothing new." not in body(client.get("/unlock"))
    client.desk.open(Nobody())

    assert client.desk.say("Nothing new.") in body(client.get("/import"))


def test_of_two_who_open_the_link_at_once_one_is_let_in(clock: Clock) -> None:
    session = sit_down(clock).desk.session
    gate = threading.Barrier(20)
    given: list[str] = []

    def begin() -> None:
        gate.wait()
        given.append(session.begin(session.link_key))

    guests = [threading.Thread(target=begin) for _ in range(20)]
    for guest in guests:
        guest.start()
    for guest in guests:
        guest.join()

    assert len(list(filter(session.knows, given))) == len(list(filter(None, given))) == 1

"""Sending by itself from the page: it asks for the number, shows how far it is, pauses, goes on."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from conftest import Clock
from desks import Client, sit_down
from providers import BY_ITSELF, of_twilio
from shop import person, plan, statuses

from kit.actions.store import open_store
from kit.actions.unlocking import Nobody
from kit.model import Group, Status, Way
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from threading import Event

    from standins.twilio import TwilioStandin
    from werkzeug.test import TestResponse

NUMBERS = [f"+8613800000{n:03}" for n in range(30)]
LONGEST_S = 120
#: So long the provider takes for one: 30 people take four times as long.
SLOW_S = 1


class Patient(Clock):
    """A clock that goes only when a test says so; whoever waits looks again and again."""

    def rest(self, stopped: Event, seconds: float) -> bool:
        del seconds
        return not stopped.wait(0.01)


@pytest.fixture
def clock() -> Clock:
    return Patient()


@pytest.fixture
def seat(
    server: TwilioStandin, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Client]]:
    """Sit down at a desk of this store, with Twilio set up; each time like a new start."""
    for name, value in of_twilio(server).settings.items():
        monkeypatch.setenv(name, value)
    with contextlib.ExitStack() as stack:

        def sit(**options: bool) -> Client:
            made = sit_down(clock, **options)
            stack.callback(made.desk.close)
            made.desk.open(Nobody())
            made.enter()
            return made

        yield sit


@pytest.fixture
def client(seat: Callable[[], Client]) -> Client:
    """A desk with 30 people to be told, and a plan for them."""
    made = seat()
    made.store.book.save(person(f"id{n:03}", number) for n, number in enumerate(NUMBERS))
    assert plan(made.store) == 30
    return made


def body(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def start(client: Client, count: str = "30", plan_id: str = "") -> TestResponse:
    return client.post("/send/start", count=count, plan=plan_id or client.store.current_plan().id)


def at_work(client: Client) -> bool:
    found: dict[str, bool] = client.get("/send/progress").get_json()
    return found["is_at_work"]


def until(is_so: Callable[[], bool]) -> None:
    latest = time.monotonic() + LONGEST_S
    while not is_so():
        assert time.monotonic() < latest, "it took too long"
        threading.Event().wait(0.01)  # whoever is waited for has the computer


def ended(client: Client) -> str:
    """The page once the run has come to its end."""
    until(lambda: not at_work(client))
    return body(client.get("/send"))


def told(server: TwilioStandin) -> list[str]:
    return sorted(m["to"] for m in server.messages if m["direction"] != "inbound")


def test_it_says_what_will_happen_and_sends_nothing_by_itself(
    client: Client, server: TwilioStandin
) -> None:
    mother = person("ma", "+8613800000999", group=Group.EMERGENCY)
    client.store.book.save([mother])
    plan(client.store, open_to=("emergency",), price_per_segment="0.5", hours="08:00-21:00")
    page = body(client.get("/send"))

    for said in (
        "By: Twilio",
        "31 in this plan: 0 done, 31 to go.",
        "Of them speak of a loan dispute: 1.",
        "Messages go only 08:00-21:00 by the clock of who gets them.",
        "The last can go at 2026-11-21",
        "CNY",
        "type the number 31",
    ):
        assert said in page
    assert server.requests["create"] == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "That is not a number"),
        ("thirty", "That is not a number"),
        ("9" * 5000, "That is not a number"),
        ("-30", "That is not a number"),
        ("29", "The plan has 30 messages, not 29"),
        ("0", "The plan has 30 messages, not 0"),
    ],
)
def test_another_number_sends_nothing_and_is_said_beside_the_field(
    client: Client, server: TwilioStandin, typed: str, said: str
) -> None:
    answer = start(client, typed)

    assert said in body(answer)
    assert 'aria-invalid="true" aria-describedby="wrong"' in body(answer)
    assert not at_work(client)
    assert server.requests["create"] == 0


@pytest.mark.parametrize("typed", ["30", "３０", " 30 ", "３０\u3000"])
def test_the_number_of_the_plan_tells_everybody_once(
    client: Client, server: TwilioStandin, typed: str
) -> None:
    assert start(client, typed).headers["Location"] == "/send"
    page = ended(client)

    assert told(server) == NUMBERS
    assert "Nothing is left to send" in page
    assert "30 of 30 handed in." in page
    assert start(client).status_code == 303
    ended(client)
    assert told(server) == NUMBERS


def test_a_plan_that_was_replaced_meanwhile_is_not_sent(
    client: Client, server: TwilioStandin
) -> None:
    read = client.store.current_plan().id
    plan(client.store)
    answer = start(client, "30", read)

    assert answer.status_code == 409
    assert "Another plan has taken the place of the one you read" in body(answer)
    assert server.requests["create"] == 0


def test_two_tabs_are_one_run(client: Client, server: TwilioStandin) -> None:
    server.conduct.latency_s = SLOW_S
    for _ in range(3):
        assert start(client).status_code == 303
    assert "It is sending" in body(client.get("/send"))
    server.conduct.latency_s = 0
    ended(client)

    assert told(server) == NUMBERS


def test_while_a_terminal_is_at_work_the_page_says_so_and_sends_nothing(
    client: Client, server: TwilioStandin
) -> None:
    with client.store.alone():
        start(client)
        page = ended(client)

    assert "is at work with this store; nothing was done." in page
    assert "Wait for it, or end it, and try again." in page
    assert told(server) == []
    client.post("/send/go-on")
    ended(client)
    assert told(server) == NUMBERS


def test_a_pause_records_what_is_on_its_way_and_a_word_goes_on(
    client: Client, server: TwilioStandin
) -> None:
    server.conduct.latency_s = SLOW_S
    start(client)
    until(lambda: len(server.messages) > 0)
    client.post("/send/pause")
    page = ended(client)

    gone = len(told(server))
    assert 0 < gone < 30
    assert statuses(client.store).count(Status.ACCEPTED) == gone
    assert Status.SENDING not in statuses(client.store)
    assert "Paused" in page
    assert f"30 in this plan: {gone} done, {30 - gone} to go." in page
    server.conduct.latency_s = 0
    assert client.post("/send/go-on").headers["Location"] == "/send"
    assert "Nothing is left to send" in ended(client)
    assert told(server) == NUMBERS


def test_nobody_goes_on_with_what_nobody_confirmed_here(
    client: Client, server: TwilioStandin
) -> None:
    client.post("/send/go-on")
    client.post("/send/pause")

    assert not at_work(client)
    assert server.requests["create"] == 0


def test_it_waits_for_the_morning_says_until_when_and_goes_on(
    client: Client, server: TwilioStandin, clock: Clock
) -> None:
    clock.now = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)  # 2:00 in Shanghai
    client.desk.open(Nobody())
    plan(client.store, hours="08:00-21:00")
    start(client)
    morning = datetime(2026, 11, 22, 0, 0, tzinfo=UTC).astimezone()
    said = f"It waits, and goes on by itself at {morning:%Y-%m-%d %H:%M}."
    until(lambda: said in body(client.get("/send")))

    assert told(server) == []
    clock.now = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    client.desk.open(Nobody())  # nobody was here all night
    ended(client)
    assert told(server) == NUMBERS


def test_a_provider_that_refuses_too_much_stops_it_and_the_page_says_why(
    client: Client, server: TwilioStandin
) -> None:
    server.script("*", *[{"do": "refuse", "code": 30007}] * 30)
    start(client)
    page = ended(client)

    assert "It stopped" in page
    assert "Twilio refused too many" in page
    assert "last code: 30007" in page
    assert "nobody is told twice" in page
    server.conduct.script.clear()
    client.post("/send/go-on")
    assert "Did not arrive:" in ended(client)
    assert len(told(server)) == statuses(client.store).count(Status.ACCEPTED)


def test_a_channel_that_is_not_ready_is_said_and_nothing_is_sent(
    client: Client, server: TwilioStandin
) -> None:
    server.conduct.token = "another"  # noqa: S105  # of nobody
    looked = client.get("/send/check", headers={"Accept": "application/json"}).get_json()
    start(client)
    page = ended(client)

    assert not looked["is_ready"]
    assert looked["lines"][0] in body(client.get("/send/check"))
    assert "Something stands in the way; nothing was sent." in page
    assert server.requests["create"] == 0


def test_a_channel_that_is_ready_is_said(client: Client) -> None:
    found = client.get("/send/check", headers={"Accept": "application/json"}).get_json()

    assert found == {"is_ready": True, "lines": ["Twilio: ready."]}


def test_a_lost_answer_is_shown_as_not_known_and_nobody_is_told_twice(
    client: Client, server: TwilioStandin
) -> None:
    server.script(NUMBERS[3], {"do": "store and cut"})
    start(client)
    page = ended(client)

    assert "Perhaps taken, perhaps not: 1" in page
    assert told(server) == NUMBERS


def test_progress_has_figures_and_words_and_no_names(client: Client, server: TwilioStandin) -> None:
    server.conduct.latency_s = SLOW_S
    start(client)
    until(lambda: client.get("/send/progress").get_json().get("tried", 0) > 0)
    found = client.get("/send/progress").get_json()
    server.conduct.latency_s = 0
    ended(client)

    assert set(found) == {"is_at_work", "state", "lines", "tried", "total"}
    assert 0 < found["tried"] <= found["total"] == 30
    assert "+86" not in str(found)


def test_locked_during_a_run_it_goes_on_and_shows_it_after_unlocking(
    client: Client, server: TwilioStandin
) -> None:
    server.conduct.latency_s = SLOW_S
    start(client)
    until(lambda: len(server.messages) > 0)
    client.desk.lock()

    assert client.get("/send/progress").status_code == 303
    assert client.get("/send/progress", headers={"Accept": "application/json"}).status_code == 401
    server.conduct.latency_s = 0
    until(lambda: len(server.messages) == 30)
    client.desk.open(Nobody())
    assert "30 of 30 handed in." in ended(client)
    assert told(server) == NUMBERS


def test_asking_how_far_it_is_keeps_nothing_unlocked(client: Client, clock: Clock) -> None:
    for _ in range(4):
        clock.go(minutes=5)
        client.get("/send/progress")
        client.get("/send/watch")

    assert client.get("/send").headers["Location"] == "/unlock"


def test_the_end_of_the_server_records_what_is_on_its_way_and_a_new_start_goes_on(
    client: Client, seat: Callable[[], Client], server: TwilioStandin
) -> None:
    server.conduct.latency_s = SLOW_S
    start(client)
    until(lambda: len(server.messages) > 0)
    client.desk.close()
    gone = len(told(server))
    again = seat()

    assert 0 < gone < 30
    assert Status.SENDING not in statuses(again.store)
    assert f"30 in this plan: {gone} done, {30 - gone} to go." in body(again.get("/send"))
    assert "type the number 30" in body(again.get("/send"))
    start(again)
    ended(again)
    assert told(server) == NUMBERS


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_the_end_of_the_program_waits_for_what_is_on_its_way(
    server: TwilioStandin,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    end: signal.Signals,
) -> None:
    clock.now = datetime.now(UTC)
    for name, value in of_twilio(server).settings.items():
        monkeypatch.setenv(name, value)
    with contextlib.closing(open_store(load(), Nobody(), clock, clock.rest)) as store:
        store.book.save(person(f"id{n:03}", number) for n, number in enumerate(NUMBERS))
        plan(store)
        plan_id = store.current_plan().id
    server.conduct.latency_s = SLOW_S
    command = [sys.executable, "-m", "kit", "serve", "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        link = program.stdout.readline().strip()
        browser = build_opener(HTTPCookieProcessor())
        browser.open(link).close()
        form = urlencode({"plan": plan_id, "count": "30"}).encode()
        own = link.partition("/begin/")[0]
        browser.open(Request(f"{own}/send/start", form, {"Sec-Fetch-Site": "same-origin"})).close()  # noqa: S310 (our own server)
        until(lambda: len(server.messages) > 0)
        program.send_signal(end)
        assert program.wait(LONGEST_S) == 0

    with contextlib.closing(open_store(load(), Nobody(), clock, clock.rest)) as store:
        assert 0 < statuses(store).count(Status.ACCEPTED) == len(told(server)) < 30
        assert Status.SENDING not in statuses(store)


def test_what_a_killed_server_had_claimed_is_asked_and_nobody_is_told_twice(
    client: Client, server: TwilioStandin
) -> None:
    frozen, now = client.store.current_plan(), client.store.clock()
    for message in frozen.messages[:2]:
        way = Way(
            channel="twilio",
            recipient=message.recipient,
            addresses=frozenset([message.recipient]),
            until=now.replace(hour=12),
            segments=1,
        )
        assert client.store.ledger.claim(frozen, message, way, now)
    assert "28 to go" not in body(client.get("/send"))
    client.store.clock.go(minutes=3)  # type: ignore[attr-defined]  # the clock of a test
    start(client)
    ended(client)

    assert told(server) == NUMBERS


def test_a_fault_of_ours_is_said_without_a_name(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "kit.channels.twilio.TwilioChannel.send", lambda *_: (_ for _ in ()).throw(KeyError("妈妈"))
    )
    start(client)
    page = ended(client)

    assert "This is a fault of the kit, not yours." in page
    assert "KeyError" in page
    assert "妈妈" not in page


def test_the_status_line_can_be_had_anew(client: Client) -> None:
    before = body(client.get("/send/status"))
    start(client)
    ended(client)

    assert "Nothing has been sent to anybody." in before
    assert "Handed in, not confirmed: 30" in body(client.get("/send/status"))


def test_without_a_script_the_page_comes_anew_by_itself(
    client: Client, server: TwilioStandin
) -> None:
    server.conduct.latency_s = SLOW_S
    start(client)
    page = body(client.get("/send/watch"))
    server.conduct.latency_s = 0
    ended(client)

    assert '<noscript><meta http-equiv="refresh" content="3; url=/send/watch"></noscript>' in page
    assert "refresh" not in body(client.get("/send"))


@pytest.mark.parametrize("name", ["twilio", "android", "email"])
def test_every_channel_that_sends_by_itself_is_sent_by_the_page(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    clock.now = datetime.now(UTC)  # as these stand-ins have it
    with BY_ITSELF[name](tmp_path) as provider:
        for setting, value in provider.settings.items():
            monkeypatch.setenv(setting, value)
        made = sit_down(clock)
        made.desk.open(Nobody())
        made.enter()
        addresses = ["n0@example.com", "n1@example.com"] if name == "email" else NUMBERS[:2]
        made.store.book.save(person(f"id{n}", one) for n, one in enumerate(addresses))
        assert plan(made.store, name) == 2
        start(made, "2")
        page = ended(made)
        made.desk.close()

        assert "Nothing is left to send" in page
        assert sorted(provider.taken().elements()) == sorted(addresses)


def test_where_nothing_is_to_be_sent_by_itself_it_leads_to_the_page_before(
    seat: Callable[[], Client],
) -> None:
    made = seat()
    for path in ("/send", "/send/watch", "/send/check"):
        assert made.get(path).headers["Location"] == "/tell"
    made.store.book.save([person("ma", NUMBERS[0])])
    plan(made.store, "phone")

    assert made.get("/send").headers["Location"] == "/tell"
    assert start(made, "1").status_code == 409


def test_where_the_provider_forbids_it_the_page_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch, seat: Callable[[], Client]
) -> None:
    client.store.book.save([person("us", "+12025550143")])
    plan(client.store)
    client.desk.close()
    monkeypatch.setenv("KIT_TWILIO_BASE_URL", "")
    page = body(seat().get("/send"))

    assert "Nothing goes there by this plan." in page


def test_in_a_window_for_reading_only_nothing_can_be_begun(
    client: Client, seat: Callable[..., Client]
) -> None:
    client.desk.close()
    page = body(seat(read_only=True).get("/send"))

    assert "30 to go" in page
    assert "/send/start" not in page


def test_no_thread_is_left_behind(client: Client) -> None:
    start(client)
    client.desk.close()

    assert not [one for one in threading.enumerate() if one.name == "sending"]

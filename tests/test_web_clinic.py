"""The page in a clinic: what is sent waits for the workers, and the page says so."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from conftest import Clock
from desks import sit_down
from office import people

from kit.actions.store import now
from kit.actions.unlocking import Nobody
from kit.clinic import Queue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from desks import Client
    from office import Office
    from standins.keyring import SystemKeyring
    from standins.twilio import TwilioStandin

    Sits = Callable[[str], Client]


@pytest.fixture
def sits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sits]:
    """Sit down at the page of that case."""
    seats: list[Client] = []

    def sit(case_id: str) -> Client:
        monkeypatch.setenv("KIT_CASE", case_id)
        made = sit_down(Clock(now()))
        made.desk.queue = Queue
        made.desk.open(Nobody())
        made.enter()
        seats.append(made)
        return made

    yield sit
    for one in seats:
        one.desk.close()


def page(client: Client, path: str = "/send") -> str:
    while client.get("/send/progress").get_json()["is_at_work"]:
        threading.Event().wait(0.01)
    return client.get(path).get_data(as_text=True)


def start(client: Client, count: int) -> None:
    plan = client.store.current_plan()
    assert client.post("/send/start", count=str(count), plan=plan.id).status_code == 303


def test_what_is_sent_from_the_page_waits_for_a_worker_and_the_page_says_so(
    office: Office, twilio: TwilioStandin, sits: Sits
) -> None:
    client = sits(case := office.case(*people(3)))
    before, ways = page(client), page(client, "/tell")
    start(client, 3)
    waits, went = page(client), page(client, "/went")
    again = page(sits(case))
    office.work()
    after = page(client)

    assert "Put them in the queue" in before
    assert "workers send them" in before
    assert "The clinic&#39;s workers send it" in ways
    assert "encrypted in the clinic&#39;s database" in before
    for words in ("Send now", "Leave the computer on", "this computer is on", "stays on this"):
        assert words not in before + ways
    for one in (waits, again):
        assert "It waits for the clinic&#39;s workers" in one
        assert "Waiting for a worker, or in its hands: 3." in one
        assert "0 of 3 handed in" in one
        for words in ("Paused", "Go on sending", "Put them in the queue", "type the number"):
            assert words not in one
    assert "Nothing was sent yet" in went
    assert len(twilio.messages) == 3
    assert "All done" in after
    assert "3 of 3 handed in" in after


def test_the_page_offers_nothing_that_would_reach_for_the_keys_of_all_cases(
    office: Office, sits: Sits
) -> None:
    forget = page(sits(office.case(*people(1))), "/forget")

    assert "kit case erase" in forget
    assert "/forget/everything" not in forget
    assert "/backup" not in forget


def test_a_first_start_in_a_clinic_says_where_things_lie_and_takes_no_backup(
    clock: Clock,
    ring: SystemKeyring,  # noqa: ARG001 (the desk asks where the key is to be)
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KIT_DATABASE_URL", "postgresql://kit_app@127.0.0.1:1/clinic")
    newcomer = sit_down(clock)
    newcomer.enter()
    first = newcomer.get("/unlock").get_data(as_text=True)

    assert "encrypted in the clinic" in first
    assert "All of it stays on this computer" not in first
    assert "/restore" not in first
    assert newcomer.get("/restore").status_code == newcomer.post("/restore").status_code == 303
    assert newcomer.desk.is_first_start
    newcomer.desk.close()


def test_a_case_that_is_paused_takes_nothing_into_the_queue_and_the_page_says_why(
    office: Office, twilio: TwilioStandin, sits: Sits
) -> None:
    client = sits(case := office.case(*people(2)))
    office.run(case, "case", "pause")
    start(client, 2)
    said = page(client)

    assert "This case is paused" in said
    assert "It waits for" not in said
    assert twilio.messages == []

"""The ways to tell on the page: side by side, what each needs, and the page of links."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conftest import card

from kit.actions.people import choose
from kit.actions.planning import Request, as_before, freeze_plan, keep_sender
from kit.actions.unlocking import Nobody
from kit.channels import CAPABILITIES
from kit.model import Group, Status, Tone

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Clock
    from desks import Client

    from kit.actions.store import Store
    from kit.model import Plan


@pytest.fixture
def planned(store: Store, people: Callable[..., None]) -> Store:
    """Three to tell, one of them an emergency contact, and one who has only a mailbox."""
    people(
        card("妈妈", "13800000001"),
        card("王小芳", "13800000002"),
        card("李四", "13800000003"),
        card("邮箱", email="friend@example.com"),
    )
    choose(store, [(Group.EMERGENCY, "妈妈")], everyone_else=True)
    keep_sender(store, "小明")
    freeze_plan(store, Request())
    return store


def plan(store: Store) -> Plan:
    found = store.ledger.current_plan()
    assert found is not None
    return found


def shown(client: Client) -> str:
    answer = client.get("/tell")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def take(client: Client, channel: str, **more: str) -> str:
    """Where choosing a channel leads."""
    form = {"plan": plan(client.store).id, "channel": channel, **more}
    answer = client.post("/tell/channel", **form)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def statuses(store: Store) -> list[Status]:
    return [one.status for one in store.ledger.standings(store.ledger.real_notice()).values()]


def make_page(client: Client) -> str:
    """The page of links, as the browser gets it."""
    take(client, "page")
    assert client.post("/tell/page", plan=plan(client.store).id).status_code == 303
    return client.get("/tell/page.html").get_data(as_text=True)


def test_every_way_that_reaches_people_stands_there_the_recommended_first(
    client: Client, planned: Store
) -> None:
    page = shown(client)
    ways = re.findall(r'<section class="card" id="(\w+)"', page)

    assert ways == [name for name, can in CAPABILITIES.items() if not can.rehearsal]
    assert page.count("recommended") == 1
    assert page.index("recommended") < page.index('id="page"')
    assert page.count("Has to be set up first.") == 3
    assert [int(n) for n in re.findall(r"of those you chose: (\d+)", page)] == [3, 3, 3, 1, 3]
    assert plan(planned).channel == "phone"


@pytest.mark.usefixtures("planned")
def test_what_twilio_says_of_their_country_is_read_before_it_is_taken(client: Client) -> None:
    page = shown(client)
    card_of_twilio = page[page.index('id="twilio"') :]

    assert "Do not send to mainland China" in card_of_twilio
    assert "checked on 2026-" in card_of_twilio
    before_it = card_of_twilio[: card_of_twilio.index("Take this way")]
    assert "Read this before you pay anything" in before_it
    assert "kit plan" not in page


def test_scan_and_send_is_begun_with_the_emergency_contacts_or_with_all(
    client: Client, planned: Store
) -> None:
    form = re.search(
        r'<form method="post" action="/scan/begin">.*?</form>', shown(client), re.DOTALL
    )
    assert form is not None

    assert f'name="plan" value="{plan(planned).id}"' in form[0]
    assert re.findall(r'name="only" value="(\w+)">[^<]*\((\d)\)', form[0]) == [
        ("emergency", "1"),
        ("all", "3"),
    ]


def test_another_way_with_the_same_texts_stays_here_else_they_are_read_again(
    client: Client, planned: Store
) -> None:
    assert take(client, "page") == "/tell"
    assert plan(planned).channel == "page"
    assert take(client, "email") == "/read"
    assert [m.recipient for m in plan(planned).messages] == []
    assert "read it over" in client.get("/read").get_data(as_text=True)


def test_what_was_chosen_of_the_texts_holds_on_every_way(client: Client, planned: Store) -> None:
    wish = replace(as_before(planned), open_to=("emergency",), max_per_hour=7, language="en")
    freeze_plan(planned, wish)
    take(client, "page")

    assert [m.tone for m in plan(planned).messages].count(Tone.OPEN) == 1
    assert {m.language for m in plan(planned).messages} == {"en"}
    assert plan(planned).pace.per_hour == 20


@pytest.mark.usefixtures("planned")
def test_a_way_that_needs_setting_up_is_not_begun(client: Client) -> None:
    take(client, "android")
    page = shown(client)

    assert "This way has to be set up first" in page
    assert 'href="/send"' not in page
    assert "Install SMSGate on the Android phone" in page
    assert "KIT_ANDROID_URL" in page


def test_a_way_that_is_set_up_leads_to_sending_and_can_be_looked_at(
    client: Client, planned: Store
) -> None:
    settings = replace(planned.settings, android_url="http://127.0.0.1:9")
    client.desk.close()
    client.desk.settings = settings
    client.desk.open(Nobody())
    take(client, "android")

    assert 'href="/send"' in shown(client)
    looked = client.post("/tell/check", channel="android").get_data(as_text=True)
    assert "Something stands in the way:" in looked
    assert statuses(planned) == []


def test_hours_pace_language_and_price_are_changed_and_what_is_none_is_said(
    client: Client, planned: Store
) -> None:
    form = {
        "hours": "09:00-20:00",
        "per_hour": "5",
        "per_day": "0",
        "per_second": "",
        "language": "",
        "price": "0.1",
        "currency": "",
    }
    answer = client.post("/tell/plan", plan=plan(planned).id, **form)
    assert answer.headers["Location"] == "/tell"
    assert (plan(planned).hours, plan(planned).pace.per_hour) == ("09:00-20:00", 5)
    assert plan(planned).pace.per_day is None
    assert "CNY" in shown(client)

    before = plan(planned).id
    for field, typed in (("hours", "late"), ("per_hour", "many"), ("price", "cheap")):
        wrong = client.post("/tell/plan", plan=before, **{**form, field: typed})
        at = {"per_hour": "pace"}.get(field, field)
        assert f'id="{at}-wrong"' in wrong.get_data(as_text=True)
    assert plan(planned).id == before


def test_a_plan_of_another_window_is_not_begun_nor_replaced(client: Client, planned: Store) -> None:
    old = plan(planned).id
    assert "in another window" in client.post("/tell/page", plan=old).get_data(as_text=True)
    take(client, "page")
    now = plan(planned).id

    for path, form in (("/tell/page", {}), ("/tell/channel", {"channel": "phone"})):
        answer = client.post(path, plan=old, **form)
        assert "in another window" in answer.get_data(as_text=True)
    assert (plan(planned).id, statuses(planned)) == (now, [])


def test_while_texts_go_out_the_way_stays(client: Client, planned: Store, reopened: Store) -> None:
    with reopened.alone():
        answer = client.post("/tell/channel", plan=plan(planned).id, channel="page")

    assert "Texts are going out just now" in answer.get_data(as_text=True)
    assert plan(planned).channel == "phone"


def test_the_page_of_links_is_downloaded_and_held_not_told(client: Client, planned: Store) -> None:
    take(client, "page")
    client.post("/tell/page", plan=plan(planned).id)
    assert statuses(planned) == [Status.HANDED_OVER] * 3
    answer = client.get("/tell/page.html")

    assert answer.headers["Content-Disposition"] == "attachment; filename=page.html"
    assert answer.headers["Cache-Control"] == "no-store"
    page = answer.get_data(as_text=True)
    assert page.count("sms:+86138") == 3
    assert client.get("/tell/page.html").get_data(as_text=True) == page
    assert statuses(planned) == [Status.HANDED_OVER] * 3


def test_a_page_without_rows_is_not_downloaded(client: Client, planned: Store) -> None:
    assert client.get("/tell/page.html").headers["Location"] == "/tell"
    make_page(client)
    assert client.get("/tell/page.html").status_code == 200
    take(client, "phone")

    assert client.get("/tell/page.html").headers["Location"] == "/tell"
    assert statuses(planned) == [Status.HANDED_OVER] * 3


def test_rows_that_went_are_told_and_the_rest_is_taken_back_only_by_a_word(
    client: Client, planned: Store
) -> None:
    make_page(client)
    wrong = client.post("/tell/rows", rows="1-9")
    assert "rows-wrong" in wrong.get_data(as_text=True)
    assert client.post("/tell/rows", rows="1, 3").status_code == 303
    assert sorted(statuses(planned)) == sorted(
        [Status.DELIVERED, Status.HANDED_OVER, Status.DELIVERED]
    )

    unsure = client.post("/tell/take-back")
    assert "Nothing was taken back" in unsure.get_data(as_text=True)
    assert Status.HANDED_OVER in statuses(planned)
    assert client.post("/tell/take-back", unsent="yes", held="stale").status_code == 200
    assert Status.HANDED_OVER in statuses(planned)
    (mark,) = re.findall(r'name="held" value="([^"]+)"', shown(client))
    assert client.post("/tell/take-back", unsent="yes", held=mark).status_code == 303
    assert statuses(planned).count(Status.HANDED_OVER) == 0
    assert "Delete the page on the phone" in shown(client)


def test_whoever_must_not_be_told_any_more_is_named_by_the_row(
    client: Client, planned: Store
) -> None:
    make_page(client)
    choose(planned, [(Group.NOBODY, "李四")])

    assert "must not be sent any more: 3." in shown(client)
    assert client.get("/tell/page.html").get_data(as_text=True).count("sms:+86138") == 2


def test_without_texts_to_tell_the_page_leads_back(
    client: Client, store: Store, people: Callable[..., None]
) -> None:
    assert "nobody in the address book" in shown(client)
    people(card("妈妈", "13800000001"))
    assert "nobody to tell" in shown(client)
    choose(store, [(Group.EMERGENCY, "妈妈")])

    page = shown(client)
    assert "First the texts are written" in page
    assert 'action="/scan/begin"' not in page
    assert "Take this way" not in page


def test_choices_made_since_are_read_over_before_anybody_is_told(
    client: Client, planned: Store, people: Callable[..., None], clock: Clock
) -> None:
    people(card("张三", "13800000009"))
    choose(planned, [(Group.EVERYONE, "张三")])
    assert 'action="/scan/begin"' not in shown(client)

    freeze_plan(planned, as_before(planned))
    assert 'action="/scan/begin"' in shown(client)
    clock.go(days=30)
    client.desk.session.stay()
    assert 'action="/scan/begin"' not in shown(client)


@pytest.mark.usefixtures("planned")
def test_when_everybody_is_told_nothing_is_left_to_begin(client: Client) -> None:
    make_page(client)
    client.post("/tell/rows", rows="1-3")
    page = shown(client)

    assert "Nothing is left to send" in page
    assert 'action="/tell/page"' not in page

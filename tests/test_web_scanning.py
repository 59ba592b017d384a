"""Scan and send in the page, by requests: two windows, the back button, forms that come twice."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import card
from desks import sit_down
from shop import statuses

from kit.actions import people as everybody
from kit.actions import planning
from kit.actions.planning import Request
from kit.actions.unlocking import Nobody
from kit.model import Group, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Clock
    from desks import Client

    from kit.actions.store import Store

CARDS = [
    card(name, f"1380000000{n}") for n, name in enumerate(["妈妈", "爸爸", "王小芳", "老房东"])
]


@pytest.fixture
def planned(store: Store, people: Callable[..., None]) -> Callable[..., None]:
    """Freeze a plan for four people, two of them emergency contacts."""

    def freeze(**wishes: object) -> None:
        people(*CARDS)
        chosen = [(Group.EMERGENCY, "妈妈"), (Group.EMERGENCY, "爸爸")]
        everybody.choose(store, chosen, everyone_else=True)
        planning.freeze_plan(store, Request(sender="小明", **wishes))  # type: ignore[arg-type]

    return freeze


def shown(client: Client, path: str = "/scan") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def held(client: Client) -> str:
    """The id of the attempt that the page's form is about."""
    (found,) = re.findall(r'name="attempt" value="([^"]+)"', shown(client))
    return str(found)


def press(client: Client, path: str, **form: str) -> None:
    if path == "/scan/begin":
        form["plan"] = client.store.current_plan().id
    answer = client.post(path, **form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/scan")


def test_looking_changes_nothing(client: Client, planned: Callable[..., None]) -> None:
    planned()
    for path in ("/scan", "/scan/back", "/scan"):
        client.get(path)

    assert statuses(client.store) == [Status.PLANNED] * 4
    press(client, "/scan/begin", only="all")
    assert shown(client) == shown(client)
    assert statuses(client.store) == [Status.HANDED_OVER, *[Status.PLANNED] * 3]


def test_everybody_from_the_first_code_to_the_end(
    client: Client, planned: Callable[..., None]
) -> None:
    planned()
    assert "紧急联系人：2 位" in shown_in(client, "zh-Hans")
    press(client, "/scan/begin", only="emergency")
    for name in ("妈妈", "爸爸"):
        assert f'<bdi class="personal">{name}</bdi>' in shown(client)
        press(client, "/scan/answer", attempt=held(client), answer="sent")
    assert "紧急联系人都处理完了" in shown(client)
    press(client, "/scan/begin", only="all")
    for _ in range(2):
        press(client, "/scan/answer", attempt=held(client), answer="sent")

    assert statuses(client.store) == [Status.DELIVERED] * 4
    last = shown(client)
    assert "计划里的人都处理完了" in last
    assert "这次告诉了 4 位，还剩 0 位" in last
    assert "<svg" not in last


def shown_in(client: Client, language: str) -> str:
    client.post("/language", language=language)
    return shown(client)


def test_a_form_sent_twice_is_recorded_once_and_says_so_once(
    client: Client, planned: Callable[..., None]
) -> None:
    planned()
    press(client, "/scan/begin", only="all")
    first = held(client)
    press(client, "/scan/answer", attempt=first, answer="sent")
    press(client, "/scan/answer", attempt=first, answer="never")

    assert "recorded already" in shown(client)
    assert "recorded already" not in shown(client)
    assert statuses(client.store) == [Status.DELIVERED, Status.HANDED_OVER, *[Status.PLANNED] * 2]
    assert client.store.book.contacts()[0].group is Group.EMERGENCY


def test_two_windows_show_the_same_person_and_never_two(
    client: Client, planned: Callable[..., None]
) -> None:
    planned()
    press(client, "/scan/begin", only="all")
    here = there = held(client)
    press(client, "/scan/begin", only="all")
    assert held(client) == there
    press(client, "/scan/answer", attempt=here, answer="not_now")
    press(client, "/scan/answer", attempt=there, answer="sent")

    assert statuses(client.store) == [Status.PLANNED, Status.HANDED_OVER, *[Status.PLANNED] * 2]


def test_a_plan_of_another_window_is_not_begun_but_read_over(
    client: Client, planned: Callable[..., None]
) -> None:
    planned()
    (form, *_) = re.findall(r'action="/scan/begin">(.*?)</form>', shown(client))
    (old,) = re.findall(r'name="plan" value="([^"]+)"', form)
    planning.freeze_plan(client.store, Request(open_to=("emergency",)))

    for stale in ({"plan": old}, {}):
        answer = client.post("/scan/begin", only="all", **stale)
        assert answer.headers["Location"] == "/read"
        assert "in another window" in client.get("/read").get_data(as_text=True)
    assert statuses(client.store) == [Status.PLANNED] * 4


def test_going_on_begins_nobody_where_nothing_was_begun(
    client: Client, planned: Callable[..., None]
) -> None:
    planned()
    press(client, "/scan/begin")  # of a page from before the desk was locked

    assert statuses(client.store) == [Status.PLANNED] * 4


@pytest.mark.parametrize("form", [{}, {"answer": "yes"}, {"attempt": "x", "answer": "sent"}])
@pytest.mark.parametrize("path", ["/scan/answer", "/scan/back"])
def test_a_form_that_is_not_whole_changes_nothing(
    client: Client, planned: Callable[..., None], path: str, form: dict[str, str]
) -> None:
    planned()
    press(client, "/scan/begin", only="all")
    press(client, path, **form)

    assert statuses(client.store) == [Status.HANDED_OVER, *[Status.PLANNED] * 3]


def test_a_slip_is_asked_about_again_without_a_code(
    client: Client, planned: Callable[..., None]
) -> None:
    planned()
    press(client, "/scan/begin", only="all")
    slip = held(client)
    press(client, "/scan/answer", attempt=slip, answer="never")
    asked = shown(client, "/scan/back")

    assert "妈妈" in asked
    assert "<svg" not in asked
    assert slip in asked
    press(client, "/scan/back", attempt=slip, answer="sent")
    assert statuses(client.store)[0] is Status.DELIVERED
    assert client.store.book.contacts()[0].group is Group.EMERGENCY


def test_nothing_to_correct_leads_back(client: Client, planned: Callable[..., None]) -> None:
    planned()

    assert client.get("/scan/back").headers["Location"] == "/scan"


def test_stopping_asks_about_the_one_held_first(
    client: Client, planned: Callable[..., None]
) -> None:
    planned()
    press(client, "/scan/begin", only="all")
    press(client, "/scan/stop")
    stopped = shown(client)

    assert "One is not confirmed yet" in stopped
    assert "<svg" not in stopped
    press(client, "/scan/begin")
    assert "Did the text go out?" in shown(client)


def test_the_pace_says_when_it_goes_on_and_names_no_command(
    client: Client, clock: Clock, planned: Callable[..., None]
) -> None:
    planned(max_per_hour=1)
    press(client, "/scan/begin", only="all")
    press(client, "/scan/answer", attempt=held(client), answer="sent")
    enough = shown(client)

    at = (clock() + timedelta(hours=1)).astimezone()
    assert f"Gone within an hour: 1. It goes on at {at:%H:%M}" in enough
    assert "yours must stay reachable" in enough
    assert "kit send" not in enough


def test_a_day_that_is_full_goes_on_tomorrow_and_says_the_day(
    client: Client, clock: Clock, planned: Callable[..., None]
) -> None:
    planned(max_per_day=1)
    press(client, "/scan/begin", only="all")
    press(client, "/scan/answer", attempt=held(client), answer="sent")

    at = (clock() + timedelta(days=1)).astimezone()
    assert f"Gone within a day: 1. It goes on at {at:%Y-%m-%d %H:%M}" in shown(client)


def test_another_program_at_work_has_its_page_and_nothing_is_lost(
    client: Client, planned: Callable[..., None], reopened: Store
) -> None:
    planned()
    press(client, "/scan/begin", only="all")
    first = held(client)
    with reopened.alone():
        press(client, "/scan/answer", attempt=first, answer="sent")
        press(client, "/scan/begin", only="all")
        busy = shown(client)
        assert "Another window is at work" in busy
        assert "<svg" not in busy

    assert statuses(client.store) == [Status.DELIVERED, *[Status.PLANNED] * 3]
    assert "Show the first code (people: 3)" not in busy
    press(client, "/scan/begin")
    assert held(client)


def test_another_plan_meanwhile_is_said_and_not_begun(
    client: Client, planned: Callable[..., None]
) -> None:
    planned()
    press(client, "/scan/begin", only="all")
    first = held(client)
    planning.freeze_plan(client.store, Request())
    press(client, "/scan/answer", attempt=first, answer="sent")

    assert "Another plan has taken the place" in shown(client)
    assert statuses(client.store).count(Status.HANDED_OVER) == 0


@pytest.mark.parametrize("channel", ["", "page", "outbox"])
def test_without_a_plan_for_it_there_is_nothing_to_scan(
    client: Client, planned: Callable[..., None], channel: str
) -> None:
    if channel:
        planned(channel=channel)
    answer = client.get("/scan")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/tell")


def test_whoever_wants_no_more_is_shown_without_a_code(
    client: Client, planned: Callable[..., None]
) -> None:
    planned()
    press(client, "/scan/begin", only="all")
    client.store.book.choose({client.store.book.contacts()[0].id: Group.NOBODY})
    refused = shown(client)

    assert "must not be sent any more" in refused
    assert "<svg" not in refused
    assert "sms:" not in refused
    assert "Another way" not in refused


def test_another_way_shows_the_same_person_in_another_form(
    client: Client, planned: Callable[..., None]
) -> None:
    planned()
    press(client, "/scan/begin", only="all")
    first, pages = held(client), []
    for form in ({}, {}, {}, {"app": "wechat"}, {}, {"app": "sms"}):
        pages.append(shown(client))
        press(client, "/scan/way", **form)

    assert ["<svg" in one for one in pages] == [True, True, False, True, False, True]
    assert 'href="sms:+8613800000000?&amp;body=%E6%88%91' in pages[2]
    assert ["sms:" in one for one in pages[4:]] == [False, False]
    assert "in WeChat" in pages[4]
    assert held(client) == first
    assert statuses(client.store).count(Status.HANDED_OVER) == 1


def test_the_code_is_hidden_from_others_until_it_is_asked_for(
    clock: Clock, store: Store, planned: Callable[..., None]
) -> None:
    planned()
    seen = sit_down(clock, incognito=True)
    seen.desk.open(Nobody())
    seen.enter()
    press(seen, "/scan/begin", only="all")
    page = shown(seen)
    seen.desk.close()

    assert re.search(r"<details class=\"veil\">.*<svg.*</details>", page, re.DOTALL)
    assert '<h1 class="who" tabindex="-1" autofocus><bdi class="personal">' in page
    assert statuses(store)[0] is Status.HANDED_OVER


def test_who_only_reads_sees_who_is_held_and_no_code(
    client: Client, clock: Clock, planned: Callable[..., None]
) -> None:
    planned()
    press(client, "/scan/begin", only="all")
    reader = sit_down(clock, read_only=True)
    reader.desk.open(Nobody())
    reader.enter()
    page = shown(reader)
    reader.desk.close()

    assert "妈妈" in page
    assert "<svg" not in page
    assert "data-key" not in page


def test_no_name_stands_in_a_title_or_an_address_of_ours(
    client: Client, planned: Callable[..., None]
) -> None:
    planned()
    press(client, "/scan/begin", only="all")
    page = shown(client)

    assert re.findall("<title>(.*)</title>", page) == ["Scan and send"]
    assert not [one for one in re.findall(r'(?:href|action)="(/[^"]*)"', page) if "1380" in one]
    assert re.findall(r'role="img" aria-label="([^"]*)"', page) == [
        "Code with number and text, for the camera"
    ]

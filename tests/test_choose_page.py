"""Page 2 by requests: what is chosen, undone, found and said, also without script."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from conftest import card
from desks import FORM, OWN, Client, sit_down
from markupsafe import escape
from pages import HOSTILE

from kit.actions import people
from kit.actions.unlocking import Nobody
from kit.model import E164, Contact, Group, Part
from kit.web.choosing import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from click.testing import Result
    from conftest import Clock
    from werkzeug.test import TestResponse

NAMES = ("妈妈", "王小芳", "顺丰快递", "周经理", "李明", "借呗")


def person(id_: str, name: str, number: str) -> Contact:
    part = Part(where="book.vcf:1", name=name)
    names = (name,) if name else ()
    return Contact(id=id_, names=names, numbers=(E164(number),), parts=(part,))


def persons(names: Iterable[str]) -> list[Contact]:
    return [person(f"id{n:03}", one, f"+86138{n:08}") for n, one in enumerate(names, 1)]


@pytest.fixture
def page(client: Client) -> Client:
    client.store.book.save(persons(NAMES))
    return client


def body(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def rows(answer: TestResponse) -> list[str]:
    """The names in the list."""
    listed = re.search(r'<ul class="people" id="list">(.*?)</ul>', body(answer), re.DOTALL)
    return re.findall(r"<bdi[^>]*>(.*?)</bdi>", listed[1]) if listed else []


def groups(client: Client) -> dict[str, Group]:
    return {contact.name: contact.group for contact in client.store.book.contacts()}


def script(client: Client, path: str, **form: str) -> dict[str, Any]:
    headers = {**FORM, "Accept": "application/json"}
    answer = client.browser.post(path, base_url=OWN, headers=headers, data=form)
    assert answer.status_code == 200
    said: dict[str, Any] = answer.get_json()
    return said


# --- what is shown ----------------------------------------------------------------------


def test_an_empty_book_leads_to_the_import(client: Client) -> None:
    shown = body(client.get("/choose"))

    assert "There is nobody in the book yet." in shown
    assert 'href="/import"' in shown


def test_nobody_is_chosen_by_looking_and_family_stands_first(page: Client) -> None:
    shown = page.get("/choose")

    assert rows(shown) == ["妈妈", "王小芳", "周经理", "李明", "借呗"]
    assert "They are often rung first." in body(shown)
    assert "danger, choose never" in body(shown)
    assert "a word for a mother or a father" in body(shown)
    assert set(groups(page).values()) == {Group.UNDECIDED}


def test_each_question_shows_first_whom_its_answer_may_be(page: Client) -> None:
    assert rows(page.get("/choose?ask=nobody"))[:2] == ["周经理", "借呗"]
    assert "Whom else do you want to tell?" in body(page.get("/choose?ask=everyone"))


def test_shops_are_folded_away_with_their_number_and_can_be_seen(page: Client) -> None:
    assert "shops and services <span>1</span>" in body(page.get("/choose"))
    assert rows(page.get("/choose?show=services")) == ["顺丰快递"]


@pytest.mark.parametrize(
    "nonsense", ["ask=x", "show=x", "page=x", "page=-3", "page=99", "sitting=/"]
)
def test_nonsense_in_the_address_is_the_usual_page(page: Client, nonsense: str) -> None:
    assert rows(page.get(f"/choose?{nonsense}"))[0] == "妈妈"


def test_without_script_there_are_fifty_rows_a_page(client: Client) -> None:
    client.store.book.save(persons(f"王{n}" for n in range(ROWS + 2)))

    assert len(rows(client.get("/choose"))) == ROWS
    assert len(rows(client.get("/choose?page=2"))) == 2
    found = client.post("/choose/search", text="王", page="2")
    assert len(rows(found)) == 2


def test_all_of_the_page_but_the_data_of_the_list_is_small(client: Client) -> None:
    client.store.book.save(persons(f"王{n}" for n in range(10 * ROWS)))
    files = ("page.css", "page.js", "choose.css", "choose.js", "icon.svg")
    sent = [client.get("/choose"), *(client.get(f"/static/{name}") for name in files)]

    assert sum(len(answer.data) for answer in sent) < 60_000


def test_a_hostile_name_is_a_name(client: Client) -> None:
    client.store.book.save(persons(HOSTILE))
    shown = client.get("/choose").get_data(as_text=True)

    assert all(f">{escape(name)}</bdi>" in shown for name in HOSTILE if name)
    assert client.get("/choose/people").get_json()["people"][0][1] in HOSTILE


def test_every_name_and_number_can_be_blurred(page: Client) -> None:
    for shown in (page.get("/choose"), page.post("/choose/search", text="wxf")):
        bare = re.sub(r'<(bdi|span) class="personal[^>]*>.*?</\1>', "", body(shown))
        assert not any(name in bare for name in NAMES)
        assert "0002" not in bare.replace("id002", "")


# --- choosing ---------------------------------------------------------------------------


def test_a_press_is_saved_at_once_and_the_same_button_takes_it_back(page: Client) -> None:
    answer = page.post("/choose/put", put="id002:emergency", sitting="a")
    assert answer.status_code == 303
    assert groups(page)["王小芳"] is Group.EMERGENCY

    shown = body(page.get("/choose?show=emergency"))
    assert 'value="id002:undecided" aria-pressed="true"' in shown
    page.post("/choose/put", put="id002:undecided", sitting="a")
    assert groups(page)["王小芳"] is Group.UNDECIDED


def test_the_page_says_what_was_chosen_last_and_undoes_it(page: Client) -> None:
    answer = page.post("/choose/put", put="id001:emergency", sitting="a")
    shown = body(page.get(answer.headers["Location"]))
    assert re.search(r'id="said".*?妈妈</bdi> not chosen yet → emergency contact', shown, re.DOTALL)
    assert 'emergency contact <b data-count="emergency">1</b>' in shown

    page.post("/choose/undo", sitting="a")
    assert groups(page)["妈妈"] is Group.UNDECIDED


def test_undo_takes_back_only_what_this_page_chose(page: Client) -> None:
    page.post("/choose/put", put="id001:emergency", sitting="a")
    page.post("/choose/put", put="id002:everyone", sitting="b")
    page.post("/choose/undo", sitting="a")
    page.post("/choose/undo", sitting="a")

    assert groups(page)["妈妈"] is Group.UNDECIDED
    assert groups(page)["王小芳"] is Group.EVERYONE


def test_undo_overwrites_nothing_that_was_chosen_elsewhere_since(page: Client) -> None:
    page.post("/choose/put", put="id001:emergency", sitting="a")
    page.post("/choose/put", put="id001:nobody", sitting="b")
    answer = page.post("/choose/undo", sitting="a")

    assert groups(page)["妈妈"] is Group.NOBODY
    assert "left as they are: 1" in body(page.get(answer.headers["Location"]))


def test_a_choice_of_another_page_is_seen_by_the_next_look(page: Client) -> None:
    page.post("/choose/put", put="id001:nobody", sitting="b")

    assert "妈妈" not in rows(page.get("/choose"))
    assert rows(page.get("/choose?show=nobody")) == ["妈妈"]


def test_several_are_put_by_the_script_and_those_who_are_gone_are_said(page: Client) -> None:
    said = script(page, "/choose/put", put="id001 id002 gone x:y:emergency", sitting="a")
    assert said["changes"] == []

    said = script(page, "/choose/put", put="id001 id002 gone:emergency", sitting="a")
    assert said["changes"] == [
        ["id001", "undecided", "emergency"],
        ["id002", "undecided", "emergency"],
    ]
    assert (said["gone"], said["undo"]) == (1, True)
    said = script(page, "/choose/undo", sitting="a")
    assert (len(said["changes"]), said["undo"]) == (2, False)


@pytest.mark.parametrize("put", ["", ":", "id001", "id001:x", "x:emergency", ":emergency"])
def test_what_cannot_be_chosen_changes_nothing(page: Client, put: str) -> None:
    assert page.post("/choose/put", put=put, sitting="a").status_code == 303
    assert script(page, "/choose/put", put=put)["changes"] == []
    assert set(groups(page).values()) == {Group.UNDECIDED}


def test_a_choice_in_a_search_leaves_the_search_on_the_page(page: Client) -> None:
    shown = page.post("/choose/put", put="id002:everyone", text="wxf", sitting="a")

    assert rows(shown) == ["王小芳"]
    assert groups(page)["王小芳"] is Group.EVERYONE


# --- many at once -----------------------------------------------------------------------


def test_one_press_takes_those_plainly_suggested(page: Client) -> None:
    assert "look plainly like family" in body(page.get("/choose"))
    page.post("/choose/all", which="sure", group="emergency", count="1", sitting="a")

    assert groups(page)["妈妈"] is Group.EMERGENCY
    assert list(groups(page).values()).count(Group.UNDECIDED) == len(NAMES) - 1


def test_before_all_the_rest_are_told_it_names_whom_better_not(page: Client) -> None:
    page.post("/choose/put", put="id005:nobody", sitting="a")
    asked = body(page.post("/choose/all", which="undecided", group="everyone", sitting="a"))

    assert "周经理</bdi>" in asked
    assert "借呗</bdi>" in asked
    assert "Shops or services among them: 1." in asked
    assert Group.EVERYONE not in groups(page).values()
    page.post("/choose/all", which="undecided", group="everyone", only="1", count="2", sitting="a")
    chosen = [name for name, group in groups(page).items() if group is Group.EVERYONE]
    assert chosen == ["妈妈", "王小芳"]


def test_all_who_are_found_are_chosen_but_what_was_chosen_stays(page: Client) -> None:
    page.post("/choose/put", put="id001:emergency", sitting="a")
    page.post("/choose/put", put="id002:nobody", sitting="a")
    page.post("/choose/put", put="id005:everyone", sitting="a")
    asked = body(page.post("/choose/all", which="found", text="138", group="everyone"))
    assert "Chosen otherwise already, and left so: 2." in asked

    page.post("/choose/all", which="found", text="138", group="everyone", count="3", sitting="a")
    assert groups(page)["妈妈"] is Group.EMERGENCY
    assert groups(page)["王小芳"] is Group.NOBODY
    assert list(groups(page).values()).count(Group.EVERYONE) == 4


def test_many_are_chosen_only_as_they_were_shown(page: Client) -> None:
    shown = page.post("/choose/all", which="undecided", group="everyone", count="4")

    assert "The list has changed since" in body(shown)
    assert set(groups(page).values()) == {Group.UNDECIDED}


# --- oneself ----------------------------------------------------------------------------


def test_the_contact_that_is_oneself_is_asked_for_and_never_told(
    client: Client, people: Callable[..., None]
) -> None:
    people(card("妈妈", "13800000001"), card("我", "13800000009"))
    shown = body(client.get("/choose"))
    assert "Which of these is you?" in shown
    (own,) = re.findall(r'name="me" value="([^"]+)"', shown)

    client.post("/choose/me", me=own)
    assert groups(client)["我"] is Group.NOBODY
    shown = body(client.get("/choose"))
    assert "is yourself, and never told." in shown
    assert "Which of these is you?" not in shown
    assert rows(client.get("/choose")) == ["妈妈"]


def test_who_is_not_oneself_is_not_offered_again(
    client: Client, people: Callable[..., None]
) -> None:
    people(card("妈妈", "13800000001"), card("我", "13800000009"))
    client.post("/choose/me", me="")

    assert "Which of these is you?" not in body(client.get("/choose"))
    assert set(groups(client).values()) == {Group.UNDECIDED}


def test_oneself_is_looked_for_by_name_or_number(page: Client) -> None:
    shown = body(page.post("/choose/me", mine="liming"))

    assert re.findall(r'name="me" value="([^"]*)"', shown) == ["id005", ""]
    page.post("/choose/me", me="id005")
    own = people.oneself(page.store)
    assert own is not None
    assert own.name == "李明"


# --- beside the list --------------------------------------------------------------------


def test_rows_of_a_page_that_is_out_and_no_longer_wanted_are_named(
    kit: Callable[..., Result], client: Client, tmp_path: Path
) -> None:
    client.store.book.save(persons(["妈妈", "王小芳"]))
    kit("choose", "--everyone-else")
    kit("plan", "--via", "page", "--from", "小明")
    kit("send", "--to", tmp_path / "page.html", "--yes", "2")
    said = script(client, "/choose/put", put="id001:nobody", sitting="a")

    assert "must not be sent any more: 1." in said["unwanted"]
    assert said["unwanted"] in body(client.get("/choose"))


def test_for_reading_only_there_is_nothing_to_press(page: Client, clock: Clock) -> None:
    page.post("/choose/put", put="id001:emergency")
    reader = sit_down(clock, read_only=True)
    reader.desk.open(Nobody())
    reader.enter()
    shown = body(reader.get("/choose?show=emergency"))
    reader.desk.close()

    assert '<p class="is">emergency contact</p>' in shown
    assert 'name="put"' not in shown
    assert "/choose/all" not in shown


def test_the_list_for_the_script_has_what_a_row_needs_and_no_more(page: Client) -> None:
    data = json.loads(page.get("/choose/people?ask=emergency&sitting=a").data)
    mother, *_ = data["people"]

    assert mother[:6] == ["id001", "妈妈", "…0001", "undecided", "emergency", 0]
    assert data["texts"][mother[6]] == "looks like family"
    assert "word for a mother" in data["texts"][mother[7]]
    assert mother[8:] == ["妈妈\n+8613800000001", "\nmama\nmm\nma\nm"]
    assert data["undo"] is False
    assert len(data["people"]) == len(NAMES)

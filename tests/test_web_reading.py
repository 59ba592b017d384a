"""Read over on the page: every text and to whom, the few own words, who may read of a loan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from conftest import card

from kit.actions.people import choose
from kit.model import Group, Tone

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Clock
    from desks import Client

    from kit.actions.store import Store
    from kit.model import Plan

MOTHER, FATHER, FRIEND = "妈妈", "爸爸", "王小芳"


@pytest.fixture
def family(store: Store, people: Callable[..., None]) -> Store:
    """Two emergency contacts, one of everyone else, one landline, one who is not chosen."""
    people(
        card(MOTHER, "13800000001"),
        card(FATHER, "13800000002"),
        card(FRIEND, "13800000003"),
        card("外婆", "01055500101"),
        card("老李", "13800000005"),
    )
    wishes = [(Group.EMERGENCY, one) for one in (MOTHER, FATHER, "外婆")]
    choose(store, [*wishes, (Group.EVERYONE, FRIEND)])
    return store


def plan(store: Store) -> Plan:
    found = store.ledger.current_plan()
    assert found is not None
    return found


def write(client: Client, **words: str) -> str:
    """Send the form of the words as it stands on the page, with these changed."""
    shown = client.get("/read").get_data(as_text=True)
    fields = {name: value(shown, name) for name in ("plan", "sender", "check", "line")}
    answer = client.post("/read/plan", **{**fields, **words})
    return str(answer.status_code) if answer.status_code == 303 else answer.get_data(as_text=True)


def value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    return found[1] if found else ""


def shown(client: Client) -> str:
    answer = client.get("/read")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_without_a_book_or_a_choice_the_page_leads_back(
    client: Client, store: Store, people: Callable[..., None]
) -> None:
    assert "nobody in the address book" in shown(client)
    people(card(MOTHER, "13800000001"))

    assert "Nobody is chosen yet" in shown(client)
    assert store.ledger.current_plan() is None


def test_the_name_and_one_button_write_the_texts(client: Client, family: Store) -> None:
    assert "The name your friends know you by" in shown(client)
    assert write(client, sender="小明") == "303"

    texts = {message.text for message in plan(family).messages}
    page = shown(client)
    assert len(texts) == 2
    assert all(text in page for text in texts)
    assert "To emergency contacts: 2" in page
    assert "To everyone else: 1" in page
    assert all(f'<bdi class="personal">{name}</bdi>' in page for name in (MOTHER, FATHER, FRIEND))


def test_looking_freezes_nothing(client: Client, family: Store) -> None:
    write(client, sender="小明")
    before = plan(family).id
    choose(family, [(Group.EVERYONE, "老李")])

    assert "Something changed since the texts were written" in shown(client)
    assert plan(family).id == before
    assert write(client) == "303"
    assert plan(family).id != before
    assert "To everyone else: 2" in shown(client)


@pytest.mark.usefixtures("family")
def test_a_plan_that_is_too_old_is_to_be_written_anew(client: Client, clock: Clock) -> None:
    write(client, sender="小明")
    clock.go(days=30)
    client.desk.session.stay()

    assert "Something changed since the texts were written" in shown(client)


def test_whom_no_text_reaches_stands_first_and_is_to_be_rung(client: Client, family: Store) -> None:
    write(client, sender="小明")
    page = shown(client)

    assert page.index("No text reaches these emergency contacts") < page.index("外婆")
    assert page.index("外婆") < page.index("To emergency contacts")
    assert "+861055500101" in page
    assert "It&#39;s 小明." in page
    assert "not chosen yet</span> 1" in page
    assert family.ledger.current_plan() is not None


@pytest.mark.parametrize(
    ("field", "words", "said"),
    [
        ("sender", "", "The messages need the name your friends know you by."),
        ("sender", "<b>小明</b>", "no digit, link or markup"),
        ("check", "问我家狗叫什么名字好不好呀可以吗", "At most 14 characters"),
        ("line", "欠了三千块", "This may not stand in a message"),
        ("line", "问王小芳就知道", "the name of somebody in your contacts"),
        ("line", "一二三四五六七八九十" * 2 + "一", "At most 20 characters"),
    ],
)
def test_what_may_not_stand_there_is_said_beside_it_and_kept(
    client: Client, family: Store, field: str, words: str, said: str
) -> None:
    write(client, sender="小明")
    before = plan(family).id
    answer = write(client, **{field: words})

    beside = re.search(rf'id="{field}-wrong"[^>]*>([^<]*)<', answer)
    assert beside is not None
    assert said in beside[1]
    assert value(answer, field) == words.replace("<", "&lt;").replace(">", "&gt;")
    assert plan(family).id == before


@pytest.mark.usefixtures("family")
def test_own_words_stand_in_the_texts_until_they_are_emptied(client: Client) -> None:
    write(client, sender="小明", line="我很好别担心", check="问我家狗叫什么")
    page = shown(client)
    assert "我很好别担心。" in page
    assert "核实请问我家狗叫什么" in page

    assert write(client, line="", check="") == "303"
    assert "我很好别担心" not in shown(client)
    assert "核实请打我平时的号码" in shown(client)


def test_another_window_that_wrote_first_is_not_overwritten(client: Client, family: Store) -> None:
    write(client, sender="小明")
    old = value(shown(client), "plan")
    write(client, line="我很好别担心")
    now = plan(family).id
    answer = client.post("/read/plan", plan=old, sender="小红", check="", line="")

    assert "in another window" in answer.get_data(as_text=True)
    assert value(answer.get_data(as_text=True), "sender") == "小红"
    assert plan(family).id == now


def test_while_texts_go_out_the_present_plan_stays(
    client: Client, family: Store, reopened: Store
) -> None:
    write(client, sender="小明")
    before = plan(family).id
    with reopened.alone():
        assert "Texts are going out just now" in write(client, line="我很好别担心")

    assert plan(family).id == before


def test_nobody_reads_of_the_loan_unless_ticked_by_name(client: Client, family: Store) -> None:
    write(client, sender="小明")
    page = shown(client)
    assert "0 chosen" in page
    assert "我有借款纠纷" in page
    assert all(message.tone is Tone.NEUTRAL for message in plan(family).messages)

    mother = next(c.id for c in family.book.contacts() if c.name == MOTHER)
    answer = client.post("/read/open", plan=plan(family).id, open=mother)
    assert answer.status_code == 303
    assert [m.contact_id for m in plan(family).messages if m.tone is Tone.OPEN] == [mother]
    assert "1 chosen" in shown(client)


def test_who_was_ticked_stays_so_when_the_texts_are_written_anew_until_unticked(
    client: Client, family: Store
) -> None:
    write(client, sender="小明")
    client.post("/read/open", plan=plan(family).id, open="emergency")
    write(client, line="我很好别担心")
    assert sum(m.tone is Tone.OPEN for m in plan(family).messages) == 2

    choose(family, [(Group.EVERYONE, FATHER)])
    write(client)
    assert sum(m.tone is Tone.OPEN for m in plan(family).messages) == 1
    client.post("/read/open", plan=plan(family).id)
    assert sum(m.tone is Tone.OPEN for m in plan(family).messages) == 0
    assert "No text speaks of the loan dispute any more." in shown(client)


def test_only_an_emergency_contact_can_be_ticked(client: Client, family: Store) -> None:
    write(client, sender="小明")
    before = plan(family).id
    friend = next(c.id for c in family.book.contacts() if c.name == FRIEND)

    for who in (friend, "nobody-at-all"):
        answer = client.post("/read/open", plan=before, open=who)
        assert "no emergency contact any more" in answer.get_data(as_text=True)
    assert plan(family).id == before


def test_a_test_goes_to_oneself_as_codes_and_is_not_recorded(client: Client, family: Store) -> None:
    write(client, sender="小明")
    once = client.post("/read/test", number="+46701740605")
    assert once.status_code == 200
    assert "Your own number once more" in once.get_data(as_text=True)
    assert "<svg" not in once.get_data(as_text=True)

    slip = client.post("/read/test", number="+46701740605", again="+46701740606")
    assert "not the same both times" in slip.get_data(as_text=True)
    twice = client.post("/read/test", number="+46701740605", again="+46 70 174 06 05")
    assert twice.get_data(as_text=True).count("<svg") == 4
    assert family.ledger.standings(family.ledger.real_notice()) == {}


@pytest.mark.usefixtures("family")
def test_a_number_that_is_none_is_said_beside_it(client: Client) -> None:
    write(client, sender="小明")
    answer = client.post("/read/test", number="ask me")

    assert "number-wrong" in answer.get_data(as_text=True)
    assert value(answer.get_data(as_text=True), "number") == "ask me"


def test_a_foreign_name_offers_its_latin_spelling_for_english_texts(
    client: Client, store: Store, people: Callable[..., None]
) -> None:
    people(card("Ann", "+12025550101"))
    choose(store, [(Group.EVERYONE, "Ann")])
    write(client, sender="小明")
    assert "With your name as it is" in shown(client)

    form = {"plan": plan(store).id, "sender": "小明", "check": "", "line": ""}
    assert client.post("/read/plan", **form, sender_latin="Li Ming").status_code == 303
    assert "This is Li Ming." in shown(client)
    wrong = client.post("/read/plan", **{**form, "plan": plan(store).id}, sender_latin="<i>")
    assert 'id="sender_latin-wrong"' in wrong.get_data(as_text=True)
    client.post("/read/plan", **{**form, "plan": plan(store).id}, sender_latin="")
    assert "This is 小明." in shown(client)

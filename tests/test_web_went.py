"""How it went: what needs the borrower, what they say of it, what people wrote and report."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import pytest
from desks import Client, sit_down
from providers import of_twilio
from shop import person, plan, plan_and_send, send, statuses

from kit.actions import hearing, paging, running
from kit.actions.tracking import Kind
from kit.actions.unlocking import Nobody
from kit.model import E164, Answer, Group, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Clock
    from standins.twilio import TwilioStandin
    from werkzeug.test import TestResponse

    from kit.actions.store import Store

ONE, TWO, THREE = "+8613800000001", "+8613800000002", "+8613800000003"
LANDLINE = "+861055500101"
REPORT = "KIT1|2026-01-05 14:30|13800000123|某某金融|找你|yn|BC61EEAA"
HOSTILE = "<script>alert(1)</script>\"'&\u202eevil"


@pytest.fixture
def client(
    server: TwilioStandin, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Client]:
    """An open desk with Twilio set up."""
    for name, value in of_twilio(server).settings.items():
        monkeypatch.setenv(name, value)
    made = sit_down(clock)
    made.desk.open(Nobody())
    made.enter()
    yield made
    made.desk.close()


@pytest.fixture
def store(client: Client) -> Store:
    return client.store


def body(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def section(page: str, name: str) -> str:
    """One part of the page, or nothing."""
    found = re.search(rf'<section aria-labelledby="{name}">.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def went(client: Client) -> str:
    return body(client.get("/went"))


def mark_on(page: str) -> str:
    """Of what is in the borrower's hands, as a form has it."""
    (mark,) = re.findall(r'name="held" value="([^"]+)"', page)
    return str(mark)


def hold(store: Store, said: Answer | None = None) -> None:
    """Scan and send shows the first person; what the borrower says of them, if anything."""
    plan(store, "phone")
    frozen = store.current_plan()
    with running.run(store, frozen, len(frozen.messages)) as run:
        handover = next(iter(run.handing_over()))
        if said is not None:
            run.answer(handover, said)


def told(server: TwilioStandin) -> list[str]:
    return [m["to"] for m in server.messages if m["direction"] != "inbound"]


def test_before_anything_is_sent_it_says_so_and_leads_to_the_page_before(
    client: Client, store: Store
) -> None:
    assert "Nothing was sent yet" in went(client)
    store.book.save([person("ma", ONE)])
    plan(store)

    page = went(client)
    assert "Nothing was sent yet" in page
    assert 'href="/tell"' in page
    assert "Still to go: 1" in page
    assert "Ask the providers now" not in page


class TestWhatNeedsTheBorrower:
    def test_not_known_is_explained_and_tried_again_only_after_a_word(
        self, client: Client, store: Store, server: TwilioStandin
    ) -> None:
        store.book.save([person("ma", ONE)])
        server.script(ONE, {"do": "store and cut"})
        plan_and_send(store)
        shown = section(went(client), "unsure")
        asked = client.post("/went/retry", who="ma")

        assert "Nobody is told twice on a guess" in shown
        assert "Try again" in shown
        assert asked.status_code == 200
        assert "they will get it twice" in body(asked)
        assert statuses(store) == [Status.UNKNOWN]
        assert client.post("/went/retry", who="ma", sure="yes").headers["Location"] == "/went"
        assert statuses(store) == [Status.PLANNED]
        assert "This sent nothing; step 4 does" in went(client)

    def test_refused_is_explained_and_tried_again_at_once(
        self, client: Client, store: Store, server: TwilioStandin
    ) -> None:
        store.book.save([person("ma", ONE)])
        server.script(ONE, {"do": "refuse", "code": 21614})
        plan_and_send(store)
        shown = section(went(client), "failed")

        assert "this address takes no messages" in shown
        assert "its code: 21614" in shown
        assert client.post("/went/retry", who="ma").status_code == 303
        assert "This sent nothing" in went(client)

    def test_whoever_wants_no_more_needs_nothing_after_a_failure(
        self, client: Client, store: Store, server: TwilioStandin
    ) -> None:
        store.book.save([person("ma", ONE)])
        server.script(ONE, {"do": "refuse", "code": 21610})
        plan_and_send(store)
        page = went(client)

        assert section(page, "failed") == ""
        assert "Want no more: 1" in page

    def test_emergency_contacts_stand_first(
        self, client: Client, store: Store, server: TwilioStandin
    ) -> None:
        store.book.save(
            [
                person("friend", ONE),
                person("mother", TWO, group=Group.EMERGENCY),
                person("pa", THREE),
            ]
        )
        server.script("*", *[{"do": "refuse", "code": 30007}] * 3)
        plan_and_send(store)
        shown = section(went(client), "failed")

        assert shown.index(">mother<") < min(shown.index(">friend<"), shown.index(">pa<"))
        assert "emergency contact" in shown

    def test_what_is_held_is_confirmed_one_by_one(self, client: Client, store: Store) -> None:
        store.book.save([person("ma", ONE)])
        hold(store)

        assert "you have not said whether it went" in section(went(client), "held")
        client.post("/went/told", who="ma")
        assert statuses(store) == [Status.DELIVERED]
        assert section(went(client), "held") == ""

    def test_what_is_held_is_taken_back_only_after_a_word(
        self, client: Client, store: Store
    ) -> None:
        store.book.save([person("ma", ONE)])
        hold(store)
        asked = client.post("/went/take-back")

        assert "In your hands and not confirmed: 1" in body(asked)
        assert statuses(store) == [Status.HANDED_OVER]
        client.post("/went/take-back", sure="yes", held=mark_on(body(asked)))
        assert statuses(store) == [Status.PLANNED]
        assert client.post("/went/take-back").status_code == 303
        assert "Nothing is in your hands" in went(client)

    def test_what_was_shown_since_is_not_taken_back_unasked(
        self, client: Client, store: Store
    ) -> None:
        store.book.save([person("ma", ONE), person("ba", TWO)])
        hold(store)
        asked_before = mark_on(body(client.post("/went/take-back")))
        (first,) = paging.held(store)
        client.post("/scan/answer", attempt=first.id, answer="sent")
        hold(store)  # and this one may be on the phone by now
        again = client.post("/went/take-back", sure="yes", held=asked_before)

        assert "In your hands and not confirmed: 1" in body(again)
        assert sorted(statuses(store)) == [Status.DELIVERED, Status.HANDED_OVER]
        client.post("/went/take-back", sure="yes", held=mark_on(body(again)))
        assert sorted(statuses(store)) == [Status.DELIVERED, Status.PLANNED]

    def test_rows_of_a_page_are_confirmed_and_a_wrong_one_is_said_beside_the_field(
        self, client: Client, store: Store, tmp_path: Path
    ) -> None:
        store.book.save([person("a", ONE), person("b", TWO)])
        plan(store, "page")
        with running.run(store, store.current_plan(), 2, tmp_path / "page.html") as run:
            run.make_page(client.desk.say, "en")
        assert "Rows of the page that you sent" in section(went(client), "held")
        for typed, said in (("1-9", "no row 3"), ("first", "Rows are written such as")):
            wrong = client.post("/went/rows", rows=typed)
            assert said in body(wrong)
            assert f'value="{typed}"' in body(wrong)
        assert statuses(store) == [Status.HANDED_OVER] * 2
        client.post("/went/rows", rows="1")

        assert sorted(statuses(store)) == [Status.DELIVERED, Status.HANDED_OVER]
        assert "Told, by your word: 1" in went(client)

    def test_whom_no_text_reaches_is_to_be_rung_until_they_are_told(
        self, client: Client, store: Store
    ) -> None:
        store.book.save(
            [
                person("ma", ONE),
                person("grandma", LANDLINE),
                person("uncle", group=Group.EMERGENCY),
                person("stranger", "+861055500102", group=Group.NOBODY),
            ]
        )
        plan_and_send(store)
        shown = section(went(client), "ring")

        assert LANDLINE in shown
        assert "小明" in shown
        assert shown.index("uncle") < shown.index("grandma")
        assert "stranger" not in shown
        client.post("/went/told", who="grandma")
        assert "grandma" not in section(went(client), "ring")


class TestWhatTheBorrowerSays:
    def test_told_is_kept_and_taken_back_only_after_a_word(
        self, client: Client, store: Store
    ) -> None:
        store.book.save([person("ma", ONE)])
        plan(store)
        client.post("/went/told", who="ma")
        page = went(client)

        assert "Kept as told. This sent nothing." in page
        assert "Told, or arrived: 1" in page
        assert "I said so by mistake" in page
        assert "they will get it twice" in body(client.post("/went/unsay", who="ma"))
        assert statuses(store) == [Status.DELIVERED]
        client.post("/went/unsay", who="ma", sure="yes")
        assert statuses(store) == [Status.PLANNED]

    def test_no_more_is_for_ever_and_asked_about_first(
        self, client: Client, store: Store, server: TwilioStandin
    ) -> None:
        store.book.save([person("ma", ONE)])
        plan(store)

        assert "This cannot be undone" in body(client.post("/went/stop", who="ma"))
        assert "Want no more" not in went(client)
        client.post("/went/stop", who="ma", sure="yes")
        send(store)
        assert "Want no more: 1" in went(client)
        assert told(server) == []

    @pytest.mark.parametrize("action", ["told", "retry", "unsay", "stop"])
    @pytest.mark.parametrize("who", ["", "王小芳", ONE, "000000000000", "x" * 5000])
    def test_people_are_named_by_their_id_alone(
        self, client: Client, store: Store, action: str, who: str
    ) -> None:
        store.book.save([person("ma", ONE)])
        plan(store)
        answer = client.post(f"/went/{action}", who=who, sure="yes")

        assert answer.status_code == 400
        assert statuses(store) == [Status.PLANNED]
        assert store.ledger.opted_out([E164(ONE)]) == {}

    def test_what_does_not_fit_any_more_is_said_and_changes_nothing(
        self, client: Client, store: Store
    ) -> None:
        store.book.save([person("ma", ONE)])
        plan_and_send(store)

        assert client.post("/went/retry", who="ma").status_code == 409
        assert client.post("/went/unsay", who="ma", sure="yes").status_code == 409
        assert statuses(store) == [Status.ACCEPTED]

    def test_while_messages_go_out_it_can_only_be_looked_at(
        self, client: Client, store: Store, server: TwilioStandin
    ) -> None:
        store.book.save([person("ma", ONE)])
        server.conduct.latency_s = 2
        plan(store)
        client.post("/send/start", count="1", plan=store.current_plan().id)
        page = went(client)
        refused = client.post("/went/told", who="ma")
        client.desk.close()

        assert "Messages are going out now" in page
        assert "Ask the providers now" not in page
        assert section(page, "unsure") == ""
        assert refused.status_code == 409


class TestHearing:
    def test_asking_brings_receipts_and_replies(
        self, client: Client, store: Store, server: TwilioStandin
    ) -> None:
        store.book.save([person("ma", ONE), person("pa", TWO)])
        plan_and_send(store)
        server.deliver(ONE)
        server.reply(TWO, "退订")
        assert "Ask the providers now" in went(client)
        client.post("/went/ask")
        page = went(client)

        assert "News of messages: 1; replies: 1." in page
        assert "退订" in section(page, "replies")
        assert "wants no more messages from you" in section(page, "replies")
        assert "Want no more: 1" in page
        assert "Told, or arrived: 1" in page
        client.post("/went/ask")
        assert "Nothing new." in went(client)

    def test_a_provider_that_cannot_be_asked_is_named_with_the_reason(
        self, client: Client, store: Store, server: TwilioStandin
    ) -> None:
        store.book.save([person("ma", ONE)])
        plan_and_send(store)
        server.conduct.token = "another"  # noqa: S105  # of nobody
        assert client.post("/went/ask").status_code == 303
        page = went(client)

        assert "Twilio: could not be asked." in page
        assert "Twilio does not accept the user name or password" in page

    def test_a_reply_shows_who_when_and_the_call_in_it(
        self, client: Client, store: Store, server: TwilioStandin
    ) -> None:
        store.book.save([person("ma", ONE)])
        plan_and_send(store)
        server.reply(ONE, f"他们打来了\n{REPORT}")
        server.reply("+8613800000999", "KIT1|broken")
        hearing.sync(store)
        page = went(client)

        assert ">ma</bdi>" in section(page, "replies")
        assert "(not in your contacts)" in section(page, "replies")
        assert "他们打来了" in section(page, "replies")
        assert "某某金融" in section(page, "calls")
        assert "Was a debt named? yes" in section(page, "calls")
        assert "2026-01-05 14:30" in section(page, "calls")


class TestReports:
    def test_what_came_by_another_way_is_kept_once_with_whose_it_is(
        self, client: Client, store: Store
    ) -> None:
        store.book.save([person("ma", ONE)])
        client.post("/went/report", **{"text": REPORT, "from": "ma"})
        page = went(client)

        assert "Kept as a proposal" in page
        assert ">ma</bdi>" in section(page, "calls")
        client.post("/went/report", **{"text": REPORT, "from": ONE})
        assert "This was there already" in went(client)

    def test_of_several_the_borrower_picks_one(self, client: Client, store: Store) -> None:
        store.book.save([person("ma1", ONE), person("ma2", TWO), person("pa", THREE)])
        asked = client.post("/went/report", **{"text": REPORT, "from": "ma"})

        assert "required" not in body(asked).partition("<fieldset>")[2].partition("</fieldset>")[0]
        assert "Who of these?" in body(asked)
        assert REPORT in body(asked)
        assert re.findall(r'type="radio" name="who" value="(\w+)"', body(asked)) == ["ma1", "ma2"]
        client.post("/went/report", **{"text": REPORT, "from": "ma", "who": "ma2"})
        assert ">ma2</bdi>" in section(went(client), "calls")

    @pytest.mark.parametrize(
        ("text", "who", "said"),
        [
            ("", "", "There is no report of a call in this text"),
            ("你好", "", "There is no report of a call in this text"),
            (REPORT, "张三", "Nobody in your contacts has that name or number."),
            (REPORT[:-1] + "B", "", "The report cannot be used as it is"),
        ],
    )
    def test_what_cannot_be_kept_is_said_beside_the_field_and_not_lost(
        self, client: Client, store: Store, text: str, who: str, said: str
    ) -> None:
        store.book.save([person("ma", ONE)])
        answer = client.post("/went/report", **{"text": text, "from": who})

        assert said in body(answer)
        assert text in body(answer)


def test_a_long_list_is_folded_and_paged(
    client: Client, store: Store, server: TwilioStandin
) -> None:
    people = [person(f"id{n:03}", f"+8613800000{n:03}") for n in range(250)]
    store.book.save(people)
    plan_and_send(store)
    assert len(told(server)) == 250
    page = went(client)
    pages = [body(client.get(f"/went/taken?page={n}")) for n in (1, 2, 3, 4)]

    assert page.count('<li class="card"') == 20
    assert "All of them: 250" in page
    assert [one.count('<li class="card"') for one in pages] == [100, 100, 50, 0]
    assert len(set(re.findall(r"id\d{3}", "".join(pages)))) == 250
    assert client.get("/went/nobody").status_code == 404
    assert client.get("/went/taken?page=-5").status_code == 200


@pytest.mark.parametrize("name", [*Kind, "replies", "calls"])
def test_every_list_has_a_page(client: Client, name: str) -> None:
    assert client.get(f"/went/{name}").status_code == 200


def test_hostile_names_and_texts_stay_text(
    client: Client, store: Store, server: TwilioStandin
) -> None:
    store.book.save([person(HOSTILE, ONE), person("b" * 500, TWO, group=Group.EMERGENCY)])
    server.script("*", {"do": "refuse", "code": 30007})
    plan_and_send(store)
    server.reply(TWO, HOSTILE)
    hearing.sync(store)
    for path in ("/went", "/went/failed", "/went/taken", "/went/replies"):
        assert "<script>alert" not in body(client.get(path))
    page = went(client)

    assert page.count("&lt;script&gt;alert(1)") >= 2
    assert page.count('<bdi class="personal">') >= 4


def test_names_and_numbers_are_marked_as_personal(
    client: Client, store: Store, server: TwilioStandin
) -> None:
    store.book.save([person("王小芳", ONE), person("外婆", LANDLINE)])
    plan_and_send(store)
    server.reply(ONE, "知道了")
    hearing.sync(store)
    marked = re.sub(r'<(bdi|pre) class="personal"[^>]*>.*?</\1>', "", went(client))
    shown = re.sub(r"<[^>]*>", "", marked)

    for personal in ("王小芳", "外婆", ONE, LANDLINE, "知道了"):
        assert personal not in shown


def test_in_a_window_for_reading_only_there_is_no_button(
    client: Client, store: Store, clock: Clock, server: TwilioStandin
) -> None:
    store.book.save([person("ma", ONE)])
    server.script(ONE, {"do": "refuse", "code": 30007})
    plan_and_send(store)
    client.desk.close()
    reader = sit_down(clock, read_only=True)
    with contextlib.closing(reader.desk):
        reader.desk.open(Nobody())
        reader.enter()
        page = went(reader)

    assert "Did not arrive: 1" in page
    assert "/went/" not in page

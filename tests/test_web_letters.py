"""Letters and complaints on the page: what is asked, shown, saved and sent, by requests."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from desks import sit_down
from pages import HOSTILE, Read

from kit.actions import drafting, filing, interview, recording
from kit.actions.drafting import Wanted
from kit.actions.recording import Told
from kit.actions.unlocking import Nobody
from kit.errors import BudgetError
from kit.model import EntryKind, FilingEvent, IncidentKind, SheetKey
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Clock
    from desks import Client
    from werkzeug.test import TestResponse

LENDER = "示例消费金融有限公司"
#: What the letter `stop` needs.
NEEDED = {"name": "李明", "phone": "138 0000 0000", "lender": LENDER}
#: Whatever a complaint may need, beside that.
MORE = {"lender_kind": "consumer_finance", "product": "示例贷", "account": "2025-0001"}
COMPLAINT = "12378"
WAYS = ("", "/facts", "/save/html", "/picture/0")


def body(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def main(answer: TestResponse) -> str:
    return body(answer).partition("<main")[2].partition("</main>")[0]


def ask(client: Client, **typed: str) -> TestResponse:
    return client.post("/letters/stop/facts", typed)


def call(client: Client, clock: Clock, said: str = "还钱", **more: Any) -> str:  # noqa: ANN401
    """Write a call down; the id of its incident."""
    clock.go(seconds=1)
    told = Told(kind=IncidentKind.CALL, at=clock.now, to="me", said=said, **more)
    return recording.note(client.store, told)[0].id


@pytest.fixture
def filled(client: Client, clock: Clock) -> Client:
    """A desk with a fact sheet and one call."""
    drafting.fill(client.store, NEEDED | MORE)
    call(client, clock)
    return client


@pytest.fixture
def reader(filled: Client, clock: Clock) -> Iterator[Client]:
    """Somebody who may only read the same store."""
    made = sit_down(clock, read_only=True, incognito=True)
    made.desk.open(Nobody())
    made.enter()
    assert made.store.home == filled.store.home
    yield made
    made.desk.close()


def test_the_list_has_every_letter_and_complaint_and_says_what_is_missing(client: Client) -> None:
    shown = main(client.get("/letters"))
    names = [*drafting.letters_of("cn"), *drafting.complaints_of("cn")]

    for name in names:
        assert f'href="/letters/{name}">{drafting.title("cn", name, "en")}</a>' in shown
    assert "Still needed: 3" in shown
    assert "First write down what they did." in shown
    assert "Nothing yet, as far as you said so." in shown


def test_it_is_one_tap_away_from_the_record_and_from_help(client: Client, clock: Clock) -> None:
    call(client, clock)
    for path in ("/evidence/add", "/evidence", "/evidence/report", "/evidence/export", "/help"):
        assert 'href="/letters"' in body(client.get(path))


@pytest.mark.parametrize("name", [*drafting.letters_of("cn"), *drafting.complaints_of("cn")])
def test_only_the_questions_of_that_draft_are_asked_each_with_its_name(
    client: Client, name: str
) -> None:
    answer = client.get(f"/letters/{name}/facts")
    shown = Read(main(answer).partition(">")[2])
    asked = [one.key.value for one in drafting.questions("cn", name)]
    needed = [one.key.value for one in interview.asked("cn", name).needs]

    fields = [has for tag, has in shown.elements if tag in ("input", "textarea")]
    seen = [has for has in fields if has.get("type") != "hidden"]
    assert list(dict.fromkeys(has["name"] for has in seen)) == asked
    assert len(asked) <= 12
    assert {has["name"] for has in seen if "required" in has} == {*needed}
    labelled = {has["for"] for tag, has in shown.elements if tag == "label" and "for" in has}
    assert labelled == {*asked} - {"lender_kind"}


def test_from_nothing_to_a_letter_that_is_saved(client: Client) -> None:
    assert client.get("/letters/stop").location == "/letters/stop/facts"
    assert client.get("/letters/stop/save/html").location == "/letters/stop"
    assert client.get("/letters/stop/picture/0").status_code == 404
    answer = ask(client, **NEEDED)
    assert (answer.status_code, answer.location) == (303, "/letters/stop")
    shown = client.get(answer.location)

    assert LENDER in main(shown)
    assert "Save" in main(shown)
    for kind, content in (("html", "text/html"), ("txt", "text/plain")):
        saved = client.get(f"/letters/stop/save/{kind}")
        assert saved.headers["Content-Disposition"] == f"attachment; filename=stop.{kind}"
        assert saved.mimetype == content
        assert LENDER in body(saved)
    assert LENDER not in "".join([*shown.headers.values(), *Read(body(shown)).links()])
    assert "李明" not in body(shown).partition("<main")[0]


def test_a_document_is_offered_where_it_can_be_made(filled: Client) -> None:
    pytest.importorskip("docx")
    saved = filled.get("/letters/stop/save/docx")

    assert saved.headers["Content-Disposition"] == "attachment; filename=stop.docx"
    assert saved.data.startswith(b"PK")


def test_looking_writes_no_file_and_changes_no_fact(filled: Client) -> None:
    before = filled.store.book.sheet()
    for path in WAYS:
        filled.get(f"/letters/stop{path}")

    assert filled.store.book.sheet() == before
    assert filled.store.book.written() == []


def test_everything_that_is_wrong_is_said_at_once_and_what_was_typed_stays(client: Client) -> None:
    answer = ask(client, name="李明", phone="abc", lender="长" * 300, account="<b>", address="京")
    shown = main(answer)

    assert answer.status_code == 200
    wrong = dict(re.findall(r'id="(\w+)-wrong" role="alert">([^<]+)', shown))
    assert {*wrong} == {"phone", "lender", "account"}
    assert wrong["lender"] == "That is too long: 60 characters at most."
    assert shown.count('aria-invalid="true"') == 3
    assert shown.count("autofocus") == 1
    for typed in ("李明", "abc", "长" * 300, "京"):
        assert f'value="{typed}"' in shown
    assert client.store.book.sheet() == {}


def test_what_is_needed_cannot_be_left_out(filled: Client) -> None:
    shown = main(ask(filled, **{**NEEDED, "phone": " ", "was-phone": "13800000000"}))

    assert "It cannot be made without this." in shown
    assert shown.count('role="alert"') == 1
    assert filled.store.book.sheet()[SheetKey.PHONE] == "13800000000"


def test_a_page_that_was_left_open_does_not_undo_what_was_said_since(filled: Client) -> None:
    was = {f"was-{key}": value for key, value in (NEEDED | MORE).items()}
    ask(filled, **{**NEEDED, **MORE, **was, "product": "示例卡"})
    ask(filled, **{**NEEDED, **MORE, **was, "account": ""})

    there = filled.store.book.sheet()
    assert there[SheetKey.PRODUCT] == "示例卡"
    assert SheetKey.ACCOUNT not in there


def test_the_whole_sheet_is_one_page_and_an_amount_is_read_as_it_is_typed(client: Client) -> None:
    for key in SheetKey:
        assert (f'name="{key}"' in main(client.get("/letters/facts"))) is (key != "country")
    typed = {"income": "１.２万", "first_on": "2026-12-05"}
    assert client.post("/letters/facts", typed).location == "/letters"

    assert "Kept." in body(client.get("/letters"))
    assert client.store.book.sheet() == {"income": "12000.00", "first_on": "2026-12-05"}
    assert 'inputmode="decimal" id="income"' in main(client.get("/letters/facts"))
    assert 'value="12000"' in main(client.get("/letters/facts"))
    assert "An amount cannot be less" in main(client.post("/letters/facts", income="-1"))


def test_while_the_store_is_busy_what_was_typed_stays_on_the_page(
    client: Client, clock: Clock
) -> None:
    another = sit_down(clock)
    another.desk.open(Nobody())
    client.store._connection.rows("PRAGMA busy_timeout = 1")  # noqa: SLF001
    with another.store.changing():
        shown = main(ask(client, **NEEDED))
    another.desk.close()

    assert "try again in a moment" in shown
    assert f'value="{LENDER}"' in shown


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_was_recorded_is_only_read(filled: Client, clock: Clock, name: str) -> None:
    call(filled, clock, said=name, said_they_were=name, number=name)
    for path in ("/letters/stop", f"/letters/{COMPLAINT}"):
        shown = filled.get(path)

        assert shown.status_code == 200
        assert "<script>d" not in shown.get_data(as_text=True)
        assert "<img src=x" not in shown.get_data(as_text=True)
        Read(shown.get_data(as_text=True))


def test_a_complaint_says_that_nothing_is_recorded_and_where_to_write_it(client: Client) -> None:
    drafting.fill(client.store, NEEDED | MORE)
    missing = "It states what was recorded, and nothing is written down yet."
    assert missing in main(client.get(f"/letters/{COMPLAINT}/facts"))
    shown = main(client.get(f"/letters/{COMPLAINT}"))

    assert missing in shown
    assert 'href="/evidence/add"' in shown
    assert client.get(f"/letters/{COMPLAINT}/save/html").status_code == 303
    assert client.get("/letters/stop").status_code == 200


def test_a_complaint_has_a_short_version_to_copy(filled: Client) -> None:
    shown = main(filled.get(f"/letters/{COMPLAINT}"))
    (short,) = re.findall(r'<pre id="short"[^>]*>(.+?)</pre>', shown, re.DOTALL)

    assert 0 < len(short) <= 200
    assert f"{len(short)} characters" in shown
    assert 'data-copies="short"' in shown


def test_what_is_left_out_is_not_stated_and_what_is_recorded_later_is(
    filled: Client, clock: Clock
) -> None:
    first = recording.incidents(filled.store)[0].id
    call(filled, clock, said="上门")
    before = filled.get(f"/letters/{COMPLAINT}")
    assert main(before).count('name="ticked"') == main(before).count(" checked>") == 2
    second = recording.incidents(filled.store)[1].id
    call(filled, clock, said="今晚")
    form = {"offered": [first, second], "ticked": [second]}
    answer = filled.post(f"/letters/{COMPLAINT}/stated", form)

    assert answer.location == f"/letters/{COMPLAINT}#stated"
    shown = main(filled.get(f"/letters/{COMPLAINT}"))
    assert "Which incidents it states: 2" in shown
    table = shown.partition("<article")[2].partition("</article>")[0]
    assert "上门" in table
    assert "今晚" in table
    assert "还钱" not in table
    assert "还钱" not in body(filled.get(f"/letters/{COMPLAINT}/save/txt"))
    assert "Which incidents it states: 3" in main(filled.get("/letters/stop"))


def test_a_complaint_states_something_and_a_letter_may_state_nothing(filled: Client) -> None:
    (one,) = recording.incidents(filled.store)
    filled.post(f"/letters/{COMPLAINT}/stated", offered=one.id)
    assert "Tick one at least." in body(filled.get(f"/letters/{COMPLAINT}"))
    assert "Which incidents it states: 1" in main(filled.get(f"/letters/{COMPLAINT}"))
    filled.post("/letters/stop/stated", offered=one.id)

    assert "Which incidents it states: 0" in main(filled.get("/letters/stop"))
    assert "2026-11-21 10:00" not in body(filled.get("/letters/stop/save/txt"))


def test_what_was_left_out_is_never_stated_because_nothing_else_is_left(
    filled: Client, clock: Clock
) -> None:
    """Not when what was ticked is removed since, and not after the desk was locked."""
    first = recording.incidents(filled.store)[0].id
    second = call(filled, clock, said="上门")
    form = {"offered": [first, second], "ticked": [second]}
    filled.post(f"/letters/{COMPLAINT}/stated", form)
    filled.desk.lock()
    filled.desk.open(Nobody())
    assert "还钱" not in body(filled.get(f"/letters/{COMPLAINT}/save/txt"))
    recording.remove(filled.store, EntryKind.INCIDENT, second)
    shown = main(filled.get(f"/letters/{COMPLAINT}"))

    assert "All of it was left out." in shown
    assert "<article" not in shown
    assert filled.get(f"/letters/{COMPLAINT}/save/txt").status_code == 303
    filled.post(f"/letters/{COMPLAINT}/stated", offered=first, ticked=first)
    assert "还钱" in main(filled.get(f"/letters/{COMPLAINT}")).partition("<article")[2]


def test_what_is_not_for_that_desk_is_no_incident_for_it(client: Client, clock: Clock) -> None:
    told = Told(kind=IncidentKind.VISIT, at=clock.now, to="me", said="还钱")
    recording.note(client.store, told)
    assert "First write down what they did." in main(client.get("/letters"))

    assert "what this one takes: calls and texts" in main(client.get("/letters/12321"))


def test_of_very_many_incidents_the_newest_can_be_chosen(filled: Client, clock: Clock) -> None:
    with filled.store.changing():
        for _ in range(120):
            call(filled, clock)
    shown = main(filled.get("/letters/stop"))

    assert shown.count('name="ticked"') == 100
    assert "And 21 older ones, which it states too." in shown
    assert "Which incidents it states: 121" in shown


def test_another_language_is_there_to_read_and_to_save(filled: Client) -> None:
    shown = filled.get("/letters/stop?language=zh-Hant")

    assert '<article class="letter" lang="zh-Hant"' in main(shown)
    assert "/letters/stop/save/html?language=zh-Hant" in Read(body(shown)).links()
    assert 'lang="zh-Hant"' in body(filled.get("/letters/stop/save/html?language=zh-Hant"))
    saved = filled.get("/letters/stop/save/html?language=zh-Hant")
    assert "filename=stop.zh-Hant.html" in saved.headers["Content-Disposition"]
    assert Words("zh-Hant")("{title} (to read, not to send)", title="函") in body(saved)
    assert '<article class="letter" lang="zh-Hans"' in main(filled.get("/letters/stop?language=x"))


def test_the_notes_are_in_the_borrowers_own_language_and_name_no_command(
    filled: Client, clock: Clock
) -> None:
    for claim in ("示例贷", "示例银行"):
        call(filled, clock, said_they_were=claim)
    shown = main(filled.get(f"/letters/{COMPLAINT}"))
    assert "Callers gave different names: 示例贷 (#2); 示例银行 (#3)." in shown
    shown = main(filled.get("/letters/stop"))

    assert '<article class="letter" lang="zh-Hans"' in shown
    assert 'aria-labelledby="notes" lang="en"' in shown
    assert "Keep a copy, and what shows that you sent it." in shown
    for name in ("stop", "hardship", *drafting.complaints_of("cn")):
        notes = main(filled.get(f"/letters/{name}")).partition('id="notes"')[2]
        assert not re.search("kit (letter|complaint|evidence)|--[a-z]", notes.partition("<h2")[0])


def test_what_was_sent_stands_in_the_list_until_it_is_answered_or_taken_back(
    filled: Client,
) -> None:
    answer = filled.post("/letters/stop/sent", on="2026-11-20", reference="编号 7")
    assert (answer.status_code, answer.location) == (303, "/letters")
    shown = body(filled.get("/letters"))
    assert "Kept: sent on 2026-11-20." in shown
    assert "编号 7" in shown
    assert "You sent it on 2026-11-20." in main(filled.get("/letters/stop"))
    for one in filing.due(filled.store):
        assert filled.desk.say(one.what, **one.facts) in shown
    assert '<a href="#sent">An answer came? Say so below.</a>' in shown
    filled.post("/letters/answered", name="stop", lender=LENDER, on="2026-11-21")
    assert "answered on 2026-11-21" in main(filled.get("/letters"))
    for _ in range(2):
        filled.post("/letters/taken-back", name="stop", lender=LENDER)

    assert filing.sent(filled.store) == ()
    assert "That was settled already" in body(filled.get("/letters"))


def test_an_answer_of_an_earlier_lender_is_kept_too(filled: Client) -> None:
    filing.note(filled.store, "stop", FilingEvent.SENT)
    drafting.fill(filled.store, {"lender": "示例小额贷款有限公司"})
    assert "You sent it" not in main(filled.get("/letters/stop"))
    filled.post("/letters/answered", name="stop", lender=LENDER)

    (one,) = filing.sent(filled.store)
    assert (one.lender, one.answered_on) == (LENDER, drafting.today(filled.store))


@pytest.mark.parametrize("day", ["2026-11-22", "gestern"])
def test_a_day_that_cannot_be_is_said_beside_it(filled: Client, day: str) -> None:
    shown = main(filled.post("/letters/stop/sent", on=day, reference="编号 7"))
    assert 'id="on-wrong" role="alert"' in shown
    assert 'value="编号 7"' in shown
    assert filing.sent(filled.store) == ()
    filing.note(filled.store, "stop", FilingEvent.SENT)
    shown = main(filled.post("/letters/answered", name="stop", lender=LENDER, on=day))

    assert 'role="alert"' in shown
    assert filing.sent(filled.store)[0].answered_on is None


def test_what_was_sent_from_an_open_tab_went_to_the_lender_on_it(filled: Client) -> None:
    shown = Read(main(filled.get("/letters/stop")).partition(">")[2])
    fields = [has for tag, has in shown.elements if tag == "input"]
    (on_it,) = [has["value"] for has in fields if has.get("name") == "lender"]
    drafting.fill(filled.store, {"lender": "示例小额贷款有限公司"})
    filled.post("/letters/stop/sent", lender=on_it, reference="编号 7")
    assert [one.lender for one in filing.sent(filled.store)] == [LENDER]
    drafting.fill(filled.store, {"lender": LENDER})
    again = main(filled.get("/letters/stop")).partition('aria-labelledby="sent"')[2]

    assert "an answer is awaited anew" in again
    assert 'value="编号 7"' in again


def test_of_many_notes_the_first_are_shown_and_the_others_stand_behind(filled: Client) -> None:
    shown = main(filled.get(f"/letters/{COMPLAINT}"))
    notes = shown.partition('id="notes"')[2].partition("</section>")[0]
    first, _, more = notes.partition("<details>")

    assert first.count("<li>") == 4
    assert more.count("<li>") > 4
    few = main(filled.get("/letters/statement")).partition('id="notes"')[2]
    assert "<li>" in few.partition("</section>")[0]
    assert "<details" not in few.partition("</section>")[0]


def test_a_table_of_many_columns_says_beside_each_cell_what_it_is(filled: Client) -> None:
    shown = main(filled.get(f"/letters/{COMPLAINT}"))

    assert '<table class="cards" role="table">' in shown
    assert '<td role="cell" data-name="发生了什么">' in shown


def test_an_answer_comes_after_the_letter(filled: Client) -> None:
    filing.note(filled.store, "stop", FilingEvent.SENT, "2026-11-20")
    answer = filled.post("/letters/answered", name="stop", lender=LENDER, on="2026-11-19")

    assert answer.status_code == 200
    assert 'role="alert"' in main(answer)
    assert 'value="2026-11-19"' in main(answer)


def test_what_is_due_is_said_in_days_and_what_is_far_off_stands_behind(
    filled: Client, clock: Clock
) -> None:
    filing.note(filled.store, COMPLAINT, FilingEvent.SENT)
    answer, *_, court = (one.due_on for one in filing.due(filled.store) if one.due_on)
    today = drafting.today(filled.store)
    left = (answer - today).days
    shown = main(filled.get("/letters"))
    near, _, far = shown.partition("<summary>Later: 1</summary>")
    assert f"About {answer}: {left} days from now" in near
    assert f"About {court}: {(court - today).days // 30} months from now" in far
    clock.now += timedelta(days=left - 1)
    filled.get("/unlock")
    filled.desk.open(Nobody())
    assert f"Tomorrow, {answer}" in main(filled.get("/letters"))


def test_figures_that_carry_no_proposal_are_refused_beside_the_fields(filled: Client) -> None:
    figures = {"owed": "24000", "income": "2000", "housing": "1500", "food": "1200"}
    answer = filled.post("/letters/hardship/facts", {**NEEDED, **figures})
    assert answer.location == "/letters/hardship"
    assert filled.get("/letters/hardship").location == "/letters/hardship/facts"
    assert filled.get("/letters/hardship/save/html").status_code == 303
    assert filled.get("/letters/hardship/picture/0").status_code == 404
    shown = main(filled.get("/letters/hardship/facts"))
    with pytest.raises(BudgetError) as refused:
        drafting.draft(filled.store, Wanted(name="hardship"), Words)
    (why,) = refused.value.problems

    alarm = shown.partition('role="alert"')[2].partition("</div>")[0]
    assert filled.desk.say(why.what, **why.facts) in alarm
    assert f'href="#{why.where}"' in alarm
    assert 'value="2000"' in shown


def test_the_budget_stands_in_the_letter_as_a_table_and_a_picture(filled: Client) -> None:
    figures = {"owed": "24000", "income": "6000", "housing": "1500", "food": "1200"}
    drafting.fill(filled.store, figures)
    shown = main(filled.get("/letters/hardship"))
    picture = filled.get("/letters/hardship/picture/0")

    assert "6,000.00" in shown.partition("<table")[2]
    assert 'src="/letters/hardship/picture/0"' in shown
    assert picture.mimetype == "image/svg+xml"
    assert picture.data.startswith(b"<svg")
    assert filled.get("/letters/hardship/picture/1").status_code == 404


def test_a_lender_of_another_sort_has_another_desk(filled: Client) -> None:
    drafting.fill(filled.store, {"lender_kind": "card"})
    shown = main(filled.get("/letters/local-finance"))

    assert "of another sort" in shown
    assert 'href="/letters/12378"' in shown
    assert "Not for this sort of lender" in main(filled.get("/letters"))
    assert filled.get("/letters/local-finance/save/html").status_code == 303


def test_in_another_country_it_says_so_and_the_law_may_be_chosen(client: Client) -> None:
    client.store.book.set("region", "US")
    assert "There are no letters and complaints for “us” yet" in main(client.get("/letters"))
    assert client.get("/letters/stop").status_code == 400
    assert client.post("/letters/law", country="us").status_code == 404
    assert client.post("/letters/law", country="cn").location == "/letters"

    assert 'href="/letters/stop"' in main(client.get("/letters"))


@pytest.mark.parametrize("name", ["nothing", "..", "stop.html", "Stop", "超" * 300])
def test_a_name_that_no_letter_has_is_nowhere(filled: Client, name: str) -> None:
    for path in WAYS:
        assert filled.get(f"/letters/{name}{path}").status_code == 404
    for path in ("facts", "stated", "sent"):
        assert filled.post(f"/letters/{name}/{path}").status_code == 404
    for path in ("answered", "taken-back"):
        assert filled.post(f"/letters/{path}", name=name).status_code == 404
    assert filled.get("/letters/stop/save/exe").status_code == 404
    assert filing.sent(filled.store) == ()


def test_whoever_only_reads_sees_all_and_finds_no_form(reader: Client) -> None:
    filing.note(reader.store, "stop", FilingEvent.SENT)
    for path in ("/letters", "/letters/facts", "/letters/stop", "/letters/stop/facts"):
        shown = reader.get(path)
        assert shown.status_code == 200
        assert "<form" not in main(shown)
    assert LENDER in main(reader.get("/letters/stop"))
    assert reader.get("/letters/stop/save/html").status_code == 200


def test_what_is_personal_can_be_hidden(reader: Client) -> None:
    """On a screen that others see the place of a name is shown, and no name."""
    for path in ("/letters", "/letters/facts", "/letters/stop", f"/letters/{COMPLAINT}"):
        shown = body(reader.get(path))
        hidden = re.sub(
            r'<(bdi|pre)[^>]* class="personal"[^>]*>.*?</\1>', "", shown, flags=re.DOTALL
        )
        hidden = re.sub(r'<bdi class="personal">.*?</bdi>', "", hidden, flags=re.DOTALL)
        for name in ("李明", LENDER, "13800000000"):
            assert name not in hidden

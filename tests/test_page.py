from __future__ import annotations

import re
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from contracts.channel import ChannelContract
from hypothesis import given
from hypothesis import strategies as st
from pages import FAMILY, FRIEND, HOSTILE, KEY, LANGUAGES, Read, page, row, rows

from kit.channels.page import PageChannel, Row
from kit.model import E164

if TYPE_CHECKING:
    from conftest import Clock

#: What can stand in a name or a text: everything but halves of characters and line ends of others.
WRITTEN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)


class TestPage(ChannelContract):
    name = "page"

    @pytest.fixture
    def channel(self, clock: Clock) -> PageChannel:
        return PageChannel(clock)


def taken_apart(url: str) -> tuple[str, str]:
    """Number and text of a link, as a phone reads it."""
    parts = urlsplit(url)
    assert parts.scheme == "sms"
    ((body,),) = parse_qs(parts.query, keep_blank_values=True, strict_parsing=False).values()
    return parts.path, body


def told(people: list[Row]) -> list[tuple[str, str]]:
    """Whom the page must reach with what, in its order."""
    return [(r.recipient, r.text) for r in sorted(people, key=lambda r: not r.emergency)]


@given(st.lists(st.tuples(WRITTEN, WRITTEN, st.booleans()), min_size=1, max_size=8))
def test_every_row_has_exactly_one_link_with_its_number_and_text(
    people: list[tuple[str, str, bool]],
) -> None:
    given_rows = [
        row(n, name=name, text=text, emergency=emergency)
        for n, (name, text, emergency) in enumerate(people, 1)
    ]
    markup = page(given_rows)

    assert [taken_apart(url) for url in Read(markup).links()] == told(given_rows)
    assert len(re.findall(r'href="sms:\+\d+\?&amp;body=[^"]*"', markup)) == len(given_rows)


def test_the_page_asks_nothing_of_any_network() -> None:
    markup = page(rows(45, emergency=3))
    (policy,) = [
        has["content"]
        for _, has in Read(markup).elements
        if has.get("http-equiv") == "Content-Security-Policy"
    ]

    assert (policy or "").startswith("default-src 'none'; ")
    assert not re.search(r"https?:|//\w|\bsrc=|url\(|@import|fetch|XMLHttp|Beacon", markup)
    assert markup.count("href=") == 45
    assert 'name="referrer" content="no-referrer"' in markup
    assert 'name="format-detection" content="telephone=no"' in markup


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_script_everything_is_there(language: str) -> None:
    people = rows(45, emergency=3)
    read = Read(page(people, language).split("<script", 1)[0])

    for person, shown in zip(people, read.of("li")[-45:], strict=True):
        assert shown.startswith(f"{person.number} {person.name} ")
        assert person.recipient in shown
    assert read.of("p", css="text") == [FAMILY, FRIEND]
    assert read.of("code") == ["kit sync --page 1-17,20"]
    assert read.of("label", "button", "input") == []


def test_the_script_is_the_same_whoever_is_on_the_page() -> None:
    (few,), (many,) = (Read(page(r)).of("script") for r in (rows(1), rows(30, emergency=9)))

    assert few == many
    assert f'"kit-{KEY}"' in few


def test_a_hostile_name_is_a_name_and_nothing_else() -> None:
    hostile = Read(page([row(n, name=name) for n, name in enumerate(HOSTILE, 1)]))
    tame = Read(page([row(n, name="王小芳") for n, _ in enumerate(HOSTILE, 1)]))

    assert hostile.of("bdi") == [name or "（没有名字）" for name in HOSTILE]
    assert [(tag, sorted(has)) for tag, has in hostile.elements] == [
        (tag, sorted(has)) for tag, has in tame.elements
    ]


def test_emergency_contacts_come_first_and_keep_their_numbers() -> None:
    people = [row(1), row(2, emergency=True), row(3), row(4, emergency=True)]

    assert Read(page(people, "en")).flow()[-7:-1] == [
        *("Emergency contacts", "2", "4"),
        *("Everyone else", "1", "3"),
    ]


def test_a_group_without_anybody_has_no_heading() -> None:
    assert "Emergency contacts" not in Read(page(rows(3), "en")).of("h2")
    assert "Everyone else" not in Read(page(rows(3, emergency=3), "en")).of("h2")


def test_one_rests_after_every_lot_and_for_the_night_after_the_last_of_a_day() -> None:
    flow = Read(page(rows(130, emergency=3), "en")).flow()
    rests = {flow[at - 1]: rest for at, rest in enumerate(flow) if rest.endswith(".")}

    assert rests == {
        **dict.fromkeys(("20", "40", "60", "80", "120"), "Rest now, and go on in an hour."),
        "100": "Enough for today. Go on tomorrow.",
    }


def test_a_day_that_is_no_multiple_of_an_hour_still_ends() -> None:
    flow = Read(page(rows(12), "en", per_lot=4, per_day=10)).flow()

    assert [flow[at - 1] for at, rest in enumerate(flow) if rest.startswith("Rest")] == ["4", "8"]
    assert flow[flow.index("10") + 1] == "Enough for today. Go on tomorrow."


def test_nobody_rests_after_the_last_row_nor_without_a_pace() -> None:
    for markup in (page(rows(20), "en"), page(rows(45), "en", per_lot=0, per_day=0)):
        assert Read(markup).of("p", css="rest") == []
    assert "an hour" not in Read(page(rows(45), "en", per_lot=0, per_day=0)).seen


def test_each_text_stands_there_once_with_a_letter_that_its_rows_name() -> None:
    read = Read(page(rows(5, emergency=2), "en"))

    assert read.of("h3") == ["Text A", "Text B"]
    assert read.of("p", css="text") == [FAMILY, FRIEND]
    assert [shown[-23:] for shown in read.of("li")[-5:]] == [
        *["Text A (example number)"] * 2,
        *["Text B (example number)"] * 3,
    ]


def test_a_text_that_all_get_needs_no_letter() -> None:
    read = Read(page(rows(5), "en"))

    assert read.of("h3") == []
    assert read.of("li")[-1].endswith("+8613800000005 (example number)")


def test_only_an_invented_number_is_marked_so() -> None:
    real = Row(
        number=1,
        name="王小芳",
        recipient=E164("+12025550143"),
        text=FRIEND,
        emergency=False,
        invented=False,
    )

    assert "示例号码" not in page([real])
    assert "示例号码" in page(rows(1))


@pytest.mark.parametrize(
    ("language", "in_order"),
    [
        (
            "zh-Hans",
            ["45 位亲友的姓名、号码和短信", "数据线", "蓝牙", "聊天软件", "不要转发", "用完以后"],
        ),
        (
            "en",
            [
                "45 people",
                "cable",
                "Bluetooth",
                "messenger",
                "Forward it to nobody",
                "you are done",
            ],
        ),
    ],
)
def test_the_page_says_what_it_holds_and_names_the_cable_first(
    language: str, in_order: list[str]
) -> None:
    seen = Read(page(rows(45), language)).seen
    places = [seen.index(word) for word in in_order]

    assert places == sorted(places)


@pytest.mark.parametrize(
    ("language", "words"), [("zh-Hans", "要等您按“发送”"), ("en", "until you press send")]
)
def test_the_page_says_that_nothing_goes_by_itself(language: str, words: str) -> None:
    markup = page(rows(1), language)

    assert words in Read(markup).seen
    assert f'<html lang="{language}"' in markup


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_go_down_step_by_step(language: str) -> None:
    levels = [
        int(tag[1]) for tag in Read(page(rows(45, 3), language)).tags if tag in ("h1", "h2", "h3")
    ]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("language", LANGUAGES)
def test_500_people_take_at_most_100_kilobytes_apart_from_the_texts(language: str) -> None:
    markup = page(rows(500, emergency=5), language)
    bodies = sum(len(body) for body in re.findall(r'body=([^"]*)"', markup))
    shown = sum(len(escape(text).encode()) for text in (FAMILY, FRIEND))

    assert len(markup.encode()) - bodies - shown <= 100_000


def test_a_row_says_nothing_of_a_person_when_it_is_shown() -> None:
    shown = repr(row(7))

    assert shown == "Row(number=7, emergency=False, invented=True)"

"""The file of a country's facts: what could mislead is refused, and `kit facts` says what holds."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from kit import jurisdiction
from kit.errors import FactFileError, NoFactsError
from kit.jurisdiction import FactKind
from kit.settings import SPOKEN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from conftest import Clock

    Kit = Callable[..., Result]
    Country = Callable[..., None]

FIELDS = (
    *("id", "kind", "grade", "title", "statement", "quote", "language", "instrument", "clause"),
    *("effective_from", "effective_to", "source", "checked_on", "limits", "phone", "url"),
)
PACK = """
[pack]
language = "zh-Hans"
hosts = ["www.12321.cn"]
[pack.zh-Hans]
name = "某地"

[instrument.act]
name = "《某法》"
issuer = "某机关"
source = "某机关公布"
effective_from = 2021-01-01
"""
#: A fact that holds, line by line.
GOOD = {
    "kind": '"law"',
    "grade": '"A"',
    "title": '"某事"',
    "statement": '"某事如此。"',
    "instrument": '"act"',
    "clause": '"第五十条"',
    "checked_on": "2026-11-21",
}
HOURS = {"kind": '"hours"', "hours": '{ not_from = "22:00", not_to = "08:00" }'}


def fact(name: str = "one", /, **changes: str | None) -> str:
    """A fact as it stands in a file; a line that is `None` is left out."""
    lines = [f"{key} = {value}" for key, value in (GOOD | changes).items() if value is not None]
    return "\n".join([f"\n[fact.{name}]", *lines, ""])


def said(error: FactFileError) -> list[str]:
    return [f"{one.where}: {one.what.format(**one.facts)}" for one in error.problems]


def refused() -> list[str]:
    with pytest.raises(FactFileError) as raised:
        jurisdiction.facts("xx")
    return said(raised.value)


def test_a_fact_takes_from_its_instrument_what_it_does_not_say(country: Country) -> None:
    country(PACK + fact())
    (one,) = jurisdiction.facts("xx")

    assert (one.source, one.effective_from, one.effective_to) == (
        "某机关公布",
        date(2021, 1, 1),
        None,
    )
    assert one.instrument.name["zh-Hans"] == "《某法》"


def test_a_fact_says_its_own_source_and_dates_first(country: Country) -> None:
    country(PACK + fact(source='"某报 2026-01-02"', effective_from="2026-01-01"))
    (one,) = jurisdiction.facts("xx")

    assert (one.source, one.effective_from) == ("某报 2026-01-02", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"checked_on": None}, "It has no “checked_on”."),
        ({"checked_on": '"2026-11-21"'}, "Its “checked_on” is no date."),
        ({"checked_on": "2026-11-21T08:00:00"}, "Its “checked_on” is no date."),
        ({"effective_to": '"next year"'}, "Its “effective_to” is no date."),
        ({"effective_to": "2020-12-31"}, "It ends before it begins."),
        ({"title": None}, "It has no “title”."),
        ({"statement": '""'}, "It has no “statement”."),
        ({"kind": '"rumour"'}, "Its kind is not known."),
        ({"grade": '"D"'}, "Its grade must be A, B or C."),
        ({"grade": '"C"'}, "It is of grade C and does not say “未核实”."),
        ({"instrument": '"decree"'}, "The instrument it names is not in the file."),
        (
            {"url": '"https://www.12321.cn.example.com/"'},
            "Its address is not on the list of authorities' hosts.",
        ),
        ({"url": '"www.12321.cn"'}, "Its address is not on the list of authorities' hosts."),
        ({"kind": '"hours"'}, "It does not say from when to when."),
        (HOURS | {"hours": '{ not_from = "22:00" }'}, "It does not say from when to when."),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_fact_that_could_mislead_is_refused_with_its_name(
    country: Country, wrong: dict[str, str | None], what: str
) -> None:
    country(PACK + fact() + fact("two", **wrong))

    assert f"xx.toml: two: {what}" in refused()
    assert not [line for line in refused() if "one" in line.split(":")[1]]


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({name: value}, name)
        for name in (*GOOD, "quote", "limits", "source", "phone", "url", "hours")
        if name != "checked_on"
        for value in ("[]", '["某事"]', "5", "true", "{ a = 1 }", '" "')
    ]
    + [
        ({"phone": '"打电话"'}, "phone"),
        ({"hours": '{ not_from = "22", not_to = "25:00" }'}, "hours"),
        *(
            ({"at_most": value}, "at_most")
            for value in ("3", "{}", "{ answered = 0 }", "{ answered = true }", "{ rung = 3 }")
        ),
        *(
            ({"within": value}, "within")
            for value in (
                *(
                    "3",
                    "{}",
                    "{ days = [] }",
                    "{ days = 15 }",
                    "{ days = [0] }",
                    "{ days = [true] }",
                ),
                *("{ days = [30, 15] }", "{ weeks = [2] }", "{ days = [15], months = [6] }"),
            )
        ),
        ({"effectiv_to": "2026-01-01"}, "effectiv_to"),
        ({"en": '"not a table"'}, "en"),
    ],
    ids=str,
)
def test_what_is_not_written_as_it_must_be_is_refused(
    country: Country, wrong: dict[str, str | None], key: str
) -> None:
    country(PACK + fact() + fact("two", **wrong))

    assert refused() == [
        f"xx.toml: two: Its “{key}” cannot be read: the name or the value is wrong."
    ]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (fact(), "pack"),
        (PACK.replace('language = "zh-Hans"', "") + fact(), "pack"),
        (PACK.replace('language = "zh-Hans"', "language = 5") + fact(), "pack"),
        (PACK.replace('["www.12321.cn"]', '"www.12321.cn"') + fact(), "pack"),
        (PACK.replace('name = "《某法》"', "name = 5") + fact(), "act"),
        (PACK.replace('name = "《某法》"', "named = 5") + fact(), "act"),
        ("fact = 5\n#\n[fact.\n", ""),
        (PACK + fact() + "[fact]\ntwo = 5\n", "two"),
        ("instrument = 5\n" + PACK.split("[instrument", maxsplit=1)[0] + fact(), ""),
    ],
)
def test_a_file_of_another_shape_is_refused_and_never_fails(
    country: Country, content: str, where: str
) -> None:
    country(content)

    assert any(line.startswith(f"xx.toml: {where}") for line in refused())


@pytest.mark.parametrize(
    "url",
    [
        "https://me:secret@www.12321.cn/",
        "https://www.example.com\\\\@www.12321.cn/",
        "https://www.12321.cn:8443/",
        "https://www.12321.сn/",
        "https://www.12321.cn。/",
        "https://[::1",
        "http://www.12321.cn/",
        "javascript://www.12321.cn/%0aalert(1)",
        "//www.12321.cn/",
        "https://www.12321.cn/\\u202e",
        "https://www.12321.cn/ a",
    ],
)
def test_an_address_that_could_lead_elsewhere_is_refused(country: Country, url: str) -> None:
    country(PACK + fact(url=f'"{url}"'))

    assert refused() == ["xx.toml: one: Its address is not on the list of authorities' hosts."]


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ('disclosure = ["two"]', "pattern: The fact “two” is not in the file."),
        ('disclosures = ["one"]', "pattern: There is no rule “disclosures”."),
        ('hours = ["one"]', "pattern: The fact “one” has no “hours”."),
        ('frequency = ["one"]', "pattern: The fact “one” has no “at_most”."),
    ],
)
def test_a_pattern_names_facts_of_the_file_by_which_can_be_counted(
    country: Country, pattern: str, what: str
) -> None:
    country(f"{PACK}{fact()}\n[pattern]\n{pattern}\n")

    assert refused() == [f"xx.toml: {what}"]


@pytest.mark.parametrize("pattern", ["pattern = 5", "[pattern]\nhours = 5", "[pattern.hours]"])
def test_a_pattern_of_another_shape_is_refused(country: Country, pattern: str) -> None:
    content = PACK + fact() + pattern if pattern[0] == "[" else pattern + PACK + fact()
    country(content)

    assert refused() == ["xx.toml: Its “pattern” cannot be read: the name or the value is wrong."]


def test_a_pattern_says_what_may_bear_on_what_was_recorded(country: Country) -> None:
    at_most = fact("often", at_most="{ answered = 3 }")
    names = 'hours = ["night"]\nfrequency = ["often"]\nunidentified = ["night", "often"]\n'
    country(PACK + fact("night", **HOURS) + at_most + "\n[pattern]\n" + names)
    known = jurisdiction.facts("xx")

    assert known.patterns == {
        "hours": ("night",),
        "frequency": ("often",),
        "unidentified": ("night", "often"),
    }
    assert known.by_id["often"].at_most == {"answered": 3}


def test_a_fact_without_any_source_is_refused_unless_it_has_its_own(country: Country) -> None:
    country(PACK.replace('source = "某机关公布"', "") + fact() + fact("two", source='"某报"'))

    assert refused() == ["xx.toml: one: It has no source."]


def test_a_fact_may_hold_for_one_day(country: Country) -> None:
    country(PACK + fact(effective_to="2021-01-01"))

    assert [one.in_force(date(2021, 1, 1)) for one in jurisdiction.facts("xx")] == [True]


def test_an_instrument_without_a_name_is_refused(country: Country) -> None:
    country(PACK.replace('name = "《某法》"', "") + fact())

    assert refused() == ["xx.toml: one: It has no “instrument.name”."]


def test_every_wrong_fact_of_a_file_is_named(country: Country) -> None:
    country(PACK + fact(kind='"rumour"') + fact("two", grade='"D"') + fact("three"))

    assert [line.split(":")[1] for line in refused()] == [" one", " two"]


def test_a_doubtful_fact_may_stand_when_it_says_so(country: Country) -> None:
    country(PACK + fact(grade='"C"', statement='"某事如此（未核实）。"'))

    assert [one.grade for one in jurisdiction.facts("xx")] == ["C"]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"quote": '"不得打扰。"'}, {"quote": '"可以打扰。"'}),
        (HOURS, HOURS | {"hours": '{ not_from = "21:00", not_to = "08:00" }'}),
    ],
    ids=["quotes", "hours"],
)
def test_two_facts_in_conflict_are_refused_unless_one_ends_first(
    country: Country, one: dict[str, str | None], two: dict[str, str | None]
) -> None:
    country(PACK + fact("one", **one) + fact("two", **two))
    assert refused() == ["xx.toml: two: It contradicts one."]

    last_day = "2027-01-01"
    country(
        PACK
        + fact("one", **one, effective_to=last_day)
        + fact("two", **two, effective_from=last_day)
    )
    assert refused() == ["xx.toml: two: It contradicts one."]

    country(
        PACK
        + fact("one", **one, effective_to="2026-12-31")
        + fact("two", **two, effective_from="2027-01-01")
    )
    assert len(list(jurisdiction.facts("xx"))) == 2


@pytest.mark.parametrize("clauses", [('"第一条"', '"第二条"'), (None, None)])
def test_two_passages_of_an_instrument_may_differ(
    country: Country, clauses: tuple[str | None, str | None]
) -> None:
    first, second = clauses
    one = fact("one", clause=first, quote='"不得打扰。"')
    country(PACK + one + fact("two", clause=second, quote='"可以打扰。"'))

    assert len(list(jurisdiction.facts("xx"))) == 2


@pytest.mark.parametrize(
    "content",
    [
        (PACK + fact() + fact()).encode(),
        (PACK + fact() + "statement = \n").encode(),
        (PACK + fact()).encode("gbk"),
        (PACK + fact()).encode("utf-8-sig"),
        (PACK + fact(checked_on="0000-01-01")).encode(),
        (PACK + fact() + f"number = {'1' * 9_999}\n").encode(),
        (PACK + fact() + f"deep = {'[' * 99_999}\n").encode(),
    ],
    ids=["one id twice", "broken", "not UTF-8", "byte order mark", "year 0", "long", "deep"],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(country: Country, content: bytes) -> None:
    country(content)

    assert refused() == ["xx.toml: It is no TOML, or says one thing twice."]


def test_a_country_without_facts_is_told_with_those_that_have_some(country: Country) -> None:
    country(PACK + fact())
    country("[routes.twilio]\nanswer = 'open'\n", code="yy")

    with pytest.raises(NoFactsError) as raised:
        jurisdiction.facts("yy")
    assert str(raised.value) == "Nothing is known of “yy” yet; there are facts for: xx."


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2020, 12, 31), False),
        (date(2021, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_fact_holds_from_its_first_day_to_its_last(
    country: Country, day: date, *, holds: bool
) -> None:
    country(PACK + fact(effective_to="2026-12-31"))
    (one,) = jurisdiction.facts("xx")

    assert one.in_force(day) is holds


def test_facts_are_a_line_each_for_a_program(kit: Kit) -> None:
    rows = [json.loads(line) for line in kit("facts", "cn", "--json").stdout.splitlines()]

    assert {tuple(row) for row in rows} == {FIELDS}
    assert {row["id"] for row in rows} == set(jurisdiction.facts("cn").by_id)
    assert {row["language"] for row in rows} == {"zh-Hans"}
    assert all(date.fromisoformat(row["checked_on"]) for row in rows)
    required = ("kind", "grade", "title", "statement", "instrument", "source")
    assert all(row[name] for row in rows for name in required)
    assert all(value != "" for row in rows for value in row.values())


@pytest.mark.parametrize("code", ["cn", "CN", "Cn"])
def test_a_country_may_be_written_large_or_small(kit: Kit, code: str) -> None:
    assert kit("facts", code).stdout == kit("facts").stdout


@pytest.mark.parametrize("code", ["fr", "../cn", ""])
def test_an_unknown_country_is_told_which_there_are(kit: Kit, code: str) -> None:
    result = kit("facts", code)

    assert (result.exit_code, result.stdout) == (1, "")
    assert f"Nothing is known of “{code}” yet" in result.stderr
    assert "cn" in result.stderr


@pytest.mark.usefixtures("today")
def test_a_fact_is_shown_with_what_it_rests_on(kit: Kit, country: Country) -> None:
    limited = PACK.replace('issuer = "某机关"', 'issuer = "某机关"\nlimits = "推荐性，不是法律"')
    whole = {
        "quote": '"不得打扰。"',
        "limits": '"只说某处。"',
        "effective_to": "2030-01-01",
        "phone": '"12378"',
        "url": '"https://www.12321.cn/"',
    }
    country(limited + fact("second", kind='"channel"', **whole) + fact("first"))
    result = kit("facts", "xx", KIT_LANG="zh-Hans")

    assert result.stdout.splitlines() == [
        "【法律】",
        "",
        "某事",
        "  某事如此。",
        "  依据：《某法》第五十条",
        "  请注意：推荐性，不是法律",
        "  2021-01-01 起施行",
        "  出处：某机关公布",
        "  读过原文；核对于 2026-11-21",
        "",
        "【找谁】",
        "",
        "某事",
        "  某事如此。",
        "  原文：不得打扰。",
        "  请注意：只说某处。",
        "  12378  https://www.12321.cn/",
        "  依据：《某法》第五十条",
        "  请注意：推荐性，不是法律",
        "  2021-01-01 起施行",
        "  施行到 2030-01-01",
        "  出处：某机关公布",
        "  读过原文；核对于 2026-11-21",
        "",
    ]
    assert result.stderr == ""


@pytest.mark.parametrize("language", SPOKEN)
def test_every_kind_and_every_grade_has_its_words(
    kit: Kit, country: Country, language: str
) -> None:
    parts = [
        fact(f"{kind}-{grade}", kind=f'"{kind}"', grade=f'"{grade}"', statement='"未核实"', **more)
        for kind in FactKind
        for grade in "ABC"
        for more in [{"hours": HOURS["hours"]} if kind is FactKind.HOURS else {}]
    ]
    country(PACK + "".join(parts))
    result = kit("facts", "xx", KIT_LANG=language)

    assert result.exit_code == 0
    headings = [line for line in result.stdout.splitlines() if line[:1] in ("【", "[")]
    assert len(set(headings)) == len(headings) == len(FactKind)
    closing = {line.split("2026")[0] for line in result.stdout.splitlines() if "2026" in line}
    assert len(closing) == 3


@pytest.mark.parametrize("word", ["第五十条", "psl-50", "PSL-50", "ｐｓｌ－５０"])
def test_what_is_asked_for_is_found_however_it_is_typed(kit: Kit, word: str) -> None:
    rows = kit("facts", "--about", word, "--json").stdout.splitlines()

    assert "psl-50" in [json.loads(row)["id"] for row in rows]
    assert len(rows) < len(jurisdiction.facts("cn").by_id)


@pytest.mark.parametrize(
    "word", ["某事", "如此", "打扰", "某处", "《某法》", "第五十条", "12378", "www.12321", "one"]
)
def test_a_fact_is_found_by_any_of_its_texts(kit: Kit, country: Country, word: str) -> None:
    told = {"quote": '"不得打扰。"', "limits": '"只说某处。"', "phone": '"12378"'}
    url = '"https://www.12321.cn/"'
    country(PACK + fact(kind='"channel"', url=url, **told))

    assert len(kit("facts", "xx", "--about", word, "--json").stdout.splitlines()) == 1


def test_what_stands_in_no_fact_is_told(kit: Kit) -> None:
    result = kit("facts", "--about", "大熊猫")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.endswith("“大熊猫” stands in none of them.\n")


def test_whoever_reads_another_language_is_told_in_which_it_is(kit: Kit) -> None:
    assert "the language of the law: Chinese" in kit("facts", KIT_LANG="en").stderr
    assert "法律" not in kit("facts", KIT_LANG="zh-Hant").stderr


def test_facts_older_than_twelve_months_are_told_and_shown(
    kit: Kit, country: Country, today: Clock
) -> None:
    country(PACK + fact("new", checked_on="2027-11-01") + fact())
    today.now = datetime(2027, 11, 21, 12, tzinfo=UTC)
    assert "twelve months" not in kit("facts", "xx").stderr

    today.go(days=1)
    result = kit("facts", "xx")
    assert "more than twelve months ago, the oldest on 2026-11-21" in result.stderr
    assert "某事如此。" in result.stdout


def test_a_file_that_could_mislead_is_not_shown_at_all(kit: Kit, country: Country) -> None:
    country(PACK + fact() + fact("two", grade='"D"'))
    result = kit("facts", "xx")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "xx.toml: two  Its grade must be A, B or C." in result.stderr


def test_facts_need_no_store_and_no_passphrase(
    kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIT_KEY_FILE")
    home: Any = tmp_path / "home"

    assert kit("facts").exit_code == 0
    assert not home.exists()

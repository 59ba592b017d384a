from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import kit

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = Path(kit.__file__).parent
FILES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((HOME / "jurisdictions").glob("*.toml"))
}
PACKS: dict[str, dict[str, Any]] = {code: data for code, data in FILES.items() if "pack" in data}
FACTS = [(code, name) for code, data in PACKS.items() for name in data["fact"]]
LAW = {name for name, one in PACKS["cn"]["fact"].items() if one["kind"] in ("law", "liability")}
INSTRUMENTS = [(code, name) for code, data in PACKS.items() for name in data["instrument"]]

LANGUAGES = {"zh-Hans", "zh-Hant", "en"}
KINDS = {"law", "rule", "hours", "liability", "never_say", "channel", "advice", "case", "device"}
DATES = {"effective_from", "effective_to"}
NEEDED = {"kind", "grade", "title", "statement", "instrument", "checked_on"}
COUNTED = {"hours", "at_most", "within"}
OPTIONAL = {"quote", "limits", "clause", "source", *DATES, "phone", "url", *COUNTED}
UNVERIFIED = {"zh-Hans": "未核实", "en": "not verified"}

#: An article as Chinese law writes it, a paragraph or an item of it, and several of them.
ARTICLE = r"第[零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十])?"
PART = r"(?:第[一二三四五六七八九十]+[款项])*"
ATTRIBUTED = rf"(《[^》]+》)((?:{ARTICLE}{PART}[、和]?)+)"
ADDRESS = re.compile(r"https?:|www\.|[\w-]\.(?:com|cn|org|gov|net)\b")
#: Quotes that begin within an article or with the number of a decision's point.
WITHOUT_HEADING = {"cc-1064", "lpr4x-scope", "lpr4x-scope-reply", "cl-am9", "cl-am11"}


def fact(code: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = PACKS[code]["fact"][name]
    return found


def articles(code: str, instrument: str) -> set[str]:
    """The articles of an instrument that have a fact."""
    facts = PACKS[code]["fact"].values()
    clauses = [one.get("clause", "") for one in facts if one["instrument"] == instrument]
    return set(re.findall(ARTICLE, " ".join(clauses)))


def texts(value: object) -> Iterator[str]:
    """Every text of a table, however deep, except the authorities' own addresses."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inside in value.items():
            if key not in ("hosts", "url"):
                yield from texts(inside)


def own_words(code: str, name: str) -> str:
    one = fact(code, name)
    return "\n".join(one.get(key, "") for key in ("title", "statement", "limits"))


def known_as(name: str) -> str:
    """A law is also called without the country's name."""
    return name.strip("《》").removeprefix("中华人民共和国")


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("code", PACKS)
def test_a_pack_says_its_language_its_hosts_and_what_the_country_is_called(code: str) -> None:
    pack = PACKS[code]["pack"]

    assert set(pack) == {"language", "hosts", *LANGUAGES}
    assert pack["language"] in UNVERIFIED
    assert all(pack[language]["name"] for language in LANGUAGES)
    assert all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host) for host in pack["hosts"])


@pytest.mark.parametrize(("code", "name"), INSTRUMENTS)
def test_an_instrument_has_its_name_issuer_and_source_in_every_language(
    code: str, name: str
) -> None:
    one = PACKS[code]["instrument"][name]
    others = LANGUAGES - {PACKS[code]["pack"]["language"]}
    own = {key for key in one if key not in others} - DATES

    assert {"name", "issuer", "source"} <= own <= {"name", "short", "issuer", "source", "limits"}
    assert all(set(one[language]) == own for language in others)
    assert all(texts(one)), "an empty text"


@pytest.mark.parametrize(("code", "name"), FACTS)
def test_a_fact_has_all_that_a_reader_is_shown(code: str, name: str) -> None:
    one = fact(code, name)

    assert set(one) >= NEEDED
    assert set(one) <= NEEDED | OPTIONAL
    assert one["kind"] in KINDS
    assert one["grade"] in {"A", "B", "C"}
    assert type(one["checked_on"]) is date
    assert one["instrument"] in PACKS[code]["instrument"]
    assert all(texts(one)), "an empty text"


@pytest.mark.parametrize(("code", "name"), FACTS)
def test_what_is_not_verified_says_so_and_nothing_else_does(code: str, name: str) -> None:
    one = fact(code, name)

    assert (UNVERIFIED[PACKS[code]["pack"]["language"]] in one["statement"]) is (
        one["grade"] == "C"
    )


@pytest.mark.parametrize(("code", "name"), FACTS)
def test_a_fact_was_checked_while_it_held(code: str, name: str) -> None:
    dates = {**PACKS[code]["instrument"][fact(code, name)["instrument"]], **fact(code, name)}
    begins, ends = dates.get("effective_from", date.min), dates.get("effective_to", date.max)

    assert type(begins) is type(ends) is date
    assert begins < ends
    assert dates["checked_on"] < ends


@pytest.mark.parametrize(("code", "name"), FACTS)
def test_a_link_goes_to_an_authority_and_belongs_to_a_channel(code: str, name: str) -> None:
    one = fact(code, name)
    host = re.match(r"https://([^/]+)", one["url"]) if "url" in one else None

    assert "url" not in one or (host and host[1] in PACKS[code]["pack"]["hosts"])
    assert one["kind"] == "channel" or not {"url", "phone"} & set(one)
    assert ("hours" in one) == (one["kind"] == "hours")


@pytest.mark.parametrize("code", PACKS)
def test_no_text_has_an_address(code: str) -> None:
    parts = {key: PACKS[code][key] for key in ("pack", "instrument", "fact")}

    assert [text for text in texts(parts) if ADDRESS.search(text)] == []


@pytest.mark.parametrize("text", ["见 http://a", "www.12321", "12321.cn 上", "见 a.gov.cn。"])
def test_an_address_in_a_text_is_seen(text: str) -> None:
    assert ADDRESS.search(text)


@pytest.mark.parametrize(("code", "name"), FACTS)
def test_a_clause_is_written_as_the_law_writes_it(code: str, name: str) -> None:
    one = fact(code, name)

    if PACKS[code]["pack"]["language"] == "zh-Hans":
        assert re.fullmatch(rf"({ARTICLE}{PART}(、(?!$)|$))*", one.get("clause", ""))
        assert not re.search(r"第\s*\d+\s*条|\d\s*条", own_words(code, name))


@pytest.mark.parametrize(("code", "name"), FACTS)
def test_a_quote_is_of_the_clause_that_it_stands_under(code: str, name: str) -> None:
    quote = fact(code, name).get("quote", "")
    headings = re.findall(rf"(?:^| )({ARTICLE}) ", quote)

    assert set(headings) <= set(re.findall(ARTICLE, fact(code, name).get("clause", "")))
    if quote and name in LAW and name not in WITHOUT_HEADING:
        assert quote.startswith(headings[0])


@pytest.mark.parametrize("name", ["cl-am9", "cl-am11"])
def test_a_point_of_a_decision_is_quoted_with_its_number(name: str) -> None:
    one = fact("cn", name)

    assert one["quote"].startswith(one["clause"].strip("第条") + "、")


@pytest.mark.parametrize(("code", "name"), FACTS)
def test_an_article_that_is_named_has_a_fact_of_its_own(code: str, name: str) -> None:
    slugs = {known_as(one["name"]): slug for slug, one in PACKS[code]["instrument"].items()}
    said = own_words(code, name)

    for instrument, clauses in re.findall(ATTRIBUTED, said):
        assert set(re.findall(ARTICLE, clauses)) <= articles(code, slugs[known_as(instrument)])
    without_a_law = re.findall(ARTICLE, re.sub(ATTRIBUTED, "", said))
    assert set(without_a_law) <= articles(code, fact(code, name)["instrument"])


@pytest.mark.parametrize(("code", "name"), FACTS)
def test_an_instrument_that_is_named_is_in_the_pack(code: str, name: str) -> None:
    known = "\n".join(known_as(one["name"]) for one in PACKS[code]["instrument"].values())
    named = re.findall(r"《[^》]+》", own_words(code, name))

    assert [one for one in named if known_as(one) not in known] == []


def test_what_is_not_the_words_of_the_law_is_marked() -> None:
    """Each of these is a reading; a lender's lawyer would strike it out as law."""
    readings = {
        "cc-685": "不因此成为保证人",
        "cc-1035": "不能代替通讯录里每个人的同意",
        "pipl-13": "不能当然成为处理通讯录里其他人信息的依据",
        "pipl-28": "姓名和电话号码本身不在列举之中",
        "pipl-72": "通常属于这种情形",
    }

    for name, reading in readings.items():
        before = own_words("cn", name).partition(reading)[0].rpartition("。")[2]
        assert "按条文字面理解" in before, name


def test_a_term_is_that_of_its_statement() -> None:
    facts = PACKS["cn"]["fact"]
    terms = {slug: fact["within"] for slug, fact in facts.items() if "within" in fact}

    assert terms == {
        "cc-188": {"years": [3]},
        "psl-25": {"months": [6]},
        "psl-118": {"days": [30, 60, 90]},
        "complaint-2020": {"days": [15, 30, 60]},
    }
    assert "诉讼时效期间为三年" in facts["cc-188"]["statement"]
    assert "六个月" in facts["psl-25"]["statement"]
    assert "不得超过三十日" in facts["psl-118"]["statement"]
    assert "可以延长三十日。期限延长以二次为限" in facts["psl-118"]["statement"]
    assert "15 日内办完" in facts["complaint-2020"]["statement"]
    assert "延长至 30 日" in facts["complaint-2020"]["statement"]
    assert "再延长 30 日" in facts["complaint-2020"]["statement"]

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import kit

HOME = Path(kit.__file__).parent
CN = tomllib.loads((HOME / "jurisdictions" / "cn.toml").read_text(encoding="utf-8"))
#: The facts that are no law: rules, hours, channels, advice. `test_facts.py` reads what all share.
FACTS: dict[str, dict[str, Any]] = {
    slug: fact for slug, fact in CN["fact"].items() if fact["kind"] not in ("law", "liability")
}

#: Known from newspapers only, so no clause of theirs is cited, and no word of theirs quoted.
WITHOUT_CLAUSE = {"gbt-45251", "bank-guideline", "consumer-finance-companies"}
#: What is dialled for what, written out a second time: a wrong digit is a wrong desk.
PHONES = {
    "ch-110": "110",
    "ch-12300": "010-12300",
    "ch-12315": "12315",
    "ch-12321": "010-12321",
    "ch-12345": "12345",
    "ch-12348": "12348",
    "ch-12356": "12356",
    "ch-12363": "12363",
    "ch-12378": "12378",
    "ch-96110": "96110",
}


@pytest.mark.parametrize("slug", FACTS)
def test_a_title_is_a_few_words(slug: str) -> None:
    assert 2 <= len(FACTS[slug]["title"]) <= 24


@pytest.mark.parametrize("instrument", CN["instrument"])
def test_an_instrument_is_there_for_a_fact(instrument: str) -> None:
    assert instrument in {fact["instrument"] for fact in CN["fact"].values()}


@pytest.mark.parametrize("instrument", sorted(WITHOUT_CLAUSE))
def test_what_is_known_from_newspapers_only_has_no_clause_and_no_quote(instrument: str) -> None:
    facts = [one for one in FACTS.values() if one["instrument"] == instrument]
    said = [one["statement"] + one.get("limits", "") for one in facts]

    assert facts
    assert [one for one in facts if {"clause", "quote"} & set(one)] == []
    assert [text for text in said if re.search(r"第[一二三四五六七八九十百千\d.]+条", text)] == []


def test_the_hours_are_those_of_the_standard_and_the_guideline() -> None:
    hours = {slug: fact for slug, fact in FACTS.items() if fact["kind"] == "hours"}

    assert set(hours) == {"gbt-time", "cba-time"}
    for fact in hours.values():
        assert fact["hours"] == {"not_from": "22:00", "not_to": "08:00"}
        assert "22:00 至次日" in fact["statement"]


def test_how_often_a_day_is_that_of_the_standard_and_the_guideline() -> None:
    often = {slug: fact["at_most"] for slug, fact in FACTS.items() if "at_most" in fact}

    assert often == {"gbt-freq": {"answered": 3}, "cba-freq": {"unanswered": 6}}
    assert "主动有效通话，每日不应超过 3 次" in FACTS["gbt-freq"]["statement"]
    assert "没有接通的" in FACTS["cba-freq"]["statement"]
    assert "当天尝试拨打不宜超过 6 次" in FACTS["cba-freq"]["statement"]


def test_a_number_is_dialled_for_what_its_fact_is_about() -> None:
    found = {slug: fact["phone"] for slug, fact in FACTS.items() if "phone" in fact}

    assert found == PHONES
    for slug, phone in found.items():
        fact = FACTS[slug]
        assert phone.removeprefix("010-") in slug.removeprefix("ch-")
        assert phone.removeprefix("010-") in fact["title"]
        assert phone in fact["statement"]


@pytest.mark.parametrize("slug", ["gbt-contact", "gbt-time", "gbt-freq", "gbt-meta"])
def test_the_standard_is_said_to_be_recommended_and_no_law(slug: str) -> None:
    assert "推荐性国家标准，不是法律" in FACTS[slug]["statement"]


@pytest.mark.parametrize(
    "slug", ["cba-meta", "cba-third", "cba-time", "cba-freq", "cba-ban", "cba-identity"]
)
def test_the_guideline_is_said_to_be_of_the_industry_and_no_law(slug: str) -> None:
    assert "行业自律规范，不是法律" in FACTS[slug]["statement"]


def test_the_police_are_not_said_to_open_every_case() -> None:
    said = FACTS["ch-110"]

    assert "是否立案由公安机关依法判断" in said["statement"]
    assert not re.search("必须立案|应当立即立案|一定受理", said["statement"] + said["limits"])


@pytest.mark.parametrize("slug", ["ch-heimao", "ch-xinfang", "ch-12363"])
def test_a_channel_that_is_not_first_says_why(slug: str) -> None:
    assert re.search("所以.*不先", FACTS[slug]["statement"])

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from kit.jurisdiction import RouteAnswer, allows, everywhere, files, route
from kit.jurisdiction.files import ByLanguage
from kit.model import Tone

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = files.FOLDER
FILES = {
    path.stem.upper(): tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.toml"))
}
LANGUAGES = {"zh-Hans", "en"}

#: The answer, and whether people can reply.
ROUTES = {
    "CA": ("needs_registered_sender", False),  # closed to who reaches only family and friends
    "CN": ("content_barred", False),  # nothing of finance
    "HK": ("content_barred", True),  # money and loans
    "ID": ("needs_registered_sender", False),  # loans are not on its list
    "IN": ("content_barred", False),  # money and loans
    "KE": ("content_barred", False),  # texts between people
    "MX": ("content_barred", False),  # money and loans
    "NG": ("content_barred", False),  # money and loans
    "PH": ("content_barred", True),  # loans, and texts between people
    "TW": ("content_barred", False),  # money and loans
    "US": ("content_barred", True),  # loans and debts as uses
    "VN": ("content_barred", False),  # money and loans
}


def texts(rule: object) -> list[str]:
    """Every text of a table, however deep."""
    if isinstance(rule, str):
        return [rule]
    inside: list[object] = []
    if isinstance(rule, dict):
        inside = list(rule.values())
    elif isinstance(rule, list):
        inside = rule
    return [text for one in inside for text in texts(one)]


def twilio(region: str) -> dict[str, Any]:
    found: dict[str, Any] = FILES[region]["routes"]["twilio"]
    return found


def test_the_rules_of_exactly_these_countries_are_known() -> None:
    assert {region for region, data in FILES.items() if "routes" in data} == set(ROUTES)


@pytest.mark.parametrize(("region", "expected"), ROUTES.items())
def test_a_country_has_its_answer(region: str, expected: tuple[str, bool]) -> None:
    found = route(region)

    assert (found.answer, found.two_way) == expected
    assert found.known
    assert found.region == region


@pytest.mark.parametrize("region", ROUTES)
def test_a_rule_has_a_grade_and_the_day_it_was_checked(region: str) -> None:
    found = route(region)

    assert found.grade in ("A", "B")
    assert found.checked_on == date(2026, 11, 21)


@pytest.mark.parametrize("region", ROUTES)
def test_a_rule_is_said_in_every_language_with_its_source(region: str) -> None:
    found = route(region)

    assert set(found.statement) == set(found.details) == set(found.source) == LANGUAGES
    assert len({len(details) for details in found.details.values()}) == 1
    assert set(found.quiet) in (set(), LANGUAGES)
    assert all("Twilio" in source for source in found.source.values())


@pytest.mark.parametrize("region", ROUTES)
def test_a_rule_has_no_field_that_nobody_reads(region: str) -> None:
    rule = twilio(region)
    inside = {key for language in LANGUAGES for key in rule[language]}

    of_the_name = rule.get("zh-Hant", {"name": "the same"})  # the rest is read in zh-Hans
    assert set(rule) - {"zh-Hant"} == {"answer", "two_way", "grade", "checked_on", *LANGUAGES}
    assert set(of_the_name) == {"name"}
    assert inside <= {"name", "statement", "details", "quiet", "source"}
    assert all(texts(rule)), "an empty text"


@pytest.mark.parametrize("region", ROUTES)
def test_no_rule_of_a_route_has_a_link(region: str) -> None:
    said = "\n".join(texts(twilio(region)))

    assert not re.search(r"https?:|www\.|\.(com|cn|org|gov)\b", said)


@pytest.mark.parametrize("region", ROUTES)
def test_a_statement_is_short_enough_to_be_read_before_paying(region: str) -> None:
    found = route(region)

    assert len(found.statement["zh-Hans"]) <= 110
    assert len(found.statement["en"].split()) <= 65


@pytest.mark.parametrize("region", ["US", "CA"])
def test_who_writes_only_to_family_and_friends_is_told_so(region: str) -> None:
    found = route(region)

    assert "家人或朋友" in found.statement["zh-Hans"]
    assert "family or friends is not eligible" in found.statement["en"]
    assert any("30532" in detail for detail in found.details["en"])


def test_the_fee_for_a_violation_is_said_before_paying() -> None:
    assert "10,000 美元" in route("US").statement["zh-Hans"]
    assert "$10,000" in route("US").statement["en"]


@pytest.mark.parametrize("region", ["AQ", "routes", "", "001"])
def test_where_no_rule_is_known_it_is_open_and_the_advice_says_so(region: str) -> None:
    found = route(region)

    assert found.answer is RouteAnswer.OPEN
    assert not found.known
    assert not found.two_way
    assert "没有查过" in found.statement["zh-Hans"]
    assert "We know no rule" in found.statement["en"]
    assert (found.details, found.quiet, found.grade, found.checked_on) == ({}, {}, "", None)


def test_a_file_without_a_route_is_as_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xx.toml").write_text("[fact.one]\nkind = 'law'\n", encoding="utf-8")
    (tmp_path / "routes.toml").write_bytes((FOLDER / "routes.toml").read_bytes())
    monkeypatch.setattr(files, "FOLDER", tmp_path)

    assert not route("XX").known
    route.cache_clear()


def test_a_region_may_be_written_small() -> None:
    assert route("hk").answer is route("HK").answer
    assert route("hk").region == "HK"


def test_what_holds_everywhere_is_said_in_every_language() -> None:
    assert set(everywhere()) == LANGUAGES
    assert all("A2P" in said for said in everywhere().values())
    assert FILES["ROUTES"]["everywhere"]["grade"] == "A"
    assert FILES["ROUTES"]["everywhere"]["checked_on"] == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("region", "tone", "registered_sender", "expected"),
    [
        ("AQ", Tone.NEUTRAL, False, True),
        ("AQ", Tone.NEUTRAL, True, True),
        ("AQ", Tone.OPEN, False, True),
        ("AQ", Tone.OPEN, True, True),
        ("ID", Tone.NEUTRAL, False, False),
        ("ID", Tone.NEUTRAL, True, True),
        ("ID", Tone.OPEN, False, False),
        ("ID", Tone.OPEN, True, True),
        ("CN", Tone.NEUTRAL, False, False),
        ("CN", Tone.NEUTRAL, True, True),
        ("CN", Tone.OPEN, False, False),
        ("CN", Tone.OPEN, True, False),
    ],
)
def test_what_may_go_depends_on_the_rule_the_tone_and_the_sender(
    region: str, tone: Tone, registered_sender: bool, expected: bool
) -> None:
    assert allows(route(region), tone, registered_sender=registered_sender) is expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh-Hans", "简体"),
        ("zh-Hant", "繁體"),
        ("zh-Hant-HK", "繁體"),
        ("zh-Hans-SG", "简体"),
        ("zh", "简体"),
        ("en", "English"),
        ("fr", "English"),
    ],
)
def test_whoever_reads_chinese_gets_chinese_and_everybody_else_english(
    language: str, expected: str
) -> None:
    text = ByLanguage({"zh-Hans": "简体", "zh-Hant": "繁體", "en": "English"})

    assert text.said(language) == expected


@pytest.mark.parametrize("region", ["TW", "AQ"])
def test_what_is_known_of_a_country_is_said_to_a_reader_of_traditional_chinese(region: str) -> None:
    found = route(region)

    assert found.statement.said("zh-Hant") == found.statement["zh-Hans"]
    assert found.details.said("zh-Hant") == found.details.get("zh-Hans")
    assert everywhere().said("zh-Hant") == everywhere()["zh-Hans"]

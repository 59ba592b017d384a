"""The page of a guide, as it is read with script off."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise

import pytest
from guides import LANGUAGES, guide, own, reworded
from pages import HOSTILE, Read

from kit import jurisdiction
from kit.letters import clause
from kit.letters.guide import SectionKind
from kit.letters.page import render

EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
#: What a page could reach out or remember with.
REACHING = (
    r"https?:|//\w|\bsrc=|url\(|@import|@font-face|<(link|img|iframe|object|embed|form|base)\b"
    r"|fetch\(|XMLHttp|Beacon|WebSocket|EventSource|importScripts|Worker"
    r"|[sS]torage|indexedDB|caches|cookie|\bopen\(|location|history|\bImage\("
)
#: Of the script: what a phone of 2016 cannot read.
TOO_NEW = r"=>|\?\.|\?\?|`|\b(let|const|class|async|await)\b|\.\.\.|padStart|replaceAll|/u[,;)]"
#: Of the style.
TOO_NEW_STYLE = r":has\(|:is\(|:where\(|[^-]gap:|inset:|clamp\(|@layer|&|min\(|dvh"


def shown(language: str = "zh-Hans") -> Read:
    return Read(render(guide(language)))


def flat(text: str) -> str:
    return " ".join(text.split())


def ids(read: Read) -> list[str]:
    return [has["id"] or "" for _, has in read.elements if "id" in has]


def by_id(read: Read, name: str) -> str:
    """What stands in the element of that id, on one line."""
    (text,) = [
        text
        for (_, has), text in zip(read.elements, read.texts, strict=True)
        if has.get("id") == name
    ]
    return flat(text)


@EVERY_LANGUAGE
def test_the_page_is_small_and_the_same_every_time(language: str) -> None:
    markup = render(guide(language))

    assert len(markup.encode()) <= 150_000
    assert render(guide(language)) == markup
    assert f'<html lang="{language}">' in markup


@EVERY_LANGUAGE
def test_the_page_reaches_for_nothing_and_remembers_nothing(language: str) -> None:
    markup = render(guide(language))

    assert re.findall(REACHING, markup) == []
    assert [link for link in Read(markup).links() if not link.startswith("#")] == []
    assert 'name="referrer" content="no-referrer"' in markup
    assert 'name="format-detection" content="telephone=no"' in markup


def test_what_would_reach_out_would_be_found() -> None:
    for bad in ("<img alt=''>", "localStorage.x = 1", "a{background:url(x)}", 'href="//a.example"'):
        assert re.search(REACHING, bad)


def test_an_old_phone_can_read_style_and_script() -> None:
    (style,), (script,) = shown().of("style"), shown().of("script")

    assert re.findall(TOO_NEW, script) == []
    assert re.findall(TOO_NEW_STYLE, style) == []


def test_only_our_own_script_and_style_may_run() -> None:
    read = shown()
    (policy,) = [has["content"] for _, has in read.elements if "http-equiv" in has]
    allowed = {
        name: f"'sha256-{b64encode(sha256(read.of(name)[0].encode()).digest()).decode()}'"
        for name in ("script", "style")
    }

    assert policy == (
        f"default-src 'none'; script-src {allowed['script']}; style-src {allowed['style']}; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not [has for _, has in read.elements if any(name.startswith("on") for name in has)]
    assert not [has for _, has in read.elements if "style" in has]


def test_style_and_script_are_the_same_in_every_language_and_guide() -> None:
    assert len({(*shown(one).of("style"), *shown(one).of("script")) for one in LANGUAGES}) == 1
    assert Read(render(own())).of("style") == shown().of("style")


@EVERY_LANGUAGE
def test_every_section_can_be_reached_by_a_link_that_leads_somewhere(language: str) -> None:
    whole, read = guide(language), shown(language)
    linked = Counter(link.removeprefix("#") for link in read.links())
    first = {one.id for one in whole.sections if one.kind is SectionKind.FIRST}

    assert set(linked) <= set(ids(read))
    assert {one.id for one in whole.sections} - first <= set(linked)
    assert "sources" in linked
    assert [name for name, times in Counter(ids(read)).items() if times > 1] == []


@EVERY_LANGUAGE
def test_every_caller_has_a_link_words_to_answer_and_a_way_back(language: str) -> None:
    whole, read = guide(language), shown(language)

    for caller in whole.callers:
        said = by_id(read, caller.id)
        assert read.links().count(f"#{caller.id}") == 1
        assert caller.answer in said
        assert all(flat(line.text) in said for line in (*caller.means, *caller.never))
        assert said.endswith(whole.labels["back"])
    menu = [one.id for one in whole.sections if one.kind is SectionKind.MENU]
    assert read.links().count(f"#{menu[0]}") == len(whole.callers)


@EVERY_LANGUAGE
def test_everything_a_person_is_told_can_be_read_without_script(language: str) -> None:
    whole = guide(language)
    read = shown(language)
    seen = read.seen
    for form in read.of("div", css="form"):
        seen = seen.replace(flat(form), "")

    for section in whole.sections:
        assert flat(section.title) in seen
        assert all(flat(line.text) in seen for line in section.lines)
    assert whole.report["pattern"] in read.of("pre")
    assert flat(whole.report["example"]) in seen
    assert re.sub(r"\{\w+\}", "________", whole.letter) in read.of("pre")


def test_what_needs_script_is_hidden_until_there_is_script() -> None:
    read = shown()
    hidden = [tag for tag, has in read.elements if "hidden" in has]
    forms = [
        text
        for (_, has), text in zip(read.elements, read.texts, strict=True)
        if has.get("class") == "form" and "hidden" in has
    ]

    assert hidden.count("button") == read.tags.count("button") == 5
    assert len(forms) == 2
    inputs = [has for tag, has in read.elements if tag in ("input", "textarea")]
    modes = [has for has in inputs if has.get("class") == "mode"]
    assert len(modes) == 2
    assert all(has.get("autocomplete") == "off" for has in inputs)


@EVERY_LANGUAGE
def test_every_section_says_on_what_it_rests(language: str) -> None:
    whole, read = guide(language), shown(language)
    at_the_top = {SectionKind.FIRST, SectionKind.MENU}

    for section in whole.sections:
        said = by_id(read, section.id) if section.kind not in at_the_top else read.seen
        assert not section.facts or f"{whole.labels['basis']}" in said
        for fact in section.facts:
            called = fact.instrument.short or fact.instrument.name
            assert flat(called.said(language) or "?") in said
            assert all(clause.said(one, language) in said for one in clause.parts(fact.clause))


@EVERY_LANGUAGE
def test_everything_has_its_source_and_limits_at_the_end(language: str) -> None:
    whole = guide(language)
    sources = by_id(shown(language), "sources")

    for fact in whole.facts:
        named = [fact.instrument.name, fact.instrument.source, fact.instrument.limits]
        assert all(flat(one.said(language) or "") in sources for one in named)


def test_what_is_not_verified_stands_apart_and_is_marked_wherever_it_is_used() -> None:
    whole = guide()
    checked = replace(whole.facts[0], grade="A")
    other = next(
        one for one in whole.facts if one.clause and one.instrument is not checked.instrument
    )
    doubted = replace(other, grade="C")
    name = doubted.instrument.name["zh-Hans"]
    one = replace(whole.sections[-1], facts=(checked, doubted))
    read = Read(render(replace(whole, sections=(one,), facts=(checked, doubted))))

    (basis,) = read.of("p", css="basis")
    assert basis.endswith(f"{clause.parts(doubted.clause)[-1]}（未核实）")
    assert basis.count("（未核实）") == 1
    before, after = by_id(read, "sources").split("未核实 ", 1)
    assert checked.instrument.name["zh-Hans"] in before
    assert name not in before
    assert name in after


def test_the_page_says_when_it_was_checked_and_warns_at_the_top_when_that_is_long_ago() -> None:
    fresh, old = shown(), Read(render(replace(guide(), is_stale=True)))

    assert "2026-11-21" in fresh.of("p", css="checked")[0]
    warning = guide().labels["stale"]
    assert warning not in fresh.seen
    assert old.seen.index(warning) < old.seen.index(guide().lead)


@pytest.mark.parametrize("word", [one for one in HOSTILE if one])
def test_hostile_words_are_words_and_nothing_else(word: str) -> None:
    hostile = Read(render(reworded(guide(), lambda _: word)))
    tame = Read(render(reworded(guide(), lambda _: "王小芳")))

    def built(read: Read) -> list[tuple[str, list[str]]]:
        """Its elements; into how many phrases a sentence falls depends on its words."""
        return [(tag, sorted(has)) for tag, has in read.elements if tag != "span"]

    assert built(hostile) == built(tame)
    assert hostile.of("h1") == [word]


@EVERY_LANGUAGE
def test_a_guide_without_menu_callers_and_forms_has_none(language: str) -> None:
    whole = own(language)
    markup = render(whole)
    read = Read(markup)

    assert "script" not in markup
    assert [has["class"] for tag, has in read.elements if tag == "input"] == ["mode"] * 2
    assert read.links() == []
    assert read.of("h2") == [*(one.title for one in whole.sections), whole.labels["sources"]]
    assert all(by_id(read, one.id) for one in whole.sections)


def test_where_nothing_is_chosen_for_paper_everything_is() -> None:
    read = Read(render(own()))
    classes = [str(has["class"]).split() for tag, has in read.elements if tag == "section"]

    assert all("paper" in one for one in classes[:-1])


@EVERY_LANGUAGE
def test_headings_go_down_step_by_step(language: str) -> None:
    levels = [int(tag[1]) for tag in shown(language).tags if re.fullmatch(r"h\d", tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(
    ("written", "language", "read"),
    [
        ("第五十条", "zh-Hans", "第五十条"),
        ("第五十条", "zh-Hant", "第五十條"),
        ("第五十条", "en", "Article 50"),
        ("第十条", "en", "Article 10"),
        ("第一百零六条", "en", "Article 106"),
        ("第一百一十八条", "en", "Article 118"),
        ("第一千零六十四条", "en", "Article 1064"),
        ("第二百九十三条之一", "en", "Article 293-1"),
        ("第一条第三款", "en", "Article 1, paragraph 3"),
        ("第二十三条第一款第（四）项", "en", "第二十三条第一款第（四）项"),
        ("Section 3", "en", "Section 3"),
        ("Section 3", "zh-Hant", "Section 3"),
    ],
)
def test_a_clause_is_said_in_the_readers_language(written: str, language: str, read: str) -> None:
    assert clause.said(written, language) == read


def test_every_clause_of_the_fact_file_can_be_said_in_english() -> None:
    for fact in jurisdiction.facts("cn"):
        for one in clause.parts(fact.clause):
            assert re.fullmatch(r"[\x20-\x7e]+", clause.said(one, "en")), one

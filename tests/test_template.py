from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import jurisdiction, sms, template
from kit.errors import LanguageMissingError, SenderError
from kit.model import Group, Tone

if TYPE_CHECKING:
    from collections.abc import Callable

CONTRACT = template.contract()
LANGUAGES = template.languages()
NOTICES = [
    (Group.EVERYONE, Tone.NEUTRAL),
    (Group.EMERGENCY, Tone.NEUTRAL),
    (Group.EMERGENCY, Tone.OPEN),
]
#: The variants, and the language each is one of (RFC 4647 section 3.4).
VARIANTS = {
    one: wider for one in LANGUAGES for wider in [one.rpartition("-")[0]] if wider in LANGUAGES
}
WIDEST = {"UCS-2": "王", "GSM-7": "W"}


def read(language: str, name: str) -> str:
    """One text, of this language and no other."""
    path = template.folder() / language / f"{name}.txt"
    return path.read_text(encoding="utf-8").strip()


def notice(language: str, group: Group, tone: Tone, last: template.Last = "reply") -> str:
    """The longest that this notice can become."""
    letter = WIDEST[template.alphabet(language)]
    most = CONTRACT["placeholder"]
    words = {name: letter * most[name]["most"] for name in ("from", "check")}
    return template.notice(language, group, tone, words, last=last)


def files(language: str) -> set[str]:
    """The texts that a language has of its own."""
    return {path.stem for path in (template.folder() / language).glob("*.txt")}


def test_a_folder_is_a_language_of_the_contract() -> None:
    folders = {path.name for path in template.folder().iterdir() if path.is_dir()}

    assert folders - {"drafts"} == set(LANGUAGES)


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one not in VARIANTS])
def test_every_language_has_exactly_the_texts_of_the_contract(language: str) -> None:
    assert files(language) == set(CONTRACT["text"])


@pytest.mark.parametrize(("variant", "language"), VARIANTS.items())
def test_a_variant_has_only_texts_that_differ(variant: str, language: str) -> None:
    same = {name for name in files(variant) if read(variant, name) == read(language, name)}

    assert files(variant) < set(CONTRACT["text"])
    assert same == set()


@pytest.mark.parametrize(("variant", "language"), VARIANTS.items())
def test_what_a_variant_lacks_it_has_from_its_language(variant: str, language: str) -> None:
    for name in set(CONTRACT["text"]) - files(variant):
        assert template.text(variant, name) == read(language, name)
    for name in files(variant):
        assert template.text(variant, name) == read(variant, name)


def test_hong_kong_reads_its_own_words_and_taiwan_its_own() -> None:
    """What differs, each where the other would stumble."""
    hong_kong = "".join(read("zh-Hant-HK", name) for name in files("zh-Hant-HK"))
    taiwan = "".join(read("zh-Hant", name) for name in files("zh-Hant"))

    assert not re.search("簡訊|轉帳|掛斷|裡|您|什麼", hong_kong)
    assert not re.search("短訊|轉賬|掛線|裏|甚麼", taiwan)


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hant-HK"])
def test_a_text_in_traditional_chinese_has_no_number_of_the_mainland(language: str) -> None:
    """The police have other numbers there; a lawyer is asked, and not 12348."""
    texts = [template.text(language, name) for name in CONTRACT["text"]]

    assert [text for text in texts if re.search(r"\d", text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CONTRACT["text"])
def test_a_text_has_exactly_the_placeholders_of_the_contract(language: str, name: str) -> None:
    found = re.findall(r"\{([^{}]*)\}", template.text(language, name))

    assert sorted(found) == sorted(CONTRACT["text"][name]["placeholders"])


@pytest.mark.parametrize("last", get_args(template.Last))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("group", "tone"), NOTICES)
def test_the_longest_notice_keeps_to_its_segments_and_alphabet(
    language: str, group: Group, tone: Tone, last: template.Last
) -> None:
    text = notice(language, group, tone, last)

    assert sms.encoding(text) == template.alphabet(language)
    assert len(sms.segments(text)) <= CONTRACT["text"][f"{group}-{tone}"]["segments"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("group", "tone"), NOTICES)
def test_a_notice_has_every_required_sentence(language: str, group: Group, tone: Tone) -> None:
    text = template.text(language, f"{group}-{tone}")
    required = CONTRACT["language"][language]["required"]

    assert [r for r in required if not any(one in text for one in r.split("|"))] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [n for n in CONTRACT["text"] if not n.endswith("-open")])
def test_only_an_open_text_speaks_of_a_debt(language: str, name: str) -> None:
    words = CONTRACT["language"][language]["never_neutral"]

    assert [word for word in words if word in template.text(language, name).lower()] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("group", "tone"), NOTICES)
def test_no_notice_has_a_link_or_asks_to_be_passed_on(
    language: str, group: Group, tone: Tone
) -> None:
    text = notice(language, group, tone)

    assert not re.search(r"https?:|www\.|\.(com|cn)\b|[<>{}]|转发|轉發|轉傳", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("last", get_args(template.Last))
def test_the_last_sentence_depends_on_what_the_channel_hears(
    language: str, last: template.Last
) -> None:
    text = notice(language, Group.EVERYONE, Tone.NEUTRAL, last)

    assert text.endswith(template.text(language, f"last-{last}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_to_check_is_within_its_limit(language: str) -> None:
    assert len(template.text(language, "check")) <= template.most_characters("check")


def test_every_text_rests_on_facts_that_are_verified() -> None:
    known = jurisdiction.facts("cn").by_id

    for text in CONTRACT["text"].values():
        assert all(known[fact].grade in ("A", "B") for fact in text["facts"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wording_is_as_it_was_read_over(
    language: str, golden: Callable[[str, str], None]
) -> None:
    check = template.text(language, "check")
    words = {
        "from": {"UCS-2": "小明", "GSM-7": "Li Ming"}[template.alphabet(language)],
        "check": check,
    }
    texts = [
        f"{group}, {tone}:\n{template.notice(language, group, tone, words, last='reply')}\n"
        for group, tone in NOTICES
    ]
    endings = [f"{last}:\n{template.text(language, f'last-{last}')}\n" for last in ("ring", "stop")]
    ring = template.render(template.text(language, "ring-yourself"), words)

    subject = template.render(template.text(language, "subject"), words)
    mail = f"subject of an e-mail:\n{subject}\n\n...to get no more:\n" + template.text(
        language, "unsubscribe"
    )
    spoken = [*texts, *endings, f"by telephone:\n{ring}\n", f"{mail}\n"]

    golden(f"notices-{language}.txt", "\n".join(spoken))


def test_a_language_without_wording_is_refused() -> None:
    with pytest.raises(LanguageMissingError) as raised:
        template.notice("fr", Group.EVERYONE, Tone.NEUTRAL, {}, last="reply")

    assert "zh-Hans, en" in str(raised.value)


@pytest.mark.parametrize(
    ("begins", "language"),
    [
        ("+8613800000001", "zh-Hans"),
        ("+852", "zh-Hant-HK"),
        ("+853", "zh-Hant-HK"),
        ("+886", "zh-Hant"),
        ("+12025550143", "en"),
        ("", "zh-Hans"),  # an e-mail address says nothing
    ],
)
def test_a_number_decides_the_language(begins: str, language: str) -> None:
    assert template.language_for(begins) == language


def test_a_placeholder_that_nobody_fills_is_our_fault() -> None:
    with pytest.raises(template.UnknownPlaceholderError):
        template.render("{form}", {"from": "小明"})


@given(st.text(alphabet="{}fromcheck小", max_size=30))
def test_a_value_is_never_read_as_a_template(value: str) -> None:
    assert template.render("a{from}b", {"from": value, "check": "X"}) == f"a{value}b"


@pytest.mark.parametrize(
    "name", ["小明", " 小  明 ", "买买提·艾力", "Li Wei", "Anne-Marie", "O'Brien"]
)
def test_a_name_is_a_few_plain_words(name: str) -> None:
    assert template.sender(name) == " ".join(name.split())


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "·",
        "小明1",
        "小明①",
        "a.cn",
        "{from}",
        "<b>",
        "小明\u202e",
        "王" * 17,
        "小明\x1b[1m",
        "🦌",
    ],
)
def test_a_name_with_a_digit_link_or_markup_is_refused(name: str) -> None:
    with pytest.raises(SenderError):
        template.sender(name)

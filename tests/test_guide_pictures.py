"""The pictures of a guide: what stands on them, and how large they are."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from drawn import NEEDS_A_FONT, ink, opened
from guides import LANGUAGES, guide

from kit import typeset
from kit.actions import drawing
from kit.errors import NoFontError
from kit.letters import clause, picture
from kit.letters.guide import SectionKind
from kit.template import folder

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What no font has.
UNKNOWN = "\U0010ffff"


@cache
def pictures(language: str) -> dict[str, bytes]:
    return drawing.draw(guide(language))


def texts(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Every text in the values, and how to get there; `kind` is none."""
    if isinstance(value, str):
        if path[-1] != "kind" and value:
            yield path, value
        return
    inside = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]
    for key, one in inside:
        yield from texts(one, (*path, key))


def one_of_each(values: dict[str, Any]) -> dict[str, Any]:
    """The values with one section of each kind, one line of each kind, and one source."""
    sections = {one["kind"]: trimmed(one) for one in values["sections"]}
    return values | {"sections": list(sections.values()), "sources": values["sources"][:1]}


def trimmed(section: dict[str, Any]) -> dict[str, Any]:
    return {
        key: list({line["kind"]: line for line in one}.values()) if isinstance(one, list) else one
        for key, one in section.items()
    }


def replaced(value: Any, path: tuple[Any, ...], text: str) -> Any:  # noqa: ANN401 (plain values)
    if not path:
        return text
    copy = value.copy() if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], text)
    return copy


def draw(name: str, values: dict[str, Any]) -> bytes:
    template = (folder() / f"{name}.typ").read_text(encoding="utf-8")
    return typeset.picture(template, values, language="zh-Hans")


@NEEDS_A_FONT
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_to_share_fits_a_phone(language: str) -> None:
    image = opened(pictures(language)["share.png"])

    assert image.width == 1080
    assert 1080 <= image.height <= 1920
    assert len(pictures(language)["share.png"]) < 300_000


@NEEDS_A_FONT
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_long_picture_can_be_sent_by_phone(language: str) -> None:
    image = opened(pictures(language)["long.png"])

    assert image.width == 1080
    assert 10_000 < image.height < 65_535, "the most that a JPEG can be high"
    assert len(pictures(language)["long.png"]) < 5_000_000


@NEEDS_A_FONT
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["share.png", "long.png"])
def test_nothing_reaches_the_edge_of_a_picture(name: str, language: str) -> None:
    image = opened(pictures(language)[name])

    left, top, right, bottom = ink(image) or (0, 0, 0, 0)
    assert min(left, top, image.width - right, image.height - bottom) >= 30


@NEEDS_A_FONT
def test_the_same_guide_gives_the_same_pictures() -> None:
    assert drawing.draw(guide()) == pictures("zh-Hans")


SHARED: dict[str, Any] = dict(picture.share_values(guide(today=date(2028, 1, 1))))
LONG = one_of_each(dict(picture.long_values(guide(today=date(2028, 1, 1)))))


@NEEDS_A_FONT
@pytest.mark.parametrize(
    ("name", "values", "path"),
    [
        (name, values, path)
        for name, values in (("share", SHARED), ("long", LONG))
        for path, _ in texts(values)
    ],
    ids=lambda one: "-".join(map(str, one)) if isinstance(one, tuple) else "",
)
def test_every_text_is_drawn(
    name: str, values: dict[str, Any], path: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is drawn is refused with a character that no font has; what is not drawn is not."""
    monkeypatch.setattr(typeset, "PIXELS", 0.1)  # nobody looks at it
    with pytest.raises(NoFontError):
        draw(name, replaced(values, path, f"您{UNKNOWN}好"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_to_share_has_the_few_words_and_when_they_were_checked(language: str) -> None:
    made = guide(language)
    values = dict(picture.share_values(made))

    said = [text for _, text in texts(values)]
    checked = made.labels["checked"].replace("{date}", made.checked_on.isoformat())
    assert said == [made.title, *(line.text for line in made.picture), checked]
    assert any(line.kind == "say" for line in made.picture)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_long_picture_has_every_section_in_the_order_of_the_page(language: str) -> None:
    made = guide(language)
    sections: Any = picture.long_values(made)["sections"]

    assert [one["kind"] for one in sections] == [one.kind for one in made.sections]
    for drawn, section in zip(sections, made.sections, strict=True):
        said = [text for _, text in texts(drawn)]
        if section.kind is SectionKind.MENU:
            assert said == [made.labels["callers"]]
            continue
        assert said[0] == section.title
        if section.kind is not SectionKind.REPORT:
            whole = (*section.lines, *section.means, *section.never)
            assert {line.text for line in whole} <= set(said)
            assert section.answer in {*said, ""}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_is_its_pattern_and_a_letter_has_blanks(language: str) -> None:
    made = guide(language)
    sections: Any = picture.long_values(made)["sections"]
    forms = {one["kind"]: one["form"] for one in sections if one["form"]}

    assert forms["report"] == made.report["pattern"]
    assert set(forms) == {"report", "letter"}
    assert made.form["company"] in forms["letter"]
    assert "____" in forms["letter"].splitlines()[-1]
    assert not any(one in forms["letter"] for one in (" （", "） "))
    assert len(forms["letter"].splitlines()) == len(made.letter.splitlines())
    assert not any(c in text for _, text in texts(sections) for c in "{}")


def test_nothing_on_a_picture_asks_to_tap() -> None:
    said = [text for _, text in texts(picture.long_values(guide()))]

    assert not any("点一下" in text and "要您点一下" not in text for text in said)
    assert not any("复制" in text and "查阅、复制" not in text for text in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_has_its_source_on_the_long_picture(language: str) -> None:
    made = guide(language)
    sources: Any = picture.long_values(made)["sources"]
    by_name = {(one["name"], tuple(one["notes"])): one["clauses"] for one in sources}

    assert len(by_name) == len(sources) < len(made.facts)
    for fact in made.facts:
        name = fact.instrument.name.said(language)
        named = "、".join(clauses for (own, _), clauses in by_name.items() if own == name)
        assert all(clause.said(one, language) in named for one in clause.parts(fact.clause))
        if fact.grade == "C":
            assert any(own == name and made.labels["unverified"] in notes for own, notes in by_name)


@pytest.mark.parametrize("values", [picture.share_values, picture.long_values])
def test_an_old_guide_says_so_on_every_picture(values: Any) -> None:  # noqa: ANN401 (either)
    new, old = guide(), guide(today=date(2028, 1, 1))

    assert old.labels["stale"] in values(old)["foot"]
    assert new.labels["stale"] not in values(new)["foot"]


@NEEDS_A_FONT
def test_that_no_font_has_a_character_is_said_of_the_guide_as_of_a_picture() -> None:
    with pytest.raises(NoFontError) as raised:
        drawing.draw(replace(guide("zh-Hans"), title=f"您{UNKNOWN}好"), ["share"])

    assert raised.value.facts == {"fonts": ", ".join(typeset.FONTS["Hans"][:3])}


MEASURED = """
from pathlib import Path
from kit.actions import guiding

made = guiding.make("contacts", "cn", "zh-Hans")
assert made.missing is None
status = Path("/proc/self/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""


@NEEDS_A_FONT
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process had at most")
def test_drawing_takes_no_memory_of_whoever_asks_for_it() -> None:
    command = [sys.executable, "-c", MEASURED]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert int(done.stdout) < 150_000  # drawn in the same process it is half a million

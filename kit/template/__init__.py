"""The wording: a language and a few words of the borrower's go in, the finished text comes out.

`templates/<language>/<name>.txt` is pure text with placeholders; `templates/contract.toml` says
once, for all languages, what each text is for, which placeholders it may have, which sentences it
must have and how long it may become. A text never holds a field of the recipient's card. A variant
of a language (zh-Hant-HK) has only the texts that differ (lookup, RFC 4647 section 3.4).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kit.errors import LanguageMissingError, OwnWordsError, SenderError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.model import Group, Tone

#: How a notice ends: any reply is heard, only a call is, or a provider takes one word.
Last = Literal["reply", "ring", "stop"]

#: A placeholder for which the borrower may have words of their own.
Own = Literal["check", "line"]
OWN: tuple[Own, ...] = ("check", "line")

#: By the country calling code of a number; the rest of the world gets English.
_LANGUAGE_BY_CODE = {
    "+86": "zh-Hans",
    "+852": "zh-Hant-HK",
    "+853": "zh-Hant-HK",
    "+886": "zh-Hant",
}

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
#: Joins the parts of a name: 买买提·艾力, Anne-Marie, O'Brien.
_JOINERS = " ·-'’"
#: Between the words of a line, and at its end, where the language's own stop stands.
_COMMAS, _STOPS = ",，、", "。.!！?？~～…"


class UnknownPlaceholderError(Exception):
    """A template has a placeholder that nobody fills: a fault of ours."""


def folder() -> Path:
    """Where the texts are: in the package when installed, at the top of a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


@cache
def contract() -> dict[str, Any]:
    """`contract.toml`, read once."""
    return tomllib.loads((folder() / "contract.toml").read_text(encoding="utf-8"))


def languages() -> tuple[str, ...]:
    """Every language that has its texts, in the contract's order."""
    return tuple(contract()["language"])


def alphabet(language: str) -> str:
    """The alphabet that the language's texts are written in, `GSM-7` or `UCS-2`.

    Raises:
        LanguageMissingError: there is no wording in that language.
    """
    return str(_language(language)["alphabet"])


def language_for(recipient: str) -> str:
    """The language for a number when the borrower names none."""
    for code, language in _LANGUAGE_BY_CODE.items():
        if recipient.startswith(code):
            return language
    return "en" if recipient else "zh-Hans"


@cache
def text(language: str, name: str) -> str:
    """One text with its placeholders.

    Raises:
        LanguageMissingError: there is no wording in that language.
    """
    _language(language)
    return _file(language, name).read_text(encoding="utf-8").strip()


def notice(language: str, group: Group, tone: Tone, words: Mapping[str, str], *, last: Last) -> str:
    """The message for one group and tone; its last sentence says how to get no more.

    The borrower's own `line` may be missing in `words`: then there is none.
    """
    join = str(_language(language)["join"])
    names = (f"{group}-{tone}", f"last-{last}")
    filled = {**words, "line": own_sentence(language, words.get("line", ""))}
    return join.join(render(text(language, name), filled) for name in names)


def own_sentence(language: str, line: str) -> str:
    """The borrower's own line with its full stop, as it stands between two sentences."""
    found = _language(language)
    return f"{line}{found['stop']}{found['join']}" if line else ""


def render(pattern: str, words: Mapping[str, str]) -> str:
    """Fill the placeholders in one pass; a value is never read as a template.

    Raises:
        UnknownPlaceholderError: the pattern names something that is not in `words`.
    """

    def word(found: re.Match[str]) -> str:
        if found[1] not in words:
            raise UnknownPlaceholderError(found[1])
        return words[found[1]]

    return _PLACEHOLDER.sub(word, pattern)


def sender(name: str) -> str:
    """The name friends know the borrower by, as it may stand in a text.

    Raises:
        SenderError: it is empty, too long, or holds a digit, link or markup.
    """
    most = most_characters("from")
    if not (tidy := _plain_words(name, most)):
        raise SenderError(most=most)
    return tidy


def own_words(placeholder: Own, value: str) -> str:
    """The borrower's words for a placeholder, as they may stand in a text; a line may have commas.

    Raises:
        OwnWordsError: they are empty, too long, or hold a digit, link or markup.
    """
    most = most_characters(placeholder)
    commas = _COMMAS if placeholder == "line" else ""
    bare = value.replace("’", "'").strip().strip(_STOPS + commas)
    if not (tidy := _plain_words(bare, most, commas)):
        raise OwnWordsError(option=f"--{placeholder}", most=most)
    return tidy


def never_neutral() -> frozenset[str]:
    """What a text that says nothing of a debt may not hold, in whatever language."""
    every = contract()["language"].values()
    return frozenset(word for language in every for word in language["never_neutral"])


def most_segments(group: Group, tone: Tone) -> int:
    """How many segments a notice for that group and tone may need."""
    return int(contract()["text"][f"{group}-{tone}"]["segments"])


def most_characters(placeholder: str) -> int:
    """How long the words for a placeholder may be."""
    return int(contract()["placeholder"][placeholder]["most"])


def _file(language: str, name: str) -> Path:
    """The language's own file, or that of the language it is a variant of."""
    own = folder() / language / f"{name}.txt"
    wider = language.rpartition("-")[0]
    return own if own.is_file() or not wider else _file(wider, name)


def _language(language: str) -> dict[str, Any]:
    if language not in languages():
        raise LanguageMissingError(language=language, languages=", ".join(languages()))
    found: dict[str, Any] = contract()["language"][language]
    return found


def _plain_words(value: str, most: int, commas: str = "") -> str:
    """The value with single spaces, or nothing if it is more than a few plain words."""
    tidy = " ".join(unicodedata.normalize("NFC", value).split())
    between = _JOINERS + commas
    plain = all(c in between or unicodedata.category(c)[0] in "LM" for c in tidy)
    return tidy if plain and len(tidy) <= most and tidy.strip(between) else ""

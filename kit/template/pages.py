"""The words of a page that a person reads: a language and a page go in, its parts come out.

`templates/<page>.toml` says what the page is made of, in which order, and on which facts each part
rests; `templates/<language>/<page>.toml` has the words. In these a line is a paragraph, a line
with `- ` before it an item of a list, one with `> ` words to be said as they stand.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from kit.errors import LanguageMissingError
from kit.template import folder


def pages() -> tuple[str, ...]:
    """Every page that there is, such as `guide-cn`."""
    names = (path.stem for path in folder().glob("*.toml"))
    return tuple(sorted(name for name in names if "section" in outline(name)))


@cache
def outline(page: str) -> dict[str, Any]:
    """What the page is made of."""
    return tomllib.loads((folder() / f"{page}.toml").read_text(encoding="utf-8"))


@cache
def words(page: str, language: str) -> dict[str, Any]:
    """The words of the page for a reader of that language.

    Raises:
        LanguageMissingError: the page has no words that they read.
    """
    path = folder() / nearest(page, language) / f"{page}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def nearest(page: str, language: str) -> str:
    """The language that a reader gets: theirs, or the one that it is a variant of.

    Raises:
        LanguageMissingError: the page has no words in either.
    """
    there, wanted = languages(page), language
    while wanted and wanted not in there:
        wanted = wanted.rpartition("-")[0]
    if not wanted:
        raise LanguageMissingError(language=language, languages=", ".join(there))
    return wanted


def languages(page: str) -> tuple[str, ...]:
    """The languages that have words for the page."""
    found = sorted(path.parent.name for path in folder().glob(f"*/{page}.toml"))
    return tuple(sorted(found, key=lambda one: one != "zh-Hans"))

"""The words of a letter or complaint: a country, its name and a language go in, its parts come out.

`templates/drafts/<country>/<name>.toml` says of what it is made, in which order, what it needs, and
on which facts each part rests; `templates/<language>/drafts/<country>/<name>.toml` has the words.
In these a line is a paragraph, a line with `- ` before it an item, one with `> ` a heading.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from kit.errors import LanguageMissingError
from kit.template import folder


@cache
def countries() -> tuple[str, ...]:
    """The countries that have letters, by their codes."""
    return tuple(sorted(path.name for path in (folder() / "drafts").iterdir() if path.is_dir()))


@cache
def names(country: str) -> tuple[str, ...]:
    """Every letter and complaint of a country, in the order of its `order.toml`."""
    path = folder() / "drafts" / country / "order.toml"
    order: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return (*order["letters"], *order["complaints"])


@cache
def order(country: str, kind: str) -> tuple[str, ...]:
    """Its `letters` or its `complaints`, in order."""
    path = folder() / "drafts" / country / "order.toml"
    return tuple(tomllib.loads(path.read_text(encoding="utf-8"))[kind])


@cache
def outline(country: str, name: str) -> dict[str, Any]:
    """What a letter or complaint is made of."""
    path = folder() / "drafts" / country / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def words(country: str, name: str, language: str) -> dict[str, Any]:
    """Its words for a reader of that language.

    Raises:
        LanguageMissingError: it has no words that they read.
    """
    path = folder() / nearest(country, name, language) / "drafts" / country / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def nearest(country: str, name: str, language: str) -> str:
    """The language that a reader gets: theirs, or the one that it is a variant of.

    Raises:
        LanguageMissingError: there are no words in either.
    """
    there, wanted = languages(country, name), language
    while wanted and wanted not in there:
        wanted = wanted.rpartition("-")[0]
    if not wanted:
        raise LanguageMissingError(language=language, languages=", ".join(there))
    return wanted


@cache
def languages(country: str, name: str) -> tuple[str, ...]:
    """The languages that have words for it."""
    found = sorted(
        path.parents[2].name for path in folder().glob(f"*/drafts/{country}/{name}.toml")
    )
    return tuple(sorted(found, key=lambda one: one != "zh-Hans"))

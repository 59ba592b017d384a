"""The files of `kit/jurisdictions/`: a name goes in, the table of that file comes out."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, TypeVar

FOLDER = Path(__file__).parent.parent / "jurisdictions"

T = TypeVar("T", str, tuple[str, ...])


class ByLanguage(dict[str, T]):
    """The same said in several languages, by BCP 47."""

    def said(self, language: str) -> T | None:
        """In that language or the one it is a variant of; else in Chinese or English."""
        if language in self:
            return self[language]
        if wider := language.rpartition("-")[0]:
            return self.said(wider)
        return self.get("zh-Hans" if language == "zh" else "en")


def load_table(name: str) -> dict[str, Any]:
    """The table of one file; empty where there is none.

    Raises:
        tomllib.TOMLDecodeError: it is no TOML, or says one thing twice.
    """
    path = FOLDER / f"{name.lower()}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def by_language(table: dict[str, Any], key: str) -> ByLanguage[Any]:
    """What a table says under that key in each of its languages."""
    return ByLanguage(
        (language, words[key])
        for language, words in table.items()
        if isinstance(words, dict) and key in words
    )

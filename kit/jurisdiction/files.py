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
        """In that language; in the Chinese there is for any Chinese, else in English."""
        known = "zh-Hans" if language.startswith("zh") else "en"
        return self.get(language) or self.get(known)


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

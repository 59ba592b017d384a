"""The program's own words: an English sentence goes in, the reader's language comes out.

A catalogue is a TOML file of this folder, sentence by sentence. What a contact reads is not here
but in `templates/`.
"""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path

from kit.model import Unnamed


@cache
def catalogue(language: str) -> dict[str, str]:
    """The sentences of a language by the English ones; empty for English."""
    path = Path(__file__).parent / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


class Words:
    """Says sentences in one language."""

    def __init__(self, language: str) -> None:
        self._catalogue = catalogue(language)

    def __call__(self, sentence: str, /, **facts: object) -> str:
        """The sentence with its facts; only a `reason`, and whoever has no name, is said too."""
        shown = {name: _shown(fact) for name, fact in facts.items()}
        for name, fact in facts.items():
            if name == "reason" or isinstance(fact, Unnamed):
                shown[name] = self._catalogue.get(str(fact), str(fact))
        return self._catalogue.get(sentence, sentence).format(**shown)


def _shown(fact: object) -> object:
    """A time as the clock on the wall has it."""
    return f"{fact.astimezone():%Y-%m-%d %H:%M}" if isinstance(fact, datetime) else fact

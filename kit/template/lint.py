"""The leak lint: a text goes in, the kinds of what no outgoing text may say come out.

`templates/lint.toml` has the patterns. A kind is all that is ever said of a leak: the words that
were found stay in the text. It is a net under what people type and under our own texts; it never
says how a text should be worded to pass.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from kit.template import folder

if TYPE_CHECKING:
    from collections.abc import Collection


class Leak(StrEnum):
    """What a text says that no outgoing text may say."""

    AMOUNT = "amount"  #: of money
    OVERDUE = "overdue"  #: for how long something is overdue
    LENDER = "lender"  #: the name of a lender or of its app
    ID_NUMBER = "id_number"  #: of a resident of the mainland, 18 or 15 digits
    NAME = "name"  #: another person's
    LINK = "link"
    REQUEST = "request"  #: for a payment or a code
    THREAT = "threat"
    LEGAL_CLAIM = "legal_claim"  #: what the law is said to be, without a source
    TELEPHONE = "telephone"  #: a number that no fact names
    DEBT = "debt"  #: a word that a neutral text may not have


@dataclass(frozen=True, slots=True)
class _Rule:
    """How one kind is found."""

    patterns: tuple[re.Pattern[str], ...]
    #: what stands directly before a find that makes it none
    not_after: re.Pattern[str] | None
    #: whether it may stand in a text whose facts say it
    sourced: bool

    def finds(self, plain: str, carried: Collection[str]) -> bool:
        """Whether anything in the text is of the kind."""
        return any(
            not self._is_excused(found, carried)
            for pattern in self.patterns
            for found in pattern.finditer(plain)
        )

    def _is_excused(self, found: re.Match[str], carried: Collection[str]) -> bool:
        before = found.string[: found.start()]
        if self.not_after is not None and self.not_after.search(before):
            return True
        return self.sourced and any(_is_whole(found[0], text) for text in carried)


#: GB 11643: what each digit of an ID number counts, and the check digit by the sum modulo 11.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10x98765432"
_ID_NUMBER = re.compile(r"(?<![0-9a-z])(?:[0-9][ -]?){14,17}[0-9x](?![0-9a-z])")
_ID_DIGITS = len(_WEIGHTS) + 1
#: Of an old ID number: a province, and a date of birth.
_OLD_ID = re.compile(r"[1-8]\d{5}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")

#: Names with fewer characters are parts of other words too often.
_SHORTEST_NAME = 2
#: How an English word may end that begins with one of `never`: debtor, lending, but not Owen.
_ENDINGS = "(?:s|d|r|ed|er|ers|ing|ion|ions|or|ors|ee|ees|eed|y)?"

_EAST_ASIAN = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
#: Categories of characters that take no place of their own.
_UNSEEN = ("Cf", "Mn", "Me")
#: Blanks and dots that somebody puts into words.
_IN_WORDS = re.compile(
    rf"(?<=[{_EAST_ASIAN}0-9])[ \t·•*_~|]+(?=[{_EAST_ASIAN}])"
    rf"|(?<=[{_EAST_ASIAN}])[ \t·•*_~|]+(?=[{_EAST_ASIAN}0-9])"
    rf"|(?<=[{_EAST_ASIAN}])[./-](?=[{_EAST_ASIAN}])"
    # One character between commas is no clause.
    rf"|(?:(?<=^[{_EAST_ASIAN}])|(?<=[,、 。!?:;][{_EAST_ASIAN}]))[,、] *(?=[{_EAST_ASIAN}])"
)
_SPELLED = re.compile(r"(?<![^\W_])(?:[a-z][ .]){2,}[a-z](?![^\W_])")


def leaks(
    text: str,
    *,
    names: Collection[str] = (),
    clauses: Collection[str] = (),
    never: Collection[str] = (),
) -> tuple[Leak, ...]:
    """What the text says that it may not, each kind once; empty: it may go.

    `names` are those of other people. `clauses` is what the facts of the text say, clause, words
    and number: amounts, law and telephone numbers that stand there have their source. `never` are
    words that this text may not have.
    """
    plain = _plain(text)
    carried = [*_data()["hotlines"], *map(_plain, clauses)]
    found = {kind for kind, rule in _rules().items() if rule.finds(plain, carried)}
    if any(map(_is_id_number, _ID_NUMBER.findall(plain))):
        found.add(Leak.ID_NUMBER)
    if any(_is_named(_plain(name), plain) for name in names):
        found.add(Leak.NAME)
    if any(_is_said(_plain(word), plain) for word in never):
        found.add(Leak.DEBT)
    return tuple(kind for kind in Leak if kind in found)


def _plain(text: str) -> str:
    """The text as the patterns see it."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    shown = "".join(c for c in plain if unicodedata.category(c) not in _UNSEEN and c not in "'’")
    folded = shown.translate(_simplifying())
    return _SPELLED.sub(lambda found: re.sub("[ .]", "", found[0]), _IN_WORDS.sub("", folded))


def _is_whole(words: str, text: str) -> bool:
    """Whether the words stand in the text, and not as digits of a longer number."""
    return re.search(rf"(?<!\d){re.escape(words)}(?!\d)", text) is not None


def _is_id_number(written: str) -> bool:
    digits = re.sub("[ -]", "", written)
    if len(digits) != _ID_DIGITS:
        return _OLD_ID.fullmatch(digits) is not None
    total = sum(int(digit) * weight for digit, weight in zip(digits[:-1], _WEIGHTS, strict=True))
    return digits[-1] == _CHECK_DIGITS[total % len(_CHECK_DIGITS)]


def _is_named(name: str, plain: str) -> bool:
    if len(name) < _SHORTEST_NAME or name not in plain:
        return False
    if re.search(f"[{_EAST_ASIAN}]", name):
        return True
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", plain) is not None


def _is_said(word: str, plain: str) -> bool:
    if not word.isascii():
        return word in plain
    return re.search(rf"(?<!\w){re.escape(word)}{_ENDINGS}(?!\w)", plain) is not None


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((folder() / "lint.toml").read_text(encoding="utf-8"))


@cache
def _simplifying() -> dict[int, int]:
    return str.maketrans(_data()["traditional"], _data()["simplified"])


@cache
def _rules() -> dict[Leak, _Rule]:
    return {
        Leak(kind): _Rule(
            patterns=tuple(re.compile(_filled(pattern)) for pattern in rule["patterns"]),
            not_after=re.compile(_filled(rule["not_after"])) if "not_after" in rule else None,
            sourced=rule.get("sourced", False),
        )
        for kind, rule in _data()["leak"].items()
    }


def _filled(pattern: str) -> str:
    """The pattern with its parts, and theirs."""
    part: dict[str, str] = _data()["part"]
    filled = re.sub(r"<(\w+)>", lambda found: part[found[1]], pattern)
    return filled if filled == pattern else _filled(filled)

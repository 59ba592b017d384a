"""What the page's process asks of the one that reads uploads, and what that answers.

The question is one line of JSON and then the bytes; the answer is a line of JSON for every value.
It comes from a process that has read whatever somebody sent: its shape is checked, and it is never
more than a value of ours.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kit.actions.reading import Read, read_books
from kit.actions.sources import Upload
from kit.model import Card, CardNumber, Email, Problem, Relation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    Shape = Callable[[Any], Any]

_HALF = re.compile("[\ud800-\udfff]")
#: Bytes written at a time.
_BLOCK = 1 << 20
_NAME_PARTS = 5
_CHARSET = re.compile(r"[a-z0-9_-]{1,20}")
#: A sentence in which nothing but names stands in braces: an attribute of a fact is none of theirs.
_SENTENCE = re.compile(r"(?:[^{}]|\{[a-z_]+\})+")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class NonsenseError(ValueError):
    """The answer is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """An upload that can be read in several character sets; somebody has to say which is right."""

    #: its place among the uploads
    position: int
    #: the upload, or the file in it
    where: str
    #: the same names as they read in each set, the likeliest first
    texts: Mapping[str, tuple[str, ...]] = field(repr=False)


# --- the question -----------------------------------------------------------------------


def question(uploads: Sequence[Upload], charset: str) -> Iterator[bytes | memoryview]:
    """What is written to the process that reads."""
    listed = [[one.where, one.charset, len(one.content)] for one in uploads]
    yield json.dumps([charset, listed]).encode() + b"\n"
    for one in uploads:
        for begin in range(0, len(one.content), _BLOCK):
            yield memoryview(one.content)[begin : begin + _BLOCK]


def answer(asked: BinaryIO) -> Iterator[bytes]:
    """Read one upload after another; what came of it, in lines."""
    charset, listed = json.loads(asked.readline())
    for position, (name, said, size) in enumerate(listed):
        yield from _lines_of(Upload(name, asked.read(size), said), position, charset)


def _lines_of(upload: Upload, position: int, charset: str) -> Iterator[bytes]:
    doubts: list[Doubt] = []

    def decide(where: str, texts: Mapping[str, tuple[str, ...]]) -> str:
        if not upload.charset:  # what is read below is then dropped by whoever asked
            doubts.append(Doubt(position=position, where=where, texts=texts))
        return upload.charset if upload.charset in texts else next(iter(texts))

    read = read_books([upload], charset, decide)
    for doubt in doubts[:1]:
        yield _line("doubt", [doubt.where, doubt.texts])
    for card in read.cards:
        yield _line("card", card)
    for one in read.charsets:
        yield _line("charset", one)
    for problem in read.problems:
        yield _line("problem", problem)
    yield _line("done", position)


def _line(kind: str, value: object) -> bytes:
    return json.dumps([kind, value], default=_plain).encode() + b"\n"


def _plain(value: Any) -> object:  # noqa: ANN401 (a noun, or a set of words)
    if isinstance(value, frozenset):
        return sorted(value)
    return {name: getattr(value, name) for name in value.__slots__}


# --- the answer -------------------------------------------------------------------------


class Answer:
    """What the process that reads has said so far."""

    def __init__(self) -> None:
        self.read = Read()
        self.doubts: list[Doubt] = []
        #: how many uploads it is through with
        self.done = 0

    def take(self, line: bytes) -> None:
        """Take one line more.

        Raises:
            NonsenseError: it is none of the lines that can be.
        """
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            raise NonsenseError from None
        match said:
            case ["card", card]:
                self.read.cards.append(_made(Card, card))
            case ["charset", charset]:
                self.read.charsets.append(_charset(charset))
            case ["problem", problem]:
                self.read.problems.append(_problem(problem))
            case ["doubt", [where, dict(texts)]] if texts:
                texts = {_charset(name): _texts(some) for name, some in texts.items()}
                self.doubts.append(Doubt(position=self.done, where=_text(where), texts=texts))
            case ["done", self.done]:
                self.done += 1
            case _:
                raise NonsenseError


def _of(*kinds: type) -> Shape:
    """A value of just one of these types: a truth value is no number."""

    def checked(value: object) -> object:
        if type(value) not in kinds:
            raise NonsenseError
        return value

    return checked


def _several(shape: Shape) -> Callable[[Any], tuple[Any, ...]]:
    def checked(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise NonsenseError
        return tuple(map(shape, value))

    return checked


def _text(value: object) -> str:
    """A text that can be kept: half of a pair of surrogates is no character."""
    if not isinstance(value, str) or _HALF.search(value):
        raise NonsenseError
    return value


def _fact(value: object) -> object:
    return value if type(value) is int else _text(value)


_truth = _of(bool)
_texts = _several(_text)


def _charset(value: object) -> str:
    if not isinstance(value, str) or not _CHARSET.fullmatch(value):
        raise NonsenseError
    return value


def _email(value: object) -> Email:
    from kit.vcard.values import is_email

    if not is_email(text := _text(value)):
        raise NonsenseError
    return Email(text)


def _name_parts(value: object) -> tuple[str, ...]:
    parts = _texts(value)
    if len(parts) != _NAME_PARTS:
        raise NonsenseError
    return parts


def _facts(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise NonsenseError
    return {name: _fact(fact) for name, fact in value.items()}


def _problem(value: object) -> Problem:
    problem: Problem = _made(Problem, value)
    if not _SENTENCE.fullmatch(problem.what):
        raise NonsenseError
    if not set(_PLACEHOLDER.findall(problem.what)) <= problem.facts.keys():
        raise NonsenseError
    return problem


def _made(noun: type[Any], value: object) -> Any:  # noqa: ANN401 (one of these nouns)
    """The noun, if the value has all of its fields and no other."""
    shapes = _SHAPES[noun]
    if not isinstance(value, dict) or value.keys() != shapes.keys():
        raise NonsenseError
    return noun(**{name: shape(value[name]) for name, shape in shapes.items()})


_SHAPES: dict[type, dict[str, Shape]] = {
    Problem: {"where": _text, "what": _text, "facts": _facts},
    Relation: {"kind": _text, "who": _text},
    CardNumber: {
        "text": _text,
        "types": lambda value: frozenset(_texts(value)),
        "where": _text,
        "label": _text,
    },
    Card: {
        **dict.fromkeys(("where", "version", "full_name", "organisation", "title"), _text),
        **dict.fromkeys(("uid", "revision"), _text),
        **dict.fromkeys(("nicknames", "categories"), _texts),
        **dict.fromkeys(("has_note", "has_photo", "is_group"), _truth),
        "name_parts": _name_parts,
        "relations": _several(lambda value: _made(Relation, value)),
        "numbers": _several(lambda value: _made(CardNumber, value)),
        "emails": _several(_email),
        "notes": _several(_problem),
    },
}

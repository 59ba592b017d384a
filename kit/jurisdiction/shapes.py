"""How a file of facts must be written: its table goes in, what no one could read comes out.

What a fact says is looked at in `facts`, once each part is the text, the date or the table that it
must be. A name that nothing reads is refused: one that is misspelt would be a date never kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kit.model import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Form = Callable[[Any], bool]

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
#: Numbers as they are dialled.
_PHONE = re.compile(r"\+?[0-9]+(-[0-9]+)*")


def misshapen(code: str, table: dict[str, Any]) -> Iterator[Problem]:
    """Every part of the file that is not written as it must be, with its place."""
    pack = table.get("pack")
    for key in _wrong(pack, _PACK):
        yield _problem(f"{code}.toml: pack", key)
    if isinstance(pack, dict) and not _is_text(pack.get("language")):
        yield _problem(f"{code}.toml: pack", "language")
    for kind, forms in (("instrument", _INSTRUMENT), ("fact", _FACT)):
        if not isinstance(entries := table.get(kind), dict):
            yield _problem(f"{code}.toml", kind)
            continue
        for name, one in entries.items():
            for key in _wrong(one, forms):
                yield _problem(f"{code}.toml: {name}", key or kind)
    if not _is_lists(table.get("pattern", {})):
        yield _problem(f"{code}.toml", "pattern")


def _problem(where: str, key: str) -> Problem:
    what = "Its “{key}” cannot be read: the name or the value is wrong."
    return Problem(where=where, what=what, facts={"key": key})


def _wrong(one: object, forms: dict[str, Form]) -> Iterator[str]:
    """The names of the parts that are wrong; an empty one where it is no table at all."""
    if not isinstance(one, dict):
        yield ""
        return
    for key, value in one.items():
        form = forms.get(key, _is_said if _LANGUAGE.fullmatch(key) else None)
        if form is None or not form(value):
            yield key


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not value.isspace()


def _is_said(value: object) -> bool:
    """Whether it is what one language says of something."""
    return isinstance(value, dict) and all(map(_is_text, value.values()))


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_any(_: object) -> bool:
    """Whether it is right is looked at in `facts`."""
    return True


def _is_hours(value: object) -> bool:
    return isinstance(value, dict) and all(_fits(_CLOCK)(one) for one in value.values())


def _is_at_most(value: object) -> bool:
    """Whether it says how often, of calls that were answered or of those that were not."""
    return (
        isinstance(value, dict)
        and bool(value)
        and set(value) <= {"answered", "unanswered"}
        and all(type(one) is int and one > 0 for one in value.values())
    )


def _is_within(value: object) -> bool:
    """Whether it says after how many days, the first term first, or months or years."""
    return (
        isinstance(value, dict)
        and len(value) == 1
        and set(value) <= {"days", "months", "years"}
        and all(
            isinstance(terms, list)
            and bool(terms)
            and all(type(one) is int and one > 0 for one in terms)
            and terms == sorted(terms)
            for terms in value.values()
        )
    )


def _is_lists(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_texts, value.values()))


def _fits(pattern: re.Pattern[str]) -> Form:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


_PACK: dict[str, Form] = {"language": _is_text, "hosts": _is_texts}
_INSTRUMENT: dict[str, Form] = {
    **dict.fromkeys(("name", "short", "issuer", "source", "limits"), _is_text),
    **dict.fromkeys(("effective_from", "effective_to"), _is_any),
}
_FACT: dict[str, Form] = {
    **dict.fromkeys(("title", "statement", "kind", "grade", "instrument", "clause"), _is_text),
    **dict.fromkeys(("quote", "limits", "source", "url"), _is_text),
    **dict.fromkeys(("checked_on", "effective_from", "effective_to"), _is_any),
    "phone": _fits(_PHONE),
    "hours": _is_hours,
    "at_most": _is_at_most,
    "within": _is_within,
}

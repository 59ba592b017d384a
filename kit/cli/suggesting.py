"""What contacts look like, in words: marks, lists with reasons, warnings; nothing is chosen."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from kit.cli.talk import one_line
from kit.model import ContactKind, Group

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kit.actions.suggesting import Look
    from kit.cli.talk import Talk

#: What `--suggested` means without a group.
ANY = "any"
#: More people than this are counted, not named.
_MOST_NAMED = 40
#: Columns of a name in a sentence.
_WIDEST_NAME = 24


def look_fields(talk: Talk, look: Look) -> dict[str, object]:
    """Kind and suggestion, for a program."""
    one = look.suggestion
    fields = {} if one is None else {"group": one.group.value, "reason": talk.say(one.reason)}
    return {
        "kind": look.kind.value,
        "suggested": None if one is None else {**fields, "is_sure": one.is_sure},
    }


def with_suggestion(looks: Iterable[Look], group: str) -> list[Look]:
    """Those for whom the group, or any, is suggested and not chosen; the plain ones first."""
    found = [
        (one.group is Group.NOBODY, not one.is_sure, one.reason, look)
        for look in looks
        if (one := look.open_suggestion) is not None and group in (ANY, one.group)
    ]
    return [look for *_, look in sorted(found, key=lambda row: row[:3])]


def services(looks: Iterable[Look]) -> list[Look]:
    """The shops, services and organisations."""
    found = (look for look in looks if look.kind is ContactKind.SERVICE)
    return sorted(found, key=lambda look: look.because)


def why_service(talk: Talk, look: Look) -> str:
    """Why it is taken to be a shop, a service or an organisation."""
    return talk.say(look.because)


def why_suggested(talk: Talk, look: Look) -> str:
    """Which group is suggested, and why."""
    one = look.open_suggestion
    if one is None:
        return ""
    label = talk.label(one.group)
    if one.is_sure:
        return talk.say("Consider “{label}”: {reason}", label=label, reason=one.reason)
    return talk.say("Consider “{label}”, not certain: {reason}", label=label, reason=one.reason)


def print_under_headings(talk: Talk, rows: Iterable[tuple[str, Sequence[str]]]) -> None:
    """A table under each heading; rows of one heading stand together."""
    for above, group in itertools.groupby(rows, key=lambda row: row[0]):
        talk.show(above)
        talk.table([("", *row) for _, row in group], names=2)


def say_who_is_told(talk: Talk, looks: Sequence[Look]) -> None:
    """Of those whom the borrower chose without naming them: who had better not be told."""
    unwanted = [look for look in looks if look.suggests(Group.NOBODY)]
    others = [look for look in looks if look.is_service and look not in unwanted]
    if unwanted:
        talk.err(
            "Of those chosen now, {count} look as if they had better not be: a lender, a bank, a "
            "superior, an ex? See them: kit contacts --suggested nobody",
            count=len(unwanted),
        )
    if others:
        talk.err(
            "Of those chosen now, {count} look like shops or services. See them: "
            "kit contacts --services",
            count=len(others),
        )
    if unwanted or others:
        talk.err("To leave one out: kit choose --nobody WHO")


def name_unwanted(talk: Talk, looks: Sequence[Look]) -> None:
    """Before all the rest are told: by name who had better not be, and how many are services."""
    unwanted = [look for look in looks if look.suggests(Group.NOBODY)]
    if unwanted:
        talk.err(
            "Please look: these had perhaps better not be told ({count}):", count=len(unwanted)
        )
    for look in unwanted[:_MOST_NAMED]:
        if look.suggestion is not None:
            name = one_line(look.contact.name, _WIDEST_NAME) or talk.say("(no name)")
            talk.err("  {name}: {reason}", name=name, reason=look.suggestion.reason)
    others = sum(look.is_service for look in looks if look not in unwanted)
    if others:
        talk.err("Shops or services among them: {count}.", count=others)

"""What cards say: a card goes in, its part of a contact comes out; parts make a contact."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from kit import mail_address, phone
from kit.contacts.plain_name import EAST_ASIAN
from kit.model import E164, Card, Contact, Group, NumberKind, Part, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Written family name first and without a space: Chinese, Japanese, Korean.
_EAST_ASIAN = re.compile(f"[{EAST_ASIAN}]")
_IN_A_POCKET = frozenset({"cell", "mobile", "iphone"})
_AT_A_PLACE = frozenset({"home", "work", "main", "fax", "pager", "isdn", "car", "other"})
#: A text goes to the first, somebody answers the second; all others are nobody's.
_PEOPLES = (NumberKind.MOBILE, NumberKind.FIXED)

#: A name, a number or an address.
_Text = TypeVar("_Text", bound=str)

#: More characters than this no name needs; on every screen it stands in one line.
_LONGEST_NAME = 100

#: A run of digits that a program counts up: other books have it too, for somebody else.
_COUNTER = re.compile(r"\d{0,12}")

_NOTHING = "The card has no name, number or address; it is left out."
_LIST = "This is a list of other cards, not a person; it is left out."


def read(card: Card, region: str, problems: list[Problem]) -> tuple[Part, frozenset[E164]] | None:
    """What the card says, and which of its numbers may be others' too.

    What cannot be used goes to `problems`; nothing: the card is nobody's.
    """
    problems.extend(card.notes)
    if card.is_group:
        problems.append(Problem(where=card.where, what=_LIST))
        return None
    types_by_number, also = _numbers(card, region, problems)
    name = shown_name(card)[:_LONGEST_NAME]
    is_reached = types_by_number or card.emails or any(map(phone.before_extension, also))
    if not (name or is_reached):
        if not card.numbers and not card.notes:
            problems.append(Problem(where=card.where, what=_NOTHING))
        return None
    part = Part(
        where=card.where,
        name=name,
        numbers=tuple(sorted(types_by_number, key=lambda n: _rank(n, types_by_number[n]))),
        also=also,
        emails=union([tuple(map(mail_address.plain, card.emails))]),
        uid=card.uid,
        organisation=card.organisation,
        title=card.title,
        nicknames=card.nicknames,
        categories=card.categories,
        labels=tuple(dict.fromkeys(n.label for n in card.numbers if n.label)),
        relations=card.relations,
        written=tuple(re.sub(r"\D", "", number.text) for number in card.numbers),
    )
    at_a_place = {n for n, types in types_by_number.items() if types & _AT_A_PLACE}
    fixed = {n for n in part.numbers if not is_mobile(n)}
    return part, shareable(part.numbers) & (at_a_place | fixed)


def shown_name(card: Card) -> str:
    """The name to show: FN, else N as its language puts it together, else ORG."""
    family, given, additional, prefix, suffix = card.name_parts
    if _EAST_ASIAN.search(family + given):
        from_parts = prefix + family + additional + given + suffix
    else:
        from_parts = " ".join(filter(None, (prefix, given, additional, family, suffix)))
    return card.full_name or from_parts or card.organisation


def contact(id_: str, parts: Sequence[Part], group: Group) -> Contact:
    """The person of whom these parts speak, those first that decide what is shown."""
    return Contact(
        id=id_,
        names=union((part.name,) for part in parts if part.name),
        numbers=_mobiles_first(union(part.numbers for part in parts)),
        also=union(part.also for part in parts),
        emails=union(part.emails for part in parts),
        parts=tuple(dict.fromkeys(parts)),
        group=group,
    )


def of(one: Contact) -> tuple[Part, ...]:
    """The parts of a contact; what no card is known to say is a part of its own."""
    names = _beyond(one.names, ((part.name,) for part in one.parts))
    numbers = _beyond(one.numbers, (part.numbers for part in one.parts))
    emails = _beyond(one.emails, (part.emails for part in one.parts))
    if not (names or numbers or emails):
        return one.parts
    where = one.parts[0].where if one.parts else ""
    first = Part(where=where, name=next(iter(names), ""), numbers=numbers, emails=emails)
    return (*one.parts, first, *(Part(where=where, name=name) for name in names[1:]))


def standing(old: Sequence[Part], new: Sequence[Part]) -> list[Part]:
    """The parts of before that stand beside those read now.

    One gives way to a card that says the same, wherever it stands now; to the card in its place
    that says all that it does, and more; to itself, read in another region or character set, where
    no fewer numbers come of it; and to the new state of the same card (UID), where that has all
    its numbers and addresses: what somebody was told by, or opted out by, is never lost.
    """
    said = {facts(part) for part in new}
    again = {as_written(part): len(_reach(part)) for part in new if any(part.written)}
    by_place = {part.where: part for part in new}
    by_uid = {part.uid: part for part in new if tells_apart(part.uid)}
    left = []
    for part in old:
        here, same = by_place.get(part.where), by_uid.get(part.uid)
        is_said = facts(part) in said or len(_reach(part)) <= again.get(as_written(part), -1)
        is_said = is_said or (here is not None and facts(part) <= facts(here))
        if not is_said and not (same is not None and _reach(part) <= _reach(same)):
            left.append(part)
    return left


def as_written(part: Part) -> tuple[str, tuple[str, ...]] | None:
    """By what the card is known, however it is read: its place, and the digits in it."""
    return (part.where, part.written) if any(part.written) else None


def facts(part: Part) -> frozenset[tuple[str, object]]:
    """Everything that a part says, but where."""
    one = {"name": part.name, "uid": part.uid, "org": part.organisation, "title": part.title}
    many: dict[str, Sequence[object]] = {
        "number": part.numbers,
        "also": part.also,
        "email": part.emails,
        "nickname": part.nicknames,
        "category": part.categories,
        "label": part.labels,
        "relation": part.relations,
    }
    said: list[tuple[str, object]] = [(kind, text) for kind, text in one.items() if text]
    said += [(kind, value) for kind, values in many.items() for value in values]
    return frozenset(said)


def tells_apart(uid: str) -> bool:
    """Whether no other card has that UID by chance."""
    return _COUNTER.fullmatch(uid) is None


def without(part: Part, address: str) -> Part:
    """The part without an address that turned out to be somebody else's."""
    return replace(
        part,
        numbers=tuple(number for number in part.numbers if number != address),
        emails=tuple(email for email in part.emails if email != address),
    )


def is_mobile(number: E164) -> bool:
    """Whether a text can go there."""
    return phone.kind(number) is NumberKind.MOBILE


def shareable(numbers: Iterable[E164]) -> frozenset[E164]:
    """Landlines, and numbers that look like them: they may be a household's."""
    return frozenset(n for n in numbers if not phone.is_surely_mobile(n))


def union(many: Iterable[tuple[_Text, ...]]) -> tuple[_Text, ...]:
    """All of them, each once, in order."""
    return tuple(dict.fromkeys(one for several in many for one in several))


def _beyond(everything: tuple[_Text, ...], said: Iterable[tuple[_Text, ...]]) -> tuple[_Text, ...]:
    known = set(union(said))
    return tuple(one for one in everything if one not in known)


def _reach(part: Part) -> set[str]:
    return {*part.numbers, *part.also, *part.emails}


def _numbers(
    card: Card, region: str, problems: list[Problem]
) -> tuple[dict[E164, frozenset[str]], tuple[str, ...]]:
    """The card's numbers with their types, in its order; and those to which no text can go."""
    found: dict[E164, frozenset[str]] = {}
    also: list[str] = []
    for written in card.numbers:
        numbers, errors = phone.read(written.text, region)
        problems += [Problem(where=written.where, what=error.sentence) for error in errors]
        for number in numbers:
            if number.e164:
                found[number.e164] = found.get(number.e164, frozenset()) | written.types
            if number.dialled != number.e164 or number.kind not in _PEOPLES:
                also.append(number.dialled)
    return found, tuple(dict.fromkeys(also))


def _rank(number: E164, types: frozenset[str]) -> tuple[bool, bool, bool, bool, bool]:
    """Smaller is better: takes texts, is no fax, is in a pocket, not at a place, preferred."""
    return (
        not is_mobile(number),
        "fax" in types,
        not types & _IN_A_POCKET,
        bool(types & _AT_A_PLACE) and not types & _IN_A_POCKET,
        "pref" not in types,
    )


def _mobiles_first(numbers: tuple[E164, ...]) -> tuple[E164, ...]:
    return tuple(sorted(numbers, key=lambda number: not is_mobile(number)))

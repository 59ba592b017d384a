"""One cut-out card and the character set of its file go in; one `Card` comes out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kit.model import Card, CardNumber, Problem, Relation
from kit.vcard import grammar
from kit.vcard.charset import decide
from kit.vcard.headers import RELATIONS
from kit.vcard.values import Property, is_email, label_in, read_property, tidy, unquoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kit.vcard.charset import Charset
    from kit.vcard.pieces import Note, Piece, Pieces

_DAMAGED = "A line ({property}) is damaged and is left out."
_CHARSET = "Some characters of a line ({property}) cannot be read; they stand as �."
_NO_EMAIL = "What stands as an e-mail address (EMAIL) is none; it is left out."

#: A number of a card to which END or BEGIN was glued when its line end was lost.
_GLUED = re.compile(r"(?:END|BEGIN):VCARD.*", re.IGNORECASE | re.DOTALL)
_LONGEST_VERSION = 8
_LONGEST_WORD = 200
_NAME_PARTS = 5
#: What Android calls the relatives of its own property, by its numbers (ContactsContract.Relation).
_ANDROID_RELATIONS = dict(
    enumerate(
        [
            *("assistant", "brother", "child", "domestic partner", "father", "friend", "manager"),
            *("mother", "parent", "partner", "referred by", "relative", "sister", "spouse"),
        ],
        1,
    )
)
_ANDROID = "vnd.android.cursor.item/"
#: Values of several fields with semicolons between them.
_FIELDS = frozenset({"N", "ORG", "X-ANDROID-CUSTOM"})
#: What GBK that happens to be UTF-8 looks like.
_NARROW = re.compile("[\u0080-\u07ff]")
#: A semicolon that is part of a field, in quoted-printable.
_SEMICOLON = re.compile(r"=3[Bb]")


#: Takes what one line says: the card, its header, its value and its place.
_Taker = Callable[["_Draft", Property, str, int], None]
#: What a card says: the fields of `Card`, and apart what stands on several lines.
Fields = dict[str, Any]


class _Draft:
    """A card as its lines are read."""

    __slots__ = ("fields", "file", "grouped", "labels", "notes", "numbers", "relations")

    def __init__(self, file: str, number: int) -> None:
        self.file = file
        self.fields: Fields = {"where": f"{file}:{number}", "version": ""}
        self.numbers: list[CardNumber] = []
        #: which of the numbers has a label of its own, by the group in which that stands
        self.grouped: dict[str, int] = {}
        #: kind, who and the group in which its label stands
        self.relations: list[tuple[str, str, str]] = []
        self.labels: dict[str, tuple[str, bool]] = {}
        self.notes: list[Note] = []


def read_cards(pieces: Pieces, charset: Charset, file: str) -> Iterator[Card]:
    """Every card, in order; a line that cannot be read costs that line, with a note."""
    for index, piece in enumerate(pieces):
        draft = _Draft(file, piece.number)
        if piece.raw:
            _read(draft, piece, charset, index)
        yield _card(draft, piece.notes)


def charset_of(pieces: Pieces) -> Charset:
    """The character set of the file, by its lines that bear no label."""
    return decide(pieces.voters(), _unlabelled)


def _unlabelled(raw: bytes) -> list[bytes]:
    """The values of a card that say nothing of their character set and are not ASCII."""
    found: list[bytes] = []
    for line in raw.decode("utf-8", "surrogateescape").split("\n"):
        head, _, value = line.partition(":")
        if value.isascii() and "=" not in value:
            continue
        property_ = _property(head)
        if property_ is not None and not property_.charset:
            raw_value = unquoted(value) if property_.is_quoted else _bytes_of(value)
            if not raw_value.isascii():
                found.append(raw_value)
    return found


def _property(head: str) -> Property | None:
    try:
        return read_property(head)
    except grammar.DamagedError:
        return None


def _read(draft: _Draft, piece: Piece, charset: Charset, index: int) -> None:
    """Take what every line of the card says."""
    try:
        text = piece.raw.decode()
        may_be_odd = charset.is_mixed and not text.isascii()
        is_odd = may_be_odd and _NARROW.search(text) is not None
    except UnicodeDecodeError:
        text, is_odd = piece.raw.decode("utf-8", "surrogateescape"), True
    for line, place in zip(text.split("\n"), piece.places, strict=True):
        head, _, value = line.partition(":")
        try:
            property_, take = _known(head)
            if property_.is_quoted or ((is_odd or property_.charset) and not value.isascii()):
                value, is_whole = _decoded(value, property_, charset, index)
                if not is_whole:
                    draft.notes.append((place, _CHARSET, property_.name))
            take(draft, property_, value, place)
        except grammar.DamagedError:
            draft.notes.append((place, _DAMAGED, _name_in(head)))


def _decoded(value: str, property_: Property, charset: Charset, index: int) -> tuple[str, bool]:
    """The value's text, and whether every byte of it had a meaning."""
    label = property_.charset
    if not property_.is_quoted:
        return charset.decode(_bytes_of(value), label, index)
    if "=3" not in value or property_.name not in _FIELDS or not _SEMICOLON.search(value):
        return charset.decode(unquoted(value), label, index)
    parts = [charset.decode(unquoted(one), label, index) for one in value.split(";")]
    return ";".join(grammar.escaped(text) for text, _ in parts), all(whole for _, whole in parts)


def _bytes_of(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")


def _name_in(head: str) -> str:
    """The name of a property that is wanted, so it is no word of a person."""
    return head.partition(";")[0].rpartition(".")[2].strip().upper()


# --- what each property says ----------------------------------------------------------------


def _take_version(draft: _Draft, _: Property, value: str, __: int) -> None:
    draft.fields["version"] = draft.fields["version"] or value.strip()[:_LONGEST_VERSION]


def _text(name: str) -> _Taker:
    """Takes the first text that is one."""

    def take(draft: _Draft, _: Property, value: str, __: int) -> None:
        if name not in draft.fields:
            text = tidy(grammar.text_of(value) if "\\" in value else value)
            if text:
                draft.fields[name] = text

    return take


def _word(name: str) -> _Taker:
    """Takes the first word that is one; it has no escapes."""

    def take(draft: _Draft, _: Property, value: str, __: int) -> None:
        if name not in draft.fields and (text := tidy(value)):
            draft.fields[name] = text[:_LONGEST_WORD]

    return take


def _list(name: str) -> _Taker:
    """Takes every text, each once."""

    def take(draft: _Draft, _: Property, value: str, __: int) -> None:
        texts = filter(None, map(tidy, grammar.texts_of(value)))
        draft.fields[name] = tuple(dict.fromkeys((*draft.fields.get(name, ()), *texts)))

    return take


def _flag(name: str) -> _Taker:
    """Takes only that there is one."""

    def take(draft: _Draft, _: Property, __: str, ___: int) -> None:
        draft.fields[name] = True

    return take


def _take_name_parts(draft: _Draft, _: Property, value: str, __: int) -> None:
    if "name_parts" in draft.fields:
        return
    parts = [part and tidy(part) for part in grammar.fields_of(value)]
    if len(parts) != _NAME_PARTS:
        parts += [""] * (_NAME_PARTS - len(parts))
        # More parts than there are belong to the last: nothing of a name is dropped.
        parts[_NAME_PARTS - 1 :] = [" ".join(filter(None, parts[_NAME_PARTS - 1 :]))]
    if any(parts):
        draft.fields["name_parts"] = tuple(parts)


def _take_organisation(draft: _Draft, _: Property, value: str, __: int) -> None:
    if "organisation" not in draft.fields:
        draft.fields["organisation"] = tidy(" ".join(grammar.fields_of(value)))


def _take_number(draft: _Draft, property_: Property, value: str, place: int) -> None:
    text = tidy(grammar.text_of(value) if "\\" in value else value)
    if ":" in text:
        text = _GLUED.sub("", text)
    if not text:
        return
    if property_.group:
        draft.grouped[property_.group] = len(draft.numbers)
    where, types, label = f"{draft.file}:{place}", property_.types, property_.label
    draft.numbers.append(CardNumber(text=text, types=types, where=where, label=label))


def _take_email(draft: _Draft, _: Property, value: str, place: int) -> None:
    text = tidy(grammar.text_of(value))
    if is_email(text):
        draft.fields["emails"] = tuple(dict.fromkeys((*draft.fields.get("emails", ()), text)))
    elif text:
        draft.notes.append((place, _NO_EMAIL, ""))


def _take_label(draft: _Draft, property_: Property, value: str, _: int) -> None:
    draft.labels[property_.group] = label_in(grammar.text_of(value))


def _take_related(draft: _Draft, property_: Property, value: str, _: int) -> None:
    who = tidy(grammar.text_of(value))
    kinds = sorted(property_.types - _NO_RELATIONS) or [property_.label]
    draft.relations += [(kind, who, property_.group) for kind in kinds]


def _take_relation(draft: _Draft, property_: Property, value: str, _: int) -> None:
    kind, who = RELATIONS[property_.name], tidy(grammar.text_of(value))
    draft.relations.append((kind, who, ""))


def _take_android(draft: _Draft, property_: Property, value: str, place: int) -> None:
    """Android's own: a media type, the text, a number for its kind, a label for kind 0."""
    media, text, kind, label, *_ = [*map(tidy, grammar.fields_of(value)), "", "", "", ""]
    if media == f"{_ANDROID}nickname":
        _list("nicknames")(draft, property_, text.replace(",", "，"), place)
    elif media == f"{_ANDROID}relation":
        known = _ANDROID_RELATIONS.get(int(kind)) if kind.isdecimal() else None
        draft.relations.append((known or label, text, property_.group))


def _take_kind(draft: _Draft, _: Property, value: str, __: int) -> None:
    if value.strip().lower() == "group":
        draft.fields["is_group"] = True


#: Of RELATED, types that name no relation.
_NO_RELATIONS = frozenset({"pref", "contact", "text", "uri"})

_TAKERS: dict[str, _Taker] = {
    "VERSION": _take_version,
    "FN": _text("full_name"),
    "N": _take_name_parts,
    "ORG": _take_organisation,
    "TITLE": _text("title"),
    "NICKNAME": _list("nicknames"),
    "CATEGORIES": _list("categories"),
    "TEL": _take_number,
    "EMAIL": _take_email,
    "X-ABLABEL": _take_label,
    "RELATED": _take_related,
    "X-ABRELATEDNAMES": _take_related,
    "X-ANDROID-CUSTOM": _take_android,
    "UID": _word("uid"),
    "REV": _word("revision"),
    "KIND": _take_kind,
    "X-ADDRESSBOOKSERVER-KIND": _take_kind,
    "NOTE": _flag("has_note"),
    "PHOTO": _flag("has_photo"),
    **dict.fromkeys(RELATIONS, _take_relation),
}


@lru_cache(maxsize=4096)
def _known(head: str) -> tuple[Property, _Taker]:
    property_ = read_property(head)
    return property_, _TAKERS[property_.name]


# --- the card ---------------------------------------------------------------------------------


def _card(draft: _Draft, notes: list[Note]) -> Card:
    fields = draft.fields
    if draft.numbers:
        if draft.labels and draft.grouped:
            _label_numbers(draft)
        fields["numbers"] = tuple(draft.numbers)
    if draft.relations:
        fields["relations"] = _relations(draft)
    if notes or draft.notes:
        fields["notes"] = _notes([*notes, *draft.notes], draft.file)
    return Card(**fields)


def _label_numbers(draft: _Draft) -> None:
    """Apple's own words are types as any other; what somebody wrote is a label."""
    for group, index in draft.grouped.items():
        word, is_apples = draft.labels.get(group, ("", False))
        number = draft.numbers[index]
        if is_apples:
            draft.numbers[index] = replace(number, types=number.types | {word.lower()})
        elif word:
            draft.numbers[index] = replace(number, label=word)


def _relations(draft: _Draft) -> tuple[Relation, ...]:
    """Each once, under its label where it has one."""
    found = {
        Relation(kind=draft.labels.get(group, (kind, False))[0].lower(), who=who): None
        for kind, who, group in draft.relations
        if who
    }
    return tuple(found)


def _notes(notes: list[Note], file: str) -> tuple[Problem, ...]:
    return tuple(
        Problem(where=f"{file}:{line}", what=what, facts={"property": name} if name else {})
        for line, what, name in notes
    )

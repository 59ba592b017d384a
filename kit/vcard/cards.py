"""One cut-out card and the character set of its file go in; one `Card` comes out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit.model import Card, CardNumber, Email, Problem, Relation
from kit.vcard import grammar
from kit.vcard.charset import decide
from kit.vcard.headers import RELATIONS
from kit.vcard.values import Property, label_in, read_property, tidy, unquoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kit.vcard.charset import Charset
    from kit.vcard.pieces import Piece, Pieces

_EMAIL = re.compile(r"[^@\s<>\"',;:]{1,64}@[^@\s<>\"',;:]{1,255}")
_DAMAGED = "{property}: the line is damaged and is left out."
_CHARSET = "{property}: some characters cannot be read; they stand as �."
_NO_EMAIL = "EMAIL: this is no e-mail address; it is left out."

#: A number of a card to which END or BEGIN was glued when its line end was lost.
_GLUED = re.compile(r"(?:END|BEGIN):VCARD.*", re.IGNORECASE | re.DOTALL)
_LONGEST_VERSION = 8
_LONGEST_ID = 200
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


@dataclass(slots=True)
class _Draft:
    """A card as its lines are read."""

    version: str = ""
    full_name: str = ""
    name_parts: tuple[str, str, str, str, str] = ("", "", "", "", "")
    organisation: str = ""
    title: str = ""
    nicknames: dict[str, None] = field(default_factory=dict)
    categories: dict[str, None] = field(default_factory=dict)
    #: kind, who and the group in which its label stands
    relations: list[tuple[str, str, str]] = field(default_factory=list)
    #: text, its header and line
    numbers: list[tuple[str, Property, int]] = field(default_factory=list)
    emails: dict[Email, None] = field(default_factory=dict)
    labels: dict[str, tuple[str, bool]] = field(default_factory=dict)
    uid: str = ""
    revision: str = ""
    has_note: bool = False
    has_photo: bool = False
    is_group: bool = False
    #: line, what and the property
    notes: list[tuple[int, str, str]] = field(default_factory=list)


def read_cards(pieces: Pieces, charset: Charset, file: str) -> Iterator[Card]:
    """Every card, in order; a line that cannot be read costs that line, with a note."""
    for index, piece in enumerate(pieces):
        yield _card(_drafted(piece, index, charset), piece, file)


def charset_of(pieces: Pieces) -> Charset:
    """The character set of the file, by its lines that bear no label."""
    return decide((index, _unlabelled(raw)) for index, raw in pieces.voters())


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


def _drafted(piece: Piece, index: int, charset: Charset) -> _Draft:
    draft = _Draft()
    if not piece.raw:
        return draft
    try:
        text, is_odd = piece.raw.decode(), False
    except UnicodeDecodeError:
        text, is_odd = piece.raw.decode("utf-8", "surrogateescape"), True
    is_suspect = charset.is_suspect(index)
    is_odd = is_odd or is_suspect
    for line, place in zip(text.split("\n"), piece.places, strict=True):
        head, _, value = line.partition(":")
        try:
            property_ = read_property(head)
            if property_.is_quoted or ((is_odd or property_.charset) and not value.isascii()):
                value, is_whole = _decoded(value, property_, charset, is_suspect=is_suspect)
                if not is_whole:
                    draft.notes.append((place, _CHARSET, property_.name))
            _TAKERS[property_.name](draft, property_, value, place)
        except grammar.DamagedError:
            draft.notes.append((place, _DAMAGED, _name_in(head)))
    return draft


def _decoded(
    value: str, property_: Property, charset: Charset, *, is_suspect: bool
) -> tuple[str, bool]:
    """The value's text, and whether every byte of it had a meaning."""
    if not property_.is_quoted:
        return charset.decode(_bytes_of(value), property_.charset, is_suspect=is_suspect)
    if property_.name not in _FIELDS:
        return charset.decode(unquoted(value), property_.charset, is_suspect=is_suspect)
    decoded = [
        charset.decode(unquoted(one), property_.charset, is_suspect=is_suspect)
        for one in value.split(";")
    ]
    return ";".join(grammar.escaped(text) for text, _ in decoded), all(w for _, w in decoded)


def _bytes_of(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")


def _name_in(head: str) -> str:
    """The name of a property that is wanted, so it is no word of a person."""
    return head.partition(";")[0].rpartition(".")[2].strip().upper()


# --- what each property says ----------------------------------------------------------------


def _take_version(draft: _Draft, _: Property, value: str, __: int) -> None:
    draft.version = draft.version or value.strip()[:_LONGEST_VERSION]


def _take_full_name(draft: _Draft, _: Property, value: str, __: int) -> None:
    draft.full_name = draft.full_name or tidy(grammar.text_of(value))


def _take_name_parts(draft: _Draft, _: Property, value: str, __: int) -> None:
    if not any(draft.name_parts):
        parts = [part and tidy(part) for part in grammar.fields_of(value)]
        parts += [""] * (_NAME_PARTS - len(parts))
        *first, last = parts[:_NAME_PARTS]
        # More parts than there are belong to the last: nothing of a name is dropped.
        more = " ".join(filter(None, (last, *parts[_NAME_PARTS:])))
        draft.name_parts = (first[0], first[1], first[2], first[3], more)


def _take_organisation(draft: _Draft, _: Property, value: str, __: int) -> None:
    draft.organisation = draft.organisation or tidy(" ".join(grammar.fields_of(value)))


def _take_title(draft: _Draft, _: Property, value: str, __: int) -> None:
    draft.title = draft.title or tidy(grammar.text_of(value))


def _take_nicknames(draft: _Draft, _: Property, value: str, __: int) -> None:
    draft.nicknames.update(dict.fromkeys(filter(None, map(tidy, grammar.texts_of(value)))))


def _take_categories(draft: _Draft, _: Property, value: str, __: int) -> None:
    draft.categories.update(dict.fromkeys(filter(None, map(tidy, grammar.texts_of(value)))))


def _take_number(draft: _Draft, property_: Property, value: str, place: int) -> None:
    text = tidy(grammar.text_of(value))
    if ":" in text:
        text = _GLUED.sub("", text)
    if text:
        draft.numbers.append((text, property_, place))


def _take_email(draft: _Draft, _: Property, value: str, place: int) -> None:
    text = tidy(grammar.text_of(value))
    if _EMAIL.fullmatch(text):
        draft.emails[Email(text)] = None
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


def _take_android(draft: _Draft, property_: Property, value: str, _: int) -> None:
    """Android's own: a media type, the text, a number for its kind, a label for kind 0."""
    media, text, kind, label, *_rest = [*map(tidy, grammar.fields_of(value)), "", "", "", ""]
    if media == f"{_ANDROID}nickname" and text:
        draft.nicknames[text] = None
    elif media == f"{_ANDROID}relation":
        known = _ANDROID_RELATIONS.get(int(kind)) if kind.isdecimal() else None
        draft.relations.append((known or label, text, property_.group))


def _take_uid(draft: _Draft, _: Property, value: str, __: int) -> None:
    draft.uid = draft.uid or tidy(value)[:_LONGEST_ID]


def _take_revision(draft: _Draft, _: Property, value: str, __: int) -> None:
    draft.revision = draft.revision or tidy(value)[:_LONGEST_ID]


def _take_kind(draft: _Draft, _: Property, value: str, __: int) -> None:
    draft.is_group = draft.is_group or value.strip().lower() == "group"


def _take_note(draft: _Draft, _: Property, __: str, ___: int) -> None:
    draft.has_note = True


def _take_photo(draft: _Draft, _: Property, __: str, ___: int) -> None:
    draft.has_photo = True


#: Of RELATED, types that name no relation.
_NO_RELATIONS = frozenset({"pref", "contact", "text", "uri"})

_Taker = Callable[[_Draft, Property, str, int], None]
_TAKERS: dict[str, _Taker] = {
    "VERSION": _take_version,
    "FN": _take_full_name,
    "N": _take_name_parts,
    "ORG": _take_organisation,
    "TITLE": _take_title,
    "NICKNAME": _take_nicknames,
    "CATEGORIES": _take_categories,
    "TEL": _take_number,
    "EMAIL": _take_email,
    "X-ABLABEL": _take_label,
    "RELATED": _take_related,
    "X-ABRELATEDNAMES": _take_related,
    "X-ANDROID-CUSTOM": _take_android,
    "UID": _take_uid,
    "REV": _take_revision,
    "KIND": _take_kind,
    "X-ADDRESSBOOKSERVER-KIND": _take_kind,
    "NOTE": _take_note,
    "PHOTO": _take_photo,
    **dict.fromkeys(RELATIONS, _take_relation),
}


# --- the card ---------------------------------------------------------------------------------


def _card(draft: _Draft, piece: Piece, file: str) -> Card:
    return Card(
        where=f"{file}:{piece.number}",
        version=draft.version,
        full_name=draft.full_name,
        name_parts=draft.name_parts,
        organisation=draft.organisation,
        title=draft.title,
        nicknames=tuple(draft.nicknames),
        categories=tuple(draft.categories),
        relations=_relations(draft) if draft.relations else (),
        numbers=tuple(_number(draft, *one, file) for one in draft.numbers),
        emails=tuple(draft.emails),
        uid=draft.uid,
        revision=draft.revision,
        has_note=draft.has_note,
        has_photo=draft.has_photo,
        is_group=draft.is_group,
        notes=_notes(piece.notes + draft.notes, file) if piece.notes or draft.notes else (),
    )


def _number(draft: _Draft, text: str, property_: Property, place: int, file: str) -> CardNumber:
    types, label = property_.types, property_.label
    if property_.group and (said := draft.labels.get(property_.group)):
        word, is_apples = said
        types, label = (types | {word.lower()}, label) if is_apples else (types, word)
    return CardNumber(text=text, types=types, where=f"{file}:{place}", label=label)


def _relations(draft: _Draft) -> tuple[Relation, ...]:
    """Each once, under its label where it has one."""
    found = {
        Relation(kind=draft.labels.get(group, (kind, False))[0].lower(), who=who): None
        for kind, who, group in draft.relations
        if who
    }
    return tuple(found)


def _notes(notes: list[tuple[int, str, str]], file: str) -> tuple[Problem, ...]:
    return tuple(
        Problem(where=f"{file}:{line}", what=what, facts={"property": name} if name else {})
        for line, what, name in notes
    )

"""A copy meant for others: texts go in, and come out with pseudonyms for names and numbers.

Whatever looks like a number, an address or a link goes, whether it stands in the book or not; names
go that the book has or that somebody typed as one. The same one is called the same in all texts.
Nothing here knows a name that nobody wrote down: a copy is to be read over before it is given away.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from kit import phone
from kit.evidence.chinese_names import other_names

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from kit.model import Contact, Exhibit, Finding, Incident

#: A name of one character stands in too many words; it goes only where it is all there is.
_SHORTEST_NAME = 2
#: Fewer digits are an hour, a day or a small sum, unless the book has them as a number.
_FEWEST_DIGITS = 5
_SHORTEST_NUMBER = 3

_EAST_ASIAN = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
#: Digit by digit, as in 一三八; what counts hundreds or thousands is a sum.
_WRITTEN = "〇零 一壹幺 二贰貳两兩 三叁參 四肆 五伍 六陆陸 七柒 八捌 九玖"
_NUMERALS = {c: str(n) for n, same in enumerate(_WRITTEN.split()) for c in same}
_N = "".join(_NUMERALS)
#: What people put between the digits of a number, three of them at most.
_BETWEEN = r"[ \-‐-―−.()/_·]{0,3}"
_LISTED = r" ?[,、;*~|] ?"
_DIGITS = re.compile(
    rf"\+?\(?[0-9](?:{_BETWEEN}[0-9]){{2,}}[x]?"
    rf"|[0-9](?:{_LISTED}[0-9](?![0-9])){{4,}}"
    rf"|[{_N}](?:{_BETWEEN}[{_N}]){{4,}}"
    rf"|[0-9{_N}](?:[-.·]?[0-9{_N}]){{4,}}"
)
#: A day, and no number that is written like one: it has no digits before or behind it.
_DAY = re.compile(
    r"(?<![0-9])(?<![0-9][ -])(?:19|20)[0-9]{2}([-/.])(?:0?[1-9]|1[0-2])\1"
    r"(?:0?[1-9]|[12][0-9]|3[01])(?![0-9])(?![-/.][0-9])"
)
_EMAIL = re.compile(r"[^\s@,;:<>()\[\]\"'，。；：、]{1,64}@[^\s@,;:<>()\[\]\"'，。；：、]+")
_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,9}://|www\.)[^\s<>\"',;。、]+"
    r"|(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:com|cn|net|org|cc|top|vip|xyz|me|io|app|info|hk|tw)"
    r"(?![a-z0-9])(?:[/?#:][^\s<>\"',;。、]*)?"
)
#: Whose names those of the borrower are.
BORROWER = "borrower"
_GONE = "\0"
#: With what the rest of a saved name begins that is no name: 王小芳（同事）, 小王2.
_REST = re.compile(r"[0-9()\[\]{}<>/|,;:+*#@_《》「」【】、-].*", re.DOTALL)
_MARKS = re.compile(r"^[\W_]+|[\W_]+$")
_UNSEEN = ("Cf", "Mn", "Me")
_DOTS = dict.fromkeys(map(ord, "•‧・･∙⋅"), "·")


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text in plain characters, and where in the text each of them stands."""

    text: str = field(repr=False)
    plain: str = field(repr=False)
    places: list[int] = field(repr=False)

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """From where to where that part of the plain text reaches in the text."""
        last = self.places[end] if end < len(self.places) else len(self.text)
        return self.places[begin], last


class Redactor:
    """Gives pseudonyms; it remembers what it called whom."""

    def __init__(
        self,
        people: Iterable[Contact],
        region: str,
        say: Callable[..., str],
        borrower_id: str = "",
    ) -> None:
        self._region = region
        self._say = say
        self._me = borrower_id
        #: by what a name folds to: the name as it was learned first, and whose it is
        self._who: dict[str, str] = {}
        self._owners: dict[str, set[str]] = {}
        #: names by their first two characters, the longest first
        self._begins: dict[str, list[str]] = {}
        self._short: set[str] = set()
        self._called: dict[tuple[str, str], str] = {}
        #: texts as they came out, until another name is learned
        self._done: dict[str, str] = {}
        self._counts = {"name": 0, "number": 0, "address": 0, "link": 0}
        for one in people:
            who = self._known_as(one.id)
            for name in chain(one.names, *(part.nicknames for part in one.parts)):
                self.learn(name, who)
            for name in (relation.who for part in one.parts for relation in part.relations):
                self.learn(name)
            self._short.update(_short_numbers(one))

    def learn(self, name: str, who: str = "") -> None:
        """A name that goes from now on: of the contact with that id, or of whoever has it."""
        self._done.clear()
        whole = fold(name).strip()
        self._learn(whole, 1, whole, who)
        bare = _MARKS.sub("", _REST.sub("", whole))
        for one in (bare, _MARKS.sub("", whole), *other_names(bare)):
            self._learn(one, _SHORTEST_NAME, whole, who)

    def _learn(self, name: str, fewest: int, whole: str, who: str) -> None:
        if len(name) < fewest or not name:
            return
        self._owners.setdefault(name, set()).update({who} - {""})
        if name in self._who:
            return
        self._who[name] = whole
        if len(name) >= _SHORTEST_NAME and any(c.isalnum() for c in name):
            names = self._begins.setdefault(name[:2], [])
            names.append(name)
            names.sort(key=len, reverse=True)

    def _whose(self, name: str) -> str:
        """Who has that name; where several have it, nobody can tell which of them is meant."""
        owners = self._owners[name]
        if BORROWER in owners:
            return BORROWER
        return next(iter(owners)) if len(owners) == 1 else self._who[name]

    def _known_as(self, contact_id: str) -> str:
        return BORROWER if contact_id == self._me else contact_id

    def learn_borrower(self, name: str) -> None:
        """A name of the borrower's."""
        self.learn(name, BORROWER)

    def learn_incident(self, one: Incident) -> None:
        """Whom it names, as somebody typed it, and the number it was shown as."""
        if not one.to_borrower:
            self.learn(one.to, one.contact_id and self._known_as(one.contact_id))
        self.learn(one.account_name, one.account_of and self._known_as(one.account_of))
        self._short.update(_short(one.number))

    def text(self, text: str) -> str:
        """The text without names and numbers."""
        if text not in self._done:
            self._done[text] = self._without(text)
        return self._done[text]

    def _without(self, text: str) -> str:
        folded = _folded(unicodedata.normalize("NFC", text))
        if folded.plain != fold(unicodedata.normalize("NFKC", text)):
            folded = _folded(unicodedata.normalize("NFKC", text))
        whole = folded.plain.strip()
        if whole in self._who:
            return self._pseudonym("name", self._whose(whole))
        return "".join(self._pieces(folded))

    def finding(self, one: Finding, told: Iterable[Incident]) -> Finding:
        """The finding without names and numbers; whom it names is called as in what was told."""
        called: dict[str, set[str]] = {}
        for incident in told:
            shown = self.incident(incident)
            for name in ("to", "account_name", "number", "said_they_were"):
                called.setdefault(getattr(incident, name), set()).add(getattr(shown, name))
        return replace(one, facts={n: self._fact(fact, called) for n, fact in one.facts.items()})

    def incident(self, one: Incident) -> Incident:
        """The incident without names and numbers, and without the row that it was read from.

        Its id counts for nothing more: it is worked out from what it says.
        """
        return replace(
            one,
            id="",
            number=self._shown_as(one.number),
            caller=None,
            contact_id="",
            to="" if one.to_borrower else self._person(one.to, one.contact_id),
            said_they_were=self.text(one.said_they_were),
            said=self.text(one.said),
            account_of="",
            account_name=self._person(one.account_name, one.account_of if one.account_name else ""),
            source="",
            original="",
        )

    def exhibit(self, one: Exhibit) -> Exhibit:
        """The exhibit, its name and what is told of it without names and numbers."""
        return replace(
            one,
            id="",
            incident_id="",
            name=self.text(one.name),
            received_from=self.text(one.received_from),
            received_by=self.text(one.received_by),
        )

    def _fact(self, fact: object, called: Mapping[str, Collection[str]]) -> object:
        if type(fact) is not str:  # what has a label is no name
            return fact
        known = called.get(fact, ())
        return next(iter(known)) if len(known) == 1 else self.text(fact)

    def _person(self, name: str, contact_id: str) -> str:
        """Who has that id, whatever they are called: two who have one name stay two."""
        return (
            self._pseudonym("name", self._known_as(contact_id)) if contact_id else self.text(name)
        )

    def _shown_as(self, number: str) -> str:
        """A number as it was shown; what has a digit is one, however short."""
        digits = "".join(c for c in fold(number) if c.isdigit())
        if 0 < len(digits) < _FEWEST_DIGITS:
            return self._call("number", digits)
        return self.text(number)

    def _pieces(self, folded: _Folded) -> Iterator[str]:
        """The text, piece by piece, with a pseudonym where something goes."""
        done = 0
        for begin, end, kind, key in sorted(self._found(folded.plain)):
            first, last = folded.span(begin, end)
            yield folded.text[done:first]
            yield self._pseudonym(kind, key)
            done = last
        yield folded.text[done:]

    def _found(self, plain: str) -> Iterator[tuple[int, int, str, str]]:
        """What goes: from where to where, its kind, and by what it is known again."""
        plain = _DAY.sub(lambda found: _GONE * len(found[0]), plain)
        for kind, pattern in (("link", _LINK), ("address", _EMAIL), ("number", _DIGITS)):
            for found in list(pattern.finditer(plain)):
                begin, end = found.span()
                key = self._number(found[0]) if kind == "number" else found[0]
                if key:
                    plain = plain[:begin] + _GONE * (end - begin) + plain[end:]
                    yield begin, end, kind, key
        position = 0
        while position < len(plain):
            name = self._name_at(plain, position)
            if name:
                yield position, position + len(name), "name", self._whose(name)
            position += len(name) or 1

    def _name_at(self, plain: str, position: int) -> str:
        """The longest name that stands there, or nothing."""
        for name in self._begins.get(plain[position : position + 2], ()):
            end = position + len(name)
            if plain.startswith(name, position) and not (
                _goes_on(plain, position - 1, position) or _goes_on(plain, end - 1, end)
            ):
                return name
        return ""

    def _number(self, written: str) -> str:
        """By what the numbers that stand there are known again; nothing: it is none."""
        digits = "".join(_NUMERALS.get(c, c) for c in written if c.isalnum())
        if len(digits) < _FEWEST_DIGITS:
            return digits if digits in self._short else ""
        plain = "".join(_NUMERALS.get(c, c) for c in written)
        found = [one.dialled for one in phone.read(plain, self._region)[0]]
        return " ".join(found) or digits

    def _pseudonym(self, kind: str, key: str) -> str:
        if kind == "number":
            return " ".join(self._call(kind, one) for one in key.split())
        if key == BORROWER:
            say = self._say
            return say("[borrower]")
        return self._call(kind, key)

    def _call(self, kind: str, key: str) -> str:
        if (kind, key) not in self._called:
            self._counts[kind] += 1
            self._called[kind, key] = self._pseudonym_of(kind, self._counts[kind])
        return self._called[kind, key]

    def _pseudonym_of(self, kind: str, count: int) -> str:
        say = self._say
        if kind == "name":
            return say("[contact {count}]", count=count)
        if kind == "number":
            return say("[number {letter}]", letter=_letters(count))
        if kind == "address":
            return say("[e-mail {letter}]", letter=_letters(count))
        return say("[link {letter}]", letter=_letters(count))


def fold(text: str) -> str:
    """The text in the plain characters in which names are looked for."""
    return _folded(unicodedata.normalize("NFC", text)).plain


def _letters(count: int) -> str:
    """By letters, as a spreadsheet counts columns."""
    before, last = divmod(count - 1, 26)
    return (_letters(before) if before else "") + chr(ord("A") + last)


def _folded(text: str) -> _Folded:
    plain: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for one in _plain(character):
            if one == " " and plain and plain[-1] == " ":
                continue
            if plain and plain[-1] == " " and _joins(plain, one):
                plain.pop()
                places.pop()
            plain.append(one)
            places.append(place)
    return _Folded(text, "".join(plain), places)


def _joins(plain: list[str], one: str) -> bool:
    """Whether a blank before that character stands between two of East Asia: 王 小芳."""
    return len(plain) > 1 and _is_east_asian(plain[-2]) and _is_east_asian(one)


def _plain(character: str) -> str:
    """A character as it is compared: no width, no ring around it, small, digits as digits."""
    if character.isascii():
        return " " if character.isspace() and character != "\n" else character.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    return "".join(_one(c) for c in folded.translate(_DOTS))


def _one(character: str) -> str:
    if unicodedata.category(character) in _UNSEEN:
        return ""
    if (digit := unicodedata.digit(character, None)) is not None:
        return str(digit)
    return " " if character.isspace() else character


def _is_east_asian(character: str) -> bool:
    return _EAST_ASIAN_CHARACTER.match(character) is not None


_EAST_ASIAN_CHARACTER = re.compile(f"[{_EAST_ASIAN}]")


def _goes_on(plain: str, one: int, other: int) -> bool:
    """Whether a word goes on from one place to the other, so that a name there is only a part."""
    if one < 0 or other >= len(plain):
        return False
    return all(c.isalnum() and not _is_east_asian(c) for c in (plain[one], plain[other]))


def _short_numbers(contact: Contact) -> Iterator[str]:
    """Numbers of theirs with so few digits that only the book tells what they are."""
    for number in contact.also:
        yield from _short(number.partition(";")[0])


def _short(number: str) -> Iterator[str]:
    digits = "".join(c for c in fold(number) if c.isdigit())
    if _SHORTEST_NUMBER <= len(digits) < _FEWEST_DIGITS:
        yield digits

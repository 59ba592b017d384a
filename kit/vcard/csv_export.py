"""Address books exported as CSV: bytes go in, cards come out, one for every row.

Google Contacts (its headings of before and after 2024) and Outlook (English and Chinese). A
formula in a cell is text.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import unicodedata
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit.model import Card, CardNumber, Email, Problem, Relation
from kit.vcard.charset import LEGACY, Charset, Sample, decide
from kit.vcard.values import is_email, tidy
from kit.vcard.window import utf_16_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

#: Bytes within which the headings stand.
LONGEST_HEAD = 65_536
_LARGEST = 50_000_000
#: Lines that one row may have: an address or a note goes over some.
_MOST_LINES = 500
#: Characters of one line; more is no row of contacts.
_LONGEST_LINE = 100_000
#: Names shown of a file whose character set is in doubt.
_MOST_SAMPLES = 5

_BOM = b"\xef\xbb\xbf"
_DELIMITERS = (",", ";", "\t")

#: What a column holds, by its heading without blanks: a part of the name ...
_TEXTS = {
    **dict.fromkeys(("name", "fullname"), "full"),
    "fileas": "filed_as",
    **dict.fromkeys(("firstname", "givenname", "名", "名字"), "given"),
    **dict.fromkeys(("lastname", "familyname", "姓", "姓氏"), "family"),
    **dict.fromkeys(("middlename", "additionalname", "中间名", "中間名"), "additional"),
    **dict.fromkeys(("nameprefix", "title", "称谓", "英文称谓", "稱謂"), "prefix"),
    **dict.fromkeys(("namesuffix", "suffix", "后缀", "中文称谓", "稱呼"), "suffix"),
    **dict.fromkeys(("nickname", "昵称", "暱稱"), "nickname"),
    **dict.fromkeys(("company", "organizationname", "organization1-name"), "organisation"),
    **dict.fromkeys(("单位", "公司"), "organisation"),
    **dict.fromkeys(("jobtitle", "organizationtitle", "organization1-title"), "title"),
    **dict.fromkeys(("职务", "职位", "職稱"), "title"),
    **dict.fromkeys(("groupmembership", "labels", "categories", "类别", "類別"), "categories"),
    **dict.fromkeys(("notes", "附注", "备注", "附註"), "note"),
    **dict.fromkeys(("photo", "照片"), "photo"),
}
#: ... a number, with the types that a vCard would give it ...
_NUMBERS = {
    **dict.fromkeys(("mobilephone", "移动电话", "手机", "行動電話"), ("cell",)),
    **dict.fromkeys(("primaryphone", "主要电话", "代表電話"), ("pref",)),
    **dict.fromkeys(("businessphone", "商务电话", "商務電話"), ("work",)),
    **dict.fromkeys(("companymainphone", "单位主要电话", "公司代表線"), ("work", "main")),
    **dict.fromkeys(("homephone", "住宅电话", "住家電話"), ("home",)),
    **dict.fromkeys(("otherphone", "其他电话", "其他電話"), ("other",)),
    **dict.fromkeys(("carphone", "车载电话", "汽車電話"), ("car",)),
    **dict.fromkeys(("radiophone", "无绳电话", "无线电话"), ("other",)),
    **dict.fromkeys(("callback", "回电话", "回电电话", "回撥電話"), ("other",)),
    **dict.fromkeys(("businessfax", "商务传真", "商務傳真"), ("work", "fax")),
    **dict.fromkeys(("homefax", "住宅传真", "住家傳真"), ("home", "fax")),
    **dict.fromkeys(("otherfax", "其他传真", "其他傳真"), ("fax",)),
    **dict.fromkeys(("pager", "寻呼机", "呼叫器"), ("pager",)),
    "isdn": ("isdn",),
}
#: It reaches somebody else.
_ASSISTANT = ("assistant'sphone", "助理的电话", "助理電話")
_EMAILS = ("e-mailaddress", "emailaddress", "电子邮件地址", "電子郵件地址")
_EMAIL_N = re.compile(r"e-?mail(\d)address|电子邮件(\d)地址|電子郵件(\d)地址|e-mail\d+-value")
#: ... or somebody of theirs.
_RELATIONS = {
    **dict.fromkeys(("spouse", "配偶"), "spouse"),
    **dict.fromkeys(("children", "子女"), "child"),
    **dict.fromkeys(("manager'sname", "经理姓名", "經理姓名"), "manager"),
    **dict.fromkeys(("assistant'sname", "助理的姓名", "助理姓名"), "assistant"),
}
#: Google has a column for what the next one is.
_LABEL = re.compile(r"(phone|relation)(\d+)-(?:label|type)")
_VALUE = re.compile(r"(phone|relation)(\d+)-value")
#: What Google calls the kinds of numbers, as a vCard has them.
_TYPES = {
    "mobile": ("cell",),
    "iphone": ("cell",),
    "home": ("home",),
    "work": ("work",),
    "main": ("main",),
    "other": ("other",),
    "home fax": ("home", "fax"),
    "homefax": ("home", "fax"),
    "work fax": ("work", "fax"),
    "workfax": ("work", "fax"),
    "other fax": ("fax",),
    "pager": ("pager",),
    "car": ("car",),
    "custom": (),
}
_NAMES = ("full", "family", "given")
#: Google's, and in Outlook's categories these marks.
_BETWEEN = " ::: "
_BETWEEN_GROUPS = re.compile(r" ::: |[;,；，]")
#: Everybody is in it, so that it says nothing.
_EVERYBODY = ("mycontacts", "my contacts")

_SHORTENED = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}", re.IGNORECASE)

_NO_EMAIL = "What stands as an e-mail address is none; it is left out."
_CHARSET = "The characters of this row could not all be read; they stand as �."
_QUOTES = "The quotation marks of this row do not fit; it is left out."
_TOO_WIDE = "The row has more cells than there are headings; what stands beyond is left out."
_NOT_THEIRS = "The number of an assistant is not this person's; it is left out."
_NO_NUMBER = (
    "A spreadsheet program has shortened a number (such as 1.38E+10); it is left out. "
    "Export anew, and do not save the file in such a program."
)


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV of contacts; its character set is decided, or somebody has to be asked."""

    #: in UTF-8 if it was in UTF-16
    _data: bytes = field(repr=False)
    _charset: Charset
    _file: str

    @property
    def charset(self) -> str:
        """As Python calls it: `utf-8`, `utf-16`, `gb18030`, `big5`, `shift_jis`, `euc_kr`."""
        return self._charset.name

    @property
    def doubt(self) -> tuple[Sample, ...]:
        """Where the vote is close: how the same names read in each set, the likeliest first."""
        named = (sample.charset for sample in self._charset.doubt)
        return tuple(Sample(charset, self._names(charset)) for charset in named)

    def cards(self, charset: str = "") -> Iterator[Card]:
        """Every row below the headings, in order; `charset` is what somebody says it is in."""
        said = self._charset.said(charset) if charset else self._charset
        rows = _rows(self._data, said, _headings(self._data[:LONGEST_HEAD], said)[1])
        columns = next((_Columns(cells) for _, cells in rows if cells and any(cells)), None)
        for number, cells in rows if columns else ():
            place = f"{self._file}:{number}"
            if cells is None:
                yield Card(where=place, version="", notes=(Problem(where=place, what=_QUOTES),))
            elif columns and any(cells):
                yield columns.card(cells, place)

    def _names(self, charset: str) -> tuple[str, ...]:
        names = (one.full_name or "".join(one.name_parts[:2]) for one in self.cards(charset))
        strange = dict.fromkeys(name for name in names if not name.isascii())
        return tuple(strange)[:_MOST_SAMPLES]


def is_contacts(head: bytes) -> bool:
    """Whether what begins so has the headings of an exported address book."""
    data = _in_utf_8(head)
    return bool(_headings(data, _decided(data))[0])


def scan(stream: BinaryIO, name: str = "-") -> Table | None:
    """The CSV with its character set, or nothing when it is too large for contacts."""
    data = stream.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        return None
    plain = _in_utf_8(data)
    charset = _decided(plain)
    return Table(plain, charset.said("utf-16") if plain is not data else charset, tidy(name))


def _in_utf_8(data: bytes) -> bytes:
    """The same bytes, unless they are UTF-16."""
    encoding = utf_16_of(data)
    return data.decode(encoding, "replace").encode() if encoding else data


def _decided(data: bytes) -> Charset:
    """The character set, by the vote of all lines, and by the headings where they can be read."""
    charset = decide(enumerate(io.BytesIO(data)), lambda line: [line])
    head = data[:LONGEST_HEAD]
    read = {name: len(_headings(head, charset.said(name))[0]) for name in LEGACY}
    best = max(read.values())
    are_told_apart = any(read[sample.charset] < best for sample in charset.doubt)
    if are_told_apart or len(_headings(head, charset)[0]) < best:
        return charset.said(max(read, key=read.__getitem__))
    return charset


# --- rows -------------------------------------------------------------------------------


def _headings(head: bytes, charset: Charset) -> tuple[list[str], str]:
    """The headings that mean something, if they are those of contacts, and their delimiter."""
    found = []
    for delimiter in _DELIMITERS:
        rows = (cells for _, cells in _rows(head, charset, delimiter) if cells and any(cells))
        found.append((next((_Columns(cells).known for cells in rows), []), delimiter))
    return max(found, key=lambda one: len(one[0]))


def _rows(data: bytes, charset: Charset, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Every row with the number of its first line; nothing for one whose quotes do not fit.

    After such a row reading goes on with the line that follows: it costs that line alone.
    """
    lines = _lines(data, charset)
    ahead: deque[str] = deque()
    number = 1
    while ahead or (line := next(lines, "")):
        if not ahead:
            ahead.append(line)
        taken, cells = _row(ahead, lines, delimiter)
        yield number, cells
        for _ in range(taken):
            ahead.popleft()
        number += taken


def _lines(data: bytes, charset: Charset) -> Iterator[str]:
    stream = io.BytesIO(data.removeprefix(_BOM))
    lines = iter(lambda: stream.readline(_LONGEST_LINE), b"")
    parts = itertools.chain.from_iterable(line.splitlines(keepends=True) for line in lines)
    for index, raw in enumerate(parts):
        yield charset.decode(raw, "", index)[0]


def _row(ahead: deque[str], rest: Iterator[str], delimiter: str) -> tuple[int, list[str] | None]:
    """How many lines the next row takes, and its cells."""
    taken = 0

    def lines() -> Iterator[str]:
        nonlocal taken
        while taken < _MOST_LINES:
            if taken == len(ahead):
                if (line := next(rest, None)) is None:
                    return
                ahead.append(line)
            taken += 1
            yield ahead[taken - 1]

    try:
        cells = next(csv.reader(lines(), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return 1, None
    return max(taken, 1), [cell.strip() for cell in cells]


# --- cells ------------------------------------------------------------------------------


class _Columns:
    """What each column holds, by its heading."""

    def __init__(self, headings: list[str]) -> None:
        self._names = [_plain(heading) for heading in headings]
        labels = {
            found.groups(): i for i, n in enumerate(self._names) if (found := _LABEL.fullmatch(n))
        }
        #: column of a value, and that of what it is called
        self._labelled = {
            i: (found[1], labels.get(found.groups()))
            for i, name in enumerate(self._names)
            if (found := _VALUE.fullmatch(name))
        }

    @property
    def known(self) -> list[str]:
        """The headings that are known; none where a name or a way to reach people is missing."""
        texts = {_TEXTS[name] for name in self._names if name in _TEXTS}
        reach = [
            name
            for i, name in enumerate(self._names)
            if _numbered(name) in _NUMBERS or _holds_emails(name) or i in self._labelled
        ]
        return [*texts, *reach] if reach and texts & set(_NAMES) else []

    def card(self, cells: list[str], place: str) -> Card:
        """What the row says."""
        texts: defaultdict[str, str] = defaultdict(str)
        for name, cell in zip(self._names, cells, strict=False):
            if (key := _TEXTS.get(name)) and not texts[key]:
                texts[key] = cell
        notes = [_TOO_WIDE] if any(cells[len(self._names) :]) else []
        notes += [_NOT_THEIRS] if any(self._of_assistants(cells)) else []
        notes += [_CHARSET] if any("�" in cell for cell in cells) else []
        numbers = tuple(self._numbers(cells, place, notes))
        emails = tuple(self._emails(cells, notes))
        parts = ("family", "given", "additional", "prefix", "suffix")
        family, given, additional, prefix, suffix = (tidy(texts[part]) for part in parts)
        return Card(
            where=place,
            version="",
            full_name=tidy(texts["full"] or ("" if family or given else texts["filed_as"])),
            name_parts=(family, given, additional, prefix, suffix),
            organisation=tidy(texts["organisation"]),
            title=tidy(texts["title"]),
            nicknames=_several(texts["nickname"]),
            categories=_groups(texts["categories"]),
            relations=tuple(self._relations(cells)),
            numbers=numbers,
            emails=tuple(dict.fromkeys(emails)),
            has_note=bool(texts["note"]),
            has_photo=bool(texts["photo"]),
            notes=tuple(Problem(where=place, what=what) for what in dict.fromkeys(notes)),
        )

    def _numbers(self, cells: list[str], place: str, notes: list[str]) -> Iterator[CardNumber]:
        for i, cell in enumerate(cells[: len(self._names)]):
            if i in self._labelled and self._labelled[i][0] == "phone":
                types, label = _types(self._label(i, cells))
            elif _numbered(self._names[i]) in _NUMBERS:
                types, label = frozenset(_NUMBERS[_numbered(self._names[i])]), ""
            else:
                continue
            for text in _several(cell):
                if _SHORTENED.fullmatch(text):
                    notes.append(_NO_NUMBER)
                else:
                    yield CardNumber(text=text, types=types, where=place, label=label)

    def _of_assistants(self, cells: list[str]) -> Iterator[str]:
        named = zip(self._names, cells, strict=False)
        return (cell for name, cell in named if name in _ASSISTANT)

    def _emails(self, cells: list[str], notes: list[str]) -> Iterator[Email]:
        for name, cell in zip(self._names, cells, strict=False):
            for text in _several(cell) if _holds_emails(name) else ():
                if is_email(text):
                    yield Email(text)
                else:
                    notes.append(_NO_EMAIL)

    def _relations(self, cells: list[str]) -> Iterator[Relation]:
        for i, cell in enumerate(cells[: len(self._names)]):
            kind = _RELATIONS.get(self._names[i], "")
            if i in self._labelled and self._labelled[i][0] == "relation":
                kind = _starless(self._label(i, cells))[0].lower()
            for who in _several(cell) if kind else ():
                yield Relation(kind=kind, who=who)

    def _label(self, value: int, cells: list[str]) -> str:
        column = self._labelled[value][1]
        return cells[column] if column is not None and column < len(cells) else ""


def _plain(heading: str) -> str:
    """In small letters and without blanks: one export writes 住宅电话 2, another 住宅电话2."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", heading).casefold())


def _numbered(name: str) -> str:
    """The heading of a second number is that of the first one and a digit."""
    return name.rstrip("23")


def _holds_emails(name: str) -> bool:
    return name in _EMAILS or _EMAIL_N.fullmatch(name) is not None


def _several(cell: str) -> tuple[str, ...]:
    """The values of a cell, each on one line."""
    return tuple(filter(None, map(tidy, cell.split(_BETWEEN))))


def _starless(text: str) -> tuple[str, bool]:
    """The text, and whether Google marked it as the preferred one, or as a group of its own."""
    plain = tidy(text.removeprefix("*"))
    return plain, text.startswith("*")


def _types(label: str) -> tuple[frozenset[str], str]:
    """The types, and the label where it is none of them."""
    word, is_preferred = _starless(label)
    preferred = ("pref",) if is_preferred else ()
    if (types := _TYPES.get(word.lower())) is not None:
        return frozenset((*types, *preferred)), ""
    return frozenset(preferred), word


def _groups(cell: str) -> tuple[str, ...]:
    named = (_starless(word.strip())[0] for word in _BETWEEN_GROUPS.split(cell))
    return tuple(dict.fromkeys(w for w in named if w and w.casefold() not in _EVERYBODY))

"""What telephones and services make of an entry: one vCard, as each of them writes it.

Android's ways are those of its VCardBuilder, described in words: vCard 2.1, every byte quoted once
one is not ASCII, numbers grouped as in North America, a blank line after a photo, nicknames and
relations only in a property of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from address_books.numbers import Spelled, area_of, mobile, parts
from address_books.people import apple_label
from address_books.writing import android, escaped, folded, photos, plain, quoted

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from address_books.people import Entry


@dataclass(slots=True)
class Draft:
    """A card that is being written, and what has to be read from it."""

    #: what the card says in the end: not every maker writes everything
    entry: Entry = field(repr=False)
    maker: str
    encoding: str
    #: whole properties from BEGIN to END, each without its line end
    lines: list[bytes] = field(repr=False)
    line_end: bytes = b"\r\n"
    before: bytes = b""
    #: what stands after the END
    after: bytes | None = None
    damage: str = ""

    @property
    def data(self) -> bytes:
        """The card as it stands in the file."""
        ended = b"\r\n".join(self.lines) + (b"\r\n" if self.after is None else self.after)
        if self.line_end != b"\r\n":
            ended = ended.replace(b"\r\n", self.line_end)
        return self.before + ended

    def find(self, *names: bytes) -> int:
        """Where the first property of such a name is, or -1."""
        for index, line in enumerate(self.lines):
            if line.upper().startswith(names):
                return index
        return -1


def _draft(entry: Entry, maker: str, lines: list[bytes], **more: str) -> Draft:
    version = more.get("version", "2.1").encode()
    head = [b"BEGIN:VCARD", b"VERSION:" + version]
    draft = Draft(entry, maker, more.get("encoding", "utf-8"), [*head, *lines, b"END:VCARD"])
    if more.get("line_end"):
        draft.line_end = more["line_end"].encode()
    return draft


def _no_group(entry: Entry) -> str:
    """Where a maker knows no groups, nothing tells that the entry is one."""
    return "" if entry.kind == "group" else entry.kind


# --- Android ------------------------------------------------------------------------------

_ANDROID_CUSTOM = "X-ANDROID-CUSTOM"
_COLOR_OS = (b"COUNTRYISO:CN", b"LATESTDATE:1699999999999", b"OPPO_RECENT_CALL:0", b"X-OPPO-VIP:0")


def _android(entry: Entry, rng: Random, maker: str) -> Draft:
    if maker in ("aosp", "oppo"):
        entry = replace(entry, numbers=tuple(map(_north_american, entry.numbers)))
    entry = replace(entry, categories=(), uid="", relation=None, kind=_no_group(entry))
    lines = [android("N", *entry.name_parts), android("FN", entry.full_name)]
    if not any(entry.name_parts) and rng.random() < 0.5:
        lines = []
    if entry.nickname:
        lines.append(_custom("nickname", entry.nickname, "1"))
    for position, number in enumerate(entry.numbers):
        lines.append(_android_tel(number, position, maker))
    lines += [android("EMAIL;HOME", email) for email in entry.emails]
    lines += [android("ORG", *entry.organisation)] if entry.organisation else []
    lines += [android("TITLE", entry.title)] if entry.title else []
    if entry.has_photo:
        header = b"PHOTO;ENCODING=BASE64;JPEG:"
        lines.append(photos().draw(header, rng.randrange(20, 80), rng) + b"\r\n")
    lines += [android("NOTE", entry.note)] if entry.note else []
    lines += _COLOR_OS if maker == "oppo" else ()
    return _draft(entry, maker, lines)


def _north_american(number: Spelled) -> Spelled:
    """Eleven digits that begin with 1 are taken for North America's; a pause is `p`."""
    text = number.text
    if text.isdecimal() and text.isascii() and text.startswith("1") and len(text) == 11:
        return replace(number, text=f"1-{text[1:4]}-{text[4:7]}-{text[7:]}", style="NANP")
    return replace(number, text=text.replace(",", "p"))


def _android_tel(number: Spelled, position: int, maker: str) -> bytes:
    kind = ("CELL", "WORK", "HOME", "VOICE")[position % 4] + (";PREF" if position == 1 else "")
    if number.label and maker == "samsung":
        kind = f"X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,{quoted(number.label)})"
        return f"TEL;{kind}:{number.text}".encode()
    if number.label and maker == "oppo" and number.label.isalnum():
        kind = number.label
        return f"TEL;{kind}:{number.text}".encode()
    return android(f"TEL;{kind}", number.text)


def _custom(kind: str, *columns: str) -> bytes:
    """A row of Android's own database: what kind of row, and fifteen columns."""
    every = [*columns, *[""] * (15 - len(columns))]
    return android(_ANDROID_CUSTOM, f"vnd.android.cursor.item/{kind}", *every)


# --- iPhone, Google, vCard 4.0 ------------------------------------------------------------


def _iphone(entry: Entry, rng: Random, maker: str) -> Draft:
    lines = [b"PRODID:-//Apple Inc.//iPhone OS 17.5.1//EN", plain("N", *entry.name_parts)]
    lines.append(plain("FN", entry.full_name))
    lines += [plain("NICKNAME", entry.nickname)] if entry.nickname else []
    lines += [plain("ORG", *entry.organisation) + b";"] if entry.organisation else []
    lines += [plain("TITLE", entry.title)] if entry.title else []
    lines += [plain("EMAIL;type=INTERNET;type=HOME;type=pref", one) for one in entry.emails]
    item = 0
    for number in entry.numbers:
        if number.label:
            item += 1
            lines += _item(item, "TEL", number.text, number.label)
        else:
            lines.append(plain("TEL;type=CELL;type=VOICE;type=pref", number.text))
    if entry.relation:
        kind, who = entry.relation
        lines += _item(item + 1, "X-ABRELATEDNAMES;type=pref", who, apple_label(kind))
    lines += [plain("NOTE", entry.note)] if entry.note else []
    lines += [b"X-ADDRESSBOOKSERVER-KIND:group"] if entry.kind == "group" else []
    if entry.has_photo:
        lines.append(photos().draw(b"PHOTO;ENCODING=b;TYPE=JPEG:", rng.randrange(20, 80), rng))
    lines += [b"REV:2024-05-01T09:30:00Z"] if entry.uid else []
    lines += [plain("UID", entry.uid)] if entry.uid else []
    entry = replace(entry, categories=())
    return _draft(entry, maker, [*_folded(lines)], version="3.0")


def _item(item: int, name: str, value: str, label: str) -> list[bytes]:
    return [plain(f"item{item}.{name}", value), plain(f"item{item}.X-ABLabel", label)]


def _google(entry: Entry, rng: Random, maker: str) -> Draft:
    """The comma of a pause is not escaped, and there is no FN where there is no name."""
    lines = [plain("FN", entry.full_name)] if entry.full_name else []
    lines.append(plain("N", *entry.name_parts))
    lines += [plain("NICKNAME", entry.nickname)] if entry.nickname else []
    lines += [plain("EMAIL;TYPE=INTERNET", email) for email in entry.emails]
    for item, number in enumerate(entry.numbers, 1):
        if number.label:
            lines += _item(item, "TEL", number.text, number.label)
        else:
            lines.append(f"TEL;TYPE=CELL:{number.text}".encode())
    lines += [plain("ORG", *entry.organisation)] if entry.organisation else []
    lines += [plain("TITLE", entry.title)] if entry.title else []
    lines += [plain("NOTE", entry.note)] if entry.note else []
    lines += [_categories(entry)] if entry.categories else []
    if entry.has_photo and rng.random() < 0.3:
        lines.append(rb"PHOTO:https\://photos.example.com/contacts/picture?of=" + b"x" * 40)
    elif entry.has_photo:
        lines.append(photos().draw(b"PHOTO;ENCODING=B;TYPE=JPEG:", rng.randrange(20, 80), rng))
    entry = replace(entry, uid="", relation=None, kind=_no_group(entry))
    return _draft(entry, maker, [*_folded(lines)], version="3.0")


def _vcard_4(entry: Entry, rng: Random, maker: str) -> Draft:
    entry = replace(entry, numbers=tuple(_as_address(number, rng) for number in entry.numbers))
    lines = [b"KIND:" + (b"group" if entry.kind == "group" else b"individual")]
    lines += [plain("FN", entry.full_name), plain("N", *entry.name_parts)]
    lines += [plain("NICKNAME", entry.nickname)] if entry.nickname else []
    for number in entry.numbers:
        if number.text.startswith("tel:"):
            lines.append(f'TEL;VALUE=uri;TYPE="voice,cell";PREF=1:{number.text}'.encode())
        else:
            lines.append(plain("TEL;VALUE=text;TYPE=work", number.text))
    lines += [plain("EMAIL;PREF=1", email) for email in entry.emails]
    lines += [plain("ORG", *entry.organisation)] if entry.organisation else []
    lines += [plain("TITLE", entry.title)] if entry.title else []
    if entry.relation:
        lines.append(plain(f"RELATED;VALUE=text;TYPE={_related(entry)}", entry.relation[1]))
    lines += [_categories(entry)] if entry.categories else []
    lines += [plain("NOTE", entry.note)] if entry.note else []
    if entry.has_photo:
        lines.append(photos().draw(b"PHOTO:data:image/jpeg;base64,", rng.randrange(20, 80), rng))
    lines += [b"UID;VALUE=text:" + entry.uid.encode()] if entry.uid else []
    return _draft(entry, maker, [*_folded(lines)], version="4.0")


def _as_address(number: Spelled, rng: Random) -> Spelled:
    """As a `tel:` address (RFC 3966) more often than not, where it is one number of China."""
    line = number.lines[0]
    number = replace(number, label="")
    if len(number.lines) > 1 or line.kind in ("short", "shared_cost") or rng.random() < 0.3:
        return number
    if line.kind == "mobile":
        text = "tel:+86-" + "-".join(parts(line))
    elif line.kind == "foreign":
        text = "tel:" + line.dialled
    else:
        area, digits, extension = area_of(line)
        text = f"tel:+86-{area}-{digits}" + (f";ext={extension}" if extension else "")
    return replace(number, text=text, style="tel:")


def _related(entry: Entry) -> str:
    kind = entry.relation[0] if entry.relation else ""
    return {"mother": "parent", "father": "parent"}.get(kind, "spouse")


def _categories(entry: Entry) -> bytes:
    return f"CATEGORIES:{','.join(map(escaped, entry.categories))}".encode()


def _folded(lines: list[bytes]) -> list[bytes]:
    """Photos are folded already."""
    return [line if line.startswith(b"PHOTO;") else _fold_once(line) for line in lines]


def _fold_once(line: bytes) -> bytes:
    return line if b"\r\n" in line else folded(line)


# --- older phones in China ----------------------------------------------------------------


def _legacy(entry: Entry, rng: Random, maker: str) -> Draft:
    """GBK, mostly without a word of it; some quote it, some name the smaller set."""
    entry = replace(entry, has_photo=False, note="", uid="", relation=None, categories=())
    entry = _for_legacy(replace(entry, nickname="", kind=_no_group(entry)))
    label = rng.choice(("", "", ";CHARSET=GBK", ";CHARSET=GB2312"))
    if label and rng.random() < 0.3:
        label += ";ENCODING=QUOTED-PRINTABLE"

    def line(name: str, *components: str) -> bytes:
        if label.endswith("PRINTABLE"):
            return f"{name}{label}:{';'.join(quoted(c, 'gbk') for c in components)}".encode("gbk")
        value = ";".join(component.replace(";", r"\;") for component in components)
        return f"{name}{label}:{value}".encode("gbk")

    lines = [line("N", *entry.name_parts), line("FN", entry.full_name)]
    lines += [line(f"TEL;{('CELL', 'WORK')[n % 2]}", x.text) for n, x in enumerate(entry.numbers)]
    lines += [f"EMAIL;INTERNET:{email}".encode() for email in entry.emails]
    lines += [line("ORG", *entry.organisation)] if entry.organisation else []
    lines += [line("TITLE", entry.title)] if entry.title else []
    return _draft(entry, maker, lines, encoding="gbk", line_end=rng.choice(("\r\n", "\n")))


def _for_legacy(entry: Entry) -> Entry:
    """The entry in letters that GBK has."""
    if not _in_gbk(entry.full_name):
        name_parts = ("马", "强", "", "", "")
        entry = replace(entry, full_name="马强", name_parts=name_parts, suggested="none")
    plainly = (n if _in_gbk(n.text) else mobile(n.lines[0], "plain") for n in entry.numbers)
    return replace(entry, numbers=tuple(plainly))


def _in_gbk(text: str) -> bool:
    try:
        text.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


MAKERS: dict[str, Callable[[Entry, Random, str], Draft]] = {
    "aosp": _android,
    "oppo": _android,
    "samsung": _android,
    "huawei": _android,
    "xiaomi": _android,
    "iphone": _iphone,
    "google": _google,
    "vcard 4": _vcard_4,
    "gbk": _legacy,
}
#: How often each is met in a mixed book.
MIX = {
    "aosp": 12,
    "oppo": 8,
    "samsung": 8,
    "huawei": 6,
    "xiaomi": 6,
    "iphone": 30,
    "google": 13,
    "vcard 4": 9,
    "gbk": 8,
}

"""What happens to a card on its way: every kind of damage, and what must be read all the same.

Each kind changes one draft, the card as its maker wrote it, and says whether it could; what the
card has to give stays as it was unless the function changes the draft's entry.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from address_books.writing import photos, quoted

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from address_books.makers import Draft

    Damage = Callable[[Draft, Draft, Random], bool]

_QUOTED = b"QUOTED-PRINTABLE:"
_INNER = (
    b"AGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nN:Inner;Person\r\nFN:Person Inner\r\n"
    b"TEL;CELL:+1-202-555-0199\r\nEMAIL:inner@example.com\r\nEND:VCARD\r\n"
)
_PROSE = (
    b"we met in Spring, he, she, they, all, of, them, came, by, bus, at, ten, and, sang, a, lot"
)


def harm(draft: Draft, before: Draft, rng: Random) -> None:
    """Damage the card in one way; `before` is the card before it."""
    kinds = list(KINDS)
    rng.shuffle(kinds)
    draft.damage = next(kind for kind in kinds if KINDS[kind](draft, before, rng))


def cut_tail(last: Draft, rng: Random) -> None:
    """The file ends inside the card, in a line that nobody needs."""
    line = last.find(b"PHOTO", b"REV")
    cut = last.lines[line] if line > 0 else last.lines[-1]
    last.lines[line:] = [cut[: rng.randrange(4, len(cut) - 1)]]
    last.entry = replace(last.entry, uid="") if line > 0 else last.entry
    last.after, last.damage = b"", "tail cut"


# --- the borders of a card ----------------------------------------------------------------


def _glued(draft: Draft, _: Draft, rng: Random) -> bool:
    draft.after = rng.choice((b"", b"", b" ", b";"))
    return True


def _no_end(draft: Draft, _: Draft, __: Random) -> bool:
    draft.lines.pop()
    return True


def _no_begin(draft: Draft, before: Draft, __: Random) -> bool:
    if before.damage in ("glued", "no END"):
        return False
    draft.lines.pop(0)
    return True


def _no_border(draft: Draft, before: Draft, __: Random) -> bool:
    """Neither the END of the card before nor the BEGIN of this one."""
    if draft is before or before.damage:
        return False
    before.lines.pop()
    before.damage = "no border"
    draft.lines.pop(0)
    return True


def _nul(draft: Draft, _: Draft, rng: Random) -> bool:
    draft.before = b"\0" * rng.randrange(1, 4)
    return True


def _mark(draft: Draft, _: Draft, __: Random) -> bool:
    draft.before = b"\xef\xbb\xbf"
    return True


def _trailing_blanks(draft: Draft, _: Draft, rng: Random) -> bool:
    draft.lines[-1] += rng.choice((b" ", b"  ", b"\t"))
    draft.lines[0] += rng.choice((b"", b" "))
    return True


def _lower_case(draft: Draft, _: Draft, __: Random) -> bool:
    """Headers and borders; the names of labels are values."""
    for index, line in enumerate(draft.lines):
        header, colon, value = line.partition(b":")
        if header in (b"BEGIN", b"END"):
            value = value.lower()
        if header.isascii() and b"(" not in header:
            draft.lines[index] = header.lower() + colon + value
    return True


# --- line ends ----------------------------------------------------------------------------


def _lone_cr(draft: Draft, _: Draft, __: Random) -> bool:
    draft.line_end = b"\r"
    return True


def _cr_cr_lf(draft: Draft, _: Draft, __: Random) -> bool:
    draft.line_end = b"\r\r\n"
    return True


def _blank_lines(draft: Draft, _: Draft, rng: Random) -> bool:
    for _again in range(rng.randrange(1, 4)):
        draft.lines.insert(_between(draft, rng), rng.choice((b"", b"", b" ")))
    return True


# --- lines that are none ------------------------------------------------------------------


def _garbage(draft: Draft, _: Draft, rng: Random) -> bool:
    line = rng.choice((b"???", "微信好友 abc".encode(), b"=====", b"<html>", b"\x01\x02\x03"))
    draft.lines.insert(_between(draft, rng), line)
    return True


def _prose(draft: Draft, _: Draft, rng: Random) -> bool:
    draft.lines.insert(_between(draft, rng), _PROSE)
    return True


def _hostile(draft: Draft, _: Draft, rng: Random) -> bool:
    draft.lines.insert(_between(draft, rng), b"TEL;TYPE=" + b",".join([b"a"] * 30))
    return True


def _many_parameters(draft: Draft, _: Draft, rng: Random) -> bool:
    draft.lines.insert(_between(draft, rng), b"TEL" + b";TYPE=a" * 100)
    return True


def _version_twice(draft: Draft, _: Draft, __: Random) -> bool:
    draft.lines.insert(1, draft.lines[1])
    return True


def _agent(draft: Draft, _: Draft, rng: Random) -> bool:
    draft.lines.insert(_between(draft, rng), _INNER.removesuffix(b"\r\n"))
    return True


def _between(draft: Draft, rng: Random) -> int:
    """A place after VERSION where no property is torn apart and no quoted one goes on."""
    places = [n for n in range(2, len(draft.lines)) if not draft.lines[n - 1].endswith(b"=\r\n")]
    return rng.choice(places)


# --- values -------------------------------------------------------------------------------


def _stray_equals(draft: Draft, _: Draft, __: Random) -> bool:
    """A quoted value ends in `=`, and a number is in the next line."""
    for index, line in enumerate(draft.lines[:-1]):
        quoted_one = _QUOTED in line and not line.endswith((b"=\r\n", b"="))
        if quoted_one and draft.lines[index + 1].startswith(b"TEL"):
            draft.lines[index] += b"="
            return True
    return False


def _eight_bit(draft: Draft, _: Draft, __: Random) -> bool:
    """The bytes as they are, and a word for it."""
    return _name_as(draft, b"FN;ENCODING=8BIT:", draft.encoding)


def _unknown_charset(draft: Draft, _: Draft, __: Random) -> bool:
    return _name_as(draft, b"FN;CHARSET=X-NONSENSE:", draft.encoding)


def _wrong_label(draft: Draft, _: Draft, rng: Random) -> bool:
    """Bytes in GBK that cannot be UTF-8, labelled UTF-8."""
    name = draft.entry.full_name
    try:
        name.encode("gbk").decode("utf-8")
    except UnicodeDecodeError:
        quoting = rng.random() < 0.5
        header = b"FN;CHARSET=UTF-8" + (b";ENCODING=QUOTED-PRINTABLE:" if quoting else b":")
        return _name_as(draft, header, "gbk")
    except UnicodeEncodeError:
        return False
    return False


def _name_as(draft: Draft, header: bytes, encoding: str) -> bool:
    """FN written anew; vCard 2.1 escapes no comma, 3.0 does."""
    index, name = draft.find(b"FN"), draft.entry.full_name
    if index < 0 or not name or set(name) & set(",;\\"):
        return False
    value = quoted(name, encoding).encode() if _QUOTED in header else name.encode(encoding)
    draft.lines[index] = header + value
    return True


# --- photos -------------------------------------------------------------------------------


def _cut_photo(draft: Draft, _: Draft, rng: Random) -> bool:
    index = _photo(draft, rng)
    line = draft.lines[index].rstrip(b"\r\n")
    draft.lines[index] = line[: rng.randrange(60, len(line))].rstrip(b"\r\n ")
    return True


def _unfolded_photo(draft: Draft, _: Draft, rng: Random) -> bool:
    """Its lines have no leading blank, or it has one line only."""
    index = _photo(draft, rng)
    between = rng.choice((b"\r\n", b""))
    draft.lines[index] = draft.lines[index].replace(b"\r\n ", between)
    return True


def _bad_base64(draft: Draft, _: Draft, rng: Random) -> bool:
    index = _photo(draft, rng)
    draft.lines[index] = draft.lines[index].replace(b"A", b"!").replace(b"B", b"\xff") + b"A"
    return True


def _photo(draft: Draft, rng: Random) -> int:
    """Where the folded photo is; a card without one gets a small one."""
    index = draft.find(b"PHOTO;", b"PHOTO:DATA")
    if index < 0:
        header = b"PHOTO;ENCODING=BASE64;JPEG:"
        draft.lines.insert(-1, photos().draw(header, rng.randrange(1, 3), rng))
        draft.entry = replace(draft.entry, has_photo=True)
        index = len(draft.lines) - 2
    return index


KINDS: dict[str, Damage] = {
    "glued": _glued,
    "no END": _no_end,
    "no BEGIN": _no_begin,
    "no border": _no_border,
    "NUL": _nul,
    "BOM in the middle": _mark,
    "trailing blanks": _trailing_blanks,
    "lower case": _lower_case,
    "lone CR": _lone_cr,
    "CR CR LF": _cr_cr_lf,
    "blank lines": _blank_lines,
    "garbage": _garbage,
    "prose": _prose,
    "hostile header": _hostile,
    "many parameters": _many_parameters,
    "VERSION twice": _version_twice,
    "AGENT": _agent,
    "stray =": _stray_equals,
    "8BIT": _eight_bit,
    "unknown charset": _unknown_charset,
    "wrong label": _wrong_label,
    "cut photo": _cut_photo,
    "unfolded photo": _unfolded_photo,
    "bad base64": _bad_base64,
}

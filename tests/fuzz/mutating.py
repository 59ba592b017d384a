"""Bytes that somebody may send: a sound input and a seed go in, a damaged or hostile one comes out.

What is changed is what readers look at: numbers, words, marks, lines, values of JSON, the
character set. The same random numbers give the same bytes.
"""

from __future__ import annotations

import json
import re
from random import Random
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Change = Callable[[Random, bytes, Sequence[bytes]], bytes]

#: Bytes of an input; and of one that was made to grow, where what takes too long would show.
MOST, MOST_GROWN = 4_096, 65_536
#: One of so many inputs is made to grow.
_GROWS: Final = 150

_NUMBER = re.compile(rb"\d+")
_WORD = re.compile(rb"[A-Za-z_][\w.-]*|[\x80-\xff]{3,}")
_MARK = re.compile(rb"[^\w\s\x80-\xff]")
_NUMBERS = (
    *(
        b"0",
        b"1",
        b"-1",
        b"00",
        b"12",
        b"13",
        b"24",
        b"60",
        b"99",
        b"255",
        b"256",
        b"999",
        b"9999",
        b"0001",
    ),
    *(b"65535", b"2147483648", b"4294967296", b"9223372036854775808", b"1e400", b"-1e-9", b"0x1F"),
    *(b"253402300800000", b"-62135596800001", b"1793543400123", b"13800000001", b"+8613800000001"),
    *("１２".encode(), "²".encode(), "٣".encode(), "㉈".encode(), b"1" * 40, b"9" * 4301, b"NaN"),
)
_TEXTS = (
    *(
        b"",
        b" ",
        b"-14:00",
        b"\0",
        b"\r",
        b"\n",
        b"\r\n",
        b"\t",
        b"\x1b[31m",
        b"=cmd",
        b"{x}",
        b"{{7*7}}",
    ),
    *(b"%s%n", b"../../x", b"<b>", b"</script>", b"<!--", b"]]>", b"&#0;", b"&#xD800;", b"&amp;"),
    *(
        b"\\",
        b"\\n",
        b"\\ud800",
        b"=00",
        b"=3D",
        b"=E5=A6",
        b"%00",
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
    ),
    *(
        "\u202e".encode(),
        "\u2028".encode(),
        "\ufeff".encode(),
        "\u0085".encode(),
        "\U0001f468".encode(),
    ),
    *("妈妈".encode(), "ﬃ".encode(), "İ".encode(), "ẞ".encode(), "e\u0301".encode(), "한".encode()),
    *("\ufdfa".encode(), "\U000e0041".encode(), "Ⅳ".encode(), "\u3000".encode(), "ſ".encode()),
)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 1e308, 10**30, "", " ", "0", "x", "\0", "\ud800", "妈妈"),
    *(
        [],
        {},
        [[]],
        [None],
        {"": ""},
        "9" * 5_000,
        "2026-02-30T25:61:00Z",
        "9999-12-31T23:59:59-14:00",
    ),
    *("0001-01-01T00:00:00+14:00", float("inf"), float("nan"), ["x"] * 50, {"id": {"id": []}}),
)
#: Half of a pair, marks that steer, a line's end, markup, a digit.
_IN_TEXTS = ("\ud83d", "\ude00", "\0", "\x1b[2J", "\n", "\u2028", "\u202e", "<b>", "{0}", "1", "９")
_CHARSETS = (
    "utf-16",
    "utf-16-be",
    "gb18030",
    "big5",
    "latin-1",
    "shift_jis",
    "utf-8-sig",
    "utf-32",
)


def dice(seed: int | str) -> Random:
    """The same random numbers each time."""
    return Random(seed)


def mutated(random: Random, seeds: Sequence[bytes], words: Sequence[bytes] = ()) -> bytes:
    """One of the seeds, changed in a few places."""
    return changed(random, random.choice(seeds), seeds, words)


def changed(
    random: Random, data: bytes, seeds: Sequence[bytes], words: Sequence[bytes] = ()
) -> bytes:
    """The bytes, changed in a few places; now and then they grow far beyond a usual size."""
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 5, 8))):
        data = random.choice(_CHANGES)(random, data, (*seeds, *words))[:MOST]
    return _grown(random, data) if random.randrange(_GROWS) == 0 else data


def _replaced(pattern: re.Pattern[bytes], by: Sequence[bytes]) -> Change:
    """Puts something else in the place of one that is found."""

    def change(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
        found = list(pattern.finditer(data))
        if not found:
            return data + random.choice(by)
        one = random.choice(found)
        return data[: one.start()] + random.choice(by) + data[one.end() :]

    return change


def _other_word(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A word of another input in the place of one of this."""
    words = _WORD.findall(random.choice(others)) or [b"x"]
    return _replaced(_WORD, words)(random, data, others)


def _spliced(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """The beginning of this, the end of another."""
    other = random.choice(others)
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]


def _inserted(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A word, a mark or a part of another input in it."""
    at, other = random.randrange(len(data) + 1), random.choice(others)
    begin = random.randrange(len(other) + 1)
    some = random.choice((*_TEXTS, *_NUMBERS, other[begin : begin + random.randrange(1, 60)]))
    return data[:at] + some + data[at:]


def _bytes(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """A few bytes, each another."""
    found = bytearray(data or b"\0")
    for _one in range(random.choice((1, 1, 2, 4))):
        found[random.randrange(len(found))] = random.choice(
            (0, 10, 34, 127, 255, random.randrange(256))
        )
    return bytes(found)


def _cut(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """A part of it left out."""
    begin = random.randrange(len(data) + 1)
    return data[:begin] + data[begin + random.choice((1, 2, 8, 40, len(data))) :]


def _lines(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """A line left out, said twice, or in another place; or other line ends."""
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    one = lines.pop(random.randrange(len(lines)))
    match random.randrange(4):
        case 0:
            lines[random.randrange(len(lines) + 1) : 0] = [one]
        case 1:
            lines += [one, one]
        case 2:
            end = random.choice((b"\r", b"\n", b"\r\n", b"\0", b"\xe2\x80\xa8", b""))
            lines = [line.rstrip(b"\r\n") + end for line in (one, *lines)]
    return b"".join(lines)


def _values(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Where a line, or all of it, is JSON: another value in one place, or a place more or less."""
    lines = [data] if random.randrange(2) else data.split(b"\n")
    at = random.randrange(len(lines))
    begin = max(lines[at].find(b"{"), 0)
    try:
        told = json.loads(lines[at][begin:])
    except (ValueError, RecursionError):
        return data
    told = _other_value(random, told)
    lines[at] = lines[at][:begin] + json.dumps(told, ensure_ascii=bool(random.randrange(2))).encode(
        "utf-8", "surrogatepass"
    )
    return b"\n".join(lines)


def _other_value(random: Random, told: Any) -> Any:  # noqa: ANN401 (any JSON)
    """The value with one thing in it another."""
    if isinstance(told, str) and random.randrange(2):
        at = random.randrange(len(told) + 1)
        return told[:at] + random.choice(_IN_TEXTS) + told[at:]
    if not isinstance(told, dict | list) or not told or random.randrange(8) == 0:
        return random.choice(_VALUES)
    key: Any = random.choice(list(told)) if isinstance(told, dict) else random.randrange(len(told))
    if random.randrange(10) == 0:
        return {k: v for k, v in told.items() if k != key} if isinstance(told, dict) else told * 2
    changed_ = dict(told) if isinstance(told, dict) else list(told)
    changed_[key] = _other_value(random, told[key])
    return changed_


def _recoded(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """In another character set."""
    return data.decode("utf-8", "replace").encode(random.choice(_CHARSETS), "replace")


def _grown(random: Random, data: bytes) -> bytes:
    """A part of it many times over."""
    begin = random.randrange(len(data) + 1)
    part = data[begin : begin + random.choice((1, 1, 2, 5, 30, 400))] or b"("
    times = random.choice((50, 500, 5_000, 50_000))
    return (data[:begin] + part * times + data[begin:])[:MOST_GROWN]


_CHANGES: tuple[Change, ...] = (
    _replaced(_NUMBER, _NUMBERS),
    _replaced(_NUMBER, _NUMBERS),
    _replaced(_WORD, _TEXTS),
    _replaced(_MARK, (*_TEXTS, b":", b";", b",", b"=", b"|", b'"', b"'", b"<", b">", b"@")),
    _other_word,
    _other_word,
    _spliced,
    _inserted,
    _inserted,
    _bytes,
    _cut,
    _lines,
    _values,
    _values,
    _recoded,
)

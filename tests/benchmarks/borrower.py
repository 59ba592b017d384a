"""A borrower's address book as phones export it, and who in it is to be told.

203 cards: 180 people with mobiles in five formats (of whom 12 are saved twice, 4 have a second
mobile, 2 want no more texts), 6 landlines and 5 service numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

_MOBILES = 180
_SAVED_TWICE = range(0, 120, 10)
_SECOND_MOBILE = range(5, 125, 30)
OPTED_OUT = (33, 77)
_LANDLINES = tuple(f"010 5550 01{n:02}" for n in range(6))
_SERVICES = ("95555", "12306", "10086", "106575258", "4008000000")
_FORMATS = (
    "{0}{1}{2}",
    "+86 {0} {1} {2}",
    "{0}-{1}-{2}",
    "+86-{0}-{1}-{2}",
    "0086{0}{1}{2}",
)


@dataclass(frozen=True, slots=True)
class Book:
    """The file, and the truth about it."""

    vcf: str
    #: the mobiles of each person who is to be told, in E.164
    people: tuple[frozenset[str], ...]
    opted_out: tuple[str, ...]


def book() -> Book:
    numbers = [_numbers(n) for n in range(_MOBILES)]
    cards = [_card(n, numbers[n], n) for n in range(_MOBILES)]
    cards += [_card(n, numbers[n], n + 2) for n in _SAVED_TWICE]
    others = (*_LANDLINES, *_SERVICES)
    cards += [_written(n, f"店{n}", [number]) for n, number in enumerate(others)]
    return Book(
        vcf="".join(cards),
        people=tuple(
            frozenset(f"+86{one}" for one in numbers[n])
            for n in range(_MOBILES)
            if n not in OPTED_OUT
        ),
        opted_out=tuple(f"+86{numbers[n][0]}" for n in OPTED_OUT),
    )


def mobile(n: int) -> str:
    """The first number of the n-th person, in E.164."""
    return f"+86{_numbers(n)[0]}"


def _numbers(n: int) -> list[str]:
    second = [f"1380000{n + 500:04}"] if n in _SECOND_MOBILE else []
    return [f"1380000{n + 1:04}", *second]


def _card(n: int, numbers: list[str], form: int) -> str:
    written = [_FORMATS[form % 5].format(one[:3], one[3:7], one[7:]) for one in numbers]
    return _written(n, f"王小{chr(0x4E00 + n)}", written)


def _written(n: int, name: str, numbers: list[str]) -> str:
    """Every third card as old Android phones write them, the others as an iPhone does."""
    if n % 3 == 0:
        quoted = "".join(f"={byte:02X}" for byte in name.encode())
        coded = f";CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{quoted}"
        lines = ["VERSION:2.1", f"N{coded};;;;", f"FN{coded}"]
        lines += [f"TEL;CELL:{one}" for one in numbers]
    else:
        lines = ["VERSION:3.0", f"N:{name};;;;", f"FN:{name}"]
        lines += [f"TEL;TYPE=CELL:{one}" for one in numbers]
    return "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""])

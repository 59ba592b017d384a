"""A name goes in; the texts by which it is found in Latin letters come out: pinyin and initials.

A character has the readings that the table of single characters gives it, the commonest first; a
surname is read as a surname. Of names with many readings some are left out, never the first.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import product

from kit.contacts.plain_name import words

#: Surnames that are read otherwise than the characters mostly are, in both scripts.
_SURNAMES = {
    character: reading
    for characters, reading in (
        *(("单單", "shan"), ("曾", "zeng"), ("仇", "qiu"), ("解", "xie"), ("区區", "ou")),
        *(("查", "zha"), ("朴樸", "piao"), ("盖蓋", "ge"), ("召", "shao"), ("缪繆", "miao")),
        *(("翟", "zhai"), ("种種", "chong"), ("秘祕", "bi"), ("洗", "xian"), ("折", "she")),
        *(("员員", "yun"), ("祭", "zhai"), ("隗", "wei"), ("繁", "po"), ("能", "nai")),
        *(("黑", "he"), ("乐樂", "yue"), ("长長", "zhang")),
    )
    for character in characters
}
#: Of two characters, where the first is read otherwise again.
_LONG_SURNAMES = {
    **dict.fromkeys(("尉迟", "尉遲"), ("yu", "chi")),
    **dict.fromkeys(("单于", "單于"), ("chan", "yu")),
    **dict.fromkeys(("澹台", "澹臺"), ("tan", "tai")),
    **dict.fromkeys(("万俟", "萬俟"), ("mo", "qi")),
}
#: Readings of one character, and ways to read a whole name, at most.
_READINGS, _WAYS = 3, 8
#: No name of interest has more syllables.
_SYLLABLES = 12
_LATIN_OR_ONE = re.compile(r"[a-z0-9]+|\S")
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0302\u0304\u030c"))


def spelt(name: str) -> tuple[str, ...]:
    """The whole name in pinyin and its initials, from each of its syllables on."""
    texts: dict[str, None] = {}
    for way in product(*_readings(words(name))):
        whole, initials = "".join(way), "".join([one[0] for one in way])
        begin = 0
        for position, syllable in enumerate(way):
            texts[whole[begin:]] = texts[initials[position:]] = None
            begin += len(syllable)
    return tuple(texts)


def _readings(plain: str) -> list[tuple[str, ...]]:
    """The readings of each syllable, so many that there are no more ways than are wanted."""
    found: list[tuple[str, ...]] = []
    ways = 1
    surname = _of_surname(plain[:2])
    for one in _LATIN_OR_ONE.findall(plain):
        readings = (one,) if one.isascii() else _readings_of(one)
        if readings:
            if len(found) < len(surname):
                readings = tuple(dict.fromkeys((surname[len(found)], *readings)))
            readings = readings[: min(_READINGS, max(_WAYS // ways, 1))]
            ways *= len(readings)
            found.append(readings)
        if len(found) == _SYLLABLES:
            break
    return found


def _of_surname(first_two: str) -> tuple[str, ...]:
    """How the first characters are read where the name begins with a surname."""
    if first_two in _LONG_SURNAMES:
        return _LONG_SURNAMES[first_two]
    reading = _SURNAMES.get(first_two[:1])
    return (reading,) if reading else ()


@cache
def _readings_of(character: str) -> tuple[str, ...]:
    """Without tones; ü as v, which keyboards have, and as u."""
    toneless = (
        unicodedata.normalize("NFC", unicodedata.normalize("NFD", reading).translate(_TONES))
        for reading in _table().get(ord(character), "").split(",")
    )
    return tuple(
        dict.fromkeys(text.replace("ü", u) for text in toneless if text for u in ("v", "u"))
    )


@cache
def _table() -> dict[int, str]:
    """The readings of single characters, by code point.

    Only this module of the library is loaded: its table of phrases, which comes with the library
    itself, takes five times the memory and time, and no name stands in it.
    """
    from importlib.machinery import PathFinder
    from importlib.util import find_spec, module_from_spec

    library = find_spec("pypinyin")
    places = library.submodule_search_locations if library else None
    spec = PathFinder.find_spec("pinyin_dict", places)
    if spec is None or spec.loader is None:
        return {}
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    table: dict[int, str] = module.pinyin_dict
    return table

"""The pattern that people fill in by hand, where no script runs: a text goes in, reports come out.

    【来电记录】
    时间：2026-11-21 14:30
    号码：13800000123
    自称：某某金融
    说了什么：说要到我单位找人
    提到欠款：是
    我已拒绝：否

In any of three languages, in any order, also one behind the other on a line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kit.inbox.written import Written, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    #: The labels of one pattern by what each is for, in the order in which they stand.
    Labels = Mapping[str, re.Match[str]]

_HEADING = "heading"
_HEADINGS = r"[【\[「(]\s*(?:来电记录|來電紀錄|來電記錄|call\s+record)\s*[】\]」)]"
_LABELS = {
    "when": "时间|時間|time",
    "number": "号码|號碼|number",
    "said_they_were": r"自称|自稱|said\s+they\s+were",
    "said": r"说了什么|說了什麼|說了甚麼|what\s+was\s+said",
    "debt_named": r"提到欠款|named\s+a\s+debt",
    "refused": r"我已拒绝|我已拒絕|i\s+refused",
}
#: What people label in other texts too.
_COMMON = {"when", "number"}
_LABEL = re.compile(
    r"(?:(?P<begins>^[^\S\n]*(?:[>*•·-][^\S\n]*)*)|(?<=[\s,;。】\]」)]))"
    rf"(?:(?P<{_HEADING}>{_HEADINGS})|(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
    + r")[^\S\n]*:)",
    re.IGNORECASE | re.MULTILINE,
)
_LINE_END = re.compile(r"\n")
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")

#: The first word of an answer.
_WORD_END = re.compile(r"[\s,.。;!]")
_YES = re.compile("是的?|有|[对對]|提到了?|[说說]了|已?拒[绝絕]了?|yes|y")
_NO = re.compile("否|不是|[没沒]有?|[没沒]提到?|[没沒][说說]|no|n")
#: How people write that no number was shown.
_HIDDEN = re.compile(
    "[隐隱]藏|[无無]|[没沒]有|(?:[未不没沒]|[没沒]有)[显顯]示|未知|不知道|不清楚|hidden|withheld|unknown|none",
    re.IGNORECASE,
)
_DASHES = re.compile("[‐-―−]")


def find_patterns(text: str) -> list[Written]:
    """Every pattern in a plain text; its fields may be empty."""
    return [_written(text, labels, end) for labels, end in _found(text) if _is_report(labels)]


def without_patterns(text: str) -> str:
    """The text without what stands behind the labels of its patterns, each to the line's end."""
    ours = [label for labels, _ in _found(text) if _is_report(labels) for label in labels.values()]
    for label in sorted(ours, key=lambda one: one.start(), reverse=True):
        line_end = _LINE_END.search(text, label.end())
        text = text[: label.start()] + (text[line_end.start() :] if line_end else "")
    return text


def _is_report(labels: Labels) -> bool:
    """Whether it is one of ours: other texts have a time and a number too."""
    fields = set(labels) - {_HEADING}
    return bool(fields) and (_HEADING in labels or ("when" in fields and bool(fields - _COMMON)))


def _found(text: str) -> Iterator[tuple[Labels, int]]:
    """The labels that belong together, and where their pattern ends.

    The next one begins with a heading, or with a line whose label was there before; within a line
    such a label is part of what was said.
    """
    labels: dict[str, re.Match[str]] = {}
    for label in _LABEL.finditer(text):
        name = next(name for name in (_HEADING, *_LABELS) if label[name])
        if name == _HEADING or (name in labels and label["begins"] is not None):
            yield labels, label.start()
            labels = {}
        labels.setdefault(name, label)
    yield labels, len(text)


def _written(text: str, labels: Labels, end: int) -> Written:
    """What was filled in behind the labels."""
    fields = dict.fromkeys(_LABELS, "")
    ends = [*(label.start() for label in labels.values()), end][1:]
    for (name, label), until in zip(labels.items(), ends, strict=True):
        # Only what was said may go on over several lines, up to an empty one.
        stop = _EMPTY_LINE if name == "said" else _LINE_END
        value = stop.split(text[label.end() : until], maxsplit=1)[0]
        fields[name] = one_line(value).strip(" ,;。")
    return Written(
        place=next(iter(labels.values())).end(),
        when=fields["when"],
        number=_number(fields["number"]),
        said_they_were=fields["said_they_were"],
        said=fields["said"],
        debt_named=_answer(fields["debt_named"]),
        refused=_answer(fields["refused"]),
        checked=False,
    )


def _number(text: str) -> str:
    """A number as it was dialled; nothing where none was shown."""
    if _HIDDEN.fullmatch(text):
        return ""
    return " ".join(_DASHES.sub("-", text).replace("(", " ").replace(")", " ").split())


def _answer(text: str) -> bool | None:
    """Yes or no; nothing where it is neither."""
    word = _WORD_END.split(text.lower(), maxsplit=1)[0]
    if _YES.fullmatch(word):
        return True
    return False if _NO.fullmatch(word) else None

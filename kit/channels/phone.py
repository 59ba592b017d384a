"""Scan and send: an attempt becomes a QR code that the phone's camera turns into a text.

The borrower presses send; so what this channel says of an attempt is `handed_over`, and what
became of it is the borrower's word. Nothing here uses a network.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kit import private_file
from kit.errors import PictureError, reason_of
from kit.model import E164, Form, Problem, Receipt, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from kit.model import Attempt, Reply

#: Light modules left around the code; the standard asks for 4, cameras read 1 on a screen.
_QUIET = 1
_QUIET_IN_PICTURE = 4
#: About how wide a picture is, in pixels.
_PICTURE_WIDTH = 600
_HALVES = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}


class PhoneChannel:
    """The borrower's own phone and thumb."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def close(self) -> None:
        """Nothing is open."""

    def check(self) -> list[Problem]:
        """Nothing can be missing."""
        return []

    def send(self, attempt: Attempt) -> Receipt:
        """Hand the text over to the borrower; the code is shown when this is recorded."""
        del attempt
        return Receipt(status=Status.HANDED_OVER, at=self._clock())

    def find(self, attempt: Attempt) -> Receipt | None:
        """Not taken: a code is shown only after `handed_over` was recorded."""
        del attempt
        return None

    def fetch(
        self, since: datetime, attempts: Sequence[Attempt]
    ) -> Iterable[tuple[Attempt, Receipt] | Reply]:
        """Nothing: the borrower hears it on the phone."""
        del since, attempts
        return ()


def link(recipient: E164, text: str) -> str:
    """The link that opens the SMS app, number and text filled in.

    RFC 5724 writes `?body=`, iPhones once took `&body=`; both Android and
    iPhone take this.
    """
    return f"sms:{recipient}?&body={quote(text, safe='')}"


def content(form: Form, recipient: E164, text: str) -> str:
    """What a code of that form says.

    In `SMSTO:` only the first two colons separate, so the text may hold more.
    """
    if form is Form.LINK:
        return link(recipient, text)
    return text if form is Form.TEXT else f"SMSTO:{recipient}:{text}"


def code(content: str) -> list[str]:
    """The QR code as lines for a terminal, two modules a character, light on dark.

    Drawn with full and half blocks for the light modules; whoever shows it sets a light colour on a
    dark ground, so that it is right whatever the terminal's own colours are.
    """
    rows = [[bool(module) for module in row] for row in _made(content).matrix_iter(border=_QUIET)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    return [
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]


def svg(content: str) -> str:
    """The QR code as SVG markup, to be put into a page; it is as large as the page lets it be."""
    made = _made(content)
    look = {"light": "#fff", "svgclass": None, "lineclass": None, "omitsize": True}
    return str(made.svg_inline(border=_QUIET_IN_PICTURE, **look))


def write_picture(path: Path, content: str) -> None:
    """Write the QR code to a file, as a PNG; without content an empty file.

    Raises:
        PictureError: it cannot be written.
    """
    picture = BytesIO()
    if content:
        made = _made(content)
        scale = round(_PICTURE_WIDTH / made.symbol_size(border=_QUIET_IN_PICTURE)[0])
        made.save(picture, kind="png", scale=max(1, scale), border=_QUIET_IN_PICTURE)
    try:
        private_file.write(path, picture.getvalue())
    except OSError as error:
        raise PictureError(reason=reason_of(error)) from None


def _made(content: str) -> Any:  # noqa: ANN401 (segno has no types)
    import segno

    return segno.make(content, error="l", mode="byte", encoding="utf-8", micro=False)

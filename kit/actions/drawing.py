"""Pictures: a guide, or a drawing (SVG), goes in; the bytes of its pictures come out.

Each is drawn in a process of its own (`picture_drawer`), which takes its memory with it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kit import typeset
from kit.actions import child, picture_drawer
from kit.errors import NoFontError, PicturesMissingError
from kit.letters import picture
from kit.template import folder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.letters.guide import Guide

_VALUES = {"share": picture.share_values, "long": picture.long_values}
#: The files that the pictures are.
NAMES = tuple(f"{name}.png" for name in _VALUES)


def draw(guide: Guide, names: Iterable[str] = tuple(_VALUES)) -> dict[str, bytes]:
    """The pictures of the guide: few words to send in a chat, and all of it as one long picture.

    Raises:
        PicturesMissingError: what draws them, or a font, is not on this computer.
    """
    typeset.check()
    return {f"{name}.png": _drawn(guide, name) for name in names}


def draw_svg(drawing: str, language: str) -> bytes:
    """The picture of an SVG.

    Raises:
        PicturesMissingError: what draws it, or a font, is not on this computer.
    """
    typeset.check()
    return _asked(["", drawing, language])


def _drawn(guide: Guide, name: str) -> bytes:
    template = (folder() / f"{name}.typ").read_text(encoding="utf-8")
    return _asked([template, _VALUES[name](guide), guide.language])


def _asked(what: list[Any]) -> bytes:
    """What the process draws that is asked for it."""
    asked = json.dumps(what).encode()
    try:
        with child.started(picture_drawer.__name__) as process:
            made, _ = process.communicate(asked)
    except OSError:  # there is no room for one more process
        raise PicturesMissingError from None
    if process.returncode == picture_drawer.NO_FONT:
        raise NoFontError(**json.loads(made))
    if process.returncode:
        raise PicturesMissingError
    return made

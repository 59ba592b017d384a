"""A guide as pictures: the guide goes in, each picture's bytes come out, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import typeset
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
    return {
        f"{name}.png": typeset.picture(
            (folder() / f"{name}.typ").read_text(encoding="utf-8"),
            _VALUES[name](guide),
            language=guide.language,
        )
        for name in names
    }

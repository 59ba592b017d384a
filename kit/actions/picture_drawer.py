"""The process that draws a picture: what stands on it at its input, the bytes at its output.

`python -m kit.actions.picture_drawer`, as `drawing` starts it. The long picture takes several times
the memory of all the rest of the kit, and a process gives it back when it ends.
"""

from __future__ import annotations

import json
import sys

from kit import typeset
from kit.errors import NoFontError

#: How it ends where no font has all the characters; which would, is its answer.
NO_FONT = 13


def main() -> int:
    """Draw one picture; the exit code. Without a template it is a drawing already (SVG)."""
    template, values, language = json.load(sys.stdin.buffer)
    try:
        if template:
            made = typeset.picture(template, values, language=language)
        else:
            made = typeset.drawn(values, language=language)
    except NoFontError as error:
        sys.stdout.buffer.write(json.dumps(error.facts).encode())
        return NO_FONT
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())

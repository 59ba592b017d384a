"""A process of its own: a module of ours goes in; it runs, with a pipe to it and one from it."""

from __future__ import annotations

import subprocess
import sys
from typing import TypeAlias

from kit.settings import bare_variables

Process: TypeAlias = subprocess.Popen[bytes]


def started(module: str, *arguments: str) -> Process:
    """The module as a program; it sees no setting of the kit.

    Raises:
        OSError: there is no room for one more process.
    """
    # It imports nothing that lies in the folder where the kit was called (-P), and keeps no
    # compiled modules (-B).
    return subprocess.Popen(  # noqa: S603 (the kit itself)
        [sys.executable, "-P", "-B", "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=bare_variables(),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )

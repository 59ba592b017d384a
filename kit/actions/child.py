"""A process of its own: a module of ours, or a program, goes in; it runs, with pipes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
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


def found(program: str) -> str:
    """Where a program of somebody else's is installed; empty where it is not.

    What lies in the folder where the kit was called is none, though Windows looks there first.
    """
    path = shutil.which(program, path=bare_variables().get("PATH", ""))
    return path if path and Path(path).is_absolute() else ""


def asked(path: str, *arguments: str) -> Process:
    """Such a program, which is told nothing but these words; it sees no setting of the kit.

    Raises:
        OSError: it cannot be started.
    """
    return subprocess.Popen(  # noqa: S603 (what was found, with words of ours)
        [path, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=bare_variables(),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )

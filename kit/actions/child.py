"""A process of its own: a module of ours, or a program, goes in; it runs, with pipes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import TypeAlias

from kit.settings import bare_variables

Process: TypeAlias = subprocess.Popen[bytes]

#: Bytes that are taken at once; seconds for what a program printed before it ended.
_AT_ONCE, _REST = 65_536, 2.0


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


def answer(path: str, *arguments: str, seconds: float, most: int) -> bytes | None:
    """What such a program prints, told nothing but these words; it sees no setting of the kit.

    Nothing where it fails, prints more or takes longer. What it leaves running may keep its pipe
    open, and is not waited for.

    Raises:
        OSError: it cannot be started.
    """
    process = subprocess.Popen(  # noqa: S603 (what was found, with words of ours)
        [path, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=bare_variables(),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    printed = bytearray()
    reader = Thread(target=_drain, args=(process, printed, most), daemon=True)
    reader.start()
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        code = None
    finally:
        process.kill()
        process.wait()
    reader.join(_REST)
    return bytes(printed) if code == 0 and len(printed) < most else None


def _drain(process: Process, printed: bytearray, most: int) -> None:
    """Take what it prints until it ends; beyond so many bytes it has nobody to print to."""
    if process.stdout:
        with process.stdout as stream:
            while len(printed) < most and (some := os.read(stream.fileno(), _AT_ONCE)):
                printed += some

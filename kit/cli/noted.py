"""What a command leaves behind: its name, how it ended and how long it took; nothing it was told.

Whatever goes wrong where nobody catches it, in a thread or at the very end, is said as a fault
is: Python's own words would have what it was about.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
import warnings
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from kit.errors import KitError
from kit.errors.fault import report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FAULT = 70


def say_no_more_than_where() -> None:
    """Where Python would show an exception, a warning or a value, show what a report shows."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    sys.excepthook = lambda _, error, __: _lost(error)
    sys.unraisablehook = lambda found: _lost(found.exc_value)
    threading.excepthook = lambda found: _lost(found.exc_value)


@contextlib.contextmanager
def noted(context: click.Context, home: Path) -> Iterator[None]:
    """Write down that the command began and how it ended, where there is a store."""
    from kit import journal
    from kit.actions.limits import leave_no_core
    from kit.actions.store import MADE

    leave_no_core()
    journal.quiet()
    journal.keep(home, MADE)
    command, began = _name(context), time.monotonic()
    journal.note(journal.Event.BEGAN, command=command)
    code, kind = 0, None
    try:
        yield
    except BaseException as error:
        code, kind = _end(error)
        if code == FAULT:
            journal.fault(error)
        raise
    finally:
        ms = int((time.monotonic() - began) * 1000)
        journal.note(journal.Event.ENDED, command=command, code=code, ms=ms, error=kind)


def _end(error: BaseException) -> tuple[int, type[BaseException] | None]:
    """The exit code, and what the command was stopped by, if anything."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code, None
    if isinstance(error, SystemExit):
        return 0, None
    if isinstance(error, KitError | click.ClickException):
        return error.exit_code, type(error)
    if isinstance(error, OSError | click.Abort | KeyboardInterrupt):
        return 1, type(error)
    return FAULT, type(error)


def _name(context: click.Context) -> str:
    """The command, as the code calls it; nothing that was typed."""
    names = []
    one: click.Context | None = context
    while one is not None:
        names.append(one.command.name or "")
        one = one.parent
    return " ".join(reversed(names))


def _lost(error: BaseException | None) -> None:
    """Say where it was that nobody caught it; a screen that is gone says nothing."""
    if error is None:
        return
    from kit import journal

    journal.fault(error)
    with contextlib.suppress(Exception):
        click.echo(report(error, datetime.now(UTC)), err=True)

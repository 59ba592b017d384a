"""A command at a terminal: what somebody types goes in, what the command said comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.cli.talk import Talk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pytest
    from click.testing import Result

    Kit = Callable[..., Result]


def at_terminal(
    kit: Kit, monkeypatch: pytest.MonkeyPatch, answers: Sequence[str], *command: str | Path
) -> Result:
    """The command with these lines typed; none may be left over, none may be lacking."""
    typed = iter(answers)
    with monkeypatch.context() as patched:
        patched.setattr(Talk, "can_ask", property(lambda _: True))
        patched.setattr("click.prompt", lambda *_, **__: next(typed))
        done = kit(*command)
    assert list(typed) == []
    return done

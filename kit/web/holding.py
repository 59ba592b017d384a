"""A form that comes when the desk was locked waits in memory until it is open again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit.web.desk import desk
from kit.web.guard import refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from kit.actions.exhibits import Handed


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What was typed, and the page on which it is shown again."""

    page: str
    form: Mapping[str, str] = field(repr=False)
    files: tuple[Handed, ...] = field(default=(), repr=False)


def hold(held: Held) -> ResponseReturnValue:
    """Keep what was typed until the desk is open, where the same start of kit can open it."""
    here = desk()
    if not here.asks_passphrase:
        return refused(401, "Locked, because nobody was here for long. Nothing was changed.")
    here.session.held = held
    here.session.page = held.page
    return refused(
        401, "Locked, because nobody was here for long. Open it: what you wrote is still there."
    )


def taken(page: str) -> Held | None:
    """What waits for that page; it waits no longer."""
    session = desk().session
    held = session.held
    if held is None or held.page != page:
        return None
    session.held = None
    return held

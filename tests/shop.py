"""A store with channels set up to stand-ins, for the modules that test what goes by them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conftest import Clock, no_passphrase

from kit.actions import planning, progress, running
from kit.actions.planning import Request
from kit.actions.store import open_store
from kit.model import E164, Contact, Email, Group
from kit.settings import Settings, load

if TYPE_CHECKING:
    from pathlib import Path

    from kit.actions.delivery import Outcome
    from kit.actions.sending import Waiting
    from kit.actions.store import Store
    from kit.model import Status

ALWAYS = "00:00-24:00"


def opened(home: Path, clock: Clock, *settings: Settings, **more: str) -> Store:
    """A store with what is set in any of these settings; of a clinic where the environment is."""
    around = load()
    plain = Settings(
        home=home,
        language="en",
        key_file=home / "key",
        database_url=around.database_url,
        case=around.case,
    )
    given = {
        name: getattr(one, name)
        for one in settings
        for name in Settings.__slots__
        if name not in ("home", "key_file", "language") and getattr(one, name)
    }
    chosen = replace(plain, **{**given, **more})
    return open_store(chosen, no_passphrase, clock, clock.rest)


def person(id_: str, *addresses: str, group: Group = Group.EVERYONE) -> Contact:
    return Contact(
        id=id_,
        names=(id_,),
        numbers=tuple(E164(a) for a in addresses if "@" not in a),
        emails=tuple(Email(a) for a in addresses if "@" in a),
        group=group,
    )


def plan(store: Store, channel: str = "twilio", **wishes: Any) -> int:  # noqa: ANN401 (what a test wishes)
    """Freeze a plan that keeps no hours and no pace; how many messages it has."""
    fast = {"hours": ALWAYS, "max_per_second": 0, "max_per_hour": 0, "max_per_day": 0}
    request = Request(channel=channel, sender="小明", **{**fast, **wishes})
    return len(planning.freeze_plan(store, request).messages)


def send(store: Store, *, waits: bool = False) -> list[Outcome | Waiting]:
    """Go on with the plan."""
    frozen = store.current_plan()
    with running.run(store, frozen, len(frozen.messages)) as run:
        return list(run.sending(waits=waits))


def plan_and_send(store: Store, channel: str = "twilio", **wishes: Any) -> list[Outcome | Waiting]:  # noqa: ANN401 (the same)
    return send(store) if plan(store, channel, **wishes) else []


def statuses(store: Store) -> list[Status]:
    return [standing.status for standing in progress.standings(store)]

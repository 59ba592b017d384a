"""All readers of what comes from outside, each once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fuzz import files, pages, typed, wires

if TYPE_CHECKING:
    from fuzz.target import Place, Target

#: By target: inputs with which something went wrong once, and what only a server can make.
SEEDS = Path(__file__).parent / "seeds"


def targets(place: Place) -> tuple[Target, ...]:
    """Every target, with the inputs that are kept for it."""
    found = [one for kind in (files, typed, wires, pages) for one in kind.targets(place)]
    return tuple(replace(one, seeds=(*kept(one.name), *one.seeds)) for one in found)


def kept(name: str) -> tuple[bytes, ...]:
    """The inputs that are kept for that target."""
    return tuple(one.read_bytes() for one in sorted(SEEDS.glob(f"{name}/*")))

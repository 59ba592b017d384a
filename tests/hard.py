"""What the modules of hard cases have in common: people, and what became of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from conftest import SEEDED, card

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result

    Kit = Callable[..., Result]
    Book = Callable[..., Path]

#: Those who are told in most cases: numbers in China.
MANY = [f"+8613800000{n:03}" for n in range(1, 100)]
AMERICAN, OTHER_AMERICAN, BRITISH = "+12125550143", "+12125550144", "+447700900001"
#: Names, numbers and words that may stand on no line of a log, nor on stderr.
_PERSONAL = (*SEEDED, "friend", "380000", "555014", "77009000", "@example.com", "小明")


def people(*numbers: str) -> list[str]:
    """A card for each, `friend0` and so on; whoever has several has them in one text."""
    return [card(f"friend{n}", *number.split()) for n, number in enumerate(numbers)]


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


class Hard:
    """Everybody is chosen; no line that is not asked for shows who they are."""

    @pytest.fixture
    def kit(self, kit_then: Kit, caplog: pytest.LogCaptureFixture) -> Iterator[Kit]:
        said: list[str] = []

        def run(*arguments: str | Path, **environment: str) -> Result:
            result = kit_then(*arguments, **environment)
            assert result.exit_code != 70, result.stderr
            said.append(result.stderr)
            return result

        yield run
        everything = caplog.text + "".join(said)
        assert [one for one in _PERSONAL if one in everything] == []

    @pytest.fixture
    def tell(self, kit: Kit, book: Book) -> Callable[..., int]:
        """Import these people, choose everybody, plan; how many messages it has."""

        def plan(via: str, cards: list[str], *wishes: str) -> int:
            assert kit("import", book(*cards)).exit_code == 0
            assert kit("choose", "--everyone-else").exit_code == 0
            return replan(kit, via, *wishes)

        return plan


def replan(kit: Kit, via: str, *wishes: str) -> int:
    """Plan anew; how many messages it has."""
    result = kit("plan", "--via", via, "--from", "小明", "--from-latin", "Ming", "--json", *wishes)
    assert result.exit_code == 0, result.stderr
    return int(objects(result)[-1]["summary"]["messages"])


def skipped(kit: Kit, via: str, *wishes: str) -> list[str]:
    """Why a new plan leaves people out."""
    result = kit("plan", "--via", via, "--from", "小明", "--json", *wishes)
    return [line["skipped"] for line in objects(result) if "skipped" in line]


def statuses(kit: Kit) -> list[str]:
    """Where every message stands, in the order of the plan."""
    return [row["status"] for row in objects(kit("status", "--json"))]


def codes(kit: Kit) -> list[str]:
    return [row["code"] for row in objects(kit("status", "--json"))]
